"""Strategic directions, ambition memos and objectives for programs."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from civicthread.ambition import queries
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
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

router = Router(tags=["ambition"])


class DirectionOut(Schema):
    """A strategic direction, in its place of the list."""

    code: str
    kind: Annotated[Direction.Kind, one_of(Direction.Kind)]
    position: int
    name: Texts
    description: Texts
    projects: int
    sources: list[SourceOut]
    address: str


class ObjectiveOut(Schema):
    """An objective of an ambition memo; `assumption` says that it was made for a demonstration."""

    code: str
    memo: str | None
    direction: str
    title: Texts
    description: Texts
    note: Texts
    indicators: list[str]
    assumption: bool
    sources: list[SourceOut]
    address: str


class MemoOut(Schema):
    """An ambition memo: one version of what the city wants to reach. The one published last counts.

    `date` is the memo's own, as precise as it is known.
    """

    code: str
    date: str
    title: Texts
    intro: Texts
    note: Texts
    published_at: datetime
    assumption: bool
    sources: list[SourceOut]
    address: str


class MemoWithObjectives(MemoOut):
    """An ambition memo and its public objectives, by code."""

    objectives: list[ObjectiveOut]


@router.get("/memos", response=Page[MemoOut], operation_id="ambition.memos")
@operation("ambition.read")
def memos(request: HttpRequest, asked: Asked) -> Any:
    """Public ambition memos, the newest first."""
    found = queries.memos(visible_to=None).order_by()
    return paged(request, found, lambda rows: map(_memo, rows), order="-published_at", asked=asked)


@router.get("/memos/{slug:code}", response=MemoWithObjectives, operation_id="ambition.memo")
@operation("ambition.read")
def memo(request: HttpRequest, code: str) -> Any:  # noqa: ARG001
    """One public ambition memo with its objectives."""
    found = publishing.find(queries.memos(visible_to=None), code=code)
    own = _joined().filter(memo=found).order_by("code")
    return {**_memo(found), "objectives": [_objective(row) for row in own]}


@router.get("/directions", response=Page[DirectionOut], operation_id="ambition.directions")
@operation("ambition.read")
def directions(request: HttpRequest, asked: Asked) -> Any:
    """The strategic directions in their order."""
    found = queries.directions(visible_to=None)
    return paged(request, found, lambda rows: map(_direction, rows), order="position", asked=asked)


@router.get("/directions/{slug:code}", response=DirectionOut, operation_id="ambition.direction")
@operation("ambition.read")
def direction(request: HttpRequest, code: str) -> Any:  # noqa: ARG001
    """One strategic direction."""
    return _direction(get_object_or_404(queries.directions(visible_to=None), code=code))


@router.get("/objectives", response=Page[ObjectiveOut], operation_id="ambition.objectives")
@operation("ambition.read")
def objectives(request: HttpRequest, direction: Code, memo: Code, asked: Asked) -> Any:
    """Public objectives by code, those of earlier memos too; `memo` is a memo's code."""
    named("direction", direction, Direction.objects.filter(code=direction))
    named("memo", memo, queries.memos(visible_to=None).filter(code=memo))
    wanted = {"direction__code": direction, "memo__code": memo}
    found = _joined().filter(**{name: value for name, value in wanted.items() if value})
    return paged(request, found, lambda rows: map(_objective, rows), order="code", asked=asked)


@router.get("/objectives/{slug:code}", response=ObjectiveOut, operation_id="ambition.objective")
@operation("ambition.read")
def objective(request: HttpRequest, code: str) -> Any:  # noqa: ARG001
    """One public objective."""
    return _objective(publishing.find(_joined(), code=code))


def _joined() -> QuerySet[Objective]:
    return queries.objectives(visible_to=None).prefetch_related("indicators")


def _memo(row: AmbitionMemo) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("code", "date", "published_at", "assumption", "sources")}
    written = {name: texts(getattr(row, name)) for name in ("title", "intro", "note")}
    return {**plain, **written, "address": address(row)}


def _direction(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("code", "kind", "position", "sources")}
    written = {name: texts(getattr(row, name)) for name in ("name", "description")}
    return {**plain, **written, "projects": row.project_count, "address": address(row)}


def _objective(row: Objective) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("code", "assumption", "sources")},
        **{name: texts(getattr(row, name)) for name in ("title", "description", "note")},
        "memo": row.memo.code if row.memo.is_published else None,
        "direction": row.direction.code,
        "indicators": [one.code for one in row.indicators.all() if one.is_published],
        "address": address(row),
    }
