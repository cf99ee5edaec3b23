"""Backup, restore, upgrade: the whole city in one file, checked on the way out and on the way in."""

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from civicthread.config import archive, city, env, installation
from civicthread.config.replacing import WORK, NotPutBack, Replacement, content
from civicthread.config.speech import Unusable, ngettext
from civicthread.config.speech import gettext as _
from civicthread.core import planning
from civicthread.core.models import JournalEntry
from civicthread.datahub import tables
from civicthread.lake import snapshot
from civicthread.lake.log import flush_to_disk

SETTINGS_FILES = ("city.toml", "secret.key")
POSTGRESQL = ("pg_restore", "psql")
EMPTY = Path(__file__).with_name("empty.sql")


def backup(target: Path) -> str:
    """Write everything the city is into one file; a sentence that says what was kept."""
    if target.exists():
        raise Unusable(_("%(file)s exists already; name a file that does not.") % {"file": target})
    if not installation.has_records():
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
        archive.write(unfinished, chain(archive.files(records, "records"), _city_files(aside)), **_facts())
        count = len(archive.verified(unfinished)["files"])
        unfinished.chmod(0o600)  # it holds the secret key, addresses and passwords
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
    if not _in_store():
        return ""
    told = _("The lake in %(lake)s is not among them: keep it by the store's own means.")
    return told % {"lake": settings.LAKE}


def _in_store() -> bool:
    return "://" in settings.LAKE


def restore(source: Path, *, replace: bool, manifest: dict[str, Any] | None = None) -> str:
    """Bring the city in that file back, or leave everything as it is; whoever read the file gives its manifest."""
    manifest = manifest or archive.verified(source)
    _check_use(source, manifest)
    if not replace and (place := _held()):
        told = _("%(folder)s holds a city already; add --replace to put the backup in its place.")
        raise Unusable(told % {"folder": place})
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with Replacement() as change:
            _put_back(source, manifest, change)
    except NotPutBack as fault:
        told = _("%(file)s was restored only in part. What was there before is in %(folders)s.")
        raise Unusable(told % {"file": source, "folders": fault}) from fault
    except (OSError, tarfile.TarError, Unusable) as fault:
        told = _("%(file)s was not restored (%(reason)s); everything is as it was.")
        raise Unusable(told % {"file": source, "reason": _reason(fault)}) from fault
    installation.make_folders()
    told = ngettext(
        "Restored %(count)s file from %(file)s. Start the city with: %(command)s",
        "Restored %(count)s files from %(file)s. Start the city with: %(command)s",
        len(manifest["files"]),
    )
    told %= {"count": len(manifest["files"]), "file": source, "command": env.command("serve")}
    return " ".join([told, *_lacking(manifest)])


def _lacking(manifest: dict[str, Any]) -> Iterator[str]:
    """What is to be known of data that the backup does not hold."""
    if manifest.get("lake"):
        yield _("Its lake stood in %(lake)s and is not in the backup.") % {"lake": manifest["lake"]}
    elif not _in_store() and (broken := ", ".join(_broken_tables())):
        yield _("The backup was made without all files of these datasets: %(codes)s.") % {"codes": broken}


def _broken_tables() -> Iterator[str]:
    lake = tables.lake_at(str(settings.LAKE))
    for name in lake.names():
        try:
            lake.table(name).version()
        except (LookupError, ValueError):  # a file is gone, or a log entry cannot be read
            yield name


def upgrade() -> str:
    """Back up, migrate, check; put the backup back if that fails."""
    if not installation.has_records():
        raise Unusable(_("The database that DATABASE_URL names holds no city."))
    installation.make_folders()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = settings.DATA_DIR / "backups" / f"before-{version('civicthread')}-{stamp}.tar.gz"
    pending = installation.pending_migrations()
    backup(kept)
    try:
        installation.migrate()
        planning.look_again()
        installation.collect_static()
        call_command("check", stdout=io.StringIO())  # it would say that all is well, in English
    except (Exception, KeyboardInterrupt) as fault:
        reason = str(fault) or _("interrupted")
        told = _("The upgrade failed (%(fault)s); the city is as it was. Its backup is %(file)s.")
        try:
            restore(kept, replace=True)
        except Unusable as worse:
            told = _("The upgrade failed (%(fault)s). The backup from before is %(file)s, but: %(worse)s")
            raise Unusable(told % {"fault": reason, "file": kept, "worse": worse}) from fault
        raise Unusable(told % {"fault": reason, "file": kept}) from fault
    told = ngettext(
        "Up to date: %(count)s migration applied. The backup from before is %(file)s.",
        "Up to date: %(count)s migrations applied. The backup from before is %(file)s.",
        pending,
    )
    return told % {"count": pending, "file": kept}


