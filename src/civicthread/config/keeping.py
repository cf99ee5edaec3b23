"""Backup, restore, upgrade: the whole city in one file, checked on the way out and on the way in."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from civicthread.config import installation
from civicthread.config.speech import gettext as _
from civicthread.config.speech import ngettext
from civicthread.lake import snapshot
from civicthread.lake.log import flush_to_disk

MANIFEST = "manifest.json"
FORMAT = 1
SETTINGS_FILES = ("city.toml", "secret.key")
FOLDERS = ("media", "lake")
EMPTY = Path(__file__).with_name("empty.sql")


class Unusable(Exception):  # told to the administrator as one sentence
    """The backup cannot be written, read or restored."""


def backup(target: Path) -> str:
    """Write everything the city is into one file; a sentence that says what was kept."""
    if target.exists():
        raise Unusable(_("%(file)s exists already; name a file that does not.") % {"file": target})
    if not _has_records():
        raise Unusable(_("The database that DATABASE_URL names holds no city; nothing was kept."))
    try:
        count = _keep(target)
    except (OSError, sqlite3.Error) as fault:
        told = _("%(file)s cannot be written (%(reason)s).")
        raise Unusable(told % {"file": target, "reason": _reason(fault)}) from fault
    kept = ngettext(
        "Kept %(count)s file in %(file)s (%(size)s MB), read again and found whole.",
        "Kept %(count)s files in %(file)s (%(size)s MB), read again and found whole.",
        count,
    )
    size = f"{target.stat().st_size / 1e6:.1f}"
    return f"{kept % {'count': count, 'file': target, 'size': size}} {_store_apart()}".rstrip()


def _keep(target: Path) -> int:
    """Write the file, whole or not at all; how many files it holds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        records, aside, unfinished = (Path(work, name) for name in ("records", "aside", "unfinished"))
        records.mkdir()
        aside.mkdir()
        # First: a version that only the lake has is written down later, one that only the records have is lost.
        _copy_records(records)
        _write_archive(unfinished, chain(_files(records, "records"), _city_files(aside)))
        count = _verified(unfinished)
        flush_to_disk(unfinished)
        unfinished.replace(target)
        flush_to_disk(target.parent)
    return count


def _reason(fault: Exception) -> str:
    """Why, and of which file, where that is known."""
    known = (getattr(fault, "strerror", None) or fault, getattr(fault, "filename", None))
    return ": ".join(str(part) for part in known if part)


def _store_apart() -> str:
    """What is to be known of a lake in an object store, which no backup of ours holds."""
    if "://" not in settings.LAKE:
        return ""
    told = _("The lake in %(lake)s is not among them: keep it by the store's own means.")
    return told % {"lake": settings.LAKE}


def restore(source: Path, *, replace: bool) -> str:
    """Bring the city in that file back; nothing is touched before the file was found whole."""
    if not source.is_file():
        raise Unusable(_("There is no file %(name)s.") % {"name": source})
    count = _verified(source)
    if not replace and _has_city():
        told = _("%(folder)s holds a city already; add --replace to put the backup in its place.")
        raise Unusable(told % {"folder": settings.DATA_DIR})
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as work:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        if "://" in settings.LAKE and (Path(work) / "lake").exists():
            told = _(
                "%(file)s holds a lake in a folder, and LAKE names %(lake)s: restore it without LAKE, "
                "then copy the folder into the store."
            )
            raise Unusable(told % {"file": source, "lake": settings.LAKE})
        _put_back(Path(work))
    installation.make_folders()
    told = ngettext(
        "Restored %(count)s file from %(file)s. Start the city with: civicthread serve",
        "Restored %(count)s files from %(file)s. Start the city with: civicthread serve",
        count,
    )
    return told % {"count": count, "file": source}


def upgrade() -> str:
    """Back up, migrate, check; put the backup back if that fails."""
    installation.make_folders()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = settings.DATA_DIR / "backups" / f"before-{version('civicthread')}-{stamp}.tar.gz"
    pending = installation.pending_migrations()
    backup(kept)
    try:
        installation.migrate()
        installation.collect_static()
        call_command("check", stdout=io.StringIO())  # it would say that all is well, in English
    except Exception as fault:
        restore(kept, replace=True)
        told = _("The upgrade failed (%(fault)s); the city is as it was. Its backup is %(file)s.")
        raise Unusable(told % {"fault": fault, "file": kept}) from fault
    told = ngettext(
        "Up to date: %(count)s migration applied. The backup from before is %(file)s.",
        "Up to date: %(count)s migrations applied. The backup from before is %(file)s.",
        pending,
    )
    return told % {"count": pending, "file": kept}


def _has_records() -> bool:
    return "core_journalentry" in connection.introspection.table_names()


