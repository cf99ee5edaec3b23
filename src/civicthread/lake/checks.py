"""The rules a row must keep, as SQL: each column's text becomes a typed value, or a problem with a name.

One set of expressions serves the quick pass, which stops at the first problem, and the careful one, which
collects them all.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from civicthread.lake.connection import SQL_TYPES, identifier, literal, literals
from civicthread.lake.dialect import Dialect
from civicthread.lake.schema import Column, TableSchema

MAX_TEXT: Final = 100_000
"""Longest text in a cell, in bytes; a municipality's outline as WKT takes about 50,000."""
MAX_WKT: Final = 10_000_000
YES: Final = ("true", "t", "yes", "y", "oui", "o", "vrai", "ja", "j", "waar", "1")
NO: Final = ("false", "f", "no", "n", "non", "faux", "nee", "onwaar", "0")
INTEGER: Final = r"\s*[+-]?\d+([.]0*)?\s*"
DAY: Final = r"\s*\d{4}-\d{1,2}-\d{1,2}([T ]00:00(:00([.]0+)?)?Z?)?\s*|-?infinity"
USUAL_MOMENT: Final = "____-__-_____:__:__"
MOMENT: Final = r"\s*\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?)?\s*"
OFFSET: Final = r"(Z|[+-]\d{2}(:?\d{2})?)\s*"
TIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("", " 00:00", " 00:00:00"),
    "timestamp": (" %H:%M:%S", " %H:%M", ""),
}
"""What may follow a day that is not in ISO form."""
BLANKS: Final = r"[\s\x{00A0}\x{202F}]*"
BLANK_ENDS: Final = f"^{BLANKS}|{BLANKS}$"
EURO: Final = (
    rf"(?i)^({BLANKS}[(]?{BLANKS}[+-]?){BLANKS}(?:€|EUR){BLANKS}|{BLANKS}(?:€|EUR)({BLANKS}[)]?{BLANKS})$"
)
IN_BRACKETS: Final = rf"^{BLANKS}[(]{BLANKS}([^()+-]+)[)]{BLANKS}$"
NO_CENTS: Final = rf"[.,]-{{1,2}}{BLANKS}$"
FIRST_DATE: Final = "1800-01-01"
AFTER_LAST_DATE: Final = "2200-01-01"


@dataclass(frozen=True)
class Check:
    """One column in SQL: its text in the file, its value, and its problem (NULL where it keeps the rules).

    `text` is in terms of the file's columns; `value` in terms of `raw`, the column's text; `problem` of both. `broken`
    only tells whether there is a problem (true, or not true), in less than half the words.
    """

    column: Column
    raw: str
    typed: str
    text: str
    value: str
    problem: str
    broken: str


def checks(
    schema: TableSchema,
    headings: tuple[str, ...],
    dialect: Dialect,
    *,
    period: str | None = None,
    usual: bool = False,
) -> list[Check]:
    """The checks of all columns. A column the file lacks must be `period`, and takes that constant.

    `usual` takes numbers only as most files write them, which is checked sooner; all others count as broken.
    """
    found = {heading: f"c{number}" for number, heading in enumerate(headings)}
    texts = [found.get(column.heading, literal(period or "")) for column in schema.columns]
    return [
        _check(
            number,
            replace(column, nullable=column.nullable and column.name not in schema.keys),
            text,
            dialect,
            usual=usual,
        )
        for number, (column, text) in enumerate(zip(schema.columns, texts, strict=True))
    ]


def values_sql(rows: str, found: list[Check], dictionaries: Mapping[str, str] | None = None) -> str:
    """SELECT of `__line`, `__problem`, all text columns `c0…`, the raw texts `r0…` and the values `v0…`.

    `dictionaries` names a dictionary type for each text column that is read as one.
    """
    kinds = dictionaries or {}
    raws = ", ".join(f"{check.text} AS {check.raw}" for check in found)
    values = [
        f"TRY_CAST({check.raw} AS {kinds[check.column.name]})" if check.column.name in kinds else check.value
        for check in found
    ]
    typed = ", ".join(f"{value} AS {check.typed}" for value, check in zip(values, found, strict=True))
    return f"SELECT *, {typed} FROM (SELECT *, {raws} FROM {rows})"  # noqa: S608 built from quoted parts


