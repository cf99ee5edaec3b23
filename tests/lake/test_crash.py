"""Killed at any moment, a writer leaves whole versions only, and the next one needs no help."""

import math
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import UnknownVersion
from civicthread.lake.tables import Lake, Table, relation
from tests.lake.loader import ROWS, SCHEMA

AT_ONCE = 5
ROUNDS = int(os.environ.get("CIVICTHREAD_SOAK_ROUNDS", AT_ONCE))
SETS = range(math.ceil(ROUNDS / AT_ONCE))
LOADER = Path(__file__).parent / "loader.py"
HOME = Path(__file__).parents[2]


class HalfVersion(AssertionError):
    """A version that is not made of whole batches, or that cannot be read."""


def check_invariants(table: Table, acknowledged: list[int]) -> None:
    """Every version can be read, is made of whole batches, and holds all of the version before; none is lost."""
    latest = table.latest()
    if any(version > latest for version in acknowledged):
        raise HalfVersion(f"acknowledged {max(acknowledged)}, but the table ends at {latest}")
    before: set[object] = set()
    for number in range(latest + 1):
        batches = batches_of(table, number)
        if not before <= batches:
            raise HalfVersion(f"version {number} has lost a batch")
        before = batches


def batches_of(table: Table, number: int) -> set[object]:
    try:
        with duckdb.connect() as connection:
            counts = "batch, count(*), count(DISTINCT n), min(n), max(n)"
            sql = f"SELECT {counts} FROM {relation(table.version(number))} GROUP BY batch"
            found = connection.execute(sql).fetchall()
    except (duckdb.Error, UnknownVersion) as error:
        raise HalfVersion(f"version {number} cannot be read") from error
    if any(figures != [ROWS, ROWS, 0, ROWS - 1] for _, *figures in found):
        raise HalfVersion(f"version {number} holds part of a batch")
    return {batch for batch, *_ in found}


def killed(table: Table, work: Path, task: str, *, event: int = 0, delay: float | None = None) -> list[int]:
    """Run the loader until it is killed; gives the versions it was acknowledged."""
    command = [sys.executable, str(LOADER), str(table.folder.parent), str(work), task, str(event)]
    environment = {**os.environ, "PYTHONPATH": f"{HOME / 'src'}{os.pathsep}{HOME}"}
    acknowledged = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environment
    ) as child:
        for line in child.stdout:
            if line.strip() == "ready" and delay is not None:
                threading.Timer(delay, child.kill).start()
            if line.strip() == "half":
                child.kill()
            if line.strip().isdigit():
                acknowledged.append(int(line))
                if event and len(acknowledged) == 8:  # the event never came: as good a moment as any
                    child.kill()
    assert child.returncode == -9
    return acknowledged


@pytest.fixture
def table(tmp_path):
    made = Lake(tmp_path / "lake").table("killed")
    made.create(SCHEMA)
    return made


@pytest.mark.parametrize("task", ["load", "compact"])
@pytest.mark.parametrize("turns", SETS)
def test_a_writer_killed_at_any_moment_leaves_whole_versions(table, tmp_path, task, turns):
    chance = random.Random(f"{task} {turns}")
    acknowledged: list[int] = []
    for turn in range(AT_ONCE):
        event = chance.randint(1, 60) if turn % 2 else 0
        delay = None if event else chance.uniform(0, 0.6)
        acknowledged += killed(table, tmp_path, task, event=event, delay=delay)
        check_invariants(table, acknowledged)
    path = tmp_path / "after.csv"
    path.write_text("batch,n\n" + "".join(f"1000000,{n}\n" for n in range(ROWS)))
    done = ingest(table, path, schema=SCHEMA, mode="append")
    check_invariants(table, [*acknowledged, done.version])
    assert list((table.folder / "_work").iterdir()) == []


def test_the_invariants_catch_a_writer_that_commits_before_it_has_written(table, tmp_path):
    """The negative control: the same kill, the same checks, a writer without our order of things."""
    killed(table, tmp_path, "torn")
    with pytest.raises(HalfVersion):
        check_invariants(table, [])


def test_the_invariants_catch_a_lost_version(table, tmp_path):
    path = tmp_path / "batch.csv"
    path.write_text("batch,n\n" + "".join(f"1,{n}\n" for n in range(ROWS)))
    done = ingest(table, path, schema=SCHEMA)
    check_invariants(table, [done.version])
    (table.folder / "_delta_log" / f"{done.version:020d}.json").unlink()
    with pytest.raises(HalfVersion):
        check_invariants(table, [done.version])
    assert DeltaTable(table.folder).version() == 0
