"""A figure becomes interactive once a reader asks for it, under the same strict policy, and not before."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from civicthread.core.publishing import Publication
from civicthread.indicators.models import Indicator
from tests.browser.checks import NARROW, Visit, overflow
from tests.browser.site import Site
from tests.browser.tools import violations

pytestmark = pytest.mark.browser
BUTTON = {"fr": "Explorer cette figure", "nl": "Deze figuur verkennen", "en": "Explore this figure"}


@pytest.fixture(scope="module")
def addresses(site: Site) -> dict[str, str]:
    """A published indicator with a course over time, and one with a map."""
    client = site.client("visitor")
    found: dict[str, str] = {}
    for indicator in Indicator.objects.filter(publication=Publication.PUBLISHED):
        html = client.get(path := f"/fr/indicators/{indicator.code}/").content.decode()
        for kind in ("course", "map"):
            if (
                f'id="{kind}"' in html
                and 'data-spec="' in html.partition(f'id="{kind}"')[2].partition("</figure>")[0]
            ):
                found.setdefault(kind, path.removeprefix("/fr"))
    assert set(found) == {"course", "map"}
    return found


def opened(context: BrowserContext, address: str) -> tuple[Page, Visit]:
    page = context.new_page()
    visit = Visit(page)
    page.goto(address)
    return page, visit


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", ["course", "map"])
def test_a_figure_answers_pointer_and_keyboard_once_asked(
    site: Site, context: BrowserContext, addresses: dict[str, str], kind: str, language: str
) -> None:
    page, visit = opened(context, f"{site.url}/{language}{addresses[kind]}")
    assert not any("vega" in response.url for response in visit.responses)
    figure = page.locator(f"figure#{kind}")
    button = figure.get_by_role("button", name=BUTTON[language])
    button.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".figure-explored svg")).to_be_visible()
    expect(button).to_have_count(0)
    expect(figure.locator("[role=group]")).to_be_focused()
    tip = figure.locator(".figure-tip")
    expect(tip).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(tip).to_be_visible()
    first = tip.inner_text()
    name, _, value = first.partition("\n")
    row = figure.locator("tbody tr", has_text=name).first
    assert value.split("\N{NO-BREAK SPACE}")[0] in row.text_content()
    page.keyboard.press("ArrowRight")
    expect(tip).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    mark = figure.locator(".figure-explored :is(.mark-symbol, .mark-shape) path").first.bounding_box()
    assert mark
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    expect(tip).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert overflow(page, NARROW["width"]) == []
    assert visit.problems == []


def test_without_scripts_the_drawing_stands_and_no_button_offers_more(
    site: Site, plain_context: BrowserContext, addresses: dict[str, str]
) -> None:
    page, _ = opened(plain_context, site.url + "/fr" + addresses["course"])
    expect(page.locator("figure#course svg.chart")).to_be_visible()
    expect(page.locator("figure#course .figure-explore")).to_be_hidden()


def test_a_figure_that_cannot_be_explored_says_so_and_keeps_its_drawing(
    site: Site, context: BrowserContext, addresses: dict[str, str]
) -> None:
    page, _ = opened(context, site.url + "/fr" + addresses["course"])
    page.route("**/charts/*.json", lambda route: route.fulfill(status=404))
    figure = page.locator("figure#course")
    figure.get_by_role("button", name=BUTTON["fr"]).click()
    expect(figure.get_by_text("n’a pas pu être ouverte")).to_be_visible()
    expect(figure.locator("svg.chart")).to_be_visible()
    assert figure.locator(".figure-explored").count() == 0


def test_the_address_of_a_figure_gives_a_spec_without_code_and_another_gives_nothing(
    site: Site, addresses: dict[str, str]
) -> None:
    client = site.client("visitor")
    html = client.get("/fr" + addresses["course"]).content.decode()
    address = html.partition('data-spec="')[2].partition('"')[0]
    answer = client.get(address)
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told["spec"]["$schema"].endswith("/vega/v6.json")
    assert "http" not in json.dumps({**told["spec"], "$schema": ""})
    assert client.get(f"/fr/charts/{'0' * 64}.json").status_code == 404
