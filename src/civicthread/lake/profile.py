"""What stands in a version: per column its counts and extremes, and the first rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect, identifier
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
    with TemporaryDirectory(prefix="profile-") as folder, connect(limits, Path(folder)) as connection:
        connection.execute(f"CREATE VIEW rows_of_version AS SELECT * FROM {relation(version)}")  # noqa: S608
        return tuple(_column(connection, name, kind) for name, kind in version.columns.items())


def preview(
    version: TableVersion,
    *,
    limit: int = 50,
    offset: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> list[dict[str, Any]]:
    """Some rows, in the order they are stored."""
    with TemporaryDirectory(prefix="preview-") as folder, connect(limits, Path(folder)) as connection:
        sql = f"SELECT * FROM {relation(version)} LIMIT {int(limit)} OFFSET {int(offset)}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
        return [dict(zip(version.columns, row, strict=True)) for row in rows]


def footers(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], columns: Mapping[str, ColumnType]
) -> tuple[ColumnProfile, ...]:
    """What the files' footers say of their columns, which costs no reading of rows."""
    return tuple(_footer(connection, files, name, kind) for name, kind in columns.items())


def _footer(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], name: str, kind: ColumnType
) -> ColumnProfile:
    lowest, highest = (f"TRY_CAST(stats_{end}_value AS {SQL_TYPES[kind]})" for end in ("min", "max"))
    row = connection.execute(
        f"SELECT sum(num_values), sum(stats_null_count), min({lowest}), max({highest})"  # noqa: S608 names of types
        " FROM parquet_metadata(?) WHERE path_in_schema = ?",
        [list(files), name],
    ).fetchone()
    rows, nulls, minimum, maximum = row or (0, 0, None, None)
    return ColumnProfile(name, kind, int(rows or 0), int(nulls or 0), minimum, maximum)


def _column(connection: duckdb.DuckDBPyConnection, name: str, kind: ColumnType) -> ColumnProfile:
    column = identifier(name)
    rows, nulls, minimum, maximum = connection.execute(
        f"SELECT count(*), count(*) - count({column}), min({column}), max({column}) FROM rows_of_version"  # noqa: S608
    ).fetchall()[0]
    estimated = rows > COUNTABLE
    counting = "approx_count_distinct" if estimated else "count"
    distinct = f"{counting}({'' if estimated else 'DISTINCT '}{column})"
    (count,) = connection.execute(f"SELECT {distinct} FROM rows_of_version").fetchall()[0]  # noqa: S608
    frequent = connection.execute(
        f"SELECT {column}, count(*) AS n FROM rows_of_version WHERE {column} IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST_FREQUENT}"
    ).fetchall()
    return ColumnProfile(name, kind, rows, nulls, minimum, maximum, count, estimated, tuple(frequent))
