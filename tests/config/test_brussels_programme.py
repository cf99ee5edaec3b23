"""The Brussels demonstration programme is right: its schema, its language, its figures."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from civicthread.config.programme.figures import Dataset, Indicator
from civicthread.lake.sql import check, to_dialect
from tests.brussels import programme

BRUSSELS = Path(__file__).parents[2] / "examples" / "brussels"
TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
INDICATORS = [
    "road-collisions-total",
    "collisions-per-1000-inhabitants",
    "serious-collisions",
    "collisions-walking-cycling",
    "no2-annual-mean",
    "no2-highest-station",
    "no2-stations-above-limit",
    "no2-monthly",
    "daily-internet-users-brussels",
    "daily-internet-gap",
    "street-names-women",
    "one-person-households",
    "establishments-total",
    "establishments-per-1000-inhabitants",
    "active-bike-counters",
    "population-2020",
    "public-services-for-citizens",
]


def sizes() -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (BRUSSELS / "datasets").rglob("*") if path.is_file()}


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every translated text with its language and its place."""
    if isinstance(value, dict):
        if value and set(value) <= {"fr", "nl", "en"}:
            yield from ((path, language, words) for language, words in value.items())
        else:
            for key, inner in value.items():
                yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}.{index}")


def all_texts() -> list[tuple[str, str, str]]:
    data = programme().model_dump(mode="python", exclude={"folder"})
    return [found for found in texts(data) if ".slug" not in found[0]]


def test_the_programme_is_whole() -> None:
    brussels = programme()
    assert len(brussels.directions) == 9
    assert len([area for area in brussels.areas if area.level == "municipality"]) == 19
    assert len(brussels.projects) >= 20
    assert len(brussels.datasets) >= 8
    assert len([indicator for indicator in brussels.indicators if indicator.sql]) >= 12
    assert brussels.boundaries is not None
    assert len(json.loads(brussels.boundaries.read_text(encoding="utf-8"))["features"]) == 19


def test_every_text_stands_in_three_languages() -> None:
    places: dict[str, set[str]] = {}
    for path, language, _ in all_texts():
        places.setdefault(path, set()).add(language)
    assert [path for path, languages in places.items() if languages != {"fr", "nl", "en"}] == []


def ill_spaced(words: str) -> bool:
    """A French sign that needs a non-breaking space before it (after it, for «) and lacks it."""
    return bool(re.search(r"(?<!\u00a0)[;?!»](?!\w)|(?<!\u00a0):(?=\s)|[^\u00a0][%€]|«(?!\u00a0)", words))


def test_french_punctuation_has_its_non_breaking_space() -> None:
    assert [
        (path, words) for path, spoken, words in all_texts() if spoken == "fr" and ill_spaced(words)
    ] == []


@pytest.mark.parametrize(
    "words", ["Vraiment ?", "Vraiment!", "«Oui\u00a0»", "Trois : un", "Trois: un", "20 %"]
)
def test_an_ill_spaced_french_sign_is_found(words: str) -> None:
    assert ill_spaced(words)


@pytest.mark.parametrize(
    ("language", "mark"), [("fr", "'"), ("nl", "'"), ("en", "'"), ("nl", '"'), ("fr", '"')]
)
def test_quotes_and_apostrophes_are_typographic(language: str, mark: str) -> None:
    assert [words for _, spoken, words in all_texts() if spoken == language and mark in words] == []


def test_no_file_is_heavy() -> None:
    assert max(sizes().values()) < 1_400_000
    assert sum(sizes().values()) < 4_000_000


def test_share_alike_data_carries_its_licence() -> None:
    assert "Attribution-ShareAlike 4.0" in (
        BRUSSELS / "datasets" / "share-alike" / "LICENSE-CC-BY-SA-4.0.txt"
    ).read_text(encoding="utf-8")


