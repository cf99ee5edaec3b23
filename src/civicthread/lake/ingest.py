"""One file into one new version of a table: read, check, set bad rows aside, sort, write, commit; or nothing
at all.

The quick pass reads plain CSV straight into sorted Parquet and stops at the first bad row. Only then the
careful pass reads the file again, with line numbers, and sets every bad row aside with its reasons. Both use
the same checks, so a file without bad rows gives the same version either way.
"""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from civicthread.lake.connection import Progress, are_small, borrow, connect
from civicthread.lake.dialect import Dialect
from civicthread.lake.loading import Declaration, Load, Mode, Staged, register_transform, rejects_name
from civicthread.lake.refusals import IngestRefused, StaleWriter
from civicthread.lake.schema import TableSchema
from civicthread.lake.sources import is_packed, open_source
from civicthread.lake.staging import stage
from civicthread.lake.tables import Commit, Table
from civicthread.lake.upkeep import committed, move_in, work_folder

if TYPE_CHECKING:
    import pyarrow as pa

PERIOD: Final = "period"
PLAIN: Final = Dialect()
UNREADABLE: Final = (duckdb.InvalidInputException, duckdb.ConversionException)
DISK: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
DISK_WORDS: Final = ("no space left", "file too large", "disk quota", "could not write all bytes")


@dataclass(frozen=True)
class Ingested:
    """What an ingestion did. `rows` were stored, `rejected` set aside into `rejects_file` (None if there are none).

    `unchanged`: the same file with the same declaration was the last one loaded; no version was made. `repeated` of
    the rows are the same as an earlier one of the file, counted where the table has no keys and the file at most a
    million rows. `read`: the rows of the version, where they were in memory anyway.
    """

    version: int
    rows: int
    rejected: int
    rejects_file: Path | None
    sha256: str
    unchanged: bool = False
    repeated: int = 0
    read: "pa.Table | None" = field(default=None, repr=False, compare=False)


def ingest(  # noqa: PLR0913 everything that decides a load, and nothing else
    table: Table,
    path: Path,
    *,
    schema: TableSchema,
    dialect: Dialect = PLAIN,
    mode: Mode = "replace",
    expected_version: int | None = None,
    reference_period: str | None = None,
    bad_share: float = 0.5,
    progress: Progress = lambda _stage, _share: None,
) -> Ingested:
    """Load a file into a table as one new version.

    `mode`: put it in place of the rows there, add it to them, or update them by key. A row that breaks a rule
    is set aside; where more than `bad_share` of all rows do, or all, or the file cannot be read as declared,
    IngestRefused is raised and nothing has changed. StaleWriter where `expected_version` (default: the latest when
    the call begins) is not the latest any more.

    >>> from tempfile import TemporaryDirectory
    >>> from civicthread.lake.schema import Column
    >>> from civicthread.lake.tables import Lake
    >>> schema = TableSchema((Column("area", "text"), Column("n", "integer")), keys=("area",), sort=("area",))
    >>> with TemporaryDirectory() as folder:
    ...     table = Lake(folder).table("counts")
    ...     empty = table.create(schema)
    ...     file = Path(folder, "counts.csv")
    ...     written = file.write_text("area,n\\nIxelles,3\\nEvere,x\\nUccle,5\\n")
    ...     done = ingest(table, file, schema=schema)
    ...     done.version, done.rows, done.rejected, done.rejects_file.read_text().splitlines()[1]
    (1, 2, 1, '3,n,not_an_integer,not a whole number,x,"Evere,x"')
    """
    declared = Declaration(schema, dialect, mode, reference_period)
    base = table.latest() if expected_version is None else expected_version
    _check_table(table, declared, base)
    with _clear_refusals(), work_folder(table) as work:
        sha256 = _sha256(path)
        if loaded := _last_load(table, declared, sha256, base):
            return as_ingested(table, loaded, base, unchanged=True)
        small = _is_small(table, declared, path)
        with borrow(table.limits) if small else connect(table.limits, work) as connection:
            if dialect.x and dialect.y:
                register_transform(connection, dialect.crs)
            source = open_source(path, dialect, work, unpacked_bytes=table.limits.unpacked_bytes)
            load = Load(connection, work, table, base, declared, source, progress, sha256, small, bad_share)
            staged = stage(load)
        return _commit(load, staged)


