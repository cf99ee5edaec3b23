"""What stands in a version: per column its counts and extremes, and the first rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from civicthread.lake.connection import (
    DEFAULT_LIMITS,
    Limits,
    are_small,
    borrow,
    fitting,
    identifier,
    literal,
)
from civicthread.lake.schema import ColumnType, TableVersion
from civicthread.lake.tables import SQL_TYPES, relation

MOST_FREQUENT: Final = 10
COUNTABLE: Final = 1_000_000
"""Up to this many rows, distinct values are counted; beyond it their number is estimated, within some
percent.
"""


@dataclass(frozen=True)
class ColumnProfile:
    """One column: `rows`, how many are empty, the extremes, and the most frequent values with their counts.

    `distinct` is None and `frequent` empty where only the files' footers were read (right after an
    ingestion).
    """

    name: str
    type: ColumnType
    rows: int
    nulls: int
    minimum: Any
    maximum: Any
    distinct: int | None = None
    estimated: bool = False
    frequent: tuple[tuple[Any, int], ...] = ()


def profile(version: TableVersion, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ColumnProfile, ...]:
    """The profile of every column of a version."""
    with fitting(limits, version.files) as connection:
        # Rows of small files are read once; a view reads only the columns that are asked for.
        kind = "TABLE" if are_small(version.files) else "VIEW"
        connection.execute(f"CREATE TEMP {kind} rows_of_version AS SELECT * FROM {relation(version)}")  # noqa: S608
        return tuple(_columns(connection, version.columns))


def preview(
    version: TableVersion,
    *,
    limit: int = 50,
    offset: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> list[dict[str, Any]]:
    """Some rows, in the order they are stored."""
    with borrow(limits) as connection:
        sql = f"SELECT * FROM {relation(version)} LIMIT {int(limit)} OFFSET {int(offset)}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
        return [dict(zip(version.columns, row, strict=True)) for row in rows]


def footers(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], columns: Mapping[str, ColumnType]
) -> tuple[ColumnProfile, ...]:
    """What the files' footers say of their columns, which costs no reading of rows."""
    told = [figure for name, kind in columns.items() for figure in _told_by_footers(name, kind)]
    sql = f"SELECT {', '.join(told)} FROM parquet_metadata(?)"  # noqa: S608 names of columns, quoted
    row = connection.execute(sql, [list(files)]).fetchone() or ()
    parts = zip(*[iter(row)] * 4, strict=True)
    return tuple(
        ColumnProfile(name, kind, int(rows or 0), int(nulls or 0), minimum, maximum)
        for (name, kind), (rows, nulls, minimum, maximum) in zip(columns.items(), parts, strict=True)
    )


def _told_by_footers(name: str, kind: ColumnType) -> Iterator[str]:
    for figure in (
        "sum(num_values)",
        "sum(stats_null_count)",
        f"min(TRY_CAST(stats_min_value AS {SQL_TYPES[kind]}))",
        f"max(TRY_CAST(stats_max_value AS {SQL_TYPES[kind]}))",
    ):
        yield f"{figure} FILTER (WHERE path_in_schema = {literal(name)})"


def _columns(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, ColumnType]
) -> Iterator[ColumnProfile]:
    (count,) = connection.execute("SELECT count(*) FROM rows_of_version").fetchall()[0]
    estimated = count > COUNTABLE
    told = [figure for name in columns for figure in _told_by_rows(identifier(name), estimated=estimated)]
    row = connection.execute(f"SELECT {', '.join(told)} FROM rows_of_version").fetchall()[0]  # noqa: S608
    for (name, kind), figures in zip(columns.items(), zip(*[iter(row)] * 4, strict=True), strict=True):
        values, minimum, maximum, distinct = figures
        frequent = connection.execute(_most_frequent(identifier(name))).fetchall()
        yield ColumnProfile(
            name, kind, count, count - values, minimum, maximum, distinct, estimated, tuple(frequent)
        )


def _told_by_rows(column: str, *, estimated: bool) -> Iterator[str]:
    yield from (f"count({column})", f"min({column})", f"max({column})")
    yield f"approx_count_distinct({column})" if estimated else f"count(DISTINCT {column})"


def _most_frequent(column: str) -> str:
    return (
        f"SELECT {column}, count(*) AS n FROM rows_of_version WHERE {column} IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST_FREQUENT}"
    )
