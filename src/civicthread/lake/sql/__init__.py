"""The gate for people's SQL: one checked SELECT in, one canonical text out, the same on every engine.

>>> query = check("SELECT area, sum(amount) AS total FROM grants GROUP BY area",
...               {"grants": {"area": "text", "amount": "number"}})
>>> query.tables
('grants',)
>>> [(column.name, column.type) for column in query.columns]
[('area', 'text'), ('total', 'number')]
>>> query.lineage["total"]
(('grants', 'amount'),)
>>> try:
...     check("SELECT now()", {})
... except SqlRefused as refused:
...     print(refused.code, refused.line, refused.column, refused.message)
not_repeatable 1 8 now does not give the same answer every time.
"""

from collections.abc import Mapping
from typing import Literal

from civicthread.lake.query import CheckedQuery, Columns, OutputColumn
from civicthread.lake.sql import grammar
from civicthread.lake.sql.dialects import spark
from civicthread.lake.sql.functions import ALLOWED
from civicthread.lake.sql.queries import Queries
from civicthread.lake.sql.refusal import REASONS, SqlRefused, refuse

__all__ = [
    "ALLOWED",
    "REASONS",
    "CheckedQuery",
    "OutputColumn",
    "SqlRefused",
    "check",
    "for_spark",
    "to_dialect",
]

Dialect = Literal["duckdb", "spark"]


def check(sql: str, tables: Mapping[str, Columns]) -> CheckedQuery:
    """Check and rewrite one SELECT over the given tables; SqlRefused says what is wrong and where.

    Checking a canonical text again gives the same text.
    """
    try:
        queries = Queries(tables)
        relation = queries.read(grammar.read(sql), {}, top=True)
        canonical = relation.node.sql("duckdb", comments=False, pretty=True)
    except RecursionError:
        raise refuse("too_deep") from None
    return CheckedQuery(
        text=sql,
        sql=canonical,
        columns=tuple(OutputColumn(column.name, column.type) for column in relation.columns),  # type: ignore[arg-type]
        lineage={column.name: tuple(sorted(column.origins)) for column in relation.columns},
        read={name: tables[name] for name in queries.used},
    )


def for_spark(query: CheckedQuery) -> str:
    """The text of a checked query for Spark: read once more, with the columns it was checked with."""
    return spark(Queries(query.read).read(grammar.read(query.text), {}, top=True).node)


def to_dialect(query: CheckedQuery, dialect: Dialect) -> str:
    """The text of a checked query for one engine."""
    return query.sql if dialect == "duckdb" else query.spark
