"""Who may do what with indicators."""

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff, steward
from civicthread.core.policy import Rule, anyone, either

keeper = either(steward, staff)

RULES = (
    Rule("indicators.read", anyone),
    Rule("indicators.save", keeper, _("Indicator described")),
    Rule("indicators.set_method", keeper, _("Method of an indicator changed")),
    Rule("indicators.set_targets", keeper, _("Targets set")),
    Rule("indicators.set_scale", keeper, _("Scale of the status set")),
    Rule("indicators.set_path", keeper, _("Path to the target set")),
    Rule("indicators.set_comparisons", keeper, _("Comparisons set")),
    Rule("indicators.compute", keeper, _("Indicator computed")),
    Rule("indicators.report", keeper, _("Figure reported")),
    Rule("indicators.approve", staff, _("Figure published")),
    Rule("indicators.refuse", staff),
    Rule("indicators.correct", staff, _("Figure corrected")),
    Rule("indicators.publish", staff, _("Indicator published")),
    Rule("indicators.withdraw", staff, _("Indicator withdrawn")),
)
