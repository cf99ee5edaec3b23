"""`make soak`: serve the demonstration for a while, read and write without pause, and watch memory and errors."""

import argparse
import itertools
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from benchmarks.pages import PAGES
from benchmarks.serving import ROOT, City, family, megabytes, running

# Memory may settle in the first part; what it grows by afterwards is a leak.
SETTLING = 0.25
GROWTH = 0.15


@dataclass
class Soak:
    """What happened so far."""

    city: City
    asked: int = 0
    faults: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def read(self, path: str) -> None:
        """Read a page anew."""
        try:
            self.city.get(path)
        except OSError as fault:
            self.faults.append(f"{path}: {fault}")
        self.asked += 1

    def write(self) -> None:
        """A sign-in that fails: a session, a token, a counted attempt in the shared cache."""
        jar = CookieJar()
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        address = f"{self.city.url}/fr/account/login/"
        try:
            visitor.open(address, timeout=60).close()
            token = next((cookie.value or "" for cookie in jar if cookie.name == "csrftoken"), "")
            words = {
                "login": f"nobody-{self.asked}@example.org",
                "password": "wrong",
                "csrfmiddlewaretoken": token,
            }
            visitor.open(address, urllib.parse.urlencode(words).encode(), timeout=60).close()
        except urllib.error.HTTPError as answer:
            if answer.code != 429:  # the limit on attempts is part of the product
                self.faults.append(f"signing in: {answer}")
        except OSError as fault:
            self.faults.append(f"signing in: {fault}")
        self.asked += 1

    def weigh(self) -> None:
        self.memory.append(sum(megabytes(pid) for pid in family(self.city.pid)))


def run(city: City, seconds: float) -> Soak:
    """Read and write until the time is over."""
    soak, began = Soak(city), time.monotonic()
    for number, page in enumerate(itertools.cycle(PAGES)):
        if time.monotonic() - began > seconds:
            break
        soak.read(f"{page}{'&' if '?' in page else '?'}fresh={number}")
        if number % 20 == 0:
            soak.write()
        if number % 100 == 0:
            soak.weigh()
    return soak


def verdict(soak: Soak) -> list[str]:
    """What a person should look into."""
    settled = soak.memory[int(len(soak.memory) * SETTLING) :]
    found = soak.faults[:20]
    if len(settled) > 2 and settled[-1] > settled[0] * (1 + GROWTH):
        found.append(f"memory grew from {settled[0]:.0f} to {settled[-1]:.0f} MB")
    return found


def main() -> int:
    """Soak; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="civicthread-soak-") as place:
        data_dir = Path(place) / "var"
        data_dir.mkdir()
        command = [str(Path(sys.executable).with_name("civicthread")), "demo"]
        with running(command, folder=ROOT, data_dir=data_dir) as city:
            soak = run(city, seconds)
    found = verdict(soak)
    print(
        f"{soak.asked} requests in {seconds:.0f} s, {len(soak.faults)} faults, {soak.memory[-1]:.0f} MB at the end"
    )
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
