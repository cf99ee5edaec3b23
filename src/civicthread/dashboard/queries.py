"""Reads of the dashboard: what a reader narrowed it to, its groups, what waits, the snapshots."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as Literal
from django.db.models.functions import Coalesce
from django.utils import timezone

from civicthread.ambition import queries as ambition
from civicthread.ambition.models import Objective
from civicthread.core.models import Actor
from civicthread.core.publishing import joined
from civicthread.core.text import Text
from civicthread.dashboard import standing
from civicthread.dashboard.models import Snapshot, SnapshotFigure
from civicthread.dashboard.standing import STATUSES, Name, Programme, Standing
from civicthread.ideas import queries as ideas
from civicthread.ideas.models import Idea
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator, MethodVersion, Run, Target, Value
from civicthread.methods.status import Grade, Summary
from civicthread.projects import queries as projects
from civicthread.projects.models import Project

GROUPINGS = ("direction", "objective", "project", "area", "owner", "body")


# What the digest covers: everything a reader of the snapshot sees, and where each figure came from.
SEALED = (
    *(
        "code",
        "reference",
        "title",
        "unit",
        "symbol",
        "decimals",
        "direction",
        "direction_name",
        "owner_name",
    ),
    *("area", "area_name", "period", "value", "qualifier", "flags", "target", "target_period"),
    *("grade", "share", "method", "run", "versions", "source"),
)


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the dashboard to. `by` is only how it is laid out, `period` an older state of it."""

    direction: str = ""
    objective: str = ""
    project: str = ""
    area: str = ""
    owner: str = ""
    body: str = ""
    status: str = ""
    kind: str = ""
    period: str = ""

    @property
    def active(self) -> int:
        """How many are set."""
        return sum(bool(value) for value in vars(self).values())

    def address(self, **changed: str) -> str:
        """The query of an address with these filters: the same filters always give the same one."""
        return urlencode({name: value for name, value in (vars(self) | changed).items() if value})


def understood(given: Mapping[str, str]) -> tuple[Filters, Programme]:
    """The filters of an address and the programme they are asked of. What is not known is left aside."""
    today = standing.programme()
    period = given.get("period", "")
    known = {
        **{name: given.get(name, "") for name in GROUPINGS if given.get(name, "") in today.names[name]},
        **({"period": period} if period in today.periods else {}),
        **({"status": given["status"]} if given.get("status") in STATUSES else {}),
        **({"kind": given["kind"]} if given.get("kind") in Indicator.Kind.values else {}),
    }
    filters = Filters(**known)
    if not (filters.period or filters.area):
        return filters, today
    return filters, standing.programme(period=filters.period, area=filters.area)


def chosen(filters: Filters, programme: Programme, *, language: str) -> list[Standing]:
    """The indicators that the filters leave, by title."""
    wanted = [(name, getattr(filters, name)) for name in GROUPINGS if getattr(filters, name)]
    return [
        one
        for one in programme.by_title(language)
        if all(code in one.groups.get(name, frozenset()) for name, code in wanted)
        and (not filters.status or one.stands == filters.status)
        and (not filters.kind or one.indicator.kind == filters.kind)
        and (not filters.period or bool(one.reading.series or one.reading.areas))
    ]


@dataclass(frozen=True)
class Group:
    """The indicators of one direction, objective, project, organisation or body. `name` None: of none of them."""

    name: Name | None
    standings: Sequence[Standing]
    summary: Summary

    @property
    def first(self) -> list[Standing]:
        """Its indicators, those first whose status says most."""
        return sorted(self.standings, key=lambda one: STATUSES.index(one.stands))


def groups(by: str, standings: Sequence[Standing], programme: Programme) -> list[Group]:
    """The indicators by group, in the order of the groups; what belongs to none of them comes last."""
    members: dict[str, list[Standing]] = {code: [] for code in programme.names[by]}
    others = []
    for one in standings:
        codes = one.groups.get(by, frozenset())
        for code in codes:
            members[code].append(one)
        if not codes:
            others.append(one)
    found = [
        Group(name, members[code], standing.summed(members[code]))
        for code, name in programme.names[by].items()
        if members[code]
    ]
    return [*found, Group(None, others, standing.summed(others))] if others else found


def counts(standings: Iterable[Standing]) -> dict[str, int]:
    """How many of the indicators have each status a reader may ask for."""
    return standing.tally(one.status for one in standings)


@dataclass(frozen=True)
class Waiting:
    """What the board and the Office should look at: each list with the things in it."""

    reported: list[Idea]
    proposed: list[Indicator]
    failed: list[Indicator]
    stale: list[Standing]
    unmeasured: list[Indicator]
    without_target: list[Indicator]
    without_owner: list[Indicator]
    unmeasured_objectives: list[Objective]
    unmeasured_projects: list[Project]

    @property
    def counts(self) -> dict[str, int]:
        """How many things stand in each list."""
        return {one.name: len(getattr(self, one.name)) for one in fields(self)}


