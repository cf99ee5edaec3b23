"""Values and conditions: each is checked for its type and written in its canonical form."""

import math
from collections.abc import Callable

from sqlglot import exp

from civicthread.lake.schema import ColumnType
from civicthread.lake.sql import aggregates, calls, forms
from civicthread.lake.sql.arithmetic import arithmetic
from civicthread.lake.sql.combine import combined
from civicthread.lake.sql.dates import written_date
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Place, Relation
from civicthread.lake.sql.typed import (
    EXACT,
    NUMERIC,
    SQL_TYPES,
    Typed,
    binary,
    cast,
    is_bigint,
    operand,
    origins,
    written_number,
)

LARGEST_INTEGER = 2**63 - 1

Rule = Callable[[exp.Expr, Place], Typed]


def read(node: exp.Expr, place: Place) -> Typed:
    """The checked form of any expression."""
    rule = RULES.get(type(node))
    if not isinstance(node, exp.And | exp.Paren | exp.Not | exp.In):
        place = place.plain()
    return rule(node, place) if rule else calls.read(node, place)


def _column(node: exp.Expr, place: Place) -> Typed:
    if isinstance(node.this, exp.Star):
        raise refuse("star_here", node)
    found = place.scope.find(node)  # type: ignore[arg-type]
    column = found.node.copy()
    if isinstance(column, exp.Column):  # so that a later refusal can point at the person's own text
        column.this.meta.update(node.this.meta)
    return found.but(column)


def _star(node: exp.Expr, _: Place) -> Typed:
    raise refuse("star_here", node)


def _literal(node: exp.Expr, _: Place) -> Typed:
    if node.args["is_string"]:
        return Typed(exp.Literal.string(node.name), "text")
    if node.name.isdigit():
        if int(node.name) > LARGEST_INTEGER:
            raise refuse("number_too_large", node, name=node.name)
        return Typed(exp.Literal.number(int(node.name)), "integer")
    value = float(node.name)
    if not math.isfinite(value):
        raise refuse("number_too_large", node, name=node.name)
    return Typed(written_number(value), "number")


def _boolean(node: exp.Expr, _: Place) -> Typed:
    return Typed(exp.Boolean(this=bool(node.this)), "boolean")


def _null(_: exp.Expr, __: Place) -> Typed:
    return Typed(exp.Null(), "null")


def _inner(node: exp.Expr, place: Place) -> Typed:
    return place.read(node.this)


def _try(node: exp.Expr, place: Place) -> Typed:
    """TRY is ours: it comes back by itself where an overflow is possible."""
    if not isinstance(node.this.unnest(), exp.Add | exp.Sub | exp.Mul):
        raise refuse("unsupported", node, what="TRY")
    return place.read(node.this)


def _negative(node: exp.Expr, place: Place) -> Typed:
    value = place.read(node.this)
    if value.type == "integer" and not isinstance(value.node, exp.Literal):
        return arithmetic(exp.Sub(), Typed(exp.Literal.number(0), "integer"), value)
    if value.type not in NUMERIC:
        raise refuse("wrong_type", node, name="-", expected="number", found=value.type)
    return value.but(exp.Neg(this=operand(value.node, exp.Neg)))


def _arithmetic(node: exp.Expr, place: Place) -> Typed:
    if isinstance(node.expression.unnest(), exp.Interval):
        date = place.read(node.this)
        if date.type not in {"date", "timestamp"} or not isinstance(node, exp.Add | exp.Sub):
            raise refuse("wrong_type", node, name="INTERVAL", expected="date", found=date.type)
        return date.but(forms.shifted(date, node.expression.unnest(), type(node)), "date")
    return arithmetic(node, place.read(node.this), place.read(node.expression))


def _interval(node: exp.Expr, _: Place) -> Typed:
    raise refuse("unsupported", node, what="INTERVAL")


