"""Reads of ideas."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.ideas.models import Answer, AuthorContact, Idea, Need, Report, Support

PUBLIC = Q(visibility=Idea.Visibility.PUBLIC)


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of ideas to."""

    query: str = ""
    state: str = ""
    area: str = ""
    language: str = ""


def ideas(*, visible_to: Actor | None) -> QuerySet[Idea]:
    """The ideas this reader may see: the public ones, their own, and for the Office all."""
    found = Idea.objects.select_related("area", "need").defer("area__boundary")
    if policy.may("ideas.moderate", visible_to):
        return found
    return found.filter(PUBLIC | Q(author=visible_to) if visible_to else PUBLIC)


def filtered(filters: Filters, *, visible_to: Actor | None) -> QuerySet[Idea]:
    """The list of ideas as the reader narrowed it; without what waits for confirmation or is hidden."""
    found = ideas(visible_to=visible_to).filter(PUBLIC)
    if filters.query:
        found = found.filter(pk__in=search.ids("ideas.idea", filters.query, language=settings.LANGUAGE_CODE))
    if filters.area:
        found = found.filter(area__code=filters.area)
    exact = {name: getattr(filters, name) for name in ("state", "language") if getattr(filters, name)}
    return found.filter(**exact)


def needs(*, visible_to: Actor | None) -> QuerySet[Need]:
    """The needs this reader may see."""
    found = Need.objects.all()
    if policy.may("ideas.save_need", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def support_counts(shown: Iterable[Idea]) -> dict[int, int]:
    """How many people back each of these ideas; one query for a whole page."""
    ids = [idea.pk for idea in shown]
    rows = Support.objects.filter(idea__in=ids).values_list("idea").annotate(count=Count("pk"))
    return dict(rows)


def supports(idea: Idea, *, by: Actor | None) -> bool:
    """Whether this person backs the idea."""
    return by is not None and Support.objects.filter(idea=idea, actor=by).exists()


def answers(idea: Idea) -> QuerySet[Answer]:
    """The official answers, in order."""
    return idea.answers.all()


def public_name(idea: Idea) -> str:
    """The name the author wants to stand beside the idea; empty for "a citizen"."""
    contact = AuthorContact.objects.filter(idea=idea, show_name=True).first()
    return contact.name if contact else ""


def to_do(*, visible_to: Actor | None) -> QuerySet[Idea]:
    """The Office's queue: every idea with whether someone reported it, the oldest first."""
    reports = Report.objects.filter(idea=OuterRef("pk"), state=Report.State.OPEN)
    return ideas(visible_to=visible_to).annotate(reported=Exists(reports))


@dataclass(frozen=True)
class Pulse:
    """How the Office deals with ideas, for everyone to see."""

    received: int
    answered: int
    waiting: int


def pulse() -> Pulse:
    """How many public ideas there are, how many have an answer, how many still wait for one."""
    counts = Idea.objects.filter(PUBLIC).aggregate(
        received=Count("pk"), answered=Count("pk", filter=Exists(Answer.objects.filter(idea=OuterRef("pk"))))
    )
    return Pulse(counts["received"], counts["answered"], counts["received"] - counts["answered"])


def days_to_answer() -> list[int]:
    """For each answered public idea: the whole days it waited for its first answer."""
    first = Idea.objects.filter(PUBLIC, answers__isnull=False).annotate(first=Min("answers__at"))
    return [(at - received).days for at, received in first.values_list("first", F("received_at"))]

