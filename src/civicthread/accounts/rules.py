"""Who may do what with accounts; and the words the other apps' rules use: staff, steward, administrator."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.models import Role
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either, role, signed_in, system

staff = role(Role.STAFF)
steward = role(Role.STEWARD)
administrator = role(Role.ADMINISTRATOR)


def owner(by: Actor | None, on: Any) -> bool:
    """The person whose account it is."""
    return signed_in(by, on) if on is None else on.actor == by


RULES = (
    Rule("accounts.sign_in", anyone),
    Rule("accounts.sign_up", anyone, _("Account opened")),
    Rule("accounts.invite_administrator", system, _("Administrator invited")),
    Rule("accounts.mine", signed_in),
    Rule("accounts.protect", owner, _("Sign-in changed")),
    Rule("accounts.change_profile", owner, _("Profile changed")),
    Rule("accounts.export", either(owner, system)),
    Rule("accounts.erase", either(owner, system), _("Account erased")),
    Rule("accounts.read_people", either(staff, administrator)),
    Rule("accounts.grant_role", administrator, _("Role granted")),
    Rule("accounts.revoke_role", administrator, _("Role revoked")),
    Rule("accounts.deactivate", administrator, _("Account deactivated")),
    Rule("accounts.reactivate", administrator, _("Account reactivated")),
)
