"""Who may do what with composite indices."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff, steward
from civicthread.core.policy import Rule, anyone, either

keeper = either(steward, staff)

RULES = (
    Rule("indices.read", anyone),
    Rule("indices.save", keeper, _("Index described")),
    Rule("indices.set_method", keeper, _("Method of an index changed")),
    Rule("indices.set_areas", keeper, _("Areas of an index named")),
    Rule("indices.compute", keeper, _("Index computed")),
    Rule("indices.approve", staff, _("Scores published")),
    Rule("indices.refuse", staff),
    Rule("indices.publish", staff, _("Index published")),
    Rule("indices.withdraw", staff, _("Index withdrawn")),
)
