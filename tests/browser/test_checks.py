"""The crawler's checks find what they are there to find."""

import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import BrowserContext, Error

from tests.browser.checks import boxes, new_plain_problems, page_problems, plain_problems
from tests.browser.tools import Validator, new_violations, shape_of

pytestmark = pytest.mark.browser
HEAD = '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Page</title>{head}</head>'
FRAME = HEAD + "<body>{body}</body></html>"
GOOD = "<main><h1>Titre</h1>{more}</main>"


class Pages(BaseHTTPRequestHandler):
    """Serves what stands in `pages`, with a strict policy."""

    pages: dict[str, str] = {}

    def do_GET(self) -> None:  # the name http.server wants
        body = self.pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src * data:")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("localhost", 0), Pages)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://localhost:{running.server_port}"
    running.shutdown()
    running.server_close()


def serve(
    server: str, *, head: str = '<link rel="icon" href="data:,">', body: str = "", more: str = ""
) -> str:
    Pages.pages["/page"] = FRAME.format(head=head, body=body or GOOD.format(more=more))
    return f"{server}/page"


def test_a_good_page_has_no_problem(server: str, context: BrowserContext, plain_context: BrowserContext):
    url = serve(server)
    assert page_problems(context.new_page(), url, "fr") == []
    assert plain_problems(plain_context.new_page(), url) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<p><a href="/x"></a></p>', "link-name"),
        ('<div id="a"></div><input type="text">', "label"),
        ('<img alt="" src="http://elsewhere.example.org/x.png">', "another host"),
        ("<script>console.log(1)</script>", "console"),
        ('<p style="width: 10px">x</p>', "console"),
        ('<table width="900"><tr><td>wide</td></tr></table>', "px wide"),
        ("<h1>Encore</h1>", "first headings"),
        ("<!-- heavy -->", "bytes"),
    ],
)
def test_a_bad_page_is_found(server: str, context: BrowserContext, more: str, found: str):
    more = more.replace(
        "heavy", random.Random(1).randbytes(130_000).hex()
    )  # half of it is left when compressed
    problems = page_problems(context.new_page(), serve(server, more=more), "fr")
    assert any(found in problem for problem in problems), problems


def test_one_visit_hears_nothing_of_another(server: str, context: BrowserContext):
    page = context.new_page()
    bad = '<script>console.log(1)</script><img alt="" src="http://elsewhere.example.org/x.png">'
    assert len(page_problems(page, serve(server, more=bad), "fr")) >= 2
    assert page_problems(page, serve(server), "fr") == []
    heavy = f"<!-- {random.Random(1).randbytes(130_000).hex()} -->"
    for _ in range(2):
        assert any("bytes" in one for one in page_problems(page, serve(server, more=heavy), "fr"))


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('<p lang="nl">Een</p>', '<p lang="fr">Un autre</p>', True),
        ('<nav aria-label="A"></nav><nav aria-label="B"></nav>', '<nav aria-label="C"></nav>' * 2, False),
        (
            '<nav aria-label="A"></nav><nav aria-label="B"></nav>',
            '<nav aria-label="a"></nav><nav aria-label="b"></nav>',
            True,
        ),
        ('<a href="/x">Un</a>', '<a href="/y">Deux</a>', True),
        ('<a href="/x">Un</a>', '<a href="/x"></a>', False),
        ('<img src="/x" alt="Un">', '<img src="/x" alt="">', False),
        ('<label for="a">Un</label><input id="a">', '<label for="c">Un</label><input id="c">', True),
        ('<label for="a">Un</label><input id="a">', '<label for="b">Un</label><input id="a">', False),
        (
            '<h2 id="a">Un</h2><h2 id="b">Deux</h2><nav aria-labelledby="a"></nav><nav aria-labelledby="b"></nav>',
            '<h2 id="a">Un</h2><h2 id="b">Un</h2><nav aria-labelledby="a"></nav><nav aria-labelledby="b"></nav>',
            False,
        ),
        ("<h2>Un</h2><h3>Deux</h3>", "<h3>Un</h3><h2>Deux</h2>", False),
        ('<p class="a">Un</p>', '<p class="b">Un</p>', False),
        ('<p style="color: red">Un</p>', '<p style="color: tan">Un</p>', False),
        (
            "<ul><li>Un</li><li><b>Deux</b></li></ul>",
            "<ul><li><b>A</b></li><li>B</li><li>C</li></ul>",
            True,
        ),
        ("<ul><li>Un</li><li>Deux</li></ul>", '<ul><li>Un</li><li><img src="/x"></li></ul>', False),
        ("<p>Un</p><div>Deux</div>", "<div>Un</div><p>Deux</p>", False),
        (
            "<article><h2>Un</h2></article><article><h3>Deux</h3></article>",
            "<article><h3>Un</h3></article><article><h2>Deux</h2></article>",
            False,
        ),
        (
            '<ul><li><nav aria-label="A"></nav></li><li><nav aria-label="B"></nav></li></ul>',
            '<ul><li><nav aria-label="C"></nav></li><li><nav aria-label="C"></nav></li></ul>',
            False,
        ),
        (
            '<label for="a">Un</label><label for="b">Deux</label><input id="a"><input id="b">',
            '<label for="a">Un</label><label for="a">Deux</label><input id="a"><input id="b">',
            False,
        ),
        ('<label for="a">Un</label><p id="a"></p>', '<label for="a">Un</label><input id="a">', False),
        ('<i id="a"></i><i id="b"></i>', '<i id="a"></i><i id="a"></i>', False),
        ('<a href="#a">Un</a><p id="a">x</p>', '<a href="#b">Un</a><p id="a">x</p>', False),
        (
            '<p id="a">x</p><nav aria-labelledby="a"></nav>',
            '<p id="a"></p><nav aria-labelledby="a"></nav>',
            False,
        ),
    ],
)
def test_pages_of_one_shape_differ_by_words_only(
    server: str, context: BrowserContext, before: str, after: str, same: bool
):
    page = context.new_page()
    shapes = []
    for more in (before, after):
        page.goto(serve(server, more=more))
        shapes.append(shape_of(page))
    assert (shapes[0] == shapes[1]) is same


