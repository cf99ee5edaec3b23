"""Every address of the site, in every language, narrow and wide: the crawler."""

import zlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from playwright.sync_api import Page as Tab

from tests.browser.checks import new_plain_problems, page_problems
from tests.browser.fixtures import LIBRARIES, VISITS
from tests.browser.site import Site
from tests.browser.tools import Validator, come_in
from tests.browser.visiting import Elsewhere, File, OnlyPost, Page

pytestmark = pytest.mark.browser
MOST_QUERIES = 12


def addresses(
    resolver: URLResolver, path: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every address: its name (or its path where it has none) and its path; language prefixes left out."""
    for entry in resolver.url_patterns:
        here = path + ("" if isinstance(entry.pattern, LocalePrefixPattern) else str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name]) if entry.name else here, here
        else:
            yield from addresses(entry, here, (*spaces, entry.namespace) if entry.namespace else spaces)


def named() -> list[str]:
    """The addresses to visit, each once."""
    found = (name for name, path in addresses(get_resolver()) if not path.startswith(tuple(LIBRARIES)))
    return sorted(set(found))


def languages(name: str) -> list[str]:
    """The languages an address exists in; the root's files speak none."""
    return [code for code, _ in settings.LANGUAGES] if "root:" not in name else [settings.LANGUAGE_CODE]


@pytest.mark.parametrize("name", named())
def test_address(name: str, site: Site, tab: Tab, plain_tab: Tab, validator: Validator) -> None:
    assert name in VISITS, "say in tests/<app>/visits.py how to visit it"
    problems = []
    for visit in VISITS[name]:
        if isinstance(visit, Elsewhere):
            continue
        for language in languages(name):
            with translation.override(language):
                path = reverse(name, kwargs=visit.arguments(site))
            client = site.client(visit.persona)
            path += f"?{visit.query}" if isinstance(visit, Page | File) and visit.query else ""
            if not isinstance(visit, Page):
                if language in looked_at(name, visit):
                    problems += file_problems(client, visit, path)
                continue
            html, wrong = source_problems(client, visit, path, validator)
            problems += wrong
            if language in looked_at(name, visit):
                come_in(tab.context, client, site.url)
                found = page_problems(tab, site.url + path, language, visit.status)
                problems += [f"{path} {one}" for one in found]
        if isinstance(visit, Page):
            come_in(plain_tab.context, client, site.url)
            problems += [f"{path} {one}" for one in new_plain_problems(plain_tab, site.url + path, html)]
    assert problems == []


def looked_at(name: str, visit: Page | File | OnlyPost) -> list[str]:
    """The languages in which a browser draws the page: all that everyone may read, one, in turn, of the Office's.

    The source of every page is checked in all of them, and whoever writes another language sees the same boxes. Files
    are asked for in all of them but for those that say otherwise.
    """
    every = languages(name)
    alone = visit.persona != "visitor" if isinstance(visit, Page) else isinstance(visit, File) and visit.once
    return [every[zlib.crc32(name.encode()) % len(every)]] if alone else every


def source_problems(client: Client, visit: Page, path: str, validator: Validator) -> tuple[str, list[str]]:
    """A page's source, and what is wrong with it before a browser sees it: its answer, its cost, its HTML."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    if len(queries) > MOST_QUERIES:  # what is remembered between pages is remembered now
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
    html = response.content.decode()
    if response.status_code != visit.status:
        return html, [f"{path} answers {response.status_code}"]
    found = [f"{path} {len(queries)} queries"] if len(queries) > MOST_QUERIES else []
    found += [] if response["Content-Security-Policy"] else [f"{path} has no policy for its content"]
    return html, found + validator.problems(path, html)


def file_problems(client: Client, visit: File | OnlyPost, path: str) -> list[str]:
    with closing(client.get(path)) as response:
        return _file_problems(response, visit, path)


def _file_problems(response: HttpResponse, visit: File | OnlyPost, path: str) -> list[str]:
    if isinstance(visit, OnlyPost):
        if response.status_code != 405:
            return [f"{path} can be read: {response.status_code}"]
        return [] if b"<h1" in response.content else [f"{path} does not say that it is no page"]
    good = response.status_code == 200 and not response["Content-Type"].startswith("text/html")
    return [] if good else [f"{path} answers {response.status_code} {response['Content-Type']}"]


PUBLIC = sorted(
    (name, number)
    for name, visits in VISITS.items()
    for number, visit in enumerate(visits)
    if isinstance(visit, Page) and visit.persona == "visitor" and visit.status == 200
)


@pytest.mark.parametrize("persona", ["visitor", "citizen"])
def test_every_public_page_costs_at_most_twelve_queries_signed_in_or_not(persona: str, site: Site) -> None:
    client, dear = site.client(persona), []
    for name, number in PUBLIC:
        visit = VISITS[name][number]
        assert isinstance(visit, Page)
        path = reverse(name, kwargs=visit.arguments(site)) + (f"?{visit.query}" if visit.query else "")
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        if len(queries) > MOST_QUERIES:  # what is remembered between pages is remembered now
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
        dear += [f"{path} {len(queries)} queries"] if len(queries) > MOST_QUERIES else []
    assert len(PUBLIC) > 40
    assert dear == []


def test_no_fixture_is_left_of_an_address_that_is_gone() -> None:
    assert set(VISITS) - set(named()) == set()
