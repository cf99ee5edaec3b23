"""Versioned tables: Parquet files named by a Delta log, one commit per change, every version readable.

A table is a folder. Its Delta log says which files make up which version, so a reader never sees half a load,
and a writer that looked at an older version is refused instead of overwriting another's work.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote

from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, CommitProperties, PostCommitHookProperties, RemoveAction

from civicthread.lake.connection import DEFAULT_LIMITS, Limits, identifier, literals
from civicthread.lake.refusals import LakeError, StaleWriter, UnknownVersion
from civicthread.lake.schema import NAME, Column, ColumnType, TableSchema, TableVersion

DELTA_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "string",
    "integer": "long",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",
}
COLUMN_TYPES: Final[Mapping[str, ColumnType]] = {delta: ours for ours, delta in DELTA_TYPES.items()}
SQL_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
DECLARED: Final = "civicthread"

# Without these, delta-rs deletes log entries after 30 days, and with them the old versions.
KEEP_THE_LOG: Final = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
}
HOOKS: Final = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


@dataclass(frozen=True)
class Commit:
    """One entry of a table's history; `at` is the writer's clock in UTC, `metadata` what the writer noted."""

    version: int
    at: datetime
    operation: str
    metadata: Mapping[str, Any]


class Lake:
    """A folder of versioned tables.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Lake(folder).table("counts")
    ...     version = table.create(TableSchema((Column("area", "text"), Column("n", "integer"))))
    ...     version.version, version.files, dict(version.columns)
    (0, (), {'area': 'text', 'n': 'integer'})
    """

    def __init__(self, root: str | Path, *, limits: Limits = DEFAULT_LIMITS) -> None:
        if "://" in str(root):
            raise LakeError("Only a local folder is supported as a lake.")
        self.root = Path(root).absolute()
        self.limits = limits

    def table(self, name: str) -> "Table":
        """The table of that name, which may not exist yet; LakeError where the name is not plain lower
        case.
        """
        if not NAME.fullmatch(name):
            raise LakeError(f"“{name}” cannot name a table: use lower-case letters, digits and underscores.")
        return Table(name, self.root / name, self.limits)

    def names(self) -> list[str]:
        """The names of the tables that exist."""
        return sorted(folder.parent.name for folder in self.root.glob("*/_delta_log"))


@dataclass(frozen=True)
class _Kept:
    """A log that was read: the version it is at, and what its last entry looked like."""

    number: int
    stamp: tuple[int, ...]
    delta: Any


_kept: dict[Path, _Kept] = {}
MOST_KEPT: Final = 500


@dataclass(frozen=True)
class Table:
    """One versioned table; cheap to make, holds nothing open."""

    name: str
    folder: Path
    limits: Limits = DEFAULT_LIMITS

    def exists(self) -> bool:
        """Whether the table has been created."""
        return self._log_entry(0).exists()

    def create(self, schema: TableSchema) -> TableVersion:
        """Make the table, empty, as version 0. LakeError where it exists or a column name is not plain."""
        check_schema(schema)
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            DeltaTable.create(
                self.folder,
                delta_schema(schema.columns),
                mode="error",
                configuration={**KEEP_THE_LOG, **_orders(schema)},
                commit_properties=_properties("create", {}),
                raise_if_key_not_exists=False,
            )
        except DeltaError as error:
            if self.exists():
                raise LakeError(f"The table {self.name} exists already.") from error
            raise
        self._make_durable(0)
        return self.version(0)

    def version(self, number: int | None = None) -> TableVersion:
        """One version, the latest by default, with its files; UnknownVersion where it is not there (any
        more).
        """
        delta = self._known(number)
        files = tuple(_local_path(uri) for uri in sorted(delta.file_uris()))
        gone = [file for file in files if not os.path.exists(file)]  # noqa: PTH110 thousands of files
        if gone:
            raise UnknownVersion(f"The data of version {delta.version()} of {self.name} has been removed.")
        columns = {field.name: COLUMN_TYPES[field.type.type] for field in delta.schema().fields}
        return TableVersion(self.name, delta.version(), str(self.folder), files, columns)

    def latest(self) -> int:
        """The number of the latest version."""
        return int(self._known().version())

    def schema(self, number: int | None = None) -> TableSchema:
        """The schema that was declared when the table was made or its columns last changed."""
        delta = self._known(number)
        columns = tuple(_column(field) for field in delta.schema().fields)
        configuration = delta.metadata().configuration
        keys, sort = (tuple(json.loads(configuration[f"{DECLARED}.{name}"])) for name in ("keys", "sort"))
        return TableSchema(columns, keys, sort)

    def history(self, limit: int | None = None) -> list[Commit]:
        """The commits, newest first."""
        return [_commit(entry) for entry in self._known().history(limit)]

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

        StaleWriter where `expected_version` is not the latest any more: nothing is changed then.
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
        """One commit that adds some files and removes others; `operation="compact"` says no row has
        changed.
        """
        delta = self._delta(expected_version)
        changes = operation != "compact"
        actions = [_add_action(file, changes=changes) for file in added]
        now = max((action.modification_time for action in actions), default=0)
        actions += [RemoveAction(Path(file).name, changes, now) for file in removed]
        try:
            delta.create_write_transaction(
                actions,
                "append",
                delta.schema(),
                commit_properties=_properties(operation, metadata or {}),
                post_commithook_properties=HOOKS,
            )
        except DeltaError as error:
            raise self._explained(error, expected_version) from error
        return self._acknowledge(expected_version + 1)

    def restore(self, number: int, *, expected_version: int) -> TableVersion:
        """A new version with the content and columns of an old one."""
        self.version(number)
        delta = self._delta(expected_version)
        noted = _properties("restore", {"restored": number})
        try:
            delta.restore(number, commit_properties=noted, post_commithook_properties=HOOKS)
        except DeltaError as error:
            raise self._explained(error, expected_version) from error
        return self._acknowledge(expected_version + 1)

    def change_schema(self, schema: TableSchema, *, expected_version: int) -> TableVersion:
        """A new version with more columns, which must be nullable; LakeError for any other change."""
        check_schema(schema)
        delta = self._delta(expected_version)
        old = self.schema(expected_version)
        known = {column.name: column.type for column in old.columns}
        added = [column for column in schema.columns if column.name not in known]
        _check_change(old, schema, added)
        try:
            delta.alter.add_columns(
                list(delta_schema(added).fields),
                commit_properties=_properties("change_schema", {"added": [column.name for column in added]}),
                post_commithook_properties=HOOKS,
            )
        except DeltaError as error:
            raise self._explained(error, expected_version) from error
        return self._acknowledge(expected_version + 1)

    def _known(self, number: int | None = None) -> Any:
        """The log as of a version, for reading. Opening it takes 3 ms: the last one read is kept while it is true."""
        kept = _kept.get(self.folder)
        if kept and self._is_asked_for(kept, number) and kept.stamp == self._stamp(kept.number):
            return kept.delta
        delta = self._delta(number)
        found = int(delta.version())
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[self.folder] = _Kept(found, self._stamp(found), delta)
        return delta

    def _is_asked_for(self, kept: _Kept, number: int | None) -> bool:
        """Whether it is at this version, or at the latest."""
        if number is None:
            return not self._log_entry(kept.number + 1).exists()
        return kept.number == number

    def _log_entry(self, number: int) -> Path:
        return self.folder / "_delta_log" / f"{number:020d}.json"

    def _stamp(self, number: int) -> tuple[int, ...]:
        """What tells this entry of the log from any other that may have come in its place."""
        try:
            status = self._log_entry(number).stat()
        except FileNotFoundError:
            return ()
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _delta(self, number: int | None = None) -> Any:
        """The log as of a version, for writing: nobody else has it."""
        try:
            return DeltaTable(self.folder, version=number)
        except TableNotFoundError as error:
            raise UnknownVersion(f"There is no table named {self.name}.") from error
        except DeltaError as error:
            raise UnknownVersion(f"The table {self.name} has no version {number}.") from error

    def _explained(self, error: Exception, expected: int) -> Exception:
        current = self.latest()
        return StaleWriter(self.name, expected, current) if current != expected else error

    def _acknowledge(self, number: int) -> TableVersion:
        self._make_durable(number)
        return self.version(number)

    def _make_durable(self, number: int) -> None:
        """A version is acknowledged only once its log entry would survive a power cut."""
        entry = self._log_entry(number)
        for path in (entry, entry.parent, self.folder):
            flush_to_disk(path)


def flush_to_disk(path: Path) -> None:
    """Return once the file's content, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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


