"""Upkeep of a table: rewriting it sorted, removing what retention lets go, and telling two versions apart."""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from civicthread.lake import log
from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect, fitting, identifier, literal
from civicthread.lake.loading import REJECTS
from civicthread.lake.log import flush_to_disk
from civicthread.lake.refusals import LakeError, UnknownVersion
from civicthread.lake.schema import TableVersion
from civicthread.lake.store import WORK, Place
from civicthread.lake.tables import Table, relation, taken_back

SAMPLE = 20


@dataclass(frozen=True)
class Difference:
    """How version `b` differs from `a`: row counts, and up to 20 rows of each kind (a changed row as old,
    new).
    """

    added: int
    removed: int
    changed: int
    added_rows: tuple[dict[str, Any], ...] = ()
    removed_rows: tuple[dict[str, Any], ...] = ()
    changed_rows: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = ()


@contextmanager
def work_folder(table: Table) -> Iterator[Path]:
    """A folder of one's own beside the table's files, gone afterwards; those of dead processes are swept
    away.

    The folder is locked while its owner lives: a lock, unlike a process number, does not outlive a kill -9.
    """
    base = table.folder / WORK
    base.mkdir(parents=True, exist_ok=True)
    folder = base / uuid4().hex
    with _locked(base, fcntl.LOCK_EX):  # nobody sweeps a new folder before its owner has locked it
        _sweep(base)
        folder.mkdir()
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _sweep(base: Path) -> None:
    for folder in base.iterdir():
        with suppress(BlockingIOError, FileNotFoundError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def move_in(table: Table, file: Path) -> Path:
    """Put a finished Parquet file into the table's folder under a new name, safe on disk, not yet in any
    version, nor in a store.
    """
    target = table.folder / f"part-{uuid4().hex}.parquet"
    flush_to_disk(file)
    file.rename(target)
    flush_to_disk(table.folder)
    return target


def compact(table: Table, *, expected_version: int) -> TableVersion:
    """Rewrite the table as one file in its sort order: a new version with the same rows, faster to scan.

    StaleWriter where another version was committed meanwhile, UnknownVersion where the expected one is not there.
    An example stands with `diff`.
    """
    version = table.version(expected_version)
    if not version.files:
        return version
    order = ", ".join(identifier(name) for name in table.schema(expected_version).sort)
    with work_folder(table) as work, connect(table.limits, work) as connection:
        target = work / "sorted.parquet"
        order_by = f"ORDER BY {order}" if order else ""
        connection.execute(
            f"COPY (SELECT * FROM {relation(version)} {order_by}) TO {literal(str(target))} (FORMAT parquet)"  # noqa: S608
        )
        file = move_in(table, target)
        return committed(table, [file], version.files, expected_version=expected_version, operation="compact")


def committed(
    table: Table, files: list[Path], removed: Iterable[str], *, expected_version: int, **noted: Any
) -> TableVersion:
    """Commit files that were moved in, and take them away again where the commit is refused."""
    with taken_back(table, files):
        return table.swap(files, removed, expected_version=expected_version, **noted)


def vacuum(table: Table, *, keep: Iterable[int] = (), before: datetime) -> list[str]:
    """Remove files that no kept version needs, and return their names.

    Kept are the versions named in `keep`, the latest, every version committed at or after `before`, and the
    one that was current then. Files written after `before` stay: a load under way may be about to commit
    them. No lock is needed: what a later version holds is in the latest one now, or was written after `before`.
    UnknownVersion where a version of `keep` is not whole any more. An example stands with `diff`.
    """
    standing, limit = table.place.standing(), before.timestamp()
    needed = {name for number in keep for name in _names(table, number, standing)}
    for number in recent_versions(table, before):
        with suppress(UnknownVersion):  # an earlier call, with a later date, has removed it
            needed.update(_names(table, number, standing))
    removed = _remove(table.place, {**table.place.here(), **standing}, keep=needed, limit=limit)
    table.place.sweep(("", "_delta_log", REJECTS), before=limit)
    flush_to_disk(table.folder)
    return removed


def remove_lists(table: Table, *, keep: Collection[str] = (), before: datetime) -> list[str]:
    """Remove the lists of rows set aside that are not named in `keep` and were written before that moment; their names.

    Rows set aside may tell of persons: their lists must not outlive what they belong to.
    """
    place = table.place.within(REJECTS)
    written = {**place.here(".csv"), **place.standing(".csv")}
    return _remove(place, written, keep=keep, limit=before.timestamp())


def _remove(place: Place, written: Mapping[str, float], *, keep: Collection[str], limit: float) -> list[str]:
    removed = [name for name in sorted(written) if name not in keep and written[name] < limit]
    for name in removed:
        place.remove(name)
    return removed


def whole(table: Table, numbers: Iterable[int]) -> list[int]:
    """Which of these versions have all of their files still; none of them is read for that."""
    standing, found = table.place.standing(), []
    for number in numbers:
        with suppress(UnknownVersion):
            _names(table, number, standing)
            found.append(number)
    return found


def _names(table: Table, number: int, standing: Mapping[str, float]) -> frozenset[str]:
    """The names of a version's files; UnknownVersion where one is not there any more."""
    names = log.state(table.place, number).files
    if not names <= standing.keys():
        raise UnknownVersion(f"The data of version {number} of {table.name} has been removed.")
    return names


def recent_versions(table: Table, before: datetime) -> set[int]:
    """The latest version, every one committed at or after that moment, and the one that was current then."""
    commits = table.history()
    newer = {commit.version for commit in commits if commit.at >= before}
    older = {commit.version for commit in commits} - newer
    return {*newer, *({max(older)} if older else ()), table.latest()}


def diff(table: Table, a: int, b: int) -> Difference:
    """Rows added, removed and changed from version `a` to version `b`, told apart by the table's keys.

    Without keys a row is its values: it is added or removed, never changed, and doubles count. UnknownVersion where
    one of the two is not there (any more).

    >>> from datetime import UTC
    >>> from tempfile import TemporaryDirectory
    >>> from civicthread.lake.ingest import ingest
    >>> from civicthread.lake.schema import Column, TableSchema
    >>> from civicthread.lake.tables import Lake
    >>> schema = TableSchema((Column("area", "text"), Column("n", "integer")), keys=("area",), sort=("area",))
    >>> with TemporaryDirectory() as folder:
    ...     table, file = Lake(folder).table("counts"), Path(folder, "counts.csv")
    ...     empty = table.create(schema)
    ...     for rows in ("Uccle,5\\nEvere,3\\n", "Uccle,6\\nIxelles,2\\n"):
    ...         loaded, done = file.write_text("area,n\\n" + rows), ingest(table, file, schema=schema)
    ...     found = diff(table, 1, 2)
    ...     (found.added, found.removed, found.changed), found.changed_rows[0][1]
    ...     compact(table, expected_version=2).version, len(vacuum(table, before=datetime.now(UTC)))
    ((1, 1, 1), {'area': 'Uccle', 'n': 6})
    (3, 2)
    """
    return difference(table.version(a), table.version(b), table.schema(b).keys, limits=table.limits)


def difference(
    old: TableVersion, new: TableVersion, keys: tuple[str, ...], *, limits: Limits = DEFAULT_LIMITS
) -> Difference:
    """Rows added, removed and changed from `old` to `new`, told apart by the keys, or where there are none by all."""
    with fitting(limits, (*old.files, *new.files)) as connection:
        columns = list(dict.fromkeys((*old.columns, *new.columns)))
        for name, version in (("old", old), ("new", new)):
            missing = "".join(f", NULL AS {identifier(c)}" for c in columns if c not in version.columns)
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT *{missing} FROM {relation(version)}")  # noqa: S608
        return _by_key(connection, keys, columns) if keys else _by_value(connection, columns)


def _by_value(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> Difference:
    names = ", ".join(identifier(name) for name in columns)

    def without(left: str, right: str) -> tuple[int, tuple[dict[str, Any], ...]]:
        sql = f"SELECT {names} FROM {left} EXCEPT ALL SELECT {names} FROM {right}"  # noqa: S608
        return _count(connection, sql), _rows(connection, f"{sql} ORDER BY ALL LIMIT {SAMPLE}")

    (added, added_rows), (removed, removed_rows) = without("new", "old"), without("old", "new")
    return Difference(added, removed, 0, added_rows, removed_rows)


def _by_key(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], columns: list[str]) -> Difference:
    using = ", ".join(identifier(name) for name in keys)
    values = [identifier(name) for name in columns if name not in keys]
    differs = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in values) or "false"
    added = f"SELECT new.* FROM new ANTI JOIN old USING ({using})"  # noqa: S608
    removed = f"SELECT old.* FROM old ANTI JOIN new USING ({using})"  # noqa: S608
    changed = f"FROM old JOIN new USING ({using}) WHERE {differs}"
    pairs = connection.execute(f"SELECT old, new {changed} ORDER BY {using} LIMIT {SAMPLE}").fetchall()
    return Difference(
        _count(connection, added),
        _count(connection, removed),
        _count(connection, f"SELECT 1 {changed}"),
        _rows(connection, f"{added} ORDER BY ALL LIMIT {SAMPLE}"),
        _rows(connection, f"{removed} ORDER BY ALL LIMIT {SAMPLE}"),
        tuple((dict(old), dict(new)) for old, new in pairs),
    )


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()  # noqa: S608
    if row is None:
        raise LakeError("A count came back empty.")
    return int(row[0])


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[dict[str, Any], ...]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in result.fetchall())