def _joined_text(node: exp.Expr, place: Place) -> Typed:
    left, right = place.read(node.this), place.read(node.expression)
    for value in (left, right):
        if value.type not in {"text", "null"}:
            raise refuse("wrong_type", node, name="||", expected="text", found=value.type)
    return Typed(binary(exp.DPipe, left.node, right.node), "text", origins(left, right))


def _connected(node: exp.Expr, place: Place) -> Typed:
    left, right = place.condition(node.this), place.condition(node.expression)
    return Typed(binary(type(node), left.node, right.node), "boolean", origins(left, right))


def _not(node: exp.Expr, place: Place) -> Typed:
    value = (place if isinstance(node.this.unnest(), exp.In) else place.plain()).condition(node.this)
    return value.but(exp.Not(this=operand(value.node, exp.Not)), "boolean")


def _compared(node: exp.Expr, place: Place) -> Typed:
    both = combined([place.read(node.this), place.read(node.expression)], node)
    return Typed(binary(type(node), *both.nodes), "boolean", both.origins)


def _is(node: exp.Expr, place: Place) -> Typed:
    if not isinstance(node.expression, exp.Null | exp.Boolean):
        raise refuse("unsupported", node, what="IS")
    value = place.read(node.this) if isinstance(node.expression, exp.Null) else place.condition(node.this)
    return value.but(binary(exp.Is, value.node, node.expression.copy()), "boolean")


def _like(node: exp.Expr, place: Place) -> Typed:
    value, pattern = place.read(node.this), node.expression
    if value.type not in {"text", "null"}:
        raise refuse("wrong_type", node, name="LIKE", expected="text", found=value.type)
    # A backslash escapes on one engine only.
    if not isinstance(pattern, exp.Literal) or not pattern.args["is_string"] or "\\" in pattern.name:
        raise refuse("literal_needed", pattern, name="LIKE", expected="'…%'")
    like = binary(exp.Like, value.node, exp.Literal.string(pattern.name))
    return value.but(exp.Not(this=like) if node.args.get("negate") else like, "boolean")


def _between(node: exp.Expr, place: Place) -> Typed:
    parts = [place.read(node.args[part]) for part in ("this", "low", "high")]
    all_ = combined(parts, node)
    value, low, high = (operand(part, exp.Between) for part in all_.nodes)
    return Typed(exp.Between(this=value, low=low, high=high), "boolean", all_.origins)


def _in(node: exp.Expr, place: Place) -> Typed:
    value = place.plain().read(node.this)
    if query := node.args.get("query"):
        # Elsewhere Spark servers take its NULL for false.
        if not place.filters:
            raise refuse("in_query_here", node)
        relation = place.query(query)
        column = _only_column(relation, node)
        comparable = {value.type, column.type} <= NUMERIC or value.type == column.type
        if not comparable:
            raise refuse("types_differ", node, left=value.type, right=column.type)
        inside = exp.Subquery(this=relation.node)
        return Typed(
            exp.In(this=operand(value.node, exp.In), query=inside), "boolean", value.origins | column.origins
        )
    if not node.expressions:
        raise refuse("unsupported", node, what="IN ()")
    all_ = combined([value, *(place.plain().read(item) for item in node.expressions)], node)
    first, *others = all_.nodes
    return Typed(exp.In(this=operand(first, exp.In), expressions=others), "boolean", all_.origins)


def _only_column(relation: Relation, node: exp.Expr) -> Typed:
    if len(relation.columns) != 1:
        raise refuse("one_column", node)
    (column,) = relation.columns
    return Typed(exp.Null(), column.type, column.origins)


def _exists(node: exp.Expr, place: Place) -> Typed:
    relation = place.query(node.this)
    found = frozenset().union(*(column.origins for column in relation.columns))
    return Typed(exp.Exists(this=relation.node), "boolean", found)


def _subquery(node: exp.Expr, place: Place) -> Typed:
    relation = place.query(node)
    column = _only_column(relation, node)
    if not aggregates.gives_one_row(relation.node):
        raise refuse("one_row", node)
    return column.but(exp.Subquery(this=relation.node))


