"""Reads of stakeholders."""

from django.db.models import QuerySet

from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.stakeholders.models import Organisation


def organisations(*, visible_to: Actor | None, helix: str = "") -> QuerySet[Organisation]:
    """The organisations this reader may see."""
    found = Organisation.objects.select_related("municipality")
    if not policy.may("stakeholders.save", visible_to):
        found = found.filter(publication=Publication.PUBLISHED)
    return found.filter(helix=helix) if helix else found
