"""ORDER BY and LIMIT: every order that decides something is made total."""

from sqlglot import exp

from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Relation
from civicthread.lake.sql.typed import whole_number

MOST_ROWS = 1_000_000_000


def ordered(relation: Relation, query: exp.Expr, *, top: bool) -> Relation:
    """The relation with its order by position, completed by the columns that were not named.

    Rows that are still equal are identical, so LIMIT cuts the same rows in every run. The order of a query
    inside another means nothing without LIMIT and is left out; the outermost query always has one.
    """
    order, limit, offset = (query.args.get(part) for part in ("order", "limit", "offset"))
    if (limit or offset) and not order:
        raise refuse("limit_without_order", limit or offset)
    parts = [_part(part, relation, query) for part in order.expressions] if order else []
    if top or limit or offset:
        relation.node.set("order", exp.Order(expressions=_completed(parts, len(relation.columns))))
    for name, clause in (("limit", limit), ("offset", offset)):
        if clause:
            relation.node.set(name, type(clause)(expression=_rows(clause)))
    return relation


def _completed(parts: list[tuple[int, exp.Ordered]], width: int) -> list[exp.Expr]:
    seen: set[int] = set()
    complete: list[exp.Expr] = []
    rest = [(position, _by(position)) for position in range(1, width + 1)]
    for position, part in [*parts, *rest]:
        if position not in seen:
            seen.add(position)
            complete.append(part)
    return complete


def _by(position: int, *, desc: bool = False, nulls_first: bool = False) -> exp.Ordered:
    return exp.Ordered(this=exp.Literal.number(position), desc=desc, nulls_first=nulls_first)


def _part(part: exp.Expr, relation: Relation, query: exp.Expr) -> tuple[int, exp.Ordered]:
    position = _position(part.this, relation, query)
    down, first = bool(part.args.get("desc")), bool(part.args.get("nulls_first"))
    return position, _by(position, desc=down, nulls_first=first)


def _position(node: exp.Expr, relation: Relation, query: exp.Expr) -> int:
    position = whole_number(node)
    if position is not None and 1 <= position <= len(relation.columns):
        return position
    if isinstance(node, exp.Column):
        for index, column in enumerate(relation.columns, start=1):
            if column.name.casefold() == node.name.casefold():
                return index
    if isinstance(query, exp.Select):
        for index, output in enumerate(query.expressions, start=1):
            if output.unalias() == node and len(query.expressions) == len(relation.columns):
                return index
    raise refuse("order_by_output", node)


def _rows(clause: exp.Expr) -> exp.Expr:
    number = whole_number(clause.expression)
    if number is None or not 0 <= number <= MOST_ROWS:
        raise refuse("literal_needed", clause, name=clause.key.upper(), expected=f"0-{MOST_ROWS}")
    return exp.Literal.number(number)
