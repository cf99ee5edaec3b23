"""A process that computes indicators, to be killed at any moment.

Each line of its input names a task and an indicator; a fork of it does that and says "done <run>". Forking spares
the seconds that starting Django takes. The task `torn` is the negative control: it writes a run and its figures
one by one, outside a transaction, and stops in the middle.
"""

import os
import sys

import django


def say(*words: object) -> None:
    print(*words, flush=True)


def main() -> None:
    django.setup()
    from civicthread.indicators import actions  # noqa: F401  # loaded once, before the forks

    say("ready")
    for line in sys.stdin:
        task, code = line.split()
        child = os.fork()
        if child == 0:
            TASKS[task](code)
            os._exit(0)
        say("started", child)
        _pid, status = os.waitpid(child, 0)
        say("ended", status)


def compute(code: str) -> None:
    from civicthread.core import journal
    from civicthread.indicators import actions
    from civicthread.indicators.models import Indicator

    run = actions.compute(Indicator.objects.get(code=code), by=journal.system())
    say("done", run.pk if run else 0)


def torn(code: str) -> None:
    from datetime import date

    from django.utils import timezone

    from civicthread.core import journal
    from civicthread.indicators.models import Indicator, Run, Value

    indicator = Indicator.objects.get(code=code)
    now, by, method = timezone.now(), journal.system(), indicator.methods.last()
    run = Run.objects.create(method=method, at=now, by=by, rows=2, digest="torn", versions={})
    where = {"indicator": indicator, "period": "1999", "period_end": date(1999, 12, 31)}
    Value.objects.create(**where, run=run, value=1, origin="computed", recorded_at=now, breakdown_key="torn")
    say("half")
    sys.stdin.read()


TASKS = {"compute": compute, "torn": torn}


if __name__ == "__main__":
    main()
