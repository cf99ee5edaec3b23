"""Functions of many rows: sum, avg, count and their like, alone or before OVER."""

from collections.abc import Callable

from sqlglot import exp

from civicthread.lake.sql import forms, functions
from civicthread.lake.sql.arguments import checked_values
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Place
from civicthread.lake.sql.typed import EXACT, Kind, Typed, origins

KEEP_TYPE = frozenset({"min", "max", "lag", "lead", "first_value"})
"""Functions whose result has the type of their value."""

Over = Callable[[exp.Expr], exp.Expr]


def name_of(node: exp.Expr) -> str:
    """The name of a call, FILTER or not; of another node, what the parser calls it."""
    found = functions.call(node.this if isinstance(node, exp.Filter) else node)
    return found[0] if found else node.key


def is_aggregate(node: exp.Expr) -> bool:
    """Whether this part of a person's text makes one row of many."""
    around = node.parent.parent if isinstance(node.parent, exp.Filter) else node.parent
    return name_of(node) in functions.AGGREGATES and not isinstance(around, exp.Window)


def gives_one_row(query: exp.Expr) -> bool:
    """Whether a canonical query gives one row whatever the data: a total without GROUP BY."""
    if not isinstance(query, exp.Select) or query.args.get("group"):
        return False
    return any(
        isinstance(inner, exp.AggFunc) and not isinstance(inner.parent, exp.Window)
        for value in query.expressions
        for inner in value.walk(prune=lambda part: isinstance(part, exp.Query))
    )


def read(node: exp.Expr, inside: Place, over: Over | None = None) -> Typed:
    """The checked form of an aggregate whose values stand at `inside`; `over` puts it into a window."""
    condition = None
    if isinstance(node, exp.Filter):
        condition = inside.condition(node.expression.this)
        node = node.this
    name, arguments = functions.call(node) or (node.key, [])
    if name not in functions.AGGREGATES:
        raise functions.refusal(node)
    if over and name not in functions.RUNNING:
        raise refuse("not_over", node, name=name)
    if name == "count":
        return _count(_counted(arguments), condition, inside, over)
    if name == "sum" and arguments and isinstance(arguments[0], exp.Cast) and arguments[0].to == EXACT:
        arguments = [arguments[0].this]
    values = checked_values(name, functions.AGGREGATES[name], arguments, inside)
    if name in {"min", "max"} and values[0].type == "boolean":
        raise refuse("wrong_type", node, name=name, expected="number", found="boolean")
    values[0] = _kept(values[0], condition)
    kind: Kind = values[0].type if name in KEEP_TYPE else functions.AGGREGATES[name].gives
    return Typed(_built(name, values, over), kind, origins(*values))


def _built(name: str, values: list[Typed], over: Over | None) -> exp.Expr:
    build = functions.AGGREGATES[name].build
    if over is None:
        return build(*values)
    return build(*values, over) if name in {"sum", "avg"} else over(build(*values))


def _kept(value: Typed, condition: Typed | None) -> Typed:
    """The value where FILTER keeps the row: one spelling for what some engines lack."""
    if condition is None:
        return value
    return Typed(forms.when(condition.node, value.node), value.type, origins(value, condition))


def _counted(arguments: list[exp.Expr]) -> exp.Expr:
    if len(arguments) > 1:
        raise refuse("wrong_count", arguments[1], name="count", expected=1, found=len(arguments))
    return arguments[0] if arguments else exp.Star()


def _count(counted: exp.Expr, condition: Typed | None, inside: Place, over: Over | None) -> Typed:
    """COUNT of rows, of values or of different values."""
    if isinstance(counted, exp.Star):
        one = Typed(exp.Star() if condition is None else exp.Literal.number(1), "integer")
        value, build = _kept(one, condition), forms.count
    elif isinstance(counted, exp.Distinct):
        if len(counted.expressions) != 1 or over:
            raise refuse("unsupported", counted, what="COUNT(DISTINCT) OVER, COUNT(DISTINCT a, b)")
        value, build = _kept(inside.read(counted.expressions[0]), condition), forms.count_different
    else:
        value, build = _kept(inside.read(counted), condition), forms.count
    node = build(value)
    return Typed(over(node) if over else node, "integer", value.origins)