def typed_columns(found: list[Check]) -> str:
    """The values under their columns' names, ready to be stored."""
    return ", ".join(f"{check.typed} AS {identifier(check.column.name)}" for check in found)


def _check(number: int, column: Column, text: str, dialect: Dialect, *, usual: bool) -> Check:
    raw, typed = f"r{number}", f"v{number}"
    empty = literals(["", *dialect.nulls])
    cleaned = (
        f"CASE WHEN {text} IN ({empty}) THEN NULL ELSE {text} END" if dialect.nulls else f"nullif({text}, '')"
    )
    forms = [] if column.type in ("text", "boolean", "date", "timestamp") else _forms(raw, column, dialect)
    forms = forms[:1] if usual else forms
    problems = [*_type_problems(column, raw, typed, forms), *_declared_problems(column, typed)]
    told = " ".join(f"WHEN {condition} THEN '{code}'" for condition, code in problems)
    missing = "NULL" if column.nullable else "'missing'"
    problem = f"CASE WHEN {raw} IS NULL THEN {missing} {told} END"
    conditions = " OR ".join(f"({condition})" for condition, _code in problems)
    broken = f"{raw} IS NOT NULL AND ({conditions})" if column.nullable else f"{raw} IS NULL OR {conditions}"
    return Check(column, raw, typed, cleaned, _value(column, dialect, raw, forms), problem, broken)


def _value(column: Column, dialect: Dialect, raw: str, forms: Sequence[str]) -> str:
    if column.type == "text":
        return raw
    if column.type == "boolean":
        folded = f"lower(trim({raw}))"
        yes, no = literals(YES), literals(NO)
        return f"CASE WHEN {folded} IN ({yes}) THEN true WHEN {folded} IN ({no}) THEN false END"
    kind = SQL_TYPES[column.type]
    if column.type in ("date", "timestamp"):
        plain = _moment(raw) if column.type == "timestamp" else _day(raw)
        if not dialect.date_format:
            return plain
        forms = ", ".join(literal(dialect.date_format + time) for time in TIMES[column.type])
        return f"coalesce(TRY_CAST(try_strptime({raw}, [{forms}]) AS {kind}), {plain})"
    return f"coalesce({', '.join(f'TRY_CAST({form} AS {kind})' for form in forms)})"


def _day(raw: str) -> str:
    whole = f"strlen({raw}) = 10 OR regexp_full_match({raw}, {literal(DAY)})"
    return f"CASE WHEN {whole} THEN TRY_CAST({raw} AS DATE) END"  # a cast alone drops the time


def _moment(raw: str) -> str:
    """A time with an offset is brought to UTC, one without stays as written; a cast would drop the offset."""
    plain = f"{raw} LIKE {literal(USUAL_MOMENT)} OR regexp_full_match({raw}, {literal(MOMENT)})"
    offset = f"regexp_full_match({raw}, {literal(MOMENT + OFFSET)})"
    utc = f"make_timestamp(epoch_us(TRY_CAST({raw} AS TIMESTAMPTZ)))"
    return f"CASE WHEN {plain} THEN TRY_CAST({raw} AS TIMESTAMP) WHEN {offset} THEN {utc} END"


def _forms(raw: str, column: Column, dialect: Dialect) -> list[str]:
    """The text of a number as most are written; and without what adds nothing to it, for where that is no number."""
    percent = column.unit == "%"
    return [number_text(text, dialect, percent=percent) for text in (raw, bare(raw, dialect))]


