"""kill -9 at any moment of a computation: a run has all of its figures or none, and the next needs no help."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections

from civicthread.core import journal
from civicthread.core.models import JournalEntry
from civicthread.indicators import actions, reproducing
from civicthread.indicators.models import Run, Value
from tests.factories import datahub
from tests.factories import indicators as factory

ROUNDS = int(os.environ.get("CIVICTHREAD_SOAK_ROUNDS", "5"))
YEARS, GROUPS = range(2000, 2020), range(15)
FIGURES = len(YEARS) * len(GROUPS)
COLUMNS = [{"name": name, "type": "integer"} for name in ("year", "part", "n")]
SQL = "SELECT year AS period, CAST(part AS TEXT) AS part, sum(n) AS value FROM kills GROUP BY 1, 2"


@pytest.fixture
def computer(place, transactional_db):
    """The process that computes; it shares the records and the lake with this test."""
    name = str(connections["default"].settings_dict["NAME"])
    server = os.environ["DATABASE_URL"].rpartition("/")[0] if "postgres" in os.environ["DATABASE_URL"] else ""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        "DATA_DIR": str(django_settings.DATA_DIR),
        "LAKE": str(django_settings.LAKE),
        "DATABASE_URL": f"{server}/{name}" if server else f"sqlite:///{name}",
        "PYTHONWARNINGS": "ignore",
    }
    program = [sys.executable, str(Path(__file__).with_name("crash_child.py"))]
    with subprocess.Popen(
        program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as child:
        assert child.stdout.readline() == "ready\n"
        yield Computer(child)
        child.stdin.close()


class Computer:
    """Starts computations, kills them, and tells which were acknowledged."""

    def __init__(self, child):
        self.child = child

    def compute(self, made, *, task="compute", kill_after=None):
        """The run acknowledged (0: nothing was new), or None when it was killed before."""
        self.child.stdin.write(f"{task} {made.code}\n")
        acknowledged, pid, timer = None, 0, None
        while not (line := self.child.stdout.readline()).startswith("ended"):
            if line.startswith("started"):
                pid = int(line.split()[1])
                if kill_after is not None:
                    timer = threading.Timer(kill_after, kill, [pid])
                    timer.start()
            if line.startswith("half"):
                kill(pid)
            if line.startswith("done"):
                acknowledged = int(line.split()[1])
        if timer:
            timer.cancel()
        return acknowledged


def kill(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def load(made, place, number):
    rows = "".join(f"{year},{part},{year * part + number}\n" for year in YEARS for part in GROUPS)
    datahub.load(made, place, f"year,part,n\n{rows}", file=f"round-{number}.csv")


def check(acknowledged):
    """Every run has all the figures that the journal says it gave, and none that was acknowledged is gone."""
    told = {entry.changes["run"]: entry.changes["figures"] for entry in computations()}
    kept = {run.pk: run.values.count() for run in Run.objects.all()}
    assert acknowledged <= kept.keys(), "an acknowledged run is gone"
    assert kept == told, "a run is half"


def computations():
    return JournalEntry.objects.filter(verb="indicators.compute")


@pytest.mark.slow
@pytest.mark.timeout(120 + 30 * ROUNDS)
def test_a_computation_that_is_killed_leaves_all_or_nothing(computer, place):
    table = datahub.dataset(
        "kills", columns=COLUMNS, keys=["year", "part"], sort=["year", "part"], period_column=""
    )
    load(table, place, 0)
    made = factory.indicator(sql=SQL)
    started = time.monotonic()
    acknowledged = {computer.compute(made)}
    usual = time.monotonic() - started
    moments, cut = random.Random(11), 0
    for number in range(1, ROUNDS + 1):
        load(table, place, number)
        run = computer.compute(made, kill_after=moments.uniform(0.02, usual))
        cut += run is None
        acknowledged |= {run} - {None}
        check(acknowledged)
        acknowledged |= {computer.compute(made)} - {0}
        check(acknowledged)
        last = made.methods.last().runs.last()
        assert last.versions == {"kills": number + 1}, "the next computation needs no help"
        assert Value.objects.filter(superseded_at__isnull=True).count() == FIGURES
    assert cut, "no computation was cut short: the test shows nothing"
    assert all(reproducing.reproduce(run).same_digest for run in Run.objects.all())


def test_half_a_run_would_be_seen(computer, place):
    """The negative control: a computation that writes piece by piece, killed the same way."""
    datahub.load(
        datahub.dataset("kills", columns=COLUMNS, keys=[], sort=[], period_column=""),
        place,
        "year,part,n\n2000,1,1\n",
    )
    made = factory.indicator(sql=SQL)
    check({actions.compute(made, by=journal.system()).pk})
    assert computer.compute(made, task="torn") is None
    with pytest.raises(AssertionError, match="half"):
        check(set())
