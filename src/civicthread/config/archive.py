"""The one file a city is kept in: written whole, and compared with its manifest when it is read. Needs no Django."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from civicthread.config.replacing import WORK
from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _

MANIFEST = "manifest.json"
FORMAT = 1


def files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """What stands in a folder, each with its name in the archive."""
    for place, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(WORK))
        for path in (Path(place, name) for name in sorted(names)):
            if path.is_file():
                yield f"{prefix}/{path.relative_to(folder)}", path


def require_listed(folder: Path) -> None:
    """OSError where a folder in it may not be listed: what stands there would be left out without a word."""

    def tell(fault: OSError) -> None:
        if not isinstance(fault, FileNotFoundError):  # somebody took it away meanwhile
            raise fault

    for _place in os.walk(folder, onerror=tell):
        pass


def write(target: Path, entries: Iterable[tuple[str, Path]], **facts: str) -> None:
    """Write each of these files under its name, and a manifest with their sums and these facts."""
    manifest: dict[str, Any] = {"format": FORMAT, "version": version("civicthread"), "files": {}, **facts}
    with tarfile.open(target, "w:gz", compresslevel=6, dereference=True) as archive:
        for name, path in entries:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # somebody took it away since it was listed
            with file:
                summed = _Summed(file)
                archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), summed)  # type: ignore[arg-type]
            manifest["files"][name] = summed.digest()
        told = json.dumps(manifest).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(told)
        archive.addfile(info, io.BytesIO(told))


def verified(source: Path) -> dict[str, Any]:
    """Read the whole archive and compare each file with its manifest, which is given."""
    if not source.is_file():
        raise Unusable(_("There is no file %(name)s.") % {"name": source})
    try:
        with gzip.open(source) as stream, _opened(source, stream) as archive:
            digests = {
                member.name: hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
                for member in archive
                if (content := archive.extractfile(member)) and member.name != MANIFEST
            }
            manifest: dict[str, Any] = json.load(archive.extractfile(MANIFEST))  # type: ignore[arg-type]
            # An archive's reader stops at its last file; the sum over everything stands behind that.
            while stream.read(2**20):
                pass
            facts = manifest["format"], manifest["files"]
    except PermissionError as fault:
        told = _("%(path)s cannot be read (%(reason)s).")
        raise Unusable(told % {"path": source, "reason": fault.strerror}) from None
    except (KeyError, TypeError, json.JSONDecodeError):  # there is no manifest, or it is not ours
        raise _foreign(source) from None
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError) as fault:
        told = _("%(file)s is damaged and was not used (%(fault)s).")
        raise Unusable(told % {"file": source, "fault": type(fault).__name__}) from fault
    if facts != (FORMAT, digests):
        told = _("%(file)s is damaged and was not used: its contents differ from its manifest.")
        raise Unusable(told % {"file": source})
    return manifest


def extract(source: Path, folders: dict[str, Path]) -> None:
    """Write what stands under each of these names into its folder, and nothing outside of it.

    The `filter` of Python's own way to write it is lacking in 3.11.2, which is Debian 12's.
    """
    with tarfile.open(source) as archive:
        for member in archive:
            part, _slash, name = member.name.partition("/")
            if part not in folders or not (content := archive.extractfile(member)):
                continue
            target = folders[part] / name
            if not target.resolve().is_relative_to(folders[part].resolve()):
                raise Unusable(_("%(name)s stands outside of its folder") % {"name": member.name})
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            target.chmod(member.mode & 0o755 | 0o600)
            os.utime(target, (member.mtime, member.mtime))


def _opened(source: Path, stream: gzip.GzipFile) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=stream)
    except (gzip.BadGzipFile, tarfile.ReadError):
        raise _foreign(source) from None


def _foreign(source: Path) -> Unusable:
    return Unusable(_("%(file)s is not a backup of Civic Thread.") % {"file": source})


class _Summed:
    """A file that knows the sum over what was read of it: of one that grows, only that is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._file.read(size)
        self._sum.update(part)
        return part

    def digest(self) -> str:
        return self._sum.hexdigest()
