"""Decisions for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema

from civicthread.core import publishing
from civicthread.core.api import (
    Asked,
    Code,
    Page,
    SourceOut,
    Texts,
    Words,
    address,
    operation,
    paged,
    texts,
)
from civicthread.core.mistakes import named
from civicthread.governance import queries
from civicthread.governance.models import Decision
from civicthread.governance.queries import Filters
from civicthread.stakeholders.models import Body

router = Router(tags=["governance"])


class DecisionOut(Schema):
    """A decision of a body. `approves` says whether it approves the projects it is about."""

    reference: str
    number: str
    date: str
    body: str
    body_name: Texts
    title: Texts
    text: Texts
    projects: list[str]
    approves: bool
    objectives: list[str]
    sources: list[SourceOut]
    address: str


@router.get("/decisions", response=Page[DecisionOut], operation_id="governance.list")
@operation("governance.read")
def decisions(request: HttpRequest, query: Words, body: Code, asked: Asked) -> Any:
    """Public decisions, newest first; `body` is a body's code."""
    named("body", body, Body.objects.filter(code=body))
    found = queries.filtered(Filters(query, body), visible_to=None)
    return paged(request, _joined(found), lambda rows: map(_decision, rows), order="-date", asked=asked)


@router.get("/decisions/{slug:reference}", response=DecisionOut, operation_id="governance.get")
@operation("governance.read")
def decision(request: HttpRequest, reference: str) -> Any:  # noqa: ARG001
    """One public decision."""
    return _decision(publishing.find(_joined(queries.decisions(visible_to=None)), reference=reference))


def _joined(found: QuerySet[Decision]) -> QuerySet[Decision]:
    return found.prefetch_related("projects", "objectives")


def _decision(row: Decision) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("reference", "number", "date", "approves", "sources")},
        "title": texts(row.title),
        "text": texts(row.text),
        "body": row.body.code,
        "body_name": texts(row.body.name),
        "projects": [project.reference for project in row.projects.all() if project.is_published],
        "objectives": [objective.code for objective in row.objectives.all() if objective.is_published],
        "address": address(row),
    }
