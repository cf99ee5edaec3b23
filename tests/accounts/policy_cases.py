"""How the verbs of accounts are tried."""

from functools import partial

from django.urls import reverse

from civicthread.accounts import actions
from civicthread.accounts.models import Role
from civicthread.core import journal
from tests.factories.accounts import person
from tests.policy import Case

OWN_OR_OTHER = ("own", "other")


def account(state, persona):
    """The persona's own account, or someone else's; another administrator remains, so rules alone decide."""
    person(roles=(Role.ADMINISTRATOR,))
    if state == "own" and persona.user:
        return persona.user
    user = person(roles=(Role.STAFF,) if state == "with a role" else ())
    return actions.deactivate(user, by=journal.system()) if state == "closed" else user


def nobody(state, persona):
    """A verb that is not about any account."""


def post(name, client, user, **fields):
    return client.post(reverse(f"accounts:{name}", args=[user.pk]), fields)


def own_page(name, client, user):
    """Pages of one's own account name nobody: only a visitor can be refused there."""
    return (
        None if "_auth_user_id" in client.session else client.post(reverse(f"accounts:{name}"), {"name": "x"})
    )


def read_page(name, client, user):
    return client.get(reverse(f"accounts:{name}"))


def protect(user, persona):
    actions.note_sign_in_change(user, "password_changed", by=persona.actor)


CASES = (
    Case("accounts.mine", nobody, invoke_html=partial(read_page, "mine")),
    Case("accounts.export", account, states=OWN_OR_OTHER, invoke_html=partial(own_page, "download")),
    Case("accounts.protect", account, protect, OWN_OR_OTHER),
    Case(
        "accounts.change_profile",
        account,
        lambda user, persona: actions.change_profile(user, by=persona.actor, name="New", language="fr"),
        OWN_OR_OTHER,
        partial(own_page, "profile"),
    ),
    Case(
        "accounts.erase",
        account,
        lambda user, persona: actions.erase_account(user, by=persona.actor),
        OWN_OR_OTHER,
        partial(own_page, "erase"),
    ),
    Case(
        "accounts.invite_administrator",
        nobody,
        lambda _, persona: actions.invite_administrator("invited@example.org", by=persona.actor),
    ),
    Case(
        "accounts.read_people",
        account,
        states=("other",),
        invoke_html=lambda client, user: client.get(reverse("accounts:person", args=[user.pk])),
    ),
    Case("accounts.read_people", nobody, invoke_html=partial(read_page, "people")),
    Case(
        "accounts.grant_role",
        account,
        lambda user, persona: actions.grant_role(user, Role.STEWARD, by=persona.actor),
        ("own", "other", "closed"),
        partial(post, "grant-role", role="steward"),
    ),
    Case(
        "accounts.revoke_role",
        account,
        lambda user, persona: actions.revoke_role(user, Role.STAFF, by=persona.actor),
        ("own", "other", "with a role"),
        partial(post, "revoke-role", role="staff"),
    ),
    Case(
        "accounts.deactivate",
        account,
        lambda user, persona: actions.deactivate(user, by=persona.actor),
        ("own", "other", "with a role"),
        partial(post, "deactivate"),
    ),
    Case(
        "accounts.reactivate",
        account,
        lambda user, persona: actions.reactivate(user, by=persona.actor),
        ("closed",),
        partial(post, "reactivate"),
    ),
)
