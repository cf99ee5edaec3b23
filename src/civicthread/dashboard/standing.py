"""How every public indicator stands, kept in memory between changes, so that a page costs one question: did any change?

The journal tells: whatever is done to an indicator, a project, a decision leaves an entry there.
"""

import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from civicthread.ambition.models import Direction, Objective
from civicthread.core.models import JournalEntry
from civicthread.core.publishing import Publication
from civicthread.core.search import folded
from civicthread.core.text import Text
from civicthread.governance.models import Decision
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator, Target, Trajectory, Value
from civicthread.indicators.queries import Reading
from civicthread.methods.periods import parse
from civicthread.methods.status import Grade, Status, Summary, summary
from civicthread.projects.models import Project
from civicthread.territory.places import gazetteer

# What the dashboard is made of: a change of any other thing leaves it as it is.
KINDS = (
    *("indicators.indicator", "ambition.direction", "ambition.objective", "projects.project"),
    *("governance.decision", "stakeholders.organisation", "stakeholders.body", "territory.area"),
)
NOT_JUDGED = "not_judged"
STATUSES = (*(str(grade) for grade in Grade), NOT_JUDGED)
"""What is said of an indicator in pages, filters, files and counts alike: the grades, and that nobody judges it."""

MOST_KEPT = 6
LONGEST_KEPT = 300.0
"""Seconds: on PostgreSQL an entry may become visible after a younger one, and is then noticed at the latest here."""

MOST_POINTS = 24
"""The figures that a sparkline draws; the indicator's own page draws them all."""

NEEDED = (
    *("id", "indicator_id", "area_id", "period", "period_end", "breakdown_key", "value", "qualifier"),
    *("retained", "numerator", "denominator", "origin", "flags"),
)


@dataclass(frozen=True)
class Name:
    """What a group of indicators is called, and where the thing itself stands."""

    code: str
    title: Text
    route: str

    @property
    def url(self) -> str:
        """The page of the direction, objective, project, area or organisation; a body has none."""
        return reverse(self.route, args=[self.code]) if self.route else ""


@dataclass(frozen=True)
class Standing:
    """One indicator: its reading, and the codes of what it belongs to, by the name of the grouping."""

    reading: Reading
    groups: Mapping[str, frozenset[str]]

    @property
    def indicator(self) -> Indicator:
        """What is measured."""
        return self.reading.indicator

    @property
    def status(self) -> Status | None:
        """How it stands towards its target."""
        return self.reading.status

    @property
    def stands(self) -> str:
        """One of `STATUSES`."""
        return named(self.status)


@dataclass(frozen=True)
class Programme:
    """All public indicators as of a day, and the names of what they are grouped by.

    `drawn` keeps what pages draw of the names alone, such as the fields of the filters.
    """

    day: date
    standings: tuple[Standing, ...]
    names: Mapping[str, Mapping[str, Name]]
    periods: tuple[str, ...]
    drawn: dict[tuple[str, str], str] = field(default_factory=dict)
    _sorted: dict[str, tuple[Standing, ...]] = field(default_factory=dict)

    def by_title(self, language: str) -> tuple[Standing, ...]:
        """The standings as the reader's alphabet has their titles."""
        if language not in self._sorted:
            self._sorted[language] = tuple(
                sorted(self.standings, key=lambda one: folded(one.indicator.title.shown(language).text))
            )
        return self._sorted[language]

    @cached_property
    def by_code(self) -> Mapping[str, Standing]:
        """The standings by the code of their indicator."""
        return {one.indicator.code: one for one in self.standings}


def named(status: Status | None) -> str:
    """A status as one of `STATUSES`."""
    return str(status.grade) if status else NOT_JUDGED


def tally(statuses: Iterable[Status | None]) -> dict[str, int]:
    """How many indicators have each of `STATUSES`."""
    found = Counter(map(named, statuses))
    return {name: found[name] for name in STATUSES}


def summed(standings: Iterable[Standing]) -> Summary:
    """Counts by grade and the median of the capped shares; never a bare average."""
    return summary(one.status for one in standings if one.status)


def programme(*, period: str = "", area: str = "") -> Programme:
    """The public indicators today; or as they stood at the end of a period, or in one area. At most a query when kept.

    `period` and `area` must be known ones: `Programme.periods`, and codes of `names["area"]`.
    """
    key = (timezone.localdate(), period, area)
    session, newest = _stamp()
    kept = _kept.get(key)
    if not kept or not _still_true(kept, session, newest):
        kept = _Kept(_read(period, area), session, newest, time.monotonic() + LONGEST_KEPT)
    with _keeping:
        _kept[key] = kept
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return kept.programme


@dataclass
class _Kept:
    programme: Programme
    session: str
    newest: int
    until: float


_kept: OrderedDict[tuple[date, str, str], _Kept] = OrderedDict()
_keeping: Final = Lock()


def _stamp() -> tuple[str, int]:
    """The newest entry of the journal; and a word that is forgotten with the local cache."""
    session = caches["local"].get_or_set("dashboard-standing", lambda: uuid4().hex, None)
    return str(session), JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _still_true(kept: _Kept, session: str, newest: int) -> bool:
    if kept.session != session or newest < kept.newest or time.monotonic() > kept.until:
        return False
    if newest > kept.newest:
        if JournalEntry.objects.filter(pk__gt=kept.newest, kind__in=KINDS).exists():
            return False
        kept.newest = newest
    return True