def waiting(*, visible_to: Actor | None) -> Waiting:
    """What was reported, waits, failed, is stale or hangs loose; drafts only for who may see them."""
    last_run = Run.objects.filter(method__indicator=OuterRef("pk")).order_by("-pk")
    proposed = Q(values__approval=Value.Approval.PROPOSED, values__superseded_at__isnull=True)
    seen = indicators.indicators(visible_to=visible_to).order_by("pk")
    told = seen.annotate(
        waiting=Count("values", filter=proposed),
        last_failed=Coalesce(Subquery(last_run.values("failed")[:1]), Literal("")),
    )
    today = standing.programme().standings
    measured = joined(Objective.indicators.through, "objective", "indicator")
    return Waiting(
        reported=list(ideas.reported(visible_to=visible_to)),
        proposed=[one for one in told if one.waiting],
        failed=[one for one in told if one.last_failed],
        stale=[one for one in today if one.stands == Grade.NO_RECENT_DATA],
        unmeasured=[one.indicator for one in today if one.stands == Grade.NOT_MEASURED],
        without_target=list(without_target().order_by("pk")),
        without_owner=[one for one in told if one.is_published and one.owner_id is None],
        unmeasured_objectives=list(
            ambition.objectives(visible_to=None).filter(~Exists(measured)).order_by("direction", "position")
        ),
        unmeasured_projects=list(unmeasured_projects().order_by("pk")),
    )


def without_target() -> QuerySet[Indicator]:
    """The public indicators that measure a public objective or project, and whose target nobody set."""
    measuring = Exists(joined(Objective.indicators.through, "indicator", "objective")) | Exists(
        joined(Project.indicators.through, "indicator", "project")
    )
    aimed = Exists(Target.objects.filter(indicator=OuterRef("pk")))
    found = indicators.indicators(visible_to=None).exclude(good=Indicator.Good.NEITHER)
    return found.filter(measuring, ~aimed)


def unmeasured_projects() -> QuerySet[Project]:
    """The public projects that no public indicator measures."""
    return projects.projects(visible_to=None).filter(
        ~Exists(joined(Project.indicators.through, "project", "indicator"))
    )


def methods(which: Iterable[Indicator]) -> dict[int, int]:
    """The number of the current method of each indicator."""
    rows = MethodVersion.objects.filter(indicator__in=list(which)).order_by("number")
    return dict(rows.values_list("indicator_id", "number"))


def snapshots(*, visible_to: Actor | None) -> QuerySet[Snapshot]:  # noqa: ARG001  # all are public from the start
    """The frozen years, the newest first."""
    return Snapshot.objects.order_by("-year")


def snapshot_figures(snapshot: Snapshot, *, areas: bool = True) -> QuerySet[SnapshotFigure]:
    """Everything a snapshot keeps, in its order; without `areas` only the whole territory."""
    found = snapshot.figures.order_by("position")
    return found if areas else found.filter(area="")


@dataclass(frozen=True)
class Spread:
    """The figures of the areas that a snapshot keeps of one indicator: how many, of which period, from what to what."""

    count: int
    period: str
    least: float
    most: float


def areas_kept(snapshot: Snapshot) -> dict[str, Spread]:
    """The figures of areas in a snapshot, by the code of their indicator; all of one indicator are of one period."""
    rows = snapshot.figures.filter(value__isnull=False).exclude(area="").order_by().values_list("code")
    told = rows.annotate(Count("pk"), Max("period"), Min("value"), Max("value"))
    return {code: Spread(*spread) for code, *spread in told}


def digest(figures: list[SnapshotFigure]) -> str:
    """The SHA-256 of the figures in their order, each as sorted JSON on a line."""
    lines = (json.dumps(sealed(figure), sort_keys=True, ensure_ascii=False) for figure in figures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sealed(figure: SnapshotFigure) -> dict[str, Any]:
    """What the digest covers of a figure, as plain values."""
    told = {name: getattr(figure, name) for name in SEALED}
    return {name: value.to_json() if isinstance(value, Text) else value for name, value in told.items()}


@dataclass(frozen=True)
class Since:
    """A frozen figure beside the one of today; `now` None: the indicator is no longer public, `then`: it is new."""

    then: SnapshotFigure | None
    now: Standing | None
    areas: Spread | None = None
    """The frozen figures of areas, where there is none of the whole territory."""

    @property
    def title(self) -> Text:
        """As it is called now, else as it was."""
        if self.now:
            now: Text = self.now.indicator.title
            return now
        return self.then.title if self.then else Text()

    @property
    def change(self) -> float | None:
        """From the frozen value to that of today, where both are known."""
        latest = self.now.reading.latest if self.now else None
        if latest is None or latest.value is None or self.then is None or self.then.value is None:
            return None
        return latest.value - self.then.value


def since(snapshot: Snapshot, *, language: str) -> list[Since]:
    """Each indicator of the snapshot beside today's, in the snapshot's order; then those that are new."""
    today = standing.programme()
    kept, areas = list(snapshot_figures(snapshot, areas=False)), areas_kept(snapshot)
    old = {figure.code for figure in kept}
    new = [one for one in today.by_title(language) if one.indicator.code not in old]
    return [
        *(
            Since(one, today.by_code.get(one.code), areas.get(one.code) if one.value is None else None)
            for one in kept
        ),
        *(Since(None, one) for one in new),
    ]


def freezable(today: date) -> tuple[int, int]:
    """The years whose figures may be frozen on that day, whether they are or not."""
    return today.year, today.year - 1


def to_freeze() -> list[int]:
    """The years that can be frozen today and are not yet."""
    years = freezable(timezone.localdate())
    frozen = set(Snapshot.objects.filter(year__in=years).values_list("year", flat=True))
    return [year for year in years if year not in frozen]
