"""Small counts: hidden wherever the public reads, whole for the Office."""

import json

import pytest

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.datahub import actions, queries, tasks
from tests import personas
from tests.datahub.reading import content_of
from tests.factories.datahub import COLUMNS, dataset, load

pytestmark = pytest.mark.django_db
RULE = {"below": 6, "counts": ["n"], "total": "", "totals": {}, "hidden_with": []}
OFFICE = "/fr/datahub/office/"


def hidden(place, **values):
    made = dataset(frequency="irregular", **values)
    load(made, place)  # 5, 7, 9
    return made


def test_pages_downloads_and_programs_never_show_a_small_count(place, client):
    made = hidden(place, small_cells=RULE)
    for number in ("", "@1"):
        text = content_of(client.get(f"/data/{made.code}{number}.csv")).decode()
        assert text.splitlines()[1:] == ["21001,2020,,n", "21001,2021,9,", "21002,2020,7,"]
        rows = json.loads(content_of(client.get(f"/data/{made.code}{number}.json")))
        assert [row["n"] for row in rows] == [None, 9, 7]
    told = client.get(f"/api/v1/datasets/{made.code}/rows").json()
    assert told["columns"] == ["area", "year", "n", "suppressed"]
    assert [row[2] for row in told["rows"]] == [None, 9, 7]
    shown = client.get(f"/en/datahub/{made.code}/").context["shown"]
    assert [row[2] for row in shown.rows] == [None, 9, 7]
    assert shown.columns[2].profile["minimum"] == 7


def test_the_public_addresses_are_the_same_for_everyone_and_the_office_has_the_original(place, client):
    made = hidden(place, small_cells=RULE)
    steward = personas.make("steward").client()
    assert b",5" not in content_of(steward.get(f"/data/{made.code}.csv"))
    address = f"{OFFICE}{made.code}/versions/1/original.csv"
    answer = steward.get(address)
    assert b"21001,2020,5" in content_of(answer)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(address).status_code in (302, 403)


def test_a_rule_declared_later_holds_for_every_version_at_once(place, client):
    made = hidden(place)
    before = client.get(f"/data/{made.code}@1.csv")
    assert b"21001,2020,5" in content_of(before)
    actions.save_dataset(made, {"small_cells": RULE}, by=journal.system())
    after = client.get(f"/data/{made.code}@1.csv", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200, "the kept copy is not the file any more"
    assert b",5" not in content_of(after)
    shown = client.get(f"/en/datahub/{made.code}/").context["shown"]
    assert (list(shown.rows), shown.columns[2].profile) == ([], None), (
        "until it is made again, nothing is shown"
    )
    tasks.keep_up.call()
    shown = client.get(f"/en/datahub/{made.code}/").context["shown"]
    assert [row[2] for row in shown.rows] == [None, 9, 7]
    actions.save_dataset(made, {"small_cells": {}}, by=journal.system())
    tasks.keep_up.call()
    assert queries.version(made).sample["rows"][0][2] == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"counts": ["lamps"]},
        {"counts": ["area"]},
        {"counts": []},
        {"below": 1},
        {"total": "area"},
        {"totals": {"n": "T"}},
        {"hidden_with": ["area"]},
    ],
)
def test_a_rule_names_columns_that_it_can_be_kept_for(wrong):
    with pytest.raises(Refused):
        dataset(small_cells={**RULE, **wrong})


def test_no_column_has_the_name_that_tells_of_hidden_counts():
    columns = [*COLUMNS, {"name": "suppressed", "type": "text"}]
    with pytest.raises(Refused) as refused:
        dataset(small_cells=RULE, columns=columns)
    assert refused.value.code == "small-cells-name"
    assert dataset(columns=columns).columns.count() == 4
