"""Who may do what with what the Office writes."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.policy import Rule, anyone, system

RULES = (
    Rule("editorial.read", anyone),
    Rule("editorial.write", staff, _("Text written")),
    Rule("editorial.publish", staff, _("Text published")),
    Rule("editorial.revise", staff, _("Text brought up to date")),
    Rule("editorial.schedule", staff, _("Publication planned")),
    Rule("editorial.cancel", staff, _("Planned publication cancelled")),
    Rule("editorial.lapse", system, _("Planned publication lapsed")),
    Rule("editorial.withdraw", staff, _("Text withdrawn")),
)
