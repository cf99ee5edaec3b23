"""What pages cost in a city of ten years: 50,000 ideas, 2,000 projects, 500 indicators.

`python -m benchmarks scale --ideas 5000` measures a smaller one, in the same proportions.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.results import Line
from benchmarks.serving import ROOT, City, running, wait_for_rest

MOST_QUERIES, MOST_PROCESSOR, SLOWEST = 12, 40, 150
CONNECTIONS, SECONDS = 4, 5
MEASURES = (
    ("queries, visitor", "", MOST_QUERIES),
    ("processor, visitor, median", "ms", MOST_PROCESSOR),
    ("queries, signed in", "", MOST_QUERIES),
    ("processor, signed in, median", "ms", MOST_PROCESSOR),
    (f"p95 at {CONNECTIONS} connections on two workers", "ms", SLOWEST),
)
# Asks for each page by turns, and tells what wrk itself does not: the 95th percentile, and whether all answered.
LUA = """
local paths, turn = {PATHS}, 0
wrk.headers["Cookie"] = COOKIE
function request()
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1])
end
function done(summary, latency)
  local e = summary.errors
  local faults = e.status + e.connect + e.read + e.write + e.timeout
  io.write(string.format("p95 %.1f faults %d", latency:percentile(95) / 1000, faults))
end
"""
PROGRAM = str(Path(sys.executable).with_name("civicthread"))


def measure(*, ideas: int = 50_000) -> list[Line]:
    """Make the city in a folder of its own and measure each list and detail page."""
    with tempfile.TemporaryDirectory(prefix="civicthread-scale-") as place:
        data_dir = Path(place) / "var"
        data_dir.mkdir()
        environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        began = time.monotonic()
        _run([PROGRAM, "demo", "--no-serve"], environment)
        _run(_with_django(f"crowd.main({ideas})"), environment)
        made = Line(
            f"making {ideas:,} ideas, {ideas // 25:,} projects, {ideas // 100:,} indicators of 10 years",
            time.monotonic() - began,
            "s",
        )
        measured = json.loads(_run(_with_django("costs.main()"), environment).splitlines()[-1])
        with running([PROGRAM, "serve"], folder=ROOT, data_dir=data_dir, WORKERS="2") as city:
            wait_for_rest(
                city
            )  # what is due after so many ideas, such as the tables that the programme publishes
            waits = {
                name: _slowest(city, found, measured["cookie"]) for name, found in measured["samples"].items()
            }
    return [made, *_lines(measured["costs"], waits)]


def _with_django(work: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"import django; django.setup(); from benchmarks import costs, crowd; {work}",
    ]


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _lines(costs: dict[str, list[Any]], waits: dict[str, float]) -> Iterator[Line]:
    """The worst page of each measure, how the pages lie, and every page that misses a bar."""
    yield Line("list and detail pages measured", len(costs), "pages")
    for place, (what, unit, bar) in enumerate(MEASURES):
        found = {name: [*told, waits[name]][place] for name, told in costs.items()}
        worst = max(found, key=lambda name: found[name])
        yield Line(f"{what}, worst page ({worst})", found[worst], unit, bar)
        yield Line(f"{what}, mean of the pages", statistics.mean(found.values()), unit)
        for name, value in found.items():
            if value > bar and name != worst:
                yield Line(f"{what}, {name}", value, unit, bar)


def _slowest(city: City, addresses: list[str], cookie: str) -> float:
    """The 95th percentile of waiting, in milliseconds; someone who signed in gets no page from memory."""
    paths = ", ".join(json.dumps(address) for address in addresses)
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(LUA.replace("PATHS", paths).replace("COOKIE", json.dumps(f"sessionid={cookie}")))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script.name, city.url]
        city.get(addresses[0])
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = re.search(r"p95 ([\d.]+) faults (\d+)", said)
    if not told or int(told[2]):
        raise RuntimeError(f"{addresses[0]}: {said[-500:]}")
    return float(told[1])
