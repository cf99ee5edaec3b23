"""A checked expression: its rewritten form, its type and the columns it comes from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from civicthread.lake.schema import ColumnType

Kind = ColumnType | Literal["null"]
Origins = frozenset[tuple[str, str]]

NUMERIC: frozenset[str] = frozenset({"integer", "number"})
SQL_TYPES: dict[ColumnType, exp.DType] = {
    "text": exp.DType.VARCHAR,
    "integer": exp.DType.BIGINT,
    "number": exp.DType.DOUBLE,
    "boolean": exp.DType.BOOLEAN,
    "date": exp.DType.DATE,
    "timestamp": exp.DType.TIMESTAMPNTZ,
}
EXACT = exp.DataType.build("DECIMAL(38, 9)")


@dataclass(frozen=True)
class Typed:
    """An expression of the canonical tree with its type and the (table, column) pairs it is computed from."""

    node: exp.Expr
    type: Kind
    origins: Origins = frozenset()

    def __post_init__(self) -> None:
        # The Spark text needs the type of some nodes, which the tree alone does not tell.
        self.node.meta["kind"] = self.type

    def but(self, node: exp.Expr, type_: Kind | None = None) -> "Typed":
        """Another form of the same value: same origins."""
        return Typed(node, type_ or self.type, self.origins)


def origins(*values: Typed) -> Origins:
    """What several values are computed from together."""
    return frozenset().union(*(value.origins for value in values))


def cast(node: exp.Expr, kind: Kind) -> exp.Cast:
    """CAST(node AS the engine's type of that kind)."""
    return exp.Cast(
        this=node, to=exp.DataType(this=SQL_TYPES[kind if kind != "null" else "text"], nested=False)
    )


COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Is, exp.Like, exp.In, exp.Between),
)
PRECEDENCE: tuple[tuple[type[exp.Expr], ...], ...] = (
    (exp.Or,),
    (exp.And,),
    (exp.Not,),
    COMPARISONS,
    (exp.DPipe,),
    (exp.Add, exp.Sub),
    (exp.Mul, exp.Div, exp.IntDiv, exp.Mod),
    (exp.Neg,),
)


def _binding(node: exp.Expr | type[exp.Expr]) -> int:
    kind = node if isinstance(node, type) else type(node)
    return next((level for level, kinds in enumerate(PRECEDENCE) if kind in kinds), len(PRECEDENCE))


def operand(node: exp.Expr, operator: type[exp.Expr], *, first: bool = False) -> exp.Expr:
    """The node as an operand of that operator: in brackets unless it surely binds tighter."""
    binds, around = _binding(node), _binding(operator)
    chain = first and operator not in {exp.Not, exp.Neg, *COMPARISONS}
    return node if binds > around or (chain and binds == around) else exp.Paren(this=node)


def binary(operator: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """left operator right, with the brackets it needs."""
    return operator(this=operand(left, operator, first=True), expression=operand(right, operator))


def whole_number(node: exp.Expr) -> int | None:
    """The value of a whole number written out, or None."""
    if isinstance(node, exp.Neg):
        inside = whole_number(node.this)
        return None if inside is None else -inside
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    return None


def share(node: exp.Expr) -> Decimal | None:
    """The value of a number between 0 and 1 written out, or None."""
    if isinstance(node, exp.Literal) and not node.is_string:
        value = Decimal(node.name)
        return value if 0 <= value <= 1 else None
    return None


def written_number(value: float) -> exp.Expr:
    """A number written out. With an exponent every engine reads a DOUBLE; without one, a decimal."""
    digits = repr(value).replace("e+", "e").removesuffix(".0")
    return exp.Literal.number(digits if "e" in digits else f"{digits}e0")


def as_number(value: Typed) -> exp.Expr:
    """The value as DOUBLE."""
    if value.type == "number":
        return value.node
    if isinstance(value.node, exp.Literal):
        return written_number(float(value.node.name))
    return cast(value.node, "number")


def is_bigint(node: exp.Expr) -> bool:
    """Whether every engine computes this integer in 64 bits: small numbers written out have 32."""
    match node:
        case exp.Paren() | exp.Neg() | exp.Try() | exp.Nullif():
            return is_bigint(node.this)
        case exp.Case():
            results = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
            return any(is_bigint(result) for result in results if result is not None)
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return any(is_bigint(part) for part in (node.this, *node.expressions))
    return not isinstance(node, exp.Literal | exp.Null)


def as_bigint(value: Typed) -> exp.Expr:
    """The integer value in 64 bits."""
    return value.node if is_bigint(value.node) else cast(value.node, "integer")
