"""A small web server on this machine that gives a file, as a publisher's would."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Publisher:
    """What the server gives, and what it was asked."""

    body: bytes = b""
    tag: str = ""
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def publisher() -> Iterator[Publisher]:
    """A publisher's server, while the test runs."""
    told = Publisher()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(dict(self.headers))
            known = told.tag and self.headers.get("If-None-Match") == told.tag
            self.send_response(304 if known else told.status)
            if told.tag:
                self.send_header("ETag", told.tag)
            if not known:
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if not known:
                self.wfile.write(told.body)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_port}/lamps.csv"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
