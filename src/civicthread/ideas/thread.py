"""What ideas show of themselves, and what they are linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.ideas import queries
from civicthread.ideas.models import Idea, Need
from civicthread.territory.queries import list_of

KINDS = (
    Kind(
        model=Idea,
        label=_("idea"),
        plural=_("ideas"),
        title=lambda idea: idea.title,
        url=lambda idea: idea.get_absolute_url(),
        visible=lambda by: queries.ideas(visible_to=by),
        summary=lambda idea: idea.text,
        words=lambda idea: (idea.reference,),
        language=lambda idea: idea.language,
        dated=lambda idea: idea.received_at.date(),
        states=Idea.State,
    ),
    Kind(
        model=Need,
        label=_("need"),
        plural=_("needs"),
        title=lambda need: need.title,
        url=lambda need: need.get_absolute_url(),
        visible=lambda by: queries.needs(visible_to=by),
        summary=lambda need: need.description,
    ),
)
LINKS = (
    Link(
        earlier="territory.area",
        later="ideas.idea",
        through=Idea.objects.all,
        source="area_id",
        target="id",
        led=_("named in"),
        came=_("concerns"),
        listed=lambda area: list_of("ideas:list", area),
    ),
    Link(
        earlier="ideas.idea",
        later="ideas.need",
        through=Idea.objects.all,
        source="id",
        target="need_id",
        led=_("merged into"),
        came=_("regroups"),
        prov="wasDerivedFrom",
    ),
)
