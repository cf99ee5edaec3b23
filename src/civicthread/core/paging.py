"""Lists by key: the next page starts after the last row seen, so page 900 costs what page 1 costs."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, DecimalException
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

Row = TypeVar("Row", bound=Model)
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list and the keys of its neighbours ("" where there is none)."""

    rows: list[Row]
    previous: str
    next: str


def page(queryset: QuerySet[Row], *, order: str, key: str = "", size: int = SIZE) -> Page[Row]:
    """The page of `queryset` that `key` names, sorted by `order` ("-published_at") and then by primary key.

    `order` names a column or annotation without NULLs. A key that makes no sense gives the first page.
    """
    backwards, mark = _parsed(key)
    try:
        return _page(queryset, order, size, backwards, mark)
    except (ValidationError, ValueError, TypeError, OverflowError, DataError):
        if mark is None:
            raise
        return _page(queryset, order, size, False, None)


def _page(  # noqa: PLR0913, PLR0917  # a key taken apart
    queryset: QuerySet[Row], order: str, size: int, backwards: bool, mark: tuple[Any, int] | None  # noqa: FBT001
) -> Page[Row]:
    name, descending = order.lstrip("-"), order.startswith("-")
    if mark is not None:
        after = "lt" if descending != backwards else "gt"
        value, pk = mark
        queryset = queryset.filter(Q(**{f"{name}__{after}": value}) | Q(**{name: value, f"pk__{after}": pk}))
    sign = "-" if descending != backwards else ""
    found = list(queryset.order_by(f"{sign}{name}", f"{sign}pk")[: size + 1])
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more if not backwards else mark is not None
    has_previous = (mark is not None) if not backwards else more
    return Page(
        rows,
        _key(rows[0], name, "-") if rows and has_previous else "",
        _key(rows[-1], name, "+") if rows and has_next else "",
    )


def _key(row: Model, name: str, way: str) -> str:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, date):
        value = {"date": value.isoformat()}
    return base64.urlsafe_b64encode(json.dumps([way, value, row.pk]).encode()).decode().rstrip("=")


def _parsed(key: str) -> tuple[bool, tuple[Any, int] | None]:
    """The direction and the mark in a key; anything unreadable means the first page."""
    if not key or len(key) > 1000:
        return False, None
    try:
        way, value, pk = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return way == "-", (_value(value), _whole(pk))
    except (ValueError, TypeError, KeyError, RecursionError):
        return False, None


def _value(value: Any) -> str | int | float | datetime | date:
    if isinstance(value, dict):
        moment = parse_datetime(value["date"]) if "T" in value["date"] else parse_date(value["date"])
        if moment is None:
            raise ValueError(value)
        return moment
    if isinstance(value, str):
        return value.replace("\0", "")
    return _whole(value) if isinstance(value, int) else float(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value