def test_a_page_is_found_bad_each_time_and_looked_at_once_when_good(server: str, context: BrowserContext):
    page = context.new_page()
    page.goto(serve(server, more="<p>Bien</p>"))
    shape = shape_of(page)
    assert new_violations(page, 320, shape) == []
    page.evaluate("window.axe = {run: () => { throw 'looked at again' }}")
    assert new_violations(page, 320, shape) == []
    with pytest.raises(Error, match="looked at again"):
        new_violations(page, 1280, shape)
    for _ in range(2):
        page.goto(serve(server, more='<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'))
        assert "image-alt" in new_violations(page, 320, shape_of(page))[0]


def test_a_page_in_another_language_than_its_address_is_found(server: str, context: BrowserContext):
    assert page_problems(context.new_page(), serve(server), "nl") == ["says it is in fr"]


def test_what_needs_scripts_is_found(server: str, plain_context: BrowserContext):
    assert plain_problems(
        plain_context.new_page(), serve(server, more='<button type="button">Ouvrir</button>')
    )
    assert plain_problems(plain_context.new_page(), serve(server, body="<main><h1 hidden>Titre</h1></main>"))


BUTTON = '<button type="button">Ouvrir</button>'


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (GOOD.format(more="<p>Un</p>"), GOOD.format(more="<ul><li>Deux</li></ul>"), True),
        (GOOD.format(more=""), f"<div>{GOOD.format(more='')}</div>", False),
        (GOOD.format(more=""), GOOD.format(more="").replace("<main>", "<main hidden>"), False),
        (GOOD.format(more=""), GOOD.format(more="").replace("<h1>", '<h1 class="late">'), False),
        (GOOD.format(more=""), GOOD.format(more="<noscript><p>Un</p></noscript>"), False),
        (GOOD.format(more=BUTTON), GOOD.format(more=f'<div class="late">{BUTTON}</div>'), False),
    ],
)
def test_boxes_are_the_same_where_what_is_looked_at_stands_alike(before: str, after: str, *, same: bool):
    pages = [FRAME.format(head="", body=body) for body in (before, after)]
    assert (boxes(pages[0]) == boxes(pages[1])) is same


@pytest.mark.parametrize("bad", [GOOD.format(more=BUTTON), "<main><h1 hidden>Titre</h1></main>"])
def test_without_scripts_boxes_are_looked_at_once_when_good_and_each_time_when_bad(
    server: str, plain_context: BrowserContext, bad: str
):
    page, good = plain_context.new_page(), GOOD.format(more="<p>Un</p>")
    assert new_plain_problems(page, serve(server, body=good), good) == []
    url = serve(server, body=bad)
    assert new_plain_problems(page, url, good) == [], "it was not looked at again"
    for _ in range(2):
        assert new_plain_problems(page, url, bad)


def test_wrong_html_is_found(validator: Validator):
    assert validator.problems("good", FRAME.format(head="", body=GOOD.format(more=""))) == []
    assert validator.problems("bad", FRAME.format(head="", body=GOOD.format(more="<p><div></div></p>")))
    assert validator.problems(
        "bad", FRAME.format(head="", body=GOOD.format(more='<a id="x"></a><a id="x"></a>'))
    )
