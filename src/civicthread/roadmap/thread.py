"""What the roadmap shows of itself, and what it is linked to."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.core import partial_dates
from civicthread.core.text import Text
from civicthread.core.thread import Kind, Link, Times
from civicthread.roadmap import queries
from civicthread.roadmap.models import Milestone


def times(milestone: Milestone) -> Times:
    """The dates of a milestone: as promised first, as planned now, as reached."""
    again, because = _last_replanning(milestone)
    return Times(planned=milestone.planned, replanned=again, reason=because, actual=milestone.actual)


def _last_replanning(milestone: Any) -> tuple[str, Text]:
    """What the thread read beside the milestone; of one read otherwise, the last of its replannings."""
    if hasattr(milestone, "again"):
        return milestone.again or "", milestone.because or Text()
    latest = next(reversed(milestone.replannings.all()), None)
    return (latest.date, latest.reason) if latest else ("", Text())


def dated(milestone: Milestone) -> date | None:
    """The day it was reached or is due; none where it is no more precise than a month."""
    known = times(milestone)
    return partial_dates.exact_day(known.actual or known.replanned or known.planned)


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
        dated=dated,
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
