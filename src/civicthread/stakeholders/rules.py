"""Who may do what with stakeholders."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either


def represents(by: Actor | None, on: Any) -> bool:
    """Whether this person speaks for the organisation now (of anything at all: for some organisation)."""
    if by is None:
        return False
    current = by.representations.filter(until__isnull=True)
    return current.exists() if on is None else current.filter(organisation=on).exists()


RULES = (
    Rule("stakeholders.read", anyone),
    Rule("stakeholders.save", staff, _("Organisation updated")),
    Rule("stakeholders.describe", either(staff, represents), _("Organisation updated")),
    Rule("stakeholders.publish", staff, _("Organisation added")),
    Rule("stakeholders.withdraw", staff, _("Organisation withdrawn")),
    Rule("stakeholders.save_body", staff, _("Body updated")),
    Rule("stakeholders.give_mandate", staff, _("Mandate given")),
    Rule("stakeholders.end_mandate", staff, _("Mandate ended")),
    Rule("stakeholders.name_representative", staff),
    Rule("stakeholders.end_representation", staff),
)
