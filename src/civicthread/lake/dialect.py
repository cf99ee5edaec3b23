"""How a source file is written: what the data steward declares once, and every later load follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

FileFormat = Literal["csv", "xlsx", "json", "jsonlines", "geojson", "parquet", "sdmx"]

LATER: Final = frozenset({"sdmx", "brackets", "split"})


@dataclass(frozen=True)
class Dialect:
    """How to read one source.

    Delimited text: `delimiter`, `quote`, `encoding`, `skip` (lines before the headings), and for places in
    another coordinate system `x` and `y` (their headings) with `crs`; the columns `lon` and `lat` are added.
    Numbers: `decimal`, `thousands`, `brackets` (around a number they say that it is negative). Empty values: `nulls`.
    Dates not in ISO form: `date_format` of their day (strptime); a time of day may follow.
    Excel: `sheet` (the first if empty), `skip`. JSON: `records` names the member that holds the list, `split` makes
    columns of the members of an inner object.
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
    brackets: bool = False
    split: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON.

        >>> Dialect.from_dict(Dialect(delimiter=";", nulls=("NA",)).as_dict()).nulls
        ('NA',)
        """
        # What was declared before there were these keeps its digest.
        return {name: value for name, value in vars(self).items() if value or name not in LATER}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The dialect that `as_dict` wrote, before or after a trip through JSON."""
        return cls(**{**values, "nulls": tuple(values["nulls"]), "ignore": tuple(values["ignore"])})
