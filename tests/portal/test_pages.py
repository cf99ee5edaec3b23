"""Every page of the portal, in every language."""

import dataclasses
import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from civicthread.accounts.models import Role
from civicthread.core import journal
from civicthread.editorial import actions
from civicthread.editorial.models import Edition
from civicthread.portal import queries, views
from civicthread.projects import actions as projects
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests import personas
from tests.editorial import texts
from tests.factories.accounts import person
from tests.portal.pages import LANGUAGES, PLACES, STATEMENTS, seen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_a_page_says_what_it_is(client: Client, language: str, place: str) -> None:
    page = seen(client, f"/{language}/{place}")
    assert page.language == language
    assert page.headings.count("h1") == 1
    assert page.title.strip()
    assert page.description
    assert page.canonical == f"{settings.BASE_URL}/{language}/{place.partition('?')[0]}"
    assert page.alternates == {code: f"{settings.BASE_URL}/{code}/{place}" for code in LANGUAGES}


@pytest.mark.parametrize("place", PLACES)
def test_a_page_runs_nothing_of_its_own_and_asks_no_other_host(client: Client, place: str) -> None:
    page = seen(client, f"/fr/{place}")
    assert page.unsafe == []
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("place", PLACES)
def test_headings_never_skip_a_level(client: Client, place: str) -> None:
    levels = [int(heading[1]) for heading in seen(client, f"/fr/{place}").headings]
    main = levels.index(1)
    assert all(after - before <= 1 for before, after in zip(levels[main:], levels[main + 1 :], strict=False))


def test_a_page_costs_few_queries(client: Client) -> None:
    by = texts.staff()
    for number in range(4):
        texts.published(by, f"n{number}")
    actions.write_page(texts.draft("home"), purpose="home", by=by)
    cost = {}
    for place in PLACES:
        caches["local"].clear()  # each is met by someone who comes first
        with CaptureQueriesContext(connection) as queries:
            seen(client, f"/fr/{place}")
        cost[place] = len(queries)
    assert {place: number for place, number in cost.items() if number > 12} == {}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_offices_own_words_stand_in_its_statements(client: Client, name: str) -> None:
    actions.write_page(texts.draft(name), purpose=name, by=texts.staff())
    html = client.get(f"/nl/{name}/").content.decode()
    assert "Met palen." in html
    assert "Het Bureau telt." in html


def test_the_home_page_shows_the_offices_title_and_its_latest_news(client: Client) -> None:
    by = texts.staff()
    actions.write_page(texts.draft("home", title={"fr": "Bienvenue", "nl": "Welkom"}), purpose="home", by=by)
    for day in range(1, 6):
        texts.published(by, f"n{day}", dated=date(2026, 5, day))
    html = client.get("/fr/").content.decode()
    assert "<h1>Bienvenue</h1>" in html
    assert [
        number for number in range(1, 6) if f"-n{number}/" in html.split(f"{gettext('What changed')}</h2>")[0]
    ] == [
        3,
        4,
        5,
    ]


def test_an_empty_city_has_a_home_page_that_says_what_will_come(client: Client) -> None:
    html = client.get("/en/").content.decode()
    assert "No news yet" in html
    assert "Nothing changed yet" in html


def test_the_page_of_components_is_there(client: Client) -> None:
    assert seen(client, "/en/components/").headings.count("h1") >= 1


def test_search_finds_a_text_with_and_without_accents(client: Client) -> None:
    texts.published(texts.staff())
    assert "/fr/news/des-velos-comptes-bikes/" in client.get("/fr/search/?q=velo").content.decode()
    assert "Nothing found" in client.get("/en/search/?q=zeppelin").content.decode()


