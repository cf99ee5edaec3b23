"""The guided form writes queries that pass the gate, and give what a person would have computed."""

from dataclasses import replace
from itertools import product

import pytest

from civicthread.core import journal
from civicthread.datahub import programme
from civicthread.indicators import actions, computing, guided, queries
from civicthread.indicators.columns import PERIODS, Column, Condition, check_value
from civicthread.indicators.examples import EXAMPLES, TABLES
from civicthread.indicators.guided import Choices, Names, People, Spelled
from civicthread.lake.sql import check
from civicthread.territory.published import NAMES
from tests.factories import datahub
from tests.factories import indicators as factory

AREA, YEAR = Column("area", "text"), Column("year", "integer")


@pytest.mark.parametrize("example", EXAMPLES, ids=[str(example.title) for example in EXAMPLES])
def test_every_worked_example_passes_the_gate(example):
    columns = {column.name for column in check(example.sql, TABLES).columns}
    assert {"period", "value"} <= columns


ROWS = {
    "collisions": "2025-03-01,Anderlecht,light,1\n2026-05-02,Anderlecht,serious,\n2026-09-09,Auderghem,light,2\n",
    "municipalities": "Anderlecht,120000\nAuderghem,35000\n",
    "households": "2024,Anderlecht,1,10\n2025,Anderlecht,2,30\n2026,Auderghem,1,20\n2026,Anderlecht,2,60\n",
}


@pytest.fixture
def example_tables(place):
    """Datasets like those the examples name, with a few rows."""
    factory.areas()
    programme.publish_tables(by=journal.system(), codes=[NAMES])
    for code, rows in ROWS.items():
        columns = TABLES[code]
        declared = [
            {"name": name, "header": name, "type": kind, "nullable": True} for name, kind in columns.items()
        ]
        made = datahub.dataset(code, columns=declared, keys=[], sort=[], period_column="")
        datahub.load(made, place, f"{','.join(columns)}\n{rows}")


@pytest.mark.django_db
def test_every_worked_example_gives_figures(example_tables):
    for example in EXAMPLES:
        made = factory.indicator(sql=example.sql, area_level="municipality")
        run = actions.compute(made, by=journal.system())
        assert run is not None
        assert run.rows > 0, example.sql
        assert any(value.value is not None for value in run.values.all()), example.sql


CONDITIONS = ((), (Condition(Column("order", "text"), "l'été"),), (Condition(YEAR, "2020.5"),))
TIMES = [(YEAR, "year"), *((Column("day", kind), by) for kind in ("date", "timestamp") for by in PERIODS)]


def tables(period):
    columns = {"area": "text", "nis": "integer", "year": "integer", "n": "number", "order": "text"}
    return {
        "counted": {**columns, "day": period.type},
        "people": {"name": "text", "year": "integer", "inhabitants": "integer"},
        "programme_area_names": {"level": "text", "spelling": "text", "area": "text", "period": "text"},
    }


def everything_one_can_choose():
    """Every combination of kind, area, period of the inhabitants, condition, and ways to write areas."""
    kinds = [{}, {"summed": "n"}, {"summed": "n", "over": "n", "per": 100}, *map(people, (None, YEAR))]
    areas = (None, AREA, Column("nis", "integer"))
    for kind, area, condition, (period, by) in product(kinds, areas, CONDITIONS, TIMES):
        told = Choices("counted", period, by=by, area=area, conditions=condition, **kind)
        yield told
        yield replace(told, names=Names("programme_area_names", "municipality"))
        yield replace(told, apart=("BE1",), counted=Spelled(area or AREA, ("1",)))


def people(period):
    told = {"counted": Spelled(Column("name", "text"), ("BE1",)), "notes": (("note_nl", "Inwoners van"),)}
    return {"people": People("people", "inhabitants", Column("name", "text"), period, **told), "per": 1000}


def test_whatever_is_chosen_gives_a_query_that_passes_the_gate():
    for choices in everything_one_can_choose():
        columns = {column.name for column in check(guided.query(choices), tables(choices.period)).columns}
        assert {"period", "value"} <= columns
        assert ("area" in columns) == bool(choices.area)
        assert ("denominator" in columns) == bool(choices.over or choices.people)


def test_the_query_for_places_passes_the_gate_whatever_is_chosen():
    for conditions, (period, _by) in product(CONDITIONS, TIMES):
        asked = guided.places("counted", AREA, period, summed="n", conditions=conditions)
        columns = [column.name for column in check(asked, tables(period)).columns]
        assert columns == ["place", "period", "dates", "counted", "amount"]


@pytest.mark.parametrize(
    ("column", "value"),
    [(YEAR, "nan"), (YEAR, "x"), (Column("d", "date"), "soon"), (Column("b", "boolean"), "perhaps")],
)
def test_a_condition_needs_a_value_its_column_can_hold(column, value):
    with pytest.raises(ValueError, match=value):
        check_value(column, value)


@pytest.mark.django_db
def test_a_rate_counts_all_inhabitants_in_the_total_and_each_areas_own_in_its_part(place):
    factory.areas()
    factory.lamps(place)
    columns = (
        {"name": "nis", "type": "text", "title": {"fr": "Commune", "nl": "Gemeente"}},
        {"name": "heads", "type": "integer", "title": {"fr": "Habitants", "nl": "Inwoners"}},
    )
    told = {"keys": ["nis"], "sort": ["nis"], "period_column": ""}
    datahub.load(
        datahub.dataset("people", columns=columns, **told), place, "nis,heads\n21001,100\n21002,300\n"
    )
    choices = Choices(
        "lamps",
        YEAR,
        area=AREA,
        summed="n",
        people=People("people", "heads", Column("nis", "text")),
        per=1000,
    )
    made = factory.indicator(sql=guided.query(choices), area_level="municipality")
    actions.compute(made, by=journal.system())
    actions.approve_values(made, by=journal.system())
    found = {(v.period, v.area.code if v.area else ""): v.value for v in queries.published_values([made])}
    assert found == {
        ("2020", ""): 1000 * 12 / 400,
        ("2020", "21001"): 1000 * 5 / 100,
        ("2020", "21002"): 1000 * 7 / 300,
        ("2021", ""): 1000 * 9 / 400,
        ("2021", "21001"): 1000 * 9 / 100,
    }
    assert computing.checked(guided.query(choices)).tables == ("lamps", "people")


@pytest.mark.django_db
def test_a_rate_per_inhabitant_counts_rows_or_sums_a_column(place):
    factory.areas()
    factory.lamps(place)
    people = People("people", "inhabitants", AREA)
    declared = [
        {"name": "area", "header": "area", "type": "text"},
        {"name": "inhabitants", "header": "inhabitants", "type": "integer"},
    ]
    made = datahub.dataset("people", columns=declared, keys=[], sort=[], period_column="")
    datahub.load(made, place, "area,inhabitants\n21001,1000\n21002,500\n")
    told = {}
    for summed in ("", "n"):
        sql = guided.query(Choices("lamps", YEAR, area=AREA, summed=summed, people=people, per=1000))
        found = queries.published_values([factory.computed(sql, area_level="municipality")])
        told[summed] = {(v.period, v.area.code if v.area else ""): (v.numerator, v.value) for v in found}
    assert told[""]["2020", "21002"] == (1, 2.0)
    assert told["n"]["2020", "21002"] == (7, 14.0)
    assert told["n"]["2020", ""] == (12, 8.0)
