import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civicthread.lake.query import CheckedQuery
from civicthread.lake.sql import REASONS, SqlRefused, check, to_dialect
from tests.lake.sql.conftest import TABLES


def refusal(sql):
    with pytest.raises(SqlRefused) as refused:
        check(sql, TABLES)
    return refused.value


def body(sql):
    """The canonical text on one line, without the order that every query ends with."""
    return " ".join(check(sql, TABLES).sql.split()).partition(" ORDER BY 1")[0]


def test_a_checked_query_says_what_it_reads_and_gives():
    query = check(
        "WITH big AS (SELECT area, people FROM areas WHERE people > 10)\n"
        "SELECT i.area, sum(i.amount) / max(b.people) AS rate, count(*) AS n, 'x' AS label\n"
        "FROM ideas AS i JOIN big AS b ON i.area = b.area GROUP BY i.area",
        TABLES,
    )
    assert query.tables == ("areas", "ideas")
    assert [(column.name, column.type) for column in query.columns] == [
        ("area", "text"),
        ("rate", "number"),
        ("n", "integer"),
        ("label", "text"),
    ]
    assert query.lineage["rate"] == (("areas", "people"), ("ideas", "amount"))
    assert query.lineage["label"] == ()
    assert len(query.sha256) == 64


def test_lineage_passes_through_unions_windows_conditions_and_subqueries():
    query = check(
        "SELECT area, lag(amount) OVER (PARTITION BY open ORDER BY day) AS before FROM ideas "
        "UNION ALL SELECT area, km2 FROM areas",
        TABLES,
    )
    assert query.lineage["area"] == (("areas", "area"), ("ideas", "area"))
    assert query.lineage["before"] == (
        ("areas", "km2"),
        ("ideas", "amount"),
        ("ideas", "day"),
        ("ideas", "open"),
    )
    nested = check("SELECT id - (SELECT max(people) FROM areas) AS gap FROM ideas", TABLES)
    assert nested.lineage["gap"] == (("areas", "people"), ("ideas", "id"))
    kept = check("SELECT sum(amount) FILTER (WHERE open) AS s FROM ideas", TABLES)
    assert kept.lineage["s"] == (("ideas", "amount"), ("ideas", "open"))


def test_equal_queries_written_differently_have_one_canonical_text():
    one = check("select AREA, Sum( amount ) as s -- a remark\nfrom Ideas group by 1", TABLES)
    two = check(
        'SELECT ideas.area, sum(ideas."amount") AS s /* another */ FROM ideas GROUP BY ideas.area', TABLES
    )
    assert one.sha256 == two.sha256
    assert one.text != two.text
    assert "remark" not in one.sql


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("amount / votes", '"ideas"."amount" / NULLIF(CAST("ideas"."votes" AS DOUBLE), 0e0)'),
        ("amount / 2", '"ideas"."amount" / 2e0'),
        ("votes // id", '"ideas"."votes" // NULLIF("ideas"."id", 0)'),
        ("votes % 0", '"ideas"."votes" % NULLIF(0, 0)'),
        ("votes + 1", 'TRY("ideas"."votes" + 1)'),
        ("year(day) + 1", 'YEAR("ideas"."day") + 1'),
        ("0.1", "0.1e0"),
        ("weekday(day)", 'ISODOW("ideas"."day")'),
        ("day = '2024-01-31'", '"ideas"."day" = CAST(\'2024-01-31\' AS DATE)'),
        ("(id)", '"ideas"."id"'),
        ("NOT (open AND NOT open)", 'NOT ( "ideas"."open" AND NOT "ideas"."open" )'),
        ("(id - (id - id)) = 1", 'TRY("ideas"."id" - TRY("ideas"."id" - "ideas"."id")) = 1'),
        ("1", "CAST(1 AS BIGINT)"),
    ],
)
def test_what_engines_treat_differently_is_rewritten(written, canonical):
    assert body(f"SELECT {written} AS v FROM ideas") == f'SELECT {canonical} AS "v" FROM "ideas" AS "ideas"'


def test_sums_and_averages_are_exact():
    total = 'CAST(CAST(SUM(CAST("ideas"."amount" AS DECIMAL(38, 9))) AS TEXT) AS DOUBLE)'
    assert body("SELECT sum(amount) AS v FROM ideas") == f'SELECT {total} AS "v" FROM "ideas" AS "ideas"'
    assert (
        body("SELECT avg(amount) AS v FROM ideas")
        == f'SELECT {total} / NULLIF(CAST(COUNT("ideas"."amount") AS DOUBLE), 0e0) AS "v" FROM "ideas" AS "ideas"'
    )


