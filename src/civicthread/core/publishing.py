"""Publication: draft, published, withdrawn with a reason. Official text appears in all required languages or not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, search
from civicthread.core.errors import Gone, Refused
from civicthread.core.models import Record
from civicthread.core.text import Text, TranslatedField, as_text, translated_fields

Thing = TypeVar("Thing", bound=models.Model)


class Publication(models.TextChoices):
    """Where a thing stands on its way to the public."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Publishable(Record):
    """The columns of a thing that is written first and published later. Actions change them, nothing else."""

    publication = models.CharField(
        _("publication"), max_length=12, choices=Publication, default=Publication.DRAFT, db_index=True
    )
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, db_index=True)
    withdrawn_because = TranslatedField(_("reason for withdrawing"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(publication=Publication.DRAFT) | models.Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_a_date",
            )
        ]

    @property
    def is_published(self) -> bool:
        return self.publication == Publication.PUBLISHED


def find(visible: QuerySet[Thing], *named: models.Q, **which: Any) -> Thing:
    """The one thing a reader asks for among those they may see; Gone when it was withdrawn, else Http404."""
    if thing := visible.filter(*named, **which).first():
        return thing
    everything = visible.model._default_manager  # noqa: SLF001
    if withdrawn := everything.filter(*named, publication=Publication.WITHDRAWN, **which).first():
        raise Gone(withdrawn)
    raise Http404


def missing_texts(thing: models.Model) -> dict[str, list[str]]:
    """For each translated field in use: the required languages that are still missing."""
    missing = {
        field.name: as_text(getattr(thing, field.name)).missing(settings.CITY.required)
        for field in translated_fields(type(thing))
        if getattr(thing, field.name) or field.name in ("title", "name")
    }
    return {name: languages for name, languages in missing.items() if languages}


def required_languages() -> tuple[str, ...]:
    """The languages official text must have."""
    return settings.CITY.required


def texts_missing(languages: Iterable[str], **facts: Any) -> Refused:
    """The refusal that names the languages in which an official text is missing."""
    wanted = set(languages)
    names = ", ".join(formats.language(code) for code, _name in settings.LANGUAGES if code in wanted)
    message = _(
        "It cannot be published yet: in %(languages)s a text is missing or no longer up to date. "
        "Complete it and try again."
    )
    return Refused("text-missing", message % {"languages": names}, **facts)


def mark_published(thing: Publishable, *, at: datetime | None = None) -> None:
    """Make it public and findable; refused while a required language is missing. Call in the action's transaction."""
    if missing := missing_texts(thing):
        raise texts_missing({code for languages in missing.values() for code in languages}, fields=missing)
    thing.publication = Publication.PUBLISHED
    thing.published_at = thing.published_at or at or timezone.now()
    thing.withdrawn_because = Text()
    thing.save(update_fields=["publication", "published_at", "withdrawn_because"])
    search.index(thing)


def mark_withdrawn(thing: Publishable, *, because: Text) -> None:
    """Take it from public view; its address keeps telling why. Call inside the action's transaction."""
    if missing := because.missing(required_languages()):
        raise texts_missing(missing)
    if thing.publication != Publication.PUBLISHED:
        raise Refused("not-published", _("Only what is published can be withdrawn."))
    thing.publication = Publication.WITHDRAWN
    thing.withdrawn_because = because
    thing.save(update_fields=["publication", "withdrawn_because"])
    search.remove(thing)
