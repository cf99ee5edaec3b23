"""The guided form with tables as stewards have them: names of any spelling, rows of no area, totals among the rows."""

import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from civicthread.datahub.models import Dataset
from tests import personas
from tests.factories import datahub
from tests.factories import indicators as factory
from tests.indicators.test_once import EVENTS, figures, table

CODES = (
    {"name": "nis", "type": "integer", "title": {"fr": "Code", "nl": "Code"}},
    {"name": "annee", "type": "integer", "title": {"fr": "Année", "nl": "Jaar"}},
    {"name": "hommes", "type": "integer", "title": {"fr": "Hommes", "nl": "Mannen"}},
    {"name": "population", "type": "integer", "title": {"fr": "Habitants", "nl": "Inwoners"}},
    {"name": "nom", "type": "text", "title": {"fr": "Nom", "nl": "Naam"}},
)
PEOPLE = "nis,annee,hommes,population,nom\n21001,2023,500,1000,Anderlecht\n21002,2023,300,500,AUDERGHEM\n"
REGISTER = {"keys": [], "sort": [], "period_column": "day"}


@pytest.fixture
def answered(place, db):
    """The editor, or the form where it refuses, after the guided form was sent with what it suggests and `chosen`."""
    areas = factory.areas()
    factory.territory.save_area(
        areas["21002"], {"aliases": ["Auderghem-Centre"]}, by=factory.journal.system()
    )
    client = personas.make("steward").client()
    made = factory.indicator(area_level="municipality", decimals=1)

    def ask(start: str, **chosen: str):
        address = f"/en/indicators/office/{made.code}/method/guide/?{start}"
        offered = client.get(address).context["form"]
        first = {name: offered[name].value() or "" for name in offered.fields}
        answer = client.post(address, {**first, "by": "year", **chosen})
        answer.first = first
        answer.made = made
        return answer

    return ask


def words(answer) -> str:
    return re.sub(r"\s+", " ", unescape(strip_tags(answer.content.decode())))


def given(answer) -> dict[tuple[str, str], float | None]:
    assert answer.status_code == 200, words(answer)
    sql = answer.context["form"]["sql"].value()
    return {place: value for place, (value, _note) in figures(answer.made, sql).items()}


def test_rows_without_an_area_count_in_the_whole_territory_and_are_told(place, answered):
    rows = "area,day\nAnderlecht,2023-01-01\n,2023-01-02\nAuderghem,2023-01-03\n,2023-01-04\nAnderlecht,2023-01-05\n"
    table(place, "events", EVENTS, rows, **REGISTER)
    answer = answered("figure=count&dataset=events")
    assert answer.first["area"] == "area"
    assert answer.first["period"] == "day"
    assert given(answer) == {("2023", ""): 5, ("2023", "21001"): 2, ("2023", "21002"): 1}
    assert "2 rows have no area: they count in the whole territory only." in words(answer)
    parts = answered("figure=count&dataset=events", whole="areas")
    assert given(parts) == {("2023", "21001"): 2, ("2023", "21002"): 1}
    assert "2 rows have no area and are left out." in words(parts)


def test_a_row_of_the_region_in_a_register_counts_in_the_region_only(place, answered):
    rows = "area,day\nAnderlecht,2023-01-01\nBruxelles-Capitale,2023-01-02\n"
    table(place, "events", EVENTS, rows, **REGISTER)
    answer = answered("figure=count&dataset=events")
    assert given(answer) == {("2023", ""): 2, ("2023", "21001"): 1}
    assert given(answered("figure=count&dataset=events", whole="areas")) == {("2023", "21001"): 1}


@pytest.mark.parametrize(("whole", "region"), [("rows", {("2023", ""): 10}), ("areas", {})])
def test_a_row_of_what_is_no_area_is_left_out_and_named(place, answered, whole, region):
    table(place, "counts", datahub.COLUMNS, "area,year,n\nAnderlecht,2023,4\n21002,2023,6\nTotal,2023,10\n")
    answer = answered("figure=sum&dataset=counts", whole=whole)
    assert answer.first["summed"] == "n"
    assert given(answer) == {**region, ("2023", "21001"): 4, ("2023", "21002"): 6}
    assert "1 row is left out, as this city has no such area: “Total”." in words(answer)


def test_so_many_names_of_elsewhere_are_not_all_told(place, answered):
    rows = "".join(f"Ville {number},2023-01-01\n" for number in range(30))
    table(place, "events", EVENTS, f"area,day\nAnderlecht,2023-01-01\n,2023-01-01\n{rows}", **REGISTER)
    answer = answered("figure=count&dataset=events", area="area", whole="rows")
    assert given(answer) == {("2023", ""): 2, ("2023", "21001"): 1}
    assert "30 rows are left out" in words(answer)
    assert "(+20)" in words(answer)


