"""New files in the place of old ones, in several folders at once: all of them, or none.

What is new is written inside the folder it is for, so that a rename brings it to its place, whatever is mounted there;
what was there is kept beside it until everything stands.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

WORK: Final = ".restore-"
"""How the folders begin in which this is done; a kill may leave one behind."""
OF_THE_DISK: Final = "lost+found"
"""What a disk has at its root for itself: nobody's content, and only the system may move it."""


class NotPutBack(Exception):
    """Something failed, and of what was there before not everything could be put back: it is in these folders."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        super().__init__(", ".join(map(str, folders)))


def content(folder: Path) -> Iterator[Path]:
    """What stands in a folder, which need not exist."""
    return (path for path in folder.glob("*") if path.name != OF_THE_DISK)


class Replacement:
    """For a `with`: where anything is raised in it, everything is as it was afterwards."""

    def __init__(self) -> None:
        self._works: dict[Path, Path] = {}
        self._leaving: list[Path] = []
        self._moves: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind:
            self._undo()
        else:
            os.sync()  # the new is safe on the disk before the old goes
        for work in self._works.values():
            shutil.rmtree(work, ignore_errors=True)

    def draft(self, folder: Path) -> Path:
        """Where the new content of a folder is to be written."""
        if folder not in self._works:
            folder.mkdir(parents=True, exist_ok=True)
            work = self._works[folder] = Path(tempfile.mkdtemp(prefix=WORK, dir=folder))
            (work / "new").mkdir()
            (work / "old").mkdir()
        return self._works[folder] / "new"

    def without(self, paths: Iterable[Path]) -> None:
        """These leave too, where they are there, though nothing new has their names; their folders have drafts."""
        self._leaving += paths

    def exchange(self) -> None:
        """Put aside what leaves or is in the way, and bring in what is new: once, when all of it is written."""
        new = [
            (path, folder / path.name)
            for folder, work in self._works.items()
            for path in sorted((work / "new").iterdir())
        ]
        for path in dict.fromkeys([*(place for _draft, place in new), *self._leaving]):
            if path not in self._works.values() and os.path.lexists(path):
                self._move(path, self._works[path.parent] / "old" / path.name)
        # In the other direction: what is put aside first, and missed while it is away, comes last.
        for path, place in reversed(new):
            self._move(path, place)

    def _move(self, source: Path, target: Path) -> None:
        self._moves.append((source, target))  # first: one may be interrupted between the two
        source.rename(target)

    def _undo(self) -> None:
        for source, target in reversed(self._moves):
            with suppress(OSError):
                if not os.path.lexists(source):
                    target.rename(source)
        left = [old for work in self._works.values() if any((old := work / "old").iterdir())]
        if left:
            raise NotPutBack(left)
