"""Anonymous pages from memory for a few seconds, ahead of Django itself.

Only GET answers with status 200 are kept, for readers who bring neither session nor token, and only when the page
sets no cookie, holds no token, and is not chosen by what else the reader's browser asks for. Host, path, query and
HX-Request make the key. Long answers (downloads) pass through as they come.
"""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

SMALLEST_COMPRESSED = 500
LONGEST_KEPT = 1_000_000
KEY = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_HX_REQUEST")
PRIVATE_COOKIES = ("sessionid=", "messages=")
COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "application/atom+xml", "image/svg")


@dataclass(frozen=True)
class Kept:
    """A page as it went out, plain and compressed, and until when it may be served again."""

    status: str
    headers: Headers
    plain: bytes
    packed: bytes
    until: float

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed)


class MicroCache:
    """Wraps a WSGI application. `seconds` is how old a page may be; `most` and `room` how many pages and bytes."""

    def __init__(
        self, application: Application, *, seconds: float = 3.0, most: int = 500, room: int = 32_000_000
    ) -> None:
        self.application, self.seconds, self.most, self.room = application, seconds, most, room
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not _anonymous(environ):
            return self.application(environ, start_response)
        key = tuple(environ.get(name, "") for name in KEY)
        kept = self._pages.get(key)
        if kept is None or kept.until < time.monotonic():
            return self._ask(environ, start_response, key)
        return _answer(kept, environ, start_response)

    def _ask(
        self, environ: dict[str, Any], start_response: StartResponse, key: tuple[str, ...]
    ) -> Iterable[bytes]:
        """The application's own answer, kept where it may be."""
        told: list[Any] = ["500 Internal Server Error", [], None]

        def remember(status: str, headers: Headers, exc_info: Any = None) -> None:
            told[:] = status, headers, exc_info

        body = self.application(environ, remember)
        status, headers, exc_info = told
        if not _short(headers):
            start_response(status, headers, exc_info)
            return body
        plain = _whole(body)
        headers = [(name, text) for name, text in headers if name.lower() != "content-length"]
        packed = gzip.compress(plain, 5, mtime=0) if _compressible(headers, plain) else b""
        answer = Kept(status, headers, plain, packed, time.monotonic() + self.seconds)
        if _may_be_kept(answer):
            self._keep(key, answer)
        return _answer(answer, environ, start_response)

    def _keep(self, key: tuple[str, ...], answer: Kept) -> None:
        with self._lock:
            self._forget(key)
            self._pages[key] = answer
            self._size += answer.size
            while len(self._pages) > self.most or self._size > self.room:
                self._forget(next(iter(self._pages)))

    def _forget(self, key: tuple[str, ...]) -> None:
        if old := self._pages.pop(key, None):
            self._size -= old.size

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._pages.clear()
            self._size = 0


def _anonymous(environ: dict[str, Any]) -> bool:
    cookies = environ.get("HTTP_COOKIE", "")
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_AUTHORIZATION" not in environ
        and not any(name in cookies for name in PRIVATE_COOKIES)
    )


def _short(headers: Headers) -> bool:
    """Whether an answer says that it is short; one that streams does not say."""
    length = next((text for name, text in headers if name.lower() == "content-length"), "")
    return length.isdigit() and int(length) < LONGEST_KEPT


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()


def _may_be_kept(answer: Kept) -> bool:
    told = {name.lower(): text.lower() for name, text in answer.headers}
    return (
        answer.status.startswith("200")
        and "set-cookie" not in told
        # Another browser would get another answer: compressed already, or in another language.
        and "content-encoding" not in told
        and "accept-language" not in told.get("vary", "")
        and not any(word in told.get("cache-control", "") for word in ("no-store", "private"))
        and b"csrfmiddlewaretoken" not in answer.plain
        and b"nonce=" not in answer.plain
    )


def _compressible(headers: Headers, plain: bytes) -> bool:
    names = {name.lower(): text for name, text in headers}
    return (
        len(plain) >= SMALLEST_COMPRESSED
        and "content-encoding" not in names
        and names.get("content-type", "").startswith(COMPRESSIBLE)
    )


def _answer(kept: Kept, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    headers = list(kept.headers)
    body = kept.plain
    if kept.packed:
        headers.append(("Vary", "Accept-Encoding"))
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = kept.packed
            headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response(kept.status, headers)
    return [body]
