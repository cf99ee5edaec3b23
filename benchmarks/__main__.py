"""`make bench`: measure what the platform promises, and write benchmarks/RESULTS.md.

`python -m benchmarks start pages` measures those sections only and leaves the others as they stand;
`python -m benchmarks scale --ideas 5000` a smaller city of ten years, `python -m benchmarks lake --quick` no table of
100 million rows.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial

from benchmarks import catalogue, lake, migrations, pages, scale, start
from benchmarks.results import Line, write_section

SECTIONS: dict[str, Callable[[], list[Line]]] = {
    "start": start.measure,
    "migrations": migrations.measure,
    "pages": pages.measure,
    "scale": scale.measure,
    "lake": lake.measure,
    "catalogue": catalogue.measure,
}


def main(arguments: list[str]) -> int:
    """Measure the wanted sections, all of them if none is named; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--ideas", type=int, default=50_000, help="how many ideas the city of ten years has")
    parser.add_argument("--quick", action="store_true", help="leave out the table of 100 million rows")
    given = parser.parse_args(arguments)
    chosen = {
        "scale": partial(scale.measure, given.ideas),
        "lake": partial(lake.measure, quick=given.quick),
    }
    wanted, sections = given.sections, SECTIONS | chosen
    if unknown := set(wanted) - set(SECTIONS):
        sys.stderr.write(f"Unknown: {', '.join(sorted(unknown))}. Say some of: {', '.join(SECTIONS)}.\n")
        return 2
    missed = 0
    for name in wanted or SECTIONS:
        print(f"Measuring: {name}", flush=True)
        lines = sections[name]()
        write_section(name, lines)
        for line in lines:
            print(f"  {line.what}: {line.shown} ({line.verdict})")
        missed += sum(not line.reached for line in lines)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
