"""Periods of time as statistics write them, read into a first and a last day.

Understood: a day `2019-07-01`, a month `2019-07` or `2019-M07`, a quarter `2019-Q3`, a half-year `2019-S2`,
an ISO week `2019-W27`, a year `2019`, two years that follow `2018/19`, years together `2018-2020`, and any
two of these with a slash between them, as in ISO 8601: `2018-09-01/2019-08-31`. Also as administrations write them: a
month `201907` or `07/2019`, a quarter `2019-T3` or `2019-K3` (trimestre, kwartaal), and `T3 2019`.

A period keeps both its ends: a source that says `2018/19` is never cut down to 2018.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


class PeriodError(ValueError):
    """The text is not a period this module reads."""


class Frequency(StrEnum):
    """How often a figure is expected; `IRREGULAR` has no expected next date, so it never grows stale."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    IRREGULAR = "irregular"


MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF_YEAR: 6, Frequency.YEAR: 12}
DAYS = {Frequency.DAY: 1, Frequency.WEEK: 7}


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` to `end`, both included. Ordered by start, then by end.

    >>> parse("2019-Q3")
    Period(start=datetime.date(2019, 7, 1), end=datetime.date(2019, 9, 30))
    >>> parse("2018") < parse("2018/19") < parse("2019")
    True
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodError(f"A period cannot end ({self.end}) before it starts ({self.start}).")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Parts:
    """What a label is made of, for a screen to write in its own language.

    `number` is the month, the quarter, the half-year or the ISO week; `day` is the day of the month.
    `frequency` is `IRREGULAR` when the period is no calendar unit; then `year` and `last_year` are the
    years of its two ends.
    """

    frequency: Frequency
    year: int
    last_year: int
    number: int | None = None
    day: int | None = None


_YEARS = re.compile(r"(\d{4})[/-](\d{4}|\d{2})", re.ASCII)
_UNIT = re.compile(r"(\d{4})(?:-?([QSHWM])(\d{1,2})|-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

_SPELLED = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})(?P<number>0[1-9]|1[0-2])",
        r"(?P<number>0?[1-9]|1[0-2])/(?P<year>\d{4})",
        r"(?P<year>\d{4})[ -]?(?P<letter>[QTKS])(?P<number>\d)",
        r"(?P<letter>[QTKS])(?P<number>\d)[ /-]?(?P<year>\d{4})",
    )
)
_LETTERS = {"": "", "Q": "Q", "T": "Q", "K": "Q", "S": "S"}


@lru_cache(maxsize=10_000)
def parse(text: str) -> Period:
    """The period a text names. Raises `PeriodError` on anything else, dates out of the calendar included.

    >>> parse("2018/19")
    Period(start=datetime.date(2018, 1, 1), end=datetime.date(2019, 12, 31))
    >>> parse("2018-09-01/2019-08-31").days
    365
    >>> parse("2019-13")
    Traceback (most recent call last):
    civicthread.methods.periods.PeriodError: '2019-13' is not a period.
    """
    text = canonical(text)
    try:
        return _years_together(text) or _interval(text) or _unit(text)
    except ValueError as error:
        raise PeriodError(f"'{text}' is not a period.") from error


def canonical(text: str) -> str:
    """The text of a month, quarter or half-year as this module writes it; any other text as it is.

    >>> [canonical(text) for text in ("201907", "7/2019", "2019T3", "K3 2019", "S2-2019", "2019/20", "1907")]
    ['2019-07', '2019-07', '2019-Q3', '2019-Q3', '2019-S2', '2019/20', '1907']
    """
    text = text.strip()
    for pattern in _SPELLED:
        if match := pattern.fullmatch(text):
            year, letter, number = (
                match["year"],
                match["letter"] if "letter" in pattern.groupindex else "",
                match["number"],
            )
            return f"{year}-{_LETTERS[letter]}{number if letter else number.zfill(2)}"
    return text


def parts(period: Period) -> Parts:
    """What the label of a period is made of: the largest calendar unit that fits it exactly.

    >>> parts(parse("2019-07-01/2019-09-30"))
    Parts(frequency=<Frequency.QUARTER: 'quarter'>, year=2019, last_year=2019, number=3, day=None)
    """
    start = period.start
    for frequency, months in sorted(MONTHS.items(), key=lambda pair: -pair[1]):
        aligned = start.day == 1 and (start.month - 1) % months == 0
        if aligned and period.end == _last_day(start.year, start.month, months):
            number = None if frequency is Frequency.YEAR else (start.month - 1) // months + 1
            return Parts(frequency, start.year, start.year, number)
    if period.days == 1:
        return Parts(Frequency.DAY, start.year, start.year, start.month, start.day)
    if period.days == 7 and start.isoweekday() == 1:
        week = start.isocalendar()
        return Parts(Frequency.WEEK, week.year, week.year, week.week)
    return Parts(Frequency.IRREGULAR, start.year, period.end.year)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative); the end of a month stays an end of a month.

    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    >>> add_months(date(2025, 2, 28), 12)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2019, 6, 30), 6)
    datetime.date(2019, 12, 31)
    """
    index = day.year * 12 + day.month - 1 + months
    last = _last_day(index // 12, index % 12 + 1)
    if day == _last_day(day.year, day.month):
        return last
    return last.replace(day=min(day.day, last.day))


def years_between(start: date, end: date) -> float:
    """Years from one day to another: whole anniversaries exactly, the rest as a share of its own year.

    The step from one 31 December to the next is 1.0 in leap years too, so yearly figures never carry the
    noise of a leap day. Negative when `end` comes first.

    >>> years_between(date(2022, 12, 31), date(2030, 12, 31))
    8.0
    >>> years_between(date(2019, 1, 1), date(2019, 7, 2))
    0.4986301369863014
    >>> years_between(date(2020, 1, 1), date(2019, 1, 1))
    -1.0
    """
    if end < start:
        return -years_between(end, start)
    whole = end.year - start.year
    if add_months(start, 12 * whole) > end:
        whole -= 1
    last = add_months(start, 12 * whole)
    if last == end:
        return float(whole)
    return whole + (end - last).days / (add_months(start, 12 * (whole + 1)) - last).days


def is_stale(last: date, *, as_of: date, frequency: Frequency, allowed: int = 2) -> bool:
    """Whether the figure after the one that ends on `last` is overdue on the day `as_of`.

    `allowed` counts the periods after the last one: 2 gives the next period time to pass, and as long again
    to be published. A year's figure that ends on 31 December 2019 is stale from 1 January 2022.

    >>> is_stale(date(2019, 12, 31), as_of=date(2021, 12, 31), frequency=Frequency.YEAR)
    False
    >>> is_stale(date(2019, 12, 31), as_of=date(2022, 1, 1), frequency=Frequency.YEAR)
    True
    """
    if frequency is Frequency.IRREGULAR:
        return False
    if frequency in DAYS:
        return as_of > last + timedelta(days=allowed * DAYS[frequency])
    return as_of > add_months(last, allowed * MONTHS[frequency])


def _last_day(year: int, month: int, months: int = 1) -> date:
    """The last day of the `months` months that begin with this one."""
    index = year * 12 + month - 1 + months
    if index >= 12 * 10_000:
        return date.max
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _years_together(text: str) -> Period | None:
    match = _YEARS.fullmatch(text)
    if match is None or (len(match[2]) == 2 and text[4] == "-"):
        return None  # `2018-19` could be a month that does not exist: only `2018/19` means two years
    first = int(match[1])
    last = int(match[2]) if len(match[2]) == 4 else first + 1
    if last % 100 != int(match[2]) % 100:
        return None  # `2019/07` says a month as well as a year: only the year that follows is sure
    return Period(date(first, 1, 1), date(last, 12, 31))


def _interval(text: str) -> Period | None:
    first, slash, last = text.partition("/")
    return Period(_unit(first).start, _unit(last).end) if slash else None


def _unit(text: str) -> Period:
    match = _UNIT.fullmatch(text)
    if match is None:
        raise PeriodError(f"'{text}' is not a period.")
    year, letter, number, month, day = match.groups()
    if day:
        one = date(int(year), int(month), int(day))
        return Period(one, one)
    if letter == "W":
        monday = date.fromisocalendar(int(year), int(number), 1)
        return Period(monday, monday + timedelta(days=6))
    months = {"Q": 3, "S": 6, "H": 6, "M": 1}[letter] if letter else 1 if month else 12
    first = (int(number or month or 1) - 1) * months + 1
    return Period(date(int(year), first, 1), _last_day(int(year), first, months))
