"""Calls of functions: found in the allow-list, their values checked, written in their canonical form."""

from sqlglot import exp

from civicthread.lake.sql import aggregates, forms, functions, windows
from civicthread.lake.sql.arguments import checked_values
from civicthread.lake.sql.combine import combined
from civicthread.lake.sql.refusal import SqlRefused, refuse
from civicthread.lake.sql.scope import Place
from civicthread.lake.sql.typed import Typed, origins


def read(node: exp.Expr, place: Place) -> Typed:
    """The checked form of a function call; SqlRefused when the function is not allowed here."""
    try:
        return _read(node, place)
    except SqlRefused as refused:
        if refused.line:
            raise
        raise refuse(refused.code, node, **refused.params) from None


def _read(node: exp.Expr, place: Place) -> Typed:
    if isinstance(node, exp.Window):
        return windows.read(node, place)
    if isinstance(node, exp.Filter) or aggregates.name_of(node) in functions.AGGREGATES:
        if not place.aggregates:
            raise refuse("aggregate_here", node, name=aggregates.name_of(node))
        return aggregates.read(node, place.inside())
    if isinstance(node, exp.Translate):
        return _own_translation(node, place)
    found = functions.call(node)
    if found is None:
        raise functions.refusal(node)
    name, arguments = found
    if name in functions.WINDOWS:
        raise refuse("window_without_order", node, name=name)
    if name in functions.COMBINING:
        return _combining(name, arguments, node, place)
    function = functions.VALUES[name]
    values = checked_values(name, function, arguments, place)
    return Typed(function.build(*values), function.gives, origins(*values))


def _combining(name: str, arguments: list[exp.Expr], node: exp.Expr, place: Place) -> Typed:
    if name == "if":
        test = place.condition(arguments[0])
        both = combined([place.read(value) for value in arguments[1:]], node)
        case = exp.Case(
            ifs=[exp.If(this=test.node, true=both.nodes[0])], default=next(iter(both.nodes[1:]), None)
        )
        return Typed(case, both.type, both.origins | test.origins)
    if len(arguments) < 2 or (name == "nullif" and len(arguments) != 2):
        raise refuse("wrong_count", node, name=name, expected=2, found=len(arguments))
    values = combined([place.read(value) for value in arguments], node)
    first, *others = values.nodes
    if name == "nullif":
        built: exp.Expr = exp.Nullif(this=first, expression=others[0])
    elif name == "coalesce":
        built = exp.Coalesce(this=first, expressions=others)
    else:
        kind = exp.Greatest if name == "greatest" else exp.Least
        built = kind(this=first, expressions=others, ignore_nulls=True)
    return Typed(built, values.type, values.origins)


def _own_translation(node: exp.Expr, place: Place) -> Typed:
    """TRANSLATE is in the canonical forms of lower, upper and area_key, and nowhere else."""
    pair = (node.args["from_"].name, node.args["to"].name)
    value = place.read(node.this)
    if pair not in forms.TRANSLATIONS or value.type not in {"text", "null"}:
        raise refuse("unknown_function", node, name="translate")
    return value.but(forms.translate(value.node, pair), "text")
