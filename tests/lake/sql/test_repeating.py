"""A figure is the same to the last bit: a hundred times on two threads, on Sail, on a Sail cluster of two workers."""

import random
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from civicthread.lake.engine import Engine, engine_from
from civicthread.lake.schema import ColumnType, TableVersion
from civicthread.lake.sql import check
from tests import sailing
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
    workers = {
        "SAIL_MODE": "local-cluster",
        "SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2",
        "SAIL_CLUSTER__WORKER_MAX_COUNT": "2",
        "SAIL_EXECUTION__DEFAULT_PARALLELISM": "4",
    }
    with sailing.served(tmp_path_factory.mktemp("sail") / "log", **workers) as address:
        engine = engine_from(address)
        yield engine
        engine.close()


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
