"""Publication: draft, published, withdrawn with a reason. Official text appears in all required languages or not."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, journal, search, thread
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

    # The foreign key to what must be public too before everyone sees this, where there is such a thing.
    STANDS_ON: ClassVar[str] = ""

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

    @property
    def stands_on(self) -> "Publishable | None":
        return getattr(self, self.STANDS_ON) if self.STANDS_ON else None


@dataclass(frozen=True)
class Unpublished:
    """Why the public does not see what this reader sees: it is a draft, or was withdrawn on a day, because."""

    withdrawn: bool
    because: Text = field(default_factory=Text)
    at: datetime | None = None


def unpublished(thing: models.Model) -> Unpublished | None:
    """What is told above a thing that only some may see; nothing above a public one."""
    hiding = _hiding(thing) if isinstance(thing, Publishable) else None
    if hiding is None:
        return None
    if hiding.publication == Publication.DRAFT:
        return Unpublished(withdrawn=False)
    verb = f"{hiding._meta.app_label}.withdraw"  # noqa: SLF001
    entry = journal.entries_of(hiding).filter(verb__startswith=verb).first()
    return Unpublished(withdrawn=True, because=hiding.withdrawn_because, at=entry.at if entry else None)


def _hiding(thing: Publishable) -> Publishable | None:
    """What keeps a thing from the public: itself, or what it stands on."""
    if not thing.is_published:
        return thing
    return _hiding(thing.stands_on) if thing.stands_on else None


def joined(through: Any, own: str, other: str) -> QuerySet[Any]:
    """The rows of a table between two kinds that join the outer query's thing to a public other one."""
    public = {f"{other}__publication": Publication.PUBLISHED}
    return through._default_manager.filter(**{own: OuterRef("pk")}, **public)  # type: ignore[no-any-return]  # noqa: SLF001


def find(visible: QuerySet[Thing], *named: models.Q, **which: Any) -> Thing:
    """The one thing a reader asks for among those they may see; Gone when it was withdrawn, else Http404."""
    if thing := visible.filter(*named, **which).first():
        return thing
    everything: Any = visible.model._default_manager  # noqa: SLF001
    for hidden in everything.filter(*named, **which):
        if hiding := _withdrawing(hidden):
            raise Gone(hidden, because=hiding.withdrawn_because)
    raise Http404


def withdrawn(model: type[models.Model], pks: Collection[Any]) -> list[models.Model]:
    """Those of the things that were public and whose address tells why they are no more."""
    if not issubclass(model, Publishable):
        return []
    rows: Any = model._default_manager.filter(pk__in=pks)  # noqa: SLF001
    return [
        thing
        for thing in (rows.select_related(model.STANDS_ON) if model.STANDS_ON else rows)
        if _withdrawing(thing)
    ]


def _withdrawing(thing: Publishable) -> Publishable | None:
    """What was withdrawn and keeps a thing from the public: itself, or what it stands on."""
    hiding = _hiding(thing)
    return hiding if hiding and hiding.publication == Publication.WITHDRAWN else None


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


def texts_missing(languages: Iterable[str]) -> Refused:
    """The refusal that names the languages in which an official text is missing."""
    wanted = set(languages)
    names = ", ".join(formats.language(code) for code, _name in settings.LANGUAGES if code in wanted)
    message = _(
        "It cannot be published yet: in %(languages)s a text is missing or no longer up to date. "
        "Complete it and try again."
    )
    return Refused("text-missing", message % {"languages": names})


def text_missing(thing: models.Model, missing: Mapping[str, Collection[str]]) -> Refused:
    """The refusal that names the texts of a thing that are missing, each with its languages."""
    names = {field.name: field.verbose_name for field in translated_fields(type(thing))}
    told = ", ".join(
        f"{names[name]} ({', '.join(map(formats.language, languages))})"
        for name, languages in missing.items()
    )
    message = _(
        "It cannot be published yet. Missing or no longer up to date: %(texts)s. Complete it and try again."
    )
    return Refused("text-missing", message % {"texts": told}, fields=missing)


def mark_published(thing: Publishable, *, at: datetime | None = None) -> None:
    """Make it public and findable; refused while a required language is missing. Call in the action's transaction."""
    if missing := missing_texts(thing):
        raise text_missing(thing, missing)
    appears = not thing.is_published
    thing.publication = Publication.PUBLISHED
    thing.published_at = thing.published_at or at or timezone.now()
    thing.withdrawn_because = Text()
    thing.save(update_fields=["publication", "published_at", "withdrawn_because"])
    for found in (thing, *(_standing_on(thing) if appears else ())):
        if _hiding(found) is None:
            search.index(found)


def mark_withdrawn(thing: Publishable, *, because: Text) -> None:
    """Take it from public view; its address keeps telling why. Call inside the action's transaction."""
    if missing := because.missing(required_languages()):
        raise texts_missing(missing)
    if thing.publication != Publication.PUBLISHED:
        raise Refused("not-published", _("Only what is published can be withdrawn."))
    thing.publication = Publication.WITHDRAWN
    thing.withdrawn_because = because
    thing.save(update_fields=["publication", "withdrawn_because"])
    for found in (thing, *_standing_on(thing)):
        search.remove(found)


def _standing_on(thing: Publishable) -> Iterator[Publishable]:
    """The published things that everyone sees as long as this one is public."""
    for kind in thread.kinds().values():
        column = kind.model.STANDS_ON if issubclass(kind.model, Publishable) else ""
        if column and kind.model._meta.get_field(column).related_model is type(thing):  # noqa: SLF001
            rows: Any = kind.model._default_manager  # noqa: SLF001
            yield from rows.filter(publication=Publication.PUBLISHED, **{column: thing})
