import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from deltalake import DeltaTable

from civicthread.lake import log
from civicthread.lake.refusals import LakeError, StaleWriter, UnknownVersion
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.store import Place
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import compact, diff, vacuum
from tests.lake.conftest import COUNTS, FIRST
from tests.lake.reading import put_by_delta, rows_of, stray_files

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def lake(address: str, tmp_path: Path) -> Lake:
    """Whatever is true of a table is true of one in an object store."""
    return Lake(address, copies=tmp_path / "copies")


def put(table: Table, name: str, values: str) -> Path:
    path = table.folder / name
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) t(area, year, n)) TO '{path}'")
    return path


def test_a_new_table_is_empty_at_version_zero(counts):
    assert counts.latest() == 0
    assert rows_of(counts) == []
    assert counts.schema() == COUNTS


def test_a_table_cannot_be_created_twice(counts):
    with pytest.raises(LakeError, match="exists already"):
        counts.create(COUNTS)


@pytest.mark.parametrize("name", ["", "Up", "a b", "../x", "a.b", "1a", "é", "_work", "x" * 64])
def test_only_plain_names_are_tables_and_columns(lake, name):
    with pytest.raises(LakeError, match="cannot name a table"):
        lake.table(name)
    with pytest.raises(LakeError, match="cannot name a column"):
        lake.table("plain").create(TableSchema((Column(name, "text"),)))


@pytest.mark.parametrize(
    "schema",
    [
        TableSchema(()),
        TableSchema((Column("a", "text"), Column("a", "text"))),
        TableSchema((Column("a", "text"),), keys=("b",)),
        TableSchema((Column("a", "text"),), sort=("b",)),
    ],
)
def test_a_schema_that_cannot_work_is_refused(lake, schema):
    with pytest.raises(LakeError):
        lake.table("plain").create(schema)


def test_every_version_stays_readable(counts):
    one, two = put(counts, "1.parquet", "('A', 2020, 1)"), put(counts, "2.parquet", "('B', 2020, 2)")
    three = put(counts, "3.parquet", "('C', 2020, 3)")
    counts.add([one], mode="append", expected_version=0)
    counts.add([two], mode="append", expected_version=1)
    counts.add([three], mode="replace", expected_version=2, metadata={"why": "new edition"})
    assert [len(rows_of(counts, number)) for number in range(4)] == [0, 1, 2, 1]
    assert rows_of(counts) == [("C", 2020, 3)]
    newest = counts.history()[0]
    assert (newest.version, newest.operation, newest.metadata) == (3, "replace", {"why": "new edition"})
    assert all(Path(file).is_absolute() for file in counts.version().files)


def test_a_version_that_never_was_is_unknown(counts, lake):
    with pytest.raises(UnknownVersion):
        counts.version(7)
    with pytest.raises(UnknownVersion):
        lake.table("nothing").version()
    assert lake.names() == ["counts"]


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_stale_writer_is_refused(counts, mode):
    one, two = put(counts, "1.parquet", "('A', 2020, 1)"), put(counts, "2.parquet", "('B', 2020, 2)")
    counts.add([one], mode="append", expected_version=0)
    with pytest.raises(StaleWriter) as refused:
        counts.add([two], mode=mode, expected_version=0)
    assert (refused.value.expected, refused.value.current) == (0, 1)
    assert rows_of(counts) == [("A", 2020, 1)]


@pytest.mark.parametrize("address", ["folder"], indirect=True)
def test_two_stale_overwrites_without_our_guard_double_the_data(counts):
    """The negative control: the guard is what refuses, not luck."""
    one, two = put(counts, "1.parquet", "('A', 2020, 1)"), put(counts, "2.parquet", "('A', 2020, 1)")
    first, second = DeltaTable(counts.folder), DeltaTable(counts.folder)
    for delta, file in ((first, one), (second, two)):
        put_by_delta(delta, file, "overwrite")
    assert len(rows_of(counts)) == 2


