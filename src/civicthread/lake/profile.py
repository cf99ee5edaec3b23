"""What stands in a version: per column its counts and extremes, and the first rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetFile

from civicthread.lake.connection import (
    DEFAULT_LIMITS,
    SQL_TYPES,
    Limits,
    are_small,
    borrow,
    fitting,
    identifier,
    literal,
)
from civicthread.lake.engine import ARROW_TYPES, one_zero
from civicthread.lake.schema import ColumnType, TableVersion
from civicthread.lake.tables import relation

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


@dataclass(frozen=True)
class Survey:
    """What is known of the rows of a version: the columns' profiles, the sums of those with numbers, the first rows."""

    columns: tuple[ColumnProfile, ...] = ()
    totals: Mapping[str, float | None] = field(default_factory=dict)
    first: Sequence[Mapping[str, Any]] = ()


def survey(
    version: TableVersion, *, first: int, limits: Limits = DEFAULT_LIMITS, read: pa.Table | None = None
) -> Survey:
    """A survey of a version, in one reading where it is small; of very large ones the footers alone are read.

    `read` are the rows of its only file, for those who have just read it.
    """
    if not version.files:
        return Survey()
    if are_small(version.files):
        rows = in_memory(version, read)
        return Survey(_counted(rows, version), _sums(rows, version), rows.slice(0, first).to_pylist())
    shown = preview(version, limit=first, limits=limits)
    with fitting(limits, version.files) as connection:
        told = footers(connection, version.files, version.columns)
        if told[0].rows > COUNTABLE:
            return Survey(told, {}, shown)
        return Survey(profile_by_sql(connection, version), _totals(connection, version), shown)


def profile(version: TableVersion, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ColumnProfile, ...]:
    """The profile of every column of a version, in their order.

    >>> from tempfile import TemporaryDirectory
    >>> import pyarrow.parquet
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "counts.parquet")
    ...     pyarrow.parquet.write_table(pa.table({"n": [3, 5, 3, None]}), file)
    ...     (n,) = profile(TableVersion("counts", 1, folder, (str(file),), {"n": "integer"}))
    >>> n.rows, n.nulls, n.minimum, n.maximum, n.distinct, n.frequent
    (4, 1, 3, 5, 2, ((3, 2), (5, 1)))
    """
    if are_small(version.files):
        return _counted(in_memory(version), version)
    with fitting(limits, version.files) as connection:
        return profile_by_sql(connection, version)


def in_memory(version: TableVersion, read: pa.Table | None = None) -> pa.Table:
    """All rows of a small version: for some hundred of them every question in SQL takes longer than its answer."""
    empty = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in version.columns.items()]).empty_table()
    files = [rows_in(file) for file in version.files] if read is None else [read]
    rows = pa.concat_tables([empty, *files], promote_options="default")
    return rows.select(list(version.columns)).combine_chunks()


def rows_in(file: str | Path) -> pa.Table:
    """All rows of a small file."""
    with pa.OSFile(str(file)) as opened:  # a path is looked up among all file systems first
        return ParquetFile(opened).read(use_threads=False)


def doubles(rows: pa.Table, keys: Sequence[str]) -> int:
    """How many rows have the key of an earlier one."""
    return int(rows.num_rows - rows.group_by(list(keys), use_threads=False).aggregate([]).num_rows)


def neighbours(rows: pa.Table, keys: Sequence[str]) -> bool:
    """Whether a row has the key of the one before it: for sorted rows, in less than half the time of `doubles`.

    >>> neighbours(pa.table({"area": ["A", "A", "B"], "year": [2020, 2021, 2021]}), ["area", "year"])
    False
    """
    columns = (rows[name].combine_chunks() for name in keys)
    same = (pc.equal(column[1:], column[:-1]) for column in columns)
    return bool(pc.any(reduce(pc.and_, same)).as_py())


def _counted(rows: pa.Table, version: TableVersion) -> tuple[ColumnProfile, ...]:
    return tuple(_column(rows, name, kind) for name, kind in version.columns.items())


def _column(rows: pa.Table, name: str, kind: ColumnType) -> ColumnProfile:
    values = one_zero(rows[name].combine_chunks().drop_null())
    counted = pc.value_counts(values)
    distinct, n = counted.flatten()
    # Booleans cannot be sorted, whole numbers that stand for them can.
    keys = distinct.cast(pa.int8()) if kind == "boolean" else distinct
    order = [("n", "descending"), ("key", "ascending")]
    most = pc.select_k_unstable(pa.table({"key": keys, "n": n}), MOST_FREQUENT, order)
    ends = pc.min_max(distinct).as_py()
    frequent = tuple(zip(distinct.take(most).to_pylist(), n.take(most).to_pylist(), strict=True))
    nulls = rows.num_rows - len(values)
    return ColumnProfile(
        name, kind, rows.num_rows, nulls, ends["min"], ends["max"], len(distinct), frequent=frequent
    )


def _numeric(version: TableVersion) -> list[str]:
    return [name for name, kind in version.columns.items() if kind in ("integer", "number")]


def _sums(rows: pa.Table, version: TableVersion) -> dict[str, float | None]:
    doubles = {name: pc.cast(rows[name], pa.float64(), safe=False) for name in _numeric(version)}
    return {name: pc.sum(column).as_py() for name, column in doubles.items()}


def _totals(connection: duckdb.DuckDBPyConnection, version: TableVersion) -> dict[str, float | None]:
    """The sum of each column of numbers. DECIMAL is not needed: a jump is a matter of percents."""
    numeric = _numeric(version)
    if not numeric:
        return {}
    sums = ", ".join(f"sum({identifier(name)}::DOUBLE)" for name in numeric)
    row = connection.execute(f"SELECT {sums} FROM {relation(version)}").fetchone()  # noqa: S608 quoted names
    return dict(zip(numeric, row or (), strict=True))


def preview(
    version: TableVersion,
    *,
    limit: int = 50,
    offset: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> list[dict[str, Any]]:
    """Some rows, in the order they are stored, each as its values by column; none beyond the last."""
    with borrow(limits) as connection:
        sql = f"SELECT * FROM {relation(version)} LIMIT {int(limit)} OFFSET {int(offset)}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
        return [dict(zip(version.columns, row, strict=True)) for row in rows]


def footers(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], columns: Mapping[str, ColumnType]
) -> tuple[ColumnProfile, ...]:
    """What the files' footers say of their columns: counts and extremes, which costs no reading of rows."""
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


def profile_by_sql(connection: duckdb.DuckDBPyConnection, version: TableVersion) -> tuple[ColumnProfile, ...]:
    """The profile of every column, by questions in SQL."""
    # A view reads only the columns that are asked for.
    connection.execute(f"CREATE TEMP VIEW rows_of_version AS SELECT * FROM {relation(version)}")  # noqa: S608
    return tuple(_columns(connection, version.columns))


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
