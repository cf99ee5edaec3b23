"""Reads of governance."""

from django.db.models import QuerySet

from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.governance.models import Decision


def decisions(*, visible_to: Actor | None) -> QuerySet[Decision]:
    """The decisions this reader may see."""
    found = Decision.objects.select_related("body")
    if policy.may("governance.record", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)
