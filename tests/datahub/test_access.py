"""Rows that are not open never leave by any door, except to those who keep them."""

import pytest
from django.test import Client

from civicthread.core import search
from civicthread.datahub import dcat
from tests import personas
from tests.datahub.reading import content_of
from tests.factories.datahub import COLUMNS, dataset, load

pytestmark = pytest.mark.django_db
SECRET = "zanzibarois"
TEXT = f"area,year,n,who\n21001,2020,987654321,{SECRET}\n"
WITH_NAMES = [*COLUMNS, {"name": "who", "type": "text", "title": {"fr": "Qui", "nl": "Wie"}}]


def make(place, *, state):
    made = dataset(
        published=state != "draft", access="office" if state == "office" else "open", columns=WITH_NAMES
    )
    load(made, place, TEXT)
    return made


def doors(code):
    """Every address where rows, or what tells of them, could stand."""
    pages = [f"/{language}/datahub/{code}/" for language in ("fr", "nl", "en")]
    files = [f"/data/{code}{version}.{kind}" for version in ("", "@1") for kind in ("csv", "json", "parquet")]
    api = [f"/api/v1/datasets/{code}", f"/api/v1/datasets/{code}/rows", f"/api/v1/datasets?query={SECRET}"]
    lists = [f"/fr/datahub/?query={SECRET}", f"/fr/search/?q={SECRET}", "/fr/changes/"]
    office = [f"/fr/datahub/office/{code}/", "/fr/datahub/office/"]
    return [*pages, *files, *api, *lists, *office, *(f"/data/catalogue.{kind}" for kind in dcat.FORMATS)]


def seen(client: Client, code: str) -> set[str]:
    """The doors through which a row's values came out."""
    found = set()
    for door in doors(code):
        answer = client.get(door)
        content = content_of(answer)
        if answer.status_code == 200 and (
            b"987654321" in content or (SECRET.encode() in content and "q" not in door)
        ):
            found.add(door)
    return found


@pytest.mark.parametrize("state", ["office", "draft"])
@pytest.mark.parametrize("name", ["visitor", "citizen", "administrator"])
def test_rows_that_are_not_open_stay_inside(place, state, name):
    made = make(place, state=state)
    assert seen(personas.make(name).client(), made.code) == set()
    assert search.find(SECRET, language="fr") == []


def test_open_rows_come_out_and_so_would_be_seen(place):
    """The negative control: the same look finds rows that may leave."""
    made = make(place, state="open")
    found = seen(Client(), made.code)
    assert {
        f"/fr/datahub/{made.code}/",
        f"/data/{made.code}.csv",
        f"/api/v1/datasets/{made.code}/rows",
    } <= found


@pytest.mark.parametrize("state", ["office", "draft"])
def test_those_who_keep_the_data_have_the_rows(place, state):
    made = make(place, state=state)
    assert f"/data/{made.code}.csv" in seen(personas.make("steward").client(), made.code)


def test_a_dataset_for_the_office_is_described_to_everyone(client, place):
    made = make(place, state="office")
    shown = client.get(f"/fr/datahub/{made.code}/").context["shown"]
    assert (shown.rows, shown.files, shown.may_read_rows) == ((), (), False)
    assert all(column.profile is None for column in shown.columns)
    catalogue = client.get("/data/catalogue.ttl").content.decode()
    assert f"/data/{made.code}>" in catalogue
    assert "NON_PUBLIC" in catalogue
    assert "dcat:Distribution" not in catalogue


def test_a_draft_is_named_nowhere(client, place):
    made = make(place, state="draft")
    for door in doors(made.code):
        answer = client.get(door)
        content = content_of(answer)
        named = made.title["fr"].text.encode()
        assert answer.status_code in {302, 401, 403, 404} or named not in content, door
