"""Who may do what with the roadmap."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either
from civicthread.projects.rules import leads


def leads_its_project(by: Actor | None, on: Any) -> bool:
    """Whether this person leads the milestone's project."""
    return leads(by, None if on is None else on.project)


RULES = (
    Rule("roadmap.read", anyone),
    Rule("roadmap.add", either(staff, leads), _("Milestone added")),
    Rule("roadmap.save", either(staff, leads_its_project), _("Milestone updated")),
    Rule("roadmap.replan", either(staff, leads_its_project), _("Milestone planned again")),
    Rule("roadmap.reach", either(staff, leads_its_project), _("Milestone reached")),
    Rule("roadmap.correct", either(staff, leads_its_project), _("Date of a milestone corrected")),
    Rule("roadmap.publish", staff, _("Milestone published")),
    Rule("roadmap.withdraw", staff, _("Milestone withdrawn")),
)