def test_the_result_always_has_a_total_order():
    assert check("SELECT id, area FROM ideas", TABLES).sql.split()[-5:] == ["BY", "1", "ASC,", "2", "ASC"]
    ordered = check("SELECT id, area FROM ideas ORDER BY area DESC LIMIT 3", TABLES).sql.split()
    assert ordered[-7:] == ["BY", "2", "DESC,", "1", "ASC", "LIMIT", "3"]


def test_an_order_that_decides_between_rows_is_completed():
    text = body("SELECT row_number() OVER (ORDER BY people) AS r FROM areas")
    assert 'ORDER BY "areas"."people" ASC, "areas"."area" ASC, "areas"."km2" ASC' in text
    grouped = body("SELECT area, row_number() OVER (ORDER BY count(*) DESC) AS r FROM ideas GROUP BY area")
    assert 'ORDER BY COUNT(*) DESC, "ideas"."area" ASC' in grouped
    assert "km2" not in body("SELECT rank() OVER (ORDER BY people) AS r FROM areas")


def test_a_text_for_spark_has_its_own_names():
    query = check("SELECT week(day) AS w FROM ideas", TABLES)
    assert to_dialect(query, "duckdb") == query.sql
    assert "CAST(WEEKOFYEAR(`ideas`.`day`) AS BIGINT) AS `w`" in to_dialect(query, "spark")


def test_a_kept_query_is_the_same_query_until_the_gate_is_another():
    query = check(
        "SELECT i.area, count(*) / max(people) AS n FROM ideas i JOIN areas USING (area) GROUP BY 1", TABLES
    )
    kept = json.loads(json.dumps(query.kept()))
    again = CheckedQuery.from_kept(query.text, kept)
    assert again == query
    assert (again.tables, again.sha256, again.spark) == (query.tables, query.sha256, query.spark)
    assert CheckedQuery.from_kept(query.text, {**kept, "gate": "another"}) is None
    assert CheckedQuery.from_kept(query.text, None) is None


