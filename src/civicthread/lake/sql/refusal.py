"""Why a text is not accepted: one stable code per reason, so that a screen can say it in any language."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "empty": "Write a SELECT.",
        "too_long": "The text is longer than %(most)s characters.",
        "too_deep": "The query is nested too deeply.",
        "forbidden_character": "The character %(character)s is not allowed.",
        "syntax": "The text cannot be read here: %(near)s",
        "unclosed": "A quotation mark or a remark is opened and not closed.",
        "not_one_statement": "Write one SELECT, without a second statement.",
        "not_select": "Only a SELECT is allowed.",
        "unsupported": "%(what)s is not part of the allowed SQL.",
        "unknown_table": "There is no table %(name)s.",
        "table_alone": "Write %(name)s alone, not %(written)s.",
        "unknown_column": "There is no column %(name)s here.",
        "unknown_quoted": "There is no column %(name)s here. A text stands in single quotes: %(text)s.",
        "outer_column": (
            "%(name)s stands outside these brackets: the query in them reads its own tables only. "
            "Use JOIN, or IN (SELECT …)."
        ),
        "ambiguous_column": "The column %(name)s stands in several tables: write the table before it.",
        "unknown_function": "The function %(name)s is not allowed.",
        "not_repeatable": "%(name)s does not give the same answer every time.",
        "rounding": "%(name)s rounds, and engines round differently: figures are rounded when shown.",
        "engines_differ": "%(name)s does not give the same answer on every engine. %(instead)s",
        "wrong_type": "%(name)s needs %(expected)s, not %(found)s.",
        "wrong_count": "%(name)s takes %(expected)s values, not %(found)s.",
        "literal_needed": "%(name)s needs %(expected)s written out.",
        "types_differ": "%(left)s and %(right)s cannot be compared or combined.",
        "cast_refused": "A value of type %(found)s cannot be turned into %(expected)s.",
        "condition_needed": "A condition is needed here, not a value of type %(found)s.",
        "limit_without_order": "LIMIT needs an ORDER BY: without one the rows differ from run to run.",
        "window_without_order": "%(name)s needs an ORDER BY inside OVER: without one it cannot repeat.",
        "order_by_output": "ORDER BY can only name columns of the result.",
        "not_grouped": "The column %(name)s must stand in GROUP BY or inside a function such as sum.",
        "constant_group": "GROUP BY needs a column, not a constant.",
        "not_over": "%(name)s cannot stand before OVER.",
        "aggregate_here": "%(name)s cannot stand here.",
        "duplicate_column": "Two columns of the result are named %(name)s.",
        "duplicate_table": "Two tables are named %(name)s here.",
        "name_taken": "The name %(name)s belongs to a table already.",
        "star_here": "* cannot stand here.",
        "union_columns": "Both sides must have the same number of columns: %(left)s and %(right)s.",
        "union_types": "Column %(name)s has type %(left)s on one side and %(right)s on the other.",
        "in_query_here": "IN (SELECT …) can only stand in WHERE, beside other conditions joined by AND.",
        "one_row": "The query in brackets must give one row: use a total such as max, without GROUP BY.",
        "one_column": "The query in brackets must give one column.",
        "number_too_large": "The number %(name)s is too large.",
        "bad_date": "%(name)s is not a date such as 2024-12-31.",
    }
)


class SqlRefused(ValueError):
    """A text that may not run. `code` is a key of REASONS; line and column count from 1, 0 when unknown."""

    def __init__(
        self, code: str, *, line: int = 0, column: int = 0, params: Mapping[str, str] | None = None
    ) -> None:
        self.code = code
        self.params = dict(params or {})
        self.message = REASONS[code] % self.params
        self.line = line
        self.column = column
        super().__init__(self.message)


def refuse(code: str, node: exp.Expr | None = None, **params: object) -> SqlRefused:
    """The refusal to raise, placed at `node` in the person's text."""
    line, column = _place(node)
    return SqlRefused(
        code, line=line, column=column, params={key: str(value) for key, value in params.items()}
    )


def _place(node: exp.Expr | None) -> tuple[int, int]:
    """Only names and some functions carry a position: take the first one inside the node, or around it."""
    while node is not None:
        marks = [inner.meta for inner in node.walk() if "line" in inner.meta]
        if marks:
            first = min(marks, key=lambda mark: int(mark["start"]))
            return first["line"], max(1, first["col"] - (first["end"] - first["start"]))
        node = node.parent
    return 0, 0
