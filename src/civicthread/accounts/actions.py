"""What is done to accounts. Names and addresses reach the journal only as commitments."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.accounts.models import EDITORS, Role, User
from civicthread.core import journal, personal, policy
from civicthread.core.errors import Refused
from civicthread.core.models import Actor


@transaction.atomic
def sign_up(user: User, *, language: str) -> User:
    """Save a new person, with an actor of their own."""
    policy.require("accounts.sign_up", by=None)
    user.actor = Actor.objects.create(kind=Actor.Kind.PERSON)
    user.language = language
    user.save()
    journal.record("accounts.sign_up", user, by=user.actor, personal={"email": user.email, "name": user.name})
    return user


@transaction.atomic
def note_sign_in_change(user: User, change: str, *, by: Actor) -> None:
    """Journal that a password, an address or a second factor changed; `change` is its slug, never the value."""
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
    user = _locked(user)
    roles = frozenset(user.actor.roles)
    wanted = roles | {role} if held else roles - {role}
    if wanted == roles:
        return user
    if not held and role == Role.ADMINISTRATOR:
        _refuse_the_last_administrator(user)
    user.actor.roles = sorted(wanted)
    user.actor.save(update_fields=["roles"])
    user.is_superuser = not wanted.isdisjoint(EDITORS)
    user.save(update_fields=["is_superuser"])
    journal.record(verb, user, by=by, changes={"roles": [sorted(roles), sorted(wanted)]})
    return _locked(user)


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> User:
    """Close an account: its sessions end and nobody signs in to it. Nothing is erased."""
    policy.require("accounts.deactivate", by=by, on=user)
    user = _locked(user)
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
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.record("accounts.reactivate", user, by=by, changes={"active": [False, True]})
    return user


@transaction.atomic
def erase_account(user: User, *, by: Actor) -> None:
    """Forget a person: every app lets go of what it holds, and the key of their journal entries is destroyed."""
    policy.require("accounts.erase", by=by, on=user)
    user = _locked(user)
    _refuse_the_last_administrator(user)
    actor = user.actor
    journal.record("accounts.erase", user, by=by)
    personal.erase_all(actor)
    actor.label, actor.roles, actor.subject_key, actor.erased_at = "", [], "", timezone.now()
    actor.save(update_fields=["label", "roles", "subject_key", "erased_at"])


def _locked(user: User) -> User:
    """The account as it stands now, with the actors of all who hold a role: two changes of roles never cross."""
    holders = Actor.objects.exclude(roles=[]).values_list("pk", flat=True)
    list(Actor.objects.select_for_update().filter(pk__in=[*holders, user.actor_id]).order_by("pk"))
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _refuse_the_last_administrator(user: User) -> None:
    if Role.ADMINISTRATOR not in user.actor.roles:
        return
    others = Actor.objects.filter(user__is_active=True).exclude(roles=[]).exclude(pk=user.actor_id)
    if not any(Role.ADMINISTRATOR in roles for roles in others.values_list("roles", flat=True)):
        raise Refused(
            "last-administrator",
            _("This is the last administrator. Make someone else an administrator first."),
        )
