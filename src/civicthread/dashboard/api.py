"""The dashboard for programs: the state at a glance by group, and the frozen years."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from civicthread.core.api import Asked, Code, Page, Texts, address, operation, paged, texts
from civicthread.core.mistakes import named_nothing
from civicthread.core.policy import actor_of
from civicthread.dashboard import queries, standing
from civicthread.dashboard.models import Snapshot, SnapshotFigure
from civicthread.dashboard.queries import Group
from civicthread.dashboard.standing import Standing
from civicthread.indicators.models import Indicator
from civicthread.methods.status import Grade

router = Router(tags=["dashboard"])

Grouping = Annotated[
    Literal["direction", "objective", "project", "area", "owner", "body"],
    Query("direction", description="What the indicators are grouped by."),
]
StatusOf = Annotated[
    Literal["", "not_judged"] | Grade,
    Query("", description="Only the indicators with this status."),
]
KindOf = Annotated[Indicator.Kind | None, Query(None, description="How its figures come about.")]
PeriodOf = Annotated[str, Query("", pattern=r"^\d{0,4}$", description="As it stood at the end of this year.")]


class CountsOut(Schema):
    """How many indicators have each grade. `not_judged`: they have no status, and their figures are recent."""

    achieved: int
    on_pace: int
    behind: int
    away: int
    no_target: int
    no_recent_data: int
    not_measured: int
    not_judged: int


class GroupOut(Schema):
    """The indicators of one direction, objective, project, area, organisation or body; `code` null: of none."""

    code: str | None
    title: Texts
    counts: CountsOut
    median_share: float | None
    indicators: list[str]


class DashboardOut(Schema):
    """The programme at a glance. `median_share`: of the shares of target of those with a grade, each capped at 1."""

    day: date
    counts: CountsOut
    median_share: float | None
    groups: list[GroupOut]


class SnapshotOut(Schema):
    """A frozen year. `digest` is the SHA-256 of its figures; `counts`: how many indicators had each status."""

    year: int
    day: date
    at: datetime
    note: Texts
    counts: dict[str, int]
    median_share: float | None
    size: int
    digest: str
    address: str


class FrozenOut(Schema):
    """An indicator as it stood. `area` empty is the whole territory; `run` and `versions` say where it came from."""

    code: str
    reference: str
    title: Texts
    unit: Texts
    direction: str
    area: str
    period: str
    value: float | None
    qualifier: str
    flags: list[str]
    target: float | None
    target_period: str
    grade: str
    share: float | None
    method: int | None
    run: int | None
    versions: dict[str, int]


class SnapshotWithFigures(SnapshotOut):
    """A frozen year with everything it keeps."""

    figures: list[FrozenOut]


@router.get("/dashboard", response=DashboardOut, operation_id="dashboard.get")
@operation("dashboard.read")
def dashboard(  # noqa: PLR0913, PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    by: Grouping,
    direction: Code,
    objective: Code,
    project: Code,
    area: Code,
    owner: Code,
    body: Code,
    status: StatusOf,
    kind: KindOf,
    period: PeriodOf,
) -> Any:
    """The public indicators as they stand, counted by status, in all and by group."""
    asked = {"direction": direction, "objective": objective, "project": project, "area": area, "owner": owner}
    asked |= {"body": body, "status": status, "kind": kind or "", "period": period}
    filters, programme = queries.understood(asked)
    for name, value in asked.items():
        if value and not getattr(filters, name):
            raise named_nothing(name, value)
    found = queries.chosen(filters, programme, language=request.LANGUAGE_CODE)
    return {
        "day": programme.day,
        "counts": queries.counts(found),
        "median_share": standing.summed(found).median_share,
        "groups": [_group(group) for group in queries.groups(by, found, programme)],
    }


@router.get("/snapshots", response=Page[SnapshotOut], operation_id="dashboard.snapshots")
@operation("dashboard.read")
def snapshots(request: HttpRequest, asked: Asked) -> Any:
    """The frozen years, the newest first."""
    found = queries.snapshots(visible_to=actor_of(request))
    return paged(request, found, lambda rows: map(_snapshot, rows), order="-year", asked=asked)


@router.get("/snapshots/{int:year}", response=SnapshotWithFigures, operation_id="dashboard.snapshot")
@operation("dashboard.read")
def snapshot(request: HttpRequest, year: int) -> Any:
    """One frozen year."""
    found = queries.snapshots(visible_to=actor_of(request)).filter(year=year).first()
    if found is None:
        raise Http404
    return {**_snapshot(found), "figures": [_frozen(one) for one in queries.snapshot_figures(found)]}


def _group(group: Group) -> dict[str, Any]:
    return {
        "code": group.name.code if group.name else None,
        "title": texts(group.name.title) if group.name else {},
        "counts": queries.counts(group.standings),
        "median_share": group.summary.median_share,
        "indicators": [_code(one) for one in group.standings],
    }


def _code(one: Standing) -> str:
    return one.indicator.code


def _snapshot(found: Snapshot) -> dict[str, Any]:
    plain = ("year", "day", "at", "counts", "median_share", "size", "digest")
    return {
        **{name: getattr(found, name) for name in plain},
        "note": texts(found.note),
        "address": address(found, settings.LANGUAGE_CODE),
    }


def _frozen(one: SnapshotFigure) -> dict[str, Any]:
    plain = (
        *("code", "reference", "direction", "area", "period", "value", "qualifier", "flags", "target"),
        *("target_period", "grade", "share", "method", "run", "versions"),
    )
    return {
        **{name: getattr(one, name) for name in plain},
        "title": texts(one.title),
        "unit": texts(one.unit),
    }
