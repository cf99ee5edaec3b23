"""An empty city of one's own, made by the command as an administrator would."""

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from civicthread.config import city, newcity
from civicthread.config.speech import Unusable
from tests.config.serving import COMMAND, civicthread, environment, sentence

NAMED = ("init", "--name", "Ville [/haute]", "--administrator", "a@example.org", "--languages", "en, fr,en")


def start(place: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return civicthread(place, "init", "--name", "Ville", "--administrator", "first@example.org", *more)


def test_a_new_city_has_its_areas_and_its_administrator(kept: Path):
    with closing(sqlite3.connect(kept / "records.sqlite3")) as records:
        names = dict(records.execute("SELECT code, name FROM territory_area"))
        roles = records.execute(
            "SELECT a.roles FROM accounts_user u JOIN core_actor a ON a.id = u.actor_id WHERE u.email = ?",
            ["first@example.org"],
        ).fetchall()
    assert json.loads(names["A1"])["nl"]["text"] == "Boven"
    assert json.loads(names["A2"])["fr"]["text"] == "Aval"
    assert [json.loads(row[0]) for row in roles] == [["administrator"]]
    again = start(kept)
    assert again.returncode == 1
    assert "contient déjà une ville" in sentence(again), "in the language of the city that is there"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("no json", "is not a GeoJSON"),
        ('{"type": "FeatureCollection"}', "is not a GeoJSON"),
        (
            '{"features": [{"properties": {"code": "A"}, "geometry": {"type": "Point"}}]}',
            "feature 1: an area needs a boundary, a Polygon or a MultiPolygon.",
        ),
        ('{"type": "FeatureCollection", "features": []}', "holds no area; a city may begin without"),
        ("\udcff", "is not a GeoJSON"),
    ],
)
def test_a_bad_areas_file_leaves_nothing_behind(tmp_path, content, told):
    (tmp_path / "areas.geojson").write_bytes(content.encode(errors="surrogateescape"))
    made = start(tmp_path / "city", "--areas", str(tmp_path / "areas.geojson"))
    assert made.returncode == 1
    assert told in sentence(made)
    assert not (tmp_path / "city" / "city.toml").exists()


def feature(
    corners: object = ([4, 50], [5, 50], [5, 51], [4, 50]), **properties: object
) -> dict[str, object]:
    geometry = {"type": "Polygon", "coordinates": [corners]}
    return {"properties": {"code": "A1", "name": "Amont", **properties}, "geometry": geometry}


@pytest.mark.parametrize(
    ("features", "told"),
    [
        (
            [feature(), feature(code="A2", name="")],
            "feature 2: an area needs a property “code” and one for its name (name, name_fr).",
        ),
        ([feature(name="", name_de="Oben")], "one for its name (name, name_fr)."),
        ([feature(code="")], "feature 1: an area needs"),
        ([feature(code=0)], "feature 1: an area needs"),
        ([{**feature(), "geometry": None}], "feature 1: an area needs"),
        ([{**feature(), "properties": None}], "feature 1: an area needs"),
        ([{**feature(), "properties": ["A1"]}], "is not a GeoJSON FeatureCollection"),
        ([{"geometry": {}}], "is not a GeoJSON FeatureCollection"),
        (["A1"], "is not a GeoJSON FeatureCollection"),
        ([feature(), feature()], "feature 2: another area has the code “A1” already; each needs its own."),
        (
            [feature(code=21001), feature(code="21001")],
            "feature 2: another area has the code “21001”",
        ),
        ([feature(code="A/1")], "feature 1: a code has at most 12 letters, digits and hyphens, not “A/1”."),
        ([feature(code="A 1")], "not “A 1”."),
        ([feature(code="A" * 13)], "a code has at most 12 letters, digits and hyphens, not “AAAAAAAAAAAAA”."),
        ([feature([])], "feature 1: The boundary is not a GeoJSON geometry."),
        (
            [feature([[148_000, 169_000], [150_000, 169_000], [150_000, 171_000], [148_000, 169_000]])],
            "feature 1: The boundary is not in degrees of longitude and latitude: save the file in WGS 84 (EPSG:4326).",
        ),
    ],
)
def test_areas_that_cannot_be_used_are_told_before_anything_is_made(tmp_path, monkeypatch, features, told):
    # Where a city stands already nothing is ever made; this is noticed only after the areas were read.
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "city.toml").touch()
    (tmp_path / "areas.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
    with pytest.raises(Unusable) as mistake:
        newcity.create(
            name="Ville",
            languages=("fr",),
            required=(),
            administrator="first@example.org",
            areas=tmp_path / "areas.geojson",
        )
    assert told in str(mistake.value)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--administrator", "nobody"), "is not an e-mail address"),
        (("--administrator", "nobody [/b]"), "“nobody [/b]” is not an e-mail address."),
        (("--name", " "), "A city needs a name"),
        (("--languages", "de,en"), "The languages of a city must be some of fr, nl, en; found: de."),
        (("--languages", "fr,xx"), "The languages of a city must be some of fr, nl, en; found: xx."),
        (
            ("--languages", "fr", "--required", "nl"),
            "Each required language must be one of the languages of the city.",
        ),
    ],
)
def test_each_mistake_is_one_sentence(tmp_path, arguments, told):
    made = start(tmp_path / "city", *arguments)
    assert made.returncode == 1
    assert told in sentence(made)
    assert not (tmp_path / "city").exists()


def test_a_question_that_is_not_answered_ends_in_one_sentence_and_makes_nothing(tmp_path):
    asked = civicthread(tmp_path / "city", "init")
    assert asked.returncode == 130
    assert "Interrupted, and nothing was left half done." in sentence(asked)
    assert asked.stderr == ""
    assert not (tmp_path / "city").exists()


@pytest.mark.slow
def test_one_that_was_killed_is_begun_again_and_tells_what_comes_next(tmp_path, kept):
    place = tmp_path / "Ville [/haute]"
    with subprocess.Popen([*COMMAND, *NAMED], env=environment(place), stdout=subprocess.DEVNULL) as making:
        while not (place / "records.sqlite3").exists():
            time.sleep(0.05)
        making.kill()
    refused = civicthread(place, "serve")
    assert refused.returncode == 1
    assert f"No city is in {place}." in sentence(refused), "and its name is told whole"
    (place / "static").symlink_to(kept / "static")
    made = civicthread(place, *NAMED)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Ville [/haute] is ready." in made.stdout
    assert f"Start it with: DATA_DIR='{place}' civicthread serve" in made.stdout
    assert "Give it the same DATABASE_URL" in made.stdout
    assert "Addresses begin with http://localhost:8000 until BASE_URL names" in made.stdout
    assert city.read(place / "city.toml").languages == ("en", "fr")
    elsewhere = civicthread(tmp_path / "other", *NAMED, DATABASE_URL=f"sqlite:///{place}/records.sqlite3")
    assert elsewhere.returncode == 1
    assert "holds a city already: name an empty one with DATABASE_URL" in sentence(elsewhere)
    assert not (tmp_path / "other" / "city.toml").exists()
