"""Reads of indicators: definition, published series, status, what waits for approval, what has to be computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as Literal
from django.db.models.functions import Coalesce
from django.utils import timezone

from civicthread.core import policy, publishing, search, thread
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset
from civicthread.indicators import history, judging
from civicthread.indicators.models import (
    ComparedFigure,
    Comparison,
    Correction,
    Indicator,
    MethodVersion,
    Run,
    Target,
    Trajectory,
    Value,
)
from civicthread.methods import status as methods
from civicthread.territory.models import Area

DIRECTION = "ambition.direction"


def indicators(*, visible_to: Actor | None) -> QuerySet[Indicator]:
    """The indicators this reader may see."""
    found = Indicator.objects.select_related("owner").annotate(**_further("pk"))
    return found if _sees_drafts(visible_to) else found.filter(publication=Publication.PUBLISHED)


def _sees_drafts(reader: Actor | None) -> bool:
    return policy.may("indicators.save", reader)


def _further(indicator: str) -> dict[str, Exists]:
    """Whether paths were set and comparisons made: most indicators have neither, and then nothing is asked."""
    return {
        "has_paths": Exists(Trajectory.objects.filter(indicator=OuterRef(indicator))),
        "is_compared": Exists(Comparison.objects.filter(indicator=OuterRef(indicator))),
    }


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
        found = found.filter(pk__in=search.within("indicators.indicator", filters.query))
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
    seen = {} if _sees_drafts(visible_to) else {"indicator__publication": Publication.PUBLISHED}
    methods = MethodVersion.objects.filter(indicator__code=code, **seen)
    known = methods.select_related("indicator__owner").annotate(**_further("indicator"))
    if method := known.order_by("-number").first():
        for name in _further("indicator"):
            setattr(method.indicator, name, getattr(method, name))
        return method.indicator, method
    return publishing.find(indicators(visible_to=visible_to), code=code), None


def corrections(indicator: Indicator, *, at: datetime | None = None) -> QuerySet[Correction]:
    """The published figures that were corrected, newest first; with `at`, those known at that moment."""
    found = indicator.corrections.select_related("old__area", "new").defer("old__area__boundary")
    return found.filter(at__lte=at) if at else found


_ORDER = ("indicator_id", "period_end", "breakdown_key", "id")
_BY_PERIOD = attrgetter(*_ORDER)


def published_values(
    which: Iterable[Indicator], *, retained: bool | None = True, at: datetime | None = None
) -> QuerySet[Value]:
    """The figures everyone may see, by period: approved, not replaced since; or those that stood at a moment.

    `retained` None: retained or not.
    """
    wanted = {} if retained is None else {"retained": retained}
    found = Value.objects.filter(indicator__in=which, approval=Value.Approval.APPROVED, **wanted)
    return _standing(found, at, since="approved_at").filter(value__isnull=False).order_by(*_ORDER)


def with_origins(values: QuerySet[Value]) -> list[Value]:
    """The figures by period with their areas and runs. Hundreds of them share a few: each is read once, not with each.

    They are sorted here: Django takes longer to write a query that sorts so many columns than sorting takes.
    """
    found = sorted(values.order_by(), key=_BY_PERIOD)
    runs = Run.objects.select_related("method").defer("method__sql", "method__lineage", "method__checked")
    _give(found, "area", Area.objects.defer("boundary", "aliases", "nuts"))
    _give(found, "run", runs)
    return found


def _give(rows: list[Any], name: str, things: QuerySet[Any]) -> None:
    """As `prefetch_related` does, which takes three times as long over it, and asks where there is nothing to find."""
    keys = {key for row in rows if (key := getattr(row, f"{name}_id")) is not None}
    known = things.in_bulk(keys) if keys else {}
    for row in rows:
        if (key := getattr(row, f"{name}_id")) is not None:
            setattr(row, name, known[key])


def _standing(rows: QuerySet[Any], at: datetime | None, *, since: str) -> QuerySet[Any]:
    """Those rows that are shown now, or that were shown at a moment."""
    if at is None:
        return rows.filter(superseded_at__isnull=True)
    ended = Q(superseded_at__isnull=True) | Q(superseded_at__gt=at)
    return rows.filter(ended, **{f"{since}__lte": at})


@dataclass(frozen=True)
class Compared:
    """Another place that the figures are set beside, and its figures by period."""

    comparison: Comparison
    figures: tuple[ComparedFigure, ...]


@dataclass(frozen=True)
class Reading:
    """An indicator as a page shows it: its figures, the target that counts today, the status.

    `series` is the whole territory, `areas` its parts, `breakdowns` its groups; each by period. `others` are the
    published figures that were not retained. `targets` are those of the whole territory, `area_targets` those
    of its parts.
    """

    indicator: Indicator
    series: list[Value]
    areas: list[Value]
    breakdowns: list[Value]
    others: list[Value]
    targets: list[Target]
    target: Target | None
    status: methods.Status | None
    today: date
    area_targets: Sequence[Target] = ()
    compared: Sequence[Compared] = ()
    trajectories: Sequence[Trajectory] = ()

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

    @cached_property
    def known(self) -> methods.Series:
        """The figures of the whole territory as rules read them."""
        return judging.series(self.indicator, self.series, self.target, today=self.today)

    @cached_property
    def paths(self) -> judging.Paths:
        """The ideal path to the target, and the projection."""
        return judging.paths(self.trajectories, self.known) if self.target else judging.Paths()

    @cached_property
    def area_statuses(self) -> dict[int, methods.Status]:
        """How each area stands towards the target of its own, by its number; only those that have one."""
        own: dict[int, list[Target]] = {}
        for target in self.area_targets:
            own.setdefault(target.area_id or 0, []).append(target)
        found = {area: self._of_area(area, targets) for area, targets in own.items()}
        return {area: status for area, status in found.items() if status}

    def _of_area(self, area: int, targets: list[Target]) -> methods.Status | None:
        values = [value for value in self.areas if value.area_id == area]
        target = target_of(targets, today=self.today)
        return judging.judged(self.indicator, values, target, (), today=self.today)[-1]


def readings(which: Iterable[Indicator], *, today: date, at: datetime | None = None) -> list[Reading]:
    """Readings of several indicators in a few queries; with `at`, as they stood at that moment."""
    chosen = list(which)
    values = by_indicator(chosen, with_origins(published_values(chosen, retained=None, at=at)))
    aims = list(Target.objects.filter(indicator__in=chosen).order_by("due"))
    _give(aims, "area", Area.objects.defer("boundary"))
    targets = by_indicator(chosen, aims)
    compared = _compared(chosen, at)
    known = history.Standing(chosen, targets, paths_of(chosen))
    if at:
        known, today = history.stood(known, at), timezone.localdate(at)
    return [
        reading(
            indicator,
            values[indicator.pk],
            known.targets[indicator.pk],
            today,
            compared=compared[indicator.pk],
            trajectories=known.paths[indicator.pk],
        )
        for indicator in known.indicators
    ]


def paths_of(chosen: list[Indicator]) -> dict[int, list[Trajectory]]:
    """The paths of each indicator, in one query; in none where it is known that there are none."""
    with_path = [indicator for indicator in chosen if getattr(indicator, "has_paths", True)]
    return by_indicator(chosen, Trajectory.objects.filter(indicator__in=with_path) if with_path else ())


def by_indicator(chosen: list[Indicator], rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows sorted by the indicator they belong to."""
    found: dict[int, list[Any]] = {indicator.pk: [] for indicator in chosen}
    for row in rows:
        found[row.indicator_id].append(row)
    return found


