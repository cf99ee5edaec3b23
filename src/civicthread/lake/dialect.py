"""How a source file is written: what the data steward declares once, and every later load follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

FileFormat = Literal["csv", "xlsx", "json", "jsonlines", "geojson", "parquet", "sdmx"]


@dataclass(frozen=True)
class Dialect:
    """How to read one source.

    Delimited text: `delimiter`, `quote`, `encoding`, `skip` (lines before the headings), and for places in
    another coordinate system `x` and `y` (their headings) with `crs`; the columns `lon` and `lat` are added.
    Numbers: `decimal`, `thousands`. Empty values: `nulls`. Dates not in ISO form: `date_format` (strptime).
    Excel: `sheet` (the first if empty), `skip`. JSON: `records` names the member that holds the list.
    GeoJSON: `crs` of the coordinates. SDMX: `sdmx` is its import configuration (`lake.import_configuration`).
    `ignore`: headings that are knowingly left out.
    """

    format: FileFormat = "csv"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    nulls: tuple[str, ...] = ()
    date_format: str = ""
    skip: int = 0
    sheet: str = ""
    records: str = ""
    crs: str = "EPSG:4326"
    x: str = ""
    y: str = ""
    ignore: tuple[str, ...] = ()
    sdmx: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON.

        >>> Dialect.from_dict(Dialect(delimiter=";", nulls=("NA",)).as_dict()).nulls
        ('NA',)
        """
        told = dict(vars(self))
        if not self.sdmx:  # what was declared before there was SDMX keeps its digest
            del told["sdmx"]
        return told

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The dialect that `as_dict` wrote, before or after a trip through JSON."""
        return cls(**{**values, "nulls": tuple(values["nulls"]), "ignore": tuple(values["ignore"])})
