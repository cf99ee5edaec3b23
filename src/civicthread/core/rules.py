"""Who may do what with what core itself offers."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.policy import Rule, anyone, system

RULES = (
    Rule("core.read", anyone),
    Rule("core.search", anyone),
    Rule("core.publish", system, _("Published")),
)