def _case(node: exp.Expr, place: Place) -> Typed:
    branches = node.args["ifs"]
    subject: list[exp.Expr] = []
    if node.this:
        tests = combined(
            [place.read(part) for part in (node.this, *(branch.this for branch in branches))], node
        )
        subject, tested, tests_from = tests.nodes[:1], tests.nodes[1:], tests.origins
    else:
        conditions = [place.condition(branch.this) for branch in branches]
        tested, tests_from = [value.node for value in conditions], origins(*conditions)
    default = node.args.get("default")
    results = [place.read(branch.args["true"]) for branch in branches]
    results += [place.read(default)] if default else []
    values = combined(results, node)
    ifs = [exp.If(this=test, true=value) for test, value in zip(tested, values.nodes, strict=False)]
    case = exp.Case(this=next(iter(subject), None), ifs=ifs, default=values.nodes[-1] if default else None)
    return Typed(case, values.type, values.origins | tests_from)


def _cast(node: exp.Expr, place: Place) -> Typed:
    inner = node.this
    if _is_exact_total(node):
        return place.read(inner.this)
    wanted = _kind(node)
    value = place.read(inner)
    if isinstance(value.node, exp.Literal) and value.type == "text" and wanted in {"date", "timestamp"}:
        return Typed(cast(written_date(value.node, wanted), wanted), wanted)
    if value.type == wanted:
        return value if wanted != "integer" or is_bigint(value.node) else value.but(cast(value.node, wanted))
    if value.type != "null" and (value.type, wanted) not in CASTS:
        raise refuse("cast_refused", node, found=value.type, expected=wanted)
    return value.but(cast(value.node, wanted), wanted)


CASTS = {
    ("integer", "number"),
    ("integer", "text"),
    ("boolean", "integer"),
    ("boolean", "text"),
    ("date", "text"),
    ("date", "timestamp"),
    ("timestamp", "date"),
}


def _is_exact_total(node: exp.Expr) -> bool:
    """CAST(CAST(SUM(CAST(x AS DECIMAL(38, 9))) AS TEXT) AS DOUBLE): our own canonical sum."""
    inner = node.this
    if not isinstance(inner, exp.Cast) or _kind(node) != "number" or _kind(inner) != "text":
        return False
    total = inner.this.this if isinstance(inner.this, exp.Window) else inner.this
    return isinstance(total, exp.Sum) and isinstance(total.this, exp.Cast) and total.this.to == EXACT


def _kind(node: exp.Expr) -> ColumnType:
    """The column type a CAST asks for. Smaller integers and floats become the one size that is used."""
    wanted = node.args["to"]
    name = KINDS.get(wanted.this)
    if name is None or wanted.expressions:
        raise refuse("cast_refused", node, found="value", expected=wanted.sql("duckdb"))
    return name


KINDS: dict[exp.DType, ColumnType] = {
    **{value: key for key, value in SQL_TYPES.items()},
    **dict.fromkeys((exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT), "integer"),
    exp.DType.FLOAT: "number",
    exp.DType.TEXT: "text",
    exp.DType.TIMESTAMP: "timestamp",
}


RULES: dict[type[exp.Expr], Rule] = {
    exp.Column: _column,
    exp.Star: _star,
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: _null,
    exp.Paren: _inner,
    exp.Try: _try,
    exp.Neg: _negative,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod), _arithmetic),
    exp.Interval: _interval,
    exp.DPipe: _joined_text,
    **dict.fromkeys((exp.And, exp.Or), _connected),
    exp.Not: _not,
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ), _compared
    ),
    exp.Is: _is,
    exp.Like: _like,
    exp.Between: _between,
    exp.In: _in,
    exp.Exists: _exists,
    exp.Subquery: _subquery,
    exp.Case: _case,
    exp.Cast: _cast,
}
