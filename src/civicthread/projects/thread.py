"""What projects show of themselves, and what they are linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.projects import queries
from civicthread.projects.following import given
from civicthread.projects.models import Project
from civicthread.territory.queries import list_of

KINDS = (
    Kind(
        model=Project,
        label=_("project"),
        plural=_("projects"),
        title=lambda project: project.title,
        url=lambda project: project.get_absolute_url(),
        visible=lambda by: queries.projects(visible_to=by),
        summary=lambda project: project.summary,
        words=lambda project: (project.description, project.reference),
        states=Project.State,
        prov="Activity",
    ),
)
LINKS = (
    Link(
        earlier="territory.area",
        later="projects.project",
        through=Project.areas.through.objects.all,
        source="area_id",
        target="project_id",
        led=_("named in"),
        came=_("concerns"),
        listed=lambda area: list_of("projects:list", area),
    ),
    Link(
        earlier="ideas.idea",
        later="projects.project",
        through=Project.ideas.through.objects.all,
        source="idea_id",
        target="project_id",
        led=_("led to"),
        came=_("answers"),
        prov="used",
        gives=given,
    ),
    Link(
        earlier="ideas.need",
        later="projects.project",
        through=Project.needs.through.objects.all,
        source="need_id",
        target="project_id",
        led=_("led to"),
        came=_("answers"),
        prov="used",
        gives=given,
    ),
    Link(
        earlier="projects.project",
        later="indicators.indicator",
        through=Project.indicators.through.objects.all,
        source="project_id",
        target="indicator_id",
        led=_("measured by"),
        came=_("measures"),
    ),
    Link(
        earlier="ambition.objective",
        later="projects.project",
        through=Project.objectives.through.objects.all,
        source="objective_id",
        target="project_id",
        led=_("led to"),
        came=_("serves"),
        prov="used",
    ),
    Link(
        earlier="stakeholders.organisation",
        later="projects.project",
        through=Project.objects.all,
        source="owner_id",
        target="id",
        led=_("carries"),
        came=_("carried by"),
        prov="wasAssociatedWith",
    ),
)
