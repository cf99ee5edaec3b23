"""What one ingestion carries from step to step, and the SQL that its steps have in common."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import duckdb
from duckdb.func import PythonUDFType

from civicthread.lake.checks import Check, number_text
from civicthread.lake.connection import Progress, identifier, literal, run
from civicthread.lake.dialect import Dialect
from civicthread.lake.places import DIGITS, to_wgs84
from civicthread.lake.schema import TableSchema
from civicthread.lake.sources import Rows, Source
from civicthread.lake.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

Mode = Literal["replace", "append", "upsert"]
REJECTS: Final = "_rejects"
"""The folder, within a table's own, of the lists of rows set aside."""


@dataclass(frozen=True)
class Declaration:
    """How a file is to be loaded: everything that, with its bytes, decides what is stored."""

    schema: TableSchema
    dialect: Dialect
    mode: Mode
    period: str | None = None

    def digest(self) -> str:
        """A short name for this declaration: another one makes the same file a new load."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        plain = [self.schema.as_dict(), self.dialect.as_dict(), self.mode, self.period]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Load:
    """One ingestion under way."""

    connection: duckdb.DuckDBPyConnection
    work: Path
    table: Table
    base: int
    declared: Declaration
    source: Source
    progress: Progress
    sha256: str
    is_small: bool
    """Whether it is over before anybody would look how far it is."""
    bad_share: float
    """The share of bad rows (0 to 1) above which the file is refused."""

    @property
    def rejects_name(self) -> str:
        """Where the rows set aside are listed for people, in the table's folder."""
        return rejects_name(self.sha256, self.declared.digest())


@dataclass(frozen=True)
class Staged:
    """What stands ready: the new file, the files it takes the place of, and the rows set aside.

    `repeated`: how many rows are the same as an earlier one of the file, where the table has no keys. `read` are the
    rows of the file, where it is small and was read already.
    """

    file: Path
    rows: int
    replaced: tuple[str, ...] = ()
    rejected: int = 0
    rejects_file: Path | None = None
    repeated: int = 0
    read: "pa.Table | None" = field(default=None, repr=False)


def rejects_name(sha256: str, declaration: str) -> str:
    """The same file with the same declaration has the same list of bad rows, under the same name.

    >>> rejects_name("0123456789abcdef0123", "fedc")
    '_rejects/0123456789abcdef-fedc.csv'
    """
    return f"{REJECTS}/{sha256[:16]}-{declaration}.csv"


def rows_of(load: Load, rows: Rows) -> str:
    """The rows to read, with `lon` and `lat` as two more columns where the dialect says where places
    stand.
    """
    dialect, headings = load.declared.dialect, load.source.headings
    if not (dialect.x and dialect.y):
        return rows.relation
    x, y = (
        f"TRY_CAST({number_text(f'c{headings.index(name)}', dialect)} AS DOUBLE)"
        for name in (dialect.x, dialect.y)
    )
    lon, lat = (f"wgs84.{name}::VARCHAR AS c{len(headings) + n}" for n, name in enumerate(("lon", "lat")))
    located = f"SELECT *, to_wgs84({x}, {y}) AS wgs84 FROM {rows.relation}"  # noqa: S608 numbers and names of columns
    problem = "CASE WHEN isnan(wgs84.lon) THEN 'place_outside' ELSE __problem END AS __problem"
    return f"(SELECT * EXCLUDE (wgs84) REPLACE ({problem}), {lon}, {lat} FROM ({located}))"  # noqa: S608


def register_transform(connection: duckdb.DuckDBPyConnection, crs: str) -> None:
    """Make `to_wgs84(x, y)` known to DuckDB: a structure of lon and lat, in batches."""
    transform = to_wgs84(crs)

    def located(x: Any, y: Any) -> Any:
        import pyarrow as pa  # noqa: PLC0415 slow to load, only needed with places

        lon, lat = transform(x.to_numpy(zero_copy_only=False), y.to_numpy(zero_copy_only=False))
        return pa.StructArray.from_arrays(
            [pa.array(lon.round(DIGITS)), pa.array(lat.round(DIGITS))], ["lon", "lat"]
        )

    pair = duckdb.struct_type({"lon": "DOUBLE", "lat": "DOUBLE"})
    connection.create_function("to_wgs84", located, ["DOUBLE", "DOUBLE"], pair, type=PythonUDFType.ARROW)


def write_parquet(load: Load, select: str, target: Path, *, stage: str) -> int:
    """Write a query's rows to a Parquet file, in its order; returns how many they are."""
    sql = f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)"
    if load.is_small:
        (rows,) = row_of(load, sql)
        load.progress(stage, 1.0)
        return int(rows)
    return run(load.connection, sql, progress=load.progress, stage=stage)


def order_by(load: Load, found: Sequence[Check]) -> str:
    """The table's order, in terms of the checked values."""
    typed = {check.column.name: check.typed for check in found}
    order = ", ".join(typed[name] for name in load.declared.schema.sort)
    return f"ORDER BY {order}" if order else ""


def keys_of(load: Load) -> str:
    """The names of the key columns, for USING and GROUP BY."""
    return ", ".join(identifier(name) for name in load.declared.schema.keys)


def row_of(load: Load, sql: str) -> tuple[Any, ...]:
    """The one row of a query."""
    (row,) = load.connection.execute(sql).fetchall()
    return tuple(row)
