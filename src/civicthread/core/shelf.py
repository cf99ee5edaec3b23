"""What takes long to make and is always made alike, kept on disk under the fingerprint of what it is made of."""

import itertools
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.conf import settings

logger = logging.getLogger(__name__)

LOOKED_THROUGH_EVERY: Final = 20
"""Looking through a full folder takes longer than a drawing: so many things are kept from one time to the next."""

_turns = itertools.count()


@dataclass(frozen=True)
class Shelf:
    """A folder of the installation, and the bytes that what stands there may take together; the longest unread go."""

    name: str
    most_bytes: int

    def read(self, name: str) -> bytes:
        """What is kept under that name; empty where nothing is."""
        path = self._folder() / name
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return b""
        return content

    def write(self, name: str, content: bytes) -> None:
        """Keep it, whole or not at all. A full disk costs time at the next reading, not the page."""
        try:
            self._folder().mkdir(parents=True, exist_ok=True)
            self._put(name, content)
            if next(_turns) % LOOKED_THROUGH_EVERY == 0:
                forget_oldest(os.scandir(self._folder()), most_bytes=self.most_bytes)
        except OSError:
            logger.exception("%s could not be kept on disk", name)

    def _folder(self) -> Path:
        return Path(settings.DATA_DIR) / self.name

    def _put(self, name: str, content: bytes) -> None:
        with NamedTemporaryFile(dir=self._folder(), suffix=".new", delete=False) as file:
            draft = Path(file.name)
            try:
                file.write(content)
                file.flush()
                draft.replace(self._folder() / name)
            finally:
                draft.unlink(missing_ok=True)


def forget_oldest(files: Iterable[os.DirEntry[str] | Path], *, most_bytes: int) -> None:
    """Remove the longest unread of the files, so that the others take at most so many bytes together."""
    total = 0
    for status, path in sorted(_looked_at(files), key=lambda found: -found[0].st_mtime):
        total += status.st_size
        if total > most_bytes:
            path.unlink(missing_ok=True)


def _looked_at(files: Iterable[os.DirEntry[str] | Path]) -> Iterator[tuple[os.stat_result, Path]]:
    for file in files:
        with suppress(FileNotFoundError):  # another process has removed it meanwhile
            yield file.stat(), Path(file)
