"""What pages cost: processor, memory, weight, and how many a second from memory."""

import gzip
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import Line
from benchmarks.serving import ROOT, City, command_of, family, megabytes, running, seconds_of_processor

PAGES = (
    "/fr/",
    "/fr/projects/",
    "/nl/ambition/",
    "/fr/territory/",
    "/en/news/",
    "/fr/changes/",
    "/fr/search/?q=velo",
)
ROUNDS = 30
LINKED = re.compile(rb'<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src)="([^"]+)"')
SIGN_IN = """
import django; django.setup()
from django.test import Client
from civicthread.accounts.models import User
user = User.objects.filter(email="bench@example.org").first() or User.objects.create_user("bench@example.org")
client = Client(); client.force_login(user)
print(client.cookies["sessionid"].value)
"""


def measure() -> list[Line]:
    """The demonstration, served as `civicthread demo` serves it."""
    with tempfile.TemporaryDirectory(prefix="civicthread-pages-") as place:
        data_dir = Path(place) / "var"
        data_dir.mkdir()
        command = [str(Path(sys.executable).with_name("civicthread")), "demo"]
        with running(command, folder=ROOT, data_dir=data_dir, WORKERS="1") as city:
            return list(_lines(city))


def _lines(city: City) -> Iterator[Line]:
    cookie = _signed_in(city)
    for page in PAGES:
        city.get(page)  # what is made once is made now
    visitor, member = _cost(city, {}), _cost(city, {"Cookie": f"sessionid={cookie}"})
    yield Line("processor per page, not from memory, visitor, mean", visitor, "ms", 40)
    yield Line("processor per page, signed in, mean", member, "ms", 40)
    yield Line(
        "heaviest first load (page, style sheets, scripts; gzip)",
        max(_weight(city, p) for p in PAGES),
        "bytes",
        120_000,
    )
    yield Line(
        "anonymous pages a second from memory (wrk, 32 connections)",
        _pages_a_second(city),
        "/s",
        3000,
        at_least=True,
    )
    processes = {pid: command_of(pid) for pid in family(city.pid)}
    children = [megabytes(pid) for pid, command in processes.items() if "civicthread.children" in command]
    workers = [megabytes(pid) for pid, command in processes.items() if "civicthread.children" not in command]
    yield Line("largest web or background worker", max(workers), "MB", 300)
    if children:
        yield Line("largest warm child", max(children), "MB", 600)


_numbers = itertools.count(1)


def _cost(city: City, headers: dict[str, str]) -> float:
    """Milliseconds of processor per page; a query that nobody asked before keeps pages from coming out of memory."""
    processes = family(city.pid)
    before = seconds_of_processor(processes)
    for _ in range(ROUNDS):
        for page in PAGES:
            city.get(f"{page}{'&' if '?' in page else '?'}fresh={next(_numbers)}", **headers)
    return (seconds_of_processor(processes) - before) * 1000 / (ROUNDS * len(PAGES))


def _weight(city: City, page: str) -> int:
    body = city.get(page)
    files = {match.decode() for match in LINKED.findall(body)}
    return sum(len(gzip.compress(part, 6)) for part in (body, *(city.get(file) for file in files)))


def _pages_a_second(city: City) -> float:
    command = ["wrk", "--threads=1", "--connections=32", "--duration=10s", f"{city.url}/fr/"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or not (found := re.search(r"Requests/sec:\s*([\d.]+)", said)):
        raise RuntimeError(said)
    return float(found[1])


def _signed_in(city: City) -> str:
    """The session of someone who signed in."""
    environment = os.environ | {
        "DATA_DIR": str(city.data_dir),
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", SIGN_IN], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return told.stdout.split()[-1]
