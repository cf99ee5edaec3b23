"""A figure is the same to the last bit: a hundred times on two threads, on Sail, on a Sail cluster of two workers."""

import importlib.util
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from civicthread.lake.engine import Engine, engine_from
from civicthread.lake.schema import ColumnType, TableVersion
from civicthread.lake.sql import check
from tests.lake.sql.test_conformance import QUERIES, answers

TIMES = 100
ROWS, GROUP = 240_000, 20_000
COLUMNS: dict[str, ColumnType] = {"area": "text", "value": "number"}
FIGURES = """
SELECT area, sum(value) AS total, avg(value) AS mean, median(value) AS middle, sum(value) / count(*) AS part
FROM plenty GROUP BY area
"""


@pytest.fixture(scope="module")
def plenty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TableVersion]:
    """Two files of several row groups, so that both threads have work; values whose plain sum depends on its order."""
    chance, folder, files = random.Random(3), tmp_path_factory.mktemp("plenty"), []
    for number in range(2):
        values = [chance.uniform(-1, 1) * 10 ** chance.uniform(-6, 9) for _ in range(ROWS // 2)]
        table = pa.table({"area": [f"area {n % 19}" for n in range(ROWS // 2)], "value": values})
        files.append(str(folder / f"{number}.parquet"))
        pq.write_table(table, files[-1], row_group_size=GROUP)
    return {"plenty": TableVersion("plenty", 0, str(folder), tuple(files), COLUMNS)}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A Sail server that hands its work to two workers, started as docs/operate/cluster.md says."""
    if importlib.util.find_spec("pysail") is None:
        pytest.skip("pysail is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    workers = {
        "SAIL_MODE": "local-cluster",
        "SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2",
        "SAIL_CLUSTER__WORKER_MAX_COUNT": "2",
        "SAIL_EXECUTION__DEFAULT_PARALLELISM": "4",
        "TOKIO_WORKER_THREADS": "8",
    }
    program = str(Path(sys.executable).with_name("sail"))
    log = tmp_path_factory.mktemp("sail") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [program, "spark", "server", "--port", str(port)],
            env=os.environ | workers,
            stdout=out,
            stderr=out,
        )
    try:
        _wait_for(port, server)
        engine = engine_from(f"sc://127.0.0.1:{port}")
        yield engine
        engine.close()
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not listen")


def told(engine: Engine, plenty: dict[str, TableVersion]) -> str:
    """The figures to the last bit: `repr` of a float gives back the very same one."""
    answer = engine.run(check(FIGURES, {"plenty": COLUMNS}), plenty, timeout=60)
    return repr(answer.to_pydict())


def test_a_figure_computed_a_hundred_times_is_the_same_to_the_last_bit(duck, sail, plenty):
    first = told(duck, plenty)
    assert {told(duck, plenty) for _ in range(TIMES - 1)} == {first}
    assert {told(sail, plenty) for _ in range(5)} == {first}


def test_a_cluster_of_two_workers_gives_the_same_to_the_last_bit(duck, cluster, plenty):
    assert told(cluster, plenty) == told(duck, plenty)


@pytest.mark.parametrize("sql", QUERIES)
def test_a_cluster_of_two_workers_gives_the_same_for_each_query(sql, duck, cluster, versions):
    ours, theirs = answers(sql, versions, duck, cluster)
    assert ours == theirs
