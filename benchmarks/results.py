"""RESULTS.md: one table per section, each line with its bar."""

import os
import platform
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
INTRODUCTION = """# What was measured

`make bench` measures and rewrites the sections below; `python -m benchmarks start` one of them. The bars are those the
project set itself. The load generator runs on the same cores as the server.
"""
TITLES = {
    "start": "From nothing to the first page",
    "migrations": "Making the tables",
    "pages": "Serving pages",
    "dashboard": "The dashboard with 500 indicators",
    "scale": "A city of ten years",
    "lake": "Large files and tables",
    "catalogue": "A catalogue of small files",
}


@dataclass(frozen=True)
class Line:
    """One measured figure. `bar` is the most it may be (the least, with `at_least`); None where no bar was set."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def shown(self) -> str:
        return f"{self.value:,.0f} {self.unit}" if self.value >= 100 else f"{self.value:.3g} {self.unit}"

    @property
    def reached(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return "no bar"
        sign = "at least" if self.at_least else "at most"
        return f"{sign} {self.bar:,g} {self.unit}: {'reached' if self.reached else 'MISSED'}"


def write_section(name: str, lines: list[Line], *, machine: str) -> None:
    """Put a section into RESULTS.md, in place of what stood there."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else INTRODUCTION
    section = f"## {TITLES[name]}\n\n{machine}\n\n| what | measured | bar |\n|---|---:|---|\n"
    section += "".join(f"| {line.what} | {line.shown} | {line.verdict} |\n" for line in lines)
    there = re.compile(rf"^## {re.escape(TITLES[name])}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    text = (
        there.sub(lambda _: f"{section}\n", text) if there.search(text) else f"{text.rstrip()}\n\n{section}"
    )
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")


def machine() -> str:
    """Where figures come from, with what lets another machine compare: how fast a core is, and what else ran."""
    python = platform.python_version()
    load, began = os.getloadavg()[0], time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number * number
    seconds = time.process_time() - began
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python {python}. Ten million "
        f"turns of a plain loop take {seconds:.1f} s here; when measuring began, the load was {load:.1f}."
    )