@pytest.mark.parametrize(
    ("sql", "code", "line", "column"),
    [
        ("", "empty", 0, 0),
        ("-- only a remark", "empty", 0, 0),
        ("SELECT", "empty", 0, 0),
        ("SELECT 1; SELECT 2", "not_one_statement", 1, 18),
        ("SELECT id\nFROM idea", "unknown_table", 2, 6),
        ("SELECT id,\n  colour\nFROM ideas", "unknown_column", 2, 3),
        ("SELECT x.id FROM ideas", "unknown_table", 1, 8),
        ("SELECT area FROM ideas, areas", "ambiguous_column", 1, 8),
        ("SELECT id FROM ideas, ideas", "duplicate_table", 1, 23),
        ("SELECT id, votes AS ID FROM ideas", "duplicate_column", 1, 8),
        ("WITH ideas AS (SELECT 1 AS a) SELECT a FROM ideas", "name_taken", 1, 6),
        ("SELECT foo(id) FROM ideas", "unknown_function", 1, 8),
        ("SELECT id,\n now() FROM ideas", "not_repeatable", 2, 2),
        ("SELECT random()", "not_repeatable", 1, 8),
        ("SELECT any_value(id) FROM ideas", "not_repeatable", 1, 8),
        ("SELECT first(id) FROM ideas", "not_repeatable", 1, 8),
        ("SELECT string_agg(area) FROM ideas", "not_repeatable", 1, 8),
        ("SELECT round(amount) FROM ideas", "rounding", 1, 8),
        ("SELECT floor(amount) FROM ideas", "rounding", 1, 8),
        ("SELECT quantile_cont(amount, 0.5) FROM ideas", "engines_differ", 1, 8),
        ("SELECT stddev(amount) FROM ideas", "engines_differ", 1, 8),
        ("SELECT log(amount) FROM ideas", "engines_differ", 1, 8),
        ("SELECT concat(area, area) FROM ideas", "engines_differ", 1, 8),
        ("SELECT CAST(amount AS INT) FROM ideas", "cast_refused", 1, 13),
        ("SELECT CAST(area AS DOUBLE) FROM ideas", "cast_refused", 1, 13),
        ("SELECT CAST(amount AS DECIMAL(10, 2)) FROM ideas", "cast_refused", 1, 13),
        ("SELECT CAST(id AS JSON) FROM ideas", "cast_refused", 1, 13),
        ("SELECT sum(area) FROM ideas", "wrong_type", 1, 12),
        ("SELECT area + 1 FROM ideas", "wrong_type", 1, 8),
        ("SELECT sum(id, id) FROM ideas", "syntax", 1, 18),
        ("SELECT power(id) FROM ideas", "syntax", 1, 16),
        ("SELECT left(area, id) FROM ideas", "literal_needed", 1, 19),
        ("SELECT quantile(id, 2) FROM ideas", "literal_needed", 1, 21),
        ("SELECT area = 1 FROM ideas", "types_differ", 1, 8),
        ("SELECT id FROM ideas WHERE area", "condition_needed", 1, 28),
        ("SELECT id FROM ideas LIMIT 3", "limit_without_order", 1, 28),
        ("SELECT id FROM ideas ORDER BY votes", "order_by_output", 1, 31),
        ("SELECT row_number() OVER () FROM ideas", "window_without_order", 1, 8),
        ("SELECT lag(id) FROM ideas", "window_without_order", 1, 8),
        ("SELECT median(id) OVER () FROM ideas", "not_over", 1, 8),
        ("SELECT id, count(*) FROM ideas", "not_grouped", 1, 8),
        ("SELECT count(*) FROM ideas GROUP BY 'x'", "constant_group", 1, 37),
        ("SELECT id FROM ideas WHERE sum(id) > 1", "aggregate_here", 1, 28),
        ("SELECT sum(count(*)) FROM ideas", "aggregate_here", 1, 12),
        ("SELECT id + * FROM ideas", "star_here", 1, 13),
        ("SELECT id FROM ideas UNION SELECT id, votes FROM ideas", "union_columns", 1, 35),
        ("SELECT id FROM ideas UNION SELECT area FROM areas", "union_types", 1, 35),
        ("SELECT (SELECT id, votes FROM ideas)", "one_column", 1, 16),
        ("SELECT (SELECT id FROM ideas)", "one_row", 1, 16),
        ("SELECT id IN (SELECT id FROM ideas) FROM ideas", "in_query_here", 1, 8),
        ("SELECT id FROM ideas WHERE open OR id IN (SELECT id FROM ideas)", "in_query_here", 1, 36),
        ("SELECT 9223372036854775808", "number_too_large", 1, 8),
        ("SELECT 1e999", "number_too_large", 1, 8),
        ("SELECT DATE '2024-02-30'", "bad_date", 0, 0),
        ("SELECT day > '2024-13-01' FROM ideas", "bad_date", 0, 0),
        ("SELECT 'a", "unclosed", 0, 0),
        ("SELECT id\u200b FROM ideas", "forbidden_character", 1, 10),
        ("SELECT id FROM ideas TABLESAMPLE 10%", "unsupported", None, None),
        ("SELECT id FROM ideas QUALIFY row_number() OVER (ORDER BY id) = 1", "unsupported", None, None),
        ("SELECT DISTINCT ON (id) id FROM ideas", "unsupported", None, None),
        ("SELECT id FROM ideas NATURAL JOIN areas", "unsupported", None, None),
        ("SELECT id FROM ideas ORDER BY ALL LIMIT 1", "order_by_output", None, None),
        ("SELECT [1, 2]", "unsupported", 1, 8),
        ("SELECT " + "1 + " * 200 + "1", "too_deep", None, None),
        ("SELECT " + "(" * 500 + "1" + ")" * 500, "too_deep", None, None),
        ("SELECT '" + "x" * 20_000 + "'", "too_long", 0, 0),
    ],
)  # fmt: skip
def test_a_refusal_has_a_code_a_message_and_a_place(sql, code, line, column):
    refused = refusal(sql)
    assert (refused.code, refused.message) == (code, REASONS[code] % refused.params)
    if line is not None:
        assert (refused.line, refused.column) == (line, column)


