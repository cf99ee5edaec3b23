"""The one door to the web: a file from an HTTP(S) address into a file on disk, or a refusal, and nothing half done.

The address comes from a person, so it may point inwards. A host is looked up once and the connection goes to
the very address that was checked, so that a name cannot answer differently the second time; each redirect is
checked the same way. Only addresses of the public internet are reached, and those of `allow`. Bytes and time are
bounded for all steps together, whatever the other side does.
"""

import http.client
import ipaddress
import os
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[..., Sequence[tuple[Any, ...]]]
"""As `socket.getaddrinfo`."""

REFUSALS: Final[Mapping[str, str]] = {
    "address_scheme": "The address must begin with http:// or https://.",
    "address_unclear": "The address cannot be read as one of the web.",
    "address_credentials": "The address must not hold a name or password.",
    "address_port": "The address uses the port %(port)s; only the usual ports of the web are read.",
    "address_inside": "The address leads to a network that is not public.",
    "host_unknown": "The host %(host)s is not found.",
    "redirect_insecure": "The address leads from https:// to http://.",
    "redirects": "The address leads on to another one more than %(limit)s times.",
    "status": "The server answered with the code %(status)s.",
    "encoding": "The server sent the file in the encoding “%(encoding)s”, which was not asked for.",
    "too_large": "The file is larger than %(limit)s bytes.",
    "too_slow": "The file did not arrive within %(limit)s seconds.",
    "cut_short": "The file broke off before its end.",
    "unreachable": "The server cannot be reached, or does not speak the language of the web.",
    "certificate": "The server's certificate is not valid.",
}
PORTS: Final = frozenset({80, 443, 8080, 8443})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Public by their number, yet doors inwards: relays that carry an IPv4 address within, and what clouds tell of
# their own machines.
DOORS_INWARDS: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "fec0::/10",
        "192.88.99.0/24",
        "168.63.129.16/32",
    )
)
PLAIN_IPV4: Final = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")
NUMBERS: Final = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)
HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?", re.IGNORECASE)
BLOCK: Final = 1 << 16
AGENT: Final = "CivicThread/1.0"