def test_of_many_writers_at_once_each_commits_or_is_refused(counts):
    """Each thread adds its own row, looking again whenever it is refused: none is lost, none doubled."""
    files = [put(counts, f"{n}.parquet", f"('A', {n}, 1)") for n in range(8)]
    start = threading.Barrier(len(files))
    refusals: list[StaleWriter] = []

    def writer(file: Path) -> None:
        start.wait()
        while True:
            try:
                counts.add([file], mode="append", expected_version=counts.latest())
            except StaleWriter as refused:
                refusals.append(refused)
            else:
                return

    threads = [threading.Thread(target=writer, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.latest() == len(files)
    assert sorted(year for _, year, _ in rows_of(counts)) == list(range(8))


def test_restoring_makes_a_new_version_with_the_old_rows_and_columns(counts):
    counts.add([put(counts, "1.parquet", "('A', 2020, 1)")], mode="append", expected_version=0)
    wider = replace(COUNTS, columns=(*COUNTS.columns, Column("note", "text")))
    counts.change_schema(wider, expected_version=1)
    counts.add([put(counts, "2.parquet", "('B', 2020, 2)")], mode="replace", expected_version=2)
    restored = counts.restore(1, expected_version=3)
    assert restored.version == 4
    assert rows_of(counts) == [("A", 2020, 1)]
    assert counts.history()[0].metadata == {"restored": 1}
    assert len(rows_of(counts, 3)[0]) == 4


def test_a_stale_restore_or_schema_change_is_refused(counts):
    counts.add([put(counts, "1.parquet", "('A', 2020, 1)")], mode="append", expected_version=0)
    with pytest.raises(StaleWriter):
        counts.restore(0, expected_version=0)
    with pytest.raises(StaleWriter):
        counts.change_schema(
            replace(COUNTS, columns=(*COUNTS.columns, Column("note", "text"))), expected_version=0
        )
    assert counts.latest() == 1


def test_an_added_column_is_empty_in_the_rows_already_there(counts):
    counts.add([put(counts, "1.parquet", "('A', 2020, 1)")], mode="append", expected_version=0)
    wider = replace(COUNTS, columns=(*COUNTS.columns, Column("note", "text", unit="", codes=("x",))))
    version = counts.change_schema(wider, expected_version=1)
    assert version.version == 2
    assert counts.schema() == wider
    assert counts.schema(1) == COUNTS
    assert rows_of(counts) == [("A", 2020, 1, None)]


@pytest.mark.parametrize(
    "columns",
    [
        COUNTS.columns,
        COUNTS.columns[:2],
        (*COUNTS.columns[:2], Column("n", "text"), Column("x", "text")),
        (*COUNTS.columns, Column("x", "text", nullable=False)),
    ],
)
def test_any_other_change_of_columns_is_refused(counts, columns):
    with pytest.raises(LakeError):
        counts.change_schema(replace(COUNTS, columns=columns), expected_version=0)


def test_a_table_that_never_held_a_row_may_be_declared_anew(counts):
    other = TableSchema((Column("street", "text"), Column("n", "number")), keys=("street",), sort=("street",))
    assert counts.redeclare(other, expected_version=0).version == 1
    assert counts.schema() == other
    assert [field.name for field in DeltaTable(counts.folder).schema().fields] == ["street", "n"]
    with pytest.raises(StaleWriter):
        counts.redeclare(COUNTS, expected_version=0)
    with pytest.raises(StaleWriter):
        counts.add([put(counts, "old.parquet", "('A', 2020, 1)")], mode="append", expected_version=0)
    counts.redeclare(COUNTS, expected_version=1)
    counts.add([put(counts, "1.parquet", "('A', 2020, 1)")], mode="append", expected_version=2)
    with pytest.raises(LakeError, match="held rows"):
        counts.redeclare(other, expected_version=3)
    assert rows_of(counts) == [("A", 2020, 1)]


def test_compaction_keeps_the_rows_and_sorts_them_into_one_file(counts):
    values = ["('Uccle', 2021, 1)", "('Ixelles', 2020, 2)", "('Evere', 2019, 3)"]
    for number, value in enumerate(values):
        counts.add([put(counts, f"{number}.parquet", value)], mode="append", expected_version=number)
    before = rows_of(counts)
    compacted = compact(counts, expected_version=3)
    assert compacted.version == 4
    assert len(compacted.files) == 1
    assert rows_of(counts) == sorted(before)
    assert rows_of(counts, 3) == before


def test_compaction_of_an_empty_table_changes_nothing(counts):
    assert compact(counts, expected_version=0).version == 0


def test_a_stale_compaction_is_refused_and_leaves_no_file(counts):
    counts.add([put(counts, "1.parquet", "('A', 2020, 1)")], mode="append", expected_version=0)
    counts.add([put(counts, "2.parquet", "('B', 2020, 1)")], mode="append", expected_version=1)
    with pytest.raises(StaleWriter):
        compact(counts, expected_version=1)
    assert stray_files(counts) == set()


def test_retention_never_removes_a_kept_version(counts):
    for number in range(4):
        file = put(counts, f"{number}.parquet", f"('A', {number}, 1)")
        counts.add([file], mode="replace", expected_version=number)
    assert vacuum(counts, keep=[2], before=LATER) == ["0.parquet", "2.parquet"]
    assert rows_of(counts, 2) == [("A", 1, 1)]
    assert rows_of(counts) == [("A", 3, 1)]
    with pytest.raises(UnknownVersion, match="removed"):
        counts.version(1)
    with pytest.raises(UnknownVersion):
        counts.restore(3, expected_version=4)
    assert vacuum(counts, keep=[2], before=LATER) == []


def test_retention_keeps_what_is_younger_and_what_was_current_then(counts):
    counts.add([put(counts, "0.parquet", "('A', 0, 1)")], mode="replace", expected_version=0)
    counts.add([put(counts, "1.parquet", "('A', 1, 1)")], mode="replace", expected_version=1)
    orphan = put(counts, "orphan.parquet", "('A', 9, 9)")
    assert vacuum(counts, before=counts.history()[0].at) == []
    assert orphan.exists()
    assert vacuum(counts, before=LATER) == ["0.parquet", "orphan.parquet"]


def test_retention_refuses_to_keep_a_version_that_is_not_there(counts):
    with pytest.raises(UnknownVersion):
        vacuum(counts, keep=[5], before=LATER)


HALF_A_DAY, TWO_DAYS = timedelta(hours=12), timedelta(days=2)


@pytest.fixture
def replaced(counts, monkeypatch, request):
    """A table whose rows were replaced twice, two days ago."""
    then = time.time_ns() - TWO_DAYS // timedelta(microseconds=1) * 1000
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time_ns", lambda: then)
        for number in range(3):
            file = put(counts, f"{number}.parquet", f"('A', {number}, 1)")
            counts.add([file], mode="replace", expected_version=number)
            os.utime(file, ns=(then, then))
    if counts.place.store:
        objects = request.getfixturevalue("object_store").buckets[urlsplit(counts.place.uri).netloc]
        objects.update({name: replace(found, modified=then / 1e9) for name, found in objects.items()})
    return counts


def let_go(table):
    return vacuum(table, before=datetime.now(UTC) - HALF_A_DAY)


def once_before(monkeypatch, where, name, act):
    """Let that happen in the very moment before the next call of a function."""
    real = getattr(where, name)

    def called(*args, **named):
        monkeypatch.setattr(where, name, real)
        act()
        return real(*args, **named)

    monkeypatch.setattr(where, name, called)


def test_what_is_restored_while_old_versions_are_let_go_stays(replaced, monkeypatch):
    once_before(monkeypatch, log, "write", lambda: let_go(replaced))
    assert replaced.restore(1, expected_version=3).version == 4
    assert rows_of(replaced) == [("A", 0, 1)]
    assert let_go(replaced) == []


def test_what_is_restored_in_the_middle_of_letting_go_stays(replaced, monkeypatch):
    once_before(monkeypatch, Place, "remove", lambda: replaced.restore(1, expected_version=3))
    assert let_go(replaced) == ["0.parquet", "1.parquet"]
    assert rows_of(replaced) == [("A", 0, 1)]


def test_a_restoration_that_named_the_old_files_would_lose_them(replaced, monkeypatch):
    """The negative control: an entry that takes back what is about to be let go."""
    old, now = (Path(replaced.version(number).files[0]) for number in (1, 3))
    once_before(monkeypatch, log, "write", lambda: let_go(replaced))
    actions = [log.added(old, rows=1, changes=True), log.removed(now, changes=True)]
    log.write(replaced.place, 4, actions, noted={})
    assert replaced.latest() == 4
    with pytest.raises(UnknownVersion):
        replaced.version()


def test_a_refused_restoration_leaves_no_file(replaced, monkeypatch):
    other = put(replaced, "other.parquet", "('B', 9, 9)")
    add = partial(replaced.add, [other], mode="replace", expected_version=3)
    once_before(monkeypatch, log, "write", add)
    with pytest.raises(StaleWriter):
        replaced.restore(1, expected_version=3)
    assert sorted(replaced.place.standing()) == ["0.parquet", "1.parquet", "2.parquet", "other.parquet"]


def test_what_is_let_go_while_it_is_being_restored_is_refused(replaced, monkeypatch):
    once_before(monkeypatch, os, "utime", lambda: let_go(replaced))
    with pytest.raises(UnknownVersion):
        replaced.restore(1, expected_version=3)
    assert (replaced.latest(), rows_of(replaced)) == (3, [("A", 2, 1)])


def test_a_difference_tells_rows_apart_by_key(counts, load):
    load(FIRST)
    load("area,year,n\nUccle,2020,6\nIxelles,2021,7\nEvere,2020,1\n")
    found = diff(counts, 1, 2)
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.added_rows == ({"area": "Evere", "year": 2020, "n": 1},)
    assert found.removed_rows == ({"area": "Ixelles", "year": 2020, "n": 3},)
    old, new = found.changed_rows[0]
    assert (old["n"], new["n"]) == (5, 6)


def test_a_difference_without_keys_counts_doubles(lake):
    table = lake.table("plain")
    table.create(replace(COUNTS, keys=()))
    table.add([put(table, "1.parquet", "('A', 1, 1), ('A', 1, 1)")], mode="replace", expected_version=0)
    table.add([put(table, "2.parquet", "('A', 1, 1), ('B', 1, 1)")], mode="replace", expected_version=1)
    found = diff(table, 1, 2)
    assert (found.added, found.removed, found.changed) == (1, 1, 0)


def test_a_difference_across_an_added_column_shows_it(counts, load):
    load(FIRST)
    wider = replace(COUNTS, columns=(*COUNTS.columns, Column("note", "text")))
    counts.change_schema(wider, expected_version=1)
    assert diff(counts, 1, 2).changed == 0
    duckdb.execute(
        f"COPY (SELECT 'Uccle' AS area, 2020 AS year, 5 AS n, 'x' AS note) TO '{counts.folder}/n.parquet'"
    )
    counts.add([counts.folder / "n.parquet"], mode="replace", expected_version=2)
    assert diff(counts, 1, 3).changed == 1