def test_every_data_file_has_its_line_in_the_sources() -> None:
    told = (BRUSSELS / "SOURCES.md").read_text(encoding="utf-8")
    assert [dataset.file for dataset in programme().datasets if Path(dataset.file).name not in told] == []


@cache
def lake() -> duckdb.DuckDBPyConnection:
    """The files as tables, read only by what their declaration says."""
    connection = duckdb.connect()
    for dataset in programme().datasets:
        _make(connection, dataset)
    return connection


def _make(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    columns = ", ".join(f'"{column.name}" {TYPES[column.type]}' for column in dataset.columns)
    connection.execute(f"CREATE TABLE {dataset.code} ({columns})")
    path = BRUSSELS / dataset.file
    if dataset.format == "csv":
        chosen = ", ".join(f'"{column.header or column.name}"' for column in dataset.columns)
        connection.execute(
            f"INSERT INTO {dataset.code} SELECT {chosen} FROM "
            f"read_csv(?, all_varchar=true, header=true, delim=?, quote='\"')",
            [str(path), dataset.delimiter],
        )
        # As the platform does: of rows with one key the first is kept.
        keys = ", ".join(dataset.keys) or "rowid"
        connection.execute(
            f"DELETE FROM {dataset.code} WHERE rowid NOT IN "
            f"(SELECT MIN(rowid) FROM {dataset.code} GROUP BY {keys})"
        )
        return
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        values = {**feature["properties"], "longitude": longitude, "latitude": latitude}
        row = [values[column.header or column.name] for column in dataset.columns]
        connection.execute(f"INSERT INTO {dataset.code} VALUES ({', '.join('?' * len(row))})", row)


def told_twice(dataset: Dataset) -> int:
    """How many rows of a file have the key of an earlier one."""
    with_all = dataset.model_copy(update={"keys": []})
    connection = duckdb.connect()
    _make(connection, with_all)
    keys = ", ".join(dataset.keys)
    found = connection.execute(f"SELECT COUNT(*) - COUNT(DISTINCT ({keys})) FROM {dataset.code}").fetchone()
    assert found is not None
    return int(found[0])


# As SOURCES.md says: the rows of one quarter stand twice in the export.
TOLD_TWICE = {"establishments": 19}


@pytest.mark.parametrize("code", [dataset.code for dataset in programme().datasets])
def test_a_file_holds_what_its_declaration_says(code: str) -> None:
    dataset = next(dataset for dataset in programme().datasets if dataset.code == code)
    rows = lake().execute(f"SELECT COUNT(*) FROM {code}").fetchone()
    assert rows is not None
    assert rows[0] > 0
    assert not dataset.keys or told_twice(dataset) == TOLD_TWICE.get(code, 0)
    for column in dataset.columns:
        found = {row[0] for row in lake().execute(f'SELECT DISTINCT "{column.name}" FROM {code}').fetchall()}
        assert column.nullable or None not in found, column.name
        assert not column.codes or found - {None} <= set(column.codes), column.name


def _areas(by: str) -> dict[str, str]:
    spelled: dict[str, str] = {}
    for area in programme().areas:
        names = {"code": [area.code], "nuts": area.nuts, "name": [*area.name.values(), *area.aliases]}[by]
        spelled |= {name.casefold(): area.code for name in names}
    return spelled


@pytest.mark.parametrize("code", ["municipalities_2020", "road_collisions", "households", "establishments"])
def test_every_row_finds_its_municipality(code: str) -> None:
    dataset = next(dataset for dataset in programme().datasets if dataset.code == code)
    assert dataset.area is not None
    found = lake().execute(f"SELECT DISTINCT {dataset.area.column} FROM {code}").fetchall()
    spelled = _areas(dataset.area.by)
    assert len({spelled[str(name).casefold()] for (name,) in found}) == 19


def computed(code: str) -> tuple[Indicator, list[dict[str, Any]]]:
    indicator = next(indicator for indicator in programme().indicators if indicator.code == code)
    assert indicator.sql is not None
    tables = {
        dataset.code: {column.name: column.type for column in dataset.columns}
        for dataset in programme().datasets
    }
    query = check(indicator.sql, tables)
    assert set(query.tables) == set(indicator.datasets)
    result = lake().execute(to_dialect(query, "duckdb"))
    names = [column[0] for column in result.description]
    return indicator, [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@pytest.mark.parametrize("code", INDICATORS)
def test_an_indicator_computes_one_value_a_period_and_area(code: str) -> None:
    indicator, rows = computed(code)
    assert rows
    is_ratio = indicator.roll_up == "ratio" or "/" in str(indicator.sql)
    parts = {"numerator", "denominator"} if is_ratio else set()
    assert set(rows[0]) == {"period", "value"} | ({"area"} if indicator.area_by else set()) | parts
    assert all(re.fullmatch(r"\d{4}(-Q[1-4]|-\d{2})?", row["period"]) for row in rows)
    assert all(row["value"] is not None for row in rows)
    factor = 100 if indicator.unit.symbol == "%" else 1000
    for row in rows if is_ratio else ():
        assert float(row["value"]) == pytest.approx(factor * row["numerator"] / row["denominator"])
    places = [(row["period"], row.get("area")) for row in rows]
    assert len(set(places)) == len(places)
    if indicator.area_by:
        assert {str(row["area"]).casefold() for row in rows} <= set(_areas(indicator.area_by))


def test_the_list_of_computed_indicators_is_complete() -> None:
    """Those over the programme's own tables are computed in tests/config/test_conditions.py."""
    over_files = [
        indicator.code
        for indicator in programme().indicators
        if indicator.sql and not indicator.datasets[0].startswith("programme_")
    ]
    assert sorted(INDICATORS) == sorted(over_files)


@pytest.mark.parametrize(
    ("code", "period", "area", "value"),
    [
        ("road-collisions-total", "2020", None, 1358),
        ("collisions-per-1000-inhabitants", "2022", "21007", None),
        ("daily-internet-users-brussels", "2019", "BE1", 85),
        ("street-names-women", "2026-07", None, 100 * 190 / 2172),
        ("no2-highest-station", "2023", None, 35),
        ("active-bike-counters", "2025", None, 18),
        ("population-2020", "2020", "21004", 185103),
    ],
)
def test_a_figure_is_the_one_counted_by_hand(
    code: str, period: str, area: str | None, value: float | None
) -> None:
    _, rows = computed(code)
    found = [row["value"] for row in rows if row["period"] == period and row.get("area") == area]
    assert len(found) == 1
    if value is not None:
        assert float(found[0]) == pytest.approx(value)


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("daily-internet-users-brussels", "SELECT year, share FROM daily_internet_users WHERE geo = 'BE'"),
        (
            "public-services-for-citizens",
            """SELECT period, value FROM digital_decade
            WHERE indicator = 'desi_dps_cit' AND breakdown = 'egov_le_cit' AND country = 'EU'""",
        ),
    ],
)
def test_what_an_indicator_is_compared_with_is_what_the_dataset_says(code: str, cells: str) -> None:
    indicator, _rows = computed(code)
    (comparison,) = indicator.comparisons
    published = {str(period): value for period, value in lake().execute(cells).fetchall()}
    assert {point.period: published[point.period] for point in comparison.values} == {
        point.period: point.value for point in comparison.values
    }
    assert comparison.source


def test_every_comparison_of_the_programme_is_checked_against_its_dataset() -> None:
    compared = {indicator.code for indicator in programme().indicators if indicator.comparisons}
    assert compared == {"daily-internet-users-brussels", "public-services-for-citizens"}


def test_everything_invented_says_so() -> None:
    brussels = programme()
    assert brussels.settings.office.demonstration
    assert all(idea.demonstration for idea in brussels.participation.ideas)
    assert [article.code for article in brussels.news if not (article.demonstration or article.sources)] == []
