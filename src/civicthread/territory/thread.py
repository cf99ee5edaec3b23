"""What the territory shows of itself."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind
from civicthread.territory import queries
from civicthread.territory.models import Area

KINDS = (
    Kind(
        model=Area,
        label=_("area"),
        plural=_("areas"),
        title=lambda area: area.name,
        url=lambda area: area.get_absolute_url(),
        visible=lambda by: queries.areas(),  # noqa: ARG005
        words=lambda area: (" ".join([*area.aliases, *area.postal_codes]),),
    ),
)
