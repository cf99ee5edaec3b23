"""A lake of its own for each test, and files written for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import Ingested, ingest
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake, Table
from tests.lake.reading import rows_of

COUNTS = TableSchema(
    (
        Column("area", "text"),
        Column("year", "integer"),
        Column("n", "integer", minimum=0, maximum=1_000_000),
    ),
    keys=("area", "year"),
    sort=("area", "year"),
)
FIRST = "area,year,n\nUccle,2020,5\nIxelles,2021,7\nIxelles,2020,3\n"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def counts(lake: Lake) -> Table:
    """An empty table of counts by area and year."""
    table = lake.table("counts")
    table.create(COUNTS)
    return table


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of text or bytes and give its path."""

    def written(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def load(counts: Table, write: Callable[..., Path]) -> Callable[..., Ingested]:
    """Load a text or bytes into the table of counts."""

    def loaded(content: str | bytes, **options: object) -> Ingested:
        return ingest(counts, write(content), schema=COUNTS, **options)

    return loaded


@pytest.fixture
def read(lake, write):
    """Load a content under a schema and dialect; gives the ingestion and the rows."""

    def loaded(content, schema, **dialect):
        table = lake.table("read")
        if not table.exists():
            table.create(schema)
        done = ingest(table, write(content), schema=schema, dialect=Dialect(**dialect))
        return done, rows_of(table)

    return loaded
