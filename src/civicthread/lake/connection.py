"""DuckDB connections with limits, and the little SQL quoting the lake needs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of it that is done (0 to 1); may raise to cancel."""


@dataclass(frozen=True)
class Limits:
    """What work on a table may use and bear.

    DuckDB's `memory` and `threads`; the size a file may unpack to, in bytes; and the share of bad rows (0 to
    1) above which a file is refused.
    """

    memory: str = "600MB"
    threads: int = 2
    unpacked_bytes: int = 8 << 30
    bad_share: float = 0.5


DEFAULT_LIMITS: Final = Limits()


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
    spill = work / "spill"
    connection = duckdb.connect(
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": str(spill),
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Without the bar `query_progress` knows nothing; printing it is the caller's business.
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    try:
        yield connection
    finally:
        connection.close()


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
