"""Reads of governance."""

from dataclasses import dataclass

from django.db.models import QuerySet

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.governance.models import Decision


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the register to."""

    query: str = ""
    body: str = ""


def decisions(*, visible_to: Actor | None) -> QuerySet[Decision]:
    """The decisions this reader may see."""
    found = Decision.objects.select_related("body")
    if policy.may("governance.record", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def filtered(filters: Filters, *, visible_to: Actor | None) -> QuerySet[Decision]:
    """The register as the reader narrowed it."""
    found = decisions(visible_to=visible_to)
    if filters.query:
        found = found.filter(pk__in=search.within("governance.decision", filters.query))
    return found.filter(body__code=filters.body) if filters.body else found
