"""Reads of editorial texts: lists, one text ready to be drawn, old addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from wagtail.images import get_image_model
from wagtail.models import Page

from civicthread.ambition.models import Direction
from civicthread.core import publishing
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.editorial import body
from civicthread.editorial.models import (
    FIXED,
    Edition,
    News,
    NewsPage,
    Purpose,
    Section,
    StrategyPage,
    StrategyText,
    WrittenPage,
)

E = TypeVar("E", bound=Edition)
PAGES: Mapping[str, type[WrittenPage]] = {Section.NEWS: NewsPage, Section.PAGE: StrategyPage}


@dataclass(frozen=True)
class Reading:
    """A text ready to be drawn, in the language the reader gets."""

    title: Text | str
    intro: Text | str
    parts: tuple[body.Part, ...]
    sources: tuple[Mapping[str, str], ...]
    language: str
    dated: date | None
    demonstration: bool
    page: int
    fallback: bool = False


def news(*, visible_to: Actor | None) -> QuerySet[News]:  # noqa: ARG001  # drafts are read at the writing desk only
    """The published news, newest first."""
    return News.objects.filter(publication=Publication.PUBLISHED).order_by("-dated", "-id")


def texts(*, visible_to: Actor | None) -> QuerySet[StrategyText]:  # noqa: ARG001  # as news
    """The published pages."""
    return StrategyText.objects.filter(publication=Publication.PUBLISHED).order_by("id")


def listed(*, visible_to: Actor | None) -> QuerySet[StrategyText]:
    """The published pages with an address of their own: all but the portal's fixed ones; directions in their order."""
    place = Subquery(Direction.objects.filter(code=OuterRef("direction")).values("position"))
    found = texts(visible_to=visible_to).exclude(purpose__in=FIXED)
    return found.order_by(place.asc(nulls_first=True), "id")


def about_directions() -> QuerySet[StrategyText]:
    """The published pages about a strategic direction, each with its `direction_id`."""
    named = Subquery(Direction.objects.filter(code=OuterRef("direction")).values("pk"))
    return texts(visible_to=None).filter(purpose=Purpose.DIRECTION).annotate(direction_id=named)


def for_purpose(purpose: Purpose, *, visible_to: Actor | None) -> StrategyText | None:
    """The page the Office published for that purpose; None while it wrote none."""
    return texts(visible_to=visible_to).filter(purpose=purpose).first()


def at(visible: QuerySet[E], slug: str, language: str) -> E:
    """The edition that has or had that address, in the reader's language or else in another."""
    try:
        return publishing.find(visible, places__language=language, places__slug=slug)
    except Http404:
        return publishing.find(visible, places__slug=slug)


def reading(edition: Edition) -> Reading | None:
    """The published text in the reader's language, or in the best other one; None where its pages are gone.

    No screen takes pages from under an edition, but whoever runs the records can.
    """
    shown = edition.title.shown()
    fields = ("pk", "body", "sources")
    live = PAGES[edition.section].objects.filter(translation_key=edition.translation_key, live=True)
    page = live.filter(locale__language_code=shown.language).only(*fields).first()
    if page is None:
        return None
    return Reading(
        edition.title,
        edition.intro,
        parts(page.body.raw_data),
        tuple(source["value"] for source in page.sources.raw_data),
        shown.language,
        edition.dated if edition.section == Section.NEWS else None,
        edition.demonstration,
        page.pk,
        fallback=shown.fallback,
    )


def preview(page: WrittenPage) -> Reading:
    """A draft as it would read; its blocks come from the editor, not from the database."""
    return Reading(
        page.title,
        page.intro,
        parts(page.body.get_prep_value()),
        tuple(source["value"] for source in page.sources.get_prep_value()),
        page.locale.language_code,
        getattr(page, "dated", None),
        page.demonstration,
        page.pk or 0,
    )


def parts(raw: Iterable[Mapping[str, Any]]) -> tuple[body.Part, ...]:
    """A stored body ready to be drawn; at most two queries, whatever it holds."""
    blocks = list(raw)
    renditions = _renditions(body.pictures_in(blocks))
    return body.read(blocks, addresses=_addresses(body.pages_in(blocks)), renditions=renditions)


def _renditions(images: list[int]) -> dict[int, Any]:
    """The pictures at the width they are drawn at; publishing has made them, a preview makes its own."""
    if not images:
        return {}
    model = get_image_model()
    made = model.get_rendition_model().objects.filter(image_id__in=images, filter_spec=body.PICTURE)
    found = {rendition.image_id: rendition for rendition in made}
    for image in model.objects.filter(pk__in=set(images) - set(found)) if set(images) - set(found) else ():
        found[image.pk] = image.get_rendition(body.PICTURE)
    return found


def _addresses(numbers: list[str]) -> dict[str, str]:
    """Where the linked pages stand for this reader; a page that is not public has no address."""
    if not numbers:
        return {}
    keys = dict(Page.objects.filter(pk__in=numbers).values_list("translation_key", "pk"))
    linked = Edition.objects.filter(translation_key__in=list(keys), publication=Publication.PUBLISHED)
    return {str(keys[edition.translation_key]): edition.get_absolute_url() for edition in linked}


def words(edition: Edition) -> Text:
    """All words of the published bodies, by language, for search."""
    pages = PAGES[edition.section].objects.filter(translation_key=edition.translation_key, live=True)
    rows = pages.values_list("locale__language_code", "body")
    return Text.of({language: body.words_of(found.raw_data) for language, found in rows})


def drafts(page: WrittenPage) -> dict[str, WrittenPage]:
    """The page and its sisters as last written, by language, in the order of the city's languages."""
    sisters = (
        type(page)
        .objects.filter(translation_key=page.translation_key)
        .select_related("locale", "latest_revision")
    )
    by_language = {sister.locale.language_code: sister for sister in sisters}
    return {
        language: by_language[language].get_latest_revision_as_object()
        for language in settings.CITY.languages
        if language in by_language
    }


def lapsed() -> QuerySet[Edition]:
    """Planned publications that could not happen."""
    return Edition.objects.exclude(lapse="")


def written() -> QuerySet[Page]:
    """All pages that people write, in every language, drafts too: for the Office."""
    found: QuerySet[Page] = Page.objects.type(*PAGES.values())
    return found
