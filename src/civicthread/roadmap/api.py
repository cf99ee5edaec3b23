"""Milestones for programs."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from civicthread.core import publishing
from civicthread.core.api import (
    Asked,
    Code,
    Page,
    SourceOut,
    Texts,
    address,
    one_of,
    operation,
    paged,
    texts,
)
from civicthread.core.mistakes import named
from civicthread.projects.queries import projects
from civicthread.roadmap import queries
from civicthread.roadmap.models import Milestone, Replanning
from civicthread.roadmap.queries import Correction

router = Router(tags=["roadmap"])

StateName = Annotated[Milestone.State, one_of(Milestone.State)]
State = Annotated[StateName | None, Query(None)]


class ReplanningOut(Schema):
    """A new date, and why; `at` is when it was planned."""

    number: int
    date: str
    reason: Texts
    at: datetime
    source: SourceOut | None


class MilestoneCorrectionOut(Schema):
    """A date on which it was said to be reached (`before`), what it became (`since`; empty: not reached), and why."""

    at: datetime
    before: str
    since: str
    reason: Texts


class MilestoneOut(Schema):
    """A dated step of a project. Dates are as precise as known: `2026`, `2026-09`, `2026-09-30`.

    `replanned` stands in the order in which it was planned again, `corrections` with the newest first.
    """

    reference: str
    project: str
    title: Texts
    note: Texts
    state: StateName
    planned: str
    replanned: list[ReplanningOut]
    actual: str
    corrections: list[MilestoneCorrectionOut]
    sources: list[SourceOut]
    address: str


@router.get("/milestones", response=Page[MilestoneOut], operation_id="roadmap.list")
@operation("roadmap.read")
def milestones(request: HttpRequest, project: Code, state: State, asked: Asked) -> Any:
    """Public milestones by reference number; `project` is a project's reference number."""
    named("project", project, projects(visible_to=None).filter(reference=project))
    found = queries.milestones(visible_to=None).order_by()
    wanted = {"project__reference": project, "standing": state}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    return paged(request, found, _all, order="reference", asked=asked)


@router.get("/milestones/{slug:reference}", response=MilestoneOut, operation_id="roadmap.get")
@operation("roadmap.read")
def milestone(request: HttpRequest, reference: str) -> Any:  # noqa: ARG001
    """One public milestone."""
    return _all([publishing.find(queries.milestones(visible_to=None), reference=reference)])[0]


def _all(rows: list[Milestone]) -> list[dict[str, Any]]:
    corrections = queries.corrections(rows)
    return [_milestone(row, corrections[row.pk]) for row in rows]


def _milestone(row: Milestone, corrections: list[Correction]) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("reference", "state", "planned", "actual", "sources")},
        "title": texts(row.title),
        "note": texts(row.note),
        "project": row.project.reference,
        "replanned": [_replanning(one) for one in row.replannings.all()],
        "corrections": [_correction(one) for one in corrections],
        "address": address(row),
    }


def _replanning(row: Replanning) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("number", "date", "at")}
    return {**plain, "reason": texts(row.reason), "source": row.source or None}


def _correction(one: Correction) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("at", "before", "since")}
    return {**plain, "reason": texts(one.because)}
