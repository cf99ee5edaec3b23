"""Who may do what with what the Office writes."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import administrator, staff
from civicthread.core.policy import Rule, anyone, either, system

# Those for whom the back office opens (accounts.models.EDITORS).
editor = either(staff, administrator)

RULES = (
    Rule("editorial.read", anyone),
    Rule("editorial.write", editor, _("Text written")),
    Rule("editorial.publish", editor, _("Text published")),
    Rule("editorial.revise", editor, _("Text brought up to date")),
    Rule("editorial.schedule", editor, _("Publication planned")),
    Rule("editorial.cancel", editor, _("Planned publication cancelled")),
    Rule("editorial.lapse", system, _("Planned publication lapsed")),
    Rule("editorial.withdraw", editor, _("Text withdrawn")),
)
