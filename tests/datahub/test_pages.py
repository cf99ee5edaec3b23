"""The public pages of the data catalogue."""

from datetime import date

import pytest
from django.test import Client

from civicthread.core import journal
from civicthread.datahub import actions, pages, queries
from civicthread.datahub.models import Frequency
from civicthread.methods import periods
from civicthread.stakeholders import actions as stakeholders
from civicthread.stakeholders.models import Organisation
from tests import personas
from tests.factories.datahub import ROWS, dataset, load

pytestmark = pytest.mark.django_db


def titles(answer):
    return [row.code for row in answer.context["page"].rows]


def test_the_catalogue_shows_what_is_published_by_title(client):
    second = dataset(title={"fr": "Éclairage", "nl": "Verlichting"})
    first = dataset(title={"fr": "Arbres", "nl": "Bomen"})
    dataset(published=False)
    assert titles(client.get("/fr/datahub/")) == [first.code, second.code]
    assert titles(client.get("/nl/datahub/")) == [first.code, second.code]


def test_filters_narrow_the_catalogue(client):
    publisher = Organisation(code="irceline")
    publisher = stakeholders.save_organisation(
        publisher, {"helix": "public", "name": {"fr": "CELINE", "nl": "IRCEL"}}, by=journal.system()
    )
    air = dataset(publisher=publisher, frequency="daily", title={"fr": "Air", "nl": "Lucht"})
    lamps = dataset(licence_name="CC0")
    for query, found in (
        ("publisher=irceline", [air.code]),
        ("frequency=daily", [air.code]),
        ("licence=CC0", [lamps.code]),
        ("query=lucht", [air.code]),
        ("query=commune", sorted([air.code, lamps.code])),
        ("frequency=never", sorted([air.code, lamps.code])),
    ):
        assert sorted(titles(client.get(f"/fr/datahub/?{query}"))) == found, query


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_speaks_the_readers_language(client, place, language):
    made = dataset()
    load(made, place)
    page = client.get(f"/{language}/datahub/{made.code}/").content.decode()
    assert str(made.title[language].text) in page
    assert made.columns.first().title[language].text in page
    assert "lamps" in page, "the unit"
    assert f"/data/{made.code}.csv" in page
    assert f"/data/{made.code}@1.parquet" in page


def test_the_page_shows_rows_profile_versions_and_loads(client, place):
    made = dataset()
    load(made, place, ROWS + "21003,2020,many\n")
    shown = client.get(f"/fr/datahub/{made.code}/").context["shown"]
    assert [cell for cell, _column in shown.sample[0]] == ["21001", 2020, 5]
    assert shown.columns[2].profile["maximum"] == 9
    assert [line.version.rows for line in shown.versions] == [3]
    assert [(run.rows, run.rejected) for run in shown.loads] == [(3, 1)]


def test_a_dataset_without_rows_says_so(client):
    made = dataset()
    answer = client.get(f"/fr/datahub/{made.code}/")
    assert answer.status_code == 200
    assert answer.context["shown"].files == ()


def test_a_withdrawn_dataset_tells_why(client):
    made = dataset()
    because = {"fr": "Données fausses", "nl": "Foute gegevens"}
    from civicthread.core.text import Text

    actions.withdraw_dataset(made, by=journal.system(), because=Text.of(because))
    answer = client.get(f"/fr/datahub/{made.code}/")
    assert answer.status_code == 410
    assert "Données fausses" in answer.content.decode()


def test_old_data_is_told(client, place):
    made = dataset()
    load(made, place)
    fresh = queries.freshness("yearly", date(2021, 12, 31), date(2023, 12, 31))
    late = queries.freshness("yearly", date(2021, 12, 31), date(2024, 1, 1))
    assert (fresh.stale, late.stale, late.expected) == (False, True, date(2023, 12, 31))
    assert client.get(f"/en/datahub/{made.code}/").context["shown"].freshness.stale
    assert not queries.freshness("irregular", date(1990, 1, 1), date(2026, 1, 1)).stale


