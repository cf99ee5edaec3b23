"""A run of an index computed again from the versions it read: the same to the last digit, or told where it is not."""

import pytest
from typer.testing import CliRunner

from civicthread.config import cli
from civicthread.indices import queries
from civicthread.indices.models import IndexRun, Score
from civicthread.indices.reproducing import reproduce
from tests.factories import datahub
from tests.factories import indices as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(place) -> IndexRun:
    """A run whose dataset has changed since."""
    cells = factory.cells(place)
    made = factory.published()
    datahub.load(cells, place, factory.ROWS.replace("2023,A,lit,50", "2023,A,lit,51"))
    return queries.approved_run(made)


def test_a_run_gives_the_same_scores_from_the_versions_it_read(run):
    found = reproduce(run)
    assert (found.same, found.figures, found.differences) == (True, 20, ())


def test_a_tampered_score_is_found_to_the_last_bit(run):
    Score.objects.filter(run=run, edition="2023", area="A", part="lit").update(points=50.00000000000001)
    (difference,) = reproduce(run).differences
    assert (difference.place, difference.kept, difference.computed) == (
        "2023 A lit",
        50.00000000000001,
        50.0,
    )


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"sql_sha256": "0" * 64}, {"versions": {"cells": 2}}], ids=str
)
def test_a_tampered_run_is_found(run, change):
    IndexRun.objects.filter(pk=run.pk).update(**change)
    run.refresh_from_db()
    assert not reproduce(run).same


def test_a_score_slipped_into_a_run_and_one_taken_from_it_are_found(run):
    taken = run.scores.get(edition="2023", area="A", part="lit")
    taken.edition = "1999"
    taken.save()
    found = {d.place: (d.kept, d.computed) for d in reproduce(run).differences}
    assert found == {"1999 A lit": (50.0, None), "2023 A lit": (None, 50.0)}


def command(*words: str):
    return CliRunner().invoke(cli.app, list(words))


def test_the_command_takes_a_run_of_an_index_by_its_name(run, monkeypatch):
    monkeypatch.setattr(cli, "start", lambda: None)
    done = command("reproduce", run.name)
    assert done.exit_code == 0, done.output
    assert "20" in done.output
    run.scores.filter(part="lit").update(points=1.0)
    done = command("reproduce", run.name)
    assert done.exit_code == 1
    assert "50.0" in done.output


@pytest.mark.parametrize("name", ["index-4711", "4711", "index-", "other-1", "index-1e3", "-1x"])
def test_a_run_that_is_not_there_is_one_sentence(monkeypatch, name):
    monkeypatch.setattr(cli, "start", lambda: None)
    done = command("reproduce", "--", name)
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1
