"""Reads of the ambition."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator

MOST_MEASURES = 24
PUBLISHED = Q(publication=Publication.PUBLISHED)


def memos(*, visible_to: Actor | None) -> QuerySet[AmbitionMemo]:
    """The memos this reader may see, the newest first."""
    found = AmbitionMemo.objects.order_by("-published_at", "-id")
    return found if policy.may("ambition.save_memo", visible_to) else found.filter(PUBLISHED)


def objectives(*, visible_to: Actor | None) -> QuerySet[Objective]:
    """The objectives this reader may see."""
    found = Objective.objects.select_related("direction", "memo")
    return found if policy.may("ambition.save_objective", visible_to) else found.filter(PUBLISHED)


def newest() -> AmbitionMemo | None:
    """The memo that counts today: the one published last."""
    return memos(visible_to=None).first()


def directions(*, visible_to: Actor | None, memo: AmbitionMemo | None = None) -> QuerySet[Direction]:
    """All directions, each with the objectives this reader may see, of one memo or of all, and its public projects."""
    serving = Count("projects", filter=Q(projects__publication=Publication.PUBLISHED), distinct=True)
    objectives = _counted(visible_to)
    asked = objectives.filter(memo=memo) if memo else objectives
    shown = Prefetch("objectives", queryset=asked, to_attr="shown_objectives")
    # Counting drops the order that the directions have of themselves.
    return Direction.objects.prefetch_related(shown).annotate(project_count=serving).order_by("position")


def measures(direction: Direction, *, visible_to: Actor | None) -> list[Indicator]:
    """The indicators that belong to a direction, at most MOST_MEASURES: the list of indicators has them all."""
    found = indicators.indicators(visible_to=visible_to).filter(direction=direction.code)
    return list(found.order_by("reference")[:MOST_MEASURES])


def _counted(visible_to: Actor | None) -> QuerySet[Objective]:
    """The objectives with `project_count`, their public projects, and `is_measured`."""
    measured = Objective.indicators.through.objects.filter(
        objective=OuterRef("pk"), indicator__publication=Publication.PUBLISHED
    )
    serving = Count("projects", filter=Q(projects__publication=Publication.PUBLISHED), distinct=True)
    return objectives(visible_to=visible_to).annotate(project_count=serving, is_measured=Exists(measured))
