"""How numbers and dates are spelled in the columns of a file, guessed from a sample of their texts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from civicthread.lake import sniff
from civicthread.lake.dialect import Dialect

PERCENT: Final = re.compile(r"\s*[-+−–]?[\d.,\s]+%\s*")
EURO: Final = re.compile(r"€|\bEUR\b|(?<=\d)EUR\b", re.IGNORECASE)
CURRENCY: Final = re.compile(r"[$£¥]|CHF|GBP|USD")
MONEY: Final = re.compile(r"\s*[-−–]?\s*([$£¥]|CHF|GBP|USD)?\s*[-−–]?[\d.,\s’']*\d\s*([$£¥]|CHF|GBP|USD)?\s*")
IN_BRACKETS: Final = re.compile(r"\s*\([\d.,\s’'€%]*\d[\d.,\s’'€%]*\)\s*")
DATE: Final = re.compile(
    r"\s*(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<year>(?:\d\d)?\d\d)"
    r"(?:[ ]\d{1,2}:\d{2}(?::\d{2})?)?\s*"
)
ISO: Final = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}\b.*")
DATE_FORMS: Final = {"%d": "dd", "%m": "mm", "%y": "yy", "%Y": "yyyy"}
COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+\s*%?\s*")
POINT: Final = re.compile(r"\s*[+-]?\d+\.\d+\s*%?\s*")
GROUPED: Final = re.compile(r"\s*[+-]?\d{1,3}(([. \u00a0\u202f’'])\d{3})+(,\d+)?\s*")
# Commas between thousands, told from decimal commas by a point, or by there being several.
ENGLISH: Final = re.compile(r"\s*[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})\s*%?\s*")
# Points between thousands, told from decimal points by a comma, or by there being several.
DUTCH: Final = re.compile(r"\s*[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})\s*%?\s*")
# Three digits behind the only sign: decimals to one reader, thousands to another.
THREE_BEHIND: Final = re.compile(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*%?\s*")
UNDER_A_THOUSAND: Final = re.compile(r"\s*[+-]?\d{1,3}\s*%?\s*")


def number_dialect(dialect: Dialect, columns: list[list[str]]) -> Dialect:
    """Decimal sign, thousands sign and the words for “no value”, from the columns that are mostly numbers."""
    commas = points = clear = english = dutch = 0
    signs: Counter[str] = Counter()
    words: set[str] = set()
    brackets = False
    for values in columns:
        plain = [value.strip() for value in values if value.strip()]
        given = [value for value in plain if looks_numeric(value)]
        if not given or len(given) * 2 < len(plain):
            continue
        brackets = brackets or any(IN_BRACKETS.fullmatch(value) for value in given)
        numbers = [_bare(value) for value in given]
        grouped = [match for value in numbers if (match := GROUPED.fullmatch(value))]
        commas += sum(bool(COMMA.fullmatch(value)) for value in numbers) + sum(bool(m[3]) for m in grouped)
        english += sum(bool(ENGLISH.fullmatch(value)) for value in numbers)
        points += sum(bool(POINT.fullmatch(value)) for value in numbers)
        clear += sum(bool(POINT.fullmatch(value)) and not THREE_BEHIND.fullmatch(value) for value in numbers)
        dutch += sum(bool(DUTCH.fullmatch(value)) for value in numbers)
        if any(map(in_euro, given)):  # no amount of money has three decimals
            behind = Counter(
                value.strip("+-0123456789% ") for value in numbers if THREE_BEHIND.fullmatch(value)
            )
            dutch, english = dutch + behind["."], english + behind[","]
        signs.update(" " if match[2].isspace() else match[2] for match in grouped)
        words |= {value for value in plain if value in sniff.NO_VALUE}
    if english and not signs.keys() - {"."}:
        return replace(dialect, thousands=",", brackets=brackets, nulls=tuple(sorted(words)))
    decimal = "," if commas > points or (dutch and not clear) else "."
    able = [sign for sign in signs if sign != decimal and (sign != "." or commas or dutch)]
    thousands = max(able, key=lambda sign: (signs[sign], sign), default="")
    return replace(
        dialect, decimal=decimal, thousands=thousands, brackets=brackets, nulls=tuple(sorted(words))
    )


def looks_numeric(value: str) -> bool:
    """Whether a text is made of digits and what may stand with them in a number."""
    return any(sign.isdigit() for sign in value) and not re.sub(
        r"[\d.,%+\-−–\s’'()]", "", EURO.sub("", value)
    )


def _bare(value: str) -> str:
    """A number without what does not tell how its digits are parted.

    >>> _bare("(€ 2 000,50)"), _bare("− 5,00 EUR"), _bare("€ 12,-")
    ('2 000,50', '-5,00', '12')
    """
    plain = EURO.sub("", value).strip(" ()\u00a0\u202f").replace("−", "-").replace("–", "-")
    return re.sub(r"^([+-])\s+", r"\1", re.sub(r"[.,]-{1,2}$", "", plain))


def in_brackets(values: Sequence[str]) -> str:
    """The first number in brackets, or nothing."""
    return next((value for value in values if IN_BRACKETS.fullmatch(value)), "")


def read_in_two_ways(values: Sequence[str], dialect: Dialect) -> str:
    """A number whose decimal sign may as well part thousands, as in all numbers of its column; or nothing.

    >>> read_in_two_ways(["4,000", "950", "n.d."], Dialect(decimal=","))
    '4,000'
    >>> [read_in_two_ways(["4,000", other], Dialect(decimal=",")) for other in ("0,125", "2,5", "1200")]
    ['', '', '']
    """
    numbers = [_bare(value) for value in values if looks_numeric(value)]
    signed = [value for value in numbers if dialect.decimal in value]
    if dialect.format != "csv" or dialect.thousands or not signed or len(numbers) * 2 < len(values):
        return ""  # other formats say what a number is, and a known sign between thousands settles it
    clear = [value for value in numbers if value not in signed and not UNDER_A_THOUSAND.fullmatch(value)]
    return "" if clear or not all(THREE_BEHIND.fullmatch(value) for value in signed) else signed[0]


def date_format(columns: list[list[str]]) -> str:
    """The form of the day in which all values of most columns with dates are written; nothing for ISO.

    The month comes first only where nothing else can be meant.

    >>> date_format([["03/04/2024", "27/10/2024"]]), date_format([["03/04/24", "10/27/24"]])
    ('%d/%m/%Y', '%m/%d/%y')
    """
    fitting = Counter(form for values in columns for form in _date_forms(values))
    return max(fitting, key=lambda form: (fitting[form], form.startswith("%d")), default="")


def _date_forms(values: Sequence[str]) -> list[str]:
    """The forms in which all values of a column are dates, beside those in ISO form."""
    plain = [value for value in values if value.strip() and not ISO.fullmatch(value)]
    found = [match for value in plain if (match := DATE.fullmatch(value))]
    if (
        not found
        or len(found) < len(plain)
        or len({(match["sign"], len(match["year"])) for match in found}) > 1
    ):
        return []
    sign, year = found[0]["sign"], "%y" if len(found[0]["year"]) == 2 else "%Y"
    short = any(len(match["first"]) < 2 or len(match["second"]) < 2 for match in found)
    if year == "%y" and sign != "/" and short:
        return []  # a chapter, such as 1.2.10
    first, second = (max(int(match[name]) for match in found) for name in ("first", "second"))
    orders = [("%d", "%m", first, second), ("%m", "%d", second, first)]
    return [
        f"{one}{sign}{other}{sign}{year}"
        for one, other, days, months in orders
        if days <= 31 and months <= 12
    ]


def looks_like_date(value: str) -> bool:
    """Whether a text may be a date, in whatever order."""
    return bool(DATE.fullmatch(value) or ISO.fullmatch(value))


def shown(form: str) -> str:
    """A form of dates in plain letters.

    >>> shown("%d/%m/%y")
    'dd/mm/yy'
    """
    for code, letters in DATE_FORMS.items():
        form = form.replace(code, letters)
    return form


def unit_of(values: Sequence[str]) -> str:
    """The unit that is written with the numbers of a column.

    >>> unit_of(["12 %", "−3,5 %"]), unit_of(["€ 5", "7"]), unit_of(["5", "7"]), unit_of(["A5 %"])
    ('%', '€', '', '')
    """
    if values and all(PERCENT.fullmatch(value) for value in values):
        return "%"
    return "€" if any(EURO.search(value) for value in values) else ""


def is_money(value: str) -> bool:
    """Whether a text is an amount in another currency."""
    return bool(CURRENCY.search(value) and MONEY.fullmatch(value))


def in_euro(value: str) -> bool:
    """Whether an amount is written with the euro."""
    return bool(EURO.search(value))


def is_written(value: str, form: str) -> bool:
    """Whether a text is a date with the signs of that form."""
    found = DATE.fullmatch(value)
    return (
        found is not None
        and found["sign"] == form[2]
        and len(found["year"]) == (4 if form.endswith("Y") else 2)
    )
