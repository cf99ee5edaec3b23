"""Readings of many indicators for their cards: the latest figure and the status, nothing else of thousands of rows."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from civicthread.indicators import judging, queries
from civicthread.indicators.models import Indicator, Target
from civicthread.methods.status import Status

BRIEF = (
    *("indicator_id", "period", "period_end", "area_id", "breakdown_key"),
    *("value", "numerator", "denominator", "origin", "qualifier", "flags", "retained"),
)
"""What a card and a status need to know of a figure: reading the rest of it takes four times as long."""

WRITTEN = ("indicators.indicator",)
"""What is written where a reading changes: figures, targets and paths belong to their indicator."""

WHOLE = Q(area__isnull=True, breakdown_key="")


class Figure(NamedTuple):
    """What a status needs to know of a figure, and no more."""

    indicator_id: int
    period: str
    period_end: date
    value: float
    origin: str
    flags: str
    """As they are stored, where a flag can be looked for: reading thousands of empty lists takes longest of all."""


def statuses(which: Iterable[Indicator], *, today: date) -> list[Status | None]:
    """How each indicator stands on the whole territory, in three queries."""
    chosen = list(which)
    *plain, _flags = Figure._fields
    rows = queries.published_values(chosen).filter(WHOLE).values_list(*plain, Cast("flags", TextField()))
    figures = queries.by_indicator(chosen, map(Figure._make, rows.iterator()))
    targets = queries.by_indicator(chosen, _targets(chosen).filter(area__isnull=True))
    paths = queries.paths_of(chosen)
    return [
        judging.judged(
            one, figures[one.pk], queries.target_of(targets[one.pk], today=today), paths[one.pk], today=today
        )[-1]
        for one in chosen
    ]


def headlines(which: Iterable[Indicator], *, today: date) -> list[queries.Reading]:
    """The readings in three queries."""
    chosen = list(which)
    values = queries.published_values(chosen).only(*BRIEF)
    figures = queries.by_indicator(chosen, values)
    targets = queries.by_indicator(chosen, _targets(chosen))
    paths = queries.paths_of(chosen)
    return [
        queries.reading(one, figures[one.pk], targets[one.pk], today, trajectories=paths[one.pk])
        for one in chosen
    ]


def _targets(chosen: list[Indicator]) -> QuerySet[Target]:
    return Target.objects.filter(indicator__in=chosen).order_by("due")