@pytest.mark.parametrize("frequency", ["daily", "monthly", "quarterly", "yearly"])
def test_data_is_old_when_a_figure_would_be(frequency):
    known = {"daily": "day", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
    last = date(2025, 6, 30)
    for day in (date(2025, 7, 1), date(2025, 8, 31), date(2026, 1, 1), date(2027, 6, 30), date(2027, 7, 1)):
        figure = periods.is_stale(last, as_of=day, frequency=periods.Frequency(known[frequency]))
        assert queries.freshness(frequency, last, day).stale == figure, day


def test_every_frequency_is_known_to_the_rules_of_freshness():
    for frequency in Frequency:
        assert queries.freshness(frequency, date(2020, 1, 1), date(2026, 1, 1)) is not None


def test_the_catalogue_costs_the_same_whatever_it_holds(constant_queries):
    constant_queries("/fr/datahub/", dataset)


@pytest.mark.parametrize("persona", ["visitor", "steward"])
def test_pages_cost_few_queries(constant_queries, place, persona):
    made = dataset()
    texts = iter(ROWS + f"2100{n},2022,{n}\n" for n in range(3, 9))
    client = personas.make(persona).client()
    constant_queries(f"/fr/datahub/{made.code}/", lambda: load(made, place, next(texts)), client)
    if persona == "steward":
        constant_queries(f"/fr/datahub/office/{made.code}/", lambda: load(made, place, next(texts)), client)


def test_the_overview_costs_few_queries(constant_queries):
    constant_queries("/fr/datahub/office/", dataset, personas.make("steward").client())


def test_the_dataset_has_a_name_without_a_language():
    made = dataset()
    answer = Client().get(f"/data/{made.code}", headers={"accept-language": "nl"})
    assert answer.headers["Location"] == f"/nl/datahub/{made.code}/"


def test_older_versions_are_found_beyond_the_newest(client, place, monkeypatch):
    monkeypatch.setattr(pages, "MOST_VERSIONS", 1)
    made = dataset()
    load(made, place)
    address = f"/en/datahub/{made.code}/"
    assert f"{address}versions/" not in client.get(address).content.decode()
    load(made, place, ROWS.replace("2020,5", "2020,6"))
    answer = client.get(address)
    assert [line.version.number for line in answer.context["shown"].versions] == [2]
    assert f"{address}versions/" in answer.content.decode()
    every = client.get(f"{address}versions/")
    assert [line.version.number for line in every.context["versions"]] == [2, 1]
    assert f"{made.code}@1.csv" in every.content.decode()


def test_older_loads_are_found_beyond_the_newest(client, place, monkeypatch):
    monkeypatch.setattr(pages, "MOST_VERSIONS", 1)
    made = dataset()
    load(made, place)
    address = f"/en/datahub/{made.code}/"
    assert f"{address}loads/" not in client.get(address).content.decode()
    load(made, place)
    answer = client.get(address)
    assert [line.get_outcome_display() for line in answer.context["shown"].loads] == ["nothing new"]
    assert f"{address}loads/" in answer.content.decode()
    every = client.get(f"{address}loads/")
    assert [line.outcome for line in every.context["page"].rows] == ["unchanged", "loaded"]


def test_a_steward_goes_from_the_list_of_loads_to_each(client, place):
    made = dataset()
    load(made, place)
    address = f"/en/datahub/{made.code}/loads/"
    outcome = f"/en/datahub/office/{made.code}/loads/{made.ingestions.get().pk}/"
    assert outcome not in client.get(address).content.decode()
    assert outcome in personas.make("steward").client().get(address).content.decode()


def test_versions_of_rows_for_the_office_have_no_files_for_others(client, place):
    made = dataset(access="office")
    load(made, place)
    answer = client.get(f"/en/datahub/{made.code}/versions/")
    assert [line.files for line in answer.context["versions"]] == [()]
