"""Backup, restore, upgrade: the whole city in one file, checked on the way out and on the way in."""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from civicthread.config import installation

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
        raise Unusable(f"{target} exists already; name a file that does not.")
    if not _has_records():
        raise Unusable("The database that DATABASE_URL names holds no city; nothing was kept.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        _copy_records(Path(work))
        entries = [*_files(Path(work), "records"), *_city_files()]
        unfinished = Path(work) / "unfinished"
        _write_archive(unfinished, entries)
        count = _verified(unfinished)
        unfinished.replace(target)
    kept = (
        f"Kept {count} files in {target} ({target.stat().st_size / 1e6:.1f} MB), read again and found whole."
    )
    return f"{kept} {_store_apart()}".rstrip()


def _store_apart() -> str:
    """What is to be known of a lake in an object store, which no backup of ours holds."""
    if "://" not in settings.LAKE:
        return ""
    return f"The lake in {settings.LAKE} is not among them: keep it by the store's own means."


def restore(source: Path, *, replace: bool) -> str:
    """Bring the city in that file back; nothing is touched before the file was found whole."""
    if not source.is_file():
        raise Unusable(f"There is no file {source}.")
    count = _verified(source)
    if not replace and _has_city():
        raise Unusable(
            f"{settings.DATA_DIR} holds a city already; add --replace to put the backup in its place."
        )
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as work:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        if "://" in settings.LAKE and (Path(work) / "lake").exists():
            raise Unusable(
                f"{source} holds a lake in a folder, and LAKE names {settings.LAKE}: restore it without LAKE, "
                "then copy the folder into the store."
            )
        _put_back(Path(work))
    installation.make_folders()
    return f"Restored {count} files from {source}. Start the city with: civicthread serve"


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
        call_command("check", verbosity=0)
    except Exception as fault:
        restore(kept, replace=True)
        raise Unusable(
            f"The upgrade failed ({fault}); the city is as it was. Its backup is {kept}."
        ) from fault
    return f"Up to date: {pending} migrations applied. The backup from before is {kept}."


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
        raise Unusable(f"{program} is not installed; it comes with PostgreSQL's client programs.")
    command, told = [program, *arguments], os.environ | environment
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603  # their own
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Unusable(
            f"{program} failed: {next((line for line in lines if 'error' in line.lower()), lines[-1])}"
        )


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{prefix}/{path.relative_to(folder)}", path


def _city_files() -> Iterator[tuple[str, Path]]:
    for name in SETTINGS_FILES:
        if (settings.DATA_DIR / name).exists():
            yield f"settings/{name}", settings.DATA_DIR / name
    yield from _files(Path(settings.MEDIA_ROOT), "media")
    if "://" not in settings.LAKE:
        yield from _files(Path(settings.LAKE), "lake")


def _write_archive(target: Path, entries: list[tuple[str, Path]]) -> None:
    manifest: dict[str, Any] = {"format": FORMAT, "version": version("civicthread"), "files": {}}
    manifest["records"] = connection.vendor
    with tarfile.open(target, "w:gz", compresslevel=6) as archive:
        for name, path in entries:
            manifest["files"][name] = _digest(path)
            archive.add(path, arcname=name)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(manifest, file)
            file.flush()
            archive.add(file.name, arcname=MANIFEST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(source: Path) -> int:
    """Read the whole archive and compare each file with the manifest; how many files it holds."""
    try:
        with gzip.open(source) as stream, tarfile.open(fileobj=stream) as archive:
            digests = {
                member.name: hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
                for member in archive
                if (content := archive.extractfile(member)) and member.name != MANIFEST
            }
            told = json.load(archive.extractfile(MANIFEST))  # type: ignore[arg-type]
            # An archive's reader stops at its last file; the sum over everything stands behind that.
            while stream.read(2**20):
                pass
    except (tarfile.TarError, zlib.error, OSError, EOFError, KeyError, ValueError) as fault:
        raise Unusable(f"{source} is damaged and was not used ({type(fault).__name__}).") from fault
    if told["format"] != FORMAT or told["files"] != digests:
        raise Unusable(f"{source} is damaged and was not used: its contents differ from its manifest.")
    if told["records"] != connection.vendor:
        raise Unusable(
            f"{source} holds records of {told['records']}; DATABASE_URL names {connection.vendor}."
        )
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
