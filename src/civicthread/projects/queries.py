"""Reads of projects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.projects.models import BuildingBlock, Declaration, Project


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of projects to."""

    query: str = ""
    direction: str = ""
    state: str = ""
    nature: str = ""
    owner: str = ""
    area: str = ""


@dataclass(frozen=True)
class Named:
    """A building block as a page names it."""

    code: str
    name: Text


@dataclass(frozen=True)
class Question:
    """One question of the four conditions and what is declared of a project: yes, no, or None while nobody knows."""

    about: str
    words: str
    answer: bool | None
    blocks: tuple[Named, ...] = ()
    note: Text = field(default_factory=Text)
    source: Mapping[str, str] = field(default_factory=dict)


def questions(project: Project) -> list[Question]:
    """All questions of the conditions, in their order, with what is declared of this project; in one query."""
    columns = ("about", "answer", "note", "source", "blocks__code", "blocks__name")
    declared: dict[str, Question] = {}
    for about, answer, note, source, code, name in project.declarations.order_by("blocks__code").values_list(
        *columns
    ):
        before = declared[about].blocks if about in declared else ()
        blocks = (*before, Named(code, name)) if code else before
        words = str(Declaration.About(about).label)
        declared[about] = Question(about, words, answer, blocks, note, source)
    return [
        declared.get(about, Question(about, str(words), None)) for about, words in Declaration.About.choices
    ]


def blocks() -> QuerySet[BuildingBlock]:
    """The building blocks, with their provider: nothing about them is secret."""
    return BuildingBlock.objects.select_related("provider")


def projects(*, visible_to: Actor | None) -> QuerySet[Project]:
    """The projects this reader may see: the published ones; a lead also their own, the Office all."""
    found = Project.objects.select_related("owner")
    if policy.may("projects.create", visible_to):
        return found
    seen = Q(publication=Publication.PUBLISHED)
    return found.filter(seen | Q(lead=visible_to) if visible_to else seen)


def filtered(filters: Filters, *, visible_to: Actor | None, language: str) -> QuerySet[Project]:
    """The list of projects as the reader narrowed it, ready to be sorted by `sort_title`."""
    found = search.by_title(projects(visible_to=visible_to), language)
    if filters.query:
        found = found.filter(pk__in=search.within("projects.project", filters.query))
    if filters.direction:
        found = found.filter(directions__code=filters.direction)
    if filters.owner:
        found = found.filter(owner__code=filters.owner)
    if filters.area:
        found = found.filter(areas__code=filters.area)
    exact = {name: getattr(filters, name) for name in ("state", "nature") if getattr(filters, name)}
    return found.filter(**exact)


def desk(*, visible_to: Actor | None, query: str = "") -> QuerySet[Project]:
    """The sheets this person may write: all for the Office, their own for a lead; drafts too."""
    found = Project.objects.select_related("owner", "lead__user")
    if not policy.may("projects.create", visible_to):
        found = found.filter(lead=visible_to) if visible_to else found.none()
    if query:
        # Drafts stand in no index, so a sheet is found by its number or its code.
        found = found.filter(Q(reference__icontains=query) | Q(code__icontains=query))
    return found
