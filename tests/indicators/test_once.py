"""No territory is summed twice: not as Region and parts, not under two codes, not over two years of inhabitants."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.core.errors import Refused
from civicthread.indicators import once, places
from civicthread.indicators.models import Indicator
from civicthread.indicators.once import Spelling
from civicthread.territory.models import Area
from tests import personas
from tests.factories import datahub
from tests.factories import indicators as factory

REGION = "Bruxelles-Capitale"
PEOPLE = (
    {"name": "area", "type": "text", "title": {"fr": "Commune", "nl": "Gemeente"}},
    {"name": "year", "type": "integer", "title": {"fr": "Année", "nl": "Jaar"}},
    {"name": "people", "type": "integer", "title": {"fr": "Habitants", "nl": "Inwoners"}},
)
EVENTS = (
    {"name": "area", "type": "text", "title": {"fr": "Commune", "nl": "Gemeente"}},
    {"name": "day", "type": "date", "title": {"fr": "Jour", "nl": "Dag"}},
)
TWO_YEARS = (
    "area,year,people\n"
    "Anderlecht,2022,500\nAuderghem,2022,500\nAnderlecht,2023,1000\nAuderghem,2023,1000\n"
    f"{REGION},2022,1000\n{REGION},2023,2000\n"
)


@pytest.fixture
def asked(place, db):
    """What the guided form gives for a choice of columns: each figure by its period and area."""
    factory.areas()
    client = personas.make("steward").client()
    made = factory.indicator(area_level="municipality")

    def ask(start: str, **chosen: str) -> dict[tuple[str, str], tuple[float | None, str]]:
        address = f"/en/indicators/office/{made.code}/method/guide/?{start}"
        offered = client.get(address).context["form"]
        first = {name: offered[name].value() or "" for name in offered.fields}
        answer = client.post(address, {**first, "by": "year", **chosen})
        if "preview" not in answer.context:
            raise AssertionError(answer.context["form"].errors)
        assert answer.status_code == 200, answer.context["refusal"]
        sql = answer.context["form"]["sql"].value()
        return figures(made, sql)

    return ask


def figures(made: Indicator, sql: str) -> dict[tuple[str, str], tuple[float | None, str]]:
    found = once.computing.compute(
        query := once.computing.checked(sql), once.computing.latest_versions(query.tables)
    )
    return {
        (figure.period, area.code if area else ""): (figure.value, dict(figure.notes).get("nl", ""))
        for figure, area in places.placed(found.figures, level=made.area_level).values()
    }


def table(place, code: str, columns, text: str, **told) -> None:
    datahub.load(datahub.dataset(code, columns=columns, **told), place, text)


def test_a_rate_is_divided_by_one_year_of_inhabitants_and_the_region_by_its_own(place, asked):
    table(place, "people", PEOPLE, TWO_YEARS)
    events = "area,day\n" + "Anderlecht,2023-02-01\n" * 10 + "Auderghem,2023-02-01\n" * 10
    table(place, "events", EVENTS, events, keys=[], sort=[], period_column="day")
    chosen = {"summed": "", "by": "year", "inhabitants": "people", "per": "1000", "whole": "rows"}
    found = asked("figure=rate&dataset=events&people=people", **chosen, area="area")
    assert found == {("2023", "21001"): (10.0, ""), ("2023", "21002"): (10.0, ""), ("2023", ""): (10.0, "")}
    assert asked("figure=rate&dataset=events&people=people", **chosen, area="") == {("2023", ""): (10.0, "")}


def test_the_year_of_inhabitants_that_a_table_declares_cannot_be_left_out(place, asked):
    table(place, "people", PEOPLE, TWO_YEARS)
    table(place, "events", EVENTS, "area,day\nAnderlecht,2023-02-01\n", keys=[], sort=[], period_column="day")
    chosen = {"inhabitants": "people", "per": "1000", "whole": "rows"}
    for none in ("", "one-year", "people"):
        with pytest.raises(AssertionError, match="people_period"):
            asked("figure=rate&dataset=events&people=people", **chosen, people_period=none)


def test_inhabitants_of_the_latest_earlier_year_are_taken_and_said(place, asked):
    table(place, "people", PEOPLE, TWO_YEARS)
    days = ("2021-05-05", "2022-05-05", "2023-05-05", "2025-05-05")
    events = "area,day\n" + "".join(f"Anderlecht,{day}\n" for day in days)
    table(place, "events", EVENTS, events, keys=[], sort=[], period_column="day")
    chosen = {"inhabitants": "people", "per": "1000", "area": "area", "whole": "rows"}
    found = asked("figure=rate&dataset=events&people=people", **chosen)
    assert [found[day[:4], "21001"] for day in days] == [
        (None, ""),
        (2.0, ""),
        (1.0, ""),
        (1.0, "Inwoners van 2023"),
    ]
    assert found["2025", ""] == (0.5, "Inwoners van 2023")
    monthly = asked("figure=rate&dataset=events&people=people", **chosen, by="month")
    assert monthly["2023-05", "21001"] == (1.0, ""), "a month has the inhabitants of its year"


def test_two_dates_of_inhabitants_in_a_year_are_refused(place, asked):
    columns = (PEOPLE[0], {**PEOPLE[1], "type": "date"}, PEOPLE[2])
    text = "area,year,people\nAnderlecht,2023-01-01,10\nAnderlecht,2023-07-01,11\n"
    table(place, "people", columns, text)
    table(place, "events", EVENTS, "area,day\nAnderlecht,2023-02-01\n", keys=[], sort=[], period_column="day")
    for whole in ("rows", "areas"):
        chosen = {"inhabitants": "people", "per": "1000", "area": "area", "whole": whole}
        with pytest.raises(AssertionError, match="several dates in 2023"):
            asked("figure=rate&dataset=events&people=people", **chosen)


COUNTS = "area,year,n\n"
ONE_TERRITORY = {
    "three codes": ("BE1,2023,10\nBE10,2023,10\n04000,2023,10\n", {"": 10}),
    "Region and parts": (f"{REGION},2023,10\nAnderlecht,2023,4\nAuderghem,2023,6\n", {"": 10}),
    "a part under two names": ("Anderlecht,2023,4\n21001,2023,4\nAuderghem,2023,6\n", {"": 10}),
}


@pytest.mark.parametrize("text", [text for text, _found in ONE_TERRITORY.values()], ids=ONE_TERRITORY)
@pytest.mark.parametrize("figure", ["sum", "ratio"])
def test_one_territory_under_several_codes_is_summed_once(place, asked, text, figure):
    columns = (*datahub.COLUMNS, {**datahub.COLUMNS[2], "name": "all"})
    rows = "".join(f"{line},{line.rpartition(',')[2]}\n" for line in text.splitlines())
    table(place, "counts", columns, f"area,year,n,all\n{rows}")
    parts = {"summed": "n", "over": "all", "per": "1"} if figure == "ratio" else {"summed": "n"}
    found = asked(f"figure={figure}&dataset=counts", **parts, area="")
    assert found == {("2023", ""): (10 if figure == "sum" else 1, "")}
    if "Auderghem" in text:
        whole = asked(f"figure={figure}&dataset=counts", **parts, area="area", whole="rows")
        assert set(whole) == {("2023", ""), ("2023", "21001"), ("2023", "21002")}
        assert whole["2023", ""] == found["2023", ""]


def test_a_code_that_changed_from_one_year_to_the_next_is_one_series(place, asked):
    table(place, "counts", datahub.COLUMNS, f"{COUNTS}BE1,2022,9\nBE10,2023,10\n")
    found = asked("figure=sum&dataset=counts", summed="n", area="")
    assert found == {("2022", ""): (9, ""), ("2023", ""): (10, "")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Anderlecht,2023,4\n21001,2023,5\n", "stand for the same territory"),
        (f"{REGION},2022,9\nAnderlecht,2023,4\n", "only its parts in others"),
    ],
    ids=["two numbers for one place", "levels by year"],
)
def test_what_cannot_be_told_apart_is_refused(place, asked, text, told):
    table(place, "counts", datahub.COLUMNS, COUNTS + text)
    with pytest.raises(AssertionError, match=told):
        asked("figure=sum&dataset=counts", summed="n", area="")
    assert asked("figure=sum&dataset=counts", summed="n", area="", only="year", equals="2021") == {}


def test_every_row_of_a_register_counts_under_whatever_name(place, asked):
    rows = "area,day\nAnderlecht,2023-02-01\n21001,2023-02-01\nAnderlecht,2023-02-01\n"
    table(place, "events", EVENTS, rows, keys=[], sort=[], period_column="day")
    assert asked("figure=count&dataset=events", area="") == {("2023", ""): (3, "")}


def test_a_region_that_a_later_file_names_is_not_added_to_its_parts(place, asked):
    made = datahub.dataset("counts", mode="append")
    datahub.load(made, place, f"{COUNTS}Anderlecht,2023,4\nAuderghem,2023,6\n")
    assert asked("figure=sum&dataset=counts", summed="n", area="") == {("2023", ""): (10, "")}
    indicator = Indicator.objects.latest("pk")
    client = personas.make("staff").client()
    address = f"/en/indicators/office/{indicator.code}/method/guide/?figure=sum&dataset=counts"
    answer = client.post(address, {"summed": "n", "period": "year", "by": "year", "whole": "rows"})
    sql = answer.context["form"]["sql"].value()
    datahub.load(made, place, f"{COUNTS}{REGION},2023,10\nBE10,2024,11\n")
    assert figures(indicator, sql) == {("2023", ""): (10, "")}, "2024 has no parts, and no figure"


AREAS = [
    Area(pk=1, code="04000", level=Area.Level.REGION),
    Area(pk=2, code="21001", level=Area.Level.MUNICIPALITY),
    Area(pk=3, code="21002", level=Area.Level.MUNICIPALITY),
    Area(pk=4, code="21001A", level=Area.Level.SECTOR),
]
PERIODS = ("2021", "2022", "2023")


@st.composite
def spelled(draw) -> list[Spelling]:
    """A table in which each place stands under up to three codes, each in some periods, with one sum or another."""
    found = []
    for area, code in product(AREAS, ("a", "b", "c")):
        periods = draw(st.sets(st.sampled_from(PERIODS)))
        wrong = draw(st.sampled_from([0.0, 0.0, 0.0, 0.0, 1.0]))
        sums = dict.fromkeys(periods, 10.0 ** (area.pk + 1) + wrong)
        if sums:
            found.append(Spelling(f"{area.code} {code}", area, sums))
    return found


@given(found=spelled(), by_area=st.booleans())
def test_whatever_a_table_spells_no_territory_is_summed_twice(found, by_area):
    if not found:
        return
    try:
        kept = once.counted_once(found, by_area=by_area)
    except Refused:
        return
    assert len({spelling.area.level for spelling in kept}) == 1
    for period in PERIODS:
        standing = [s for s in kept if period in s.sums]
        assert len({s.area.pk for s in standing}) == len(standing), "each place once in each period"
        named = {s.area.pk for s in found if period in s.sums and s.area.level == kept[0].area.level}
        assert {s.area.pk for s in standing} == named, "and none of that level is lost"
        left = [s for s in found if s not in kept and s.area.level == kept[0].area.level and period in s.sums]
        for spelling in left:
            same = next(s for s in standing if s.area == spelling.area)
            assert same.sums[period] == spelling.sums[period], "what is left out stands there already"


def test_adding_all_rows_up_would_count_a_territory_twice():
    """The negative control: the trap is real."""
    table = [Spelling(f"{code}", AREAS[0], {"2023": 10.0}) for code in ("BE1", "BE10", "BE100")]
    assert sum(spelling.sums["2023"] for spelling in table) == 30
    assert sum(s.sums["2023"] for s in once.counted_once(table, by_area=False)) == 10