def _has_city() -> bool:
    if not _has_records():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM core_journalentry")
        return bool(cursor.fetchone()[0])


def _copy_records(folder: Path) -> None:
    """A consistent copy of the records, while the city goes on working."""
    if connection.vendor == "sqlite":
        path = settings.DATABASES["default"]["NAME"]
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(folder / "records.sqlite3")) as copy,
        ):
            source.backup(copy)
    else:
        _postgresql("pg_dump", "--format=custom", "--no-owner", "--file", str(folder / "records.pgdump"))


def _postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database."""
    values = settings.DATABASES["default"]
    place = {"--host": values["HOST"], "--port": values["PORT"], "--username": values["USER"]}
    options = [part for name, value in place.items() if value for part in (name, value)]
    _run(program, *options, "--dbname", values["NAME"], *arguments, PGPASSWORD=values["PASSWORD"])


def _run(program: str, *arguments: str, **environment: str) -> None:
    if shutil.which(program) is None:
        told = _("%(program)s is not installed; it comes with PostgreSQL's client programs.")
        raise Unusable(told % {"program": program})
    command, values = [program, *arguments], os.environ | environment
    done = subprocess.run(command, env=values, capture_output=True, text=True, check=False)  # noqa: S603  # their own
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        said = next((line for line in lines if "error" in line.lower()), lines[-1])
        raise Unusable(_("%(program)s failed: %(said)s") % {"program": program, "said": said})


def _city_files(aside: Path) -> Iterator[tuple[str, Path]]:
    for name in SETTINGS_FILES:
        if (settings.DATA_DIR / name).exists():
            yield f"settings/{name}", settings.DATA_DIR / name
    yield from _files(Path(settings.MEDIA_ROOT), "media")
    if "://" not in settings.LAKE:
        lake = Path(settings.LAKE)
        yield from ((f"lake/{name}", path) for name, path in snapshot.standing(lake, aside))


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for place, below, names in os.walk(folder):
        below.sort()
        for path in (Path(place, name) for name in sorted(names)):
            if path.is_file():
                yield f"{prefix}/{path.relative_to(folder)}", path


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


def _write_archive(target: Path, entries: Iterable[tuple[str, Path]]) -> None:
    manifest: dict[str, Any] = {"format": FORMAT, "version": version("civicthread"), "files": {}}
    manifest["records"] = connection.vendor
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


def _verified(source: Path) -> int:
    """Read the whole archive and compare each file with the manifest; how many files it holds."""
    try:
        with gzip.open(source) as stream, tarfile.open(fileobj=stream) as archive:
            digests = {
                member.name: hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
                for member in archive
                if (content := archive.extractfile(member)) and member.name != MANIFEST
            }
            manifest = json.load(archive.extractfile(MANIFEST))  # type: ignore[arg-type]
            # An archive's reader stops at its last file; the sum over everything stands behind that.
            while stream.read(2**20):
                pass
    except (tarfile.TarError, zlib.error, OSError, EOFError, KeyError, ValueError) as fault:
        told = _("%(file)s is damaged and was not used (%(fault)s).")
        raise Unusable(told % {"file": source, "fault": type(fault).__name__}) from fault
    if manifest["format"] != FORMAT or manifest["files"] != digests:
        told = _("%(file)s is damaged and was not used: its contents differ from its manifest.")
        raise Unusable(told % {"file": source})
    if manifest["records"] != connection.vendor:
        told = _("%(file)s holds records of %(kept)s; DATABASE_URL names %(named)s.")
        raise Unusable(told % {"file": source, "kept": manifest["records"], "named": connection.vendor})
    return len(digests)


def _put_back(work: Path) -> None:
    """Move what was extracted into place; what was there before is removed."""
    connections.close_all()
    for name in SETTINGS_FILES:
        if (work / "settings" / name).exists():
            (work / "settings" / name).replace(settings.DATA_DIR / name)
    places = {"media": Path(settings.MEDIA_ROOT), "lake": Path(settings.LAKE)}
    for name in FOLDERS:
        if "://" in str(places[name]):
            continue
        shutil.rmtree(places[name], ignore_errors=True)
        if (work / name).exists():
            shutil.move(work / name, places[name])
        places[name].mkdir(parents=True, exist_ok=True)
    _put_records_back(work / "records")


def _put_records_back(folder: Path) -> None:
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"])
        for leftover in ("-wal", "-shm"):
            Path(f"{target}{leftover}").unlink(missing_ok=True)
        (folder / "records.sqlite3").replace(target)
    else:
        script = folder / "records.sql"
        _run("pg_restore", "--no-owner", "--file", str(script), str(folder / "records.pgdump"))
        # What was made since the backup goes too, and all in one transaction: a fault leaves everything as it was.
        once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1")
        _postgresql("psql", *once, "--file", str(EMPTY), "--file", str(script))
