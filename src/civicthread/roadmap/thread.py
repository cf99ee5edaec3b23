"""What the roadmap shows of itself, and what it is linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.roadmap import queries
from civicthread.roadmap.models import Milestone

KINDS = (
    Kind(
        model=Milestone,
        label=_("milestone"),
        plural=_("milestones"),
        title=lambda milestone: milestone.title,
        url=lambda milestone: milestone.get_absolute_url(),
        visible=lambda by: queries.milestones(visible_to=by),
        summary=lambda milestone: milestone.note,
        dated=lambda milestone: milestone.due,
        state=lambda milestone: (milestone.state, milestone.state.label),
        prov="Activity",
    ),
)
LINKS = (
    Link(
        earlier="projects.project",
        later="roadmap.milestone",
        through=lambda: Milestone.objects.all(),
        source="project_id",
        target="id",
        led=_("delivers"),
        came=_("step of"),
    ),
)
