"""The functions people may use, and why some well-known ones are refused.

A function stands here only when DuckDB and Spark give the same answer, to the last bit of a number; the
conformance tests run every one of them on both. `docs/methods/sql.md` lists them in plain words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from civicthread.lake.schema import ColumnType
from civicthread.lake.sql import forms
from civicthread.lake.sql.refusal import SqlRefused, refuse

Build = Callable[..., exp.Expr]


@dataclass(frozen=True)
class Function:
    """One allowed function.

    `takes` names what each value must be: number (whole numbers too), integer, text, date (timestamps too),
    timestamp, boolean, any; or, written out in the text, `whole number`, `words`, `share`. `optional` is how
    many of the last ones may be left out.
    """

    takes: tuple[str, ...]
    gives: ColumnType
    build: Build
    optional: int = 0


def _rename(kind: type[exp.Expr]) -> Build:
    return lambda value: kind(this=value.node)


def _part(kind: type[exp.Expr]) -> Function:
    return Function(("date",), "integer", _rename(kind))


VALUES: Mapping[str, Function] = MappingProxyType(
    {
        "abs": Function(("number",), "number", forms.absolute),
        "sqrt": Function(("number",), "number", forms.square_root),
        "exp": Function(("number",), "number", forms.exponential),
        "ln": Function(("number",), "number", forms.natural_logarithm),
        "log10": Function(("number",), "number", forms.decimal_logarithm),
        "power": Function(("number", "number"), "number", forms.power),
        "length": Function(("text",), "integer", _rename(exp.Length)),
        "lower": Function(("text",), "text", forms.lower),
        "upper": Function(("text",), "text", forms.upper),
        "area_key": Function(("text",), "text", forms.area_key),
        "trim": Function(("text", "words"), "text", forms.trim, optional=1),
        "substring": Function(("text", "whole number", "whole number"), "text", forms.substring, optional=1),
        "left": Function(("text", "whole number"), "text", forms.left),
        "right": Function(("text", "whole number"), "text", forms.right),
        "lpad": Function(("text", "whole number", "words"), "text", forms.left_pad),
        "replace": Function(("text", "words", "words"), "text", forms.replace),
        "starts_with": Function(("text", "words"), "boolean", forms.starts_with),
        "ends_with": Function(("text", "words"), "boolean", forms.ends_with),
        "contains": Function(("text", "words"), "boolean", forms.contains),
        "year": _part(exp.Year),
        "quarter": _part(exp.Quarter),
        "month": _part(exp.Month),
        "week": _part(exp.Week),
        "day": _part(exp.Day),
        "dayofyear": _part(exp.DayOfYear),
        "weekday": _part(exp.DayOfWeekIso),
        "isoyear": Function(("date",), "integer", forms.iso_year),
        "hour": Function(("timestamp",), "integer", _rename(exp.Hour)),
        "minute": Function(("timestamp",), "integer", _rename(exp.Minute)),
        "date_trunc": Function(("words", "date"), "date", forms.date_trunc),
        "date_diff": Function(("words", "date", "date"), "integer", forms.date_diff),
        "strftime": Function(("date", "words"), "text", forms.date_text),
    }
)
"""Functions of one row whose values have fixed types."""

COMBINING = ("coalesce", "greatest", "least", "nullif", "if")
"""Functions of one row whose values share one type, which the result has too."""

AGGREGATES: Mapping[str, Function] = MappingProxyType(
    {
        "count": Function(("any",), "integer", forms.count),
        "count_if": Function(("boolean",), "integer", forms.count_if),
        "sum": Function(("number",), "number", forms.exact_sum),
        "avg": Function(("number",), "number", forms.exact_average),
        "min": Function(("any",), "number", _rename(exp.Min)),
        "max": Function(("any",), "number", _rename(exp.Max)),
        "median": Function(("number",), "number", forms.median),
        "quantile": Function(("number", "share"), "number", forms.quantile),
    }
)
"""Functions of many rows. min and max give the type of their value."""

RUNNING = ("count", "count_if", "sum", "avg", "min", "max")
"""The aggregates that may also stand before OVER."""

WINDOWS: Mapping[str, Function] = MappingProxyType(
    {
        "row_number": Function((), "integer", exp.RowNumber),
        "rank": Function((), "integer", exp.Rank),
        "dense_rank": Function((), "integer", exp.DenseRank),
        "lag": Function(("any", "whole number"), "number", forms.lag, optional=1),
        "lead": Function(("any", "whole number"), "number", forms.lead, optional=1),
        "first_value": Function(("any",), "number", _rename(exp.FirstValue)),
    }
)
"""Functions that need OVER. lag, lead and first_value give the type of their value."""

TIED = frozenset({"row_number", "lag", "lead", "first_value"})
"""Those whose answer depends on the order of rows that an ORDER BY leaves equal."""

ALLOWED = frozenset({*VALUES, *COMBINING, *AGGREGATES, *WINDOWS})

PARTS = ("year", "quarter", "month", "week", "day", "isoyear", "hour", "minute")
"""What EXTRACT(… FROM date) may ask for."""

NODES: dict[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.Abs: ("abs", ("this",)),
    exp.Sqrt: ("sqrt", ("this",)),
    exp.Exp: ("exp", ("this",)),
    exp.Ln: ("ln", ("this",)),
    exp.Pow: ("power", ("this", "expression")),
    exp.Length: ("length", ("this",)),
    exp.Lower: ("lower", ("this",)),
    exp.Upper: ("upper", ("this",)),
    exp.Trim: ("trim", ("this", "expression")),
    exp.Substring: ("substring", ("this", "start", "length")),
    exp.Left: ("left", ("this", "expression")),
    exp.Right: ("right", ("this", "expression")),
    exp.Replace: ("replace", ("this", "expression", "replacement")),
    exp.StartsWith: ("starts_with", ("this", "expression")),
    exp.EndsWith: ("ends_with", ("this", "expression")),
    exp.Contains: ("contains", ("this", "expression")),
    exp.Year: ("year", ("this",)),
    exp.Quarter: ("quarter", ("this",)),
    exp.Month: ("month", ("this",)),
    exp.Week: ("week", ("this",)),
    exp.Day: ("day", ("this",)),
    exp.DayOfYear: ("dayofyear", ("this",)),
    exp.DayOfWeekIso: ("weekday", ("this",)),
    exp.Hour: ("hour", ("this",)),
    exp.Minute: ("minute", ("this",)),
    exp.TimestampTrunc: ("date_trunc", ("unit", "this")),
    exp.DateTrunc: ("date_trunc", ("unit", "this")),
    exp.DateDiff: ("date_diff", ("unit", "expression", "this")),
    exp.TimeToStr: ("strftime", ("this", "format")),
    exp.Coalesce: ("coalesce", ("this", "expressions")),
    exp.Greatest: ("greatest", ("this", "expressions")),
    exp.Least: ("least", ("this", "expressions")),
    exp.Nullif: ("nullif", ("this", "expression")),
    exp.Count: ("count", ("this",)),
    exp.CountIf: ("count_if", ("this",)),
    exp.Sum: ("sum", ("this",)),
    exp.Avg: ("avg", ("this",)),
    exp.Min: ("min", ("this", "expressions")),
    exp.Max: ("max", ("this", "expressions")),
    exp.Median: ("median", ("this",)),
    exp.Quantile: ("quantile", ("this", "quantile")),
    exp.PercentileDisc: ("quantile", ("this", "expression")),
    exp.RowNumber: ("row_number", ()),
    exp.Rank: ("rank", ("expressions",)),
    exp.DenseRank: ("dense_rank", ("expressions",)),
    exp.Lag: ("lag", ("this", "offset")),
    exp.Lead: ("lead", ("this", "offset")),
    exp.FirstValue: ("first_value", ("this",)),
    exp.If: ("if", ("this", "true", "false")),
    exp.Log: ("log10", ("expression",)),
    exp.Pad: ("lpad", ("this", "expression", "fill_pattern")),
}
"""How the parser spells the allowed functions, and where it puts their values."""

FLAGS = frozenset({"big_int", "ignore_nulls", "date_part_boundary", "format"})
"""What the parser adds by itself to some of them, without meaning for us."""

SHAPES: dict[type[exp.Expr], frozenset[str]] = {
    **{kind: frozenset(places) | FLAGS for kind, (_, places) in NODES.items()},
    exp.Log: frozenset({"this", "expression"}),
    exp.Pad: frozenset({"this", "expression", "fill_pattern", "is_left"}),
    exp.Extract: frozenset({"this", "expression"}),
    exp.Translate: frozenset({"this", "from_", "to"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
}

_WEEKDAY = "Use weekday: 1 is Monday, 7 is Sunday."
_PARTS = "Use year(date), quarter(date), month(date), weekday(date) and so on."
_SIGNS = {"[": "[…]", "{": "{…}"}
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "quantile_cont": "Use quantile or median.",
        "percentile_cont": "Use quantile or median.",
        "log": "Use ln or log10.",
        **dict.fromkeys(
            ("dayofweek", "dow", "extract dow", "extract dayofweek", "extract isodow", "extract weekday"), _WEEKDAY
        ),
        **dict.fromkeys(("extract", "date_part", "datepart"), _PARTS),
        "concat": "Use ||.",
        "stddev": "", "stddev_samp": "", "stddev_pop": "", "variance": "", "var_samp": "", "var_pop": "",
        "corr": "", "regr_slope": "", "mode": "", "approx_quantile": "", "approx_count_distinct": "",
        "try_cast": "", "regexp_matches": "Use LIKE.", "regexp_like": "Use LIKE.", "ilike": "Use lower and LIKE.",
    }
)  # fmt: skip
_NOT_REPEATABLE = frozenset(
    {
        *(
            "now",
            "today",
            "age",
            "current_date",
            "current_time",
            "current_timestamp",
            "get_current_timestamp",
        ),
        *("localtime", "localtimestamp", "random", "rand", "setseed", "uuid", "gen_random_uuid", "nextval"),
        *("any_value", "arbitrary", "first", "last", "arg_max", "arg_min", "max_by", "min_by"),
        *("list", "array_agg", "string_agg", "group_concat", "listagg"),
    }
)
_ROUNDING = frozenset({"round", "round_even", "ceil", "ceiling", "floor", "trunc", "even"})


def call(node: exp.Expr) -> tuple[str, list[exp.Expr]] | None:
    """The name and the values of an allowed function, None when the node is not one.

    >>> import sqlglot
    >>> name, values = call(sqlglot.parse_one("weekday(day)", dialect="duckdb"))
    >>> name, values[0].name
    ('weekday', 'day')
    """
    if isinstance(node, exp.Anonymous):
        name = str(node.this).lower()
        return (name, node.expressions) if name in ALLOWED else None
    if isinstance(node, exp.Extract):
        part = node.name.lower()
        return (part, [node.expression]) if part in PARTS else None
    name, places = NODES.get(type(node), ("", ()))
    if (
        not name
        or (name == "log10" and node.this.name != "10")
        or (name == "lpad" and not node.args["is_left"])
    ):
        return None
    found = [node.args.get(place) for place in places]
    return name, [value for part in found for value in (part if isinstance(part, list) else [part]) if value]


def refusal(node: exp.Expr) -> SqlRefused:
    """Why this node, which is not an allowed function, may not stand in a query."""
    if isinstance(node, exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        node = node.this
    name = str(node.meta.get("word") or (node.sql_name() if isinstance(node, exp.Func) else node.key))
    names = {name.lower(), node.key, *(other.lower() for other in _other_names(node))}
    if isinstance(node, exp.Anonymous):
        name, names = str(node.this), {str(node.this).lower()}
    if isinstance(node, exp.Extract):
        name, names = f"{name}({node.name} …)", {"extract", f"extract {node.name.lower()}"}
    if instead := names & _INSTEAD.keys():
        return refuse("engines_differ", node, name=name.lower(), instead=_INSTEAD[max(instead, key=len)])
    if not isinstance(node, exp.Func) or name in _SIGNS:
        return refuse("unsupported", node, what=_SIGNS.get(name, name.upper()))
    reasons = {"not_repeatable": _NOT_REPEATABLE, "rounding": _ROUNDING}
    code = next((code for code, refused in reasons.items() if names & refused), "unknown_function")
    return refuse(code, node, name=name.lower())


def _other_names(node: exp.Expr) -> list[str]:
    return node.sql_names() if isinstance(node, exp.Func) else []
