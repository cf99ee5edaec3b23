"""How fast the lake takes in a large file, adds a small one to a large table, and rewrites a table sorted.

Run: python -m benchmarks.lake [ROWS]     (10,000,000 if no number is given)
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.results import Line
from civicthread.lake.connection import DEFAULT_LIMITS
from civicthread.lake.ingest import ingest
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import compact, move_in

RUNS = 3
SMALL = 1000
COLUMNS = (
    Column("id", "integer", nullable=False),
    Column("station", "text", nullable=False),
    Column("moment", "timestamp", nullable=False),
    Column("value", "number"),
    Column("kind", "text", codes=("bicycle", "car", "walker")),
)
PLAIN = TableSchema(COLUMNS, sort=("station", "moment"))
KEYED = TableSchema(COLUMNS, keys=("station", "moment"), sort=("station", "moment"))


def observations(rows: int, first: int = 0) -> str:
    """Counts of 500 stations every 15 minutes, in the order of time, as a city's sensors deliver them."""
    return f"""
        SELECT i AS id, 'BXL-' || (i % 500) AS station,
               TIMESTAMP '2015-01-01' + to_minutes((i // 500) * 15) AS moment,
               round(((i * 1103515245 + 12345) % 100000) / 100.0, 2) AS value,
               ['bicycle', 'car', 'walker'][1 + i % 3] AS kind
        FROM range({first}, {first + rows}) t(i)
    """


def limited() -> duckdb.DuckDBPyConnection:
    """DuckDB with the same limits as an ingestion."""
    limits = {"memory_limit": DEFAULT_LIMITS.memory, "threads": DEFAULT_LIMITS.threads}
    connection = duckdb.connect(config=limits)
    connection.execute("SET enable_progress_bar = false")
    return connection


def alone(work: Callable[..., None], *arguments: object) -> tuple[float, float]:
    """Seconds and peak megabytes of some work, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(timed, work, *arguments).result()


def timed(work: Callable[..., None], *arguments: object) -> tuple[float, float]:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def copy(source: Path, target: Path) -> None:
    """DuckDB's own way from CSV to Parquet: no checks, no order, no version."""
    with limited() as connection:
        connection.execute(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")


def load(root: Path, name: str, source: Path, schema: TableSchema) -> None:
    table = Lake(root).table(name)
    table.create(schema)
    ingest(table, source, schema=schema)


def large_table(root: Path, rows: int, schema: TableSchema) -> Table:
    """A sorted table of that many rows in one file."""
    table = Lake(root).table("large")
    table.create(schema)
    draft = table.folder / "draft"
    with limited() as connection:
        connection.execute(
            f"COPY ({observations(rows)} ORDER BY station, moment) TO '{draft}' (FORMAT parquet)"
        )
    table.add([move_in(table, draft)], mode="append", expected_version=0)
    return table


def appending(root: Path, rows: int, schema: TableSchema) -> list[float]:
    """Seconds of each of a few appends of 1,000 rows to a table of that many."""
    table, source, seconds = large_table(root, rows, schema), root / "small.csv", []
    for turn in range(RUNS):
        with limited() as connection:
            small = observations(SMALL, rows + turn * SMALL)
            connection.execute(f"COPY ({small}) TO '{source}' (HEADER)")
        seconds.append(timed(lambda: ingest(table, source, schema=schema, mode="append") and None)[0])
    return seconds


def compacting(root: Path) -> None:
    table = Lake(root).table("large")
    compact(table, expected_version=table.latest())


def measure(rows: int = 10_000_000) -> list[Line]:
    """The lines of the section, for a file or table of so many rows."""
    named = f"{rows:,} rows"
    with TemporaryDirectory(prefix="bench-lake-") as folder:
        root, source = Path(folder), Path(folder, "large.csv")
        with limited() as connection:
            connection.execute(f"COPY ({observations(rows)}) TO '{source}' (HEADER)")
        pairs = [
            (
                alone(copy, source, root / "copy.parquet"),
                alone(load, root, f"loaded_{turn}", source, PLAIN),
                alone(load, root, f"keyed_{turn}", source, KEYED),
            )
            for turn in range(RUNS)
        ]
        ratios = [[run[0] / own[0] for run in runs] for own, *runs in pairs]
        (root / "one").mkdir()
        (root / "two").mkdir()
        plain, keyed = appending(root / "one", rows, PLAIN), appending(root / "two", rows, KEYED)
        seconds, memory = alone(compacting, root / "one")
    return [
        Line(
            f"CSV of {named} into the lake, against DuckDB's COPY", middle(r[0] for r in ratios), "times", 2
        ),
        Line("the same with keys that must be unique", middle(r[1] for r in ratios), "times"),
        Line(f"CSV of {named} into the lake", middle(run[1][0] for run in pairs), "s"),
        Line("peak memory of that", max(run[1][1] for run in pairs), "MB", 1000),
        Line(f"appending {SMALL:,} rows to {named}", middle(plain), "s", 1),
        Line("the same with keys that must be new", middle(keyed), "s"),
        Line(f"compaction of {named}", seconds, "s"),
        Line("peak memory of that", memory, "MB", 1000),
    ]


def middle(values: object) -> float:
    return statistics.median(values)  # type: ignore[call-overload]


if __name__ == "__main__":
    for line in measure(int(sys.argv[1].replace(",", "")) if sys.argv[1:] else 10_000_000):
        print(f"{line.what:70} {line.shown:>12}   {line.verdict}")
