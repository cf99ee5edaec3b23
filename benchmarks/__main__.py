"""`make bench`: measure what the platform promises, and write benchmarks/RESULTS.md.

`python -m benchmarks start pages` measures those sections only and leaves the others as they stand; `--quick` takes
less of everything (5,000 ideas, no table of 100 million rows), in under a quarter of an hour; `--ideas 5000` makes a
smaller city of ten years.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping

from benchmarks import catalogue, dashboard, lake, migrations, pages, scale, start
from benchmarks.results import Line, machine, write_section

IDEAS, FEW_IDEAS = 50_000, 5_000
Section = Callable[[argparse.Namespace], list[Line]]
SECTIONS: Mapping[str, Section] = {
    "start": lambda _given: start.measure(),
    "migrations": lambda _given: migrations.measure(),
    "pages": lambda given: pages.measure(quick=given.quick),
    "dashboard": lambda _given: dashboard.measure(),
    "scale": lambda given: scale.measure(ideas=given.ideas or (FEW_IDEAS if given.quick else IDEAS)),
    "lake": lambda given: lake.measure(quick=given.quick),
    "catalogue": lambda _given: catalogue.measure(),
}


def main(arguments: list[str]) -> int:
    """Measure the wanted sections, all of them if none is named; 1 when a bar is missed or a section failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--ideas", type=int, help="how many ideas the city of ten years has")
    given = parser.parse_args(arguments)
    if unknown := set(given.sections) - set(SECTIONS):
        sys.stderr.write(f"Unknown: {', '.join(sorted(unknown))}. Say some of: {', '.join(SECTIONS)}.\n")
        return 2
    missed = sum(_measure(name, given) for name in given.sections or SECTIONS)
    return 1 if missed else 0


def _measure(name: str, given: argparse.Namespace) -> int:
    """Measure a section and write it down; how many bars it misses. One that fails keeps its old figures."""
    print(f"Measuring: {name}", flush=True)
    here = machine()
    try:
        lines = SECTIONS[name](given)
    except Exception:  # noqa: BLE001  # whatever it is, the other sections are still measured
        traceback.print_exc()
        print(f"  {name} could not be measured; its section stands as it was.", flush=True)
        return 1
    write_section(name, lines, machine=here)
    for line in lines:
        print(f"  {line.what}: {line.shown} ({line.verdict})", flush=True)
    return sum(not line.reached for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
