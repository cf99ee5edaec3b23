"""+ - * / // %: the same answer on every engine, NULL where there is none (division by zero, overflow)."""

from sqlglot import exp

from civicthread.lake.sql import forms
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.typed import NUMERIC, Typed, as_bigint, as_number, binary, is_bigint, origins

BEYOND = 2**63
"""The first magnitude that 64 bits do not hold."""

ROWS = 2**53
SMALL = 2**31


def arithmetic(node: exp.Expr, left: Typed, right: Typed) -> Typed:
    """The checked form of one operation on two values."""
    found = {left.type, right.type} - {"null"}
    if isinstance(node, exp.Sub) and found and found <= {"date", "timestamp"}:
        return Typed(forms.days_between(left, right), "integer", origins(left, right))
    for value in (left, right):
        if value.type not in {*NUMERIC, "null"}:
            raise refuse("wrong_type", node, name=SIGNS[type(node)], expected="number", found=value.type)
    if isinstance(node, exp.Div):
        return Typed(forms.divide(as_number(left), as_number(right)), "number", origins(left, right))
    if found == {"integer"}:
        return _integers(type(node), left, right)
    if isinstance(node, exp.IntDiv):
        raise refuse("wrong_type", node, name="//", expected="integer", found="number")
    divisor = as_number(right)
    if isinstance(node, exp.Mod):
        divisor = forms.not_zero(divisor)
    return Typed(binary(type(node), as_number(left), divisor), "number", origins(left, right))


SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "//",
    exp.Mod: "%",
}


def _integers(operator: type[exp.Expr], left: Typed, right: Typed) -> Typed:
    first, second = left.node, right.node
    if not (is_bigint(first) or is_bigint(second)):
        first = as_bigint(left)
    if operator in {exp.IntDiv, exp.Mod}:
        second = forms.not_zero(second, forms.NO_INTEGER)
    result = binary(operator, first, second)
    if magnitude(result) < BEYOND:
        return Typed(result, "integer", origins(left, right))
    if result.find(exp.Query, exp.Window, exp.AggFunc):  # which TRY does not take
        return Typed(binary(operator, as_number(left), as_number(right)), "number", origins(left, right))
    return Typed(exp.Try(this=result), "integer", origins(left, right))


BOUNDS: dict[type[exp.Expr], int] = {
    **dict.fromkeys((exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank), ROWS),
    **dict.fromkeys(
        (exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.DayOfYear, exp.DayOfWeekIso), SMALL
    ),
    **dict.fromkeys((exp.Hour, exp.Minute, exp.Length, exp.DateDiff, exp.Boolean), SMALL),
    **dict.fromkeys((exp.IntDiv, exp.Mod), BEYOND - 1),
}


def magnitude(node: exp.Expr) -> int:
    """A bound for the absolute value of an integer expression: what may pass 64 bits is computed with TRY."""
    match node:
        case exp.Literal():
            return int(node.name)
        case exp.Add() | exp.Sub():
            return magnitude(node.this) + magnitude(node.expression)
        case exp.Mul():
            return magnitude(node.this) * magnitude(node.expression)
        case exp.Paren() | exp.Neg() | exp.Cast() | exp.Window():
            return magnitude(node.this)
    return BOUNDS.get(type(node), BEYOND)
