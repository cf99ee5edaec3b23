"""Where the browser's files lie, by the fingerprint of their content."""

from collections.abc import Iterable, Iterator
from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Press(Compressor):  # type: ignore[misc]  # untyped library
    """A new city waits for it: 2 % more bytes than the densest form, in two fifths of the time."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """The last form but one."""
        return bytes(brotli.compress(data, quality=10))


class KeptAddresses(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped library
    """Each address is worked out once in a process: a page names thirty, and they were a twentieth of its cost."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._kept: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002  # as its base has it
        """The address of that file."""
        if force or name not in self._kept:
            self._kept[name] = super().url(name, force)
        return self._kept[name]

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Under the addresses that pages name only: under its plain name, the same content would be pressed again."""
        yield from super().compress_files(set(paths) - set(self.hashed_files))

    def create_compressor(self, **options: Any) -> Compressor:
        """What presses them."""
        return Press(**options)
