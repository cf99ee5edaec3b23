"""What accounts holds about a person: for their download, and for their erasure."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from civicthread.accounts.models import Session, User
from civicthread.core.models import Actor, JournalEntry, OutboxMail


def export(actor: Actor) -> dict[str, Any]:
    """Everything about a person's account, as plain JSON values."""
    user = User.objects.filter(actor=actor).first()
    if user is None:
        return {}
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "joined": user.date_joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        "roles": list(actor.roles),
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
        "sign_in_providers": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")
        ),
        "sessions_open": user.sessions.count(),
        "done": [
            {"at": at.isoformat(), "verb": verb, "kind": kind, "id": pk}
            for at, verb, kind, pk in JournalEntry.objects.filter(actor=actor)
            .order_by("id")
            .values_list("at", "verb", "kind", "object_id")
        ],
    }


def erase(actor: Actor) -> None:
    """Delete the account; sessions, addresses, second factors and provider links go with it."""
    user = User.objects.filter(actor=actor).first()
    if user is None:
        return
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    OutboxMail.objects.filter(recipient__in=addresses).delete()
    _delete_unfinished_sign_ins(addresses)
    user.delete()


def _delete_unfinished_sign_ins(addresses: set[str]) -> None:
    """Sessions of nobody that name one of the addresses: someone began to sign up with it, this last hour."""
    for session in Session.objects.filter(user=None):
        if any(address in str(session.get_decoded()) for address in addresses):
            session.delete()
