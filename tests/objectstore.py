"""An S3 server in the process of the tests: what the lake asks of one, and faults at any request that is named.

It speaks the protocol as far as object stores' own clients use it here: path-style addresses, conditional puts, ranges,
parts, listings in pages. Signatures are not checked, the name of the key is.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

Interference = Callable[[str, str], bool]
"""Told the moment, "before" or "after" a request is heeded, and the request, "PUT /bucket/name"; true: it fails."""
KEY, SECRET = "key", "secret"
PAGE = 100
_buckets = count(1)


def fair(_moment: str, _asked: str) -> bool:
    """No interference."""
    return False


@dataclass(frozen=True)
class Kept:
    """An object."""

    content: bytes
    modified: float = field(default_factory=time.time)

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content).hexdigest()}"'

    @property
    def told(self) -> str:
        """What a listing says of it."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.modified))
        return f"<LastModified>{at}</LastModified><ETag>{self.etag}</ETag><Size>{len(self.content)}</Size>"


class Fault(Exception):
    """An answer that is none of success."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


class Answering(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Without these an answer of two packets waits 40 ms for the client to confirm the first.
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    store: "ObjectStore"

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def handle(self) -> None:
        """Who asked may have been killed."""
        with suppress(ConnectionError):
            super().handle()

    def _answer(self) -> None:
        address, store = urlsplit(self.path), self.store
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, query = unquote(address.path), parse_qs(address.query, keep_blank_values=True)
        asked = f"{self.command} {path}"
        bucket, _, name = path.lstrip("/").partition("/")
        try:
            if store.interference("before", asked):
                raise Fault(500, "InternalError")
            if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
                raise Fault(403, "InvalidAccessKeyId")
            given = {key: values[0] for key, values in query.items()}
            status, content, headers = store.heed(self.command, bucket, name, given, body, self.headers)
            if store.interference("after", asked):
                raise Fault(500, "InternalError")
        except Fault as fault:
            status, headers = fault.status, {"Content-Type": "application/xml"}
            content = f"<Error><Code>{fault.code}</Code><Message>{fault.code}</Message></Error>".encode()
        self.send_response(status)
        for header, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  # so the library finds them


Answer = tuple[int, bytes, dict[str, str]]
DONE: Answer = (204, b"", {})


class ObjectStore:
    """The server: its address, its buckets, and what is done to the requests."""

    def __init__(self) -> None:
        self.interference: Interference = fair
        self.knows_conditions = True
        self.buckets: dict[str, dict[str, Kept]] = {}
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()
        handler = type("Answering", (Answering,), {"store": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def bucket(self) -> str:
        """A lake's address in a new bucket."""
        name = f"lake-{os.getpid()}-{next(_buckets)}"
        self.buckets[name] = {}
        return f"s3://{name}/city/lake"

    @contextmanager
    def interfering(self, interference: Interference) -> Iterator[None]:
        """Do that to the requests meanwhile."""
        self.interference = interference
        try:
            yield
        finally:
            self.interference = fair

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def heed(
        self, method: str, bucket: str, name: str, query: dict[str, str], body: bytes, headers: Any
    ) -> Answer:
        """Do what is asked, one request at a time."""
        with self._lock:
            if bucket not in self.buckets:
                raise Fault(404, "NoSuchBucket")
            objects = self.buckets[bucket]
            if "uploads" in query or "uploadId" in query:
                return self._in_parts(method, objects, name, query, body)
            if not name:
                return self._several(method, objects, query, body)
            if method == "PUT":
                if self.knows_conditions and headers.get("If-None-Match") == "*" and name in objects:
                    raise Fault(412, "PreconditionFailed")
                objects[name] = Kept(body)
                return 200, b"", {"ETag": objects[name].etag}
            if method == "DELETE":
                objects.pop(name, None)
                return DONE
            return _read(objects, name, headers.get("Range"))

    def _in_parts(
        self, method: str, objects: dict[str, Kept], name: str, query: dict[str, str], body: bytes
    ) -> Answer:
        if method == "PUT":
            self._parts[query["uploadId"]][int(query["partNumber"])] = body
            return 200, b"", {"ETag": Kept(body).etag}
        if method == "DELETE":
            del self._parts[query["uploadId"]]
            return DONE
        if "uploads" in query:
            upload = str(next(_buckets))
            self._parts[upload] = {}
            return _xml(f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId>", "")
        parts = self._parts.pop(query["uploadId"])
        objects[name] = Kept(b"".join(parts[number] for number in sorted(parts)))
        return _xml(f"<CompleteMultipartUploadResult><ETag>{objects[name].etag}</ETag>", "")

    def _several(self, method: str, objects: dict[str, Kept], query: dict[str, str], body: bytes) -> Answer:
        if method == "POST":
            named = [one.text or "" for one in ET.fromstring(body).iter() if one.tag.endswith("Key")]
            for key in named:
                objects.pop(key, None)
            return _xml(
                "<DeleteResult>", "".join(f"<Deleted><Key>{escape(k)}</Key></Deleted>" for k in named)
            )
        return _listed(objects, query)


def _read(objects: dict[str, Kept], name: str, wanted: str | None) -> Answer:
    if name not in objects:
        raise Fault(404, "NoSuchKey")
    found = objects[name]
    headers = {"ETag": found.etag, "Last-Modified": formatdate(found.modified, usegmt=True)}
    if wanted is None:
        return 200, found.content, headers
    start, _, end = wanted.removeprefix("bytes=").partition("-")
    size = len(found.content)
    first = int(start) if start else size - int(end)
    last = min(int(end), size - 1) if start and end else size - 1
    return 206, found.content[first : last + 1], headers | {"Content-Range": f"bytes {first}-{last}/{size}"}


def _listed(objects: dict[str, Kept], query: dict[str, str]) -> Answer:
    """A page of a listing, in the order of the names; with a delimiter, folders as one name."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    after = query.get("continuation-token") or query.get("start-after", "")
    found: dict[str, str] = {}
    for name in sorted(objects):
        if not name.startswith(prefix):
            continue
        folder, cut, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        shown = f"{prefix}{folder}{cut}" if cut else name
        if shown > after:
            kind = "CommonPrefixes" if cut else "Contents"
            key = (
                f"<Prefix>{escape(shown)}</Prefix>"
                if cut
                else f"<Key>{escape(name)}</Key>{objects[name].told}"
            )
            found[shown] = f"<{kind}>{key}</{kind}>"
    page = list(found)[: int(query.get("max-keys", PAGE))][:PAGE]
    more = len(page) < len(found)
    token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
    told = f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}<KeyCount>{len(page)}</KeyCount>"
    return _xml(f"<ListBucketResult>{told}", "".join(found[name] for name in page))


def _xml(opened: str, content: str) -> Answer:
    name = opened[1 : opened.index(">")]
    return 200, f"{opened}{content}</{name}>".encode(), {"Content-Type": "application/xml"}


@contextmanager
def served() -> Iterator[ObjectStore]:
    """The server, with the environment in which a program finds it."""
    store = ObjectStore()
    environment = {
        "AWS_ENDPOINT_URL": store.address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
    with mock.patch.dict(os.environ, environment):
        yield store
    store.close()
