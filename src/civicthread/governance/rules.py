"""Who may do what with governance."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.policy import Rule, anyone

RULES = (
    Rule("governance.read", anyone),
    Rule("governance.record", staff, _("Decision recorded")),
    Rule("governance.save", staff, _("Decision updated")),
    Rule("governance.publish", staff, _("Decision published")),
    Rule("governance.withdraw", staff, _("Decision withdrawn")),
)
