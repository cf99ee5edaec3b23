"""Reads of the roadmap."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from civicthread.core import policy
from civicthread.core.models import Actor, JournalEntry
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.projects import queries as projects
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone, Replanning

State = Milestone.State
MOST_WITHOUT = 20
UNDER_WAY = (Project.State.IN_PREPARATION, Project.State.ONGOING, Project.State.ON_HOLD)


@dataclass(frozen=True)
class Correction:
    """A date on which a milestone was said to be reached, what it became, and why; `since` is empty for "not yet"."""

    before: str
    since: str
    because: Text
    at: datetime | None = None


def corrections(milestones: Iterable[Milestone]) -> dict[int, list[Correction]]:
    """The corrections of each of these milestones, the newest first, as the journal holds them; in one query."""
    found: dict[int, list[Correction]] = {milestone.pk: [] for milestone in milestones}
    for entry in _corrections().filter(object_id__in=[str(pk) for pk in found]):
        found[int(entry.object_id)].append(_correction(entry.changes, entry.at))
    return found


def corrected(milestone: Any) -> Correction | None:
    """The newest correction of a milestone on the thread; of one read otherwise, none."""
    changes = getattr(milestone, "correction", None)
    return _correction(changes) if changes else None


def _corrections() -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(kind="roadmap.milestone", verb="roadmap.correct").order_by("-id")


def _correction(changes: Mapping[str, Any], at: datetime | None = None) -> Correction:
    before, since = changes["actual"]
    return Correction(before, since, Text.from_json(changes["because"]), at)


def milestones(*, visible_to: Actor | None) -> QuerySet[Milestone]:
    """The milestones this reader may see: published ones of published projects; a lead also their own."""
    found = _standing(Milestone.objects.select_related("project").prefetch_related("replannings"))
    if policy.may("projects.create", visible_to):
        return found
    seen = Q(publication=Publication.PUBLISHED, project__publication=Publication.PUBLISHED)
    return found.filter(seen | Q(project__lead=visible_to) if visible_to else seen)


def on_thread(*, visible_to: Actor | None) -> QuerySet[Milestone]:
    """The same, each with its last replanning and its last correction beside it: a thread needs no more of it."""
    last = Replanning.objects.filter(milestone=OuterRef("pk")).order_by("-number")
    of_it = _corrections().filter(object_id=Cast(OuterRef("pk"), CharField()))
    found = milestones(visible_to=visible_to).prefetch_related(None)
    return found.annotate(
        again=Subquery(last.values("date")[:1]),
        because=Subquery(last.values("reason")[:1]),
        correction=Subquery(of_it.values("changes")[:1]),
    )


def _standing(found: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """Each with `standing`: reached, late, planned again, or planned; asked of the day it is today.

    A day that passed makes a milestone late only where the project is known to be under way: of a project whose
    sources fell silent nobody can say so, and the page says that the outcome was not published.
    """
    again = Exists(Replanning.objects.filter(milestone=OuterRef("pk")))
    return found.annotate(
        standing=Case(
            When(~Q(actual=""), then=Value(State.REACHED)),
            When(Q(due__lt=timezone.localdate(), project__state__in=UNDER_WAY), then=Value(State.LATE)),
            When(due__lt=timezone.localdate(), then=Value(State.UNKNOWN)),
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


def without_milestone(*, visible_to: Actor | None) -> list[Project]:
    """The latest of the projects this person may write that have no milestone yet, at most MOST_WITHOUT."""
    found = projects.desk(visible_to=visible_to).filter(milestones=None)
    return list(found.order_by("-pk")[:MOST_WITHOUT])
