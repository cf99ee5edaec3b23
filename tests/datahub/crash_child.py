"""A process that loads files, to be killed at any moment.

Each line of its input names a dataset and a file; a fork of it loads that file and says "done <outcome> <version>".
Forking spares the two seconds that starting Django takes; the parent itself never opens the lake.
"""

import os
import sys

import django


def main() -> None:
    django.setup()
    from civicthread.datahub import actions  # noqa: F401  # loaded once, before the forks

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        code, file = line.split()
        child = os.fork()
        if child == 0:
            load(code, file)
        sys.stdout.write(f"started {child}\n")
        sys.stdout.flush()
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"ended {status}\n")
        sys.stdout.flush()


def load(code: str, file: str) -> None:
    from pathlib import Path

    from civicthread.core import journal
    from civicthread.datahub import actions
    from civicthread.datahub.models import Dataset

    done = actions.ingest(Dataset.objects.get(code=code), Path(file), by=journal.system())
    sys.stdout.write(f"done {done.outcome} {done.version}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
