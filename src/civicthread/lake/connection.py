"""DuckDB connections with limits, and the little SQL quoting the lake needs."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

import duckdb

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of it that is done (0 to 1); may raise to cancel."""


@dataclass(frozen=True)
class Limits:
    """What work on a table may use: DuckDB's `memory` and `threads`; the size a file may unpack to, in bytes."""

    memory: str = "600MB"
    threads: int = 2
    unpacked_bytes: int = 8 << 30


DEFAULT_LIMITS: Final = Limits()
SMALL: Final = 4 << 20
"""Files of no more bytes than this in all are worked on without a place to spill to."""
BY_ITSELF: Final[Mapping[str, int]] = MappingProxyType({"threads": 1, "async_threads": 0})
"""The settings with which a query has no thread but the caller's: to wake others takes longer than small files do."""
SQL_TYPES: Final[Mapping[str, str]] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
"""What DuckDB calls the types of our columns."""


def identifier(name: str) -> str:
    """A name as SQL writes it.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it.

    >>> literal("l'eau")
    "'l''eau'"
    """
    return "'" + text.replace("'", "''") + "'"


def literals(texts: tuple[str, ...] | list[str]) -> str:
    """Several texts, parted by commas."""
    return ", ".join(literal(text) for text in texts)


@contextmanager
def connect(limits: Limits, work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection within the limits, that spills to `work` and leaves nothing there."""
    connection = _database(limits, spill=str(work / "spill"))
    # Without the bar `query_progress` knows nothing; printing it is the caller's business.
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    try:
        yield connection
    finally:
        connection.close()


_kept: dict[tuple[int, Limits], duckdb.DuckDBPyConnection] = {}
_keeping = threading.Lock()


@contextmanager
def borrow(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection within the limits, to a database that stays open: opening one costs more than a small load.

    It never spills to disk, and what is made in it must be temporary: it goes with the connection.
    """
    key = (os.getpid(), limits)  # the threads of a database do not live on in a fork
    with _keeping:
        if key not in _kept:
            _kept[key] = _database(limits, spill="", more=BY_ITSELF)
        connection = _kept[key].cursor()
    try:
        yield connection
    except (duckdb.FatalException, duckdb.InternalException):
        with _keeping:
            _kept.pop(key, None)
        raise
    finally:
        connection.close()


@contextmanager
def fitting(limits: Limits, files: Iterable[str | Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to work on these files: borrowed where they are small, able to spill where they are large."""
    if are_small(files):
        with borrow(limits) as connection:
            yield connection
    else:
        with TemporaryDirectory(prefix="lake-") as folder, connect(limits, Path(folder)) as connection:
            yield connection


def are_small(files: Iterable[str | Path]) -> bool:
    """Whether work on these files fits into memory however it is done."""
    return sum(Path(file).stat().st_size for file in files) <= SMALL


def _database(
    limits: Limits, *, spill: str, more: Mapping[str, int] = MappingProxyType({})
) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": spill,
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            **more,
        }
    )


def run(connection: duckdb.DuckDBPyConnection, sql: str, *, progress: Progress, stage: str) -> int:
    """Run a statement that writes rows, saying how far it is; returns the number of rows written."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(lambda: connection.execute(sql).fetchone())
        try:
            while True:
                try:
                    row = future.result(timeout=0.2)
                    break
                except TimeoutError:
                    progress(stage, max(0.0, connection.query_progress()) / 100)
        except BaseException:
            connection.interrupt()
            raise
    progress(stage, 1.0)
    return int(row[0]) if row else 0
