"""A programme folder is read as a whole: every mistake is told at once, with its file and its place."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from civicthread.config.programme.parts import PartialDate
from civicthread.config.programme.reading import Mistake, ProgrammeError, load

BRUSSELS = Path(__file__).parents[2] / "examples" / "brussels"
Change = Callable[[Any], None]


def text(words: str = "Mots") -> dict[str, str]:
    return {"fr": words, "nl": words}


SOURCE = {"url": "https://example.org/source", "publisher": "Example", "date": "2020"}
OFFICE = {
    "name": text(),
    "demonstration": True,
    "email": "office@example.org",
    "phone": "02 000 00 00",
    "phone_hours": text(),
    "post": text(),
    "counter": text(),
    "counter_hours": text(),
}
SETTINGS: dict[str, Any] = {
    "code": "town",
    "name": text(),
    "tagline": text(),
    "demonstration": True,
    "languages": ["fr", "nl", "en"],
    "required_languages": ["fr", "nl"],
    "time_zone": "Europe/Brussels",
    "area_levels": [{"code": "municipality", "name": text(), "plural": text()}],
    "themes": [{"code": "mobile", "name": text()}],
    "office": OFFICE,
}
FILES: dict[str, Any] = {
    "programme.yml": SETTINGS,
    "directions.yml": [
        {
            "code": "inclusion",
            "kind": "condition",
            "name": text(),
            "description": text(),
            "sources": [SOURCE],
        }
    ],
    "organisations.yml": {
        "organisations": [{"code": "office", "helix": "public", "name": text()}],
        "bodies": [{"code": "board", "kind": "board", "name": text(), "organisation": "office"}],
    },
    "areas.yml": [{"code": "21001", "level": "municipality", "name": text("Anderlecht")}],
    "projects.yml": [
        {
            "code": "fibre",
            "title": text(),
            "summary": text(),
            "description": text(),
            "owner": "office",
            "classification": "editorial",
            "directions": ["inclusion"],
            "themes": ["mobile"],
            "start": "2019-12",
            "sources": [SOURCE],
        }
    ],
    "indicators.yml": [
        {
            "code": "schools",
            "title": text(),
            "description": text(),
            "method": text(),
            "unit": {"name": text()},
            "good": "up",
            "status": "share_of_target",
            "frequency": "yearly",
            "direction": "inclusion",
            "projects": ["fibre"],
            "baseline": {"period": "2014", "value": 0},
            "targets": [{"period": "2019", "value": 175}],
            "values": [{"period": "2017", "value": 90}],
        }
    ],
    "datasets.yml": [
        {
            "code": "people",
            "title": text(),
            "description": text(),
            "publisher": "office",
            "licence": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
            "source": "https://example.org/people",
            "obtained_from": "https://example.org/people.csv",
            "frequency": "yearly",
            "file": "datasets/people.csv",
            "format": "csv",
            "columns": [{"name": "area", "type": "text", "title": text()}],
            "keys": ["area"],
            "reference_period": "2020",
            "area": {"column": "area", "by": "code", "level": "municipality"},
        }
    ],
    "ideas.yml": {
        "needs": [{"code": "help", "title": text(), "description": text(), "demonstration": True}],
        "ideas": [
            {
                "code": "library",
                "demonstration": True,
                "language": "fr",
                "title": "Une idée",
                "text": "Une permanence",
                "author": {"name": "Camille Exemple", "email": "camille@example.org"},
                "channel": "web",
                "area": "21001",
                "received": "2026-02-03",
                "state": "merged",
                "need": "help",
            }
        ],
    },
    "pages/home.yml": {
        "code": "home",
        "kind": "home",
        "slug": {"fr": "accueil", "nl": "onthaal"},
        "title": text(),
        "intro": text(),
        "body": [{"kind": "list", "points": [text()]}],
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small right programme, to be broken in one place at a time."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "people.csv").write_text("area\n21001\n", encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, how: Change) -> None:
    data = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    how(data)
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def mistakes(folder: Path) -> tuple[Mistake, ...]:
    with pytest.raises(ProgrammeError) as caught:
        load(folder)
    return caught.value.mistakes


def test_a_right_folder_is_read_whole(folder: Path) -> None:
    programme = load(folder)
    assert programme.projects[0].start == PartialDate.model_validate("2019-12")
    assert programme.participation.ideas[0].need == "help"
    assert programme.pages[0].slug == {"fr": "accueil", "nl": "onthaal"}
    assert programme.boundaries is None


def test_a_city_of_its_own_starts_with_settings_alone(folder: Path) -> None:
    for name in FILES:
        if name != "programme.yml":
            (folder / name).unlink()
    programme = load(folder)
    assert programme.settings.code == "town"
    assert programme.projects == ()
    assert programme.ambition is None


def broken(name: str, how: Change, *told: str) -> Any:
    return pytest.param(name, how, Mistake(*told), id=": ".join(told)[:80])


def put(*steps: str | int, value: Any) -> Change:
    def how(data: Any) -> None:
        for step in steps[:-1]:
            data = data[step]
        data[steps[-1]] = value

    return how


def drop(*steps: str | int) -> Change:
    def how(data: Any) -> None:
        for step in steps[:-1]:
            data = data[step]
        del data[steps[-1]]

    return how


def again(data: Any) -> None:
    data.append(dict(data[0]))


@pytest.mark.parametrize(
    ("name", "how", "expected"),
    [
        broken(
            "projects.yml",
            drop(0, "title", "nl"),
            "projects.yml",
            "fibre › title",
            "The text in nl is missing.",
        ),
        broken(
            "projects.yml",
            put(0, "title", "de", value="Wort"),
            "projects.yml",
            "fibre › title",
            "The programme has no language de.",
        ),
        broken(
            "projects.yml",
            put(0, "title", "nl", value="  "),
            "projects.yml",
            "fibre › title › nl",
            "This text is empty.",
        ),
        broken(
            "projects.yml",
            put(0, "title", "nl", value=12),
            "projects.yml",
            "fibre › title › nl",
            "This is not a text; put it in quotes.",
        ),
        broken(
            "projects.yml",
            put(0, "owner", value="nobody"),
            "projects.yml",
            "fibre › owner",
            "No organisation has the code “nobody”.",
        ),
        broken(
            "projects.yml",
            put(0, "themes", value=["war"]),
            "projects.yml",
            "fibre › themes › 1",
            "No theme has the code “war”.",
        ),
        broken(
            "projects.yml",
            put(0, "colour", value="red"),
            "projects.yml",
            "fibre › colour",
            "There is no such field.",
        ),
        broken(
            "projects.yml",
            drop(0, "sources"),
            "projects.yml",
            "fibre › sources",
            "This field is missing.",
        ),
        broken(
            "projects.yml",
            put(0, "sources", 0, "url", value="ftp://example.org"),
            "projects.yml",
            "fibre › sources › 1 › url",
            "“ftp://example.org” is not an http or https address.",
        ),
        broken(
            "projects.yml",
            put(0, "sources", 0, "url", value="https://exa mple.org"),
            "projects.yml",
            "fibre › sources › 1 › url",
            "“https://exa mple.org” is not an http or https address.",
        ),
        broken(
            "projects.yml",
            put(0, "start", value="2019-13"),
            "projects.yml",
            "fibre › start",
            "“2019-13” is not a day of the calendar.",
        ),
        broken(
            "projects.yml",
            put(0, "start", value="0001-01-01"),
            "projects.yml",
            "fibre › start",
            "The year of “0001-01-01” is not between 1950 and 2100.",
        ),
        broken(
            "projects.yml",
            put(0, "end", value=2018),
            "projects.yml",
            "fibre",
            "The project ends before it starts.",
        ),
        broken("projects.yml", again, "projects.yml", "fibre", "This code is used twice."),
        broken(
            "indicators.yml",
            put(0, "targets", 0, "period", value="2013"),
            "indicators.yml",
            "schools",
            "A target does not come after the baseline.",
        ),
        broken(
            "indicators.yml",
            put(0, "values", value=[{"period": "2017", "value": 90}, {"period": "2017", "value": 91}]),
            "indicators.yml",
            "schools",
            "Exactly one value of 2017 is retained.",
        ),
        broken(
            "indicators.yml",
            put(
                0,
                "values",
                value=[{"period": "2017", "value": 90}, {"period": "2017", "value": 91, "retained": False}],
            ),
            "indicators.yml",
            "schools",
            "Each of the conflicting values of 2017 needs a reason.",
        ),
        broken(
            "indicators.yml",
            put(0, "sql", value="SELECT 1"),
            "indicators.yml",
            "schools",
            "A computed indicator has both a SELECT and the datasets it reads.",
        ),
        broken(
            "indicators.yml",
            put(0, "values", 0, "value", value=float("nan")),
            "indicators.yml",
            "schools › values › 1 › value",
            "This is not a finite number.",
        ),
        broken(
            "indicators.yml",
            put(0, "ideal_path", value={"form": "trend"}),
            "indicators.yml",
            "schools",
            "A trend is a projection, not an ideal path.",
        ),
        broken(
            "indicators.yml",
            put(0, "projection", value={"form": "linear", "ceiling": 100}),
            "indicators.yml",
            "schools › projection",
            "An S-curve, and no other path, has a ceiling.",
        ),
        broken(
            "indicators.yml",
            put(0, "projection", value={"form": "compound", "growth": 0.5}),
            "indicators.yml",
            "schools › projection",
            "Only an S-curve is given a growth.",
        ),
        broken(
            "indicators.yml",
            put(0, "projection", value={"form": "milestones"}),
            "indicators.yml",
            "schools › projection",
            "A table, and no other path, has milestones.",
        ),
        broken(
            "indicators.yml",
            put(
                *(0, "projection"),
                value={"form": "milestones", "milestones": [{"period": "2018", "value": n} for n in (1, 2)]},
            ),
            "indicators.yml",
            "schools › projection",
            "Two values are given for 2018.",
        ),
        broken(
            "indicators.yml",
            put(
                *(0, "ideal_path"),
                value={
                    "form": "linear",
                    "start": {"period": "2019", "value": 1},
                    "end": {"period": "2018", "value": 2},
                },
            ),
            "indicators.yml",
            "schools › ideal_path",
            "The path does not end after it starts.",
        ),
        broken(
            "indicators.yml",
            lambda data: data[0].update(ideal_path={"form": "linear"}, targets=[], status="none"),
            "indicators.yml",
            "schools",
            "A path needs a target for the whole territory.",
        ),
        broken(
            "indicators.yml",
            put(0, "comparisons", value=[{"name": text(), "values": []}]),
            "indicators.yml",
            "schools › comparisons › 1 › values",
            "This list is too short.",
        ),
        broken(
            "indicators.yml",
            put(0, "comparisons", value=[{"name": text(), "values": [{"period": "2018", "value": 1}]}] * 2),
            "indicators.yml",
            "schools",
            "Two comparisons have the same name.",
        ),
        *(
            broken(
                "indicators.yml",
                lambda data, more=more: data[0].update(more),
                "indicators.yml",
                "schools",
                told,
            )
            for more, told in (
                ({"sql": "SELECT 1"}, "A computed indicator has both a SELECT and the datasets it reads."),
                (
                    {"sql": "SELECT 1", "datasets": ["people"]},
                    "A computed indicator has no published values.",
                ),
                (
                    {"area_level": "municipality"},
                    "Values by area need both the area level and how areas are spelled.",
                ),
                ({"roll_up": "sum"}, "Only values that are computed by area are rolled up."),
                (
                    {"values": [], "baseline": None, "targets": [], "status": "none"},
                    "An indicator has a SELECT, published values, a baseline or a target.",
                ),
                ({"targets": []}, "A status needs a target."),
                (
                    {"targets": [{"period": "2014", "value": 1}]},
                    "A target does not come after the baseline.",
                ),
                (
                    {"values": [{"period": "2017", "value": 90}, {"period": "2017", "value": 91}]},
                    "Exactly one value of 2017 is retained.",
                ),
            )
        ),
        broken(
            "datasets.yml",
            put(0, "columns", value=[{"name": "area", "type": "text", "title": text()}] * 2),
            "datasets.yml",
            "people",
            "Two columns have the same name.",
        ),
        broken(
            "datasets.yml",
            put(0, "code", value="programme_people"),
            "datasets.yml",
            "programme_people",
            "The program itself writes the tables of this name.",
        ),
        broken(
            "datasets.yml",
            put(0, "file", value="datasets/none.csv"),
            "datasets.yml",
            "people › file",
            "There is no file “datasets/none.csv” in the programme's folder.",
        ),
        broken(
            "datasets.yml",
            put(0, "file", value="../secret.csv"),
            "datasets.yml",
            "people › file",
            "“../secret.csv” lies outside the programme's folder.",
        ),
        broken(
            "datasets.yml",
            put(0, "keys", value=["name"]),
            "datasets.yml",
            "people",
            "There is no column name.",
        ),
        broken(
            "datasets.yml",
            drop(0, "reference_period"),
            "datasets.yml",
            "people",
            "A dataset has either a period column or a reference period.",
        ),
        broken(
            "datasets.yml",
            put(0, "licence", "share_alike", value=True),
            "datasets.yml",
            "people",
            "Share-alike data, and only that, stands in datasets/share-alike/.",
        ),
        broken(
            "ideas.yml",
            put("ideas", 0, "author", "email", value="someone@real.be"),
            "ideas.yml",
            "ideas › library › author › email",
            "“someone@real.be” is not written as it should be.",
        ),
        broken(
            "ideas.yml",
            put("ideas", 0, "state", value="delivered"),
            "ideas.yml",
            "ideas › library",
            "An idea in this state has an answer.",
        ),
        broken(
            "ideas.yml",
            put("ideas", 0, "area", value="99999"),
            "ideas.yml",
            "ideas › library › area",
            "No area has the code “99999”.",
        ),
        broken(
            "areas.yml",
            put(0, "parent", value="21001"),
            "areas.yml",
            "21001",
            "This area lies within itself.",
        ),
        broken(
            "pages/home.yml",
            put("body", 0, "kind", value="video"),
            "pages/home.yml",
            "body › 1",
            "There is no such kind.",
        ),
        broken(
            "programme.yml",
            put("required_languages", value=["fr", "de"]),
            "programme.yml",
            "",
            "A required language is not among the languages.",
        ),
    ],
)
def test_each_mistake_is_told_where_it_is(folder: Path, name: str, how: Change, expected: Mistake) -> None:
    change(folder, name, how)
    assert expected in mistakes(folder)


def test_all_mistakes_of_all_files_are_told_together(folder: Path) -> None:
    change(folder, "projects.yml", put(0, "owner", value="nobody"))
    change(folder, "indicators.yml", put(0, "projects", value=["nothing"]))
    change(folder, "pages/home.yml", drop("slug", "nl"))
    told = mistakes(folder)
    assert [mistake.file for mistake in told] == ["indicators.yml", "pages/home.yml", "projects.yml"]
    assert "projects.yml: fibre › owner: No organisation has the code “nobody”." in str(ProgrammeError(told))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("- code: [a\n", "expected ',' or ']'"),
        ("- code: a\n  code: b\n", "“code” is written twice"),
        ("- code: !!python/object/apply:os.system ['true']\n", "could not determine a constructor"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(folder: Path, written: str, expected: str) -> None:
    (folder / "projects.yml").write_text(written, encoding="utf-8")
    mistake = next(mistake for mistake in mistakes(folder) if mistake.file == "projects.yml")
    assert mistake.path.startswith("line ")
    assert expected.lower() in mistake.sentence.lower()


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "projects.yml").write_bytes("- code: é\n".encode("latin-1"))
    assert any(mistake.file == "projects.yml" and "utf-8" in mistake.sentence for mistake in mistakes(folder))


def test_a_folder_without_settings_is_no_programme(tmp_path: Path) -> None:
    assert [mistake.file for mistake in mistakes(tmp_path)] == ["programme.yml"]


def test_a_boundary_of_an_unknown_area_is_told(folder: Path) -> None:
    shutil.copy(BRUSSELS / "areas.geojson", folder / "areas.geojson")
    told = mistakes(folder)
    assert len(told) == 18
    assert told[0] == Mistake("areas.geojson", "21002", "No area of areas.yml has this code.")


def feature(*corners: list[float], **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        # Belgian Lambert 72, in metres.
        (
            [feature([148_000, 169_000], [150_000, 169_000], [150_000, 171_000], code=21001)],
            (
                "21001",
                "The boundary is not in degrees of longitude and latitude: save the file in WGS 84 (EPSG:4326).",
            ),
        ),
        ([feature([4, 50], code="21001")], ("21001", "The boundary is not a GeoJSON geometry.")),
        ([feature([4, 50], [5, 50], [5, 51], code=21001)] * 2, ("21001", "This code is used twice.")),
        (
            [feature([4, 50], [5, 50], [5, 51])],
            ("", "This is not a GeoJSON collection whose features have a code."),
        ),
    ],
)
def test_a_boundary_that_cannot_be_used_is_told_before_anything_is_loaded(
    folder: Path, features: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    (folder / "areas.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
    assert mistakes(folder) == (Mistake("areas.geojson", *expected),)


@pytest.mark.parametrize(
    ("written", "precision", "last"),
    [
        (2019, "year", "2019-12-31"),
        ("2019", "year", "2019-12-31"),
        ("2020-02", "month", "2020-02-29"),
        ("2019-12-31", "day", "2019-12-31"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(written: str | int, precision: str, last: str) -> None:
    partial = PartialDate.model_validate(written)
    assert partial.precision == precision
    assert partial.last_day.isoformat() == last
    assert str(partial) == str(written)