def test_search_echoes_the_query_escaped(client: Client) -> None:
    html = client.get("/fr/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


def test_what_changed_tells_of_a_publication(client: Client) -> None:
    texts.published(texts.staff())
    html = client.get("/fr/changes/").content.decode()
    assert '<a href="/fr/news/des-velos-comptes-bikes/">' in html


def test_the_home_page_shows_the_kinds_along_the_thread_with_how_many_there_are(client: Client) -> None:
    projects.publish_project(
        projects.create_project(
            {"code": "lamps", "title": {"fr": "Lampes", "nl": "Lampen"}}, by=journal.system()
        ),
        by=journal.system(),
    )
    html = client.get("/en/").content.decode()
    strand = html[html.index('class="strand"') :]
    steps = ["/en/ideas/", "/en/ideas/needs/", "/en/projects/", "/en/governance/decisions/", "/en/roadmap/"]
    places = [strand.index(f'<a href="{step}">') for step in [*steps, "/en/indicators/", "/en/datahub/"]]
    assert places == sorted(places)
    assert '<a href="/en/projects/"><b>1</b> project' in strand
    assert '<a href="/en/ideas/"><b>0</b> ideas' in strand


def test_the_home_page_shows_each_municipality_with_its_projects(client: Client) -> None:
    by = journal.system()
    square = {
        "type": "Polygon",
        "coordinates": [[[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.9], [4.3, 50.8]]],
    }
    values = {"level": "municipality", "name": {"fr": "Anderlecht", "nl": "Anderlecht"}, "boundary": square}
    area = territory.save_area(Area(code="21001"), values, by=by)
    sheet = {"code": "lamps", "title": {"fr": "Lampes", "nl": "Lampen"}, "areas": [area]}
    projects.publish_project(projects.create_project(sheet, by=by), by=by)
    html = client.get("/fr/").content.decode()
    table = html[html.index('id="by-municipality"') :]
    assert table.index(area.get_absolute_url()) < table.index('<a href="/fr/projects/?area=21001">1</a>')
    assert "/fr/ideas/?area=21001" not in table, "nothing leads to an empty list"


def test_a_city_without_municipalities_has_no_empty_map(client: Client) -> None:
    assert "by-municipality" not in client.get("/fr/").content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_reading_sets_no_cookie(client: Client, place: str) -> None:
    assert not client.get(f"/fr/{place}").cookies


def named_cookies(client: Client) -> set[str]:
    return set(re.findall(r'<span translate="no">(\w+)</span>', client.get("/fr/cookies/").content.decode()))


def test_the_cookies_page_names_the_cookies_the_site_sets_and_no_other(client: Client) -> None:
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    client.get("/fr/ideas/new/")
    assert named_cookies(client) == {*client.cookies, "messages"}


def test_the_cookie_of_another_service_is_named_where_there_is_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(views.COOKIES, "language", settings.LANGUAGE_COOKIE_NAME)
    assert settings.LANGUAGE_COOKIE_NAME in named_cookies(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contact_page_and_the_foot_of_each_page_tell_the_hours(
    client: Client, settings: Any, language: str
) -> None:
    hours = {code: f"{code}: 9 – 12" for code in LANGUAGES}
    counter = {code: f"{code}: 14 – 19" for code in LANGUAGES}
    settings.CITY = dataclasses.replace(
        settings.CITY,
        contact={"phone": "02 000 00 00"},
        counter=dict.fromkeys(LANGUAGES, "Rue 1"),
        phone_hours=hours,
        counter_hours=counter,
    )
    contact = client.get(f"/{language}/contact/").content.decode()
    foot = client.get(f"/{language}/privacy/").content.decode()
    for told in (hours[language], counter[language]):
        assert contact.count(told) == 2
        assert foot.count(told) == 1


def test_a_city_that_says_no_way_to_reach_it_promises_none(client: Client, settings: Any) -> None:
    settings.CITY = dataclasses.replace(settings.CITY, contact={}, counter={}, post={})
    contact = client.get("/en/contact/").content.decode()
    assert "by phone" not in contact
    assert "not published" not in contact
    assert "has not said yet how to reach it" in contact
    assert "by phone" not in client.get("/en/participate/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_office_are_one_step_away(client: Client, language: str) -> None:
    by = texts.staff()
    actions.write_page(texts.draft("strategy"), purpose="strategy", by=by)
    actions.write_page(texts.draft("participate"), purpose="participate", by=by)
    home = client.get(f"/{language}/").content.decode()
    _head, _hero, beneath = home.partition('class="hero"')
    hero, foot = beneath.partition("</header>")[0], beneath.partition("<footer")[2]
    for place in ("pages", "participate"):
        assert f'href="/{language}/{place}/"' in hero
        assert f'href="/{language}/{place}/"' in foot
    assert f'href="/{language}/participate/"' in client.get(f"/{language}/ideas/new/").content.decode()
    with override(language):
        strategy = Edition.objects.get(purpose="strategy").get_absolute_url()
    about = client.get(f"/{language}/pages/").content.decode()
    assert f'href="{strategy}"' in about
    assert texts.SLUG[language] + "-participate" not in about


def test_the_map_of_the_site_names_each_place_once(client: Client) -> None:
    names = [name for name, _label in queries.PLACES]
    assert len(names) == len(set(names))


def test_a_city_may_leave_its_hours_out(client: Client) -> None:
    assert gettext("Counter hours") not in client.get("/fr/contact/").content.decode()
