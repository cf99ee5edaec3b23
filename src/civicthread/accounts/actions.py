"""What is done to accounts. Names and addresses reach the journal only as commitments."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.accounts.models import Role, User
from civicthread.core import journal, personal, policy
from civicthread.core.errors import Refused
from civicthread.core.models import Actor


@transaction.atomic
def sign_up(user: User, *, by: Actor | None, language: str) -> User:
    """Save a new person, with an actor of their own, who is from then on the one who acts."""
    policy.require("accounts.sign_up", by=by)
    user.actor = Actor.objects.create(kind=Actor.Kind.PERSON)
    user.language = language
    user.save()
    journal.record("accounts.sign_up", user, by=user.actor, personal={"email": user.email, "name": user.name})
    return user


@transaction.atomic
def invite_administrator(email: str, *, by: Actor) -> str:
    """Open an account for an administrator; the address where they choose its password, good for three days.

    Whoever starts the installation vouches for the e-mail address, so no mail server is needed yet.
    """
    policy.require("accounts.invite_administrator", by=by)
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused("has-account", _("This person has an account already: grant them the role."))
    user = User.objects.create_user(email, language=settings.LANGUAGE_CODE)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    journal.record(
        "accounts.invite_administrator", user, by=by, subject=user.actor, personal={"email": user.email}
    )
    user = grant_role(user, Role.ADMINISTRATOR, by=by)
    token = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', args=token)}"


@transaction.atomic
def note_sign_in_change(user: User, change: str, *, by: Actor) -> None:
    """Journal that a password, an address or a second factor changed; `change` says which, never to what."""
    policy.require("accounts.protect", by=by, on=user)
    journal.record("accounts.protect", user, by=by, changes={"what": change})


@transaction.atomic
def change_profile(user: User, *, by: Actor, name: str, language: str) -> User:
    """Change what a person is called and the language they are written to."""
    policy.require("accounts.change_profile", by=by, on=user)
    user = _locked(user)
    changes = {"language": [user.language, language]} if language != user.language else {}
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    journal.record(
        "accounts.change_profile", user, by=by, subject=user.actor, changes=changes, personal={"name": name}
    )
    return user


def grant_role(user: User, role: Role, *, by: Actor) -> User:
    """Trust a person with a role. They need a second factor before it opens anything."""
    return _set_role(user, role, held=True, by=by)


def revoke_role(user: User, role: Role, *, by: Actor) -> User:
    """Take a role back, at once. The last administrator keeps theirs."""
    return _set_role(user, role, held=False, by=by)


@transaction.atomic
def _set_role(user: User, role: Role, *, held: bool, by: Actor) -> User:
    verb = "accounts.grant_role" if held else "accounts.revoke_role"
    policy.require(verb, by=by, on=user)
    user = _locked_with_all_roles(user)
    roles = frozenset(user.actor.roles)
    wanted = roles | {role} if held else roles - {role}
    if wanted == roles:
        return user
    if not held and role == Role.ADMINISTRATOR:
        _refuse_the_last_administrator(user)
    user.actor.roles = sorted(wanted)
    user.actor.save(update_fields=["roles"])
    user.is_superuser = Role.STAFF in wanted
    user.save(update_fields=["is_superuser"])
    journal.record(verb, user, by=by, changes={"roles": [sorted(roles), sorted(wanted)]})
    return User.objects.get(pk=user.pk)


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> User:
    """Close an account: its sessions end and nobody signs in to it. Nothing is erased."""
    policy.require("accounts.deactivate", by=by, on=user)
    user = _locked_with_all_roles(user)
    if not user.is_active:
        return user
    _refuse_the_last_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.sessions.all().delete()
    journal.record("accounts.deactivate", user, by=by, changes={"active": [True, False]})
    return user


@transaction.atomic
def reactivate(user: User, *, by: Actor) -> User:
    """Open a deactivated account again."""
    policy.require("accounts.reactivate", by=by, on=user)
    user = _locked(user)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.record("accounts.reactivate", user, by=by, changes={"active": [False, True]})
    return user


@transaction.atomic
def erase_account(user: User, *, by: Actor) -> None:
    """Forget a person: every app lets go of what it holds; the key of their journal entries is destroyed."""
    policy.require("accounts.erase", by=by, on=user)
    user = _locked_with_all_roles(user)
    _refuse_the_last_administrator(user)
    actor = user.actor
    journal.record("accounts.erase", user, by=by)
    personal.erase_all(actor)
    actor.label, actor.roles, actor.subject_key, actor.erased_at = "", [], "", timezone.now()
    actor.save(update_fields=["label", "roles", "subject_key", "erased_at"])


def _locked(user: User) -> User:
    """The account as it stands now, held until the transaction ends."""
    return User.objects.select_for_update(of=("self", "actor")).get(pk=user.pk)


def _locked_with_all_roles(user: User) -> User:
    """The same, once nobody else is changing roles: two administrators never remove each other at once."""
    list(Actor.objects.select_for_update().exclude(roles=[]).order_by("pk"))
    return _locked(user)


def _refuse_the_last_administrator(user: User) -> None:
    if Role.ADMINISTRATOR not in user.actor.roles:
        return
    others = Actor.objects.filter(user__is_active=True).exclude(roles=[]).exclude(pk=user.actor_id)
    if not any(Role.ADMINISTRATOR in roles for roles in others.values_list("roles", flat=True)):
        raise Refused(
            "last-administrator",
            _("This is the last administrator. Make someone else an administrator first."),
        )
