"""`make bench`: measure what the platform promises, and write benchmarks/RESULTS.md.

`python -m benchmarks start pages` measures those sections only and leaves the others as they stand.
"""

import sys
from collections.abc import Callable

from benchmarks import migrations, pages, start
from benchmarks.results import Line, write_section

SECTIONS: dict[str, Callable[[], list[Line]]] = {
    "start": start.measure,
    "migrations": migrations.measure,
    "pages": pages.measure,
}


def main(wanted: list[str]) -> int:
    """Measure the wanted sections, all of them if none is named; 1 when a bar is missed."""
    if unknown := set(wanted) - set(SECTIONS):
        sys.stderr.write(f"Unknown: {', '.join(sorted(unknown))}. Say some of: {', '.join(SECTIONS)}.\n")
        return 2
    missed = 0
    for name in wanted or SECTIONS:
        print(f"Measuring: {name}", flush=True)
        lines = SECTIONS[name]()
        write_section(name, lines)
        for line in lines:
            print(f"  {line.what}: {line.shown} ({line.verdict})")
        missed += sum(not line.reached for line in lines)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
