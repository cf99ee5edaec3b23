"""A lake in an object store: the store holds the truth, seen from any machine, whatever is cut off on the way."""

import json
import shutil
import threading
import time
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from civicthread.lake import log
from civicthread.lake.engine import engine_from
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import LakeError, StaleWriter, StoreFailed, UnknownVersion
from civicthread.lake.sql import check
from civicthread.lake.store import Place, Store
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import committed, compact, move_in, vacuum
from tests import sailing
from tests.lake.conftest import COUNTS, FIRST
from tests.lake.reading import rejects_in, rows_of
from tests.lake.test_tables import LATER

SORTED = [("Ixelles", 2020, 3), ("Ixelles", 2021, 7), ("Uccle", 2020, 5)]


@pytest.fixture
def lake(bucket: str, tmp_path: Path) -> Lake:
    return Lake(bucket, copies=tmp_path / "copies")


@pytest.fixture
def elsewhere(bucket: str, tmp_path: Path) -> Table:
    """The same table seen from another machine, which has no copies yet."""
    return Lake(bucket, copies=tmp_path / "elsewhere").table("counts")


def names_in(table: Table) -> set[str]:
    """What stands of a table in the store."""
    folders, objects = table.place.store.beneath()
    below = {f"{folder}/{one.name}" for folder in folders for one in table.place.store.listed(folder)}
    return below | {one.name for one in objects}


def row(table: Table, number: int) -> Path:
    """A file with one row, ready in the table's folder."""
    path = table.folder / f"part-{uuid4().hex}.parquet"
    pq.write_table(pa.table({"area": ["A"], "year": [number], "n": [1]}), path)
    return path


def test_what_one_machine_writes_another_reads(lake, counts, load, elsewhere):
    load(FIRST)
    assert rows_of(elsewhere) == SORTED
    assert elsewhere.schema() == COUNTS
    assert elsewhere.version().uri == counts.version().uri == f"{lake.place.uri}/counts"
    compact(elsewhere, expected_version=1)
    assert (counts.latest(), counts.history(1)[0].operation) == (2, "compact")
    assert counts.restore(0, expected_version=2).version == elsewhere.latest() == 3
    assert lake.names() == ["counts"]


def test_a_version_that_is_here_is_read_without_the_store(counts, load, object_store):
    load(FIRST)
    asked = []
    with object_store.interfering(lambda _moment, request: asked.append(request) or True):
        assert rows_of(counts, 1) == SORTED
    assert asked == []


def test_rows_set_aside_are_listed_for_every_machine(load, elsewhere, write, counts):
    done = load(FIRST + "Evere,x,1\n")
    name = str(done.rejects_file.relative_to(counts.folder))
    assert rejects_in(elsewhere.place.brought(name)) == rejects_in(done.rejects_file)
    again = ingest(elsewhere, write(FIRST + "Evere,x,1\n"), schema=COUNTS)
    assert (again.unchanged, again.rejects_file) == (True, elsewhere.folder / name)


def test_other_programs_read_the_table_in_the_store(counts, monkeypatch):
    monkeypatch.setattr(log, "CHECKPOINT_EVERY", 3)
    for number in range(5):
        counts.add([row(counts, number)], mode="append", expected_version=number)
    counts.restore(2, expected_version=5)
    assert f"_delta_log/{log.POINTER}" in names_in(counts)
    found = DeltaTable(counts.place.uri)
    assert (found.version(), sorted(found.to_pyarrow_table()["year"].to_pylist())) == (6, [0, 1])


def test_a_new_machine_reads_a_long_log_and_goes_on_from_there(counts, elsewhere, monkeypatch):
    monkeypatch.setattr(log, "CHECKPOINT_EVERY", 3)
    for number in range(8):
        counts.add([row(counts, number)], mode="replace", expected_version=number)
    assert rows_of(elsewhere, 4) == [("A", 3, 1)]
    assert rows_of(elsewhere) == [("A", 7, 1)]
    assert [commit.version for commit in elsewhere.history(2)] == [8, 7]
    elsewhere.add([row(elsewhere, 8)], mode="append", expected_version=8)
    assert f"_delta_log/{9:020d}.checkpoint.parquet" in names_in(counts)
    log._kept.clear()
    assert sorted(year for _area, year, _n in rows_of(counts)) == [7, 8]


