"""The log of a table, in Delta Lake's format: each entry one JSON file, made once, by whoever comes first.

An entry is written whole and safe on disk before it gets its name, and a name that is taken is never taken again:
so two writers never both make the same version. The checkpoints that save readers a long log are left to delta-rs,
which reads and writes the same files. For one short entry it takes about 10 ms of processor, and to open a short log
4 ms: more than all else that a small file costs.

Where the lake stands in an object store, the log here is a copy of the one there. Its entries are copied in their
order, so a copied log has no gaps, and every reader of files can read it up to its end.
"""

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote
from uuid import uuid4

from civicthread.lake.refusals import StoreFailed, UnknownVersion
from civicthread.lake.store import DRAFT, Place, Stored

Action = Mapping[str, Any]
"""One line of an entry: a mapping of one word, such as `add`, to what it tells."""

CHECKPOINT_EVERY: Final = 100
LOG: Final = "_delta_log"
POINTER: Final = "_last_checkpoint"
PROTOCOL: Final[Action] = {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}
ENTRY: Final = re.compile(r"\d{20}\.json")
MOST_KEPT: Final = 500
_LINE: Final = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class State:
    """A table as of one version: the names of its files, its columns as written there, its configuration."""

    number: int = -1
    id: str = ""
    files: frozenset[str] = frozenset()
    schema: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """The columns."""
        found: list[dict[str, Any]] = json.loads(self.schema)["fields"]
        return found

    def after(self, entry: Iterable[Action]) -> "State":
        """The state once this entry stands in the log."""
        found, files = replace(self, number=self.number + 1), set(self.files)
        for action in entry:
            if add := action.get("add"):
                files.add(unquote(add["path"]))
            elif remove := action.get("remove"):
                files.discard(unquote(remove["path"]))
            elif told := action.get("metaData"):
                schema, configuration = told["schemaString"], told["configuration"]
                found = replace(found, id=told["id"], schema=schema, configuration=configuration)
        return replace(found, files=frozenset(files))


def state(place: Place, number: int | None = None) -> State:
    """The table as of a version, the latest by default; UnknownVersion where it never was."""
    folder = place.folder
    if place.store:
        _follow(place, number)
    kept = _kept.get(folder)
    found = _start(folder, number, kept)
    known = found if kept and found is kept.state else None
    while number is None or found.number < number:
        entry = read(folder, found.number + 1)
        if entry is None:
            break
        found = found.after(entry)
    if found.number < 0:
        raise UnknownVersion(f"There is no table named {folder.name}.")
    if number is not None and found.number != number:
        raise UnknownVersion(f"The table {folder.name} has no version {number}.")
    if found is not known and (kept is None or found.number > kept.state.number or not kept.is_true(folder)):
        _keep(folder, found)
    return found


def files(place: Place, found: State) -> tuple[str, ...]:
    """The paths of a version's files, all of them here; UnknownVersion where one is nowhere any more."""
    paths = tuple(f"{place.folder}/{name}" for name in sorted(found.files))
    missing = [path for path in paths if not os.path.exists(path)]  # noqa: PTH110 thousands of files
    if missing and place.bring([path.rpartition("/")[2] for path in missing]):
        raise UnknownVersion(f"The data of version {found.number} of {place.folder.name} has been removed.")
    return paths


def exists(place: Place) -> bool:
    """Whether there is a table."""
    return place.brought(_entry(0)) is not None


def _follow(place: Place, number: int | None) -> None:
    """Copy the entries that this machine lacks, up to that one, or all there are.

    The last one that is here is looked at too, at no cost: where the store has gone back to an older state, what was
    copied since is wrong, and nobody may build on it.
    """
    here = _copied(place.folder)
    if place.store is None or (number is not None and number < here):
        return
    listed = place.store.listed(LOG, after=_name(here - 2) if here > 1 else "")
    found = [one for one in listed if ENTRY.fullmatch(one.name)]
    if here and not (found and _is_copied(place.folder, here - 1, found.pop(0))):
        raise StoreFailed("store_copies", place=place.uri, folder=str(place.folder))
    place.bring([f"{LOG}/{one.name}" for one in found])


def _copied(folder: Path) -> int:
    """How many entries are here, which is the number of the first that is not."""
    count = _counted.get(folder, 0)
    if count and not path_of(folder, count - 1).exists():
        count = 0
    while path_of(folder, count).exists():
        count += 1
    _counted[folder] = count
    return count


_counted: dict[Path, int] = {}


def _is_copied(folder: Path, number: int, found: Stored) -> bool:
    return (found.name, found.size) == (_name(number), path_of(folder, number).stat().st_size)


@dataclass(frozen=True)
class _Kept:
    """What was read of a log, and what its last entry looked like."""

    state: State
    stamp: tuple[int, ...]

    def is_true(self, folder: Path) -> bool:
        """Whether that entry still stands there."""
        return bool(self.stamp) and self.stamp == _stamp(folder, self.state.number)


_kept: dict[Path, _Kept] = {}
_keeping: Final = Lock()


def _keep(folder: Path, found: State) -> None:
    read = _Kept(found, _stamp(folder, found.number))
    with _keeping:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[folder] = read


