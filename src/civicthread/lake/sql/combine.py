"""Values that stand side by side: compared, or results of the branches of one expression."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from civicthread.lake.sql.dates import written_date
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.typed import Kind, Origins, Typed, as_number, cast, origins

WIDER = {
    frozenset({"integer", "number"}): "number",
    frozenset({"date", "timestamp"}): "timestamp",
}


@dataclass(frozen=True)
class Combined:
    """Values of one type."""

    nodes: list[exp.Expr]
    type: Kind
    origins: Origins


def combined(values: Sequence[Typed], node: exp.Expr) -> Combined:
    """The values brought to the one type they share; refused when they have none.

    Text written out is taken as a date where it stands beside one.
    """
    kind = _common(values, node)
    return Combined([_as(value, kind) for value in values], kind, origins(*values))


def _common(values: Sequence[Typed], node: exp.Expr) -> Kind:
    kinds = {value.type for value in values if value.type != "null"}
    dates = kinds & {"date", "timestamp"}
    if dates and all(_written(value) for value in values if value.type == "text"):
        kinds.discard("text")
    if len(kinds) > 1:
        wider = WIDER.get(frozenset(kinds))
        if wider is None:
            left, right, *_ = sorted(kinds)
            raise refuse("types_differ", node, left=left, right=right)
        return wider  # type: ignore[return-value]
    return kinds.pop() if kinds else "null"


def _written(value: Typed) -> bool:
    return isinstance(value.node, exp.Literal)


def _as(value: Typed, kind: Kind) -> exp.Expr:
    if value.type in {kind, "null"}:
        return value.node
    if value.type == "text":
        return cast(written_date(value.node, kind), kind)
    return as_number(value) if kind == "number" else cast(value.node, kind)
