"""The page that shows how two versions of a dataset differ, on published rows."""

import pytest

from civicthread.datahub import changes
from tests import personas
from tests.factories.datahub import ROWS, dataset, load

pytestmark = pytest.mark.django_db
LATER = "area,year,n\n21001,2020,5\n21002,2020,70\n21009,2021,1\n"


def page(client, made, query=""):
    return client.get(f"/en/datahub/{made.code}/changes/{query}")


def test_rows_added_removed_and_changed_are_counted_and_shown(client, place):
    made = dataset()
    load(made, place)
    load(made, place, LATER)
    load(made, place, LATER + "21010,2021,1\n")
    newest = page(client, made).context["changes"]
    assert (newest.added, newest.removed, newest.changed) == (1, 0, 0)
    answer = page(client, made, "?old=1&new=2")
    found = answer.context["changes"]
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.added_rows == [["21009", "2021", "1"]]
    assert found.removed_rows == [["21001", "2021", "9"]]
    assert found.changed_rows == [["21002", "2020", "<del>7</del> <ins>70</ins>"]]
    assert [head["label"] for head in found.heads] == ["Municipality", "Year", "Number"]
    assert "<del>7</del>" in answer.content.decode()
    backwards = page(client, made, "?old=2&new=1").context["changes"]
    assert (backwards.added, backwards.removed) == (1, 1)


def test_small_counts_stay_hidden(client, place):
    rule = {"below": 5, "counts": ["n"], "total": "", "totals": {}, "hidden_with": []}
    made = dataset(small_cells=rule)
    load(made, place)
    load(made, place, ROWS.replace("2020,5", "2020,3"))
    found = page(client, made).context["changes"]
    assert found.changed == 1
    assert "<ins>3</ins>" not in str(found.changed_rows)


def test_rows_for_the_office_are_compared_there_only(client, place):
    made = dataset(access="office")
    load(made, place)
    load(made, place, LATER)
    assert page(client, made).status_code in {302, 403, 404}
    assert page(personas.make("steward").client(), made).status_code == 200


@pytest.mark.parametrize("query", ["?old=1&new=77", "?old=x", "?old=-1"])
def test_versions_that_are_not_there_are_not_found(client, place, query):
    made = dataset()
    load(made, place)
    assert page(client, made).status_code == 404, "one version has nothing to be compared with"
    load(made, place, LATER)
    assert page(client, made, query).status_code == 404


def test_large_versions_are_not_compared_on_a_page(client, place, monkeypatch):
    made = dataset()
    load(made, place)
    load(made, place, LATER)
    monkeypatch.setattr(changes, "MOST_ROWS", 2)
    assert page(client, made).context["changes"] is None


def test_the_page_costs_few_queries(client, place, django_assert_max_num_queries):
    made = dataset()
    load(made, place)
    load(made, place, LATER)
    with django_assert_max_num_queries(12):
        page(client, made)
