"""Projects for programs."""

from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from civicthread.ambition.models import Direction
from civicthread.core import publishing
from civicthread.core.api import (
    Asked,
    Code,
    Page,
    SourceOut,
    Texts,
    Words,
    address,
    one_of,
    operation,
    paged,
    texts,
)
from civicthread.core.mistakes import named
from civicthread.ideas.models import Idea
from civicthread.projects import queries
from civicthread.projects.models import Declaration, Fact, Project, Qualifier
from civicthread.projects.queries import Filters
from civicthread.stakeholders.queries import organisations
from civicthread.territory.models import Area

router = Router(tags=["projects"])

StateName = Annotated[Project.State, one_of(Project.State)]
NatureName = Annotated[Project.Nature, one_of(Project.Nature)]
BudgetKind = Annotated[Project.BudgetKind, one_of(Project.BudgetKind)]
Certainty = Annotated[Qualifier, one_of(Qualifier)]
About = Annotated[Declaration.About, one_of(Declaration.About)]
FactKind = Annotated[Fact.Kind, one_of(Fact.Kind)]
State = Annotated[StateName | None, Query(None)]
Nature = Annotated[NatureName | None, Query(None)]
PLAIN = ("reference", "code", "start", "end", "approved", "website", "budget", "state_as_of", "sources")
CHOSEN = ("state", "nature", "budget_kind", "budget_qualifier")
WRITTEN = ("title", "summary", "description", "other_partners", "budget_covers")
# What a project is joined to, and by what each is named.
JOINED = {
    "partners": "code",
    "directions": "code",
    "objectives": "code",
    "areas": "code",
    "needs": "reference",
    "indicators": "code",
}


class FactOut(Schema):
    """A published figure or statement: a value or words, with its source."""

    label: Texts
    value: float | None
    text: Texts
    unit: Texts
    period: str
    qualifier: Certainty
    kind: FactKind
    source: SourceOut
    note: Texts


class ProjectOut(Schema):
    """A project; what no source says is null or empty. Dates are as precise as known: `2019`, `2019-12`."""

    reference: str
    code: str
    title: Texts
    summary: Texts
    description: Texts
    owner: str | None
    partners: list[str]
    other_partners: Texts
    directions: list[str]
    objectives: list[str]
    areas: list[str]
    ideas: list[str]
    needs: list[str]
    indicators: list[str]
    state: StateName | None
    state_as_of: str
    nature: NatureName | None
    approved: str
    start: str
    end: str
    website: str
    budget: Decimal | None
    budget_kind: BudgetKind | None
    budget_qualifier: Certainty | None
    budget_covers: Texts
    sources: list[SourceOut]
    address: str


class DeclarationOut(Schema):
    """What is declared on one question of the conditions; an answer of null: nobody knows. Declared, not measured."""

    about: About
    answer: bool | None
    blocks: list[str]
    note: Texts
    source: SourceOut | None


class ProjectWithFacts(ProjectOut):
    """A project, its published figures, and what is declared of it on the conditions of the programme."""

    facts: list[FactOut]
    conditions: list[DeclarationOut]


@router.get("/projects", response=Page[ProjectOut], operation_id="projects.list")
@operation("projects.read")
def projects(  # noqa: PLR0913, PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    query: Words,
    direction: Code,
    state: State,
    nature: Nature,
    owner: Code,
    area: Code,
    asked: Asked,
) -> Any:
    """Public projects by reference number; `area` is a municipality's statistical code."""
    named("direction", direction, Direction.objects.filter(code=direction))
    named("owner", owner, organisations(visible_to=None).filter(code=owner))
    named("area", area, Area.objects.filter(code=area))
    filters = Filters(query, direction, state or "", nature or "", owner, area)
    found = queries.filtered(filters, visible_to=None, language=request.LANGUAGE_CODE)
    return paged(request, _joined(found), lambda rows: map(_project, rows), order="reference", asked=asked)


@router.get("/projects/{slug:reference}", response=ProjectWithFacts, operation_id="projects.get")
@operation("projects.read")
def project(request: HttpRequest, reference: str) -> Any:  # noqa: ARG001
    """One public project with its figures."""
    found = publishing.find(_joined(queries.projects(visible_to=None)), reference=reference)
    conditions = [_question(question) for question in queries.questions(found)]
    return {**_project(found), "facts": [_fact(f) for f in found.facts.all()], "conditions": conditions}


def _joined(found: QuerySet[Project]) -> QuerySet[Project]:
    areas = Prefetch("areas", Area.objects.defer("boundary"))
    return found.prefetch_related("ideas", areas, *(name for name in JOINED if name != "areas"))


def _project(row: Project) -> dict[str, Any]:
    public_ideas = (idea for idea in row.ideas.all() if idea.visibility == Idea.Visibility.PUBLIC)
    return {
        **{name: getattr(row, name) for name in PLAIN},
        **{name: getattr(row, name) or None for name in CHOSEN},
        **{name: texts(getattr(row, name)) for name in WRITTEN},
        **{name: _public(getattr(row, name).all(), by) for name, by in JOINED.items()},
        "owner": row.owner.code if row.owner and row.owner.is_published else None,
        "ideas": [idea.reference for idea in public_ideas],
        "address": address(row),
    }


def _public(things: Any, by: str) -> list[str]:
    """What names the public ones of some things; areas and directions always are."""
    return [getattr(thing, by) for thing in things if getattr(thing, "is_published", True)]


def _fact(fact: Fact) -> dict[str, Any]:
    plain = {name: getattr(fact, name) for name in ("value", "period", "qualifier", "kind", "source")}
    return plain | {name: texts(getattr(fact, name)) for name in ("label", "text", "unit", "note")}


def _question(question: queries.Question) -> dict[str, Any]:
    return {
        "about": question.about,
        "answer": question.answer,
        "blocks": [block.code for block in question.blocks],
        "note": texts(question.note),
        "source": question.source or None,
    }