def _start(folder: Path, number: int | None, kept: _Kept | None) -> State:
    """Where to read on from: what was read before while it is true, else a checkpoint, else the first entry."""
    if kept and (number is None or kept.state.number <= number) and kept.is_true(folder):
        return kept.state
    try:
        checkpoint = json.loads((folder / LOG / POINTER).read_bytes())["version"]
    except FileNotFoundError:
        return State()
    return _by_delta(folder, checkpoint if number is None else min(checkpoint, number))


def _by_delta(folder: Path, number: int) -> State:
    """The state as delta-rs reads it, which knows how to read checkpoints."""
    from deltalake import DeltaTable  # noqa: PLC0415  # heavy: a short log is read without
    from deltalake.exceptions import DeltaError  # noqa: PLC0415

    try:
        delta = DeltaTable(folder, version=number)
    except DeltaError as error:
        raise UnknownVersion(f"The table {folder.name} has no version {number}.") from error
    names = frozenset(Path(unquote(uri)).name for uri in delta.file_uris())
    told = delta.metadata()
    return State(number, str(told.id), names, delta.schema().to_json(), told.configuration)


def _stamp(folder: Path, number: int) -> tuple[int, ...]:
    """What tells this entry from any other that may have come in its place."""
    try:
        status = os.stat(_name_of(folder, number))  # noqa: PTH116 asked several times per load
    except FileNotFoundError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size


def path_of(folder: Path, number: int) -> Path:
    """Where an entry stands."""
    return Path(_name_of(folder, number))


def _name_of(folder: Path, number: int) -> str:
    return f"{folder}/{LOG}/{number:020d}.json"


def _entry(number: int) -> str:
    return f"{LOG}/{_name(number)}"


def _name(number: int) -> str:
    return f"{number:020d}.json"


def read(folder: Path, number: int) -> list[Action] | None:
    """The actions of an entry; None where it is not there."""
    try:
        with open(_name_of(folder, number), encoding="utf-8") as lines:  # noqa: PTH123 as above
            return [json.loads(line) for line in lines if not line.isspace()]
    except FileNotFoundError:
        return None


def commits(folder: Path, number: int) -> Iterator[Mapping[str, Any]]:
    """What writers noted with each version from this one back to the first, with its number."""
    for version in range(number, -1, -1):
        noted = (action["commitInfo"] for action in read(folder, version) or () if "commitInfo" in action)
        yield {"timestamp": 0, **next(noted, {}), "version": version}


def write(place: Place, number: int, actions: Sequence[Action], *, noted: Mapping[str, Any]) -> None:
    """Make an entry, safe on disk; FileExistsError where another writer has made the one of this number.

    Each has a word of its own, so that no two are the same and a writer knows its own again.
    """
    now = time.time_ns() // 1_000_000
    told = {"timestamp": now, "engineInfo": "Civic Thread", "txnId": uuid4().hex, **noted}
    entry = path_of(place.folder, number)
    # Delta-rs calls its own unfinished entries so, and no reader looks at them.
    draft = entry.with_name(f"_commit_{uuid4().hex}.json{DRAFT}")
    try:
        with draft.open("wb") as out:
            for action in ({"commitInfo": told}, *actions):
                out.write(_LINE.encode(action).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        place.publish(draft, _entry(number))
    finally:
        draft.unlink(missing_ok=True)
    flush_to_disk(entry.parent)
    if number and number % CHECKPOINT_EVERY == 0:
        _checkpoint(place, number)


def _checkpoint(place: Place, number: int) -> None:
    """Save readers the log so far. The version stands already: where this fails, they read a longer log."""
    from deltalake import DeltaTable  # noqa: PLC0415  # heavy: a short log is written without
    from deltalake.exceptions import DeltaError  # noqa: PLC0415

    with suppress(DeltaError, OSError, StoreFailed):
        DeltaTable(place.folder, version=number).create_checkpoint()
        place.send(f"{LOG}/{number:020d}.checkpoint.parquet")
        place.send(f"{LOG}/{POINTER}")  # last: it names what stands


def metadata(
    fields: Sequence[Mapping[str, Any]], configuration: Mapping[str, str], *, of: str = ""
) -> Action:
    """The line that gives a table its columns and its configuration: a new table, or the one of that id."""
    told: dict[str, Any] = {
        "id": of or str(uuid4()),
        "name": None,
        "description": None,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": list(fields)}),
        "partitionColumns": [],
        "createdTime": time.time_ns() // 1_000_000,
        "configuration": dict(configuration),
    }
    return {"metaData": told}


def added(file: Path, *, rows: int, changes: bool) -> Action:
    """The line that puts a file of the table's folder into it; `changes`: whether rows change by that."""
    status = file.stat()
    told = {
        "path": file.name,
        "partitionValues": {},
        "size": status.st_size,
        "modificationTime": status.st_mtime_ns // 1_000_000,
        "dataChange": changes,
        "stats": json.dumps({"numRecords": rows}),
    }
    return {"add": told}


def removed(file: Path, *, changes: bool) -> Action:
    """The line that takes a file out of it."""
    now = time.time_ns() // 1_000_000
    return {"remove": {"path": file.name, "deletionTimestamp": now, "dataChange": changes}}


def flush_to_disk(path: Path) -> None:
    """Return once the file's content, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
