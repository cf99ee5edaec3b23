"""The web's door to the lake: a warm, limited child reads rows, writes downloads and looks at uploads."""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civicthread.children.pool import ChildError, ChildRefused, Pool, Queue
from civicthread.core import shelf
from civicthread.core.errors import Busy, Refused
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset
from civicthread.lake import log
from civicthread.lake.refusals import UnknownVersion

logger = logging.getLogger(__name__)

Kind = Literal["csv", "json", "parquet"]
CHILD: Final = "civicthread.datahub.rows_child"
MEMORY: Final = 2 << 30
QUEUE: Final = Queue(longest=16, patience=30.0)
POOL: Final = Pool(CHILD, memory_bytes=MEMORY, warm=f"{CHILD}:warm", queue=QUEUE)
SECONDS_TO_READ: Final = 10.0
SECONDS_TO_COMPARE: Final = 30.0
SECONDS_TO_LOOK: Final = 60.0
SECONDS_TO_WRITE: Final = 600.0
MOST_BYTES: Final = 4 << 30
"""What the downloads on disk may take together; the longest unread go first."""

NO_ROOM: Final = frozenset({"IOException", "MemoryError", "OSError", "OutOfMemoryException"})
"""What a full disk or too little memory raise in the child: no fault of whoever asks, nor of the program."""

EDITION: Final = 1
"""Raised when the same version is written in another way, so that kept downloads and ETags are new."""


def rows(dataset: Dataset, number: int, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Some rows of a version as they are published, in the order they are stored."""
    wanted = _wanted(dataset, number, original=False)
    found: list[dict[str, Any]] = _ask("rows", wanted, (limit, offset), seconds=SECONDS_TO_READ)
    return found


def download(dataset: Dataset, number: int, kind: Kind, *, original: bool = False) -> Path:
    """The version as a file, written at its first reading and kept while there is room.

    Small cells are hidden, unless the `original` is asked for, which only the Office may have.
    """
    path = folder() / dataset.code / f"{edition(dataset, number, original=original)}.{kind}"
    if not _is_there(path):
        wanted = _wanted(dataset, number, original=original)
        _ask("write", wanted, kind, str(path), seconds=SECONDS_TO_WRITE)
        _make_room(path)
    return path


def changes(dataset: Dataset, old: int, new: int) -> dict[str, Any]:
    """How the published rows of one version differ from those of another: counts, and some rows of each kind.

    Kept as a file, as downloads are: two versions never differ otherwise than they do.
    """
    pair = "-to-".join(edition(dataset, number) for number in (old, new))
    path = folder() / dataset.code / f"{pair}.changes"
    if not _is_there(path):
        wanted = [_wanted(dataset, number, original=False) for number in (old, new)]
        _ask("changes", *wanted, tuple(dataset.keys), str(path), seconds=SECONDS_TO_COMPARE)
        _make_room(path)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def edition(dataset: Dataset, number: int, *, original: bool = False) -> str:
    """What is written of a version, in a word: another one, where anything of it differs."""
    rule = None if original else tables.small_cells(dataset)
    return f"{number}-{EDITION}-{rule.digest()}" if rule else f"{number}-{EDITION}"


def _wanted(dataset: Dataset, number: int, *, original: bool) -> dict[str, Any]:
    told = {"lake": _brought(dataset, number), "name": dataset.code, "version": number}
    rule = None if original else tables.small_cells(dataset)
    if rule is None:
        return told
    kept = folder() / dataset.code / f"{edition(dataset, number)}.rows"
    return {**told, "rule": rule.as_dict(), "keys": tuple(dataset.keys), "kept": str(kept)}


def _brought(dataset: Dataset, number: int) -> str:
    """The folder in which the child finds the version: what stands in a store is brought here first.

    So a child needs neither the network nor credentials.
    """
    lake = tables.place()
    if lake.store:
        place = lake.within(dataset.code)
        try:
            with tables.answering():
                log.files(place, log.state(place, number))
        except UnknownVersion:
            raise _gone() from None
    return str(lake.folder)


def _gone() -> Refused:
    return Refused("version-gone", _("The rows of this version are not kept any more."))


def first_look(path: Path, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """How an uploaded file may be read: schema, dialect, notes and rows; or `refused` and `facts`.

    `told` is what the steward says of where the table stands in it.
    """
    try:
        found: dict[str, Any] = POOL.call(
            f"{CHILD}:first_look", str(path), name, dict(told), timeout=SECONDS_TO_LOOK, owner=""
        )
    except ChildRefused:
        logger.exception("an uploaded file could not be looked at")
        return {"refused": "failed", "facts": {}}
    except ChildError:
        return {"refused": "too_heavy", "facts": {}}
    return found


def folder() -> Path:
    """Where downloads are kept; everything in it can be written again."""
    return Path(settings.DATA_DIR) / "downloads"


def _ask(function: str, *args: Any, seconds: float) -> Any:
    try:
        return POOL.call(f"{CHILD}:{function}", *args, timeout=seconds)
    except ChildError as failed:
        kind = failed.kind if isinstance(failed, ChildRefused) else ""
        if kind == "UnknownVersion":
            raise _gone() from None
        if kind and kind not in NO_ROOM:
            raise
        if kind:  # the administrator must make room
            logger.error("rows could not be read: %s", failed)  # noqa: TRY400  # where it was raised is another process
        raise Busy("busy", _("The data cannot be read just now. Try again in a moment.")) from None


def _is_there(path: Path) -> bool:
    """Whether a file is kept; from here on it counts as just read, so that no other makes it go."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _make_room(written: Path) -> None:
    others = (path for path in folder().glob("*/*") if path != written)
    shelf.forget_oldest(others, most_bytes=MOST_BYTES - written.stat().st_size)
