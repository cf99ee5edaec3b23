"""What programs find: sitemaps, robots.txt, security.txt."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from civicthread.core import policy
from civicthread.editorial import actions
from tests.core.things import publish_organisation
from tests.editorial import texts
from tests.portal.pages import LANGUAGES

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
# Public addresses that are no pages for readers: feeds, the style guide, the forms of accounts.
NO_PAGES = (
    "governance:start",  # leads on to the decisions
    "feed",
    "geojson",
    "components",
    "sent",
    "claim",
    "account",
    "mfa",
    "openid",
    "login",
    "signup",
    "accounts:",
)


def addresses(client: Client) -> dict[str, dict[str, str]]:
    """Every address of every sitemap file, with its sisters by language."""
    index = ET.fromstring(client.get("/sitemap.xml").content)
    found = {}
    for file in index.iter(f"{MAP}loc"):
        root = ET.fromstring(client.get((file.text or "").removeprefix(settings.BASE_URL)).content)
        for url in root.iter(f"{MAP}url"):
            found[url.findtext(f"{MAP}loc", "")] = {
                link.attrib["hreflang"]: link.attrib["href"] for link in url.iter(LINK)
            }
    return found


def public_places(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of addresses that take no parameter and are open to everyone."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from public_places(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif is_public_place(entry):
            yield f"{namespace}{entry.name}"


def is_public_place(entry: URLPattern) -> bool:
    verb = getattr(entry.callback, "verb", "")
    plain = isinstance(entry.pattern, RoutePattern) and not entry.pattern.converters
    return plain and bool(verb) and policy.may(verb, None)


def test_every_public_page_stands_in_the_sitemap_in_every_language(client: Client) -> None:
    named = addresses(client)
    places = {name for name in public_places(get_resolver()) if not any(word in name for word in NO_PAGES)}
    pages = {reverse(name) for name in places if reverse(name).startswith("/fr/")}
    assert len(pages) > 10
    assert {f"{settings.BASE_URL}{page}" for page in pages} <= set(named)


def test_every_page_names_its_sisters_and_itself(client: Client) -> None:
    texts.published(texts.staff())
    for address, sisters in addresses(client).items():
        assert set(sisters) == set(LANGUAGES)
        assert address in sisters.values()


def test_texts_stand_in_the_sitemap_under_their_own_slugs(client: Client) -> None:
    by = texts.staff()
    texts.published(by)
    actions.write_page(texts.draft("plan"), purpose="strategy", by=by)
    sisters = addresses(client)[f"{settings.BASE_URL}/fr/news/des-velos-comptes-bikes/"]
    assert sisters["nl"] == f"{settings.BASE_URL}/nl/news/getelde-fietsen-bikes/"
    assert f"{settings.BASE_URL}/en/pages/bicycles-counted-plan/" in addresses(client)


def test_every_address_of_the_sitemap_answers(client: Client) -> None:
    texts.published(texts.staff())
    for address in addresses(client):
        assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 200, address


@pytest.mark.parametrize(
    "name", ["nothing", "editorial.news-2", "editorial.news-0", "editorial.news-²", "core.actor-1"]
)
def test_a_sitemap_file_that_does_not_exist_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_robots_are_told_of_the_sitemap_and_kept_from_the_back_office(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in lines
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    assert "/cms/" in closed
    for language in LANGUAGES:
        with override(language):
            own = [reverse("accounts:mine"), reverse("core:search")]
        assert set(own) <= set(closed)
        assert [client.get(address).status_code for address in own] == [302, 200]


def test_weaknesses_can_be_reported(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert told["Contact"].startswith(("mailto:", "http"))
    expires = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)


def test_the_site_map_lists_texts_in_the_readers_language(client: Client) -> None:
    texts.published(texts.staff())
    html = client.get("/nl/sitemap/").content.decode()
    assert '<a href="/nl/news/getelde-fietsen-bikes/">Getelde fietsen</a>' in html


def test_a_long_kind_is_cut_on_the_site_map_and_says_so(client: Client) -> None:
    for number in range(52):
        name = f"Association {number}"
        publish_organisation({"fr": name, "nl": name, "en": name})
    html = client.get("/en/sitemap/").content.decode()
    assert html.count(">Association ") == 50
    assert "There are more" in html


def test_the_list_of_sitemap_files_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/sitemap.xml")
