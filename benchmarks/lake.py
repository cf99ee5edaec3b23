"""What large files and tables cost: a load, an append, a rewriting, an indicator over all rows.

Everything goes through the product's own actions. What is compared is measured by turns, so that whatever else
the machine does falls on both. `python -m benchmarks lake --quick` leaves out the table of 100 million rows.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from benchmarks.apart import Place, Spent, place
from benchmarks.results import Line

RUNS, TURNS, SMALL, FILE = 3, 5, 1000, 10_000_000
SIZES = (1_000_000, 10_000_000, 100_000_000)
# A time per row that is this much larger has grown; less is noise.
GROWN = 1.1


def measure(*, quick: bool = False) -> list[Line]:
    """The lines of the section."""
    with place() as made:
        (made.folder / "lake").mkdir()
        lines = list(loading(made))
        sizes = SIZES[:-1] if quick else SIZES
        computed = list(by_month(made, sizes))
        lines += list(appending(made, f"rows_{sizes[-1]}", sizes[-1]))
    return [*lines, *computed]


def loading(made: Place) -> Iterator[Line]:
    """A file of ten million rows, against DuckDB's COPY of the same file to Parquet."""
    source = str(made.folder / "large.csv")
    made.spend("benchmarks.large:write_csv", source, FILE)
    own, plain, keyed = [], [], []
    for turn in range(RUNS):
        plain.append(made.spend("benchmarks.large:copy", source, str(made.folder / "copy.parquet")))
        own.append(_load(made, f"plain_{turn}", source, []))
        keyed.append(_load(made, f"keyed_{turn}", source, ["station", "moment"]))
    named = f"CSV of {FILE:,} rows into the lake"
    yield Line(f"{named}, against DuckDB's COPY", middle(_ratios(own, plain)), "times", 2)
    yield Line("the same, processor", middle(o.cpu / p.cpu for o, p in zip(own, plain, strict=True)), "times")
    yield Line("the same with keys that must be unique", middle(_ratios(keyed, plain)), "times")
    yield Line(named, middle(one.seconds for one in own), "s")
    yield Line("peak memory of that", max(one.peak for one in (*own, *keyed)), "MB", 1000)
    yield Line("times it told its progress", min(one.told for one in own), "", 10, at_least=True)


def _load(made: Place, code: str, source: str, keys: list[str]) -> Spent:
    made.spend("benchmarks.large:describe", code, keys)
    return made.spend("benchmarks.large:ingest", code, source)


def _ratios(own: list[Spent], other: list[Spent]) -> list[float]:
    return [a.seconds / b.seconds for a, b in zip(own, other, strict=True)]


def by_month(made: Place, sizes: Sequence[int]) -> Iterator[Line]:
    """An indicator over tables of these sizes: against plain DuckDB, and its processor time per row at each size."""
    codes = [f"rows_{rows}" for rows in sizes]
    for code, rows in zip(codes, sizes, strict=True):
        made.spend("benchmarks.large:describe", code, [])
        made.spend("benchmarks.large:fill", code, rows)
        made.spend("benchmarks.large:define", code)
    turns = made.spend("benchmarks.large:compare", codes, TURNS).told
    for number, rows in enumerate(sizes):
        ratio = middle(turn[number][0]["seconds"] / turn[number][1]["seconds"] for turn in turns)
        bar = 1.5 if rows == max(SIZES) else None
        yield Line(f"sum by month and area of {rows:,} rows, against plain DuckDB", ratio, "times", bar)
    for number, (less, more) in enumerate(pairwise(sizes)):
        growth = middle(turn[number + 1][0]["cpu"] / turn[number][0]["cpu"] for turn in turns) * less / more
        yield Line(f"processor per row, {more:,} rows against {less:,}", growth, "times", GROWN)


def appending(made: Place, code: str, rows: int) -> Iterator[Line]:
    """A few small files onto the large table, and its rewriting."""
    source, seconds = str(made.folder / "small.csv"), []
    for turn in range(RUNS):
        made.spend("benchmarks.large:write_csv", source, SMALL, rows + turn * SMALL)
        seconds.append(made.spend("benchmarks.large:ingest", code, source).seconds)
    yield Line(f"appending {SMALL:,} rows to {rows:,} rows", middle(seconds), "s", 1)
    rewritten = made.spend("benchmarks.large:compacting", code)
    yield Line(f"compaction of {rows:,} rows", rewritten.seconds, "s")
    yield Line("peak memory of that", rewritten.peak, "MB", 1000)


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)
