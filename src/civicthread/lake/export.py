"""A version as CSV, JSON or Parquet, in pieces."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect, identifier, literal
from civicthread.lake.schema import TableVersion
from civicthread.lake.spreadsheet import csv_lines
from civicthread.lake.tables import relation

ExportFormat = Literal["csv", "json", "parquet"]
BATCH: Final = 10_000
PIECE: Final = 1 << 20


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