class FetchRefused(Exception):
    """Nothing was fetched. `code` is stable, `message` the English sentence, `params` what stands in it."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.message = REFUSALS[code]
        self.params = params
        super().__init__(self.message % params)


@dataclass(frozen=True)
class Known:
    """What the server said of the file that was fetched last, so that it need not send it again."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """What came: `path` is None where nothing is new. `known` goes into the next request."""

    path: Path | None
    known: Known
    name: str = ""
    size: int = 0


@dataclass(frozen=True)
class Bounds:
    """What one fetch may take, and which networks beside the public internet it may reach."""

    size: int = 1 << 30
    seconds: float = 300.0
    redirects: int = 5
    allow: tuple[str, ...] = ()
    resolve: Resolver = field(default=socket.getaddrinfo)


@dataclass(frozen=True)
class _Asked:
    """One fetch under way: what is known of the file, what it may take, and when its time is over."""

    known: Known
    bounds: Bounds
    ends: float

    @property
    def left(self) -> float:
        return max(self.ends - time.monotonic(), 0.001)

    @property
    def too_slow(self) -> FetchRefused:
        return FetchRefused("too_slow", limit=self.bounds.seconds)


@dataclass(frozen=True)
class _Target:
    """A checked address: where to connect, and what to ask there."""

    url: SplitResult
    host: str
    port: int
    address: str

    @property
    def path(self) -> str:
        return (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")


def fetch(url: str, target: Path, *, known: Known = Known(), bounds: Bounds = Bounds()) -> Fetched:
    """Fetch a file into `target`, whole and safe on disk, or raise FetchRefused and leave nothing there.

    >>> fetch("http://0x7f.1/", Path("never"))
    Traceback (most recent call last):
    civicthread.lake.fetch.FetchRefused: The address cannot be read as one of the web.
    """
    asked = _Asked(known, bounds, time.monotonic() + bounds.seconds)
    try:
        return _follow(url, target, asked)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _follow(url: str, target: Path, asked: _Asked) -> Fetched:
    for _ in range(asked.bounds.redirects + 1):
        checked = check(url, asked.bounds, seconds=asked.left)
        with _answer(checked, asked) as answer:
            if answer.status not in REDIRECTS:
                return _take(answer, checked, target, asked)
            onwards = urljoin(url, answer.headers.get("Location", ""))
            if checked.url.scheme == "https" and urlsplit(onwards).scheme == "http":
                raise FetchRefused("redirect_insecure")
            url = onwards
    raise FetchRefused("redirects", limit=asked.bounds.redirects)


def check(url: str, bounds: Bounds, *, seconds: float = 10.0) -> _Target:
    """Where an address leads, looked up once; FetchRefused where we do not go there."""
    parts, port = split(url)
    host = str(parts.hostname)
    found = _addresses(host, port, bounds.resolve, seconds, limit=bounds.seconds)
    allowed = tuple(ipaddress.ip_network(network) for network in bounds.allow)
    inside = [one for one in found if not is_public(one)]
    if any(not any(one in network for network in allowed) for one in inside):
        raise FetchRefused("address_inside")
    if not inside and port not in PORTS:
        raise FetchRefused("address_port", port=port)
    return _Target(parts, host, port, str(found[0]))


def split(url: str) -> tuple[SplitResult, int]:
    """The parts of an address and its port; FetchRefused where it is not one that is ever fetched.

    >>> split("https://example.org/a.csv")[1]
    443
    """
    if not url.isascii() or any(sign <= " " or sign in "\\\x7f" for sign in url):
        raise FetchRefused("address_unclear")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchRefused("address_unclear") from error
    if parts.scheme not in ("http", "https"):
        raise FetchRefused("address_scheme")
    if "@" in parts.netloc:
        raise FetchRefused("address_credentials")
    if not _is_host(parts.hostname or "") or port == 0:
        raise FetchRefused("address_unclear")
    return parts, port or (443 if parts.scheme == "https" else 80)


def _is_host(host: str) -> bool:
    """A name, or an IP address in its usual form: 2130706433, 0177.0.0.1 and 127.1 are 127.0.0.1 in disguise."""
    if ":" in host:
        with suppress(ValueError):
            return "%" not in host and bool(ipaddress.IPv6Address(host))
        return False
    if NUMBERS.fullmatch(host):
        return PLAIN_IPV4.fullmatch(host) is not None
    return HOST.fullmatch(host) is not None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet and to nothing behind it.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return False
        if address.scope_id:
            return False
    if any(address in network for network in DOORS_INWARDS):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _addresses(host: str, port: int, resolve: Resolver, seconds: float, *, limit: float) -> list[Address]:
    """Every address of a host. The look-up cannot be stopped, so it is left behind where it takes too long."""
    found: list[tuple[Any, ...]] = []
    faults: list[Exception] = []

    def look_up() -> None:
        try:
            found.extend(resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            faults.append(error)

    asking = threading.Thread(target=look_up, daemon=True, name="look-up")
    asking.start()
    asking.join(max(seconds, 0))
    if asking.is_alive():
        raise FetchRefused("too_slow", limit=limit)
    if faults or not found:
        raise FetchRefused("host_unknown", host=host)
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the host's name answers by now."""

    def __init__(self, target: _Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self.target = target
        self.opened: socket.socket | None = None

    def connect(self) -> None:
        """Connect there; over TLS the certificate must be the host's."""
        plain = socket.create_connection((self.target.address, self.target.port), self.timeout)
        self.sock = self.opened = plain
        if self.target.url.scheme == "https":
            context = ssl.create_default_context()
            self.sock = self.opened = context.wrap_socket(plain, server_hostname=self.target.host)

    def cut_off(self) -> None:
        """End all reading and writing, also of an answer that the connection has handed on."""
        if self.opened:
            with suppress(OSError):
                self.opened.shutdown(socket.SHUT_RDWR)


@contextmanager
def _answer(target: _Target, asked: _Asked) -> Iterator[http.client.HTTPResponse]:
    """The answer of the server; cut off at the end of the time, also in the middle of a line that never ends."""
    connection = _Pinned(target, asked.left)
    over = threading.Event()

    def cut_off() -> None:
        over.set()
        connection.cut_off()

    alarm = threading.Timer(asked.left, cut_off)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("GET", target.path, headers=_headers(target, asked.known))
        with connection.getresponse() as answer:
            yield answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise asked.too_slow if over.is_set() else _refusal(error, asked) from error
    finally:
        alarm.cancel()
        connection.close()
        if over.is_set():  # what was cut off may look like a file that ended
            raise asked.too_slow


def _headers(target: _Target, known: Known) -> dict[str, str]:
    told = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.url.scheme == "https" else 80)
    told["Host"] = host if usual else f"{host}:{target.port}"
    if known.etag:
        told["If-None-Match"] = known.etag
    if known.last_modified:
        told["If-Modified-Since"] = known.last_modified
    return told


