"""The public pages of indicators, their files, and the same for programs."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse
from django.utils import translation

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.datahub import actions as datahub_actions
from civicthread.indicators import actions
from civicthread.indicators.models import Indicator
from tests import personas
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
SYSTEM = journal.system
LIST = "/fr/indicators/"


def page(client, made: Indicator, language: str = "fr") -> str:
    with translation.override(language):
        return client.get(reverse("indicators:indicator", args=[made.code])).content.decode()


def lines(client, made: Indicator) -> list[dict[str, str]]:
    answer = client.get(f"{LIST}{made.code}.csv")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_list_costs_the_same_with_one_indicator_and_with_three(constant_queries):
    constant_queries(LIST, lambda: factory.reported(direction="mobility"))


def test_a_page_costs_at_most_twelve_queries(client, place, django_assert_max_num_queries):
    factory.areas()
    lamps = factory.lamps(place)
    made = factory.computed(factory.BY_AREA, area_level="municipality", direction="mobility")
    actions.set_targets(made, [{"period": "2030", "value": 9}], by=SYSTEM())
    datahub.load(lamps, place, factory.CORRECTED)
    actions.compute(made, by=SYSTEM())
    actions.approve_values(made, by=SYSTEM(), reason=factory.BECAUSE)
    page(client, made)
    for reader in (client, personas.make("citizen").client()):
        page(reader, made)
        with django_assert_max_num_queries(12):
            page(reader, made)


def test_the_list_is_narrowed(client):
    title = {"fr": "Zeppelins", "nl": "Zeppelins", "en": "Zeppelins"}
    one, other = factory.reported(direction="mobility"), factory.reported(direction="energy", title=title)
    other_page = client.get(f"{LIST}?kind=sql").content.decode()
    assert one.get_absolute_url() not in other_page
    found = client.get(f"{LIST}?query={other.title}").content.decode()
    assert other.get_absolute_url() in found
    assert one.get_absolute_url() not in found
    assert client.get(f"{LIST}?kind=nonsense&direction=%00&query=%00").status_code == 200


def test_drafts_are_for_those_who_keep_indicators(client):
    made = factory.indicator(published=False)
    for path in ("/", ".csv", ".json"):
        assert client.get(f"{LIST}{made.code}{path}").status_code == 404
    assert client.get(f"/api/v1/indicators/{made.code}").status_code == 404
    assert personas.make("steward").client().get(f"{LIST}{made.code}/").status_code == 200


def test_a_withdrawn_indicator_tells_why(client):
    made = factory.reported()
    actions.withdraw_indicator(made, because=factory.BECAUSE, by=SYSTEM())
    answer = client.get(f"{LIST}{made.code}/")
    assert answer.status_code == 410
    assert str(factory.BECAUSE) in answer.content.decode()


def test_table_csv_json_and_api_tell_the_same_figures(client, place):
    factory.areas()
    factory.lamps(place)
    made = factory.computed(factory.BY_AREA, area_level="municipality")
    table = page(client, made)
    rows = lines(client, made)
    assert [(r["period"], r["area"], float(r["value"])) for r in rows] == [
        ("2020", "21001", 5.0),
        ("2020", "21002", 7.0),
        ("2021", "21001", 9.0),
    ]
    as_json = json.loads(client.get(f"{LIST}{made.code}.json").content)["values"]
    of_api = client.get(f"/api/v1/indicators/{made.code}").json()["figures"]
    for found in (as_json, of_api):
        told = [(v["period"], v["area"], v["value"]) for v in found]
        assert told == [(r["period"], r["area"], float(r["value"])) for r in rows]
    for row in rows:
        assert f'<td class="number">{float(row["value"]):.0f}</td>' in table


def test_files_hold_the_number_as_it_is_and_pages_round_it(client):
    made = factory.reported("2020", 1 / 3, decimals=1)
    (row,) = lines(client, made)
    assert float(row["value"]) == 1 / 3
    assert "0,3" in page(client, made)


def test_no_cell_of_the_file_is_a_formula(client, place):
    factory.lamps(place, "area,year,n\n=1+1,2020,5\n")
    made = factory.computed("SELECT '2020' AS period, n AS value, '=' || area AS grp FROM lamps")
    (row,) = lines(client, made)
    assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())


def test_where_a_figure_comes_from_is_told_down_to_the_column_and_the_source(client, place):
    made_from = datahub.dataset("lamps", source_url="https://data.example.org/lamps")
    datahub.load(made_from, place)
    html = page(client, factory.computed())
    for told in ("/data/lamps@1.csv", "https://data.example.org/lamps", "lamps.year", "lamps.n", "SUM(n)"):
        assert told in html, told


def test_the_page_names_the_version_its_figures_really_come_from(client, place):
    """The new run read version 2, but its figure is not approved yet."""
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, factory.CORRECTED)
    actions.compute(made, by=SYSTEM())
    assert "/data/lamps@2.csv" not in page(client, made)
    actions.approve_values(made, by=SYSTEM(), reason=factory.BECAUSE)
    html = page(client, made)
    assert "/data/lamps@1.csv" in html
    assert "/data/lamps@2.csv" in html


def test_a_dataset_that_is_not_public_is_named_without_its_rows(client, place):
    office = datahub.dataset("lamps", published=False)
    datahub.load(office, place)
    made = factory.indicator()
    actions.set_method(made, note=factory.NOTE, sql=factory.TOTAL, by=SYSTEM())
    actions.compute(made, by=SYSTEM())
    actions.approve_values(made, by=SYSTEM())
    html = page(client, made, "en")
    assert "not public" in html
    assert "/data/lamps@1.csv" not in html


def test_old_data_is_said_to_be_old(client):
    made = factory.reported("2001", 5)
    actions.set_targets(made, [{"period": "2001", "value": 5}], by=SYSTEM())
    actions.set_targets(made, [{"period": "2099", "value": 50}], by=SYSTEM())
    assert "No recent data" in page(client, made, "en")


def test_the_chart_has_the_target_and_the_way_there(client):
    made = factory.reported("2020", 5)
    actions.set_targets(made, [{"period": "2030", "value": 10}], by=SYSTEM())
    html = page(client, made, "en")
    assert "by the end of 2030" in html
    assert "<svg" in html


def test_corrections_and_figures_that_were_not_retained_are_shown_with_their_reasons(client):
    made = factory.reported("2020", 5)
    actions.report_value(made, {"period": "2020", "value": 6}, by=SYSTEM())
    why = Text.of({"fr": "Une autre méthode.", "nl": "Een andere methode."})
    other = {"period": "2020", "value": 777, "retained": False, "reason": why}
    actions.report_value(made, other | {"source": {"publisher": "RTBF"}}, by=SYSTEM())
    actions.approve_values(made, by=SYSTEM(), reason=factory.BECAUSE)
    html = page(client, made)
    for told in (str(factory.BECAUSE), "777", "RTBF", "Une autre méthode."):
        assert told in html, told


def test_groups_have_a_chart_and_a_table(client, place):
    factory.lamps(place)
    sql = "SELECT CAST(year AS VARCHAR) AS period, n AS value, area AS district FROM lamps"
    html = page(client, factory.computed(sql))
    assert "District" in html
    assert 'id="groups"' in html


def test_a_breakdown_is_called_as_in_its_dataset_in_the_readers_language(client, place):
    columns = [
        *datahub.COLUMNS,
        {"name": "gravity", "type": "text", "title": {"fr": "Gravité", "nl": "Ernst"}},
    ]
    made = datahub.dataset("lamps", columns=columns)
    datahub.load(made, place, "area,year,n,gravity\n21001,2020,5,high\n21002,2020,3,low\n")
    sql = (
        "SELECT CAST(year AS VARCHAR) AS period, SUM(n) AS value, gravity, area AS place FROM lamps "
        "GROUP BY year, gravity, area"
    )
    shown = factory.computed(sql)
    for language, told in (("fr", "Gravité"), ("nl", "Ernst")):
        html = client.get(f"/{language}/indicators/{shown.code}/").content.decode()
        assert len(re.findall(rf">\s*{told}\s*</th>", html)) == 1
        assert len(re.findall(rf"<label[^>]*>\s*{told}", html)) == 1
        assert "Gravity" not in html
        assert re.search(r">\s*Place\s*</th>", html), "another name says something else"
    assert "gravity=high" in client.get(f"/nl/indicators/{shown.code}.csv").content.decode()
    columns[3] = {**columns[3], "title": {"fr": "Gravité", "nl": "Zwaarte"}}
    datahub_actions.save_dataset(made, {}, columns=columns, by=SYSTEM())
    assert "Zwaarte" in client.get(f"/nl/indicators/{shown.code}/").content.decode()


def test_what_people_wrote_is_never_markup(client, place):
    factory.lamps(place, "area,year,n\n<script>x</script>,2020,5\n")
    sql = "SELECT '2020' AS period, n AS value, area AS grp FROM lamps"
    made = factory.computed(sql, title={"fr": "<script>x</script>", "nl": "<b>"}, symbol="<i>")
    for html in (page(client, made), client.get(LIST).content.decode()):
        assert "<script>x" not in html
        assert "<i>" not in html


def test_the_list_of_the_api_pages_and_narrows(client):
    made = [factory.reported() for _ in range(3)]
    first = client.get("/api/v1/indicators?limit=2").json()
    second = client.get(first["next"]).json()
    assert {row["code"] for row in first["results"] + second["results"]} == {one.code for one in made}
    assert client.get("/api/v1/indicators?kind=sql").json()["results"] == []
    assert client.get("/api/v1/indicators?kind=nonsense").status_code == 422


def test_the_api_costs_the_same_for_one_indicator_and_for_three(constant_queries):
    constant_queries("/api/v1/indicators", factory.reported)


def test_the_api_tells_target_status_and_provenance(client, place):
    factory.lamps(place)
    made = factory.computed()
    actions.set_targets(made, [{"period": "2099", "value": 18}], by=SYSTEM())
    found = client.get(f"/api/v1/indicators/{made.code}").json()
    assert (found["target"]["period"], found["latest"]["value"]) == ("2099", 9.0)
    assert found["status"]["share"] == 0.5
    assert found["runs"][0]["read"] == [{"dataset": "lamps", "version": 1, "source_url": ""}]
    assert {"output": "value", "dataset": "lamps", "column": "n"} in found["method"]["lineage"]


def test_a_figure_comes_from_its_dataset_and_the_dataset_became_a_figure(client, place):
    dataset, indicator = factory.lamps(place), factory.computed()
    page = client.get(indicator.get_absolute_url())
    assert [step.url for step in page.context["came_from"]] == [dataset.get_absolute_url()]
    assert page.context["became"] == []
    page = client.get(dataset.get_absolute_url())
    assert indicator.get_absolute_url() in [step.url for step in page.context["became"]]
    assert indicator.get_absolute_url() not in [step.url for step in page.context["came_from"]]
