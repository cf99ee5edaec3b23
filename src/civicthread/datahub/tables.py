"""From the catalogue's words to the lake's: a dataset's table, its declared schema, how its files are read."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Busy
from civicthread.core.text import in_every_language
from civicthread.datahub.models import ColumnType, Dataset, DatasetColumn
from civicthread.lake.dialect import Dialect
from civicthread.lake.refusals import IngestRefused, LakeError, StoreFailed
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.store import Place
from civicthread.lake.suppression import SmallCells

if TYPE_CHECKING:
    from civicthread.lake.loading import Declaration
    from civicthread.lake.tables import Lake, Table

logger = logging.getLogger(__name__)

# What loading adds where a file lacks it: type, unit, title.
GENERATED: Final = {
    "period": (ColumnType.TEXT, "", _("Period")),
    "lon": (ColumnType.NUMBER, "°", _("Longitude")),
    "lat": (ColumnType.NUMBER, "°", _("Latitude")),
}


@cache
def lake_at(address: str) -> "Lake":
    """The lake at that address."""
    from civicthread.lake.tables import Lake  # noqa: PLC0415  # heavy: no reader of a page needs it

    lake = Lake(address, copies=settings.LAKE_COPIES)
    lake.place.folder.mkdir(parents=True, exist_ok=True)
    return lake


def table(dataset: Dataset) -> "Table":
    """The versioned table that holds the dataset's rows."""
    return lake_at(str(settings.LAKE)).table(dataset.code)


def place() -> Place:
    """Where the files of the lake stand."""
    return Place.at(settings.LAKE, settings.LAKE_COPIES)


@contextmanager
def answering() -> Iterator[None]:
    """Whoever asks for data is told, in one sentence, where the store or the disk that holds them fails."""
    try:
        yield
    except (StoreFailed, OSError) as failed:
        logger.warning("%s", failed)
        raise Busy("store", _("The data cannot be read just now. Try again in a moment.")) from None


def ready_for(dataset: Dataset, wanted: TableSchema) -> "Table":
    """The dataset's table, made at its first load; with columns added since; declared anew while it holds nothing."""
    found = table(dataset)
    try:
        if not found.exists():
            found.create(wanted)
            return found
        there = found.schema()
        if not dataset.versions.exists() and _shape(wanted) != _shape(there):
            found.redeclare(wanted, expected_version=found.latest())
        elif {column.name for column in wanted.columns} - {column.name for column in there.columns}:
            found.change_schema(wanted, expected_version=found.latest())
    except LakeError as error:
        raise IngestRefused("table_differs", columns=str(error)) from error
    return found


def _shape(schema: TableSchema) -> tuple[Any, ...]:
    columns = [(column.name, column.type, column.nullable) for column in schema.columns]
    return columns, schema.keys, schema.sort


def schema(dataset: Dataset) -> TableSchema:
    """The shape the steward declared."""
    return TableSchema(
        tuple(lake_column(column) for column in dataset.columns.all()),
        keys=tuple(dataset.keys),
        sort=tuple(dataset.sort),
    )


def lake_column(column: DatasetColumn) -> Column:
    """A declared column as the lake knows it."""
    return Column(
        name=column.name,
        type=column.type,  # type: ignore[arg-type]  # a choice of the lake's own types
        nullable=column.nullable,
        unit=column.unit,
        codes=tuple(column.codes),
        minimum=column.minimum,
        maximum=column.maximum,
        source=column.header,
    )


def dialect(dataset: Dataset) -> Dialect:
    """How the dataset's files are read."""
    return Dialect.from_dict({**Dialect().as_dict(), **dataset.reading})


def small_cells(dataset: Dataset) -> SmallCells | None:
    """Which counts are too small to be published; None where all may be."""
    return SmallCells.from_dict(dataset.small_cells) if dataset.small_cells else None


def declaration(dataset: Dataset, *, mode: str = "") -> "Declaration":
    """Everything that, with a file's bytes, decides what a load stores."""
    from civicthread.lake.loading import Declaration  # noqa: PLC0415  # heavy: no reader of a page needs it

    return Declaration(
        schema(dataset),
        dialect(dataset),
        mode or dataset.mode,  # type: ignore[arg-type]  # a choice of the lake's own modes
        dataset.reference_period or None,
    )


def with_generated(
    columns: Iterable[Mapping[str, Any]], *, reading: Mapping[str, Any], reference_period: str
) -> list[Mapping[str, Any]]:
    """The columns with those that loading will add: the period of the file, places as longitude and latitude."""
    declared = list(columns)
    names = {column["name"] for column in declared}
    wanted = _added_by(reading, reference_period)
    return [*declared, *(_generated(name) for name in wanted if name not in names)]


def _added_by(reading: Mapping[str, Any], reference_period: str) -> Iterator[str]:
    if reference_period:
        yield "period"
    if reading.get("x") and reading.get("y"):
        yield from ("lon", "lat")


def _generated(name: str) -> dict[str, Any]:
    kind, unit, title = GENERATED[name]
    return {
        "name": name,
        "type": kind.value,
        "unit": unit,
        "nullable": name != "period",
        "generated": True,
        "title": in_every_language(title),
    }
