"""Reads of accounts."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet

from civicthread.accounts.models import Role, User
from civicthread.core import policy
from civicthread.core.models import Actor


@dataclass(frozen=True)
class SignIn:
    """How a person proves who they are."""

    has_password: bool
    has_second_factor: bool
    provider_offered: bool
    provider_linked: bool


def sign_in_of(user: User) -> SignIn:
    """The state of a person's own sign-in."""
    offered = bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])
    return SignIn(
        has_password=user.has_usable_password(),
        has_second_factor=has_second_factor(user),
        provider_offered=offered,
        provider_linked=offered and SocialAccount.objects.filter(user=user).exists(),
    )


def has_second_factor(user: User) -> bool:
    """Whether a person must give a code from an app at each sign-in."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def verified_addresses(actor: Actor) -> list[str]:
    """The e-mail addresses a person proved to be theirs, the one they use first."""
    owned = EmailAddress.objects.filter(user__actor=actor, verified=True).order_by("-primary", "pk")
    return [email.lower() for email in owned.values_list("email", flat=True)]


def people(*, visible_to: Actor | None, email: str = "") -> QuerySet[User]:
    """The people who hold a role; or, by their exact address, anyone. Citizens are not listed."""
    if not policy.may("accounts.read_people", visible_to):
        return User.objects.none()
    return (
        User.objects.filter(email=email.strip().lower()) if email else User.objects.exclude(actor__roles=[])
    )


def person(pk: int, *, visible_to: Actor | None) -> User | None:
    """One person, for the staff screen."""
    return User.objects.filter(pk=pk).first() if policy.may("accounts.read_people", visible_to) else None


def role_names(user: User) -> list[str]:
    """What a person's roles are called."""
    return [str(Role(name).label) for name in user.actor.roles]