def _refusal(error: Exception, asked: _Asked) -> FetchRefused:
    if isinstance(error, TimeoutError):
        return asked.too_slow
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchRefused("certificate")
    return FetchRefused("cut_short" if isinstance(error, http.client.IncompleteRead) else "unreachable")


def _take(answer: http.client.HTTPResponse, target: _Target, path: Path, asked: _Asked) -> Fetched:
    known, bounds = asked.known, asked.bounds
    if answer.status == 304 and (known.etag or known.last_modified):
        return Fetched(None, known)
    if answer.status != 200:
        raise FetchRefused("status", status=answer.status)
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise FetchRefused("encoding", encoding="".join(sign for sign in encoding[:40] if sign.isprintable()))
    pieces = _pieces(answer, bounds)
    with path.open("wb") as out:
        size = 0
        for piece in _bounded(pieces if encoding == "identity" else _unpacked(pieces), bounds):
            size += out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    told = Known(_short(answer, "ETag"), _short(answer, "Last-Modified"))
    name = PurePosixPath(unquote(target.url.path)).name.replace("\0", "")
    return Fetched(path, told, name or target.host, size)


def _short(answer: http.client.HTTPResponse, name: str) -> str:
    """A header to be sent back as it came, unless it is too long or strange to be one."""
    text = answer.headers.get(name, "")
    return text if len(text) <= 200 and text.isprintable() and text.isascii() else ""


def _pieces(answer: http.client.HTTPResponse, bounds: Bounds) -> Iterator[bytes]:
    """The body as it arrives; refused where it is announced too long, or ends before its announced end."""
    announced = answer.length
    if announced is not None and announced > bounds.size:
        raise FetchRefused("too_large", limit=bounds.size)
    received = 0
    while piece := answer.read(BLOCK):
        received += len(piece)
        if received > bounds.size:
            raise FetchRefused("too_large", limit=bounds.size)
        yield piece
    if announced is not None and received < announced:
        raise FetchRefused("cut_short")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A gzip body unpacked piece by piece, so that a bomb is never in memory.

    It may have several members, as of several compressors at once, and zeros between and behind them.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            rest = piece.lstrip(b"\0") if unpacker.eof else piece
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)
                yield unpacker.decompress(rest, BLOCK)
                rest = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise FetchRefused("cut_short") from error
    if not unpacker.eof:
        raise FetchRefused("cut_short")


def _bounded(pieces: Iterator[bytes], bounds: Bounds) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > bounds.size:
            raise FetchRefused("too_large", limit=bounds.size)
        yield piece
