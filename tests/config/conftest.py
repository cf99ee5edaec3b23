"""One city in a folder of its own, for the tests that run the command on it."""

import json
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from civicthread.core import journal
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import move_in, work_folder
from civicthread.stakeholders import actions
from civicthread.stakeholders.models import Organisation
from tests import database
from tests.config.serving import civicthread

COUNTS = TableSchema((Column("n", "integer"),))
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "A1", "name_fr": "Amont", "name_nl": "Boven"},
            "geometry": {"type": "Polygon", "coordinates": [[[4, 50], [4, 51], [5, 51], [5, 50], [4, 50]]]},
        },
        {
            "type": "Feature",
            "properties": {"code": "A2", "name": "Aval"},
            "geometry": {"type": "Polygon", "coordinates": [[[5, 50], [5, 51], [6, 51], [6, 50], [5, 50]]]},
        },
    ],
}


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest, folder_of_run: Path, django_db_blocker) -> Path:
    """A city without a page, as `civicthread init` makes it, from where the tables are there; no test changes it.

    One for all processes of a run. That `init` makes the tables too is tried where one is killed and begun again.
    """
    place = folder_of_run / "kept"
    with database.alone(folder_of_run):
        if not place.exists():
            with django_db_blocker.unblock():
                tables = database.migrated(request.config.cache.mkdir("database"))
            _make(place, tables)
    return place


def _make(place: Path, tables: database.Store) -> None:
    if isinstance(tables, database.SqliteStore):
        place.mkdir()
        shutil.copyfile(tables.template, place / "records.sqlite3")
    areas = place.with_name("areas.geojson")
    areas.write_text(json.dumps(AREAS))
    person = ("--administrator", "first@example.org")
    made = civicthread(
        place, "init", "--name", "Ville", *person, "--languages", "fr, nl", "--areas", str(areas)
    )
    assert made.returncode == 0, made.stderr
    assert "/fr/account/" in made.stdout, "where that person chooses a password"


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    """A copy of that city; its browser files serve all copies."""
    place = tmp_path / "city"
    shutil.copytree(kept, place, ignore=shutil.ignore_patterns("static"))
    (place / "static").symlink_to(kept / "static")
    return place


@pytest.fixture
def little_disk() -> Callable[[int], AbstractContextManager[Callable[[int], None]]]:
    """`with little_disk(100):` no file may grow beyond 100 bytes, as on a disk that is full."""

    @contextmanager
    def limited(most: int) -> Iterator[Callable[[int], None]]:
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)

        def limit(most: int) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, usual[1]))

        limit(most)
        try:
            yield limit
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    return limited


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder on another file system, where the machine has one."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def load(table: Table) -> None:
    """One more version, which has one more row."""
    number = table.latest()
    with work_folder(table) as work:
        duckdb.connect().execute(f"COPY (SELECT {number} AS n) TO '{work}/new.parquet'").close()
        table.add([move_in(table, work / "new.parquet")], mode="append", expected_version=number)


@pytest.fixture
def city() -> Iterator[Organisation]:
    """A city with a record, a picture and a table of two versions in the lake."""
    before = (settings.DATA_DIR / "city.toml").read_bytes()
    for folder in (settings.MEDIA_ROOT, settings.LAKE):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir()
    values = {"name": {"fr": "Transports", "nl": "Vervoer", "en": "Transport"}, "helix": "public"}
    organisation = actions.save_organisation(Organisation(code="transport"), values, by=journal.system())
    (Path(settings.MEDIA_ROOT) / "picture.png").write_bytes(b"picture.png" * 100)
    table = Lake(settings.LAKE).table("counts")
    table.create(COUNTS)
    load(table)
    yield organisation
    (settings.DATA_DIR / "city.toml").write_bytes(before)
