"""Short ways through the public site, as readers go them: with a keyboard, without scripts, in their language."""

import re
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import NARROW
from tests.browser.site import Site

pytestmark = pytest.mark.browser
BIKE = re.compile("vélo", re.IGNORECASE)
# A page of each kind: what the accessibility statement says is tried by keyboard and in forced colours.
EACH_KIND = (
    *("/fr/", "/nl/projects/", "/en/projects/PROJ-2019-0001/", "/fr/ideas/new/", "/en/account/login/"),
    *("/nl/dashboard/", "/fr/indices/desi-2020/", "/en/datahub/", "/nl/territory/"),
)
FOCUSED = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect();
    // The link of a card covers all of it, and marks all of it; a box to tick is marked together with its words.
    const field = here.closest(".ds-field:has([type=checkbox], [type=radio])") ?? here;
    const looks = [getComputedStyle(here), getComputedStyle(here, "::after"), getComputedStyle(field)];
    const marked = look => look.outlineStyle !== "none" || look.boxShadow !== "none";
    return {name: here.outerHTML.slice(0, 150), seen: box.width > 0 && box.height > 0, marked: looks.some(marked)};
}"""
MARKS = """() => [...document.querySelectorAll(".status[data-state]")].map(status => {
    const look = getComputedStyle(status, "::before"), filled = look.backgroundColor !== "rgba(0, 0, 0, 0)";
    return {
        drawn: filled ? look.backgroundColor : look.borderTopColor,
        paper: getComputedStyle(document.body).backgroundColor,
    };
})"""


def search(page: Page, words: str) -> None:
    field = page.locator("header [type=search]")
    field.fill(words)
    field.press("Enter")


def test_velo_finds_velos(site: Site, context: BrowserContext):
    page = context.new_page()
    page.goto(f"{site.url}/fr/")
    search(page, "velo")
    expect(page).to_have_url(re.compile("/fr/search/"))
    expect(page.locator("main a", has_text=BIKE).first).to_be_visible()


@pytest.mark.parametrize(("language", "note"), [("nl", "Gevonden in: Frans"), ("en", "Found in: French")])
def test_velo_finds_velos_told_in_the_readers_language(
    site: Site, context: BrowserContext, language: str, note: str
):
    page = context.new_page()
    page.goto(f"{site.url}/{language}/")
    search(page, "velo")
    page.locator("article", has_text=note).get_by_role("link").first.click()
    expect(page.locator("h1")).not_to_have_text(BIKE)
    page.locator("nav.languages a[hreflang=fr]").click()
    expect(page.locator("main")).to_contain_text(BIKE)


def test_a_reader_without_scripts_finds_the_same(site: Site, plain_context: BrowserContext):
    page = plain_context.new_page()
    page.goto(f"{site.url}/fr/")
    search(page, "velo")
    expect(page.locator("main a", has_text=BIKE).first).to_be_visible()


@pytest.mark.parametrize(("other", "lang"), [("nl", "nl"), ("en", "en")])
def test_another_language_shows_the_same_page(site: Site, context: BrowserContext, other: str, lang: str):
    page = context.new_page()
    page.goto(f"{site.url}/fr/projects/?q=mobilite")
    page.locator(f"nav.languages a[hreflang={other}]").click()
    expect(page).to_have_url(f"{site.url}/{other}/projects/?q=mobilite")
    expect(page.locator("html")).to_have_attribute("lang", lang)


def test_the_first_key_leads_past_the_menu(site: Site, context: BrowserContext):
    page = context.new_page()
    page.goto(f"{site.url}/fr/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("colours", ["none", "active"])
@pytest.mark.parametrize("path", EACH_KIND)
def test_every_step_of_the_keyboard_is_seen(
    site: Site, context: BrowserContext, path: str, colours: Literal["none", "active"]
):
    page = context.new_page()
    page.emulate_media(forced_colors=colours)
    page.goto(site.url + path)
    steps = []
    for _ in range(40):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUSED))
        if steps[-1]["name"].startswith("<body"):
            break
    assert len(steps) > 5
    reached = [step for step in steps if not step["name"].startswith("<body")]
    assert [step["name"] for step in reached if not (step["seen"] and step["marked"])] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_states_keep_their_shapes_in_forced_colours(
    site: Site, context: BrowserContext, scheme: Literal["light", "dark"]
):
    page = context.new_page()
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"{site.url}/fr/dashboard/")
    marks = page.evaluate(MARKS)
    assert len(marks) > 5
    assert [mark for mark in marks if mark["drawn"] == mark["paper"]] == []


def test_the_menu_opens_on_a_telephone_without_scripts(site: Site, plain_context: BrowserContext):
    page = plain_context.new_page()
    page.set_viewport_size(NARROW)
    page.goto(f"{site.url}/fr/")
    place = page.locator("#menu nav a").first
    expect(place).to_be_hidden()
    page.locator("header .site-bar .menu-button").click()
    expect(place).to_be_visible()
