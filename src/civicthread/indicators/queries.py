"""Reads of indicators: definition, published series, status, what waits for approval, what has to be computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, JSONField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as Literal
from django.db.models.functions import Coalesce

from civicthread.core import policy, publishing, search, thread
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset, Frequency
from civicthread.indicators.models import Correction, Indicator, MethodVersion, Run, Target, Value
from civicthread.indicators.places import Place
from civicthread.methods import status as methods
from civicthread.methods import trajectory
from civicthread.methods.periods import Frequency as Pace

EXPECTED = {
    Frequency.DAILY: Pace.DAY,
    Frequency.MONTHLY: Pace.MONTH,
    Frequency.QUARTERLY: Pace.QUARTER,
    Frequency.YEARLY: Pace.YEAR,
}
DIRECTION = "ambition.direction"
# A figure that is half as much again as the one before, or half as little, is worth a second look.
JUMP = 0.5


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


@dataclass(frozen=True)
class Direction:
    """A strategic direction, as the thread knows it: directions stand above indicators on the ladder."""

    code: str
    title: Text
    url: str


def directions(*, visible_to: Actor | None) -> list[Direction]:
    """The strategic directions an indicator may belong to, in their order."""
    kind = thread.kinds().get(DIRECTION)
    found = kind.visible(visible_to) if kind else []
    return [Direction(row.code, row.name, row.get_absolute_url()) for row in found]


def with_method(code: str, *, visible_to: Actor | None) -> tuple[Indicator, MethodVersion | None]:
    """The indicator of that code and its current method, in one query; Gone or Http404 where there is none."""
    seen = indicators(visible_to=visible_to)
    methods = MethodVersion.objects.filter(indicator__in=seen, indicator__code=code)
    if method := methods.select_related("indicator__owner").order_by("-number").first():
        return method.indicator, method
    return publishing.find(seen, code=code), None


def corrections(indicator: Indicator) -> QuerySet[Correction]:
    """The published figures that were corrected, newest first."""
    return indicator.corrections.select_related("old__area", "new").defer("old__area__boundary")


def published_values(which: Iterable[Indicator], *, retained: bool | None = True) -> QuerySet[Value]:
    """The figures everyone may see: approved, not replaced since; by period. None: retained or not."""
    wanted = {} if retained is None else {"retained": retained}
    return (
        Value.objects.filter(
            indicator__in=which,
            approval=Value.Approval.APPROVED,
            superseded_at__isnull=True,
            value__isnull=False,
            **wanted,
        )
        .select_related("area")
        .defer("area__boundary", "area__aliases", "area__nuts")
        .order_by("indicator_id", "period_end", "breakdown_key", "id")
    )


@dataclass(frozen=True)
class Reading:
    """An indicator as a page shows it: its figures, the target that counts today, the status.

    `series` is the whole territory, `areas` its parts, `breakdowns` its groups; each by period. `others` are the
    published figures that were not retained.
    """

    indicator: Indicator
    series: list[Value]
    areas: list[Value]
    breakdowns: list[Value]
    others: list[Value]
    targets: list[Target]
    target: Target | None
    status: methods.Status | None

    @property
    def latest(self) -> Value | None:
        """The latest figure of the whole territory."""
        return self.series[-1] if self.series else None

    @property
    def values(self) -> list[Value]:
        """All published figures, by period."""
        found = [*self.series, *self.areas, *self.breakdowns]
        return sorted(found, key=lambda value: value.period_end)

    @property
    def latest_of_areas(self) -> list[Value]:
        """The figures of the areas for the latest period that has any."""
        end = max((value.period_end for value in self.areas), default=None)
        return [value for value in self.areas if value.period_end == end]


def readings(which: Iterable[Indicator], *, today: date) -> list[Reading]:
    """Readings of several indicators in two queries."""
    chosen = list(which)
    values: dict[int, list[Value]] = {indicator.pk: [] for indicator in chosen}
    for value in published_values(chosen, retained=None):
        values[value.indicator_id].append(value)
    targets: dict[int, list[Target]] = {indicator.pk: [] for indicator in chosen}
    for target in Target.objects.filter(indicator__in=chosen, area__isnull=True).order_by("due"):
        targets[target.indicator_id].append(target)
    return [reading(indicator, values[indicator.pk], targets[indicator.pk], today) for indicator in chosen]


def reading(indicator: Indicator, values: list[Value], targets: list[Target], today: date) -> Reading:
    """The reading of an indicator from its figures and targets, as of a day."""
    retained = [v for v in values if v.retained]
    series = [v for v in retained if v.area_id is None and not v.breakdown_key]
    areas = [v for v in retained if v.area_id is not None and not v.breakdown_key]
    breakdowns = [v for v in retained if v.breakdown_key]
    others = [v for v in values if not v.retained]
    target = next((t for t in targets if t.due >= today), targets[-1] if targets else None)
    # Where only parts are measured there is no figure of the whole to be judged.
    judged = bool(series) or not (areas or breakdowns)
    status = _status(indicator, series, target, today) if judged else None
    return Reading(indicator, series, areas, breakdowns, others, targets, target, status)


def _status(
    indicator: Indicator, series: list[Value], target: Target | None, today: date
) -> methods.Status | None:
    if indicator.status_method == Indicator.StatusMethod.NONE or indicator.good == Indicator.Good.NEITHER:
        return None
    # A figure of a year that still runs, as editions named after their year give, is known today.
    by_day = {min(value.period_end, today): value.value for value in series if value.value is not None}
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


def overview(*, visible_to: Actor | None) -> QuerySet[Indicator]:
    """All indicators for those who keep them, with `waiting`: how many figures wait, and whether a run failed."""
    last_run = Run.objects.filter(method__indicator=OuterRef("pk")).order_by("-pk")
    proposed = Q(values__approval=Value.Approval.PROPOSED, values__superseded_at__isnull=True)
    return indicators(visible_to=visible_to).annotate(
        waiting=Count("values", filter=proposed),
        last_failed=Coalesce(Subquery(last_run.values("failed")[:1]), Literal("")),
    )


@dataclass(frozen=True)
class Proposal:
    """A figure that waits for approval, the published one it would replace, and the one of the period before."""

    value: Value
    replaces: Value | None
    before: Value | None

    @property
    def is_jump(self) -> bool:
        """Whether it differs implausibly much from the figure it replaces, or from that of the period before."""
        other = self.replaces or self.before
        if other is None or not other.value or self.value.value is None:
            return False
        return abs(self.value.value - other.value) > JUMP * abs(other.value)


def proposals(indicator: Indicator) -> list[Proposal]:
    """What waits for approval, newest period first, each beside what it would change."""
    current = (
        indicator.values.filter(superseded_at__isnull=True).select_related("area").defer("area__boundary")
    )
    published = [v for v in current if v.approval == Value.Approval.APPROVED and v.retained]
    waiting = [v for v in current if v.approval == Value.Approval.PROPOSED]
    places = {Place.of(value): value for value in published}
    found = [
        Proposal(value, places.get(Place.of(value)) if value.retained else None, _before(value, published))
        for value in waiting
    ]
    return sorted(found, key=lambda p: (p.value.period_end, p.value.pk), reverse=True)


def _before(value: Value, published: list[Value]) -> Value | None:
    """The published figure of the same area and breakdown for the latest earlier period."""
    same = (
        other
        for other in published
        if (other.area_id, other.breakdown_key) == (value.area_id, value.breakdown_key)
        and other.period_end < value.period_end
    )
    return max(same, key=lambda other: other.period_end, default=None)


def last_run(indicator: Indicator) -> Run | None:
    """The latest run of the current method, whether it gave figures or not."""
    method = indicator.methods.last()
    return method.runs.last() if method else None


def outdated() -> tuple[list[Indicator], dict[str, int]]:
    """The computed indicators whose last run read other versions than the current ones, and those versions.

    One whose datasets hold no rows yet is left out, and so is one whose last run failed on these very versions.
    """
    current = dict(
        Dataset.objects.annotate(last=Max("versions__number"))
        .filter(last__isnull=False)
        .values_list("code", "last")
    )
    method = MethodVersion.objects.filter(indicator=OuterRef("pk")).order_by("-number").values("pk")[:1]
    run = Run.objects.filter(method=OuterRef("method_id")).order_by("-pk").values("versions")[:1]
    found = (
        Indicator.objects.filter(kind=Indicator.Kind.SQL)
        .exclude(publication=Publication.WITHDRAWN)
        .annotate(method_id=Subquery(method))
        .annotate(read=Subquery(run, output_field=JSONField()))
        .order_by("pk")
    )
    needs = _datasets_of(indicator.method_id for indicator in found)
    stale: list[Indicator] = [i for i in found if _is_outdated(i.read, needs.get(i.method_id, []), current)]
    wanted = {code for i in found if i in stale for code in needs[i.method_id]}
    return stale, {code: current[code] for code in wanted}


def _is_outdated(read: dict[str, int] | None, codes: list[str], current: dict[str, int]) -> bool:
    if not codes or any(code not in current for code in codes):
        return False
    return read != {code: current[code] for code in codes}


def _datasets_of(methods: Iterable[int]) -> dict[int, list[str]]:
    """The codes of the datasets each of these methods reads."""
    codes: dict[int, list[str]] = {}
    pairs = MethodVersion.datasets.through.objects.filter(methodversion__in=list(methods))
    for method, code in pairs.values_list("methodversion_id", "dataset__code"):
        codes.setdefault(method, []).append(code)
    return codes
