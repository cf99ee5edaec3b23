"""The tables everything stands on: actors, the journal, outgoing mail, reference numbers, the search index."""

import secrets
from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """A fresh random key of 256 bits, as hexadecimal text."""
    return secrets.token_hex(32)


class Record(models.Model):
    """A row of the city's records. Pages list dozens of them and work with thousands, so little is done for each."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """The row as it was read: Django would prepare each as if it were new, and tell those who listen; none do."""
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        state = row.__dict__["_state"] = ModelState()
        state.adding, state.db = False, db
        return row

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> str:  # noqa: N802 - Django's name
        """The word of a choice: Django would translate all of them, and hash them, to find one."""
        value = getattr(self, field.attname)
        return str(next((word for known, word in field.flatchoices if known == value), value))


class Actor(Record):
    """Whom the journal names: a person, a service, or the program itself.

    `subject_key` keys the commitments to this person's values in the journal; without it they mean nothing,
    so erasing a person is destroying the key. Names and addresses of persons live in accounts, never here.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        SERVICE = "service", _("service")
        SYSTEM = "system", _("the platform")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    label = models.CharField(max_length=100, blank=True)
    roles = models.JSONField(default=list)
    subject_key = models.CharField(max_length=64, blank=True, default=new_key)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="system"), name="core_actor_one_system"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(subject_key=""), name="core_actor_erased_has_no_key"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()

    @property
    def is_system(self) -> bool:
        return self.kind == Actor.Kind.SYSTEM

    @cached_property
    def role_names(self) -> frozenset[str]:
        return frozenset(self.roles)


class JournalEntry(Record):
    """One thing that was done: who, what, to which object, and what changed. Never edited."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="entries")
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    public = models.BooleanField(default=False)
    changes = models.JSONField(default=dict)
    commitments = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="core_journal_object"),
            models.Index(fields=["kind", "-id"], name="core_journal_kind"),
            models.Index(fields=["-id"], condition=Q(public=True), name="core_journal_public"),
        ]


class OutboxMail(Record):
    """A mail that must leave exactly once. Its address and text are wiped when it has left."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        PARKED = "parked", _("given up")

    key = models.CharField(max_length=120, unique=True)
    recipient = models.EmailField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="core_outbox_due")]


class Sequence(Record):
    """The last reference number taken for a prefix in a year."""

    prefix = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="core_sequence_once")]


class SearchEntry(Record):
    """A public thing as one language finds it. `words` holds folded stems; `folded_title` sorts lists."""

    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=300)
    folded_title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300)
    words = models.TextField()
    dated = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language"], name="core_search_once")
        ]
        indexes = [models.Index(fields=["kind", "language", "folded_title"], name="core_search_title")]


class Schedule(Record):
    """A task that runs again and again; the row remembers when it is next due."""

    name = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField(db_index=True)
    last_started_at = models.DateTimeField(null=True, blank=True)


class Heartbeat(Record):
    """A background worker that says it is alive; a task whose worker fell silent is taken up again."""

    worker = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)