def _compared(chosen: list[Indicator], at: datetime | None) -> dict[int, list[Compared]]:
    """The comparisons of each indicator with their figures, in one query."""
    found: dict[int, list[Compared]] = {indicator.pk: [] for indicator in chosen}
    which = [indicator for indicator in chosen if getattr(indicator, "is_compared", True)]
    if not which:
        return found
    shown = ComparedFigure.objects.filter(comparison__indicator__in=which).select_related("comparison")
    figures: dict[Comparison, list[ComparedFigure]] = {}
    for figure in _standing(shown, at, since="recorded_at").order_by("comparison_id", "period_end"):
        figures.setdefault(figure.comparison, []).append(figure)
    for comparison, rows in figures.items():
        found[comparison.indicator_id].append(Compared(comparison, tuple(rows)))
    return found


def reading(  # noqa: PLR0913  # what a page shows has this many parts
    indicator: Indicator,
    values: list[Value],
    targets: list[Target],
    today: date,
    *,
    compared: Sequence[Compared] = (),
    trajectories: Sequence[Trajectory] = (),
) -> Reading:
    """The reading of an indicator from its figures and targets, as of a day."""
    retained = [v for v in values if v.retained]
    series = [v for v in retained if v.area_id is None and not v.breakdown_key]
    areas = [v for v in retained if v.area_id is not None and not v.breakdown_key]
    whole = [target for target in targets if target.area_id is None]
    target = target_of(whole, today=today)
    breakdowns = [v for v in retained if v.breakdown_key]
    parts = [*areas, *breakdowns]
    known, paths, status = judging.judged(indicator, series, target, trajectories, today=today)
    found = Reading(
        indicator=indicator,
        series=series,
        areas=areas,
        breakdowns=breakdowns,
        others=[v for v in values if not v.retained],
        targets=whole,
        target=target,
        status=judging.of_parts(indicator, parts, today=today) if parts and not series else status,
        area_targets=[target for target in targets if target.area_id is not None],
        compared=compared,
        trajectories=trajectories,
        today=today,
    )
    # Every card asks for both again.
    vars(found).update(known=known, paths=paths)
    return found


