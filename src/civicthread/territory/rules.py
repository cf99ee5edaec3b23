"""Who may do what with the territory."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import administrator, staff, steward
from civicthread.core.policy import Rule, anyone, either

RULES = (
    Rule("territory.read", anyone),
    Rule("territory.save_area", administrator, _("Area updated")),
    Rule("territory.set_spellings", either(steward, staff, administrator), _("Spellings of an area changed")),
)
