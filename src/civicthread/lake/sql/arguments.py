"""The values between the brackets of a function call."""

from sqlglot import exp

from civicthread.lake.sql import forms
from civicthread.lake.sql.dates import written_date
from civicthread.lake.sql.functions import Function
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Place
from civicthread.lake.sql.typed import NUMERIC, Typed, cast, whole_number


def checked_values(name: str, function: Function, arguments: list[exp.Expr], place: Place) -> list[Typed]:
    """The values of a call, each of the kind that the function takes."""
    most = len(function.takes)
    if not most - function.optional <= len(arguments) <= most:
        raise refuse("wrong_count", None, name=name, expected=most, found=len(arguments))
    return [_value(name, kind, node, place) for kind, node in zip(function.takes, arguments, strict=False)]


def _value(name: str, kind: str, node: exp.Expr, place: Place) -> Typed:
    if kind in {"words", "whole number", "share"}:
        return _written(name, kind, node)
    value = place.read(node)
    if kind == "date" and value.type == "text" and isinstance(value.node, exp.Literal):
        return Typed(cast(written_date(value.node, "date"), "date"), "date")
    fits = {
        "any": True,
        "number": value.type in NUMERIC,
        "date": value.type in {"date", "timestamp"},
    }.get(kind, value.type == kind)
    if not fits and value.type != "null":
        raise refuse("wrong_type", node, name=name, expected=kind, found=value.type)
    return value


def _written(name: str, kind: str, node: exp.Expr) -> Typed:
    if kind == "share":
        return forms.written_share(Typed(node, "number"))
    if kind == "words" and isinstance(node, exp.Var):
        return Typed(exp.Literal.string(node.name), "text")
    if kind == "words" and isinstance(node, exp.Literal) and node.args["is_string"]:
        return Typed(exp.Literal.string(node.name), "text")
    number = whole_number(node)
    if kind == "whole number" and number is not None:
        return Typed(exp.Literal.number(number), "integer")
    raise refuse("literal_needed", node, name=name, expected=kind)
