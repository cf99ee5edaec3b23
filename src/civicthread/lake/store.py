"""Where the files of a lake stand: in a folder, or in an object store with a folder of copies on this machine.

The store holds the truth. All files of a table but the pointer to its newest checkpoint are immutable once they have
their name, so a copy that is there is right, and whatever reads or writes files goes on working on local ones. Nothing
but this module speaks with a store; the library for it is an extra.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit
from uuid import uuid4

from civicthread.lake.refusals import LakeError, StoreFailed

if TYPE_CHECKING:
    from obstore.store import ObjectStore

OF_A_LISTING: Final = {"404 Not Found": "store_missing", "403 Forbidden": "store_denied"}
"""What the library has no errors of its own for: it tells the status, and then the bucket is meant."""
AT_ONCE: Final = 8
TRIES: Final = 3
DRAFT: Final = ".tmp"
"""How the name of a file ends that is not whole yet."""
WORK: Final = "_work"
"""The folder beside a table's files in which a load under way writes; no store and no copy has it."""
BEHIND_ALL: Final = "~"
"""Sorts after every name that the lake gives."""
PATIENT: Final = {"allow_http": True, "connect_timeout": "4s", "read_timeout": "20s", "timeout": "1h"}
"""A large file may take long, silence may not; whether it goes over TLS, the address of the store says."""
HASTY: Final = {"allow_http": True, "connect_timeout": "3s", "read_timeout": "4s", "timeout": "5s"}


@dataclass(frozen=True)
class Stored:
    """One object as a listing tells of it: its name within the folder listed, its bytes, when it was written."""

    name: str
    size: int
    modified: float


@dataclass(frozen=True)
class Store:
    """A folder of an object store: `root` is the lake's address, `inside` the way from there, ending in a slash."""

    root: str
    inside: str = ""

    @property
    def uri(self) -> str:
        """Its address."""
        return f"{self.root}/{self.inside}".rstrip("/")

    def look(self) -> None:
        """StoreFailed, within a few seconds, where the store does not answer just now."""
        _look(self.root)

    def get(self, name: str) -> bytes | None:
        """What an object holds; None where there is none."""
        try:
            with _told(self.root):
                return bytes(_client(self.root).get(self.inside + name).bytes())
        except FileNotFoundError:
            return None

    def fetch(self, name: str, target: Path) -> bool:
        """Copy an object into a file, safe on disk; whether there is one."""
        try:
            with _told(self.root):
                found = _client(self.root).get(self.inside + name)
        except FileNotFoundError:
            return False
        with _told(self.root), target.open("wb") as out:
            for piece in found.stream():
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        return True

    def put(self, name: str, file: Path) -> None:
        """Make the object a copy of the file; a large one goes in parts and is there once all of them are."""
        with _told(self.root):
            _client(self.root).put(self.inside + name, file, max_concurrency=4)

    def make(self, name: str, content: bytes) -> None:
        """Make an object where none is; FileExistsError where another one is.

        A try whose answer was lost may have gone through, and may still: so it is made again, and an object that
        holds the very same is ours. The content must be one that nobody else would write.
        """
        _prove(self.root)
        for tries_left in reversed(range(TRIES)):
            try:
                self._create(name, content)
            except FileExistsError:
                there = self.get(name)
                if there == content:
                    return
                if there is not None:
                    raise
                # Another's try was in the way, and has failed; whether one of ours is on its way, nobody knows.
                if not tries_left:
                    raise StoreFailed("store_unreachable", place=self.root) from None
            except StoreFailed as failed:
                if failed.code != "store_unreachable" or not tries_left:
                    raise
            else:
                return

    def _create(self, name: str, content: bytes) -> None:
        with _told(self.root):
            _client(self.root).put(self.inside + name, content, mode="create")

    def listed(self, folder: str, *, after: str = "") -> Iterator[Stored]:
        """The objects of a folder, those below it too, in the order of their names; only those after that name."""
        start = f"{self.inside}{folder}/"
        offset = start + after if after else None
        with _told(self.root):
            for batch in _client(self.root).list(start, offset=offset, chunk_size=1000):
                yield from (_stored(told, start) for told in batch)

    def beneath(self) -> tuple[list[str], list[Stored]]:
        """The names of the folders directly in this one, and the objects."""
        with _told(self.root):
            found = _client(self.root).list_with_delimiter(self.inside or None)
        folders = [path.rstrip("/").rpartition("/")[2] for path in found["common_prefixes"]]
        return folders, [_stored(told, self.inside) for told in found["objects"]]

    def remove(self, name: str) -> None:
        """Remove an object, whether there is one or not."""
        with suppress(FileNotFoundError), _told(self.root):
            _client(self.root).delete(self.inside + name)


