"""An empty city of one's own, made by the command as an administrator would."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

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


def civicthread(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATA_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'records.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
    }
    command = [sys.executable, "-m", "civicthread.config.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=250)


def start(place: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return civicthread(place, "init", "--name", "Ville", "--administrator", "first@example.org", *more)


def test_a_new_city_has_its_areas_and_its_administrator(tmp_path):
    (tmp_path / "areas.geojson").write_text(json.dumps(AREAS))
    place = tmp_path / "city"
    made = start(place, "--languages", "fr,nl", "--areas", str(tmp_path / "areas.geojson"))
    assert made.returncode == 0, made.stderr
    assert "/fr/account/" in made.stdout
    with closing(sqlite3.connect(place / "records.sqlite3")) as records:
        names = dict(records.execute("SELECT code, name FROM territory_area"))
        roles = records.execute(
            "SELECT a.roles FROM accounts_user u JOIN core_actor a ON a.id = u.actor_id WHERE u.email = ?",
            ["first@example.org"],
        ).fetchall()
    assert json.loads(names["A1"])["nl"]["text"] == "Boven"
    assert json.loads(names["A2"])["fr"]["text"] == "Aval"
    assert [json.loads(row[0]) for row in roles] == [["administrator"]]
    again = start(place)
    assert again.returncode == 1
    assert "holds a city already" in " ".join(again.stdout.split())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no json", "is not a GeoJSON"),
        ('{"type": "FeatureCollection"}', "is not a GeoJSON"),
        ('{"features": [{"properties": {"code": "A"}, "geometry": {"type": "Point"}}]}', "feature 1 needs"),
        ("\udcff", "is not a GeoJSON"),
    ],
)
def test_a_bad_areas_file_leaves_nothing_behind(tmp_path, content, sentence):
    (tmp_path / "areas.geojson").write_bytes(content.encode(errors="surrogateescape"))
    made = start(tmp_path / "city", "--areas", str(tmp_path / "areas.geojson"))
    assert made.returncode == 1
    assert sentence in " ".join(made.stdout.split())
    assert not (tmp_path / "city" / "city.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--administrator", "nobody"), "is not an e-mail address"),
        (("--languages", "fr,xx"), "languages must be some of"),
        (("--languages", "fr", "--required", "nl"), "each required language"),
    ],
)
def test_each_mistake_is_one_sentence(tmp_path, arguments, sentence):
    made = start(tmp_path / "city", *arguments)
    assert made.returncode == 1
    assert sentence in " ".join(made.stdout.split())
