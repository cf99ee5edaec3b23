"""One city in a folder of its own, for the tests that run the command on it."""

import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.config.serving import civicthread

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
def kept(tmp_path_factory) -> Path:
    """A city without a page, as `civicthread init` makes it: half a minute of work, so no test changes it."""
    place: Path = tmp_path_factory.mktemp("kept") / "city"
    areas = place.with_name("areas.geojson")
    areas.write_text(json.dumps(AREAS))
    person = ("--administrator", "first@example.org")
    made = civicthread(
        place, "init", "--name", "Ville", *person, "--languages", "fr, nl", "--areas", str(areas)
    )
    assert made.returncode == 0, made.stderr
    assert "/fr/account/" in made.stdout, "where that person chooses a password"
    return place


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    """A copy of that city; its browser files serve all copies."""
    place = tmp_path / "city"
    shutil.copytree(kept, place, ignore=shutil.ignore_patterns("static"))
    (place / "static").symlink_to(kept / "static")
    return place


@pytest.fixture
def little_disk() -> Callable[[int], AbstractContextManager[None]]:
    """`with little_disk(100):` no file may grow beyond 100 bytes, as on a disk that is full."""

    @contextmanager
    def limited(most: int) -> Iterator[None]:
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, usual[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    return limited
