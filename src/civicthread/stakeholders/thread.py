"""What the stakeholders' registry shows of itself."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind
from civicthread.stakeholders import queries
from civicthread.stakeholders.models import Organisation

KINDS = (
    Kind(
        model=Organisation,
        label=_("organisation"),
        plural=_("organisations"),
        title=lambda organisation: organisation.name,
        url=lambda organisation: organisation.get_absolute_url(),
        visible=lambda by: queries.organisations(visible_to=by),
        summary=lambda organisation: organisation.description,
        words=lambda organisation: (organisation.short_name, " ".join(organisation.former_names)),
        prov="Agent",
    ),
)
