"""What pages cost: processor, memory, weight, and how many a second from memory."""

import gzip
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import Line
from benchmarks.serving import (
    ROOT,
    City,
    command_of,
    family,
    megabytes,
    running,
    seconds_of_processor,
    wait_for_rest,
)

PAGES = (
    "/fr/",
    "/fr/projects/",
    "/nl/ambition/",
    "/fr/territory/",
    "/en/news/",
    "/fr/changes/",
    "/fr/search/?q=velo",
)
WARM_UP, ROUNDS = 2, 5
ASKED_AGAIN, ROUNDS_AGAIN = 40, 25
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
LINKED = re.compile(rb'<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src)="([^"]+)"')
SIGN_IN = """
import django; django.setup()
from django.test import Client
from civicthread.accounts.models import User
user = User.objects.filter(email="bench@example.org").first() or User.objects.create_user("bench@example.org")
client = Client(); client.force_login(user)
print(client.cookies["sessionid"].value)
"""


def measure(*, quick: bool = False) -> list[Line]:
    """The demonstration, served as `civicthread demo` serves it; `quick`: every fifth page only."""
    with tempfile.TemporaryDirectory(prefix="civicthread-pages-") as place:
        data_dir = Path(place) / "var"
        data_dir.mkdir()
        command = [str(Path(sys.executable).with_name("civicthread")), "demo"]
        with running(command, folder=ROOT, data_dir=data_dir, WORKERS="1") as city:
            return list(_lines(city, step=5 if quick else 1))


def _lines(city: City, *, step: int) -> Iterator[Line]:
    addresses = list(dict.fromkeys([*PAGES, *_public(city)[::step]]))
    cookie = _signed_in(city)
    yield Line("public pages measured, in French", len(addresses), "pages")
    yield from _costs(city, addresses, "visitor", {})
    yield from _costs(city, addresses, "signed in", {"Cookie": f"sessionid={cookie}"})
    yield Line(
        "heaviest first load (page, style sheets, scripts; gzip)",
        max(_weight(city, p) for p in addresses),
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
    yield from _memory(city)


def _public(city: City) -> list[str]:
    """Every public page that the sitemap names, in French."""
    index = LOCATION.findall(city.get("/sitemap.xml").decode())
    found = [place for file in index for place in LOCATION.findall(city.get(_path(file)).decode())]
    return [path for path in map(_path, found) if path.startswith("/fr/")]


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def _costs(city: City, addresses: list[str], who: str, headers: dict[str, str]) -> Iterator[Line]:
    """The costs of the pages, the dearest by its name: of each the median of some answers.

    All pages are asked by turns: when other work slows the machine down for a while, it slows one answer of each. Of
    five answers of each of hundreds of pages some are slow by chance: those that seem dearest are asked more often.
    """
    costs = _medians(city, addresses, headers, rounds=ROUNDS)
    dearest = sorted(addresses, key=lambda address: -costs[address])[:ASKED_AGAIN]
    costs |= _medians(city, dearest, headers, rounds=ROUNDS_AGAIN)
    most = max(costs, key=lambda address: costs[address])
    among = sorted(costs.values())
    yield Line(f"processor per page, not from memory, {who}, mean", statistics.mean(among), "ms", 40)
    yield Line(f"the same, 95 % of pages below, {who}", statistics.quantiles(among, n=20)[-1], "ms", 40)
    yield Line(f"the same, dearest page, {who} ({most})", costs[most], "ms", 40)


def _medians(city: City, addresses: list[str], headers: dict[str, str], *, rounds: int) -> dict[str, float]:
    found = [
        {address: _cost(city, address, headers) for address in addresses} for _turn in range(WARM_UP + rounds)
    ]
    return {address: statistics.median(one[address] for one in found[WARM_UP:]) for address in addresses}


def _memory(city: City) -> Iterator[Line]:
    """The most memory each process held, once the background work of the loading is done."""
    wait_for_rest(city)
    web, background, children = [], [], []
    for pid in family(city.pid):
        command = command_of(pid)
        kind = (
            children
            if "civicthread.children" in command
            else background
            if "config.worker" in command
            else web
        )
        kind.append(megabytes(pid, most=True))
    yield Line("largest web process, the most it held", max(web), "MB", 300)
    yield Line("background worker, the most it held", max(background), "MB", 300)
    if children:
        yield Line("largest warm child, the most it held", max(children), "MB", 600)


_numbers = itertools.count(1)


def _cost(city: City, page: str, headers: dict[str, str]) -> float:
    """Milliseconds of processor of one answer, in all processes that serve it.

    A query that nobody asked before keeps the page from coming out of memory; what is made once is made before.
    """
    processes = [pid for pid in family(city.pid) if "config.worker" not in command_of(pid)]
    before = seconds_of_processor(processes)
    city.get(f"{page}{'&' if '?' in page else '?'}fresh={next(_numbers)}", **headers)
    return 1000 * (seconds_of_processor(processes) - before)


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
