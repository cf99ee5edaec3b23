"""A copy made while others load is a lake of some moment."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from civicthread.lake import log
from civicthread.lake.snapshot import standing
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import work_folder
from tests.lake.reading import rows_of
from tests.lake.test_tables import put


@pytest.fixture
def steps(counts, tmp_path) -> Iterator[tuple[str, Path]]:
    (tmp_path / "aside").mkdir()
    return standing(counts.folder.parent, tmp_path / "aside")


def append(table: Table) -> None:
    number = table.latest()
    file = put(table, f"{number}.parquet", f"('A', {number}, 1)")
    table.add([file], mode="append", expected_version=number)


def put_down(step: tuple[str, Path], copy: Path) -> None:
    name, path = step
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy / name)


def test_what_is_written_just_now_is_left_out(counts, steps):
    append(counts)
    with work_folder(counts) as work:
        (work / "new.parquet").touch()
        for unfinished in ("_delta_log/_commit_1.json.tmp", "_rejects/1.csv.tmp", "1.parquet.1.tmp"):
            path = counts.folder / unfinished
            path.parent.mkdir(exist_ok=True)
            path.touch()
        (counts.folder.parent / ".restore-1").mkdir()
        (counts.folder.parent / ".restore-1" / "old.parquet").touch()
        assert [name.removeprefix("counts/") for name, _path in steps] == [
            f"_delta_log/{0:020d}.json",
            f"_delta_log/{1:020d}.json",
            "0.parquet",
        ]


@pytest.mark.parametrize("seen", [0, 1, 2, 3, 5, 7])
def test_a_copy_is_the_lake_of_a_moment_however_much_is_loaded_meanwhile(
    counts, steps, tmp_path, monkeypatch, seen
):
    monkeypatch.setattr(log, "CHECKPOINT_EVERY", 2)
    for _ in range(3):
        append(counts)
    copy = tmp_path / "copy"
    for _ in range(seen):
        put_down(next(steps), copy)
    for _ in range(3):
        append(counts)
    for step in steps:
        put_down(step, copy)
    found = Lake(copy).table("counts")
    assert found.latest() in {3, 6}
    assert len(rows_of(found)) == found.latest() == DeltaTable(found.folder).version()
    append(found)
    assert len(rows_of(found)) == found.latest()


def test_an_entry_behind_a_gap_is_left_out(counts, steps):
    """A listing made while entries come may hold the second of two and lack the first."""
    for _ in range(2):
        append(counts)
    log.path_of(counts.folder, 1).unlink()
    assert [name for name, _path in steps if name.endswith(".json")] == [f"counts/_delta_log/{0:020d}.json"]
