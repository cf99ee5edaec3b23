"""The records of the test suite: migrated once, then copied for every process and after every test that commits.

Migrating takes half a minute, a copy milliseconds. The migrated template is kept between runs, under a name made
of the migrations' contents; what the apps do after migrating is done anew in each run.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections

from civicthread.config import installation


class SqliteStore:
    """Databases are files; `work` is the one the connection names."""

    def __init__(self, kept: Path) -> None:
        self.work = str(connection.settings_dict["NAME"])
        self.pristine = f"{self.work}.pristine"
        self.template = str(kept / f"{migrations_fingerprint()}.sqlite3")

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def copy(self, source: str, target: str) -> None:
        for suffix in ("-wal", "-shm"):
            Path(target + suffix).unlink(missing_ok=True)
        shutil.copyfile(source, f"{target}.new")
        Path(f"{target}.new").replace(target)

    def create(self, name: str) -> None:
        Path(name).unlink(missing_ok=True)

    def settle(self) -> None:
        """Bring everything written into the one file."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def remove(self) -> None:
        """The folder of the run goes away by itself."""


class PostgresqlStore:
    """Databases of one server, copied with TEMPLATE."""

    def __init__(self, kept: Path) -> None:  # the server keeps them
        self.work = str(connection.settings_dict["NAME"])
        self.pristine = f"{self.work}_pristine"
        self.template = f"civicthread_{migrations_fingerprint()}"

    def exists(self, name: str) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def copy(self, source: str, target: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')

    def create(self, name: str) -> None:
        self.copy("template0", name)

    def settle(self) -> None:
        """PostgreSQL does that by itself."""

    def drop(self, name: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def remove(self) -> None:
        for name in (self.work, self.pristine):
            self.drop(name)


Store = SqliteStore | PostgresqlStore


def prepare(kept: Path) -> Store:
    """Make this process's database, migrating first if no run did since the migrations last changed."""
    store = migrated(kept)
    _derive(store)
    restore(store)
    return store


def migrated(kept: Path) -> Store:
    """The databases of this process, and the template that all make theirs from, which one process makes."""
    store = SqliteStore(kept) if connection.vendor == "sqlite" else PostgresqlStore(kept)
    with alone(kept):
        if not store.exists(store.template):
            _migrate(store)
    return store


def restore(store: Store) -> None:
    """Put the database back to how migrations left it."""
    connections.close_all()
    store.copy(store.pristine, store.work)


def migrations_fingerprint() -> str:
    """Changes with the contents of any installed app's migrations."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(f"{config.label}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(store: Store) -> None:
    unfinished = f"{store.template}_unfinished"
    store.create(unfinished)
    with _connected_to(unfinished):
        installation.migrate()
        store.settle()
    store.copy(unfinished, store.template)


def _derive(store: Store) -> None:
    store.copy(store.template, store.pristine)
    with _connected_to(store.pristine):
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps, plan=[])
        store.settle()


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = usual


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """One process makes in a folder what the others wait for."""
    descriptor = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
