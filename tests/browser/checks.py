"""What every page must be: the checks that the crawler runs on each, in each language, narrow and wide."""

import gzip
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Response

from tests.browser.tools import violations

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
HEAVIEST = 120_000
TEXT = ("text/", "application/json", "application/javascript", "image/svg")
# A button of the page's own, which nothing happens to when scripts do not run.
DEAD_BUTTONS = "button[type=button]:not([popovertarget]):not([commandfor]):not([hidden])"


@dataclass
class Visit:
    """What a page brought with it and complained about while it loaded."""

    page: Page
    responses: list[Response] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event, heard in self._heard.items():
            self.page.on(event, heard)

    @property
    def _heard(self) -> dict[str, Any]:
        return {"console": self._said, "pageerror": self._failed, "response": self._keep}

    def end(self) -> None:
        """Listen no longer: another visit may follow in the same page."""
        for event, heard in self._heard.items():
            self.page.remove_listener(event, heard)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _failed(self, fault: Error) -> None:
        self.problems.append(f"script: {fault}")

    def _keep(self, response: Response) -> None:
        self.responses.append(response)

    def weight(self) -> int:
        """The bytes that came, compressed where that helps."""
        return sum(_weight(response) for response in self.responses if response.status < 300)


def _weight(response: Response) -> int:
    body = response.body()
    packable = response.headers.get("content-type", "").startswith(TEXT)
    return len(gzip.compress(body, 6)) if packable else len(body)


def stay_here(page: Page, host: str) -> list[str]:
    """Stop every request to another host; the list that is given fills with them."""
    strayed: list[str] = []

    def look(route) -> None:  # playwright's Route
        url = route.request.url
        if urlsplit(url).netloc == host or urlsplit(url).scheme in ("data", "blob"):
            route.continue_()
        else:
            strayed.append(f"request to another host: {url}")
            route.abort()

    page.route("**/*", look)
    return strayed


def page_problems(page: Page, url: str, language: str, status: int = 200) -> list[str]:
    """Everything wrong with a page as a reader with a current browser meets it.

    The same tab serves for many visits, which is three times as quick as a new one; while requests are looked at,
    the browser keeps nothing from one visit for the next.
    """
    page.set_viewport_size(WIDE)
    strayed = stay_here(page, urlsplit(url).netloc)
    visit = Visit(page)
    page.goto(url)
    if (weight := visit.weight()) > HEAVIEST:
        visit.problems.append(f"{weight} bytes, compressed, on first load")
    visit.problems += strayed + frame_problems(page, language)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        visit.problems += [
            f"at {size['width']} px: {one}" for one in [*violations(page), *overflow(page, size["width"])]
        ]
    visit.end()
    page.unroute_all()
    if status >= 400:  # the browser complains of the status itself
        return [one for one in visit.problems if not one.startswith("console: Failed to load resource")]
    return visit.problems


def frame_problems(page: Page, language: str) -> list[str]:
    """What a page must say of itself."""
    found = []
    if (stated := page.locator("html").get_attribute("lang")) != language:
        found.append(f"says it is in {stated}")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} first headings")
    if not page.title().strip():
        found.append("no title")
    return found


def overflow(page: Page, width: int) -> list[str]:
    """Whether a reader must scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide"] if wide > width else []


def plain_problems(page: Page, url: str) -> list[str]:
    """Everything wrong with a page for a reader without scripts."""
    page.goto(url)
    found = [] if page.locator("h1").first.is_visible() else ["without scripts: no visible heading"]
    dead = [button for button in page.locator(DEAD_BUTTONS).all() if button.is_visible()]
    found += [f"without scripts: a button that does nothing: {button.inner_text()!r}" for button in dead]
    return found
