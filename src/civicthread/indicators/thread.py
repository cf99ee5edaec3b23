"""What indicators show of themselves, and what they are linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.indicators import queries
from civicthread.indicators.models import Indicator, MethodVersion

KINDS = (
    Kind(
        model=Indicator,
        label=_("indicator"),
        plural=_("indicators"),
        title=lambda indicator: indicator.title,
        url=lambda indicator: indicator.get_absolute_url(),
        visible=lambda by: queries.indicators(visible_to=by),
        summary=lambda indicator: indicator.description,
        words=lambda indicator: (indicator.reference,),
    ),
)
LINKS = (
    Link(
        earlier="indicators.indicator",
        later="datahub.dataset",
        through=MethodVersion.datasets.through.objects.all,
        source="methodversion__indicator_id",
        target="dataset_id",
        led=_("fed by"),
        came=_("feeds"),
        prov="^wasDerivedFrom",
    ),
)
