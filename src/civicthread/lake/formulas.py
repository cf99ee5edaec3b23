"""Arithmetic that a person wrote, turned into SQL: numbers, names, + - * /, brackets, and nothing else.

The text is parsed, never run. Division by zero has no result, as in all of the lake's SQL.
"""

import ast
import math
from collections.abc import Mapping
from typing import Any, Final

LONGEST: Final = 500
SIGNS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


WRONG: Final = {
    "formula_long": "A formula has at most %(limit)s characters.",
    "formula_name": "The formula names %(name)s, which is not declared.",
    "formula_number": "A number in the formula is too large.",
    "formula_signs": "Only numbers, names, + - * / and brackets may stand in a formula.",
    "formula_unreadable": "The formula cannot be read.",
}


class FormulaError(ValueError):
    """The text is not such a formula. `code` is stable, so that screens can translate it."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(WRONG[code] % params)


def compile_formula(text: str, names: Mapping[str, str]) -> str:
    """SQL of the formula; `names` gives the SQL of each name.

    >>> compile_formula("100 * (A + B) / C", {"A": "a", "B": "b", "C": "c"})
    '((100.0 * (a + b)) / nullif(c, 0))'
    >>> compile_formula("__import__('os')", {})
    Traceback (most recent call last):
    civicthread.lake.formulas.FormulaError: Only numbers, names, + - * / and brackets may stand in a formula.
    """
    if len(text) > LONGEST:
        raise FormulaError("formula_long", limit=LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _sql(tree.body, names)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError("formula_unreadable") from error


def _sql(node: ast.expr, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _number(node.value)  # type: ignore[arg-type]  # a number, as the line above says
    if isinstance(node, ast.Name):
        if node.id not in names:
            raise FormulaError("formula_name", name=node.id)
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return f"(- {_sql(node.operand, names)})"
    if isinstance(node, ast.BinOp):
        left, right = _sql(node.left, names), _sql(node.right, names)
        if isinstance(node.op, ast.Div):
            return f"({left} / nullif({right}, 0))"
        if sign := SIGNS.get(type(node.op)):
            return f"({left} {sign} {right})"
    raise FormulaError("formula_signs")


def _number(value: float) -> str:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise FormulaError("formula_number")
    return repr(number)
