"""What the child process runs: one checked query in DuckDB, in a sandbox that sees the files of its tables.

The gate has refused hostile SQL already; here the same is refused a second time, by means that know nothing
of SQL: a locked database without access to anything but those files, in a process with a memory limit.
"""

import importlib
import os
import resource
from collections import OrderedDict
from typing import Any, Final
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from civicthread.lake.connection import identifier, literals

CONNECTIONS: Final = 4
"""How many sandboxes are kept: opening one costs 15 ms, most of a small query."""

SQL_TYPES: Final = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}

Table = tuple[str, list[str], dict[str, str]]
"""A table's name, its files, its columns with their types."""

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
        connection.sql("SELECT sum(CAST(1 AS DECIMAL(38, 9))) AS total").to_arrow_table()


def run(sql: str, tables: list[Table], readable: list[str], most: dict[str, int]) -> bytes:
    """The result of a canonical query, as an Arrow IPC stream.

    `readable` are all files the sandbox may open; those of `tables` are among them. `most` limits the rows, the
    bytes and the length of a text in the result.
    """
    connection = _sandbox(frozenset(readable))
    try:
        for table in tables:
            _provide(connection, table)
        return _written(connection.sql(sql), most)
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
            "threads": os.cpu_count() or 1,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
    )
    _reach_object_stores(connection, files)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{literals(files)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _reach_object_stores(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    schemes = {urlsplit(file).scheme for file in files} - {"", "file"}
    if schemes:
        fsspec = importlib.import_module("fsspec")  # an extra, needed only for a lake in an object store
        for scheme in schemes:
            connection.register_filesystem(fsspec.filesystem(scheme))


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


def _written(result: duckdb.DuckDBPyRelation, most: dict[str, int]) -> bytes:
    sink = pa.BufferOutputStream()
    rows = 0
    with result.to_arrow_reader() as reader, pa.ipc.new_stream(sink, reader.schema) as stream:
        for batch in reader:
            rows += batch.num_rows
            if rows > most["rows"] or sink.tell() + batch.nbytes > most["bytes"]:
                raise TooManyRows
            if _longest_text(batch) > most["text"]:
                raise TextTooLong
            stream.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _longest_text(batch: Any) -> int:
    lengths = [
        pc.max(pc.utf8_length(column)).as_py() or 0
        for column in batch.columns
        if pa.types.is_string(column.type)
    ]
    return max(lengths, default=0)
