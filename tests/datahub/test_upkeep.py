"""Screens for what stands: rules, how files are read, statistics in SDMX."""

import json
from pathlib import Path

import pytest

from civicthread.core import journal
from civicthread.datahub import actions, queries
from civicthread.datahub.models import Dataset
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests import personas
from tests.factories.datahub import dataset, load

pytestmark = pytest.mark.django_db
OFFICE = "/fr/datahub/office/"
SDMX = Path(__file__).parents[1] / "lake" / "data" / "sdmx"


@pytest.fixture
def steward():
    return personas.make("steward").client()


def sent(page, **changes):
    """The form of a page as a browser would send it back, with changes."""
    found = {
        field.html_name: field.value()
        for field in page.context["form"]
        if not hasattr(field.value(), "items")
    }
    return {name: "" if value is None else value for name, value in found.items()} | changes


@pytest.mark.parametrize(
    ("days", "told"), [(0, "Empty: for good."), (90, "Empty: 90 days, as for every dataset.")]
)
def test_what_an_empty_number_of_days_means_is_told(steward, settings, days, told):
    settings.KEEP_VERSIONS_DAYS = days
    page = steward.get(f"/en/datahub/office/{dataset().code}/rules/")
    assert told in page.context["form"].fields["keep_days"].help_text


def test_rules_are_declared_and_shown_as_they_stand(steward):
    made = dataset()
    address = f"{OFFICE}{made.code}/rules/"
    given = {
        "bad_share": 10,
        "jump_share": 20,
        "keep_days": 365,
        "below": 5,
        "counts": "n",
        "totals": "area = T",
        "hidden_with": "",
    }
    assert steward.post(address, given).status_code == 302
    made.refresh_from_db()
    assert (made.bad_share, made.jump_share, made.keep_days) == (10, 20, 365)
    assert made.small_cells == {
        "below": 5,
        "counts": ["n"],
        "total": "",
        "totals": {"area": "T"},
        "hidden_with": [],
    }
    again = sent(steward.get(address))
    assert (again["counts"], again["totals"]) == ("n", "area = T")
    steward.post(address, {**again, "below": ""})
    made.refresh_from_db()
    assert made.small_cells == {}


def test_a_rule_about_a_column_that_is_not_there_is_told_on_the_form(steward):
    made = dataset()
    answer = steward.post(
        f"{OFFICE}{made.code}/rules/", {"bad_share": 50, "jump_share": 50, "below": 5, "counts": "lamps"}
    )
    assert answer.status_code == 422
    assert "lamps" in str(answer.context["form"].non_field_errors())
    answer = steward.post(f"{OFFICE}{made.code}/rules/", {"bad_share": 50, "jump_share": 50, "totals": "sex"})
    assert set(answer.context["form"].errors) == {"totals"}


def test_the_share_of_bad_rows_that_refuses_a_file_is_shown_and_chosen(steward, place):
    made, text = dataset(), "area,year,n\nUccle,2020,1\nEvere,2020,2\nForest,2020,many\n"
    assert "50\u00a0%" in steward.get(f"{OFFICE}{made.code}/load/").content.decode()
    again = sent(steward.get(f"{OFFICE}{made.code}/rules/"))
    assert steward.post(f"{OFFICE}{made.code}/rules/", again | {"bad_share": 30}).status_code == 302
    made.refresh_from_db()
    refused = load(made, place, text)
    assert refused.code == "too_many_bad_rows"
    page = steward.get(f"{OFFICE}{made.code}/loads/{refused.pk}/").content.decode()
    assert "30\u00a0%" in page
    assert f"{OFFICE}{made.code}/rules/" in page
    assert steward.post(f"{OFFICE}{made.code}/rules/", again | {"bad_share": 101}).status_code == 422
    steward.post(f"{OFFICE}{made.code}/rules/", again | {"bad_share": 34})
    made.refresh_from_db()
    assert load(made, place, text).rejected == 1


