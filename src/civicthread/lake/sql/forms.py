"""The canonical form of each function: how it is written so that every engine gives the same answer.

Each takes the values of a call, checked and typed, and gives the tree of it; SqlRefused where a value that must be
written out is not, or is none of those allowed. Each maps to itself: checking a canonical text again changes nothing.
What the engines do differently is told in `docs/methods/sql.md`.

>>> n, day = Typed(exp.column("n"), "number"), Typed(exp.column("day"), "timestamp")
>>> month = Typed(exp.Literal.string("month"), "text")
>>> for form in (exact_sum(n), square_root(n), lag(n), date_trunc(month, day)):
...     print(form.sql("duckdb"))
CAST(CAST(SUM(CAST(n AS DECIMAL(38, 9))) AS TEXT) AS DOUBLE)
SQRT(CASE WHEN n >= 0e0 THEN n END)
LAG(n, 1)
CAST(DATE_TRUNC('MONTH', CAST(day AS DATE)) AS DATE)
"""

import re
from collections.abc import Callable

from sqlglot import exp

from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.typed import (
    EXACT,
    Typed,
    as_number,
    binary,
    cast,
    operand,
    share,
    whole_number,
    written_number,
)

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒŠŸŽ"
SMALLS = "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþœšÿž"
# What names of places are written with, and what stands for it where they are compared.
NAME_SIGNS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝŸýÿŠšŽž"
    "-‐‑–—'’‘`´.,;:/|()[]\"“”«»&+_*"
)
PLAIN_SIGNS = (
    "abcdefghijklmnopqrstuvwxyzaaaaaaaaaaaacceeeeeeeeiiiiiiiinnoooooooooooouuuuuuuuyyyysszz"
).ljust(len(NAME_SIGNS))
ONE_SPELLING = (
    *(("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss")),
    *((("  ", " "),) * 3),
    *((f" {saint} ", " st ") for saint in ("saint", "sainte", "sint", "ste")),
    *(((" 0", " "),) * 4),
)
TRANSLATIONS = ((CAPITALS, SMALLS), (SMALLS, CAPITALS), (NAME_SIGNS, PLAIN_SIGNS))
DAYS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
TEXT_LENGTHS = {"%Y": 4, "%Y-%m": 7, "%Y-%m-%d": 10}
LONGEST_TEXT = 1000
ZERO = exp.Literal.number("0e0")
NO_INTEGER = exp.Literal.number(0)


def exact(value: exp.Expr) -> exp.Expr:
    """The value as a decimal of nine places, in which a sum does not depend on the order of its terms."""
    return exp.Cast(this=value, to=EXACT.copy())


def from_exact(total: exp.Expr) -> exp.Expr:
    """An exact total as DOUBLE. By way of text: engines round a direct cast differently above 9 million."""
    return cast(cast(total, "text"), "number")


def exact_sum(value: Typed, over: Callable[[exp.Expr], exp.Expr] = lambda node: node) -> exp.Expr:
    """sum: `over` puts the inner aggregate into its window, where it has one."""
    return from_exact(over(exp.Sum(this=exact(value.node))))


def exact_average(value: Typed, over: Callable[[exp.Expr], exp.Expr] = lambda node: node) -> exp.Expr:
    """avg: the exact sum over the count of values that are not NULL."""
    count = over(exp.Count(this=value.node.copy(), big_int=True))
    return divide(exact_sum(value, over), cast(count, "number"))


def divide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """left / right in DOUBLE, NULL where right is zero."""
    return binary(exp.Div, left, not_zero(right))


def not_zero(divisor: exp.Expr, zero: exp.Expr = ZERO) -> exp.Expr:
    """The divisor, NULL where it is zero; a number written out is what it is."""
    plain = isinstance(divisor, exp.Literal) and float(divisor.name) != 0
    guarded = isinstance(divisor, exp.Nullif) and divisor.expression == zero
    return divisor if plain or guarded else exp.Nullif(this=divisor, expression=zero.copy())


def count(value: Typed) -> exp.Expr:
    """count(a): how many values are not NULL, as an integer."""
    return exp.Count(this=value.node, big_int=True)


def count_different(value: Typed) -> exp.Expr:
    """count(DISTINCT a): how many different values are not NULL."""
    return exp.Count(this=exp.Distinct(expressions=[value.node]), big_int=True)


def count_if(value: Typed) -> exp.Expr:
    """count_if(condition): how often it holds; NULL does not count."""
    return exp.Count(this=when(value.node, exp.Literal.number(1)), big_int=True)


