"""Belgian formats for numbers, money and dates, in the reader's language."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language, get_language_info, gettext

# Enough digits for any float: the usual 28 refuse to round a large one.
LONG = Context(prec=400)
THIN, WIDE = "\u202f", "\u00a0"
# Thousands and decimal marks as Belgium writes them (and English as the Region's English pages do).
MARKS = {"fr": (THIN, ","), "nl": (".", ","), "en": (",", ".")}


def language(code: str) -> str:
    """What a language is called within a sentence: nl -> 'néerlandais' (fr), 'Nederlands' (nl), 'Dutch' (en)."""
    name = str(get_language_info(code)["name_translated"])  # a promise, as Django gives it
    return name.lower() if get_language() == "fr" else name


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """12345.678 -> '12 345,678' (fr), '12.345,678' (nl), '12,345.678' (en); rounded half up where asked."""
    if value is None:
        return ""
    thousands, point = MARKS.get(get_language() or "en", MARKS["en"])
    if isinstance(value, int) and not decimals:  # most numbers are counts
        return ("−" if value < 0 else "") + f"{abs(value):,}".replace(",", thousands)
    exact = _rounded(value, decimals)
    if not exact.is_finite():
        return str(value)
    whole, _, rest = f"{exact.copy_abs():f}".partition(".")
    rest = rest if decimals is not None else rest.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", thousands)
    return ("−" if exact < 0 else "") + grouped + (point + rest if rest else "")


def figure(value: float | Decimal | None, decimals: int) -> str:
    """A figure that stands alone: no more decimals than these, and none where they are noughts.

    62.54 and 100.0 with one decimal: '62,5', '100'. In a column of a table, `number` keeps the decimals even.
    """
    if value is None:
        return ""
    exact = _rounded(value, decimals)
    return number(exact if exact.is_finite() else value)


def _rounded(value: float | Decimal, decimals: int | None) -> Decimal:
    # float() first: numpy's floats write themselves otherwise.
    exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if decimals is None or not exact.is_finite():
        return exact
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, LONG)


def datum(value: object) -> str:
    """A cell of somebody's table: yes or no in words, a number with all its digits and the reader's decimal mark.

    Thousands stay together: what looks like a number may be a year or a code.
    """
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, float):
        whole, _, rest = repr(value).partition(".")
        _thousands, point = MARKS.get(get_language() or "en", MARKS["en"])
        return whole if rest in ("", "0") else whole + point + rest
    return str(value)


def percent(value: float | Decimal | None, decimals: int = 0) -> str:
    """A share as per cent: 0.62 -> '62 %'."""
    if value is None:
        return ""
    return f"{number(Decimal(str(value)) * 100, decimals)}{WIDE}%"


def money(value: float | Decimal | None, currency: str = "€") -> str:
    """1234.5 -> '1 234,50 €' (fr), '€ 1.234,50' (nl), '€1,234.50' (en); whole amounts without cents."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    amount = number(exact, 0 if exact == exact.to_integral_value() else 2)
    language = get_language()
    if language == "fr":
        return f"{amount}{WIDE}{currency}"
    return f"{currency}{WIDE}{amount}" if language == "nl" else f"{currency}{amount}"


def size(count: int) -> str:
    """How large a file is, in thousands as browsers and stores count: 200000000 -> '200 Mo' (fr), '200 MB' (nl, en)."""
    units = ((10**9, gettext("GB")), (10**6, gettext("MB")), (10**3, gettext("kB")))
    least, unit = next((known for known in units if count >= known[0]), (1, gettext("bytes")))
    return f"{figure(count / least, 1)}{WIDE}{unit}"


def day(value: date | datetime | None) -> str:
    """3 juin 2026, 3 juni 2026, 3 June 2026; in French the first of a month is '1er'."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    number_of_day = "1er" if local.day == 1 and get_language() == "fr" else str(local.day)
    return f"{number_of_day}{WIDE}{MONTHS[local.month]} {local.year}"


def month(value: date | None) -> str:
    """juin 2026, juni 2026, June 2026."""
    return "" if value is None else f"{MONTHS[value.month]} {value.year}"


def period(text: str) -> str:
    """A period as precise as it is written: 2019, 3e trimestre 2019, décembre 2019, 31 décembre 2019."""
    if len(text) == 10 and "/" not in text:
        return day(date.fromisoformat(text))
    if len(text) == 7 and text[5:].isdigit() and text[4] == "-":
        return month(date(int(text[:4]), int(text[5:]), 1))
    if len(text) == 7 and text[4:6] == "-Q":
        return gettext("quarter %(number)s of %(year)s") % {"number": text[6], "year": text[:4]}
    return text
