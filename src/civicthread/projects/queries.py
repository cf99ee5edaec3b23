"""Reads of projects."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.projects.models import Project


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of projects to."""

    query: str = ""
    direction: str = ""
    state: str = ""
    nature: str = ""
    owner: str = ""


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
        found = found.filter(pk__in=search.ids("projects.project", filters.query, language=language))
    if filters.direction:
        found = found.filter(directions__code=filters.direction)
    if filters.owner:
        found = found.filter(owner__code=filters.owner)
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
