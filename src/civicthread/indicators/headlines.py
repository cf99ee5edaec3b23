"""Readings of many indicators for their cards: the latest figure and the status, nothing else of thousands of rows."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from civicthread.indicators import queries
from civicthread.indicators.models import Indicator, Target

BRIEF = (
    *("indicator_id", "period", "period_end", "area_id", "breakdown_key"),
    *("value", "numerator", "denominator", "origin", "qualifier", "flags", "retained"),
)
"""What a card and a status need to know of a figure: reading the rest of it takes four times as long."""

WRITTEN = ("indicators.indicator",)
"""What is written where a reading changes: figures, targets and paths belong to their indicator."""

WHOLE = Q(area__isnull=True, breakdown_key="")


def headlines(which: Iterable[Indicator], *, today: date, only: Q | None = None) -> list[queries.Reading]:
    """The readings in three queries; with `only`, of those figures (`WHOLE`: of the whole territory)."""
    chosen = list(which)
    values = queries.published_values(chosen).filter(only or Q()).only(*BRIEF)
    figures = queries.by_indicator(chosen, values)
    targets = queries.by_indicator(chosen, Target.objects.filter(indicator__in=chosen).order_by("due"))
    paths = queries.paths_of(chosen)
    return [
        queries.reading(one, figures[one.pk], targets[one.pk], today, trajectories=paths[one.pk])
        for one in chosen
    ]
