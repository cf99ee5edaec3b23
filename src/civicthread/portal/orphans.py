"""What hangs on no thread: counted and shown, so that the Office takes it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.ambition import queries as ambition
from civicthread.core import paging, thread
from civicthread.core.publishing import joined
from civicthread.core.thread import Shown
from civicthread.dashboard import queries as board
from civicthread.governance import queries as governance
from civicthread.governance.models import Decision
from civicthread.ideas import queries as ideas
from civicthread.ideas.models import Answer
from civicthread.projects.models import Project

FIRST = 6


@dataclass(frozen=True)
class Orphans:
    """Things of one kind that lack something: how many, and some of them."""

    name: str
    title: str | Promise
    why: str | Promise
    count: int
    steps: list[Shown]


# What each list is called and why it matters.
TOLD: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "ideas": (_("Ideas without an answer"), _("Their authors still wait to hear what becomes of them.")),
    "objectives": (_("Objectives without a project"), _("Nobody works on them yet.")),
    "projects": (_("Projects without an indicator"), _("Nobody can tell yet whether they work.")),
    "decisions": (_("Decisions without a project"), _("Nothing that follows from them stands here yet.")),
    "indicators": (
        _("Indicators without a target"),
        _("They measure an objective or a project, and nobody said how far they should go."),
    ),
}


def rows() -> dict[str, QuerySet[Any]]:
    """The public things that hang on no thread, by list."""
    return {
        "ideas": ideas.ideas(visible_to=None).filter(~Exists(Answer.objects.filter(idea=OuterRef("pk")))),
        "objectives": ambition.objectives(visible_to=None).filter(
            ~Exists(joined(Project.objectives.through, "objective", "project"))
        ),
        "projects": board.unmeasured_projects(),
        "decisions": governance.decisions(visible_to=None).filter(
            ~Exists(joined(Decision.projects.through, "decision", "project"))
        ),
        "indicators": board.without_target(),
    }


def overview(counts: Mapping[str, int]) -> list[Orphans]:
    """Each list with its first things, as counted."""
    found = rows()
    return [
        Orphans(name, title, why, counts.get(name, 0), _shown(found[name].order_by("pk")[:FIRST]))
        for name, (title, why) in TOLD.items()
    ]


def listed(name: str, *, key: str) -> paging.Page[Any]:
    """A page of one list, what has waited longest first."""
    found = paging.page(rows()[name], order="pk", key=key)
    return paging.Page(_shown(found.rows), found.previous, found.next)


def _shown(things: Any) -> list[Shown]:
    return [thread.shown(thing) for thing in things]