def _held() -> Path | None:
    """Where something of a city is already; None where nothing is."""
    if city.stands_in(settings.DATA_DIR) or (installation.has_records() and JournalEntry.objects.exists()):
        return Path(settings.DATA_DIR)
    return next((folder for folder in _filled_folders().values() if any(content(folder))), None)


def _filled_folders() -> dict[str, Path]:
    """The folders that hold nothing but what a backup keeps, by the name they have in it."""
    folders = {"media": Path(settings.MEDIA_ROOT), "lake": Path(settings.LAKE).absolute()}
    return {name: folder for name, folder in folders.items() if name != "lake" or not _in_store()}


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
    _require(program)
    command, values = [program, *arguments], os.environ | environment
    done = subprocess.run(command, env=values, capture_output=True, text=True, check=False)  # noqa: S603  # their own
    if done.returncode:
        lines = [*done.stderr.strip().splitlines(), str(done.returncode)]
        said = next((line for line in lines if "error" in line.lower()), lines[0])
        raise Unusable(_("%(program)s failed: %(said)s") % {"program": program, "said": said})


def _require(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            told = _("%(program)s is not installed; it comes with PostgreSQL's client programs.")
            raise Unusable(told % {"program": program})


def _facts() -> dict[str, str]:
    return {"records": connection.vendor, "lake": settings.LAKE if _in_store() else ""}


def _city_files(aside: Path) -> Iterator[tuple[str, Path]]:
    for name in SETTINGS_FILES:
        if (settings.DATA_DIR / name).exists():
            yield f"settings/{name}", settings.DATA_DIR / name
    for folder in _filled_folders().values():
        archive.require_listed(folder)
    yield from archive.files(Path(settings.MEDIA_ROOT), "media")
    if not _in_store():
        lake = Path(settings.LAKE)
        yield from ((f"lake/{name}", path) for name, path in snapshot.standing(lake, aside))


def _check_use(source: Path, manifest: dict[str, Any]) -> None:
    """Unusable where what the file holds cannot be put where the settings say."""
    if manifest["records"] != connection.vendor:
        told = _("%(file)s holds records of %(kept)s; DATABASE_URL names %(named)s.")
        raise Unusable(told % {"file": source, "kept": manifest["records"], "named": connection.vendor})
    if _in_store() and any(name.startswith("lake/") for name in manifest["files"]):
        told = _(
            "%(file)s holds a lake in a folder, and LAKE names %(lake)s: restore it without LAKE, "
            "then copy the folder into the store."
        )
        raise Unusable(told % {"file": source, "lake": settings.LAKE})
    for folder in _filled_folders().values():
        if source.resolve().is_relative_to(folder.resolve()):
            told = _("%(file)s is in %(folder)s, which is emptied: move it elsewhere first.")
            raise Unusable(told % {"file": source, "folder": folder})
    if connection.vendor != "sqlite":
        _require(*POSTGRESQL)


def _put_back(source: Path, manifest: dict[str, Any], change: Replacement) -> None:
    """Write everything down beside its place, then exchange it with what is there."""
    folders = _filled_folders()
    if manifest.get("lake"):  # it is in a store; what stands in our folder is none of its
        folders.pop("lake", None)
    drafts = {"settings": change.draft(settings.DATA_DIR)}
    drafts |= {name: change.draft(folder) for name, folder in folders.items()}
    drafts["records"] = drafts["settings"].with_name("records")
    archive.extract(source, drafts)
    script = _draft_records(drafts["records"], change)
    connections.close_all()
    left_by_a_kill = settings.DATA_DIR.glob(f"{WORK}*")
    change.without(chain(left_by_a_kill, *map(content, folders.values())))
    change.exchange()
    if script:
        # What was made since the backup goes too, and all in one transaction, the last step: where it fails, the
        # records are as they were, and so will be all else.
        once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1")
        _postgresql("psql", *once, "--file", str(EMPTY), "--file", str(script))


def _draft_records(folder: Path, change: Replacement) -> Path | None:
    """Make the records ready: a file in its draft, or a script for PostgreSQL."""
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"]).absolute()
        shutil.move(folder / "records.sqlite3", change.draft(target.parent) / target.name)
        # They belong to the file as it was.
        change.without(target.with_name(target.name + ending) for ending in ("-wal", "-shm"))
        return None
    script = folder / "records.sql"
    _run("pg_restore", "--no-owner", "--file", str(script), str(folder / "records.pgdump"))
    return script