def target_of(targets: list[Target], *, today: date) -> Target | None:
    """The target that counts on a day: the next one, else the last there was."""
    return next((t for t in targets if t.due >= today), targets[-1] if targets else None)


def overview(*, visible_to: Actor | None) -> QuerySet[Indicator]:
    """All indicators for those who keep them, with `waiting`: how many figures wait, and whether a run failed."""
    last_run = Run.objects.filter(method__indicator=OuterRef("pk")).order_by("-pk")
    proposed = Q(values__approval=Value.Approval.PROPOSED, values__superseded_at__isnull=True)
    return indicators(visible_to=visible_to).annotate(
        waiting=Count("values", filter=proposed),
        last_failed=Coalesce(Subquery(last_run.values("failed")[:1]), Literal("")),
    )


def hidden_datasets(method: MethodVersion | None) -> list[Dataset]:
    """The datasets that figures come from and that no reader can follow them to: drafts."""
    return list(method.datasets.filter(publication=Publication.DRAFT).order_by("code")) if method else []


def last_run(indicator: Indicator) -> Run | None:
    """The latest run of the current method, whether it gave figures or not."""
    method = indicator.methods.last()
    return method.runs.last() if method else None


def outdated() -> tuple[list[tuple[MethodVersion, Run | None]], dict[str, int]]:
    """The methods whose last run read other versions than the current ones, each with that run, and those versions.

    One whose datasets hold no rows yet is left out, and so is one whose last run failed on these very versions.
    """
    current = dict(
        Dataset.objects.annotate(last=Max("versions__number"))
        .filter(last__isnull=False)
        .values_list("code", "last")
    )
    method = MethodVersion.objects.filter(indicator=OuterRef("pk")).order_by("-number").values("pk")[:1]
    run = Run.objects.filter(method=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    shown = Indicator.objects.filter(kind=Indicator.Kind.SQL).exclude(publication=Publication.WITHDRAWN)
    current_ones = shown.annotate(method_id=Subquery(method)).values("method_id")
    last = dict(
        MethodVersion.objects.filter(pk__in=current_ones)
        .annotate(last=Subquery(run))
        .values_list("pk", "last")
    )
    runs, needs = Run.objects.in_bulk(filter(None, last.values())), _datasets_of(last)
    stale = [pk for pk, run in last.items() if _is_outdated(runs.get(run), needs.get(pk, []), current)]
    methods = MethodVersion.objects.filter(pk__in=stale).select_related("indicator").order_by("indicator_id")
    wanted = {code for pk in stale for code in needs[pk]}
    return [(found, runs.get(last[found.pk])) for found in methods], {code: current[code] for code in wanted}


def _is_outdated(run: Run | None, codes: list[str], current: dict[str, int]) -> bool:
    if not codes or any(code not in current for code in codes):
        return False
    return run is None or run.versions != {code: current[code] for code in codes}


def _datasets_of(methods: Iterable[int]) -> dict[int, list[str]]:
    """The codes of the datasets each of these methods reads."""
    codes: dict[int, list[str]] = {}
    pairs = MethodVersion.datasets.through.objects.filter(methodversion__in=list(methods))
    for method, code in pairs.values_list("methodversion_id", "dataset__code"):
        codes.setdefault(method, []).append(code)
    return codes
