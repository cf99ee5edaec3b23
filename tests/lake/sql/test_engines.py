import itertools
import threading

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from civicthread.lake.engine import DuckEngine, QueryFailed, ResultLimits, engine_from
from civicthread.lake.schema import TableVersion
from civicthread.lake.sql import check
from tests.lake.sql.conftest import TABLES

NUMBERS = {"numbers": {"n": "integer", "x": "number"}}


@pytest.fixture(params=["duck", "sail"])
def engine(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def numbers(tmp_path):
    """Write tables of numbers, and give them as versions of one table."""
    count = itertools.count(1)

    def written(*parts: dict[str, list[object]]) -> dict[str, TableVersion]:
        files = []
        for part in parts:
            files.append(str(tmp_path / f"{next(count)}.parquet"))
            pq.write_table(pa.table(part), files[-1])
        return {
            "numbers": TableVersion("numbers", next(count), str(tmp_path), tuple(files), NUMBERS["numbers"])
        }

    return written


def run(engine, sql, versions, **options):
    return engine.run(check(sql, NUMBERS), versions, **options).to_pydict()


def failure(engine, sql, versions, **options):
    with pytest.raises(QueryFailed) as failed:
        run(engine, sql, versions, **options)
    return failed.value


def test_the_answer_has_the_promised_names_and_types(engine, versions):
    query = check("SELECT * FROM ideas", TABLES)
    answer = engine.run(query, versions)
    assert answer.column_names == [column.name for column in query.columns]
    assert [str(kind) for kind in answer.schema.types] == [
        *("int64", "string", "double", "int64", "bool", "date32[day]", "timestamp[us]")
    ]
    assert answer["id"].to_pylist() == list(range(10))


def test_each_query_reads_the_version_it_is_given(engine, numbers):
    first, second = numbers({"n": [1], "x": [1.0]}), numbers({"n": [1, 2], "x": [1.0, 2.0]})
    sql = "SELECT count(*) AS c, sum(x) AS s FROM numbers"
    for versions, found in ((first, (1, 1.0)), (second, (2, 3.0)), (first, (1, 1.0))):
        assert run(engine, sql, versions) == {"c": [found[0]], "s": [found[1]]}


def test_files_of_changed_schemas_are_one_table(engine, numbers):
    versions = numbers({"n": [1]}, {"n": [2], "x": [0.5], "more": ["ignored"]})
    assert run(engine, "SELECT n, x FROM numbers", versions) == {"n": [1, 2], "x": [None, 0.5]}


def test_a_table_without_files_is_empty(engine, numbers):
    assert run(engine, "SELECT count(*) AS c, sum(x) AS s FROM numbers", numbers()) == {"c": [0], "s": [None]}


def test_a_sum_does_not_depend_on_the_order_of_its_terms(engine, versions, tmp_path):
    (file,) = versions["readings"].files
    table = pq.read_table(file)
    turned = tmp_path / "turned.parquet"
    pq.write_table(table.sort_by([("value", "descending")]), turned)
    query = check("SELECT sum(value) AS s, avg(value) AS a FROM readings", TABLES)
    other = TableVersion("readings", 1, "", (str(turned),), TABLES["readings"])
    ours, theirs = engine.run(query, versions), engine.run(query, {"readings": other})
    assert ours.to_pydict() == theirs.to_pydict()
    plain = [duckdb.sql(f"SELECT sum(value) FROM '{name}'").fetchall() for name in (file, turned)]
    assert plain[0] != plain[1]  # the control: a plain sum does depend on it


def test_an_overflow_of_an_exact_sum_fails_instead_of_giving_a_wrong_figure(engine, numbers):
    assert failure(engine, "SELECT sum(x) AS s FROM numbers", numbers({"n": [1], "x": [1e30]})).code in {
        "value_out_of_range",
        "failed",
    }


def test_what_is_no_finite_number_is_no_value(engine, numbers):
    query = check("SELECT 1e308 * 10 AS a, exp(1000) AS b, power(1e308, 10) AS c, -0.5 AS d", {})
    assert engine.run(query, {}).to_pylist() == [{"a": None, "b": None, "c": None, "d": -0.5}]


def test_a_table_that_is_not_given_is_refused(engine):
    assert failure(engine, "SELECT n FROM numbers", {}).code == "unknown_table"


def test_a_missing_file_is_said_so(duck, numbers, tmp_path):
    versions = {
        "numbers": TableVersion("numbers", 0, "", (str(tmp_path / "gone.parquet"),), NUMBERS["numbers"])
    }
    failed = failure(duck, "SELECT n FROM numbers", versions)
    assert (failed.code, str(tmp_path) in failed.message) == ("unreadable", False)


def test_a_result_that_is_too_large_is_refused(sail, numbers):
    versions = numbers({"n": [1, 2, 3], "x": [1.0, 2.0, 3.0]})
    sail_limits, sail.limits = sail.limits, ResultLimits(rows=2)
    try:
        assert failure(sail, "SELECT n FROM numbers", versions).code == "too_many_rows"
        assert run(sail, "SELECT n FROM numbers WHERE n > 1", versions) == {"n": [2, 3]}
    finally:
        sail.limits = sail_limits
    with DuckEngine(limits=ResultLimits(rows=2)) as duck:
        assert (
            failure(duck, "SELECT n FROM numbers", versions).message
            == "The result is too large: at most 2 rows."
        )
        assert run(duck, "SELECT n FROM numbers WHERE n > 1", versions) == {"n": [2, 3]}


SLOW = "SELECT sum(a.x * b.x * c.x * d.x) AS s FROM numbers a, numbers b, numbers c, numbers d"


@pytest.fixture
def many(numbers):
    return numbers({"n": list(range(3000)), "x": [float(n) for n in range(3000)]})


def test_a_query_that_takes_too_long_is_ended(engine, many):
    assert failure(engine, SLOW, many, timeout=1).message == "The query took longer than 1 seconds."
    assert run(engine, "SELECT count(*) AS c FROM numbers", many) == {"c": [3000]}


def test_an_owner_can_cancel_what_runs(engine, many):
    codes = []
    thread = threading.Thread(
        target=lambda: codes.append(failure(engine, SLOW, many, timeout=60, owner="anne").code)
    )
    thread.start()
    assert not engine.cancel("bert")
    while thread.is_alive():
        engine.cancel("anne")
        thread.join(0.2)
    assert codes == ["cancelled"]
    assert run(engine, "SELECT count(*) AS c FROM numbers", many) == {"c": [3000]}


def test_spark_reads_a_delta_table_at_its_version(sail, tmp_path):
    from civicthread.lake.spark import SparkEngine

    uri = str(tmp_path / "delta")
    write_deltalake(uri, pa.table({"n": [1], "x": [1.0]}))
    write_deltalake(uri, pa.table({"n": [2], "x": [2.0]}), mode="append")
    engine = SparkEngine(sail.url, delta=True)
    for version, rows in ((0, [1]), (1, [1, 2])):
        given = {"numbers": TableVersion("numbers", version, uri, ("unused",), NUMBERS["numbers"])}
        assert run(engine, "SELECT n FROM numbers", given) == {"n": rows}
    engine.close()


def test_a_server_that_is_not_there_is_said_so(sail, numbers):
    engine = engine_from("sc://127.0.0.1:1")
    assert failure(engine, "SELECT n FROM numbers", numbers({"n": [1], "x": [1.0]})).code == "unreachable"


def test_an_engine_is_named_by_its_address():
    assert isinstance(engine_from("duckdb"), DuckEngine)
    with pytest.raises(ValueError, match="postgres"):
        engine_from("postgres://example.org")
