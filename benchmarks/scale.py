"""What pages cost in a city of ten years: 50,000 ideas, 2,000 projects, 500 indicators.

`python -m benchmarks scale --ideas 5000` measures a smaller one, in the same proportions.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.results import Line
from benchmarks.serving import ROOT, City, running

MOST_QUERIES, MOST_PROCESSOR, SLOWEST = 12, 40, 150
CONNECTIONS, REQUESTS = 4, 100
PROGRAM = str(Path(sys.executable).with_name("civicthread"))


def measure(ideas: int = 50_000) -> list[Line]:
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
    for name, (queries, milliseconds, member_queries, member_milliseconds) in costs.items():
        yield Line(f"{name}: queries, visitor", queries, "", MOST_QUERIES)
        yield Line(f"{name}: queries, signed in", member_queries, "", MOST_QUERIES)
        yield Line(f"{name}: processor, visitor, median", milliseconds, "ms", MOST_PROCESSOR)
        yield Line(f"{name}: processor, signed in, median", member_milliseconds, "ms", MOST_PROCESSOR)
        yield Line(f"{name}: p95 at {CONNECTIONS} connections, two workers", waits[name], "ms", SLOWEST)


def _slowest(city: City, addresses: list[str], cookie: str) -> float:
    """The 95th percentile of waiting, in milliseconds; someone who signed in gets no page from memory."""
    asked, waits, lock = itertools.cycle(addresses), [], threading.Lock()
    faults: list[Exception] = []

    def ask(times: int) -> None:
        for _ in range(times):
            with lock:
                address = next(asked)
            began = time.monotonic()
            try:
                city.get(address, Cookie=f"sessionid={cookie}")
            except OSError as fault:
                faults.append(fault)
            waits.append(1000 * (time.monotonic() - began))

    ask(4)
    waits.clear()
    threads = [threading.Thread(target=ask, args=(REQUESTS // CONNECTIONS,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{addresses[0]}: {faults[0]}")
    return statistics.quantiles(waits, n=20)[-1]
