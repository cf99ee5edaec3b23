"""What governance shows of itself, and what it is linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.governance import queries
from civicthread.governance.models import Decision

KINDS = (
    Kind(
        model=Decision,
        label=_("decision"),
        plural=_("decisions"),
        title=lambda decision: decision.title,
        url=lambda decision: decision.get_absolute_url(),
        visible=lambda by: queries.decisions(visible_to=by),
        summary=lambda decision: decision.text,
        words=lambda decision: (decision.number, decision.reference),
        when=lambda decision: decision.date,
        prov="Activity",
    ),
)
LINKS = (
    Link(
        earlier="projects.project",
        later="governance.decision",
        through=Decision.projects.through.objects.all,
        source="project_id",
        target="decision_id",
        led=_("decided by"),
        came=_("decides on"),
        prov="wasInformedBy",
    ),
    Link(
        earlier="ambition.objective",
        later="governance.decision",
        through=Decision.objectives.through.objects.all,
        source="objective_id",
        target="decision_id",
        led=_("decided by"),
        came=_("decides on"),
        prov="used",
    ),
)
