"""The folder of files that were received and wait to be loaded; each stands under a name nobody can guess."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.datahub.models import Upload, new_upload_key

UNFINISHED = ".part"


@dataclass(frozen=True)
class Received:
    """A file that stands in the folder: its key there, the name it came with, its size in bytes."""

    key: str
    name: str
    size: int


def undecided(upload: Upload) -> Upload:
    """The upload as it is now, its row locked; Refused once somebody made a dataset of it or removed it."""
    found = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, dataset=None).first()
    if found is None:
        raise Refused("upload-decided", _("This file belongs to a dataset already, or was removed."))
    return found


def folder() -> Path:
    """The folder, beside the records: never served to anyone."""
    place = Path(settings.DATA_DIR) / "incoming"
    place.mkdir(parents=True, exist_ok=True)
    return place


def path_of(key: str) -> Path:
    """Where the file of that key stands."""
    return folder() / key


def receive(file: UploadedFile[Any]) -> Received:
    """Keep a file, whole and safe on disk or not at all."""
    return keep(file.name or "", file.chunks())


def keep(name: str, chunks: Iterable[bytes]) -> Received:
    """Write pieces of bytes as a new file of the folder."""
    key = new_upload_key()
    unfinished = path_of(key).with_suffix(UNFINISHED)
    try:
        with unfinished.open("wb") as out:
            size = sum(out.write(chunk) for chunk in chunks)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path_of(key))
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return Received(key, Path(name).name, size)


def remove(key: str) -> None:
    """Take a file away, if it is there."""
    path_of(key).unlink(missing_ok=True)


def strays(known: Collection[str], *, before: datetime) -> Iterator[Path]:
    """Files older than `before` that no record knows: what a crash left behind."""
    for path in sorted(folder().iterdir()):
        with suppress(FileNotFoundError):  # loaded and removed meanwhile
            if path.name not in known and path.stat().st_mtime < before.timestamp():
                yield path


def without_nul(told: Any) -> Any:
    """What a file holds, as records can keep it: PostgreSQL keeps no NUL."""
    if isinstance(told, str):
        return told.replace("\0", "")
    if isinstance(told, Mapping):
        return {without_nul(key): without_nul(value) for key, value in told.items()}
    return [without_nul(one) for one in told] if isinstance(told, list | tuple) else told
