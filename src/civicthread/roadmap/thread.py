"""What the roadmap shows of itself, and what it is linked to."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from civicthread.core import partial_dates
from civicthread.core.text import Text
from civicthread.core.thread import Kind, Link, Times
from civicthread.roadmap import queries
from civicthread.roadmap.models import Milestone


def times(milestone: Milestone) -> Times:
    """The dates of a milestone: as promised first, as planned now, as reached."""
    again = list(milestone.replannings.all())
    latest = again[-1] if again else None
    return Times(
        planned=milestone.planned,
        replanned=latest.date if latest else "",
        reason=latest.reason if latest else Text(),
        actual=milestone.actual,
    )


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
        visible=lambda by: queries.milestones(visible_to=by),
        summary=lambda milestone: milestone.note,
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
