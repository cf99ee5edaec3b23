"""Columns as they stand in the text of a query: a name, a value, a period, a condition."""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final

PERIODS: Final = {
    "year": "CAST(year({0}) AS VARCHAR)",
    "quarter": "CAST(year({0}) AS VARCHAR) || '-Q' || CAST(quarter({0}) AS VARCHAR)",
    "month": "strftime({0}, '%Y-%m')",
    "day": "strftime({0}, '%Y-%m-%d')",
}
"""How a date is read as a period. A column that holds periods already is taken as it is."""

DATES: Final = frozenset({"date", "timestamp"})
NUMBERS: Final = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Column:
    """A column of a dataset, as queries know it."""

    name: str
    type: str


@dataclass(frozen=True)
class Condition:
    """Only the rows where the column holds this value."""

    column: Column
    value: str


def sum_of(column: str) -> str:
    """The sum of the column, or the count of rows without one."""
    return f"SUM({name_of(column)})" if column else "COUNT(*)"


def period_of(column: Column, by: str) -> str:
    """The period of a row, as indicators write it."""
    if column.type in DATES:
        return PERIODS[by].format(name_of(column.name))
    return as_text(column)


def as_text(column: Column) -> str:
    """The column as a text: an area or a period may be kept as a number."""
    return name_of(column.name) if column.type == "text" else f"CAST({name_of(column.name)} AS VARCHAR)"


def check_value(column: Column, value: str) -> None:
    """ValueError unless the column can hold the value.

    >>> check_value(Column("year", "integer"), "2026")
    >>> check_value(Column("year", "integer"), "last year")
    Traceback (most recent call last):
    ValueError: could not convert string to float: 'last year'
    """
    if column.type in NUMBERS and not isfinite(float(value)):
        raise ValueError(value)
    if column.type in DATES:
        date.fromisoformat(value.strip())
    if column.type == "boolean" and value.strip() not in {"true", "false"}:
        raise ValueError(value)


def condition_of(condition: Condition) -> str:
    """The condition as it stands in WHERE."""
    name, value = name_of(condition.column.name), condition.value.strip()
    if condition.column.type in NUMBERS:
        return f"{name} = {_number(value)}"
    if condition.column.type == "boolean":
        return name if value == "true" else f"NOT {name}"
    words = text_of(value)
    return f"{name} = CAST({words} AS DATE)" if condition.column.type in DATES else f"{name} = {words}"


def literal(column: Column, value: str) -> str:
    """The value written out, as the column's type has it."""
    return _number(value) if column.type in NUMBERS else text_of(value)


def text_of(text: str) -> str:
    """A text written out."""
    return "'" + text.replace("'", "''") + "'"


def _number(text: str) -> str:
    number = float(text)
    return str(int(number)) if number.is_integer() else repr(number)


def name_of(name: str) -> str:
    """The name, quoted where it is a word of the language."""
    from sqlglot.dialects import DuckDB  # noqa: PLC0415  # heavy: no reader of a page needs it

    return f'"{name}"' if name.upper() in DuckDB.Tokenizer.KEYWORDS else name
