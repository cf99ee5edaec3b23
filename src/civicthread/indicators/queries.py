"""Reads of indicators: definition, published series, status."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.datahub import queries as datahub
from civicthread.datahub.models import Frequency
from civicthread.indicators.models import Correction, Indicator, Target, Value
from civicthread.methods import status as methods
from civicthread.methods import trajectory
from civicthread.methods.periods import Frequency as Pace

EXPECTED = {
    Frequency.DAILY: Pace.DAY,
    Frequency.MONTHLY: Pace.MONTH,
    Frequency.QUARTERLY: Pace.QUARTER,
    Frequency.YEARLY: Pace.YEAR,
}


def indicators(*, visible_to: Actor | None) -> QuerySet[Indicator]:
    """The indicators this reader may see."""
    found = Indicator.objects.select_related("owner")
    if policy.may("indicators.save", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of indicators to."""

    query: str = ""
    direction: str = ""
    kind: str = ""


def filtered(filters: Filters, *, visible_to: Actor | None, language: str) -> QuerySet[Indicator]:
    """The list of indicators as the reader narrowed it, ready to be sorted by `sort_title`."""
    found = search.by_title(indicators(visible_to=visible_to), language)
    if filters.query:
        found = found.filter(pk__in=search.ids("indicators.indicator", filters.query, language=language))
    exact = {name: getattr(filters, name) for name in ("direction", "kind") if getattr(filters, name)}
    return found.filter(**exact)


def corrections(indicator: Indicator) -> QuerySet[Correction]:
    """The published figures that were corrected, newest first."""
    return indicator.corrections.select_related("old", "new")


def provenance(indicator: Indicator, *, visible_to: Actor | None) -> dict[str, Any]:
    """How the figures came about: the method, the last run, and the datasets with the versions it read."""
    method = indicator.methods.last()
    run = method.runs.order_by("-id").first() if method else None
    found = datahub.datasets(visible_to=visible_to).filter(code__in=run.versions) if run else []
    versions = [{"dataset": dataset, "version": run.versions[dataset.code]} for dataset in found] if run else []
    return {"method": method, "run": run, "versions": versions}


def published_values(which: Iterable[Indicator]) -> QuerySet[Value]:
    """The figures everyone may see: approved, retained, not replaced since; by period."""
    return (
        Value.objects.filter(
            indicator__in=which, approval=Value.Approval.APPROVED, retained=True, superseded_at__isnull=True
        )
        .select_related("area")
        .defer("area__boundary")
        .order_by("indicator_id", "period_end", "id")
    )


@dataclass(frozen=True)
class Reading:
    """An indicator as a page shows it: the headline series, the target that counts today, the status."""

    indicator: Indicator
    series: list[Value]
    areas: list[Value]
    target: Target | None
    status: methods.Status | None

    @property
    def latest(self) -> Value | None:
        """The latest figure of the whole territory."""
        return self.series[-1] if self.series else None


def readings(which: Iterable[Indicator], *, today: date) -> list[Reading]:
    """Readings of several indicators in two queries."""
    chosen = list(which)
    values: dict[int, list[Value]] = {indicator.pk: [] for indicator in chosen}
    for value in published_values(chosen):
        values[value.indicator_id].append(value)
    targets: dict[int, list[Target]] = {indicator.pk: [] for indicator in chosen}
    for target in Target.objects.filter(indicator__in=chosen, area__isnull=True).order_by("due"):
        targets[target.indicator_id].append(target)
    return [_reading(indicator, values[indicator.pk], targets[indicator.pk], today) for indicator in chosen]


def _reading(indicator: Indicator, values: list[Value], targets: list[Target], today: date) -> Reading:
    series = [v for v in values if v.area_id is None and not v.breakdown_key and v.value is not None]
    areas = [v for v in values if v.area_id is not None]
    target = next((t for t in targets if t.due >= today), targets[-1] if targets else None)
    return Reading(indicator, series, areas, target, _status(indicator, series, target, today))


def _status(indicator: Indicator, series: list[Value], target: Target | None, today: date) -> methods.Status | None:
    if indicator.status_method == Indicator.StatusMethod.NONE or indicator.good == Indicator.Good.NEITHER:
        return None
    by_day = {value.period_end: value.value for value in series if value.value is not None}
    goal = methods.Target(target.due, target.value) if target else None
    up = indicator.good == Indicator.Good.UP
    known = methods.Series(
        tuple(methods.Observation(day, value) for day, value in by_day.items()),
        methods.Direction.UP if up else methods.Direction.DOWN,
        goal,
    )
    expected = EXPECTED.get(Frequency(indicator.frequency), Pace.IRREGULAR)
    return methods.status(known, rule=_rule(indicator, known), as_of=today, frequency=expected)


def _rule(indicator: Indicator, series: methods.Series) -> methods.Rule:
    method = indicator.status_method
    if method == Indicator.StatusMethod.PACE:
        return methods.Pace()
    base, goal = series.baseline, series.target
    if method == Indicator.StatusMethod.IDEAL_PATH and base and goal and goal.day > base.day:
        return methods.DistanceToPath(trajectory.Linear(base.day, base.value, goal.day, goal.value))
    return methods.ShareOfTarget()

