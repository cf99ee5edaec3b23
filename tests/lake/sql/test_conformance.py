"""Every allowed function and every known trap gives the same answer on DuckDB and on Spark (a Sail server)."""

import random

import pytest

from civicthread.lake.sql import ALLOWED, check
from tests.lake.sql.conftest import TABLES
from tests.lake.sql.expressions import FORMS, expression

FUNCTIONS = {
    "abs": ["abs(votes)", "abs(amount)", "abs(-3)"],
    "sqrt": ["sqrt(amount)", "sqrt(id)", "sqrt(-1.0)"],
    "exp": ["exp(id)", "exp(amount / 1e16)"],
    "ln": ["ln(amount)", "ln(0)", "ln(votes)"],
    "log10": ["log10(amount)", "log10(votes)"],
    "power": ["power(amount, 0.5)", "power(id, 2)", "power(0, -1)", "power(-8, 1.0 / 3)", "id ** 2"],
    "length": ["length(area)", "length('ß😀')"],
    "lower": ["lower(area)", "lower('ÀÉÎÕÜÇŒŠĲ')"],
    "upper": ["upper(area)", "upper('straße œuvre')"],
    "area_key": ["area_key(area)", "area_key('Woluwé–Ste.-Claire  (04000)')", "area_key('L''Œuvre / ÎLE')"],
    "trim": ["trim(area)", "trim('\t a ')"],
    "substring": [
        "substring(area, 2, 3)",
        "substring(area, 3)",
        "substring(area, 1, 0)",
        "substring('𐠀😀z', 2, 1)",
    ],
    "left": ["left(area, 2)", "left(area, 0)", "left('𐠀😀z', 2)"],
    "right": ["right(area, 2)", "right('𐠀😀z', 2)"],
    "lpad": ["lpad(CAST(id AS TEXT), 3, '0')", "lpad(area, 4, 'é')", "lpad('long', 2, 'x')"],
    "replace": ["replace(area, 'é', 'e')", "replace(area, '\\', '/')", "replace(area, '''', '')"],
    "starts_with": ["starts_with(area, 'É')", "starts_with(area, '')"],
    "ends_with": ["ends_with(area, ' ')", "ends_with(area, 'z')"],
    "contains": ["contains(area, '%')", "contains(area, '\\')"],
    "year": ["year(day)", "year(at)", "extract(year from day)"],
    "quarter": ["quarter(day)", "quarter(at)"],
    "month": ["month(day)", "month(at)"],
    "week": ["week(day)", "week(at)"],
    "day": ["day(day)", "day(at)"],
    "dayofyear": ["dayofyear(day)", "dayofyear(at)"],
    "weekday": ["weekday(day)", "isodow(at)"],
    "isoyear": ["isoyear(day)", "isoyear(at)"],
    "hour": ["hour(at)"],
    "minute": ["minute(at)"],
    "date_trunc": [
        f"date_trunc('{unit}', {column})"
        for unit in ("day", "week", "month", "quarter", "year")
        for column in ("day", "at")
    ],
    "date_diff": ["date_diff('day', day, '2024-01-01')", "date_diff('day', at, day)"],
    "strftime": ["strftime(day, '%Y')", "strftime(day, '%Y-%m')", "strftime(at, '%Y-%m-%d')"],
    "coalesce": ["coalesce(amount, votes, 0)", "coalesce(area, 'none')", "coalesce(NULL, day)"],
    "greatest": ["greatest(amount, 0.2)", "greatest(votes, id, NULL)", "greatest(area, 'b')"],
    "least": ["least(amount, id)", "least(day, '2000-01-01')"],
    "nullif": ["nullif(votes, 0)", "nullif(area, '')"],
    "if": ["if(open, amount, 0)", "if(open, 'yes', 'no')", "if(amount > 0, votes, id)", "if(open, 1)"],
    "count": ["count(*)", "count(amount)", "count(distinct open)", "count(*) filter (where open)"],
    "count_if": ["count_if(open)", "count_if(votes > 3)"],
    "sum": ["sum(amount)", "sum(votes)", "sum(amount) filter (where open)", "sum(if(open, 1, 0))"],
    "avg": ["avg(amount)", "avg(votes)", "avg(id) filter (where not open)"],
    "min": ["min(amount)", "min(votes)", "min(area)", "min(day)", "min(at)"],
    "max": ["max(amount)", "max(votes)", "max(area)", "max(day)", "max(at)"],
    "median": ["median(amount)", "median(id)", "median(votes)", "median(amount) filter (where open)"],
    "quantile": [f"quantile(amount, {share})" for share in ("0", "0.1", "0.25", "0.333", "0.5", "0.9", "1")],
    "row_number": [
        "row_number() over (order by open)",
        "row_number() over (partition by open order by area desc)",
    ],
    "rank": ["rank() over (order by open)", "rank() over (partition by open order by amount)"],
    "dense_rank": ["dense_rank() over (order by open desc)"],
    "lag": [
        "lag(votes) over (order by day)",
        "id - lag(id) over (order by id)",
        "lag(amount, 2) over (order by open)",
    ],
    "lead": ["lead(area) over (order by day)", "lead(day, 3) over (partition by open order by id)"],
    "first_value": ["first_value(area) over (partition by open order by amount desc)"],
}