@dataclass(frozen=True)
class Place:
    """Where the files of a lake or of one of its tables stand: a folder; with a `store`, one of copies.

    >>> Place(Path("/srv/lake")).within("counts").uri
    '/srv/lake/counts'
    >>> Place(Path("/srv/copies"), Store("s3://bucket/lake")).within("counts").uri
    's3://bucket/lake/counts'
    """

    folder: Path
    store: Store | None = None

    @classmethod
    def at(cls, root: str | Path, copies: str | Path | None = None) -> Self:
        """The place a lake has: a folder, or an address and the folder for the copies of whatever stands in stores."""
        if "://" not in str(root):
            return cls(Path(root).absolute())
        address = urlsplit(str(root))
        if copies is None:
            raise LakeError("A lake in an object store needs a folder for its copies.")
        # Another bucket or prefix has copies of its own: they would be taken for right.
        inside = f"{address.netloc}{address.path}".strip("/")
        return cls(Path(copies).absolute() / address.scheme / inside, Store(str(root).rstrip("/")))

    @property
    def uri(self) -> str:
        """What other programs know it by."""
        return self.store.uri if self.store else str(self.folder)

    def within(self, name: str) -> "Place":
        """A folder in it."""
        store = self.store and Store(self.store.root, f"{self.store.inside}{name}/")
        return Place(self.folder / name, store)

    def bring(self, names: Sequence[str]) -> list[str]:
        """Copy from the store what is not here, in that order, each whole or not at all; the names of what is nowhere.

        >>> Place(Path("/nowhere")).bring(["a", "b"])
        ['a', 'b']
        """
        missing = [name for name in names if not os.path.exists(f"{self.folder}/{name}")]  # noqa: PTH110 thousands
        if self.store is None or not missing:
            return missing
        with ThreadPoolExecutor(min(AT_ONCE, len(missing))) as pool:
            for name, draft in zip(missing, pool.map(self._draft, missing), strict=True):
                if draft:
                    draft.replace(self.folder / name)
        return [name for name in missing if not (self.folder / name).exists()]

    def _draft(self, name: str) -> Path | None:
        """A copy that has not got its name yet; None where the store has no such object."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{target.name}.{uuid4().hex}{DRAFT}")
        found = False
        try:
            found = self.store is not None and self.store.fetch(name, draft)
        finally:
            if not found:
                draft.unlink(missing_ok=True)
        return draft if found else None

    def brought(self, name: str) -> Path | None:
        """A file, here once this returns; None where there is none."""
        return None if self.bring([name]) else self.folder / name

    def send(self, name: str) -> None:
        """Put a file that stands here into the store, where there is one."""
        if self.store:
            self.store.put(name, self.folder / name)

    def publish(self, draft: Path, name: str) -> None:
        """Give a file its name for good; FileExistsError where somebody was faster."""
        if self.store:
            self.store.make(name, draft.read_bytes())
            draft.replace(self.folder / name)
        else:
            os.link(draft, self.folder / name)

    def remove(self, name: str) -> None:
        """Remove a file, in the store first: a copy without it would do no harm."""
        if self.store:
            self.store.remove(name)
        (self.folder / name).unlink(missing_ok=True)

    def here(self, ending: str = ".parquet") -> dict[str, float]:
        """The files directly in the folder whose names end so, and when each was written."""
        return {path.name: path.stat().st_mtime for path in self.folder.glob(f"*{ending}")}

    def standing(self, ending: str = ".parquet") -> dict[str, float]:
        """The same of those that stand in truth, in the store where there is one."""
        if self.store is None:
            return self.here(ending)
        _folders, objects = self.store.beneath()
        return {one.name: one.modified for one in objects if one.name.endswith(ending)}

    def folders(self) -> list[str]:
        """The names of the folders directly in it."""
        if self.store:
            return self.store.beneath()[0]
        return [path.name for path in self.folder.glob("*") if path.is_dir()]

    def sweep(self, folders: Iterable[str], *, before: float) -> None:
        """Remove what a kill left of files that were not whole yet."""
        for folder in folders:
            for draft in (self.folder / folder).glob(f"*{DRAFT}"):
                if draft.stat().st_mtime < before:
                    draft.unlink(missing_ok=True)


def _stored(told: Any, start: str) -> Stored:
    return Stored(told["path"].removeprefix(start), told["size"], told["last_modified"].timestamp())


@cache
def _client(root: str) -> "ObjectStore":
    """The library's own store, made once it has answered: a bucket that is missing would look like an empty one."""
    _look(root)
    return _opened(root, hasty=False)


@cache
def _opened(root: str, *, hasty: bool) -> "ObjectStore":
    retries = {"max_retries": 0 if hasty else 2, "retry_timeout": timedelta(seconds=20)}
    with _told(root, otherwise="store_address"):
        from obstore.store import from_url  # noqa: PLC0415  # an extra

        return from_url(root, client_options=HASTY if hasty else PATIENT, retry_config=retries)  # type: ignore[no-any-return, call-overload]


@cache
def _prove(root: str) -> None:
    """StoreFailed where the store ignores the condition, and so would let one writer's version replace another's."""
    store, probe = Store(root), f"_probe-{uuid4().hex}"
    try:
        for content in (b"first", b"second"):
            store._create(probe, content)  # noqa: SLF001  # this module's own
    except FileExistsError:
        return
    finally:
        store.remove(probe)
    raise StoreFailed("store_overwrites", place=root)


def _look(root: str) -> None:
    """StoreFailed where the store does not answer at once, or has no such bucket."""
    with _told(root):
        next(iter(_opened(root, hasty=True).list(offset=BEHIND_ALL)), None)


@contextmanager
def _told(root: str, *, otherwise: str = "store_unreachable") -> Iterator[None]:
    """What the library raises, as the lake tells it."""
    try:
        from obstore import exceptions  # noqa: PLC0415  # an extra
    except ModuleNotFoundError:
        raise StoreFailed("store_extra") from None
    try:
        yield
    except exceptions.AlreadyExistsError:
        raise FileExistsError(root) from None
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
        raise StoreFailed("store_denied", place=root) from error
    except exceptions.BaseError as error:
        told = (code for status, code in OF_A_LISTING.items() if status in str(error))
        raise StoreFailed(next(told, otherwise), place=root) from error
