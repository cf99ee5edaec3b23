"""What becomes of the ideas that a project answers, by themselves or through a need."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from civicthread.core import journal, policy
from civicthread.core.models import Actor
from civicthread.core.text import Text, in_every_language
from civicthread.ideas import following as ideas
from civicthread.ideas.models import Idea
from civicthread.projects.models import Project

DELIVERED = frozenset({Project.State.IN_SERVICE, Project.State.COMPLETED})


def given(project: Project) -> str:
    """The state that a public project gives the ideas it answers: none once it is stopped."""
    if project.state == Project.State.STOPPED:
        return ""
    return Idea.State.DELIVERED if project.state in DELIVERED else Idea.State.IN_PROJECT


def lead_ideas(
    project: Project, *, by: Actor, changes: Mapping[str, Any], because: Text | None = None
) -> None:
    """Let the ideas follow that a project answers or, by these changes of it, answered: their authors hear.

    The program itself only writes down what happened before, and those ideas come with the state they had.
    """
    if by.is_system:
        return
    # A lead may bring a sheet up to date, not decide about ideas: they follow by themselves.
    mover = by if policy.may("ideas.follow_project", by) else journal.system()
    ideas.follow_projects(
        _named(project, "ideas", changes),
        needs=_named(project, "needs", changes),
        by=mover,
        because=because or in_every_language(lambda: _why(project, changes)),
    )


def _named(project: Project, name: str, changes: Mapping[str, Any]) -> set[int]:
    """What the sheet names now, and what it named before."""
    before, _after = changes.get(name, ([], []))
    return {*before, *getattr(project, name).values_list("pk", flat=True)}


def _why(project: Project, changes: Mapping[str, Any]) -> str:
    facts = {"title": project.title, "state": project.get_state_display()}
    if "state" in changes and project.state:
        return _("The project “%(title)s” is now: %(state)s.") % facts
    return _("It does not stand on the sheet of the project “%(title)s” any more.") % facts


def withdrawn(project: Project) -> Text:
    """Why a project that was withdrawn holds no idea any more, in the languages that the reason has."""
    told = in_every_language(lambda: _("The project “%(title)s” was withdrawn.") % {"title": project.title})
    reason = project.withdrawn_because
    return Text.of({code: f"{told[code].text} {reason[code].text}" for code in reason if code in told})
