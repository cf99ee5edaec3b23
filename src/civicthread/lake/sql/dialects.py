"""The canonical DuckDB text as Spark reads it.

Only what SQLGlot writes wrongly, or what Spark names or sizes differently, is said here; the conformance
tests compare the answers.
"""

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp

from civicthread.lake.sql.typed import binary, cast, is_bigint, written_number

Change = Callable[[exp.Expr], exp.Expr]


def spark_name(name: str) -> str:
    """A name as Spark writes it.

    >>> spark_name("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def spark(canonical: exp.Expr) -> str:
    """The text of a canonical tree for Spark Connect. The tree is used up.

    >>> import sqlglot
    >>> tree = sqlglot.parse_one('SELECT WEEK("t"."day") AS "week" FROM "t" AS "t"', dialect="duckdb")
    >>> " ".join(spark(tree).split())
    'SELECT CAST(WEEKOFYEAR(`t`.`day`) AS BIGINT) AS `week` FROM `t` AS `t`'
    """
    # Children first: a changed node takes its own, changed before, along.
    for node in reversed(list(canonical.walk())):
        change = CHANGES.get(type(node))
        if change and node.parent and node.arg_key:
            parent, place, index = node.parent, node.arg_key, node.index
            parent.set(place, change(node), index)
    return canonical.sql("spark", comments=False, pretty=True)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A Spark text that reads some tables by other names. (Parsed again, some functions would be written anew.)

    >>> renamed("SELECT `t`.`a` FROM `t` AS `t`", {"t": "v1"})
    'SELECT `t`.`a` FROM `v1` AS `t`'
    """
    tokens = sqlglot.tokenize(text, read="spark")
    parts, done = [], 0
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.text.upper() in {"FROM", "JOIN"} and after.text.upper() == "AS" and token.text in names:
            parts += [text[done : token.start], spark_name(names[token.text])]
            done = token.end + 1
    return "".join([*parts, text[done:]])


def _called(name: str, *values: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(values))


def _long(name: str) -> Change:
    """A function that counts in 32 bits on Spark."""
    return lambda node: cast(_called(name, node.this), "integer")


def _ranked(node: exp.Expr) -> exp.Expr:
    ranks = isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank)
    return cast(node, "integer") if ranks else node


def _tried(node: exp.Expr) -> exp.Expr:
    names = {exp.Add: "TRY_ADD", exp.Sub: "TRY_SUBTRACT", exp.Mul: "TRY_MULTIPLY"}
    operation = node.this
    sides = (side.unnest() for side in (operation.this, operation.expression))
    wide = [side if is_bigint(side) else cast(side, "integer") for side in sides]
    return _called(names[type(operation)], *wide)


def _weekday(day: exp.Expr) -> exp.Expr:
    """1 for Monday to 7 for Sunday, from Spark's 1 for Sunday."""
    since_monday = binary(exp.Add, _called("DAYOFWEEK", day), exp.Literal.number(5))
    return binary(exp.Add, binary(exp.Mod, since_monday, exp.Literal.number(7)), exp.Literal.number(1))


def _anonymous(node: exp.Expr) -> exp.Expr:
    if str(node.this).upper() != "ISOYEAR":
        return node
    (day,) = node.expressions
    to_thursday = binary(exp.Sub, exp.Literal.number(4), _weekday(day.copy()))
    return cast(_called("YEAR", _called("DATE_ADD", cast(day, "date"), to_thursday)), "integer")


def _truncated(node: exp.Expr) -> exp.Expr:
    return _called("DATE_TRUNC", exp.Literal.string(node.text("unit")), node.this)


def _days_between(node: exp.Expr) -> exp.Expr:
    return cast(_called("DATEDIFF", node.this, node.expression), "integer")


MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
DAYS = {"DAY": 1, "WEEK": 7}


def _shifted(node: exp.Expr) -> exp.Expr:
    """A date and an interval."""
    if not isinstance(node.expression, exp.Interval):
        return node
    unit = node.expression.text("unit")
    sign = -1 if isinstance(node, exp.Sub) else 1
    amount = sign * int(node.expression.this.name) * {**MONTHS, **DAYS}[unit]
    name = "ADD_MONTHS" if unit in MONTHS else "DATE_ADD"
    return _called(name, node.this.unnest(), exp.Literal.number(amount))


def _quantile(node: exp.Expr) -> exp.Expr:
    order = exp.Order(expressions=[exp.Ordered(this=node.this, desc=False, nulls_first=False)])
    return exp.WithinGroup(this=_called("PERCENTILE_DISC", node.expression), expression=order)


def _without_minus_zero(node: exp.Expr) -> exp.Expr:
    """Some servers hold -0.0 and 0.0 for different; adding 0 leaves only one of them."""
    if node.meta.get("kind") != "number":
        return node
    return exp.Paren(this=exp.Add(this=exp.Paren(this=node), expression=written_number(0.0)))


def _wide_branches(node: exp.Expr) -> exp.Expr:
    """Some servers take the width of the first branch for all."""
    branches = node.args.get("ifs") or []
    for place, part in [("default", node.args.get("default")), *(("true", branch) for branch in branches)]:
        value = part.args["true"] if isinstance(part, exp.If) else part
        if value is not None and not is_bigint(value) and value.meta.get("kind") == "integer":
            (part if isinstance(part, exp.If) else node).set(place, cast(value, "integer"))
    return node


def _wide_values(node: exp.Expr) -> exp.Expr:
    values = [node.this, *node.expressions]
    first, *others = [
        value if is_bigint(value) or value.meta.get("kind") != "integer" else cast(value, "integer")
        for value in values
    ]
    node.set("this", first)
    node.set("expressions", others)
    return node


CHANGES: dict[type[exp.Expr], Change] = {
    exp.Year: _long("YEAR"),
    exp.Quarter: _long("QUARTER"),
    exp.Month: _long("MONTH"),
    exp.Week: _long("WEEKOFYEAR"),
    exp.Day: _long("DAY"),
    exp.DayOfYear: _long("DAYOFYEAR"),
    exp.Hour: _long("HOUR"),
    exp.Minute: _long("MINUTE"),
    exp.Length: _long("LENGTH"),
    exp.DayOfWeekIso: lambda node: cast(_weekday(node.this), "integer"),
    exp.Anonymous: _anonymous,
    exp.Log: lambda node: _called("LOG10", node.expression),
    exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated,
    exp.DateDiff: _days_between,
    exp.Add: _shifted,
    exp.Sub: _shifted,
    **dict.fromkeys((exp.Mul, exp.Div, exp.Mod, exp.Neg), _without_minus_zero),
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least), _wide_values),
    exp.Case: _wide_branches,
    exp.Try: _tried,
    exp.PercentileDisc: _quantile,
    exp.Window: _ranked,
}
