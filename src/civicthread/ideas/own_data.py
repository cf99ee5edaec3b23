"""What ideas hold about a person: for their download, and for their erasure."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from civicthread.accounts.queries import verified_addresses
from civicthread.core.models import Actor, OutboxMail
from civicthread.ideas.models import AuthorContact, Fingerprint, Idea, Report, Support


def export(actor: Actor) -> dict[str, Any]:
    """Everything about a person's ideas, supports and reports, as plain JSON values."""
    names = (
        "reference",
        "title",
        "text",
        "language",
        "channel",
        "state",
        "visibility",
        "place",
        "received_at",
    )
    contact = ("contact__name", "contact__show_name", "contact__email", "contact__phone")
    ideas = _own(actor).values(*names, "area__code", "longitude", "latitude", *contact)
    supports = Support.objects.filter(actor=actor).values_list("idea__reference", "at")
    reports = Report.objects.filter(by=actor).values_list("idea__reference", "reason", "at")
    return {
        "ideas": [idea | {"received_at": idea["received_at"].isoformat()} for idea in ideas],
        "supports": [{"idea": reference, "at": at.isoformat()} for reference, at in supports],
        "reports": [
            {"idea": reference, "reason": reason, "at": at.isoformat()} for reference, reason, at in reports
        ],
    }


def erase(actor: Actor) -> None:
    """Forget the author of all their ideas; what was public stays as words of a citizen."""
    forget(list(_own(actor).select_for_update(of=("self",))))
    Report.objects.filter(by=actor).update(by=None)


def forget(ideas: Iterable[Idea]) -> None:
    """Forget who gave these ideas: names, addresses, exact places, keys. What was never public goes altogether."""
    ids = [idea.pk for idea in ideas]
    contacts = AuthorContact.objects.filter(idea__in=ids)
    OutboxMail.objects.filter(recipient__in=contacts.exclude(email="").values("email")).delete()
    stood_for = set(contacts.values_list("idea__author", flat=True)) | set(
        contacts.values_list("given_by", flat=True)
    )
    contacts.delete()
    Idea.objects.filter(pk__in=ids, visibility=Idea.Visibility.UNCONFIRMED).delete()
    # They were made of the address too.
    Fingerprint.objects.filter(idea__in=ids).delete()
    Idea.objects.filter(pk__in=ids).update(longitude=None, latitude=None)
    without_account = Actor.objects.filter(pk__in=stood_for - {None}, user=None, erased_at=None)
    without_account.update(subject_key="", erased_at=timezone.now())


def _own(actor: Actor) -> QuerySet[Idea]:
    """Their ideas: given or claimed with their account, or confirmed from an address that is now their account's."""
    addresses = Q(contact__email__in=verified_addresses(actor))
    return Idea.objects.filter(Q(author=actor) | addresses).order_by("pk")
