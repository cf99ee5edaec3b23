"""A version as CSV, JSON or Parquet, in pieces; the one place that writes CSV for people.

Spreadsheets run a text that starts with = + - @ or a control character as a formula. Such a text gets an
apostrophe in front; numbers and dates stay as they are.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect, identifier, literal
from civicthread.lake.schema import TableVersion
from civicthread.lake.tables import relation

ExportFormat = Literal["csv", "json", "parquet"]
BATCH: Final = 10_000
PIECE: Final = 1 << 20
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def escaped(value: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped(-5), escaped("a=b")
    ("'=1+1", -5, 'a=b')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def csv_lines(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, texts escaped; None is empty, a number as Python writes it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def export(
    version: TableVersion,
    kind: ExportFormat,
    *,
    order: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[bytes]:
    """The rows of a version in pieces of bytes, sorted by the columns in `order` where it is given."""
    sort = ", ".join(identifier(name) for name in order)
    sql = f"SELECT * FROM {relation(version)}" + (f" ORDER BY {sort}" if sort else "")  # noqa: S608 quoted
    writer = {"csv": _csv, "json": _json, "parquet": _parquet}[kind]
    with TemporaryDirectory(prefix="export-") as folder, connect(limits, Path(folder)) as connection:
        yield from writer(connection, sql, Path(folder))


def _csv(connection: Any, sql: str, _folder: Path) -> Iterator[bytes]:
    result = connection.execute(sql)
    yield csv_lines([[column[0] for column in result.description]])
    while rows := result.fetchmany(BATCH):
        yield csv_lines(rows)


def _json(connection: Any, sql: str, _folder: Path) -> Iterator[bytes]:
    result = connection.execute(f"SELECT to_json(version_rows)::VARCHAR FROM ({sql}) version_rows")  # noqa: S608
    separator = "[\n"
    while rows := result.fetchmany(BATCH):
        yield (separator + ",\n".join(row[0] for row in rows)).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


def _parquet(connection: Any, sql: str, folder: Path) -> Iterator[bytes]:
    target = folder / "export.parquet"
    connection.execute(f"COPY ({sql}) TO {literal(str(target))} (FORMAT parquet)")
    with target.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _cell(value: object) -> object:
    """Booleans as JSON writes them, dates as ISO; a text never as a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else escaped(value)