def delta_schema(columns: Iterable[Column]) -> Any:
    """The Delta schema of some columns, each carrying its declaration."""
    return Schema(
        [
            Field(
                column.name,
                PrimitiveType(DELTA_TYPES[column.type]),
                nullable=True,  # ingestion holds the declared rule; the files themselves are nullable
                metadata={DECLARED: json.dumps(asdict(column))},
            )
            for column in columns
        ]
    )


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


def _properties(operation: str, metadata: Mapping[str, Any]) -> CommitProperties:
    noted = {DECLARED: {"operation": operation, **metadata}}
    return CommitProperties(custom_metadata=noted, max_commit_retries=0)


def _add_action(file: Path, *, changes: bool) -> AddAction:
    from pyarrow.parquet import read_metadata  # noqa: PLC0415 costs 100 ms, only writers need it

    status = file.stat()
    stats = json.dumps({"numRecords": read_metadata(file).num_rows})
    return AddAction(file.name, status.st_size, {}, status.st_mtime_ns // 1_000_000, changes, stats)


def _column(field: Any) -> Column:
    declared = json.loads(field.metadata[DECLARED])
    return Column(**{**declared, "codes": tuple(declared["codes"])})


def _commit(entry: Mapping[str, Any]) -> Commit:
    noted = dict(entry.get(DECLARED) or {})
    operation = noted.pop("operation", str(entry.get("operation", "")).lower())
    return Commit(entry["version"], datetime.fromtimestamp(entry["timestamp"] / 1000, UTC), operation, noted)


def _local_path(uri: str) -> str:
    return unquote(uri.removeprefix("file://"))