def _read(period: str, area: str) -> Programme:
    today = timezone.localdate()
    day = min(parse(period).end, today) if period else today
    found = list(indicators.indicators(visible_to=None).order_by("pk"))
    values = _values(found, area, parse(period).end if period else None)
    targets: dict[int, list[Target]] = defaultdict(list)
    # Everywhere else than in the whole territory only a target of that very area counts.
    place = {"area__code": area} if area else {"area__isnull": True}
    for target in Target.objects.filter(indicator__in=found, **place).order_by("due"):
        target.area_id = None  # here the area is the whole
        targets[target.indicator_id].append(target)
    paths = indicators.paths_of(found)
    names, groups = _groups(found)
    standings = (
        Standing(_reading(one, values[one.pk], targets[one.pk], paths[one.pk], day=day), groups[one.pk])
        for one in found
        if not area or values[one.pk]
    )
    years = {value.period_end.year for several in values.values() for value in several}
    return Programme(day, tuple(standings), names, tuple(str(year) for year in sorted(years, reverse=True)))


def _reading(
    indicator: Indicator, values: list[Value], targets: list[Target], paths: list[Trajectory], *, day: date
) -> Reading:
    """The reading with as many figures as a card shows."""
    whole = indicators.reading(indicator, values, targets, day, trajectories=paths)
    return Reading(
        indicator, whole.series[-MOST_POINTS:], whole.areas, [], [], targets, whole.target, whole.status, day
    )


def _values(found: list[Indicator], area: str, until: date | None) -> dict[int, list[Value]]:
    """The figures of the whole territory, or of its parts where it has none; or of one area as if it were the whole."""
    values: dict[int, list[Value]] = defaultdict(list)
    published = _light(indicators.published_values(found))
    if until:
        published = published.filter(period_end__lte=until)
    if area:
        for value in published.filter(area__code=area, breakdown_key=""):
            value.area_id = None
            values[value.indicator_id].append(value)
        return values
    for value in published.filter(area__isnull=True, breakdown_key=""):
        values[value.indicator_id].append(value)
    bare = [one.pk for one in found if one.pk not in values]
    if bare:
        for value in published.filter(indicator__in=bare):
            values[value.indicator_id].append(value)
    return values


def _light(values: QuerySet[Value]) -> QuerySet[Value]:
    """Only the columns a card needs: of thousands of figures the others would cost most."""
    return values.only(*NEEDED)


Pairs = Iterable[tuple[int, Name]]


def _groups(
    found: list[Indicator],
) -> tuple[dict[str, dict[str, Name]], dict[int, dict[str, frozenset[str]]]]:
    """The names of all groups by grouping, and the groups of each indicator."""
    names: dict[str, dict[str, Name]] = {}
    groups: dict[int, dict[str, frozenset[str]]] = {one.pk: {} for one in found}
    for grouping, pairs in _pairs(found).items():
        members: dict[int, set[str]] = defaultdict(set)
        names[grouping] = {}
        for pk, name in pairs:
            members[pk].add(name.code)
            names[grouping].setdefault(name.code, name)
        for pk, kept in groups.items():
            kept[grouping] = frozenset(members[pk])
    return names, groups


def _pairs(found: list[Indicator]) -> dict[str, Pairs]:
    known = {one.pk for one in found}
    through_objectives = list(_through(Objective, "objective", known))
    through_projects = list(_through(Project, "project", known))
    return {
        "direction": _directions(found),
        "objective": [
            (pk, Name(row.code, row.title, "ambition:objective")) for pk, row in through_objectives
        ],
        "project": [(pk, Name(row.reference, row.title, "projects:project")) for pk, row in through_projects],
        "area": _areas(found),
        "owner": [
            (one.pk, Name(one.owner.code, one.owner.name, "stakeholders:organisation"))
            for one in found
            if one.owner
        ],
        "body": _bodies(through_objectives, through_projects),
    }


def _through(model: Any, name: str, known: set[int]) -> Iterable[tuple[int, Any]]:
    """Each indicator with each public thing it measures, in the order of those things."""
    rows = model.indicators.through.objects.filter(**{f"{name}__publication": Publication.PUBLISHED})
    order = (f"{name}__direction__position", f"{name}__position") if name == "objective" else (f"{name}__pk",)
    for row in rows.select_related(name).order_by(*order, "pk"):
        if row.indicator_id in known:
            yield row.indicator_id, getattr(row, name)


def _directions(found: list[Indicator]) -> Pairs:
    members: dict[str, list[int]] = defaultdict(list)
    for one in found:
        members[one.direction].append(one.pk)
    for row in Direction.objects.order_by("position"):
        for pk in members[row.code]:
            yield pk, Name(row.code, row.name, "ambition:direction")


def _areas(found: list[Indicator]) -> Pairs:
    """Each indicator with each area it has figures of."""
    known = gazetteer().by_code
    rows = indicators.published_values(found).filter(area__isnull=False).order_by()
    pairs = set(rows.values_list("indicator_id", "area__code").distinct())
    for pk, code in sorted(pairs, key=lambda pair: pair[1]):
        if code in known:
            yield pk, Name(code, known[code].name, "territory:area")


def _bodies(objectives: list[tuple[int, Any]], projects: list[tuple[int, Any]]) -> Pairs:
    """Each indicator with the bodies that took a public decision on a project or an objective it measures."""
    measured: dict[str, dict[int, list[int]]] = {
        "projects": defaultdict(list),
        "objectives": defaultdict(list),
    }
    for name, pairs in (("projects", projects), ("objectives", objectives)):
        for pk, row in pairs:
            measured[name][row.pk].append(pk)
    concerned = Q(projects__in=list(measured["projects"])) | Q(objectives__in=list(measured["objectives"]))
    decisions = Decision.objects.filter(concerned, publication=Publication.PUBLISHED).order_by("body__code")
    rows = decisions.values_list("body__code", "body__name", "projects", "objectives")
    for code, title, project, objective in rows:
        for pk in {*measured["projects"].get(project, ()), *measured["objectives"].get(objective, ())}:
            yield pk, Name(code, title, "")
