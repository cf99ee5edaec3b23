"""Hostile texts: each is refused by the gate or cut off by the child's limits, and the next query is answered."""

from pathlib import Path

import pytest

from civicthread.children.pool import ChildError, Pool
from civicthread.lake.engine import DuckEngine, QueryFailed
from civicthread.lake.schema import TableVersion
from civicthread.lake.sql import REASONS, SqlRefused, check
from tests.lake.sql.conftest import TABLES

CHILD = "civicthread.lake.duck_child"

REFUSED = [
    # writes
    "DELETE FROM ideas",
    "INSERT INTO ideas VALUES (1)",
    "UPDATE ideas SET votes = 0",
    "DROP TABLE ideas",
    "TRUNCATE ideas",
    "ALTER TABLE ideas ADD COLUMN x INT",
    "CREATE TABLE t AS SELECT 1 AS a",
    "CREATE MACRO f() AS 1",
    "CREATE VIEW v AS SELECT 1 AS a",
    "MERGE INTO ideas USING areas ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM ideas RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO ideas VALUES (1) RETURNING id) SELECT id FROM new",
    "SELECT id INTO stolen FROM ideas",
    "SELECT id FROM ideas FOR UPDATE",
    # files and networks
    "COPY (SELECT 1) TO '{out}'",
    "COPY ideas FROM '/etc/passwd'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    'SELECT * FROM "x.csv"',
    "SELECT * FROM 'https://example.org/x.parquet'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/*')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM glob('/*')",
    "SELECT content FROM read_text('{secret}')",
    "ATTACH '{out}' AS other",
    "ATTACH 'https://example.org/db' AS other",
    "INSTALL httpfs",
    "LOAD '{out}'",
    # system tables, settings, the environment
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pragma_table_info('ideas')",
    "PRAGMA database_list",
    "SET memory_limit = '64GB'",
    "RESET lock_configuration",
    "CALL pragma_version()",
    "SELECT getenv('HOME') AS home",
    "SELECT current_setting('memory_limit') AS m",
    "SELECT version() AS v",
    "SELECT * FROM query('DROP TABLE ideas')",
    "SELECT * FROM query_table('ideas')",
    "EXPLAIN ANALYZE SELECT 1",
    "DESCRIBE ideas",
    "SHOW TABLES",
    "USE other",
    "CHECKPOINT",
    # statements behind statements, remarks
    "SELECT 1 AS a; DROP TABLE ideas",
    "SELECT 1 AS a;\n--\nCOPY (SELECT 1) TO '{out}'",
    "SELECT 1 AS a /* ; */ ; ATTACH '{out}'",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "BEGIN TRANSACTION",
    "SELECT $$x$$ AS a, ? AS b",
    # tricks with characters
    "SELECT\u00a0id FROM ideas",
    "SELECT id FROM ideas\u2028WHERE true",
    "SELECT id FROM \u202eideas",
    "SELECT id FROM ideas\uff1b DROP TABLE ideas",
    "SELECT id FROM ideas WHERE area = 'x\x00'",
    "SELECT id FROM іdeas",
    # sizes
    "SELECT repeat('x', 2000000000) AS a",
    "SELECT * FROM range(1000000000)",
    "SELECT unnest(range(1000000000)) AS a",
    "SELECT count(*) AS n FROM generate_series(1, 1000000000)",
    "SELECT lpad('x', 2000000000, 'y') AS a",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "SELECT " + "(" * 300 + "1" + ")" * 300 + " AS a",
    "SELECT id FROM ideas WHERE " + " OR ".join(["id = 1"] * 1500),
    "SELECT regexp_matches(area, '(a+)+$') AS a FROM ideas",
    # python
    "SELECT * FROM versions",
    "SELECT os.system('true') AS a",
]

CUT_OFF = {
    "SELECT sum(a.value * b.value) AS s FROM readings a, readings b, readings c": "too_long",
    "SELECT a.area || b.area AS x, c.value AS y FROM readings a, readings b, readings c": "too_much_memory",
    "SELECT a.value AS x, b.value AS y FROM readings a, readings b WHERE a.count > b.count": "too_much_memory",
    "SELECT area, value, month FROM readings UNION ALL SELECT area, value, month FROM readings": "too_many_rows",
    "SELECT " + " || ".join(["lpad(area, 1000, 'x')"] * 40) + " AS a FROM ideas": "text_too_long",
}


@pytest.fixture(scope="module")
def small() -> DuckEngine:
    from civicthread.lake.engine import ResultLimits

    with DuckEngine(memory_bytes=1 << 30, limits=ResultLimits(rows=30_000)) as engine:
        yield engine


@pytest.fixture
def places(tmp_path) -> dict[str, str]:
    secret = tmp_path / "secret.parquet"
    secret.write_text("canary", encoding="utf-8")
    return {"out": str(tmp_path / "out"), "secret": str(secret)}


def text(sql: str, places: dict[str, str]) -> str:
    return sql.replace("{out}", places["out"]).replace("{secret}", places["secret"])


def alive(engine: DuckEngine, versions: dict[str, TableVersion]) -> bool:
    answer = engine.run(check("SELECT count(*) AS n FROM ideas", TABLES), versions)
    return answer.to_pydict() == {"n": [10]}


def test_there_are_enough_of_them():
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize("sql", REFUSED)
def test_a_hostile_text_is_refused_with_a_clear_message(sql, places):
    with pytest.raises(SqlRefused) as refused:
        check(text(sql, places), TABLES)
    assert refused.value.code in REASONS
    assert 10 < len(refused.value.message) < 300
    assert "Traceback" not in refused.value.message


@pytest.mark.parametrize("sql", CUT_OFF)
def test_a_query_that_asks_too_much_is_cut_off_and_the_pool_lives_on(sql, small, versions):
    assert alive(small, versions)
    with pytest.raises(QueryFailed) as failed:
        small.run(check(sql, TABLES), versions, timeout=3)
    assert failed.value.code in {CUT_OFF[sql], "too_long"}
    assert alive(small, versions)


def test_behind_the_gate_the_sandbox_refuses_the_same(places, versions):
    """Even a text that had passed the gate can neither read another file nor write one."""
    ideas = versions["ideas"]
    most = {"rows": 1000, "bytes": 1 << 20, "text": 1000}
    outside = [
        sql for sql in REFUSED if any(mark in sql for mark in ("{", "/", "SET memory_limit", "httpfs"))
    ]
    with Pool(CHILD, memory_bytes=1 << 30, warm=f"{CHILD}:warm") as pool:
        for sql in outside:
            with pytest.raises(ChildError):
                pool.call(f"{CHILD}:run", text(sql, places), [], list(ideas.files), most, timeout=20)
        for huge in ("SELECT repeat('x', 2000000000) AS a", "SELECT range(1000000000) AS a"):
            with pytest.raises(ChildError):
                pool.call(f"{CHILD}:run", huge, [], [], most, timeout=20)
        own = [("ideas", list(ideas.files), dict(ideas.columns))]
        assert pool.call(f"{CHILD}:run", "SELECT id FROM ideas", own, list(ideas.files), most, timeout=20)
    assert not Path(places["out"]).exists()
    assert Path(places["secret"]).read_text(encoding="utf-8") == "canary"
