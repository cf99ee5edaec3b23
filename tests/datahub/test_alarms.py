"""Alarms: raised once, told to the stewards, ended when mended."""

from datetime import date

import pytest

from civicthread.core import journal
from civicthread.core.models import OutboxMail
from civicthread.datahub import actions, alarms, queries
from tests import personas
from tests.factories.datahub import COLUMNS, ROWS, dataset, load

pytestmark = pytest.mark.django_db
TODAY = date(2022, 6, 1)
OFFICE = "/fr/datahub/office/"


def kinds(made):
    return list(queries.open_alarms(made).values_list("kind", flat=True))


@pytest.fixture
def lamps():
    """A dataset that is never late."""
    return dataset(frequency="irregular")


def test_data_grows_stale_with_time_and_a_new_file_mends_it(place, client):
    made = dataset(frequency="yearly")
    load(made, place)  # until 2021
    made.alarms.all().delete()
    alarms.look(made, today=TODAY)
    assert kinds(made) == []
    alarms.look(made, today=date(2024, 2, 1))
    assert kinds(made) == ["stale"]
    assert "31" in client.get(f"/en/datahub/{made.code}/").content.decode(), "everyone is told"
    load(made, place, ROWS + "21001,2090,9\n")
    assert kinds(made) == []


def test_a_jump_of_rows_stays_until_the_rows_are_plausible_again(lamps, place):
    load(lamps, place)
    load(lamps, place, "area,year,n\n21001,2020,21\n")
    (alarm,) = queries.open_alarms(lamps)
    assert (alarm.kind, alarm.facts["before"], alarm.facts["after"]) == ("jump", 3, 1)
    load(lamps, place, "area,year,n\n21001,2020,22\n")
    assert kinds(lamps) == ["jump"], "a second bad file does not make the first one right"
    load(lamps, place, ROWS)
    assert kinds(lamps) == []


def test_restoring_the_good_version_ends_the_alarm(lamps, place):
    first = load(lamps, place).version
    load(lamps, place, "area,year,n\n21001,2020,21\n")
    actions.restore_version(lamps, by=journal.system(), version=first)
    assert kinds(lamps) == []


def test_the_sum_of_a_column_may_jump_though_the_rows_are_as_many(lamps, place):
    load(lamps, place)
    load(lamps, place, ROWS.replace(",9", ",9000"))
    (alarm,) = queries.open_alarms(lamps)
    assert (alarm.facts["what"], alarm.facts["before"], alarm.facts["after"]) == ("n", 21, 9012)


def test_the_declared_share_decides(place):
    made = dataset(frequency="irregular", jump_share=200)
    load(made, place)
    load(made, place, ROWS + "21003,2020,20\n21004,2020,10\n")
    assert kinds(made) == []


def test_a_steward_says_that_the_new_figures_are_right(lamps, place):
    load(lamps, place)
    load(lamps, place, "area,year,n\n21001,2020,21\n")
    steward = personas.make("steward")
    alarm = queries.open_alarms(lamps).get()
    steward.client().post(f"{OFFICE}{lamps.code}/alarms/{alarm.pk}/end/")
    assert kinds(lamps) == []
    alarms.look(lamps, today=TODAY)
    assert kinds(lamps) == [], "it is not raised again about the same rows"
    load(lamps, place, "area,year,n\n21001,2020,22\n")
    assert kinds(lamps) == [], "what was accepted is the measure now"
    load(lamps, place, ROWS)
    assert kinds(lamps) == ["jump"], "and a new jump is one again"


def test_restoring_an_older_version_is_no_jump(lamps, place):
    first = load(lamps, place).version
    load(lamps, place, ROWS + "21003,2020,1\n")
    load(lamps, place, ROWS + "21003,2020,1\n21004,2020,1\n21005,2020,1\n")
    actions.restore_version(lamps, by=journal.system(), version=first)
    assert kinds(lamps) == []


def test_a_changed_file_that_a_steward_looked_at_is_not_told_twice(lamps, place):
    load(lamps, place)
    load(lamps, place, "area,year,lamps\n21001,2020,5\n")
    actions.end_alarm(queries.open_alarms(lamps).get(), by=journal.system())
    alarms.look(lamps, today=TODAY)
    assert kinds(lamps) == []
    load(lamps, place, "area,year,lamps\n21001,2020,6\n")
    assert kinds(lamps) == ["drift"]


def test_other_columns_in_the_file_are_drift(lamps, place):
    load(lamps, place)
    load(lamps, place, "area,year,lamps\n21001,2020,5\n")
    assert kinds(lamps) == ["drift"]
    load(lamps, place, b"\xff\xfe\x00")
    assert kinds(lamps) == ["drift"], "a file that cannot be read mends nothing"
    load(lamps, place, ROWS)
    assert kinds(lamps) == []


def test_a_column_that_lost_its_values_is_drift(lamps, place):
    load(lamps, place)
    load(lamps, place, "area,year,n\n21001,2020,\n21002,2020,\n21001,2021,\n")
    assert kinds(lamps) == ["drift"]
    load(lamps, place, "area,year,n\n21001,2020,\n21002,2020,\n21001,2022,\n")
    assert kinds(lamps) == ["drift"]


def test_codes_nobody_declared_are_drift(place):
    columns = [
        {**column, "codes": ["21001", "21002"] if column["name"] == "area" else []} for column in COLUMNS
    ]
    made = dataset(frequency="irregular", columns=columns)
    load(made, place, ROWS + "21009,2020,3\n")
    (alarm,) = queries.open_alarms(made)
    assert alarm.facts["params"] == {"columns": "area"}


def test_every_steward_gets_one_mail_in_their_language(lamps, place):
    steward = personas.make("steward")
    steward.user.language = "nl"
    steward.user.save()
    load(lamps, place)
    for n in (21, 22):
        load(lamps, place, f"area,year,n\n21001,2020,{n}\n")
    mail = OutboxMail.objects.get()
    assert mail.recipient == steward.user.email
    assert "Lampen" in mail.subject
    assert f"/nl/datahub/office/{lamps.code}/" in mail.text


def test_only_those_who_keep_the_data_see_what_is_wrong_with_a_file(lamps, place, client):
    load(lamps, place)
    load(lamps, place, "area,year,n\n21001,2020,21\n")
    address = f"/en/datahub/{lamps.code}/"
    assert client.get(address).context["shown"].alarms == ()
    assert len(personas.make("steward").client().get(address).context["shown"].alarms) == 1
