"""With the disk full, a load is refused clearly, the last version stands, and nothing is left lying about."""

import multiprocessing
import resource
import signal
from pathlib import Path

import pytest

from civicthread.lake.connection import Limits
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.tables import Lake
from tests.lake.conftest import COUNTS, FIRST
from tests.lake.reading import rows_of, stray_files

LIMITS = [200, 2_000, 20_000, 100_000]


def lines(count: int, *, bad: bool) -> str:
    """Rows that do not compress well, and one bad row where the careful pass is wanted."""
    rows = [f"area {n * 7919 % 999_983},{n},{n * 104_729 % 999_983}" for n in range(count)]
    return "area,year,n\n" + "\n".join([*rows, *(["x,y,z"] if bad else [])]) + "\n"


def load_with_little_disk(lake: Path, file: Path, limit: int, answer) -> None:
    """In a process of its own: no file may grow beyond `limit` bytes, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        done = ingest(Lake(lake).table("counts"), file, schema=COUNTS)
    except IngestRefused as refused:
        answer.send(refused.code)
    else:
        answer.send(done.version)


def run_with_little_disk(lake: Path, file: Path, limit: int) -> object:
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    child = spawn.Process(target=load_with_little_disk, args=(lake, file, limit, sender))
    child.start()
    sender.close()
    try:
        return receiver.recv()
    finally:
        child.join()


@pytest.mark.parametrize("bad", [False, True])
@pytest.mark.parametrize("limit", LIMITS)
def test_a_full_disk_refuses_the_load_and_keeps_the_last_version(counts, load, write, limit, bad):
    load(FIRST)
    file = write(lines(40_000, bad=bad), "large.csv")
    assert run_with_little_disk(counts.folder.parent, file, limit) == "no_space"
    assert counts.latest() == 1
    assert len(rows_of(counts)) == 3
    assert stray_files(counts) == set()
    assert list((counts.folder / "_work").iterdir()) == []
    done = ingest(counts, file, schema=COUNTS)
    assert (done.version, done.rows) == (2, 40_000)


def test_with_room_enough_the_same_load_goes_through(counts, load, write):
    """The negative control: the limit is what refuses."""
    load(FIRST)
    file = write(lines(40_000, bad=True), "large.csv")
    assert run_with_little_disk(counts.folder.parent, file, 1 << 30) == 2


def test_too_little_memory_refuses_the_load(tmp_path, write):
    table = Lake(tmp_path / "small", limits=Limits(memory="8MB")).table("counts")
    table.create(COUNTS)
    file = write("area,year,n\n" + "".join(f"{'x' * 90_000} {n},{n},1\n" for n in range(300)))
    with pytest.raises(IngestRefused) as refused:
        ingest(table, file, schema=COUNTS)
    assert refused.value.code in ("out_of_memory", "no_space")
    assert table.latest() == 0
    assert stray_files(table) == set()