def test_how_files_are_read_may_change_while_the_rows_stay(steward, place):
    made = dataset()
    load(made, place)
    address = f"{OFFICE}{made.code}/reading/"
    steward.post(address, sent(steward.get(address), delimiter="\t", encoding="utf-8"))
    made.refresh_from_db()
    done = load(made, place, "area\tyear\tn\n21001\t2022\t4\n")
    assert (done.outcome, done.rows) == ("loaded", 1)
    assert queries.version(made, 1).rows == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"crs": "EPSG:999999"}, "crs"),
        ({"crs": "+proj=x"}, "crs"),
        ({"x": "X"}, "y"),
        ({"reference_period": "soon"}, "reference_period"),
    ],
)
def test_a_mistake_in_how_files_are_read_is_told(steward, wrong, field):
    made = dataset(period_column="")
    address = f"{OFFICE}{made.code}/reading/"
    answer = steward.post(address, sent(steward.get(address), **wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_places_in_lambert_72_are_stored_as_longitude_and_latitude(steward, place):
    columns = [
        {"name": "pole", "type": "text"},
        {"name": "px", "type": "number"},
        {"name": "py", "type": "number"},
    ]
    made = dataset(columns=columns, keys=["pole"], sort=["pole"], period_column="", reference_period="2025")
    address = f"{OFFICE}{made.code}/reading/"
    steward.post(address, sent(steward.get(address), crs="EPSG:31370", x="px", y="py"))
    made.refresh_from_db()
    load(made, place, "pole,px,py\nCAT17,145295.774,167800.595\nLost,1,1\n")
    row = dict(
        zip(*[queries.version(made).sample["columns"], queries.version(made).sample["rows"][0]], strict=True)
    )
    assert (round(row["lon"], 4), round(row["lat"], 4)) == (4.302, 50.8206)
    assert queries.version(made).rows == 1, "a place outside the system is set aside"


def test_statistics_of_eurostat_become_a_dataset_of_observations(steward, place):
    region = {
        "level": "region",
        "name": {"fr": "Bruxelles", "nl": "Brussel"},
        "nuts": ["BE1", "BE10", "BE100"],
    }
    territory.save_area(Area(code="04000"), region, by=journal.system())
    told = json.loads((SDMX / "refuse.json").read_text())
    del told["same_areas"]  # the territory's own codes take its place
    texts = {f"{name}_{code}": "Diplômés" for name in ("title", "description") for code in ("fr", "nl")}
    given = {**texts, "code": "graduates", "frequency": "yearly", "sdmx": json.dumps({"fields": told})}
    answer = steward.post(f"{OFFICE}statistics/", given)
    assert answer.headers["Location"] == f"{OFFICE}graduates/"
    made = Dataset.objects.get(code="graduates")
    done = actions.ingest(made, SDMX / "refuse.csv", by=journal.system())
    assert (done.outcome, done.rows) == ("loaded", 4)
    areas = [row[2] for row in queries.version(made).sample["rows"]]
    assert sorted(set(areas)) == ["BE1", "EU"]
    page = steward.get(f"{OFFICE}graduates/reading/")
    shown = json.loads(page.context["form"]["sdmx"].value())
    assert shown["same_areas"] == [["BE1", "BE10", "BE100"]]
    changed = {**shown, "filters": {**shown["filters"], "sex": ["T"]}}
    steward.post(f"{OFFICE}graduates/reading/", {"sdmx": json.dumps(changed)})
    made.refresh_from_db()
    assert actions.ingest(made, SDMX / "refuse.csv", by=journal.system()).rows == 2


def test_a_configuration_that_makes_no_sense_is_told_before_any_file(steward):
    texts = {f"{name}_{code}": "x" for name in ("title", "description") for code in ("fr", "nl")}
    given = {**texts, "code": "graduates", "frequency": "yearly", "sdmx": '{"conflict": "guess"}'}
    answer = steward.post(f"{OFFICE}statistics/", given)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"sdmx"})
    assert not Dataset.objects.exists()


def test_an_unexplained_conflict_is_refused_with_the_place_where_it_stands(steward, place):
    told = {"constants": {"indicator": "x"}, "dimensions": {"area": "geo", "period": "time"}}
    texts = {f"{name}_{code}": "x" for name in ("title", "description") for code in ("fr", "nl")}
    given = {**texts, "code": "trade", "frequency": "yearly", "sdmx": json.dumps(told)}
    steward.post(f"{OFFICE}statistics/", given)
    made = Dataset.objects.get(code="trade")
    done = actions.ingest(made, SDMX / "sum.csv", by=journal.system())
    assert (done.outcome, done.code) == ("refused", "sdmx_conflict")
    page = steward.get(f"{OFFICE}trade/loads/{done.pk}/").content.decode()
    assert "BE · 2020" in page


def test_codes_and_meanings_of_columns_are_declared_in_all_languages(steward, place):
    made = dataset()
    page = steward.get(f"{OFFICE}{made.code}/columns/")
    given = {}
    for form in (page.context["forms"].management_form, *page.context["forms"]):
        for field in form:
            value = field.value()
            if value not in (None, False) and not hasattr(value, "items"):
                given[field.html_name] = value
    told = {
        f"columns-0-{name}_{code}": text
        for name in ("title", "description")
        for code, text in (("fr", "La commune"), ("nl", "De gemeente"), ("en", "The municipality"))
    }
    answer = steward.post(
        f"{OFFICE}{made.code}/columns/", {**given, **told, "columns-0-codes": "21001\n21002\n"}
    )
    assert answer.status_code == 302
    column = made.columns.get(name="area")
    assert column.codes == ["21001", "21002"]
    assert column.description["nl"].text == "De gemeente"
    assert load(made, place, "area,year,n\n21001,2020,1\n21002,2020,1\n21009,2020,1\n").rejected == 1


@pytest.mark.parametrize("page", ["", "source/", "rules/", "reading/", "columns/", "description/"])
def test_the_screens_of_a_dataset_ask_the_records_little(steward, place, page, django_assert_max_num_queries):
    made = dataset(frequency="irregular", small_cells={"below": 6, "counts": ["n"]})
    actions.save_source(made, by=journal.system(), address="http://127.0.0.1:9/x.csv", every="day")
    for text in ("area,year,n\n21001,2020,9\n", "area,year,n\n21001,2020,90\n", "area,n\n"):
        load(made, place, text)
        actions.fetch_source(made.source, by=journal.system())
    with django_assert_max_num_queries(12):
        assert steward.get(f"{OFFICE}{made.code}/{page}").status_code == 200
