"""Who may do what with the ambition."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.policy import Rule, anyone

RULES = (
    Rule("ambition.read", anyone),
    Rule("ambition.save_direction", staff, _("Strategic direction updated")),
    Rule("ambition.save_memo", staff, _("Ambition memo updated")),
    Rule("ambition.save_objective", staff, _("Objective updated")),
    Rule("ambition.publish", staff, _("Published in the ambition memo")),
    Rule("ambition.withdraw", staff, _("Withdrawn from the ambition memo")),
)
