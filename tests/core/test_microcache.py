import gzip
import threading
from typing import Any

import pytest

from civicthread.core.microcache import MicroCache

LONG = b"<p>" + b"smart city " * 200 + b"</p>"


class Site:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, body: bytes = LONG, status: str = "200 OK", **headers: str) -> None:
        self.asked, self.body, self.status = 0, body, status
        self.headers = {"Content-Type": "text/html", "Content-Length": str(len(body))} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response(self.status, [(name, text) for name, text in self.headers.items() if text])
        return [self.body]


def ask(
    application: Any, path: str = "/fr/", method: str = "GET", **environ: str
) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    request = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "city.example.org", **environ}
    body = b"".join(
        application(request, lambda status, headers, exc_info=None: told.extend([status, dict(headers)]))
    )
    return told[0], told[1], body


def test_the_second_reader_gets_the_kept_page():
    site = Site()
    cached = MicroCache(site)
    assert ask(cached) == ask(cached)
    assert site.asked == 1


def test_a_page_is_kept_a_few_seconds_only():
    site = Site()
    cached = MicroCache(site, seconds=0)
    ask(cached), ask(cached)
    assert site.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/nl/"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_HOST": "other.example.org"},
    ],
)
def test_another_address_is_another_page(other: dict[str, str]):
    site = Site()
    cached = MicroCache(site)
    ask(cached), ask(cached, **other)
    assert site.asked == 2


@pytest.mark.parametrize(
    "request_of",
    [
        {"HTTP_COOKIE": "a=b; sessionid=xyz"},
        {"HTTP_COOKIE": "messages=xyz"},
        {"HTTP_AUTHORIZATION": "Bearer xyz"},
        {"method": "POST"},
        {"method": "HEAD"},
    ],
)
def test_a_reader_who_is_somebody_is_always_answered_anew(request_of: dict[str, str]):
    site = Site()
    cached = MicroCache(site)
    ask(cached)
    ask(cached, **request_of)
    ask(cached, **request_of)
    assert site.asked == 3


@pytest.mark.parametrize(
    "site",
    [
        Site(status="404 Not Found"),
        Site(Set_Cookie="csrftoken=x"),
        Site(Cache_Control="private, max-age=60"),
        Site(Cache_Control="no-store"),
        Site(Vary="Cookie, Accept-Language"),
        Site(Content_Encoding="br"),
        Site(Content_Length=""),
        Site(b"x" * 1_000_000),
        Site(b'<input name="csrfmiddlewaretoken" value="x">'),
        Site(b'<script nonce="x" src="a.js"></script>'),
    ],
    ids="missing cookie private no-store vary packed length large token nonce".split(),
)
def test_what_is_not_for_everyone_is_not_kept(site: Site):
    cached = MicroCache(site)
    first, second = ask(cached), ask(cached)
    assert first == second
    assert first[2] == site.body
    assert site.asked == 2


def test_a_page_leaves_compressed_for_who_reads_that_and_plain_for_others():
    site = Site()
    cached = MicroCache(site)
    _, headers, body = ask(cached, HTTP_ACCEPT_ENCODING="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(body)) != str(len(LONG))
    assert gzip.decompress(body) == LONG
    assert ask(cached)[2] == LONG
    assert site.asked == 1


def test_a_picture_is_not_compressed_again():
    cached = MicroCache(Site(Content_Type="image/png"))
    assert "Content-Encoding" not in ask(cached, HTTP_ACCEPT_ENCODING="gzip")[1]


def test_only_so_many_pages_and_bytes_are_kept():
    site = Site()
    few, small = MicroCache(site, most=2), MicroCache(site, room=5_000)
    for cached in (few, small):
        for number in range(5):
            ask(cached, f"/{number}")
        site.asked = 0
        ask(cached, "/4")
        assert site.asked == 0, "the newest stays"
        ask(cached, "/0")
        assert site.asked == 1, "the oldest left"


def test_forgetting_makes_every_page_new():
    site = Site()
    cached = MicroCache(site)
    ask(cached)
    cached.clear()
    ask(cached)
    assert site.asked == 2


def test_many_readers_at_once_all_get_the_page():
    cached = MicroCache(Site(), most=3)
    answers: list[bytes] = []
    readers = [
        threading.Thread(target=lambda number=number: answers.append(ask(cached, f"/{number % 7}")[2]))
        for number in range(50)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert answers == [LONG] * 50


def test_django_says_how_long_its_pages_are(client, db):
    """The cache relies on it: what streams does not say."""
    assert client.get("/healthz").headers["Content-Length"]