WRITERS, TURNS = 4, 3


def machines(lake: Lake, tmp_path: Path) -> list[Table]:
    uri = lake.place.uri
    return [Lake(uri, copies=tmp_path / f"machine-{n}").table("counts") for n in range(WRITERS)]


def in_threads(tables: list[Table], act) -> list[BaseException]:
    """Let every machine act at once; what was raised."""
    start, faults = threading.Barrier(len(tables)), []

    def run(number: int, table: Table) -> None:
        start.wait()
        try:
            act(number, table)
        except BaseException as fault:  # noqa: BLE001  # the test says what may be
            faults.append(fault)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(tables)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_of_writers_on_many_machines_each_commits_or_is_refused(lake, counts, tmp_path):
    def write(machine: int, table: Table) -> None:
        for turn in range(TURNS):
            while True:
                latest = table.latest()
                try:
                    table.add([row(table, machine * 100 + turn)], mode="append", expected_version=latest)
                except StaleWriter:
                    continue
                break

    assert in_threads(machines(lake, tmp_path), write) == []
    expected = {machine * 100 + turn for machine in range(WRITERS) for turn in range(TURNS)}
    assert sorted(year for _area, year, _n in rows_of(counts)) == sorted(expected)
    assert counts.latest() == WRITERS * TURNS


def test_writers_that_only_put_their_entries_lose_rows(lake, counts, tmp_path):
    """The negative control: the same writers, with entries that take the place of others'."""

    def write(machine: int, table: Table) -> None:
        table.latest()
        file = row(table, machine)
        table.place.send(file.name)
        path = log.path_of(table.folder, 1)
        path.write_text(json.dumps({"add": {"path": file.name}}))
        table.place.send(f"_delta_log/{path.name}")

    assert in_threads(machines(lake, tmp_path), write) == []
    assert len(rows_of(counts)) < WRITERS


def spoiled_after(number: int, what: str):
    """The answers to the first so many requests of that kind are lost, though they were heeded."""
    left = [number]

    def interfere(moment: str, asked: str) -> bool:
        if moment == "before" or what not in asked or not left[0]:
            return False
        left[0] -= 1
        return True

    return interfere


ENTRY = "_delta_log/00000000000000000001.json"


def test_a_commit_whose_answer_is_lost_has_gone_through(counts, elsewhere, object_store):
    with object_store.interfering(spoiled_after(1, ENTRY)):
        counts.add([row(counts, 1)], mode="append", expected_version=0)
    assert (counts.latest(), len(rows_of(elsewhere))) == (1, 1)


def test_an_entry_of_another_is_not_taken_for_ones_own(counts, elsewhere, object_store):
    elsewhere.latest()
    counts.add([row(counts, 1)], mode="append", expected_version=0)
    with object_store.interfering(spoiled_after(1, f"PUT /{ENTRY}")), pytest.raises(StaleWriter):
        elsewhere.add([row(elsewhere, 1)], mode="append", expected_version=0)


def test_where_nobody_knows_whether_a_commit_went_through_its_files_stay(
    counts, load, elsewhere, object_store
):
    with object_store.interfering(spoiled_after(1000, ENTRY)), pytest.raises(StoreFailed) as failed:
        load(FIRST)
    assert failed.value.code == "store_unreachable"
    assert rows_of(elsewhere) == rows_of(counts) == SORTED


def test_a_refused_load_leaves_no_file_anywhere(counts, elsewhere, tmp_path):
    elsewhere.latest()
    counts.add([row(counts, 1)], mode="append", expected_version=0)
    draft = row(elsewhere, 2).rename(tmp_path / "draft.parquet")
    file = move_in(elsewhere, draft)
    with pytest.raises(StaleWriter):
        committed(elsewhere, [file], (), expected_version=0)
    assert not file.exists()
    assert file.name not in names_in(counts)


def test_a_download_that_breaks_off_is_no_file(counts, load, elsewhere, object_store):
    load(FIRST)
    elsewhere.latest()
    with (
        object_store.interfering(lambda _moment, asked: asked.endswith(".parquet")),
        pytest.raises(StoreFailed),
    ):
        elsewhere.version()
    assert list(elsewhere.folder.glob("*.parquet*")) == []
    assert rows_of(elsewhere) == SORTED