def test_two_spellings_of_one_area_are_one_area(place, answered):
    rows = "area,day\nAuderghem-Centre,2023-01-01\nAUDERGHEM,2023-01-01\nAnderlecht,2023-01-03\n,2023-01-03\n"
    table(place, "events", EVENTS, rows, **REGISTER)
    answer = answered("figure=count&dataset=events")
    assert given(answer) == {("2023", ""): 4, ("2023", "21001"): 1, ("2023", "21002"): 2}
    assert Dataset.objects.filter(code="programme_area_names", publication="published").exists()


@pytest.mark.parametrize("column", ["nis", "nom"])
@pytest.mark.parametrize("whole", ["rows", "areas"])
def test_a_rate_finds_the_inhabitants_however_areas_are_written(place, answered, column, whole):
    rows = "area,day\nAuderghem-Centre,2023-01-01\nANDERLECHT,2023-01-03\nAnderlecht,2023-01-03\n"
    table(place, "events", EVENTS, rows, **REGISTER)
    table(place, "people", CODES, PEOPLE, keys=["nis", "annee"], sort=["nis"], period_column="annee")
    answer = answered("figure=rate&dataset=events&people=people", people_area=column, whole=whole)
    assert {
        name: answer.first[name] for name in ("summed", "inhabitants", "people_period", "people_area")
    } == {
        "summed": "",
        "inhabitants": "population",
        "people_period": "annee",
        "people_area": "nom",
    }
    parts = {("2023", "21001"): 2.0, ("2023", "21002"): 2.0}
    assert given(answer) == ({("2023", ""): 2.0, **parts} if whole == "rows" else parts)


def test_an_area_that_no_inhabitants_are_known_of_is_named(place, answered):
    table(place, "events", EVENTS, "area,day\n21001,2023-01-01\n21002,2023-01-03\n", **REGISTER)
    people = PEOPLE.replace("21002", "21003").replace("AUDERGHEM", "Elsewhere")
    table(place, "people", CODES, people, keys=["nis", "annee"], sort=["nis"], period_column="annee")
    answer = answered("figure=rate&dataset=events&people=people")
    assert answer.first["people_area"] == "nis", "the codes of both tables are the same"
    assert "These areas have no denominator, and so no value: Auderghem." in words(answer)


def test_no_column_is_chosen_twice(place, answered):
    table(place, "events", EVENTS, "area,day\nAnderlecht,2023-01-01\n", **REGISTER)
    answer = answered("figure=count&dataset=events", period="area")
    assert answer.status_code == 422
    assert "This column is chosen above already." in words(answer)


def test_where_nothing_suggests_itself_the_form_asks(place, answered):
    columns = [{"name": name, "type": "text", "title": {"fr": name, "nl": name}} for name in ("kind", "word")]
    made = datahub.dataset("notes", columns=columns, keys=[], sort=[], period_column="")
    datahub.load(made, place, "kind,word\na,b\n")
    answer = answered("figure=count&dataset=notes")
    assert answer.first["period"] == ""
    assert answer.status_code == 422
    assert "period" in answer.context["form"].errors


def test_a_preview_shows_the_decimals_that_pages_show(place, answered):
    table(place, "counts", datahub.COLUMNS, "area,year,n\nAnderlecht,2023,1\nAuderghem,2023,2\n")
    answer = answered("figure=sum&dataset=counts")
    made, client = answer.made, answer.client
    sql = "SELECT CAST(year AS VARCHAR) AS period, area, 1.0 * n / 3 AS value, year AS since FROM counts"
    page = client.post(f"/en/indicators/office/{made.code}/method/", {"sql": sql, "preview": "1"})
    assert page.context["preview"].rows[0] == ["2023", "Anderlecht", "0.3", "2023"]


def test_two_spellings_in_a_query_of_ones_own_are_both_named(place, answered):
    table(place, "counts", datahub.COLUMNS, "area,year,n\nAuderghem,2023,1\nAuderghem-Centre,2023,2\n")
    answer = answered("figure=sum&dataset=counts")
    assert "“Auderghem-Centre” and “Auderghem” stand for the same territory" in words(answer)
    sql = "SELECT CAST(year AS VARCHAR) AS period, area, n AS value FROM counts"
    address = f"/en/indicators/office/{answer.made.code}/method/"
    page = answer.client.post(address, {"sql": sql, "preview": "1"})
    assert "“Auderghem” and “Auderghem-Centre” are one area, and the query gives each a value" in words(page)
