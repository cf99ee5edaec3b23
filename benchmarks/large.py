"""Work on large tables by the product's own actions; `benchmarks.lake` runs each piece in a process with Django."""

import time
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from benchmarks.apart import Spent, measured
from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.datahub import actions as datahub
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset
from civicthread.indicators import actions, computing
from civicthread.indicators.models import Indicator, Run, Value
from civicthread.lake.connection import DEFAULT_LIMITS
from civicthread.lake.upkeep import compact, move_in
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area

AREAS, STATIONS, STEPS, EACH = 20, 500, 288, 20_000
KINDS = ("bicycle", "car", "walker")
COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "nullable": False},
    {"name": "area", "type": "text", "nullable": False},
    {"name": "station", "type": "text", "nullable": False},
    {"name": "moment", "type": "timestamp", "nullable": False},
    {"name": "value", "type": "number"},
    {"name": "kind", "type": "text", "codes": list(KINDS)},
]
SORT = ["area", "station", "moment"]
MONTHLY = "SELECT strftime(moment, '%Y-%m') AS period, area, sum(value) AS value FROM {source} GROUP BY 1, 2"


def observations(rows: int, first: int = 0, *, by: str = "moment") -> str:
    """Counts of 500 stations in 20 areas, 288 a day each, in the order of time as a city's sensors deliver them.

    With `by="station"` in the order of the stations, as the lake keeps them: as many as it takes, each with 20,000
    counts. So a row costs the same in every table. In those of a longer history it would not: there the moments of
    a group of rows repeat less, and Parquet keeps them at twice the size.
    """
    stations, station, step = STATIONS, f"i % {STATIONS}", f"i // {STATIONS}"
    if by == "station":
        stations, station, step = max(1, rows // EACH), f"i // {EACH}", f"i % {EACH}"
    return f"""
        SELECT i AS id, printf('area-%02d', ({station}) * {AREAS} // {stations}) AS area,
               printf('BXL-%04d', {station}) AS station,
               TIMESTAMP '2015-01-01' + to_minutes(({step}) * {1440 // STEPS}) AS moment,
               round(((i * 1103515245 + 12345) % 100000) / 100.0, 2) AS value,
               {list(KINDS)}[1 + i % {len(KINDS)}] AS kind
        FROM range({first}, {first + rows}) t(i)
    """


def limited() -> duckdb.DuckDBPyConnection:
    """DuckDB with the same limits as an ingestion."""
    limits = {"memory_limit": DEFAULT_LIMITS.memory, "threads": DEFAULT_LIMITS.threads}
    connection = duckdb.connect(config=limits)
    connection.execute("SET enable_progress_bar = false")
    return connection


def write_csv(target: str, rows: int, first: int = 0) -> None:
    with limited() as connection:
        connection.execute(f"COPY ({observations(rows, first)}) TO '{target}' (HEADER)")


def copy(source: str, target: str) -> None:
    """DuckDB's own way from CSV to Parquet: no checks, no order, no version."""
    with limited() as connection:
        connection.execute(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")


def describe(code: str, keys: list[str]) -> None:
    """A dataset without rows, and the areas its rows name."""
    for number in range(AREAS):
        name = f"area-{number:02d}"
        known = {"level": Area.Level.MUNICIPALITY, "name": words(name)}
        Area.objects.get_or_create(code=name, defaults=known)
    values = {"code": code, "title": words(code), "keys": keys, "sort": SORT, "mode": "append"}
    datahub.save_dataset(None, values, columns=COLUMNS, by=journal.system())


def words(text: str) -> Text:
    return Text.of({language: text for language, _name in settings.LANGUAGES})


def ingest(code: str, source: str) -> int:
    """Load a file as the console does; how often it heard of progress."""
    heard = []
    done = datahub.ingest(
        Dataset.objects.get(code=code),
        Path(source),
        by=journal.system(),
        progress=lambda *stage: heard.append(stage),
    )
    if done.outcome != "loaded" or done.rejected:
        raise RuntimeError(f"{done.outcome} {done.code} {done.rejected}")
    return len(heard)


def fill(code: str, rows: int) -> None:
    """A table of that many sorted rows in one file, known to the records."""
    dataset = Dataset.objects.get(code=code)
    table = tables.table(dataset)
    table.create(tables.schema(dataset))
    draft = table.folder / "draft"
    with limited() as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"COPY ({observations(rows, by='station')}) TO '{draft}' (FORMAT parquet)")
    noted = {"sha256": "", "declaration": "", "mode": "append", "rows": rows, "rejected": 0, "period": None}
    file = move_in(table, draft)
    table.swap([file], [], expected_version=0, metadata=noted, operation="ingest")
    datahub.catch_up(dataset, by=journal.system())


def compacting(code: str) -> None:
    table = tables.table(Dataset.objects.get(code=code))
    compact(table, expected_version=table.latest())


def define(code: str) -> None:
    """An indicator over the table: a sum by month and area."""
    owner, _ = Organisation.objects.get_or_create(code="office")
    title, by = words(f"Monthly {code}"), journal.system()
    facts = {"title": title, "description": title, "unit": title, "owner": owner, "good": Indicator.Good.UP}
    made = actions.save_indicator(None, {**facts, "area_level": "municipality"}, by=by)
    actions.set_method(made, by=by, note=title, sql=MONTHLY.format(source=code))


def compare(codes: list[str], turns: int) -> list[list[tuple[Spent, Spent]]]:
    """Compute the indicator of each table and ask plain DuckDB the same of the same files, in turns.

    Of each turn both, table by table: whatever else the machine does falls on all of them.
    """
    asked = [(Indicator.objects.get(methods__datasets__code=code), _monthly(code)) for code in codes]
    computing.engine().start()  # type: ignore[attr-defined]  # as the worker does
    time.sleep(1)
    plain = duckdb.connect(config={"threads": DEFAULT_LIMITS.threads})
    for indicator, _sql in asked:
        _compute(indicator)
    found = [
        [(measured(_compute, indicator), measured(_figures, plain, sql)) for indicator, sql in asked]
        for _ in range(turns)
    ]
    if any(ours.told != theirs.told for turn in found for ours, theirs in turn):
        raise RuntimeError("the two do not give as many figures")
    return found


def _monthly(code: str) -> str:
    files = list(tables.table(Dataset.objects.get(code=code)).version().files)
    return MONTHLY.format(source=f"read_parquet({files})")


def _figures(plain: duckdb.DuckDBPyConnection, sql: str) -> int:
    return len(plain.execute(sql).fetchall())


def _compute(indicator: Indicator) -> int:
    """The whole of it: check, run, figures, records; as if it had never been computed."""
    Value.objects.all().delete()
    Run.objects.all().delete()
    run = actions.compute(indicator, by=journal.system())
    return run.rows if run else 0