def test_what_nobody_needs_is_removed_from_the_store_and_from_here(counts, elsewhere):
    for number in range(3):
        counts.add([row(counts, number)], mode="replace", expected_version=number)
    orphan = row(counts, 9)
    counts.place.send(orphan.name)
    here_only = row(counts, 10)
    first = Path(counts.version(1).files[0]).name
    removed = vacuum(counts, keep=[2], before=LATER)
    assert removed == sorted([first, orphan.name, here_only.name])
    assert {name for name in names_in(counts) if name.endswith(".parquet")} == {
        Path(file).name for number in (2, 3) for file in counts.version(number).files
    }
    assert not {path.name for path in counts.folder.glob("*.parquet")} & set(removed)
    with pytest.raises(UnknownVersion, match="removed"):
        elsewhere.version(1)


def test_copies_of_a_state_that_the_store_has_left_are_not_built_upon(counts, load):
    load(FIRST)
    counts.place.store.remove(ENTRY)
    with pytest.raises(StoreFailed, match=r"remove .*copies"):
        counts.latest()


def test_a_large_file_goes_in_parts_and_comes_whole(bucket, tmp_path):
    one, other = Place.at(bucket, tmp_path / "a"), Place.at(bucket, tmp_path / "b")
    one.folder.mkdir(parents=True)
    content = bytes(range(256)) * (45 << 10)
    (one.folder / "large").write_bytes(content)
    one.send("large")
    assert other.brought("large").read_bytes() == content
    assert other.brought("none") is None
    assert [path.name for path in other.folder.iterdir()] == ["large"]


def test_a_folder_as_a_store_works_the_same(tmp_path, write):
    (tmp_path / "store").mkdir()
    root = f"file://{tmp_path}/store"
    table = Lake(root, copies=tmp_path / "copies").table("counts")
    table.create(COUNTS)
    ingest(table, write(FIRST), schema=COUNTS)
    assert rows_of(Lake(root, copies=tmp_path / "more").table("counts")) == SORTED
    assert len(DeltaTable(tmp_path / "store" / "counts").to_pyarrow_table()) == 3


def test_a_store_that_cannot_be_used_is_told_in_one_sentence(object_store, bucket, tmp_path, monkeypatch):
    def refusal(root: str) -> str:
        with pytest.raises(StoreFailed) as failed:
            Lake(root, copies=tmp_path / "copies").table("counts").exists()
        with pytest.raises(StoreFailed) as looked:
            Store(root).look()
        assert looked.value.code == failed.value.code
        return failed.value.code

    assert refusal("s3://no-such-bucket/lake") == "store_missing"
    assert refusal("nonsense://bucket/lake") == "store_address"
    with monkeypatch.context() as other:
        other.setenv("AWS_ACCESS_KEY_ID", "another")
        assert refusal(f"{bucket}-1") == "store_denied"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    begun = time.monotonic()
    assert refusal(f"{bucket}-2") == "store_unreachable"
    assert time.monotonic() - begun < 5


def test_a_cluster_reads_the_store_itself(counts, load, tmp_path):
    load(FIRST)
    version = counts.version()
    query = check("SELECT area, sum(n) AS n FROM counts GROUP BY area", {"counts": dict(version.columns)})
    shutil.rmtree(counts.folder)  # what stands here is nothing to the cluster
    with sailing.served(tmp_path / "sail.log") as address:
        engine = engine_from(address)
        try:
            answer = engine.run(query, {"counts": version})
        finally:
            engine.close()
    assert answer.to_pydict() == {"area": ["Ixelles", "Uccle"], "n": [10, 5]}


def test_a_store_without_conditional_writes_gets_no_version(bucket, object_store, tmp_path, monkeypatch):
    monkeypatch.setattr(object_store, "knows_conditions", False)
    table = Lake(bucket, copies=tmp_path / "copies").table("counts")
    with pytest.raises(StoreFailed, match="conditional"):
        table.create(COUNTS)
    assert not table.exists()
    assert table.place.store.beneath() == ([], [])


def test_a_store_needs_a_folder_for_copies():
    with pytest.raises(LakeError, match="copies"):
        Lake("s3://bucket/lake")
