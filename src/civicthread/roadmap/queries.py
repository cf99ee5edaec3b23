"""Reads of the roadmap."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone, Replanning

State = Milestone.State


def milestones(*, visible_to: Actor | None) -> QuerySet[Milestone]:
    """The milestones this reader may see: published ones of published projects; a lead also their own."""
    found = _standing(Milestone.objects.select_related("project").prefetch_related("replannings"))
    if policy.may("projects.create", visible_to):
        return found
    seen = Q(publication=Publication.PUBLISHED, project__publication=Publication.PUBLISHED)
    return found.filter(seen | Q(project__lead=visible_to) if visible_to else seen)


def _standing(found: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """Each with `standing`: reached, late, planned again, or planned; asked of the day it is today."""
    again = Exists(Replanning.objects.filter(milestone=OuterRef("pk")))
    return found.annotate(
        standing=Case(
            When(~Q(actual=""), then=Value(State.REACHED)),
            When(due__lt=timezone.localdate(), then=Value(State.LATE)),
            When(again, then=Value(State.REPLANNED)),
            default=Value(State.PLANNED),
            output_field=CharField(),
        )
    )


def desk(*, visible_to: Actor | None, project: Project | None = None) -> QuerySet[Milestone]:
    """The milestones this person may write: all for the Office, those of their projects for a lead; drafts too."""
    found = _standing(Milestone.objects.select_related("project").prefetch_related("replannings"))
    if not policy.may("projects.create", visible_to):
        found = found.filter(project__lead=visible_to) if visible_to else found.none()
    return found.filter(project=project) if project else found
