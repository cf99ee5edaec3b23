"""How the tests look into a lake: through DuckDB, as every reader does."""

import csv
from pathlib import Path

import duckdb
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from civicthread.lake.ingest import Ingested
from civicthread.lake.tables import Table, relation


def rows_of(table: Table, number: int | None = None) -> list[tuple[object, ...]]:
    """The rows of a version, as stored."""
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM {relation(table.version(number))}").fetchall()


def rejects_of(done: Ingested) -> list[dict[str, str]]:
    """The rows an ingestion set aside."""
    assert done.rejects_file is not None
    return rejects_in(done.rejects_file)


def rejects_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stray_files(table: Table) -> set[str]:
    """Parquet files that the latest version does not name."""
    return {str(file) for file in table.folder.rglob("*.parquet")} - set(table.version().files)


def put_by_delta(delta: DeltaTable, file: Path, mode: str = "append") -> None:
    """Commit a file as another program would, by delta-rs."""
    status = file.stat()
    action = AddAction(
        file.name, status.st_size, {}, status.st_mtime_ns // 1_000_000, True, '{"numRecords": 1}'
    )
    delta.create_write_transaction([action], mode, delta.schema())