def _is_small(table: Table, declared: Declaration, path: Path) -> bool:
    """Whether the database that stays open will do: for a small plain file, since it cannot spill and has no functions
    of ours.
    """
    if declared.dialect.format != "csv" or declared.dialect.x or is_packed(path):
        return False
    return are_small((path, *table.version().files))


def as_ingested(table: Table, loaded: Commit, version: int, *, unchanged: bool = False) -> Ingested:
    """A load as the log tells of it, with its list of rows set aside where that is kept."""
    noted = loaded.metadata
    name = rejects_name(noted["sha256"], noted["declaration"])
    rejects = table.place.brought(name) if noted["rejected"] else None
    counted = noted["rows"], noted["rejected"]
    return Ingested(version, *counted, rejects, noted["sha256"], unchanged, noted.get("repeated", 0))


def _commit(load: Load, staged: Staged) -> Ingested:
    """Move the finished file in and make it a version; afterwards nothing else can fail."""
    table, declared = load.table, load.declared
    load.progress("committing", 0.0)
    noted = {
        "sha256": load.sha256,
        "declaration": declared.digest(),
        "mode": declared.mode,
        "rows": staged.rows,
        "rejected": staged.rejected,
        "repeated": staged.repeated,
        "period": declared.period,
    }
    file = move_in(table, staged.file)
    version = committed(
        table, [file], staged.replaced, expected_version=load.base, metadata=noted, operation="ingest"
    )
    load.progress("committing", 1.0)
    read = staged.read if len(version.files) == 1 else None
    return Ingested(
        version.version,
        staged.rows,
        staged.rejected,
        staged.rejects_file,
        load.sha256,
        repeated=staged.repeated,
        read=read,
    )


def _check_table(table: Table, declared: Declaration, base: int) -> None:
    current = table.latest()
    if current != base:
        raise StaleWriter(table.name, base, current)
    stored = {column.name: column.type for column in table.schema(base).columns}
    wanted = {column.name: column.type for column in declared.schema.columns}
    different = {name for name, _ in stored.items() ^ wanted.items()}
    if different:
        raise IngestRefused("table_differs", columns=", ".join(sorted(different)))
    if declared.mode == "upsert" and not declared.schema.keys:
        raise IngestRefused("keys_missing")
    if declared.period is not None and PERIOD not in wanted:
        raise IngestRefused("period_not_declared")


def _last_load(table: Table, declared: Declaration, sha256: str, base: int) -> Commit | None:
    """The commit that makes loading this file again pointless, if there is one.

    Replacing or updating is pointless after the very same load; appending is, anywhere since the last time
    the table's rows were replaced or restored.
    """
    if base == 0:
        return None
    same = {"sha256": sha256, "declaration": declared.digest()}
    for commit in _loads(table):
        if commit.operation != "ingest":
            return None
        if same.items() <= commit.metadata.items():
            return commit
        if declared.mode != "append" or commit.metadata["mode"] == "replace":
            return None
    return None


def _loads(table: Table) -> Iterator[Commit]:
    """The commits that changed rows, newest first, without reading a long history where a short one
    will do.
    """
    read = 0
    for limit in (16, None):
        commits = table.history(limit)
        yield from (
            commit for commit in commits[read:] if commit.operation not in ("compact", "change_schema")
        )
        read = len(commits)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IngestRefused("missing_file") from error


@contextmanager
def _clear_refusals() -> Iterator[None]:
    """Whatever the disk, the memory or the reader says is told in one sentence; nothing has been committed
    then.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise IngestRefused("no_space" if _no_space(error) else "out_of_memory") from error
    except MemoryError as error:
        raise IngestRefused("out_of_memory") from error
    except (OSError, duckdb.Error) as error:
        if _no_space(error):
            raise IngestRefused("no_space") from error
        if isinstance(error, UNREADABLE):
            raise IngestRefused("unreadable", detail=_first_sentence(error)) from error
        raise


def _no_space(error: Any) -> bool:
    return getattr(error, "errno", None) in DISK or any(words in str(error).lower() for words in DISK_WORDS)


def _first_sentence(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
