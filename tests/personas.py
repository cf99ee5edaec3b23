"""The kinds of people the product knows, for every test that asks who may do what."""

import time
from dataclasses import dataclass

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from civicthread.accounts.models import Role, User
from civicthread.accounts.sessions import HALFWAY_KEY
from civicthread.core import journal
from civicthread.core.models import Actor
from tests.factories.accounts import person

# Representatives and project leads are citizens of whom an app says more: its policy_cases.prepare() does.
NAMES = (
    "visitor",
    "citizen",
    "representative",
    "project lead",
    "staff",
    "steward",
    "administrator",
    "system",
)


@dataclass(frozen=True)
class Persona:
    """Someone who asks: `actor` is None for a visitor, `user` for visitors and the program itself."""

    name: str
    actor: Actor | None
    user: User | None

    def client(self) -> Client:
        """A browser in which this persona signed in, with everything a sign-in asks of them."""
        client = Client()
        if self.user:
            sign_in(client, self.user)
        return client


def make(name: str) -> Persona:
    """A new person of that kind."""
    if name == "visitor":
        return Persona(name, None, None)
    if name == "system":
        return Persona(name, journal.system(), None)
    user = person(roles=(Role(name),) if name in Role.values else ())
    return Persona(name, user.actor, user)


def everyone() -> dict[str, Persona]:
    """One of each kind."""
    return {name: make(name) for name in NAMES}


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> None:
    """Let the session say what one does after a sign-in: roles open nothing in it without a second factor."""
    gave = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    gave += [{"method": "mfa", "at": time.time(), "type": "totp"}] if second_factor else []
    session = client.session
    session[SESSION_KEY] = session[HALFWAY_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = gave
    session.save()
