"""Functions with OVER: running totals, ranks, the value of the row before."""

from dataclasses import replace

from sqlglot import exp

from civicthread.lake.sql import aggregates, functions
from civicthread.lake.sql.arguments import checked_values
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Place
from civicthread.lake.sql.typed import Kind, Typed, origins

EDGES = {"UNBOUNDED", "CURRENT ROW"}


def read(node: exp.Expr, place: Place) -> Typed:
    """The checked form of a function with OVER, its order made total where ties would change the answer."""
    if not place.windows:
        raise refuse("aggregate_here", node, name="OVER")
    name = aggregates.name_of(node.this)
    inside = replace(place, windows=False)
    partition = [inside.read(part) for part in node.args.get("partition_by") or []]
    order = _order(node, name, inside)
    frame = _frame(node, name)
    if order and (name in functions.TIED or (frame and frame.args["kind"] == "ROWS")):
        taken = [value.node for value in partition] + [ordered.this for _, ordered in order]
        order += [_after(column) for column in place.ties(node) if column not in taken]

    def over(call: exp.Expr) -> exp.Expr:
        return exp.Window(
            this=call,
            partition_by=[value.node.copy() for value in partition],
            order=exp.Order(expressions=[ordered.copy() for _, ordered in order]) if order else None,
            spec=frame.copy() if frame else None,
            over="OVER",
        )

    value = _called(node, name, inside, over)
    return Typed(value.node, value.type, origins(value, *partition, *(value for value, _ in order)))


def _called(node: exp.Expr, name: str, inside: Place, over: aggregates.Over) -> Typed:
    if name in functions.AGGREGATES:
        return aggregates.read(node.this, inside, over)
    found = functions.call(node.this)
    if found is None or name not in functions.WINDOWS:
        raise functions.refusal(node.this)
    function = functions.WINDOWS[name]
    values = checked_values(name, function, found[1], inside)
    kind: Kind = values[0].type if name in aggregates.KEEP_TYPE else function.gives
    return Typed(over(function.build(*values)), kind, origins(*values))


def _order(node: exp.Expr, name: str, inside: Place) -> list[tuple[Typed, exp.Ordered]]:
    order = node.args.get("order")
    if order is None:
        if name in functions.WINDOWS:
            raise refuse("window_without_order", node, name=name)
        return []
    return [_ordered(part, inside) for part in order.expressions]


def _ordered(part: exp.Expr, inside: Place) -> tuple[Typed, exp.Ordered]:
    value = inside.read(part.this)
    down, first = bool(part.args.get("desc")), bool(part.args.get("nulls_first"))
    return value, exp.Ordered(this=value.node, desc=down, nulls_first=first)


def _after(column: exp.Expr) -> tuple[Typed, exp.Ordered]:
    # It only separates ties, so it is no origin of the answer.
    return Typed(exp.Null(), "null"), exp.Ordered(this=column, desc=False, nulls_first=False)


def _frame(node: exp.Expr, name: str) -> exp.WindowSpec | None:
    """ROWS or RANGE BETWEEN … AND …; RANGE only up to whole peers."""
    spec = node.args.get("spec")
    if spec is None:
        return None
    kind = str(spec.args["kind"]).upper()
    if name in functions.WINDOWS or not node.args.get("order"):
        raise refuse("unsupported", node, what=kind)
    start, start_side = _edge(spec, "start", kind, node)
    end, end_side = _edge(spec, "end", kind, node) if spec.args.get("end") else ("CURRENT ROW", None)
    return exp.WindowSpec(kind=kind, start=start, start_side=start_side, end=end, end_side=end_side)


def _edge(spec: exp.Expr, which: str, kind: str, node: exp.Expr) -> tuple[exp.Expr | str, str | None]:
    edge, side = spec.args[which], spec.args.get(f"{which}_side")
    side = str(side).upper() if side else None
    if isinstance(edge, str) and edge.upper() in EDGES:
        return edge.upper(), side
    if kind != "ROWS" or not isinstance(edge, exp.Literal) or not edge.name.isdigit():
        raise refuse("literal_needed", node, name=kind, expected="1, 2, 3…")
    return exp.Literal.number(int(edge.name)), side
