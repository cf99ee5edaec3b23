"""Dates as precise as their source: 2026, 2026-09 or 2026-09-30."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.methods import periods

WRITTEN = re.compile(r"(?:19[5-9]\d|20\d\d|2100)(-\d{2}(-\d{2})?)?", re.ASCII)
UNCLEAR = _("Write the date as 2026, 2026-09 or 2026-09-30, not “%(date)s”.")


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
    """The date as written, once it is known to be one; an empty one stays empty."""
    if text and not is_date(text):
        raise Refused("date-unclear", UNCLEAR % {"date": text[:40]})
    return text


def exact_day(text: str) -> date | None:
    """The day a date names; None where it is no more precise than a month."""
    return date.fromisoformat(text) if len(text) == len("2026-09-30") else None


def first_day(text: str) -> date:
    """The first day that a date may stand for."""
    return periods.parse(text).start


def last_day(text: str) -> date:
    """The last day that a date may stand for."""
    return periods.parse(text).end
