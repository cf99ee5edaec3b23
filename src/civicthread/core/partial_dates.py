"""Dates as precise as their source: 2026, 2026-09 or 2026-09-30."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.methods import periods

WRITTEN = re.compile(r"(?:19[5-9]\d|20\d\d|2100)(-\d{2}(-\d{2})?)?", re.ASCII)
DAY_FIRST = re.compile(r"(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})", re.ASCII)
UNCLEAR = _("Write the date as 2026, 09/2026 or 30/09/2026, not “%(date)s”.")


def read(text: str) -> str:
    """A date as people type it, as it is kept: 30/09/2026 and 2026-09-30 -> 2026-09-30, 9/2026 -> 2026-09."""
    found = DAY_FIRST.fullmatch(text.strip())
    if found is None:
        return text
    day, month, year = found.groups()
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def typed(text: str) -> str:
    """A date that is kept, as people type it: 2026-09-30 -> 30/09/2026."""
    return "/".join(reversed(text.split("-"))) if is_date(text) else text


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar, within living memory and the horizon of a policy."""
    if not WRITTEN.fullmatch(text):
        return False
    try:
        periods.parse(text)
    except periods.PeriodError:
        return False
    return True


def understood(text: str) -> str:
    """The date as it is kept, once it is known to be one; an empty one stays empty."""
    kept = read(text)
    if kept and not is_date(kept):
        raise Refused("date-unclear", UNCLEAR % {"date": text[:40]})
    return kept


def exact_day(text: str) -> date | None:
    """The day a date names; None where it is no more precise than a month."""
    return date.fromisoformat(text) if len(text) == len("2026-09-30") else None


def first_day(text: str) -> date:
    """The first day that a date may stand for."""
    return periods.parse(text).start


def last_day(text: str) -> date:
    """The last day that a date may stand for."""
    return periods.parse(text).end