@pytest.mark.parametrize(
    ("sql", "told", "line", "column"),
    [
        ("SELECT\n unnest(area) FROM ideas", "The function unnest is not allowed.", 2, 2),
        ("SELECT\n quantile_cont(amount, 0.5) FROM ideas", "quantile_cont does not give", 2, 2),
        ("SELECT\n string_agg(area, ',') FROM ideas", "string_agg does not give", 2, 2),
        ("SELECT\n list(area) FROM ideas", "list does not give", 2, 2),
        ("SELECT\n [1, 2] AS a", "[…] is not part", 2, 2),
        ("SELECT area\nFROM main.ideas", "Write ideas alone, not main.ideas.", 2, 6),
        ("SELECT area\nFROM glob('*')", "The function glob is not allowed.", 2, 6),
        ("SELECT\n * EXCLUDE (id) FROM ideas", "* EXCLUDE is not part", 2, 2),
        ("SELECT area FROM ideas\nGROUP BY ALL", "GROUP BY ALL is not part", 2, 1),
        ("SELECT id FROM ideas\nQUALIFY rank() OVER (ORDER BY id) = 1", "QUALIFY is not part", 2, 1),
        ("SELECT id FROM ideas\nUSING SAMPLE 10", "USING SAMPLE is not part", 2, 1),
        ("SELECT id,\n current_user AS who FROM ideas", "The function current_user is not allowed.", 2, 2),
        ("SELECT id FROM ideas\nWHERE id = $1", "$ is not part", 2, 12),
        ("SELECT id,\n extract(dow FROM day) FROM ideas", "Use weekday", 2, 2),
        ("SELECT id,\n date_part('year', day) FROM ideas", "Use year(date)", 2, 2),
        ('SELECT id FROM ideas\nWHERE area="BE10"', "single quotes: 'BE10'.", 2, 12),
    ],
)
def test_a_refusal_uses_the_word_that_was_written_and_shows_where(sql, told, line, column):
    refused = refusal(sql)
    assert told in refused.message
    assert (refused.line, refused.column) == (line, column)


@pytest.mark.parametrize(
    "condition",
    [
        "EXISTS (SELECT id FROM ideas WHERE ideas.area = r.area)",
        "people = (SELECT max(votes) FROM ideas WHERE ideas.area = r.area)",
        "EXISTS (SELECT id FROM ideas WHERE votes = people)",
        "EXISTS (SELECT id FROM ideas UNION SELECT r.people FROM ideas)",
    ],
)
def test_a_query_in_brackets_that_names_the_one_around_it_is_told_so(condition):
    refused = refusal(f"SELECT area FROM areas AS r WHERE {condition}")
    assert refused.code == "outer_column"
    assert refused.params["name"] in {"r.area", "people", "r.people"}


def test_a_word_in_a_text_is_not_taken_for_the_one_that_was_refused():
    refused = refusal("SELECT 'floor' AS a,\n  floor(amount) AS b FROM ideas")
    assert (refused.params["name"], refused.line, refused.column) == ("floor", 2, 3)


def test_a_refusal_names_what_it_is_about():
    assert "colour" in refusal("SELECT colour FROM ideas").message
    assert refusal("SELECT sum(area) FROM ideas").params == {
        "name": "sum",
        "expected": "number",
        "found": "text",
    }


SPELLINGS = st.sampled_from(
    "SELECT FROM WHERE GROUP BY ORDER LIMIT ideas areas id area amount day open sum( count(*) avg( CASE WHEN THEN "
    "ELSE END CAST( AS DOUBLE ) ( , . * + - / // % = < > <> IN BETWEEN AND OR NOT NULL IS LIKE 'x' 'é' \"id\" 1 2.5 "
    "1e9 INTERVAL DAY OVER PARTITION UNION ALL JOIN ON USING WITH a b EXISTS DISTINCT || :: [ ] { } ; -- /* */ ? $1 "
    "now() x'00' HAVING FILTER ROWS PRECEDING FOLLOWING date_trunc( extract( quantile(".split()
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(SPELLINGS, max_size=40).map(" ".join)))
def test_no_text_raises_anything_but_a_refusal_and_canonical_texts_stay(text):
    try:
        query = check(text, TABLES)
    except SqlRefused as refused:
        assert refused.code in REASONS  # noqa: PT017 (a refusal is one of the two good ends)
        return
    again = check(query.sql, TABLES)
    assert (again.sql, again.columns, again.tables) == (query.sql, query.columns, query.tables)


@settings(max_examples=200, deadline=None)
@given(st.lists(SPELLINGS, max_size=12).map(" ".join))
def test_no_expression_raises_anything_but_a_refusal(text):
    try:
        query = check(f"SELECT id, {text} AS v FROM ideas", TABLES)
    except SqlRefused:
        return
    assert check(query.sql, TABLES).sql == query.sql
