"""One indicator between places and periods: table, small charts, maps, files."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from civicthread.core import chart_specs, charts, journal, panel_layers
from civicthread.dashboard import cards, comparing
from civicthread.dashboard.comparing import Asked
from civicthread.indicators import actions as indicators
from civicthread.indicators import aiming
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests.factories import datahub
from tests.factories import indicators as factory
from tests.factories.territory import square

pytestmark = pytest.mark.django_db
PAGE = "/fr/dashboard/compare/"
ROWS = "area,year,n\n21001,2020,5\n21002,2020,7\n21001,2021,9\n21002,2021,6\n"
WITH_WHOLE = (
    "SELECT CAST(year AS VARCHAR) AS period, n AS value, area FROM lamps "
    "UNION ALL SELECT CAST(year AS VARCHAR) AS period, SUM(n) AS value, '04000' AS area FROM lamps GROUP BY year"
)


@pytest.fixture
def lamps(place):
    factory.areas()
    made = datahub.dataset("lamps")
    datahub.load(made, place, ROWS)
    return factory.computed(WITH_WHOLE, area_level="municipality")


def told(rows: list[list[Any]]) -> list[list[str]]:
    return [[cell["text"] if isinstance(cell, dict) else cell for cell in row] for row in rows]


def compared(made, **asked) -> comparing.Comparison:
    return comparing.compared(made, Asked(made.code, **asked))


def test_places_stand_in_rows_and_periods_in_columns_with_the_change(lamps):
    columns, rows = comparing.table(compared(lamps))
    assert [column["label"] for column in columns][1:3] == ["2020", "2021"]
    assert told(rows) == [
        ["territoire entier", "12", "15", "+3"],
        ["Anderlecht", "5", "9", "+4"],
        ["Auderghem", "7", "6", "−1"],
    ]


def test_places_and_periods_are_chosen(lamps):
    found = compared(lamps, areas=("21002", "nowhere"), first="2021", last="2021")
    assert [place.code for place in found.places] == ["21002"]
    assert list(found.periods) == ["2021"]
    assert [place.code for place in found.choices] == ["whole", "21001", "21002"]


def test_a_choice_that_leaves_nothing_leaves_everything(lamps):
    found = compared(lamps, areas=("nowhere",), first="2021", last="2020")
    assert len(found.places) == 3
    assert list(found.periods) == ["2020", "2021"]


def test_the_page_works_by_its_address_alone(client, lamps):
    factory.reported()
    assert lamps.code in client.get(PAGE).content.decode()
    html = client.get(f"{PAGE}?indicator={lamps.code}&area=21001").content.decode()
    assert "<svg" in html
    assert "area=21001" in html, "the files keep the choice"
    assert client.get(f"{PAGE}?indicator=nothing").status_code == 200
    assert client.get("/fr/dashboard/compare.csv?indicator=nothing").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_files_hold_what_is_compared(client, lamps, kind):
    answer = client.get(f"/fr/dashboard/compare.{kind}?indicator={lamps.code}&area=21001&first=2021")
    assert answer.status_code == 200
    if kind == "csv":
        (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
        assert (row["area"], row["period"], row["value"]) == ("21001", "2021", "9.0")
    if kind == "json":
        assert [row["value"] for row in answer.json()["figures"]] == [9]
    if kind == "xlsx":
        heading, row = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
        assert heading[:5] == ("Code", "Code du territoire", "Territoire", "Période", "Valeur")
        assert row[4] == 9


def test_counts_are_circles_and_shares_are_colours(lamps):
    assert comparing._counted(compared(lamps))
    indicators.save_indicator(lamps, {"symbol": "%"}, by=journal.system())
    lamps.refresh_from_db()
    assert not comparing._counted(compared(lamps))


@pytest.mark.parametrize("symbol", ["", "%"])
def test_the_map_rounds_as_the_table_does(client, lamps, symbol):
    town = Area.objects.get(code="21001")
    territory.save_area(town, {"boundary": square()}, by=journal.system())
    sql = "SELECT CAST(year AS VARCHAR) AS period, CAST(n AS DOUBLE) / 2 AS value, area FROM lamps"
    halves = factory.computed(sql, area_level="municipality", decimals=0, symbol=symbol)
    assert told(comparing.table(compared(halves))[1])[0][:3] == ["Anderlecht", "3", "5"]
    drawn = comparing.drawn_maps(compared(halves))
    assert [(period, told(figure.rows)[0]) for period, figure in drawn] == [
        ("2020", ["Anderlecht", "3"]),
        ("2021", ["Anderlecht", "5"]),
    ]


def test_a_number_that_no_one_can_read_breaks_no_page(client, lamps):
    sql = "SELECT CAST(year AS VARCHAR) AS period, n * 1e60 AS value, area FROM lamps"
    huge = factory.computed(sql, area_level="municipality", decimals=2)
    for address in (f"{PAGE}?indicator={huge.code}", huge.get_absolute_url()):
        assert client.get(address).status_code == 200


def test_the_page_costs_the_same_with_one_indicator_and_with_three(constant_queries, lamps):
    constant_queries(PAGE, lambda: factory.computed(factory.BY_AREA, area_level="municipality"))


def test_small_charts_share_one_scale_and_mark_the_last_known_value():
    day = comparing.periods.parse("2020").start
    later = comparing.periods.parse("2021").start
    panels = [
        chart_specs.Panel("A", [chart_specs.Point(day, 1), chart_specs.Point(later, None)]),
        chart_specs.Panel("B", [chart_specs.Point(day, None), chart_specs.Point(later, 3)]),
    ]
    spec = chart_specs.multiples(panels, unit="%", ends=("2020", "2021"))
    lines, courses, ends, told, scale, names, *periods = (layer["data"]["values"] for layer in spec["layer"])
    assert [(end["panel"], end["value"]) for end in ends] == [(0, 1), (1, 3)]
    assert told == ends
    assert [name["panel"] for name in names] == ["A", "B"]
    assert [[one["end"] for one in of] for of in periods] == [["2020", "2020"], ["2021", "2021"]]
    assert [tick["value"] for tick in scale] == [1, 2, 3]
    assert [row["y"] is None for row in courses] == [False, True, True, False]
    # What is the same on the scale is as high in each panel, and the value 1 stands on the line of 1.
    assert [line["y"] for line in lines[:3]] == [line["y"] for line in lines[3:]] == [t["y"] for t in scale]
    assert ends[0]["y"] == scale[0]["y"] - panel_layers.HALF


@pytest.mark.parametrize(
    ("known", "ticks", "decimals"),
    [
        ([3.2, 19.7], [0, 10, 20], 0),
        ([0.12, 0.31], [0, 0.2, 0.4], 1),
        ([-20_000, 21_500], [-20_000, 0, 20_000, 40_000], 0),
        ([7, 7], [7], 0),
    ],
)
def test_the_scale_of_small_charts_is_round_as_that_of_any_other_chart(known, ticks, decimals):
    scale = panel_layers.Scale.of(known)
    assert scale.ticks == pytest.approx(ticks)
    assert scale.decimals == decimals
    assert all(0 <= scale.down(value) <= panel_layers.HEIGHT for value in known)


def test_small_charts_of_places_without_any_value_show_their_names_and_no_scale():
    day = comparing.periods.parse("2020").start
    spec = chart_specs.multiples([chart_specs.Panel("A", [chart_specs.Point(day, None)])])
    assert [len(layer["data"]["values"]) for layer in spec["layer"]] == [0, 1, 0, 0, 0, 1, 0, 0]
    assert charts.draw(spec, name="a", title="A").startswith("<svg")


def test_a_bullet_shows_its_thresholds_below_the_value():
    spec = chart_specs.bullet(5, target=10, thresholds=(5.0, 7.5))
    ends = [layer["data"]["values"][0]["v"] for layer in spec["layer"]]
    assert ends == [10.5, 7.5, 5.0, 5, 10]


@pytest.mark.parametrize(
    ("own", "ends"),
    [({}, (20, 30)), ({"on_pace_at": 0.95, "behind_at": 0.9}, (36, 38))],
    ids=["those of the method", "its own"],
)
def test_a_bullet_darkens_where_the_indicator_is_judged_otherwise(own, ends):
    made = aiming.set_scale(factory.indicator(status_method="share_of_target"), own, by=journal.system())
    assert cards.thresholds(made, 40) == pytest.approx(ends)
    assert not cards.thresholds(factory.indicator(status_method="share_of_target", good="down"), 40)
    assert not cards.thresholds(factory.indicator(status_method="pace"), 40)
