"""What takes long to make and is always made alike, kept on disk under the fingerprint of what it is made of."""

import itertools
import logging
import os
from collections.abc import Iterator
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
            with NamedTemporaryFile(dir=self._folder(), suffix=".new", delete=False) as file:
                file.write(content)
            Path(file.name).replace(self._folder() / name)
            if next(_turns) % LOOKED_THROUGH_EVERY == 0:
                self._forget_oldest()
        except OSError:
            logger.exception("%s could not be kept on disk", name)

    def _folder(self) -> Path:
        return Path(settings.DATA_DIR) / self.name

    def _forget_oldest(self) -> None:
        total = 0
        for status, path in sorted(self._kept(), key=lambda found: -found[0].st_mtime):
            total += status.st_size
            if total > self.most_bytes:
                path.unlink(missing_ok=True)

    def _kept(self) -> Iterator[tuple[os.stat_result, Path]]:
        for entry in os.scandir(self._folder()):
            try:
                yield entry.stat(), Path(entry.path)
            except FileNotFoundError:
                continue
