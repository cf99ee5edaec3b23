"""What the roadmap shows of itself, and what it is linked to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.core.text import Text
from civicthread.core.thread import Kind, Link, Times
from civicthread.roadmap import queries
from civicthread.roadmap.models import Milestone


def times(milestone: Milestone) -> Times:
    """The dates of a milestone: as promised first, as planned now, as reached."""
    again, because = _last_replanning(milestone)
    corrected = queries.corrected(milestone)
    return Times(
        planned=milestone.planned,
        replanned=again,
        reason=because,
        actual=milestone.actual,
        said=corrected.before if corrected else "",
        correction=corrected.because if corrected else Text(),
    )


def _last_replanning(milestone: Any) -> tuple[str, Text]:
    """What the thread read beside the milestone; of one read otherwise, the last of its replannings."""
    if hasattr(milestone, "again"):
        return milestone.again or "", milestone.because or Text()
    latest = next(reversed(milestone.replannings.all()), None)
    return (latest.date, latest.reason) if latest else ("", Text())


def when(milestone: Milestone) -> str:
    """When it was reached or is due."""
    known = times(milestone)
    return known.actual or known.replanned or known.planned


KINDS = (
    Kind(
        model=Milestone,
        label=_("milestone"),
        plural=_("milestones"),
        title=lambda milestone: milestone.title,
        url=lambda milestone: milestone.get_absolute_url(),
        visible=lambda by: queries.on_thread(visible_to=by),
        summary=lambda milestone: milestone.project.title,
        words=lambda milestone: (milestone.note,),
        when=when,
        states=Milestone.State,
        state="standing",
        times=times,
        prov="Activity",
    ),
)
LINKS = (
    Link(
        earlier="projects.project",
        later="roadmap.milestone",
        through=Milestone.objects.all,
        source="project_id",
        target="id",
        led=_("delivers"),
        came=_("step of"),
        prov="wasInformedBy",
    ),
)
