"""Anonymous pages from memory for a few seconds, ahead of Django itself.

Only GET answers with status 200 are kept, for readers without a session, and only when the page sets no cookie and
holds no token. Path, query and HX-Request make the key; a burst of readers costs one page.
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


class MicroCache:
    """Wraps a WSGI application. `seconds` is how old a page may be; `most` how many pages are kept."""

    def __init__(self, application: Application, *, seconds: float = 3.0, most: int = 500) -> None:
        self.application, self.seconds, self.most = application, seconds, most
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        cookies = environ.get("HTTP_COOKIE", "")
        if environ["REQUEST_METHOD"] != "GET" or any(name in cookies for name in PRIVATE_COOKIES):
            return self.application(environ, start_response)
        key = (
            environ.get("HTTP_HOST", ""),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_HX_REQUEST", ""),
        )
        kept = self._pages.get(key)
        if kept is None or kept.until < time.monotonic():
            answer = self._ask(environ)
            kept = self._keep(key, answer) if _may_be_kept(answer) else answer
        return _answer(kept, environ, start_response)

    def _ask(self, environ: dict[str, Any]) -> Kept:
        """The application's own answer, whole."""
        told: dict[str, Any] = {}

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:  # noqa: ARG001
            told["status"], told["headers"] = status, headers

        body = self.application(environ, start_response)
        try:
            plain = b"".join(body)
        finally:
            if close := getattr(body, "close", None):
                close()
        headers = [(name, text) for name, text in told["headers"] if name.lower() != "content-length"]
        packed = gzip.compress(plain, 5, mtime=0) if _compressible(headers, plain) else b""
        return Kept(told["status"], headers, plain, packed, time.monotonic() + self.seconds)

    def _keep(self, key: tuple[str, ...], answer: Kept) -> Kept:
        with self._lock:
            self._pages[key] = answer
            self._pages.move_to_end(key)
            while len(self._pages) > self.most:
                self._pages.popitem(last=False)
        return answer

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._pages.clear()


def _may_be_kept(answer: Kept) -> bool:
    names = {name.lower() for name, _ in answer.headers}
    private = any(name.lower() == "cache-control" and "no-store" in text for name, text in answer.headers)
    return (
        answer.status.startswith("200")
        and "set-cookie" not in names
        and not private
        and b"csrfmiddlewaretoken" not in answer.plain
        and len(answer.plain) < 1_000_000
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
