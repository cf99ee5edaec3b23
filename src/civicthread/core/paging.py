"""Lists by key: the next page starts after the last row seen, so page 900 costs what page 1 costs."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive

Row = TypeVar("Row", bound=Model)
SIZE = 25
LONGEST_KEY = 1000


class Unreadable(ValueError):
    """A key that names no place in the list."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list and the keys of its neighbours ("" where there is none)."""

    rows: list[Row]
    previous: str
    next: str


@dataclass(frozen=True)
class Mark:
    """The row a page starts after, or, read backwards, ends before."""

    value: Any
    pk: int
    backwards: bool


def page(queryset: QuerySet[Row], *, order: str, key: str = "", size: int = SIZE) -> Page[Row]:
    """The page of `queryset` that `key` names, sorted by `order` ("-published_at") and then by primary key.

    `order` names a column or annotation without NULLs. A key that makes no sense gives the first page.
    """
    try:
        return exact_page(queryset, order=order, key=key, size=size)
    except Unreadable:
        return _page(queryset, order=order, size=size, mark=None)


def exact_page(queryset: QuerySet[Row], *, order: str, key: str = "", size: int = SIZE) -> Page[Row]:
    """The same, for programs: a key that makes no sense is Unreadable, for they would read page 1 for ever."""
    mark = _parsed(key)
    try:
        return _page(queryset, order=order, size=size, mark=mark)
    except (ValidationError, ValueError, TypeError, OverflowError, DataError) as error:
        if mark is None:
            raise
        raise Unreadable(key) from error


def _page(queryset: QuerySet[Row], *, order: str, size: int, mark: Mark | None) -> Page[Row]:
    name, descending = order.lstrip("-"), order.startswith("-")
    backwards = mark is not None and mark.backwards
    sign, after = ("-", "lt") if descending != backwards else ("", "gt")
    if mark is not None:
        queryset = queryset.filter(
            Q(**{f"{name}__{after}": mark.value}) | Q(**{name: mark.value, f"pk__{after}": mark.pk})
        )
    found = _first(queryset.order_by(f"{sign}{name}", f"{sign}pk"), name, size + 1)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more if not backwards else True
    has_previous = mark is not None if not backwards else more
    return Page(
        rows,
        _key(rows[0], name, "-") if rows and has_previous else "",
        _key(rows[-1], name, "+") if rows and has_next else "",
    )


def _first(queryset: QuerySet[Row], order: str, most: int) -> list[Row]:
    """The first rows; where what they are sorted by is computed for each of thousands, only their keys are sorted."""
    if order not in queryset.query.annotations:
        return list(queryset[:most])
    keys = list(queryset.values_list("pk", flat=True)[:most])
    return list(queryset.filter(pk__in=keys))


def _key(row: Model, name: str, way: str) -> str:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, date):
        value = {"date": value.isoformat()}
    elif isinstance(value, Decimal):
        value = {"number": str(value)}
    return base64.urlsafe_b64encode(json.dumps([way, value, row.pk]).encode()).decode().rstrip("=")


def _parsed(key: str) -> Mark | None:
    """The mark in a key; none in an empty one."""
    if not key:
        return None
    if len(key) > LONGEST_KEY:
        raise Unreadable(key)
    try:
        padded = key + "=" * (-len(key) % 4)
        way, value, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return Mark(_value(value), _whole(pk), way == "-")
    except (ValueError, TypeError, KeyError, RecursionError, ArithmeticError) as error:
        raise Unreadable(key) from error


def _value(value: Any) -> str | int | float | Decimal | datetime | date:
    if isinstance(value, dict):
        return Decimal(value["number"]) if "number" in value else _moment(value["date"])
    if isinstance(value, str):
        return value.replace("\0", "")
    return _whole(value) if isinstance(value, int) else float(value)


def _moment(text: str) -> datetime | date:
    moment = parse_datetime(text) if "T" in text else parse_date(text)
    if moment is None or (isinstance(moment, datetime) and is_naive(moment)):
        raise ValueError(text)
    return moment


def _whole(value: Any) -> int:
    if not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value
