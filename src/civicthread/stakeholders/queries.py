"""Reads of stakeholders."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from civicthread.accounts import queries as accounts
from civicthread.accounts.models import User
from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.stakeholders.models import Body, Mandate, Organisation, Representation


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of organisations to."""

    query: str = ""
    helix: str = ""


def organisations(*, visible_to: Actor | None) -> QuerySet[Organisation]:
    """The organisations this reader may see."""
    found = Organisation.objects.select_related("municipality").defer("municipality__boundary")
    if policy.may("stakeholders.save", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def names() -> dict[str, Text]:
    """The name of each published organisation by every name it has, in whatever language."""
    found = Organisation.objects.filter(publication=Publication.PUBLISHED).values_list("name", flat=True)
    return {version.text: name for name in found for version in name.values()}


def filtered(filters: Filters, *, visible_to: Actor | None, language: str) -> QuerySet[Organisation]:
    """The list of organisations as the reader narrowed it, ready to be sorted by `sort_title`."""
    found = search.by_title(organisations(visible_to=visible_to), language)
    if filters.query:
        found = found.filter(pk__in=search.within("stakeholders.organisation", filters.query))
    return found.filter(helix=filters.helix) if filters.helix else found


def seats(organisation: Organisation) -> QuerySet[Mandate]:
    """The seats an organisation holds in bodies today."""
    return organisation.mandates.filter(_held()).select_related("body").order_by("body__code", "pk")


def bodies(*, visible_to: Actor | None) -> QuerySet[Body]:
    """The bodies, for the Office, each with its number of current seats."""
    if not policy.may("stakeholders.save_body", visible_to):
        return Body.objects.none()
    return Body.objects.select_related("organisation").annotate(
        seats=Count("mandates", filter=_held("mandates__"))
    )


def _held(mandates: str = "") -> Q:
    """The mandates of today, the first day and the last included."""
    today = timezone.localdate()
    begun, open_end = Q(**{f"{mandates}since__lte": today}), Q(**{f"{mandates}until__isnull": True})
    return begun & (open_end | Q(**{f"{mandates}until__gte": today}))


def mandates(body: Body) -> QuerySet[Mandate]:
    """Everyone who sits or sat in a body, those who sit there first."""
    return body.mandates.select_related("organisation").order_by(
        F("until").desc(nulls_first=True), "-since", "pk"
    )


def representatives(organisation: Organisation, *, visible_to: Actor | None) -> QuerySet[Representation]:
    """Who speaks for an organisation now, for the Office."""
    if not policy.may("stakeholders.name_representative", visible_to):
        return Representation.objects.none()
    current = organisation.representations.filter(until__isnull=True)
    return current.select_related("actor__user").order_by("since", "pk")


def account(email: str, *, visible_to: Actor | None) -> User | None:
    """The open account with that address, for the Office to name someone."""
    return accounts.people(visible_to=visible_to, email=email).filter(is_active=True).first()
