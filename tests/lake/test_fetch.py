"""Fetching a file from the web: what comes, what is refused, and what a hostile server cannot do."""

import gzip
import ipaddress
import socket
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from civicthread.lake.fetch import Bounds, FetchRefused, Known, check, fetch, is_public

HERE = Bounds(allow=("127.0.0.1/32",), seconds=20)
ROWS = b"area,n\nIxelles,3\n"
TAG = '"v1"'


class Answers(BaseHTTPRequestHandler):
    """A small real server; each path behaves in its own way."""

    protocol_version = "HTTP/1.1"
    asked: list = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        getattr(self, "at_" + self.path.strip("/").partition(".")[0].partition("/")[0])()

    def send(self, body, status=200, *, length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def at_plain(self):
        if self.headers.get("If-None-Match") == TAG:
            self.send_response(304)
            self.end_headers()
        else:
            self.send(ROWS, ETag=TAG, Last_Modified="Sat, 28 Nov 2026 10:00:00 GMT")

    def at_always304(self):
        self.send_response(304)
        self.end_headers()

    def at_packed(self):
        self.send(gzip.compress(ROWS), Content_Encoding="gzip")

    def at_members(self):
        parts = (gzip.compress(ROWS), gzip.compress(b""), gzip.compress(b"Uccle,4\n"), bytes(70_000))
        self.send(b"".join(parts), Content_Encoding="gzip")

    def at_membershort(self):
        self.send(gzip.compress(ROWS) * 2 + gzip.compress(ROWS)[:-9], Content_Encoding="gzip")

    def at_memberstrange(self):
        self.send(gzip.compress(ROWS) + b"and more", Content_Encoding="gzip")

    def at_bombs(self):
        self.send(gzip.compress(b"0" * 500_000) * 10, Content_Encoding="gzip")

    def at_nothings(self):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.repeat(gzip.compress(b"") * 3000)

    def at_bomb(self):
        self.send(gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")

    def at_packedshort(self):
        self.send(gzip.compress(ROWS)[:-9], Content_Encoding="gzip")

    def at_brotli(self):
        self.send(b"x", Content_Encoding="br")

    def at_missing(self):
        self.send(b"no", 404)

    def at_short(self):
        self.send(ROWS, length=1000)

    def at_announced(self):
        self.send(b"", length=10**12)

    def at_endless(self):
        self.send_response(200)
        self.end_headers()
        self.repeat(b"0" * 65536)

    def repeat(self, piece):
        try:
            while True:
                self.wfile.write(piece)
        except OSError:
            return

    def at_slow(self):
        self.send_response(200)
        self.end_headers()
        self.drip()

    def at_slowhead(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Name: ")
        self.drip()

    def drip(self):
        try:
            for _ in range(200):
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def at_loop(self):
        self.send(b"", 302, Location="/loop")

    def at_moved(self):
        self.send(b"", 301, Location="/plain.csv")

    def at_inwards(self):
        self.send(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def at_tofile(self):
        self.send(b"", 302, Location="file:///etc/passwd")

    def at_withname(self):
        self.send(b"", 307, Location="http://me:secret@127.0.0.1/plain")

    def at_nonsense(self):
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n")

    def at_badtag(self):
        self.send(ROWS, ETag="x" * 5000)

    def log_message(self, *args):
        return


@pytest.fixture(scope="module")
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "fetched"


def refusal(url, target, *, bounds=HERE, known=None):
    with pytest.raises(FetchRefused) as refused:
        fetch(url, target, known=known or Known(), bounds=bounds)
    assert not target.exists(), "nothing half done"
    assert str(refused.value)
    return refused.value.code


def test_a_file_comes_with_what_the_server_says_of_it(server, target):
    found = fetch(f"{server}/plain.csv", target, bounds=HERE)
    assert target.read_bytes() == ROWS
    assert (found.path, found.name, found.size) == (target, "plain.csv", len(ROWS))
    assert found.known == Known(TAG, "Sat, 28 Nov 2026 10:00:00 GMT")


def test_a_file_that_did_not_change_is_not_sent_again(server, target):
    known = Known(TAG, "Sat, 28 Nov 2026 10:00:00 GMT")
    found = fetch(f"{server}/plain.csv", target, known=known, bounds=HERE)
    assert (found.path, found.known) == (None, known)
    asked = Answers.asked[-1][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == (TAG, known.last_modified)
    assert not target.exists()


def test_nothing_new_is_no_answer_to_a_first_question(server, target):
    assert refusal(f"{server}/always304", target) == "status"


def test_a_redirect_is_followed(server, target):
    assert fetch(f"{server}/moved", target, bounds=HERE).name == "plain.csv"


def test_a_packed_answer_is_unpacked(server, target):
    fetch(f"{server}/packed", target, bounds=HERE)
    assert target.read_bytes() == ROWS


def test_an_answer_packed_in_several_parts_comes_whole(server, target):
    """`cat a.gz b.gz` is a gzip file, and so is what several compressors at once write."""
    fetch(f"{server}/members", target, bounds=HERE)
    assert target.read_bytes() == ROWS + b"Uccle,4\n"


def test_a_tag_too_long_to_be_one_is_not_kept(server, target):
    assert fetch(f"{server}/badtag", target, bounds=HERE).known == Known()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("missing", "status"),
        ("short", "cut_short"),
        ("packedshort", "cut_short"),
        ("membershort", "cut_short"),
        ("memberstrange", "cut_short"),
        ("brotli", "encoding"),
        ("loop", "redirects"),
        ("inwards", "address_inside"),
        ("tofile", "address_scheme"),
        ("withname", "address_credentials"),
        ("nonsense", "unreachable"),
        ("announced", "too_large"),
    ],
)
def test_what_a_server_may_do_wrong(server, target, path, code):
    assert refusal(f"{server}/{path}", target) == code


def test_size_is_bounded_also_where_none_is_announced(server, target):
    small = replace(HERE, size=1_000_000)
    assert refusal(f"{server}/endless", target, bounds=small) == "too_large"
    assert refusal(f"{server}/bomb", target, bounds=small) == "too_large"
    assert refusal(f"{server}/bombs", target, bounds=small) == "too_large"
    assert refusal(f"{server}/nothings", target, bounds=small) == "too_large"


@pytest.mark.parametrize("path", ["slow", "slowhead"])
def test_time_is_bounded_for_a_server_that_drips(server, target, path):
    assert refusal(f"{server}/{path}", target, bounds=replace(HERE, seconds=0.5)) == "too_slow"


def test_by_default_nothing_inside_is_reached(server, target):
    assert refusal(f"{server}/plain.csv", target, bounds=Bounds(seconds=20)) == "address_inside"


def test_nobody_listening_is_told(target):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/", target) == "unreachable"


class Lookup:
    """A name server that gives one answer after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def __call__(self, _host, port, **_more):
        self.asked += 1
        addresses = self.answers[min(self.asked, len(self.answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def test_a_name_that_answers_differently_the_second_time_gains_nothing(server, target):
    """DNS rebinding: the connection goes to the address that was checked, and the name is not asked again."""
    port = server.rpartition(":")[2]
    lookup = Lookup(["127.0.0.1"], ["10.0.0.1"])
    fetch(f"http://data.example.org:{port}/plain", target, bounds=replace(HERE, resolve=lookup))
    assert lookup.asked == 1
    assert Answers.asked[-1][1]["Host"] == f"data.example.org:{port}"


def test_a_redirect_to_a_name_that_now_answers_inwards_is_refused(server, target):
    lookup = Lookup(["127.0.0.1"], ["10.0.0.1"])
    url = f"http://data.example.org:{server.rpartition(':')[2]}/loop"
    assert refusal(url, target, bounds=replace(HERE, resolve=lookup)) == "address_inside"


def test_one_inward_address_among_public_ones_is_enough_to_refuse(target):
    lookup = Lookup(["93.184.215.14", "192.168.1.1"])
    assert refusal("http://example.org/", target, bounds=Bounds(resolve=lookup)) == "address_inside"


def test_a_name_that_is_not_found_and_one_that_never_answers(target):
    def nobody(*_args, **_more):
        raise socket.gaierror

    def silent(*_args, **_more):
        time.sleep(5)
        return []

    assert refusal("http://example.org/", target, bounds=Bounds(resolve=nobody)) == "host_unknown"
    slow = Bounds(resolve=silent, seconds=0.2)
    assert refusal("http://example.org/", target, bounds=slow) == "too_slow"


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://[fe80::1%25eth0]/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: x",
        "http://example.org\\@127.0.0.1/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http:///nowhere",
        "http://１２７.0.0.1/",
        "http://[::1/",
    ],
)
def test_an_address_in_disguise_is_not_read(target, url):
    assert refusal(url, target) == "address_unclear"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "example.org"])
def test_only_the_web_is_read(target, url):
    assert refusal(url, target) == "address_scheme"


def test_no_password_in_an_address(target):
    assert refusal("https://me:secret@example.org/", target) == "address_credentials"


def test_only_usual_ports(target):
    bounds = Bounds(resolve=Lookup(["93.184.215.14"]))
    assert refusal("http://example.org:6379/", target, bounds=bounds) == "address_port"
    assert check("http://example.org:8080/a", bounds).address == "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "168.63.129.16"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "fec0::1", "2001:db8::1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:1::1", "::10.0.0.1", "fe80::1%eth0"),
        "::ffff:93.184.215.14",
    ],
)
def test_what_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_is_public(address):
    assert is_public(ipaddress.ip_address(address))
