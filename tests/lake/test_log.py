"""Our log entries and those of delta-rs are one log."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from deltalake import DeltaTable

from civicthread.lake import log
from civicthread.lake.upkeep import vacuum
from tests.lake.conftest import COUNTS
from tests.lake.reading import put_by_delta, rows_of
from tests.lake.test_tables import LATER, put
from tests.racing import switching_often


def test_delta_reads_what_we_write(counts):
    one, two = put(counts, "1.parquet", "('A', 2020, 1)"), put(counts, "2.parquet", "('B', 2020, 2)")
    counts.add([one], mode="append", expected_version=0)
    counts.add([two], mode="replace", expected_version=1, metadata={"why": "new"})
    delta = DeltaTable(counts.folder)
    assert (delta.version(), [uri.rsplit("/", 1)[1] for uri in delta.file_uris()]) == (2, ["2.parquet"])
    assert delta.to_pyarrow_table().to_pylist() == [{"area": "B", "year": 2020, "n": 2}]
    assert DeltaTable(counts.folder, version=1).to_pyarrow_table().num_rows == 1
    assert [entry["engineInfo"] for entry in delta.history()] == ["Civic Thread"] * 3
    assert delta.history()[0]["civicthread"] == {"operation": "replace", "why": "new"}
    assert delta.metadata().configuration["delta.enableExpiredLogCleanup"] == "false"


def test_we_read_what_delta_writes_and_go_on_from_there(counts):
    files = [put(counts, f"{n}.parquet", f"('A', {n}, 1)") for n in range(3)]
    counts.add(files[:1], mode="append", expected_version=0)
    put_by_delta(DeltaTable(counts.folder), files[1])
    assert (counts.latest(), counts.history()[0].operation) == (2, "write")
    counts.add(files[2:], mode="append", expected_version=2)
    assert [year for _area, year, _n in rows_of(counts)] == [0, 1, 2]
    assert DeltaTable(counts.folder).to_pyarrow_table().num_rows == 3


def test_a_long_log_is_read_from_its_checkpoint_and_old_versions_without(counts, lake):
    for number in range(205):
        file = put(counts, f"{number}.parquet", f"('A', {number}, 1)")
        counts.add([file], mode="append" if number % 2 else "replace", expected_version=number)
    assert {path.name for path in counts.folder.glob("_delta_log/*.checkpoint.parquet")} == {
        f"{number:020d}.checkpoint.parquet" for number in (100, 200)
    }
    log._kept.clear()
    assert lake.table("counts").schema() == COUNTS
    assert len(rows_of(counts)) == len(DeltaTable(counts.folder).file_uris()) == 1
    for number in (204, 200, 150, 99, 1):
        log._kept.clear()
        assert [year for _area, year, _n in rows_of(counts, number)] == [
            number - 1 - (number % 2 == 0),
            number - 1,
        ][number % 2 :]
    assert [commit.version for commit in counts.history(3)] == [205, 204, 203]
    assert len(counts.history()) == 206


def test_an_entry_is_never_made_twice_and_a_refused_one_leaves_nothing(counts):
    file = put(counts, "1.parquet", "('A', 2020, 1)")
    counts.add([file], mode="append", expected_version=0)
    with pytest.raises(FileExistsError):
        log.write(counts.place, 1, [], noted={})
    assert counts.history(1)[0].operation == "append"
    assert list(counts.folder.glob(f"_delta_log/*{log.DRAFT}")) == []


def test_what_a_kill_left_of_an_entry_is_swept_away(counts):
    draft = counts.folder / "_delta_log" / f"_commit_1.json{log.DRAFT}"
    draft.write_text("half")
    assert counts.latest() == 0
    vacuum(counts, before=LATER)
    assert not draft.exists()


def test_many_threads_read_more_logs_than_are_kept_at_once(lake, monkeypatch):
    log._kept.clear()
    monkeypatch.setattr(log, "MOST_KEPT", 2)
    tables = [lake.table(f"t{number}") for number in range(8)]
    for table in tables:
        table.create(COUNTS)
    with switching_often(), ThreadPoolExecutor(8) as readers:
        read = readers.map(lambda turn: tables[turn * 7 % 8].latest(), range(8000))
        assert set(read) == {0}
    kept = len(log._kept)
    assert kept <= 2
