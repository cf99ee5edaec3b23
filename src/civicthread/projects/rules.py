"""Who may do what with projects."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either


def leads(by: Actor | None, on: Any) -> bool:
    """Whether this person leads the project (of anything at all: some project)."""
    if by is None:
        return False
    return by.projects_led.exists() if on is None else on.lead_id == by.pk


RULES = (
    Rule("projects.read", anyone),
    Rule("projects.create", staff, _("Project sheet written")),
    Rule("projects.save", either(staff, leads), _("Project sheet updated")),
    Rule("projects.declare", either(staff, leads), _("Conditions declared")),
    Rule("projects.save_block", staff, _("Building block written")),
    Rule("projects.join", staff),
    Rule("projects.approve", staff, _("Project approved")),
    Rule("projects.publish", staff, _("Project published")),
    Rule("projects.withdraw", staff, _("Project withdrawn")),
    Rule("projects.name_lead", staff, _("Project lead named")),
)
