"""The journal: each action writes one entry, in its own transaction."""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from civicthread.core import policy
from civicthread.core.models import Actor, JournalEntry
from civicthread.core.text import Text

Found = TypeVar("Found")
MOST_SECONDS = {"sqlite": 600, "postgresql": 60}
"""How long anything is kept: on PostgreSQL entries of transactions that overlap may appear out of their order."""


def system() -> Actor:
    """The program itself, as an actor: for schedules, commands and the demo."""
    return Actor.objects.get_or_create(kind=Actor.Kind.SYSTEM, defaults={"label": "Civic Thread"})[0]


def record(  # noqa: PLR0913  # an entry has this many parts
    verb: str,
    on: models.Model,
    *,
    by: Actor,
    changes: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    subject: Actor | None = None,
    public: bool = False,
) -> JournalEntry:
    """Write what was done. `personal` values are kept only as commitments keyed to `subject` (or to `by`)."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{verb} must be journaled in the transaction that does it."
        )
    if verb not in policy.table():
        raise ValueError(f"{verb} stands in no rules.py")
    whose = subject or by
    return JournalEntry.objects.create(
        at=timezone.now(),
        actor=by,
        verb=verb,
        kind=on._meta.label_lower,  # noqa: SLF001
        object_id=str(on.pk),
        public=public,
        changes=_plain(changes or {}),
        commitments={name: commitment(whose, name, value) for name, value in (personal or {}).items()},
    )


def commitment(subject: Actor, name: str, value: Any) -> str:
    """A keyed fingerprint of a personal value: proves what was written while the key exists, nothing afterwards."""
    if not subject.subject_key:
        return ""
    message = json.dumps([name, _plain({"value": value})], sort_keys=True).encode()
    return hmac.new(bytes.fromhex(subject.subject_key), message, hashlib.sha256).hexdigest()


def differences(before: Mapping[str, Any], after: models.Model) -> dict[str, list[Any]]:
    """What changed, as `{field: [before, after]}`."""
    return {
        name: [value, getattr(after, name)] for name, value in before.items() if value != getattr(after, name)
    }


def public_entries() -> models.QuerySet[JournalEntry]:
    """What everyone may read, newest first."""
    return JournalEntry.objects.filter(public=True).order_by("-id")


def entries_of(thing: models.Model) -> models.QuerySet[JournalEntry]:
    """Everything done to one object, newest first."""
    return JournalEntry.objects.filter(kind=thing._meta.label_lower, object_id=str(thing.pk)).order_by("-id")  # noqa: SLF001


def latest() -> int:
    """The number of the newest entry; 0 where there is none."""
    return JournalEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def kept(
    name: str, count: Callable[[], Found], *, kinds: Collection[str] = (), newest: int | None = None
) -> Found:
    """What was counted under this name, from memory until something is done: nothing changes without an entry.

    With `kinds`, until something is done to a thing of one of them. `newest` is the newest entry where it is known.
    """
    newest = latest() if newest is None else newest
    # A name may hold what an address does: any sign, any length.
    key = f"journal-{hashlib.sha256(name.encode()).hexdigest()}"
    known: tuple[int, Found] | None = caches["local"].get(key)
    if known and (known[0] == newest or (kinds and _untouched(kinds, known[0], newest))):
        return known[1]
    found = count()
    caches["local"].set(key, (newest, found), MOST_SECONDS[connection.vendor])
    return found


def _untouched(kinds: Collection[str], since: int, newest: int) -> bool:
    """Whether what was done since then was done to things of other kinds; not where the records are older now."""
    return since < newest and not JournalEntry.objects.filter(id__gt=since, kind__in=kinds).exists()


def _plain(values: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(values, cls=_Encoder))


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Text):
            return o.to_json()
        if isinstance(o, models.Model):
            return o.pk
        if isinstance(o, Iterable):
            return list(o)
        return super().default(o)
