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

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sqlglot import exp

from civicthread.lake.schema import ColumnType
from civicthread.lake.sql import grammar
from civicthread.lake.sql.dialects import spark
from civicthread.lake.sql.functions import ALLOWED
from civicthread.lake.sql.queries import Queries
from civicthread.lake.sql.refusal import REASONS, SqlRefused, refuse

__all__ = ["ALLOWED", "REASONS", "CheckedQuery", "OutputColumn", "SqlRefused", "check", "to_dialect"]

Dialect = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class OutputColumn:
    """A column that a query gives."""

    name: str
    type: ColumnType


@dataclass(frozen=True)
class CheckedQuery:
    """A query that may run.

    `text` is what the person wrote, `sql` its canonical form for DuckDB, which is what runs and what `sha256`
    is of; `node` is the same parsed, `lineage` names for each output the columns it is computed from, as
    (table, column).
    """

    text: str
    sql: str
    tables: tuple[str, ...]
    columns: tuple[OutputColumn, ...]
    lineage: Mapping[str, tuple[tuple[str, str], ...]]
    sha256: str
    node: exp.Query = field(repr=False, compare=False)

    @cached_property
    def spark(self) -> str:
        """The canonical form for Spark, written when it is asked for: it takes as long as the check itself."""
        return spark(self.node.copy())


def check(sql: str, tables: Mapping[str, Mapping[str, ColumnType]]) -> CheckedQuery:
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
        tables=tuple(sorted(queries.used)),
        columns=tuple(OutputColumn(column.name, column.type) for column in relation.columns),  # type: ignore[arg-type]
        lineage={column.name: tuple(sorted(column.origins)) for column in relation.columns},
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        node=relation.node,
    )


def to_dialect(query: CheckedQuery, dialect: Dialect) -> str:
    """The text of a checked query for one engine."""
    return query.sql if dialect == "duckdb" else query.spark
