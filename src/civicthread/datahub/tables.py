"""From the catalogue's words to the lake's: a dataset's table, its declared schema, how its files are read."""

from functools import cache
from pathlib import Path

from django.conf import settings

from civicthread.datahub.models import Dataset
from civicthread.lake.dialect import Dialect
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake, Table


@cache
def lake_at(place: str) -> Lake:
    """The lake at that place."""
    Path(place).mkdir(parents=True, exist_ok=True)
    return Lake(place)


def table(dataset: Dataset) -> Table:
    """The versioned table that holds the dataset's rows."""
    return lake_at(str(settings.LAKE)).table(dataset.code)


def schema(dataset: Dataset) -> TableSchema:
    """The shape the steward declared; a declared reference period is a column of its own."""
    columns = [
        Column(
            name=column.name,
            type=column.type,  # type: ignore[arg-type]  # a choice of the lake's own types
            nullable=column.nullable,
            unit=column.unit,
            codes=tuple(column.codes),
            source=column.header,
        )
        for column in dataset.columns.all()
    ]
    if dataset.reference_period and "period" not in {column.name for column in columns}:
        columns.append(Column("period", "text", nullable=False))
    return TableSchema(tuple(columns), keys=tuple(dataset.keys), sort=tuple(dataset.sort))


def dialect(dataset: Dataset) -> Dialect:
    """How the dataset's files are read."""
    reading = {**Dialect().as_dict(), **dataset.reading}
    return Dialect.from_dict(reading)
