"""kill -9 at any moment of a computation: a run with all its figures or none, and the next one needs no help."""

import random
import time

import pytest

from civicthread.core.models import JournalEntry
from civicthread.indicators.models import Indicator, Run, Value
from tests import crashing
from tests.factories import datahub
from tests.factories import indicators as factory

ROUNDS = crashing.rounds(6)
YEARS = 300


@pytest.fixture
def computer(place, transactional_db):
    """The process that computes; it shares the records and the lake with this test."""
    with crashing.worker() as running:
        yield running


def file_of(number: int) -> str:
    """A file whose every figure is that number: figures of two files are told apart."""
    return "area,year,n\n" + "".join(f"21001,{1700 + year},{number}\n" for year in range(YEARS))


def check_records(made: Indicator) -> None:
    """Each run is whole: its figures are those of one file, all of them, and the journal tells of it once."""
    for run in Run.objects.filter(method__indicator=made):
        figures = list(Value.objects.filter(run=run).values_list("value", flat=True))
        assert run.rows == YEARS
        assert len(figures) == YEARS, f"run {run.pk} is half"
        assert len(set(figures)) == 1, f"run {run.pk} is of two files"
        told = JournalEntry.objects.filter(verb="indicators.compute", changes__run=run.pk).count()
        assert told == 1, f"run {run.pk} is told {told} times"


@pytest.mark.slow
@pytest.mark.timeout(60 + 20 * ROUNDS)
def test_a_computation_that_is_killed_leaves_all_or_nothing(computer, place):
    dataset, made = factory.lamps(place, file_of(0)), factory.indicator(sql=factory.TOTAL)
    started = time.monotonic()
    assert computer.do(f"compute {made.code}")
    usual = time.monotonic() - started
    moments, cut = random.Random(7), 0
    for number in range(1, ROUNDS + 1):
        datahub.load(dataset, place, file_of(number))
        acknowledged = computer.do(f"compute {made.code}", kill_after=moments.uniform(0.02, usual))
        cut += acknowledged is None
        check_records(made)
        assert acknowledged is None or Run.objects.filter(pk=acknowledged).exists()
        again = computer.do(f"compute {made.code}")
        assert again is not None, "the next computation needs no help"
        check_records(made)
        last = Run.objects.latest("pk")
        assert set(last.values.values_list("value", flat=True)) == {float(number)}
    assert cut, "no computation was cut short: the test shows nothing"


@pytest.mark.django_db
def test_half_a_run_would_be_seen(place):
    """The negative control: a run that lost figures, and one that the journal does not tell of, are both found."""
    factory.lamps(place, file_of(0))
    made = factory.computed()
    check_records(made)
    JournalEntry.objects.filter(verb="indicators.compute").delete()
    with pytest.raises(AssertionError, match="told 0 times"):
        check_records(made)
    Value.objects.filter(pk=Value.objects.latest("pk").pk).delete()
    with pytest.raises(AssertionError, match="half"):
        check_records(made)
