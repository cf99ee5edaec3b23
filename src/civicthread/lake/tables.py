"""Versioned tables: Parquet files named by a Delta log, one commit per change, every version readable.

A table is a folder, on a disk or in an object store. Its Delta log says which files make up which version, so a reader
never sees half a load, and a writer that looked at an older version is refused instead of overwriting another's work.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

from civicthread.lake import log
from civicthread.lake.connection import DEFAULT_LIMITS, SQL_TYPES, Limits, identifier, literals
from civicthread.lake.refusals import LakeError, StaleWriter, StoreFailed, UnknownVersion
from civicthread.lake.schema import NAME, Column, ColumnType, TableSchema, TableVersion
from civicthread.lake.store import Place

DELTA_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "string",
    "integer": "long",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",
}
COLUMN_TYPES: Final[Mapping[str, ColumnType]] = {delta: ours for ours, delta in DELTA_TYPES.items()}
DECLARED: Final = "civicthread"

# Without these, delta-rs deletes log entries after 30 days, and with them the old versions.
KEEP_THE_LOG: Final = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
}

# What a table has gone through that never held a row.
NO_ROWS: Final = ("create", "change_schema", "redeclare")


@dataclass(frozen=True)
class Commit:
    """One entry of a table's history; `at` is the writer's clock in UTC, `metadata` what the writer noted."""

    version: int
    at: datetime
    operation: str
    metadata: Mapping[str, Any]


class Lake:
    """A folder of versioned tables, or an object store such as `s3://bucket/prefix` with a folder for copies of it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Lake(folder).table("counts")
    ...     version = table.create(TableSchema((Column("area", "text"), Column("n", "integer"))))
    ...     version.version, version.files, dict(version.columns)
    (0, (), {'area': 'text', 'n': 'integer'})
    """

    def __init__(
        self, root: str | Path, *, copies: str | Path | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self.place = Place.at(root, copies)
        self.limits = limits

    def table(self, name: str) -> "Table":
        """The table of that name, which may not exist yet; LakeError where the name is not plain lower
        case.
        """
        if not NAME.fullmatch(name):
            raise LakeError(f"“{name}” cannot name a table: use lower-case letters, digits and underscores.")
        return Table(name, self.place.within(name), self.limits)

    def names(self) -> list[str]:
        """The names of the tables that exist."""
        found = (name for name in self.place.folders() if NAME.fullmatch(name))
        return sorted(name for name in found if self.table(name).exists())


@dataclass(frozen=True)
class Table:
    """One versioned table; cheap to make, holds nothing open.

    >>> from tempfile import TemporaryDirectory
    >>> import pyarrow, pyarrow.parquet
    >>> with TemporaryDirectory() as folder:
    ...     table = Lake(folder).table("counts")
    ...     last = table.create(TableSchema((Column("n", "integer"),)))
    ...     for n, mode in ((1, "append"), (2, "replace")):
    ...         file = table.folder / f"{n}.parquet"
    ...         pyarrow.parquet.write_table(pyarrow.table({"n": [n]}), file)
    ...         last = table.add([file], mode=mode, expected_version=last.version)
    ...     again = table.restore(1, expected_version=2)
    ...     [(one.version, pyarrow.parquet.read_table(one.files[0])["n"].to_pylist()) for one in (last, again)]
    [(2, [2]), (3, [1])]
    """

    name: str
    place: Place
    limits: Limits = DEFAULT_LIMITS

    @property
    def folder(self) -> Path:
        """Where its files stand on this machine."""
        return self.place.folder

    def exists(self) -> bool:
        """Whether the table has been created."""
        return log.exists(self.place)

    def create(self, schema: TableSchema) -> TableVersion:
        """Make the table, empty, as version 0. LakeError where it exists or a column name is not plain."""
        check_schema(schema)
        log.path_of(self.folder, 0).parent.mkdir(parents=True, exist_ok=True)
        told = log.metadata(
            [_field(column) for column in schema.columns], {**KEEP_THE_LOG, **_orders(schema)}
        )
        try:
            log.write(self.place, 0, [log.PROTOCOL, told], noted=_noted("create", {}))
        except FileExistsError:
            raise LakeError(f"The table {self.name} exists already.") from None
        log.flush_to_disk(self.folder)
        log.flush_to_disk(self.folder.parent)
        return self.version(0)

    def version(self, number: int | None = None) -> TableVersion:
        """One version, the latest by default, with its files; UnknownVersion where it is not there (any
        more).
        """
        found = log.state(self.place, number)
        files = log.files(self.place, found)
        columns = {told["name"]: COLUMN_TYPES[told["type"]] for told in found.fields}
        return TableVersion(self.name, found.number, self.place.uri, files, columns)

    def latest(self) -> int:
        """The number of the latest version."""
        return log.state(self.place).number

    def schema(self, number: int | None = None) -> TableSchema:
        """The schema that was declared when the table was made or its columns last changed."""
        found = log.state(self.place, number)
        columns = tuple(_column(told) for told in found.fields)
        keys, sort = (
            tuple(json.loads(found.configuration[f"{DECLARED}.{name}"])) for name in ("keys", "sort")
        )
        return TableSchema(columns, keys, sort)

    def history(self, limit: int | None = None) -> list[Commit]:
        """The commits, newest first."""
        return [_commit(entry) for entry in islice(log.commits(self.folder, self.latest()), limit)]

    def add(
        self,
        files: Sequence[Path],
        *,
        mode: Literal["append", "replace"],
        expected_version: int,
        metadata: Mapping[str, Any] | None = None,
    ) -> TableVersion:
        """One commit that adds Parquet files standing in the table's folder, or puts them in place of all
        others.

        StaleWriter where `expected_version` is not the latest any more: nothing is changed then. `metadata` is
        noted with the commit. An example stands with the class.
        """
        old = self.version(expected_version).files if mode == "replace" else ()
        return self.swap(files, old, expected_version=expected_version, metadata=metadata, operation=mode)

    def swap(
        self,
        added: Sequence[Path],
        removed: Iterable[str],
        *,
        expected_version: int,
        metadata: Mapping[str, Any] | None = None,
        operation: str = "swap",
    ) -> TableVersion:
        """One commit that adds some files and removes others; `operation="compact"` says no row has changed.

        `added` stand in the table's folder, `removed` are paths as `TableVersion.files` has them. StaleWriter as `add`.
        """
        log.state(self.place, expected_version)
        changes = operation != "compact"
        actions = [log.added(file, rows=_rows_in(file), changes=changes) for file in added]
        actions += [log.removed(Path(file), changes=changes) for file in removed]
        for file in added:  # before the entry that names them: whoever reads it finds them
            self.place.send(file.name)
        return self._committed(actions, _noted(operation, metadata or {}), expected_version=expected_version)

    def restore(self, number: int, *, expected_version: int) -> TableVersion:
        """A new version with the content and columns of an old one.

        Files that are not in use any more come back under other names, as new as those of a load: whoever lets old
        files go at this moment (`upkeep.vacuum`) takes none that a later version holds.
        UnknownVersion where the old one is not there (any more), StaleWriter as `add`. Example: the class.
        """
        names = [Path(file).name for file in self.version(number).files]
        old, now = log.state(self.place, number), log.state(self.place, expected_version)
        told = [] if old.fields == now.fields else [log.metadata(old.fields, old.configuration, of=now.id)]
        gone = [log.removed(Path(name), changes=True) for name in sorted(now.files - old.files)]
        noted, back = _noted("restore", {"restored": number}), list[Path]()
        with taken_back(self, back):
            back.extend(self._again(name) for name in names if name not in now.files)
            log.flush_to_disk(self.folder)
            added = [log.added(file, rows=_rows_in(file), changes=True) for file in back]
            for file in back:
                self.place.send(file.name)
            return self._committed([*told, *added, *gone], noted, expected_version=expected_version)

    def _again(self, name: str) -> Path:
        """A file under another name too; UnknownVersion where it was let go this moment."""
        old, new = self.folder / name, self.folder / f"part-{uuid4().hex}.parquet"
        try:
            os.utime(old)  # first: the other name never looks old
            os.link(old, new)
        except FileNotFoundError as error:
            raise UnknownVersion(f"The file {name} of {self.name} has been removed.") from error
        return new

    def change_schema(self, schema: TableSchema, *, expected_version: int) -> TableVersion:
        """A new version with more columns, which must be nullable; LakeError for any other change."""
        check_schema(schema)
        old, now = self.schema(expected_version), log.state(self.place, expected_version)
        known = {column.name: column.type for column in old.columns}
        added = [column for column in schema.columns if column.name not in known]
        _check_change(old, schema, added)
        fields = [*now.fields, *map(_field, added)]
        noted = _noted("change_schema", {"added": [column.name for column in added]})
        told = log.metadata(fields, now.configuration, of=now.id)
        return self._committed([told], noted, expected_version=expected_version)

    def redeclare(self, schema: TableSchema, *, expected_version: int) -> TableVersion:
        """A new version with other columns, keys and order, of a table that never held a row; LakeError for another."""
        check_schema(schema)
        if any(commit.operation not in NO_ROWS for commit in self.history()):
            raise LakeError("The table has held rows: make a new one.")
        fields, now = [_field(column) for column in schema.columns], log.state(self.place, expected_version)
        told = log.metadata(fields, {**KEEP_THE_LOG, **_orders(schema)}, of=now.id)
        return self._committed([told], _noted("redeclare", {}), expected_version=expected_version)

    def _committed(
        self, actions: Sequence[log.Action], noted: Mapping[str, Any], *, expected_version: int
    ) -> TableVersion:
        """The version that these actions make; StaleWriter where another one was made meanwhile."""
        try:
            log.write(self.place, expected_version + 1, actions, noted=noted)
        except FileExistsError:
            raise StaleWriter(self.name, expected_version, self.latest()) from None
        return self.version(expected_version + 1)


@contextmanager
def taken_back(table: Table, files: Sequence[Path]) -> Iterator[None]:
    """Take files that are about to be committed away again where the commit is refused.

    Where a store did not answer, the entry may have gone through, and may still: the files stay then. If no version
    comes to name them, they are let go like what a crash leaves.
    """
    try:
        yield
    except StoreFailed:
        raise
    except Exception:
        # Where the latest version holds them the commit went through, whatever was raised after it.
        if not {file.name for file in files} <= log.state(table.place).files:
            for file in files:
                table.place.remove(file.name)
        raise


def relation(version: TableVersion) -> str:
    """SQL that reads a version in DuckDB with all of its columns, also where older files lack some.

    >>> relation(TableVersion("t", 0, "", (), {"n": "integer"}))
    '(SELECT NULL::BIGINT AS "n" WHERE false)'
    """
    columns = ", ".join(
        f"NULL::{SQL_TYPES[kind]} AS {identifier(name)}" for name, kind in version.columns.items()
    )
    empty = f"SELECT {columns} WHERE false"
    if not version.files:
        return f"({empty})"
    return f"({empty} UNION ALL BY NAME {parquet(version.files)})"


def parquet(files: Sequence[str]) -> str:
    """SQL that reads these Parquet files, columns matched by name."""
    return f"SELECT * FROM read_parquet([{literals(list(files))}], union_by_name = true)"  # noqa: S608 quoted


def check_schema(schema: TableSchema) -> None:
    """LakeError where the columns, keys or sort order of a schema cannot work."""
    names = [column.name for column in schema.columns]
    bad = [name for name in names if not NAME.fullmatch(name)]
    if bad:
        raise LakeError(f"“{bad[0]}” cannot name a column: use lower-case letters, digits and underscores.")
    if not names or len(set(names)) < len(names):
        raise LakeError("A table needs columns, each with a name of its own.")
    unknown = [name for name in (*schema.keys, *schema.sort) if name not in names]
    if unknown:
        raise LakeError(f"“{unknown[0]}” is a key or sort column, but not a column of the table.")


def _field(column: Column) -> dict[str, Any]:
    """A column as the log knows it, carrying its declaration.

    Ingestion holds the declared rule; the files themselves are nullable.
    """
    declared = {DECLARED: json.dumps(vars(column))}
    return {"name": column.name, "type": DELTA_TYPES[column.type], "nullable": True, "metadata": declared}


def _check_change(old: TableSchema, new: TableSchema, added: Sequence[Column]) -> None:
    kept = {column.name: column.type for column in new.columns}
    if any(kept.get(column.name) != column.type for column in old.columns):
        raise LakeError("A column cannot be removed or change its type: make a new table.")
    if (old.keys, old.sort) != (new.keys, new.sort):
        raise LakeError("Keys and sort order cannot change: make a new table.")
    if not added:
        raise LakeError("No column was added.")
    if not all(column.nullable for column in added):
        raise LakeError("An added column must be nullable: the rows already there have no value for it.")


def _orders(schema: TableSchema) -> dict[str, str]:
    return {f"{DECLARED}.keys": json.dumps(schema.keys), f"{DECLARED}.sort": json.dumps(schema.sort)}


def _noted(operation: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {DECLARED: {"operation": operation, **metadata}}


def _rows_in(file: Path) -> int:
    from pyarrow.parquet import read_metadata  # noqa: PLC0415 costs 100 ms, only writers need it

    return int(read_metadata(file).num_rows)


def _column(told: Mapping[str, Any]) -> Column:
    declared = json.loads(told["metadata"][DECLARED])
    return Column(**{**declared, "codes": tuple(declared["codes"])})


def _commit(entry: Mapping[str, Any]) -> Commit:
    noted = dict(entry.get(DECLARED) or {})
    operation = noted.pop("operation", str(entry.get("operation", "")).lower())
    return Commit(entry["version"], datetime.fromtimestamp(entry["timestamp"] / 1000, UTC), operation, noted)
