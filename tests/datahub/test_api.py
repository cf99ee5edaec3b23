"""Datasets for programs."""

import pytest

from civicthread.core import journal
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests import personas
from tests.factories.datahub import ROWS, dataset, load

pytestmark = pytest.mark.django_db
API = "/api/v1/datasets"


def test_the_list_pages_by_cursor(client):
    made = [dataset(title={"fr": f"Titre {n}", "nl": f"Titel {n}"}) for n in range(3)]
    first = client.get(f"{API}?limit=2").json()
    second = client.get(first["next"]).json()
    assert [row["code"] for row in first["results"] + second["results"]] == [one.code for one in made]
    assert second["next"] is None
    assert first["results"][0]["title"] == {"fr": "Titre 0", "nl": "Titel 0"}


def test_the_list_is_narrowed(client):
    dataset(frequency="daily")
    dataset(frequency="yearly")
    assert [row["frequency"] for row in client.get(f"{API}?frequency=daily").json()["results"]] == ["daily"]
    assert client.get(f"{API}?frequency=never").status_code == 422


def test_a_dataset_tells_its_columns_and_versions(client, place):
    made = dataset()
    load(made, place)
    load(made, place, ROWS + "21002,2021,1\n")
    found = client.get(f"{API}/{made.code}").json()
    assert [column["name"] for column in found["columns"]] == ["area", "year", "n"]
    assert [(v["number"], v["rows"], v["added"]) for v in found["versions"]] == [(2, 4, 1), (1, 3, 3)]
    assert found["versions"][1]["files"]["csv"].endswith(f"/data/{made.code}@1.csv")
    assert client.get(f"{API}/nothing").status_code == 404


def test_a_dataset_tells_its_contact_and_what_it_covers(client):
    region = territory.save_area(
        Area(code="04000"), {"level": "region", "name": {"fr": "Région", "nl": "Gewest"}}, by=journal.system()
    )
    names = {"fr": "Service données", "nl": "Dienst data"}
    made = dataset(
        territory=region, contact_name=names, contact_email="data@example.org", high_value="mobility"
    )
    found = client.get(f"{API}/{made.code}").json()
    assert found["contact_name"] == names
    assert (found["contact_email"], found["territory"], found["high_value"]) == (
        "data@example.org",
        "04000",
        "mobility",
    )
    page = client.get(f"/nl/datahub/{made.code}/").content.decode()
    assert "Dienst data" in page
    assert 'href="mailto:data@example.org"' in page
    assert "Mobiliteit" in page


def test_rows_are_read_in_pages_of_one_version(client, place):
    made = dataset()
    load(made, place)
    first = client.get(f"{API}/{made.code}/rows?limit=2").json()
    load(made, place, "area,year,n\n21009,2020,1\n")
    second = client.get(first["next"]).json()
    assert first["columns"] == ["area", "year", "n"]
    assert (second["version"], len(first["rows"] + second["rows"]), second["next"]) == (1, 3, None)
    assert client.get(f"{API}/{made.code}/rows?offset=9").json()["rows"] == []


@pytest.mark.parametrize(
    "query", ["version=99", "version=9999999999999", "limit=0", "limit=99999", "offset=-1"]
)
def test_what_makes_no_sense_is_refused(client, place, query):
    made = dataset()
    load(made, place)
    assert client.get(f"{API}/{made.code}/rows?{query}").status_code in {404, 422}


def test_rows_for_the_office_stay_there(client, place):
    made = dataset(access="office")
    load(made, place)
    assert client.get(f"{API}/{made.code}").json()["files"] == {}
    assert client.get(f"{API}/{made.code}/rows").status_code == 401
    assert personas.make("citizen").client().get(f"{API}/{made.code}/rows").status_code == 403


def test_the_list_costs_the_same_whatever_it_holds(constant_queries):
    constant_queries(API, dataset)
