"""Awkward values in Parquet files, read by DuckDB and by a Sail server."""

import datetime as dt
import random
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from civicthread.lake.engine import DuckEngine, Engine, engine_from
from civicthread.lake.schema import ColumnType, TableVersion
from tests import sailing

IDEAS: dict[str, ColumnType] = {
    "id": "integer",
    "area": "text",
    "amount": "number",
    "votes": "integer",
    "open": "boolean",
    "day": "date",
    "at": "timestamp",
}
AREAS: dict[str, ColumnType] = {"area": "text", "people": "integer", "km2": "number"}
READINGS: dict[str, ColumnType] = {"area": "text", "month": "date", "value": "number", "count": "integer"}
EMPTY: dict[str, ColumnType] = {"area": "text", "value": "number"}
TABLES = {"ideas": IDEAS, "areas": AREAS, "readings": READINGS, "empty": EMPTY}

TEXTS = ("Élan", "ŒUVRE ß", "İstanbul Σ", 'l\'été \\ "x"', "", "  both ", "a\u00a0b", "𐠀😀z", "100%_a", None)
AMOUNTS = (0.1, 0.2, 0.3, -0.1, 0.0, 2.5, 9007199254740993.0, 5068576290635.13, -1e-10, None)
VOTES = (1, 0, -7, 2**62, 2**62 + 5, -(2**63), 2**63 - 1, 3, 14, None)
DAYS = (
    "2024-02-29",
    "2023-01-01",
    "2024-12-30",
    "2021-01-03",
    "2020-12-31",
    "1999-12-31",
    "2024-03-31",
    "2024-01-31",
)
MOMENTS = (
    "2024-03-31T02:30:00",
    "1999-12-31T23:59:59.999999",
    "2024-01-01T00:00:00",
    "1969-12-31T23:00:00.000005",
)


def _ideas() -> pa.Table:
    return pa.table(
        {
            "id": pa.array(range(10), pa.int64()),
            "area": pa.array(TEXTS, pa.string()),
            "amount": pa.array(AMOUNTS, pa.float64()),
            "votes": pa.array(VOTES, pa.int64()),
            "open": pa.array([True, False, None, True, False] * 2, pa.bool_()),
            "day": pa.array([*map(dt.date.fromisoformat, DAYS), None, dt.date(1800, 1, 1)], pa.date32()),
            "at": pa.array([*map(dt.datetime.fromisoformat, MOMENTS), *[None] * 6], pa.timestamp("us")),
        }
    )


def _readings() -> pa.Table:
    """Values whose plain sum depends on the order in which they are added."""
    chance = random.Random(7)
    count = 20_000
    return pa.table(
        {
            "area": pa.array([f"area {chance.randrange(97)}" for _ in range(count)]),
            "month": pa.array(
                [dt.date(2020 + chance.randrange(5), 1 + chance.randrange(12), 1) for _ in range(count)]
            ),
            "value": pa.array(
                [chance.uniform(-1, 1) * 10 ** chance.uniform(-6, 9) for _ in range(count)], pa.float64()
            ),
            "count": pa.array([chance.randrange(10**12) for _ in range(count)], pa.int64()),
        }
    )


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TableVersion]:
    """The tables as files; `ideas` has two, of which the second lacks a column."""
    folder = tmp_path_factory.mktemp("lake")
    areas = pa.table({"area": ["Élan", "", "nowhere"], "people": [1000, 0, None], "km2": [1.5, 2.5, None]})
    ideas = _ideas()
    parts = {
        "ideas": [ideas.slice(0, 6), ideas.slice(6)],
        "areas": [areas],
        "readings": [_readings()],
        "empty": [],
    }
    found = {}
    for name, tables in parts.items():
        files = []
        for number, table in enumerate(tables):
            file = folder / f"{name}-{number}.parquet"
            pq.write_table(table, file)
            files.append(str(file))
        found[name] = TableVersion(name, 0, str(folder), tuple(files), TABLES[name])
    return found


@pytest.fixture(scope="session")
def duck() -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        engine.start()
        yield engine


@pytest.fixture(scope="module")
def sail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with sailing.served(tmp_path_factory.mktemp("sail") / "log") as address:
        engine = engine_from(address)
        yield engine
        engine.close()
