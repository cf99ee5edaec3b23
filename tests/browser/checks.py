"""What every page must be: the checks that the crawler runs on each, in each language, narrow and wide."""

import gzip
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml.html import document_fromstring
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

from tests.browser.tools import new_violations, shape_of

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
HEAVIEST = 120_000
TEXT = ("text/", "application/json", "application/javascript", "image/svg")
# A button of the page's own, which nothing happens to when scripts do not run; the browser and lxml both read XPath.
DEAD_BUTTONS = "//button[@type='button' and not(@popovertarget | @commandfor | @hidden)]"
STYLES = "//link[@rel='stylesheet'] | //style | //noscript"
FRAME = """() => ({
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    title: document.title.trim(),
})"""
# What browser files weigh, by address: they are the same for every page, and kept from one visit to the next.
_files: dict[str, int] = {}
_seen_plainly: set[str] = set()


@dataclass
class Visit:
    """What a page brought with it and complained about while it loaded."""

    page: Page
    responses: list[Response] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    host: str = ""

    def __post_init__(self) -> None:
        for event, heard in self._heard.items():
            self.page.on(event, heard)

    @property
    def _heard(self) -> dict[str, Any]:
        return {
            "console": self._said,
            "pageerror": self._failed,
            "request": self._asked,
            "response": self._keep,
        }

    def end(self) -> None:
        """Listen no longer: another visit may follow in the same page."""
        for event, heard in self._heard.items():
            self.page.remove_listener(event, heard)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _failed(self, fault: Error) -> None:
        self.problems.append(f"script: {fault}")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if self.host and url.netloc != self.host and url.scheme not in ("data", "blob"):
            self.problems.append(f"request to another host: {request.url}")

    def _keep(self, response: Response) -> None:
        self.responses.append(response)

    def weight(self) -> int:
        """The bytes of a first visit, compressed where that helps."""
        return sum(_weight(response) for response in self.responses if response.status < 300)


def _weight(response: Response) -> int:
    is_file = urlsplit(response.url).path.startswith("/static/")
    if is_file and response.url in _files:
        return _files[response.url]
    body = _body(response)
    packable = response.headers.get("content-type", "").startswith(TEXT)
    weighed = len(gzip.compress(body, 6)) if packable else len(body)
    if is_file:
        _files[response.url] = weighed
    return weighed


def _body(response: Response) -> bytes:
    """What was answered, asked for once more where it is too much for the browser to have kept."""
    try:
        return response.body()
    except Error:
        return response.frame.page.context.request.get(response.url).body()


def page_problems(page: Page, url: str, language: str, status: int = 200) -> list[str]:
    """Everything wrong with a page as a reader with a current browser meets it.

    The same tab serves for many visits, which is three times as quick as a new one. Each begins at the width at which
    the one before ended.
    """
    visit = Visit(page, host=urlsplit(url).netloc)
    page.goto(url)
    if (weight := visit.weight()) > HEAVIEST:
        visit.problems.append(f"{weight} bytes, compressed, on first load")
    visit.problems += frame_problems(page, language)
    shape = shape_of(page)
    for size in sorted((WIDE, NARROW), key=lambda size: size != page.viewport_size):
        if page.viewport_size != size:
            page.set_viewport_size(size)
        visit.problems += [
            f"at {size['width']} px: {one}"
            for one in [*new_violations(page, size["width"], shape), *overflow(page, size["width"])]
        ]
    visit.end()
    if status >= 400:  # the browser complains of the status itself
        return [one for one in visit.problems if not one.startswith("console: Failed to load resource")]
    return visit.problems


def frame_problems(page: Page, language: str) -> list[str]:
    """What a page must say of itself."""
    found, told = [], page.evaluate(FRAME)
    if told["language"] != language:
        found.append(f"says it is in {told['language']}")
    if told["headings"] != 1:
        found.append(f"{told['headings']} first headings")
    if not told["title"]:
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


def new_plain_problems(page: Page, url: str, html: str) -> list[str]:
    """The same, unless a page was good in which what is looked at stands in the very boxes it stands in here.

    Without scripts a page stays as it was sent, and what shows or hides a part of it are the boxes around it.
    """
    if (key := boxes(html)) in _seen_plainly:
        return []
    found = plain_problems(page, url)
    if not found:
        _seen_plainly.add(key)
    return found


def boxes(html: str) -> str:
    """The first heading, the buttons that may be dead and the style sheets, each with everything it stands in."""
    told = document_fromstring(html).xpath(f"(//h1)[1] | {DEAD_BUTTONS} | {STYLES}")
    return str([[(part.tag, part.items()) for part in (one, *one.iterancestors())] for one in told])