def bare(raw: str, dialect: Dialect) -> str:
    """SQL of a number's text without blanks around it, the euro before or behind it, and the dash for no cents; with a
    plain minus, also for brackets where they are declared.
    """
    text = f"translate({raw}, '−–', '--')"
    text = f"regexp_replace({text}, {literal(EURO)}, '\\1\\2', 'g')"
    if dialect.brackets:
        text = f"regexp_replace({text}, {literal(IN_BRACKETS)}, '-\\1')"
    text = f"regexp_replace({text}, {literal(NO_CENTS)}, '')"
    text = f"regexp_replace({text}, {literal(BLANK_ENDS)}, '', 'g')"
    return f"regexp_replace({text}, {literal(f'^([+-]){BLANKS}')}, '\\1')"


def number_text(raw: str, dialect: Dialect, *, percent: bool = False) -> str:
    """SQL of a number's text in the form every engine reads, or NULL where the separators are misplaced."""
    if dialect.decimal == "." and not dialect.thousands and not percent:
        return raw
    text = f"regexp_replace({raw}, {literal(f'{BLANKS}%{BLANKS}$')}, '')" if percent else raw
    if dialect.thousands:
        sign = r"[\s\x{00A0}\x{202F}]" if dialect.thousands.isspace() else _escaped(dialect.thousands)
        grouped = rf"\s*[+-]?\d{{1,3}}({sign}\d{{3}})*({_escaped(dialect.decimal)}\d*)?\s*"
        plain = rf"\s*[+-]?\d*({_escaped(dialect.decimal)}\d*)?([eE][+-]?\d+)?\s*"
        whole = (
            f"regexp_full_match({text}, {literal(grouped)}) OR regexp_full_match({text}, {literal(plain)})"
        )
        stripped = f"regexp_replace({text}, {literal(sign)}, '', 'g')"
        text = f"CASE WHEN {whole} THEN {stripped} END"
    if dialect.decimal == ".":
        return text
    decimal = literal(dialect.decimal)
    return f"CASE WHEN NOT contains({text}, '.') THEN replace({text}, {decimal}, '.') END"


def _escaped(sign: str) -> str:
    """The sign for an expression of RE2, which refuses a backslash before any sign that is not ASCII."""
    return f"\\{sign}" if sign in string.punctuation else sign


def _type_problems(column: Column, raw: str, value: str, forms: Sequence[str]) -> list[tuple[str, str]]:
    if column.type == "text":
        longest = MAX_WKT if column.name == "wkt" else MAX_TEXT
        return [(f"contains({raw}, chr(0))", "nul_character"), (f"strlen({raw}) > {longest}", "too_long")]
    if column.type == "boolean":
        return [(f"{value} IS NULL", "not_a_boolean")]
    if column.type in ("date", "timestamp"):
        return _date_problems(column.type, value)
    if column.type == "integer":
        return _integer_problems(forms, value)
    return [
        (f"{value} IS NULL OR contains({raw}, '_')", "not_a_number"),
        (f"NOT isfinite({value})", "not_finite"),
    ]


def _integer_problems(forms: Sequence[str], value: str) -> list[tuple[str, str]]:
    """A cast alone would round 1.5 and take 1_000 and 0x10; most values only need the comparison, which is
    quick.
    """
    other = f"({value}::VARCHAR = {forms[0]}) IS NOT TRUE"
    broken = f"regexp_full_match({forms[-1]}, {literal(INTEGER)}) IS NOT TRUE"
    return [(f"{other} AND {broken}", "not_an_integer"), (f"{value} IS NULL", "too_large")]


def _date_problems(kind: str, value: str) -> list[tuple[str, str]]:
    first, after = f"{kind.upper()} '{FIRST_DATE}'", f"{kind.upper()} '{AFTER_LAST_DATE}'"
    return [
        (f"{value} IS NULL", f"not_a_{kind}"),
        (f"{value} < {first} OR {value} >= {after}", "date_out_of_range"),
    ]


def _declared_problems(column: Column, value: str) -> list[tuple[str, str]]:
    found = []
    if column.codes:
        found.append((f"{value}::VARCHAR NOT IN ({literals(column.codes)})", "unknown_code"))
    bounds = [("<", column.minimum), (">", column.maximum)]
    outside = [f"{value} {sign} {bound!r}" for sign, bound in bounds if bound is not None]
    if outside:
        found.append((" OR ".join(outside), "out_of_range"))
    return found
