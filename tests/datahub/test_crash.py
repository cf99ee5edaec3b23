"""kill -9 at any moment of a load: no half version, nothing acknowledged lost, and the next load puts records right."""

import random
import time

import pytest

from civicthread.datahub import queries, tables
from civicthread.datahub.models import DatasetVersion, Ingestion
from civicthread.lake.profile import profile
from tests import crashing
from tests.factories.datahub import dataset

ROUNDS = crashing.rounds(10)
ROWS = 20_000
COLUMNS = [{"name": "n", "type": "integer"}, {"name": "round", "type": "integer"}]


@pytest.fixture
def loader(place, transactional_db):
    """The process that loads; it shares the records and the lake with this test."""
    with crashing.worker() as running:
        yield running


def load(loader, made, file, **options):
    """The version acknowledged by a load, or None when it was killed before."""
    return loader.do(f"load {made.code} {file}", **options)


def write(folder, number):
    file = folder / f"round-{number}.csv"
    file.write_text("n,round\n" + "".join(f"{n},{number}\n" for n in range(ROWS)))
    return file


def check_lake(made, *, after=-1):
    """Every version of the lake, or every one after that, is whole: all the rows of one file. Gives the last one."""
    table, last = tables.table(made), after
    for commit in table.history():
        if commit.operation != "ingest" or commit.version <= after:
            continue
        last = max(last, commit.version)
        counted, rounds = profile(table.version(commit.version))
        assert (counted.rows, counted.distinct) == (ROWS, ROWS), f"version {commit.version} is half"
        assert rounds.minimum == rounds.maximum, f"version {commit.version} is of two files"
    return last


def check_records(made):
    """The records know every version of the lake, and only those."""
    commits = {c.version: c for c in tables.table(made).history() if c.operation == "ingest"}
    known = {v.number: v.rows for v in DatasetVersion.objects.filter(dataset=made)}
    loads = Ingestion.objects.filter(dataset=made, outcome="loaded")
    assert known == dict.fromkeys(commits, ROWS)
    assert sorted(loads.values_list("version", flat=True)) == sorted(commits)


@pytest.mark.slow
@pytest.mark.timeout(60 + 20 * ROUNDS)
def test_a_load_that_is_killed_leaves_all_or_nothing(loader, place):
    made = dataset(columns=COLUMNS, keys=[], sort=[], period_column="", frequency="irregular")
    started = time.monotonic()
    acknowledged = {load(loader, made, write(place, 0))}
    usual = time.monotonic() - started
    moments, cut, checked = random.Random(7), 0, check_lake(made)
    for number in range(1, ROUNDS + 1):
        file = write(place, number)
        version = load(loader, made, file, kill_after=moments.uniform(0.02, usual))
        cut += version is None
        checked = check_lake(made, after=checked)
        acknowledged |= {version} - {None}
        assert acknowledged <= {c.version for c in tables.table(made).history()}
        assert load(loader, made, file) is not None, "the next load needs no help"
        checked = check_lake(made, after=checked)
        check_records(made)
        assert queries.version(made).profile["round"]["maximum"] == number
    check_lake(made)  # the old ones stayed whole
    assert cut, "no load was cut short: the test shows nothing"
    assert list((tables.table(made).folder / "_work").iterdir()) == []


def test_a_half_version_would_be_seen(loader, place):
    """The negative control: half a file as a version, and a version without a record, are both found."""
    made = dataset(columns=COLUMNS, keys=[], sort=[], period_column="", frequency="irregular")
    load(loader, made, write(place, 0))
    check_lake(made)
    check_records(made)
    half = place / "half.csv"
    half.write_text("n,round\n1,1\n")
    load(loader, made, half)
    with pytest.raises(AssertionError, match="half"):
        check_lake(made)
    DatasetVersion.objects.filter(dataset=made).delete()
    with pytest.raises(AssertionError):
        check_records(made)