TRAPS = r"""
1 / 0
amount / votes
amount / 0
0 / 0.0
7 / 2
votes / 3
id / NULL
7 // 2
-7 // 2
votes // 3
votes // id
7 // 0
votes % 5
amount % 0.3
-7 % 3
id % 0
amount % amount
votes + votes
votes - 1
votes * 2
-votes
votes + 1
id + 1
2147483647 + 1
2000000000 * 4
if(open, 2000000000, 1) * if(open, 2000000000, 1)
id * 3000000000
1 - - 1
-(-id)
(id + 1) * (id - 1)
0.1 + 0.2
amount * 1.1
1e308 * 10
amount + votes
CAST(votes AS DOUBLE)
9007199254740993
0.1e-5
CAST(id AS TEXT)
CAST(votes AS TEXT)
CAST(day AS TEXT)
CAST(open AS TEXT)
CAST(open AS BIGINT)
CAST(at AS DATE)
CAST(day AS TIMESTAMP)
DATE '2024-02-29'
TIMESTAMP '2024-02-29 12:00:00.5'
CAST(NULL AS DOUBLE)
NULL
TRUE
'plain'
'it''s \ \n "q" $1 ? -- no'
'é😀'
'{x}%s'
area || '-' || CAST(id AS TEXT)
area || NULL
area LIKE '%é%'
area LIKE '100%'
area LIKE '_l%'
area NOT LIKE ''
area = 'Élan'
area < 'b'
area IN ('', 'x')
day >= '2024-01-01'
day = DATE '2024-02-29'
at < '2024-01-01'
at > day
day BETWEEN '2020-01-01' AND '2024-01-31'
votes IN (1, 2.5)
votes NOT IN (1, 3)
votes BETWEEN -7 AND 3.5
amount = votes
amount IS NULL
open IS NOT TRUE
open IS DISTINCT FROM TRUE
area IS NOT DISTINCT FROM NULL
NOT open
open AND amount > 0
open OR NULL
day + INTERVAL 1 MONTH
day - INTERVAL 3 DAYS
day + INTERVAL 2 WEEKS
at + INTERVAL 1 YEAR
day - INTERVAL 1 QUARTER
day - DATE '2020-02-29'
at - day
CASE WHEN open THEN 1 WHEN amount > 0 THEN 2.5 END
CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE area END
CASE open WHEN TRUE THEN day END
(SELECT max(people) FROM areas) - id
votes + (SELECT max(people) FROM areas)
amount > (SELECT avg(km2) FROM areas)
EXISTS (SELECT 1 FROM areas WHERE people > 5000)
sum(amount) OVER ()
sum(amount) OVER (ORDER BY id)
sum(votes) OVER (PARTITION BY open)
avg(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
count(*) OVER (PARTITION BY open ORDER BY id)
max(amount) OVER (ORDER BY open RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
count_if(open) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)
id + sum(amount) FILTER (WHERE open) OVER ()
votes - lag(votes) OVER (ORDER BY id)
max(votes) - min(votes)
sum(amount) + sum(votes)
count(*) * 100.0 / count(amount)
""".strip().splitlines()

