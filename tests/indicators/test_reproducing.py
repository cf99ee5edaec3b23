"""A run computed again from the versions it read: the same to the last digit, or told where it is not."""

import pytest
from typer.testing import CliRunner

from civicthread.config import cli
from civicthread.core import journal
from civicthread.indicators import actions
from civicthread.indicators.models import Run, Value
from civicthread.indicators.reproducing import reproduce
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(place) -> Run:
    """A run whose dataset has changed since."""
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, factory.CORRECTED)
    return Run.objects.get(method__indicator=made)


def test_a_run_gives_the_same_figures_from_the_versions_it_read(run):
    found = reproduce(run)
    assert (found.same, found.figures, found.differences) == (True, 2, ())


def test_what_is_added_up_from_areas_is_counted_too(place):
    factory.areas()
    lamps = factory.lamps(place)
    made = factory.indicator(sql=factory.BY_AREA, area_level="municipality")
    actions.set_method(made, note=factory.NOTE, sql=factory.BY_AREA, roll_up="sum", by=journal.system())
    done = actions.compute(made, by=journal.system())
    assert lamps.versions.count() == 1
    assert reproduce(done).figures == done.values.count() == 4, "three of municipalities, one of the Region"


def test_a_tampered_figure_is_found_to_the_last_bit(run):
    value = run.values.get(period="2020")
    Value.objects.filter(pk=value.pk).update(value=12.000000000000002)
    (difference,) = reproduce(run).differences
    assert (difference.place, difference.kept, difference.computed) == ("2020", 12.000000000000002, 12.0)
    assert not reproduce(run).same
    Value.objects.filter(pk=value.pk).update(value=12.0)
    assert reproduce(run).same


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"sql_sha256": "0" * 64}, {"versions": {"lamps": 2}}], ids=str
)
def test_a_tampered_run_is_found(run, change):
    Run.objects.filter(pk=run.pk).update(**change)
    run.refresh_from_db()
    assert not reproduce(run).same


def test_a_figure_slipped_into_a_run_is_found(run):
    first = run.values.get(period="2020")
    first.pk, first.period, first.superseded_at = None, "1999", first.recorded_at
    first.save()
    (difference,) = reproduce(run).differences
    assert (difference.place, difference.computed) == ("1999", None)


def command(*words: str):
    return CliRunner().invoke(cli.app, list(words))


def test_the_command_says_so_and_ends_with_a_failure_where_a_figure_differs(run, monkeypatch):
    monkeypatch.setattr(cli, "start", lambda: None)
    done = command("reproduce", str(run.pk))
    assert done.exit_code == 0, done.output
    run.values.update(value=1.0)
    done = command("reproduce", str(run.pk))
    assert done.exit_code == 1
    assert "12.0" in done.output


def test_a_run_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(cli, "start", lambda: None)
    done = command("reproduce", "4711")
    assert done.exit_code == 1
    assert "4711" in done.output
