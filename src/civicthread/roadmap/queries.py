"""Reads of the roadmap."""

from django.db.models import Q, QuerySet

from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.roadmap.models import Milestone


def milestones(*, visible_to: Actor | None) -> QuerySet[Milestone]:
    """The milestones this reader may see: published ones of published projects; a lead also their own."""
    found = Milestone.objects.select_related("project").prefetch_related("replannings")
    if policy.may("projects.create", visible_to):
        return found
    seen = Q(publication=Publication.PUBLISHED, project__publication=Publication.PUBLISHED)
    return found.filter(seen | Q(project__lead=visible_to) if visible_to else seen)