def when(condition: exp.Expr, value: exp.Expr) -> exp.Case:
    """The value where the condition holds, else NULL."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def quantile(value: Typed, part: Typed) -> exp.Expr:
    """The smallest value that at least this share of the values do not exceed."""
    return exp.PercentileDisc(this=as_number(value), expression=part.node)


def median(value: Typed) -> exp.Expr:
    """The middle value, or the mean of the two middle ones (one counted from below, one from above)."""
    half = exp.Literal.number("0.5")
    number = as_number(value)
    negative = exp.Neg(this=operand(number.copy(), exp.Neg))
    lower = exp.PercentileDisc(this=number, expression=half)
    upper = exp.PercentileDisc(this=negative, expression=half.copy())
    return binary(exp.Div, exp.Paren(this=binary(exp.Sub, lower, upper)), written_number(2.0))


def lag(value: Typed, distance: Typed | None = None) -> exp.Expr:
    """lag(a, n): the value n rows before (1 where none is named) in the order of the window, else NULL."""
    return exp.Lag(this=value.node, offset=distance.node if distance else exp.Literal.number(1))


def lead(value: Typed, distance: Typed | None = None) -> exp.Expr:
    """lead(a, n): the value n rows after (1 where none is named), else NULL."""
    return exp.Lead(this=value.node, offset=distance.node if distance else exp.Literal.number(1))


def absolute(value: Typed) -> exp.Expr:
    """abs(a), as DOUBLE."""
    return exp.Abs(this=as_number(value))


def square_root(value: Typed) -> exp.Expr:
    """sqrt(a), NULL below zero."""
    return exp.Sqrt(this=_guarded(as_number(value), exp.GTE))


def exponential(value: Typed) -> exp.Expr:
    """exp(a): e to that power."""
    return exp.Exp(this=as_number(value))


def natural_logarithm(value: Typed) -> exp.Expr:
    """ln(a), NULL at zero and below."""
    return exp.Ln(this=_guarded(as_number(value), exp.GT))


def decimal_logarithm(value: Typed) -> exp.Expr:
    """log10(a), NULL at zero and below."""
    return exp.Anonymous(this="LOG10", expressions=[_guarded(as_number(value), exp.GT)])


def power(base: Typed, exponent: Typed) -> exp.Expr:
    """power(base, exponent), NULL where the base is zero or less."""
    return exp.Pow(this=_guarded(as_number(base), exp.GT), expression=as_number(exponent))


def _guarded(value: exp.Expr, comparison: type[exp.Expr]) -> exp.Expr:
    """The value where it is positive (or zero, with >=), else NULL: outside, engines answer differently."""
    if isinstance(value, exp.Case) and len(value.args["ifs"]) == 1 and not value.args.get("default"):
        only = value.args["ifs"][0]
        if only.this == binary(comparison, only.args["true"].copy(), ZERO.copy()):
            return value
    return when(binary(comparison, value.copy(), ZERO.copy()), value)


def lower(value: Typed) -> exp.Expr:
    """lower(a): the capitals of `CAPITALS` made small; other letters stay."""
    return translate(value.node, (CAPITALS, SMALLS))


def upper(value: Typed) -> exp.Expr:
    """upper(a): the letters of `SMALLS` made capital; other letters stay."""
    return translate(value.node, (SMALLS, CAPITALS))


def translate(value: exp.Expr, signs: tuple[str, str]) -> exp.Expr:
    """Engines know different versions of Unicode, so the letters that change are written out."""
    before, after = (exp.Literal.string(text) for text in signs)
    return exp.Translate(this=value, from_=before, to=after)


def area_key(value: Typed) -> exp.Expr:
    """The name of an area as `programme_area_names` spells it: 'Woluwé-St-Lambert' is 'woluwe st lambert'."""
    space = exp.Literal.string(" ")
    plain = translate(value.node, (NAME_SIGNS, PLAIN_SIGNS))
    found = binary(exp.DPipe, binary(exp.DPipe, space, plain), space.copy())
    for before, after in ONE_SPELLING:
        words = exp.Literal.string(before), exp.Literal.string(after)
        found = exp.Replace(this=found, expression=words[0], replacement=words[1])
    return exp.Trim(this=found, expression=space.copy())


def trim(value: Typed, spaces: Typed | None = None) -> exp.Expr:
    """trim(a): without the spaces around it; any other sign than ' ' is refused."""
    if spaces and spaces.node.name != " ":
        raise refuse("literal_needed", spaces.node, name="trim", expected="' '")
    return exp.Trim(this=value.node, expression=exp.Literal.string(" "))


def substring(value: Typed, start: Typed, length: Typed | None = None) -> exp.Expr:
    """substring(a, start, length): the first sign is 1. Both are written out, the length from 0 on."""
    _limit(start, 1, "substring")
    if length:
        _limit(length, 0, "substring")
    return exp.Substring(this=value.node, start=start.node, length=length.node if length else None)


def left(value: Typed, length: Typed) -> exp.Expr:
    """left(a, length): the first signs; the length is written out."""
    _limit(length, 0, "left")
    return exp.Substring(this=value.node, start=exp.Literal.number(1), length=length.node)


def right(value: Typed, length: Typed) -> exp.Expr:
    """right(a, length): the last signs; the length is written out, from 1 on."""
    _limit(length, 1, "right")
    return exp.Right(this=value.node, expression=length.node)


def left_pad(value: Typed, length: Typed, filling: Typed) -> exp.Expr:
    """lpad(a, length, filling): filled from the left, or cut, to a length that is written out."""
    _limit(length, 0, "lpad")
    _not_empty(filling, "lpad")
    return exp.Pad(this=value.node, expression=length.node, fill_pattern=filling.node, is_left=True)


def _limit(value: Typed, least: int, name: str) -> None:
    number = whole_number(value.node)
    if number is None or not least <= number <= LONGEST_TEXT:
        raise refuse("literal_needed", value.node, name=name, expected=f"{least}-{LONGEST_TEXT}")


def _not_empty(words: Typed, name: str) -> None:
    if not words.node.name:
        raise refuse("literal_needed", words.node, name=name, expected="'…'")


def replace(value: Typed, before: Typed, after: Typed) -> exp.Expr:
    """replace(a, before, after); an empty `before` is refused."""
    _not_empty(before, "replace")
    return exp.Replace(this=value.node, expression=before.node, replacement=after.node)


def starts_with(value: Typed, words: Typed) -> exp.Expr:
    """starts_with(a, words), a boolean."""
    return exp.StartsWith(this=value.node, expression=words.node)


def ends_with(value: Typed, words: Typed) -> exp.Expr:
    """ends_with(a, words), a boolean."""
    return exp.EndsWith(this=value.node, expression=words.node)


def contains(value: Typed, words: Typed) -> exp.Expr:
    """contains(a, words), a boolean."""
    return exp.Contains(this=value.node, expression=words.node)


def as_date(value: Typed) -> exp.Expr:
    """The day of a date or timestamp."""
    return value.node if value.type == "date" else cast(value.node, "date")


def iso_year(value: Typed) -> exp.Expr:
    """isoyear(day): the year that its ISO week belongs to, an integer."""
    return exp.Anonymous(this="ISOYEAR", expressions=[value.node])


def date_trunc(unit: Typed, value: Typed) -> exp.Expr:
    """date_trunc(unit, day): the first day of that unit of `DAYS`, always a date."""
    name = unit.node.name.upper()
    if name not in DAYS:
        raise refuse("literal_needed", unit.node, name="date_trunc", expected=_choices(DAYS))
    return cast(exp.TimestampTrunc(this=as_date(value), unit=exp.Var(this=name)), "date")


def date_diff(unit: Typed, start: Typed, end: Typed) -> exp.Expr:
    """date_diff('day', start, end): the days from start to end, an integer; any other unit is refused."""
    if unit.node.name.upper() != "DAY":
        raise refuse("literal_needed", unit.node, name="date_diff", expected="'day'")
    return exp.DateDiff(
        this=as_date(end), expression=as_date(start), unit=exp.Var(this="DAY"), date_part_boundary=True
    )


def date_text(value: Typed, pattern: Typed) -> exp.Expr:
    """strftime(day, pattern): day, month or year as ISO 8601 writes them, by the patterns of `TEXT_LENGTHS`."""
    length = TEXT_LENGTHS.get(pattern.node.name)
    if length is None:
        raise refuse("literal_needed", pattern.node, name="strftime", expected=_choices(tuple(TEXT_LENGTHS)))
    text = cast(as_date(value), "text")
    return exp.Substring(this=text, start=exp.Literal.number(1), length=exp.Literal.number(length))


def _choices(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name.lower() if name.isalpha() else name}'" for name in names)


def shifted(value: Typed, interval: exp.Interval, operator: type[exp.Expr]) -> exp.Expr:
    """A date some days, weeks, months, quarters or years earlier or later."""
    amount = str(interval.this.name) if isinstance(interval.this, exp.Literal) else ""
    unit = interval.text("unit").upper().removesuffix("S")
    if not re.fullmatch(r"[0-9]{1,5}", amount) or unit not in DAYS:
        raise refuse("literal_needed", interval, name="INTERVAL", expected=_choices(DAYS))
    step = exp.Interval(this=exp.Literal.string(str(int(amount))), unit=exp.Var(this=unit))
    return cast(binary(operator, as_date(value), step), "date")


def days_between(end: Typed, start: Typed) -> exp.Expr:
    """end - start, in days."""
    return exp.DateDiff(
        this=as_date(end), expression=as_date(start), unit=exp.Var(this="DAY"), date_part_boundary=True
    )


def written_share(value: Typed) -> Typed:
    """A share between 0 and 1 in its one canonical spelling."""
    found = share(value.node)
    if found is None:
        raise refuse("literal_needed", value.node, name="quantile", expected="0-1")
    return value.but(exp.Literal.number(format(found.normalize(), "f")))
