"""How long until a newcomer sees a page: a clean clone with nothing kept, and the second time."""

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.results import Line
from benchmarks.serving import ROOT, running


def measure() -> list[Line]:
    """`make demo` from a clean clone with empty package caches, and again."""
    with tempfile.TemporaryDirectory(prefix="civicthread-start-") as place:
        folder, data_dir = Path(place) / "clone", Path(place) / "var"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        data_dir.mkdir()
        caches = {
            name: f"{place}/{name.lower()}" for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache")
        }
        first = _first_page(folder, data_dir, caches)
        second = _first_page(folder, data_dir, caches)
    return [
        Line("first page of `make demo`, clean clone, empty package caches", first, "s", 180),
        Line("first page of `make demo`, second time", second, "s", 20),
    ]


def _first_page(folder: Path, data_dir: Path, caches: dict[str, str]) -> float:
    began = time.monotonic()
    with running(["make", "demo"], folder=folder, data_dir=data_dir, **caches):
        return time.monotonic() - began
