"""How numbers and dates are spelled in the columns of a file, guessed from a sample of their texts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from civicthread.lake import sniff
from civicthread.lake.dialect import Dialect

DAY_FIRST: Final = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+\s*%?\s*")
POINT: Final = re.compile(r"\s*[+-]?\d+\.\d+\s*%?\s*")
GROUPED: Final = re.compile(r"\s*[+-]?\d{1,3}(([. \u00a0\u202f’'])\d{3})+(,\d+)?\s*")
# Commas between thousands, told from decimal commas by a point, or by there being several.
ENGLISH: Final = re.compile(r"\s*[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})\s*%?\s*")
# Three digits behind the only sign: decimals to one reader, thousands to another.
THREE_BEHIND: Final = re.compile(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*%?\s*")
UNDER_A_THOUSAND: Final = re.compile(r"\s*[+-]?\d{1,3}\s*%?\s*")


def number_dialect(dialect: Dialect, columns: list[list[str]]) -> Dialect:
    """Decimal sign, thousands sign and the words for “no value”, from the columns that are mostly numbers."""
    commas = points = english = 0
    signs: Counter[str] = Counter()
    words: set[str] = set()
    for values in columns:
        plain = [value.strip() for value in values if value.strip()]
        numbers = [value for value in plain if looks_numeric(value)]
        if not numbers or len(numbers) * 2 < len(plain):
            continue
        grouped = [match for value in numbers if (match := GROUPED.fullmatch(value))]
        commas += sum(bool(COMMA.fullmatch(value)) for value in numbers) + sum(bool(m[3]) for m in grouped)
        english += sum(bool(ENGLISH.fullmatch(value)) for value in numbers)
        points += sum(bool(POINT.fullmatch(value)) for value in numbers)
        signs.update(" " if match[2].isspace() else match[2] for match in grouped)
        words |= {value for value in plain if value in sniff.NO_VALUE}
    if english and not signs.keys() - {"."}:
        return replace(dialect, thousands=",", nulls=tuple(sorted(words)))
    decimal = "," if commas > points else "."
    able = [sign for sign in signs if sign != decimal and (sign != "." or commas)]
    thousands = max(able, key=lambda sign: (signs[sign], sign), default="")
    return replace(dialect, decimal=decimal, thousands=thousands, nulls=tuple(sorted(words)))


def looks_numeric(value: str) -> bool:
    return any(sign.isdigit() for sign in value) and not re.sub(r"[\d.,%+\-\s’']", "", value)


def read_in_two_ways(values: Sequence[str], dialect: Dialect) -> str:
    """A number whose decimal sign may as well part thousands, as in all numbers of its column; or nothing.

    >>> read_in_two_ways(["4,000", "950", "n.d."], Dialect(decimal=","))
    '4,000'
    >>> [read_in_two_ways(["4,000", other], Dialect(decimal=",")) for other in ("0,125", "2,5", "1200")]
    ['', '', '']
    """
    numbers = [value.strip() for value in values if looks_numeric(value)]
    signed = [value for value in numbers if dialect.decimal in value]
    if dialect.format != "csv" or dialect.thousands or not signed or len(numbers) * 2 < len(values):
        return ""  # other formats say what a number is, and a known sign between thousands settles it
    clear = [value for value in numbers if value not in signed and not UNDER_A_THOUSAND.fullmatch(value)]
    return "" if clear or not all(THREE_BEHIND.fullmatch(value) for value in signed) else signed[0]


def date_format(columns: list[list[str]]) -> str:
    """A day-first format in which all values of some column are dates, or nothing for ISO."""
    for values in columns:
        plain = [value.strip() for value in values if value.strip()]
        for shape in DAY_FIRST:
            sign = re.escape(shape[2])
            if plain and all(
                re.fullmatch(rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{4}}", value) for value in plain
            ):
                return shape
    return ""