QUERIES = """
SELECT open, sum(amount) AS s, avg(amount) AS a, min(amount) AS n, sum(amount + 1) AS t, count(amount) AS c
FROM ideas GROUP BY open

SELECT area, month, sum(value) AS s, avg(value) AS a, sum(count) AS n, median(value) AS m FROM readings GROUP
BY area, month

SELECT strftime(month, '%Y') AS period, area, sum(value) / sum(count) AS value FROM readings GROUP BY 1, 2
HAVING count(*) > 3

SELECT area, quantile(value, 0.9) AS q, quantile(value, 0.1) AS p, quantile(count, 0.37) AS c FROM readings
GROUP BY area

SELECT area, sum(value) AS s, rank() OVER (ORDER BY sum(value) DESC) AS r, sum(value) / sum(sum(value)) OVER
() AS part FROM readings GROUP BY area

WITH totals AS (SELECT area, year(month) AS y, sum(value) AS s FROM readings GROUP BY area, y) SELECT area, y,
s, s - lag(s) OVER (PARTITION BY area ORDER BY y) AS change FROM totals ORDER BY change DESC NULLS FIRST, area
LIMIT 40 OFFSET 5

SELECT i.id, a.people, count(*) AS n FROM ideas i LEFT JOIN areas a ON i.area = a.area GROUP BY i.id, a.people

SELECT area, id, people FROM ideas FULL JOIN areas USING (area)

SELECT area, id, people FROM ideas RIGHT JOIN areas USING (area)

SELECT * FROM ideas JOIN areas USING (area)

SELECT i.id, a.area FROM ideas i, areas a WHERE i.id < 3

SELECT i.id, a.area AS other FROM ideas AS i CROSS JOIN areas AS a WHERE a.people > i.id

SELECT DISTINCT open, amount > 0 AS positive FROM ideas

SELECT area FROM ideas UNION SELECT area FROM areas

SELECT area, votes AS v FROM ideas UNION ALL SELECT area, km2 FROM areas ORDER BY v DESC

SELECT area FROM ideas INTERSECT SELECT area FROM areas

SELECT area FROM ideas EXCEPT SELECT area FROM areas

(SELECT id FROM ideas ORDER BY id DESC LIMIT 2) UNION ALL (SELECT people FROM areas ORDER BY 1 LIMIT 1)

SELECT area FROM ideas UNION ALL (SELECT area FROM areas UNION SELECT 'x')

SELECT id, open FROM ideas ORDER BY open LIMIT 4

SELECT id, amount FROM ideas ORDER BY amount DESC NULLS FIRST, id LIMIT 3

SELECT * FROM ideas

SELECT t.* FROM (SELECT id, day FROM ideas WHERE day IS NOT NULL) t

SELECT sum(value) AS s, avg(value) AS a, count(*) AS c, max(area) AS m FROM empty

SELECT area, sum(value) AS s FROM empty GROUP BY area

SELECT count(*) AS c FROM ideas HAVING count(*) > 100

SELECT id FROM ideas WHERE area IN (SELECT area FROM areas) AND id < 9

SELECT id FROM ideas WHERE id NOT IN (SELECT people FROM areas)

SELECT id FROM ideas WHERE (NOT votes IN (SELECT people FROM areas WHERE people IS NOT NULL)) AND open

SELECT id FROM ideas WHERE amount IN (SELECT km2 FROM areas) AND (id > 2 OR open)

SELECT 1 AS one, 'a' AS a, 2.5 AS half

SELECT id AS "Ünï çode", area AS "select", votes AS "a`b" FROM ideas AS "from"

SELECT amount, count(*) AS n FROM (SELECT 0.0 AS amount UNION ALL SELECT -0.0) z GROUP BY amount

WITH a AS (SELECT id FROM ideas), b AS (SELECT id FROM a WHERE id > 3) SELECT count(*) AS n FROM b JOIN a
USING (id)

SELECT n FROM (WITH x AS (SELECT count(*) AS n FROM ideas) SELECT n FROM x) y
""".strip().split("\n\n")


def answers(sql, versions, *engines):
    query = check(sql, TABLES)
    assert check(query.sql, TABLES).sql == query.sql
    for engine in engines:
        answer = engine.run(query, versions)
        yield repr(answer.to_pydict()), answer.schema


def same(sql, versions, duck, sail):
    (ours, schema), (theirs, their_schema) = answers(sql, versions, duck, sail)
    assert ours == theirs
    assert schema == their_schema


def select(expression):
    grouped = any(
        f"{name}(" in expression
        for name in ("count", "count_if", "sum", "avg", "min", "max", "median", "quantile")
    )
    inside = any(mark in expression.lower() for mark in (" over ", "(select "))
    return f"SELECT {'' if grouped and not inside else 'id, '}{expression} AS value FROM ideas"


def test_every_allowed_function_is_compared():
    assert set(FUNCTIONS) == ALLOWED


@pytest.mark.parametrize("expression", [case for cases in FUNCTIONS.values() for case in cases])
def test_each_function_gives_the_same_on_both_engines(expression, versions, duck, sail):
    same(select(expression), versions, duck, sail)


@pytest.mark.parametrize("expression", TRAPS)
def test_each_trap_gives_the_same_on_both_engines(expression, versions, duck, sail):
    same(select(expression), versions, duck, sail)


@pytest.mark.parametrize("sql", QUERIES)
def test_each_query_gives_the_same_on_both_engines(sql, versions, duck, sail):
    same(sql, versions, duck, sail)


@pytest.mark.parametrize("seed", range(6))
def test_random_expressions_give_the_same_on_both_engines(seed, versions, duck, sail):
    chance = random.Random(seed)
    parts = [expression(chance, chance.choice(list(FORMS))) for _ in range(25)]
    listed = ", ".join(f"{part} AS v{number}" for number, part in enumerate(parts))
    same(f"SELECT id AS k, {listed} FROM ideas", versions, duck, sail)
