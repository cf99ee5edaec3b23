"""What the child process runs: one checked query in DuckDB, in a sandbox that sees the files of its tables.

The gate has refused hostile SQL already; here the same is refused a second time, by means that know nothing
of SQL: a locked database without access to anything but those files, in a process with a memory limit.
"""

import os
import resource
from collections import OrderedDict
from typing import Any, Final

import duckdb

from civicthread.lake.connection import BY_ITSELF, SQL_TYPES, are_small, identifier, literals

CONNECTIONS: Final = 4
"""How many sandboxes are kept: opening one costs 15 ms, most of a small query."""

Table = tuple[str, list[str], dict[str, str]]
"""A table's name, its files, its columns with their types."""

Column = tuple[Any, ...]
"""The values of one column, from the first row to the last."""

BATCH: Final = 2048
WIDTH: Final = 8
"""The bytes that a value which is no text counts for."""

_open: OrderedDict[frozenset[str], duckdb.DuckDBPyConnection] = OrderedDict()


class TooManyRows(Exception):
    """The result has more rows, or more bytes, than may leave the child."""


class TextTooLong(Exception):
    """A text in the result is longer than may leave the child."""


class Unreadable(Exception):
    """A file of a table is missing, or is not a Parquet file."""


def warm() -> None:
    """Load what the first query would wait for."""
    with duckdb.connect() as connection:
        connection.execute("SELECT sum(CAST(1 AS DECIMAL(38, 9))) AS total").fetchall()


def run(sql: str, tables: list[Table], readable: list[str], most: dict[str, int]) -> list[Column]:
    """The result of a canonical query, column by column.

    `readable` are all files the sandbox may open; those of `tables` are among them. `most` limits the rows, the
    bytes and the length of a text in the result.
    """
    connection = _sandbox(frozenset(readable))
    try:
        for table in tables:
            _provide(connection, table)
        return _columns(connection.execute(sql), most)
    except (duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.InternalException):
        # Nobody knows what is left half done: as after any MemoryError, the pool takes a fresh child.
        raise MemoryError from None


def _sandbox(files: frozenset[str]) -> duckdb.DuckDBPyConnection:
    """The kept connection that may read these files and no others, or a new one."""
    if files in _open:
        _open.move_to_end(files)
        return _open[files]
    while len(_open) >= CONNECTIONS:
        _open.popitem(last=False)[1].close()
    _open[files] = _locked(sorted(files))
    return _open[files]


def _locked(files: list[str]) -> duckdb.DuckDBPyConnection:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    connection = duckdb.connect(
        config={
            # Half of the process's limit: the other half is code, Arrow and the result.
            "memory_limit": f"{limit // 2}B" if limit > 0 else "1GB",
            **(BY_ITSELF if _are_small(files) else {"threads": os.cpu_count() or 1}),
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{literals(files)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _are_small(files: list[str]) -> bool:
    """Whether these files are; of those that are gone the query will tell."""
    return are_small(file for file in files if os.path.exists(file))  # noqa: PTH110  # hundreds of files


def _provide(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    name, files, columns = table
    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(name)} AS {_reading(files, columns)}")
    except (duckdb.IOException, duckdb.PermissionException, duckdb.InvalidInputException) as error:
        raise Unreadable(name) from error


def _reading(files: list[str], columns: dict[str, str]) -> str:
    """The SELECT that gives a table's declared columns in the types that the gate has counted on."""
    source = f"read_parquet([{literals(files)}], union_by_name = {len(files) > 1})"
    given = {name: identifier(name) if files else "NULL" for name in columns}
    casts = [
        f"CAST({given[name]} AS {SQL_TYPES[kind]}) AS {identifier(name)}" for name, kind in columns.items()
    ]
    return f"SELECT {', '.join(casts)} " + (f"FROM {source}" if files else "WHERE false")


def _columns(result: duckdb.DuckDBPyConnection, most: dict[str, int]) -> list[Column]:
    """The rows as they come, so that the first too many ends the query.

    Plain values instead of Arrow: DuckDB plans a query twice to give its result as Arrow without keeping it whole.
    """
    rows: list[Any] = []
    taken = 0
    while batch := result.fetchmany(BATCH):
        rows += batch
        taken += sum(_bytes(value, most["text"]) for row in batch for value in row)
        if len(rows) > most["rows"] or taken > most["bytes"]:
            raise TooManyRows
    return list(zip(*rows, strict=True))


def _bytes(value: Any, longest: int) -> int:
    if not isinstance(value, str):
        return WIDTH
    if len(value) > longest:
        raise TextTooLong
    return len(value)
