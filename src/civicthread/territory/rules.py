"""Who may do what with the territory."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import administrator
from civicthread.core.policy import Rule, anyone

RULES = (
    Rule("territory.read", anyone),
    Rule("territory.save_area", administrator, _("Area updated")),
)
