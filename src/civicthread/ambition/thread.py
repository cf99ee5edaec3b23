"""What the ambition shows of itself, and how its parts are linked."""

from django.utils.translation import gettext_lazy as _

from civicthread.ambition import queries
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core.thread import Kind, Link

KINDS = (
    Kind(
        model=AmbitionMemo,
        label=_("ambition memo"),
        plural=_("ambition memos"),
        title=lambda memo: memo.title,
        url=lambda memo: memo.get_absolute_url(),
        visible=lambda by: queries.memos(visible_to=by),
        summary=lambda memo: memo.intro,
        prov="Plan",
    ),
    Kind(
        model=Direction,
        label=_("strategic direction"),
        plural=_("strategic directions"),
        title=lambda direction: direction.name,
        url=lambda direction: direction.get_absolute_url(),
        visible=lambda by: Direction.objects.all(),  # noqa: ARG005
        summary=lambda direction: direction.description,
        prov="Plan",
    ),
    Kind(
        model=Objective,
        label=_("objective"),
        plural=_("objectives"),
        title=lambda objective: objective.title,
        url=lambda objective: objective.get_absolute_url(),
        visible=lambda by: queries.objectives(visible_to=by),
        summary=lambda objective: objective.description,
        prov="Plan",
    ),
)
LINKS = (
    Link(
        earlier="ambition.ambitionmemo",
        later="ambition.objective",
        through=Objective.objects.all,
        source="memo_id",
        target="id",
        led=_("set out in"),
        came=_("set by"),
        prov="wasDerivedFrom",
    ),
    Link(
        earlier="ambition.objective",
        later="indicators.indicator",
        through=Objective.indicators.through.objects.all,
        source="objective_id",
        target="indicator_id",
        led=_("measured by"),
        came=_("measures"),
    ),
    Link(
        earlier="ambition.direction",
        later="ambition.objective",
        through=Objective.objects.all,
        source="direction_id",
        target="id",
        led=_("set out in"),
        came=_("under"),
        prov="wasDerivedFrom",
    ),
)
