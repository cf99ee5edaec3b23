"""The demonstration city, served for the tests that only read it."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import connection, connections
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from civicthread.config.programme.load_city import load_city
from civicthread.core import journal
from tests import database, personas
from tests.brussels import programme


class Site:
    """The Brussels programme with someone of every kind, at an address of this machine."""

    def __init__(self, server: LiveServer) -> None:
        self.url = server.url

    @cached_property
    def people(self) -> dict[str, personas.Persona]:
        return personas.everyone() | {"careful citizen": careful_citizen()}

    def client(self, name: str) -> Client:
        """A browser in which this persona signed in a moment ago: some pages ask for that."""
        return self.people[name].client()


def careful_citizen() -> personas.Persona:
    """A citizen with a second factor and recovery codes."""
    citizen = personas.make("citizen")
    TOTP.activate(citizen.user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(citizen.user)
    return citizen


def load_brussels() -> None:
    """The programme that `civicthread demo` loads."""
    Path(settings.LAKE).mkdir(parents=True, exist_ok=True)
    load_city(programme(), by=journal.system(), track=_quietly)


def _quietly(things: Iterable[Any], name: str) -> Iterator[Any]:  # a progress bar names its list
    return iter(things)


class Snapshot:
    """The loaded city, kept aside in a folder: loading takes long, and the tests of several modules read it."""

    def __init__(self, store: database.Store, place: Path) -> None:
        self.store = store
        if connection.vendor == "sqlite":
            self.records = str(place / "records")
        else:  # on a server each process has its own
            self.records = f"{store.work}_city"
            place /= store.work
        folders = (Path(settings.LAKE), Path(settings.MEDIA_ROOT))
        self.kept = {folder: place / folder.name for folder in folders}

    def take(self) -> None:
        """Load the city into a fresh database, and keep it; where another process did, there is nothing to do."""
        if self.store.exists(self.records):
            return
        database.restore(self.store)
        load_brussels()
        self.store.settle()
        connections.close_all()
        for folder, kept in self.kept.items():
            _copy(folder, kept)
        self.store.copy(self.store.work, self.records)

    def give(self) -> None:
        """Put records and files as they were once the city was loaded."""
        connections.close_all()
        self.store.copy(self.records, self.store.work)
        for folder, kept in self.kept.items():
            _copy(kept, folder)

    def remove(self) -> None:
        """Leave no database behind on a server; files go with the run's folder."""
        if isinstance(self.store, database.PostgresqlStore):
            self.store.drop(self.records)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


@contextmanager
def served() -> Iterator[Site]:
    """The city, while the tests of a module read it."""
    with override_settings(ALLOWED_HOSTS=["localhost", "testserver"]):
        server = LiveServer("localhost")
        try:
            yield Site(server)
        finally:
            server.stop()
