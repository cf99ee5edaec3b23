"""A process that loads files and computes figures, to be killed at any moment.

Each line of its input is a task, "load <dataset> <file>" or "compute <indicator>"; a fork of it does that and says
"done <result>". Forking spares the two seconds that starting Django takes; the parent itself never opens the lake.
"""

import os
import sys

import django


def main() -> None:
    django.setup()
    from civicthread.indicators import actions  # noqa: F401  # loaded once, before the forks
    from civicthread.lake import ingest  # noqa: F401  # with DuckDB and Arrow

    say("ready")
    for line in sys.stdin:
        task, *named = line.split()
        child = os.fork()
        if child == 0:
            say(f"done {TASKS[task](*named)}")
            os._exit(0)
        say(f"started {child}")
        _pid, status = os.waitpid(child, 0)
        say(f"ended {status}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def load(code: str, file: str) -> int | None:
    from pathlib import Path

    from civicthread.core import journal
    from civicthread.datahub import actions
    from civicthread.datahub.models import Dataset

    return actions.ingest(Dataset.objects.get(code=code), Path(file), by=journal.system()).version


def compute(code: str) -> int:
    from civicthread.core import journal
    from civicthread.indicators import actions, computing
    from civicthread.indicators.models import Indicator

    run = actions.compute(Indicator.objects.get(code=code), by=journal.system())
    computing.engine().close()
    return run.pk if run else 0


TASKS = {"load": load, "compute": compute}

if __name__ == "__main__":
    main()
