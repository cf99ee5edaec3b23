"""How long the composite index takes over all editions and areas of both DESI methods.

Run: python benchmarks/methods.py
"""

import csv
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from civicthread.methods.composite import Layer, parse, parse_values, reweigh, score

FOLDER = Path(__file__).parents[1] / "examples" / "desi"
RUNS = 9


def table(method: str, name: str) -> list[dict[str, str]]:
    with (FOLDER / method / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def measure(name: str) -> None:
    method = parse(table(name, "method"))
    measured, imputed = (parse_values(table(name, kind)) for kind in ("values", "imputed"))
    cells = [{Layer.MEASURED: measured[key], Layer.IMPUTED: imputed.get(key, {})} for key in measured]
    other = reweigh(method, {part.code: 1 for part in method.root.parts})
    read = median_ms(lambda: parse_values(table(name, "values")))
    compute = median_ms(lambda: [score(method, layers) for layers in cells])
    what_if = median_ms(lambda: [score(other, layers) for layers in cells])
    print(f"{name}: {len(cells)} indices of {len(method.indicators())} indicators, median of {RUNS} runs")
    print(f"  read the values   {read:7.1f} ms")
    print(f"  compute, explained{compute:7.1f} ms  ({1000 * compute / len(cells):.0f} µs an index)")
    print(f"  with other weights{what_if:7.1f} ms")


if __name__ == "__main__":
    for each in ("desi-2020", "desi-2022"):
        measure(each)
