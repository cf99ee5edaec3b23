"""`civicthread serve` with real processes: it starts with what a backup holds, and stops when told to."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from civicthread.config import city, installation
from tests.config.serving import civicthread, free_port, page, served
from tests.database import SqliteStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the folder of a city holds its records"),
]


@pytest.fixture(scope="module")
def kept(django_db_setup: SqliteStore, tmp_path_factory) -> Path:
    """A city without a page, kept in a folder that no test changes."""
    place: Path = tmp_path_factory.mktemp("kept") / "city"
    installation.write_city(city.NEW_CITY, place)
    shutil.copy(django_db_setup.pristine, place / "records.sqlite3")
    return place


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "city"))


def test_a_city_that_was_kept_wiped_and_restored_shows_its_pages(place, tmp_path):
    kept = civicthread(place, "backup", str(tmp_path / "city.tar.gz"))
    assert kept.returncode == 0, kept.stdout
    secret = (place / "secret.key").read_text()
    shutil.rmtree(place)
    restored = civicthread(place, "restore", str(tmp_path / "city.tar.gz"))
    assert restored.returncode == 0, restored.stdout
    assert (place / "secret.key").read_text() == secret
    assert {"media", "lake", "mail"} <= {path.name for path in place.iterdir()}
    port = free_port()
    with served(place, port):
        assert page(port) == 200
        assert page(port, "/nl/") == 200
