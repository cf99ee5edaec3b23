"""Who may do what with datasets."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff, steward
from civicthread.core.policy import Rule, anyone, either

keeper = either(steward, staff)

RULES = (
    Rule("datahub.read", anyone),
    Rule("datahub.save", keeper, _("Dataset described")),
    Rule("datahub.ingest", keeper, _("Dataset brought up to date")),
    Rule("datahub.restore", keeper, _("Earlier version of a dataset restored")),
    Rule("datahub.publish", keeper, _("Dataset published")),
    Rule("datahub.withdraw", keeper, _("Dataset withdrawn")),
)
