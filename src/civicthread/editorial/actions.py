"""What changes editorial texts. A text is published in every required language at once, or not at all."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.images import get_image_model
from wagtail.models import Locale

from civicthread.core import formats, journal, policy, publishing
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.editorial import body, queries, writing
from civicthread.editorial.models import (
    Address,
    Edition,
    News,
    NewsPage,
    Section,
    StrategyPage,
    StrategyText,
    WrittenPage,
)

logger = logging.getLogger(__name__)
PROXIES: Mapping[str, type[Edition]] = {Section.NEWS: News, Section.PAGE: StrategyText}


@transaction.atomic
def publish_page(page: WrittenPage, *, by: Actor, at: datetime | None = None) -> Edition:
    """Publish the text in all its complete languages, now or, with a later `at`, then.

    Refused, naming the languages, while a required one is missing, not marked complete, or only a copy.
    """
    policy.require("editorial.publish", by=by, on=page)
    edition = _locked_edition(page)
    drafts = queries.drafts(page)
    complete = _complete(drafts)
    if bare := [language for language, draft in complete.items() if not draft.intro]:
        # A draft may be saved without its introduction.
        raise publishing.text_missing(edition, {"intro": bare})
    if at is not None and at > timezone.now():
        return _schedule(edition, drafts, at=at, by=by)
    was_published = edition.is_published
    for language, draft in complete.items():
        _make_live(draft, language, edition=edition, by=by)
    _write_down(edition, complete)
    publishing.mark_published(edition)
    verb = "editorial.revise" if was_published else "editorial.publish"
    journal.record(verb, edition, by=by, changes={"languages": list(complete)}, public=True)
    return edition


@transaction.atomic
def cancel_schedule(page: WrittenPage, *, by: Actor) -> None:
    """Take back a planned publication."""
    policy.require("editorial.cancel", by=by, on=page)
    edition = _locked_edition(page)
    if edition.due_at is None:
        raise Refused("not-scheduled", _("No publication of this text is planned."))
    journal.record("editorial.cancel", edition, by=by, changes={"due_at": [edition.due_at, None]})
    _plan(edition, queries.drafts(page), at=None)


def publish_due(*, by: Actor, now: datetime | None = None) -> int:
    """Publish what was planned for a moment that has come; how many. Each in all its languages or in none."""
    due = Edition.objects.filter(due_at__lte=now or timezone.now()).order_by("due_at")
    return sum(_publish_planned(pk, due, by=by) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _publish_planned(pk: int, due: QuerySet[Edition], *, by: Actor) -> bool:
    """Publish what is still planned for a moment that has come: somebody may have taken it back just now."""
    edition = due.select_for_update().filter(pk=pk).first()
    if edition is None:
        return False
    try:
        page = queries.PAGES[edition.section].objects.filter(translation_key=edition.translation_key).first()
        if page is None:
            raise Refused("page-missing", _("Its pages were deleted."))  # told like any refusal
        publish_page(page, by=by)
    except Refused as refusal:
        lapse(edition, by=by, because=str(refusal))
        return False
    return True


@transaction.atomic
def lapse(edition: Edition, *, by: Actor, because: str) -> None:
    """Note that a planned publication could not happen, and why; the Office sees it at its desk."""
    policy.require("editorial.lapse", by=by, on=edition)
    logger.warning("The planned publication of edition %s lapsed", edition.pk)
    Edition.objects.filter(pk=edition.pk).update(due_at=None, lapse=because)
    journal.record("editorial.lapse", PROXIES[edition.section].objects.get(pk=edition.pk), by=by)


@transaction.atomic
def withdraw_page(page: WrittenPage, *, by: Actor, because: Text) -> Edition:
    """Take the text from public view in all languages; its address keeps telling the reason."""
    policy.require("editorial.withdraw", by=by, on=page)
    edition = _locked_edition(page)
    publishing.mark_withdrawn(edition, because=because)
    type(page).objects.filter(translation_key=page.translation_key).update(
        live=False, has_unpublished_changes=True
    )
    journal.record("editorial.withdraw", edition, by=by, changes={"because": because}, public=True)
    return edition


@transaction.atomic
def add_translations(page: WrittenPage, *, by: Actor) -> list[WrittenPage]:
    """Give the page its missing sisters: drafts in the other languages that still hold this page's words."""
    policy.require("editorial.write", by=by, on=page)
    present = queries.drafts(page)
    added = []
    for language in settings.CITY.languages:
        if language not in present:
            sister = page.copy_for_translation(Locale.objects.get(language_code=language))
            sister.ready = False
            writing.save_copy(sister)
            added.append(sister)
    if added:
        journal.record("editorial.write", page, by=by, changes={"added": [sister.pk for sister in added]})
    return added


@transaction.atomic
def carry_on(page: WrittenPage, *, by: Actor) -> None:
    """Give what was written since to the sisters in which nobody wrote yet; a part of saving, without an entry."""
    policy.require("editorial.write", by=by, on=page)
    drafts = queries.drafts(page).values()
    original = min(drafts, key=lambda draft: draft.pk)
    if original.pk == page.pk:
        for sister in drafts:
            if sister is not original and writing.is_untouched(sister):
                writing.copy_again(original, sister)


@transaction.atomic
def write_news(draft: writing.Draft, *, by: Actor) -> Edition:
    """Write and publish a news article in all its languages; the same draft again changes nothing."""
    policy.require("editorial.write", by=by)
    return _write(NewsPage, draft, {"dated": draft.dated or timezone.localdate()}, by=by)


@transaction.atomic
def write_page(draft: writing.Draft, *, purpose: str, direction: str = "", by: Actor) -> Edition:
    """Write and publish a page in all its languages; the same draft again changes nothing."""
    policy.require("editorial.write", by=by)
    return _write(StrategyPage, draft, {"purpose": purpose, "direction": direction}, by=by)


def _write(model: type[WrittenPage], draft: writing.Draft, place: Mapping[str, Any], *, by: Actor) -> Edition:
    digest = writing.digest({**asdict(draft), **place})
    known = (
        PROXIES[model.section].objects.filter(translation_key=draft.translation_key, digest=digest).first()
    )
    if known:
        return known
    pages = writing.write_pages(model, draft, place)
    edition = publish_page(pages[0], by=by)
    edition.projects.set(draft.projects)
    Edition.objects.filter(pk=edition.pk).update(digest=digest)
    journal.record("editorial.write", edition, by=by, changes={"digest": digest})
    return edition


def _locked_edition(page: WrittenPage) -> Edition:
    model = PROXIES[page.section]
    model.objects.get_or_create(translation_key=page.translation_key, defaults={"section": page.section})
    return model.objects.select_for_update().get(translation_key=page.translation_key)


def _complete(drafts: Mapping[str, WrittenPage]) -> dict[str, WrittenPage]:
    """The drafts that may be published; refused when a required language is not among them."""
    complete = {
        language: draft
        for language, draft in drafts.items()
        if draft.ready and not _is_a_copy(draft, drafts.values())
    }
    if missing := [language for language in settings.CITY.required if language not in complete]:
        names = ", ".join(map(formats.language, missing))
        raise Refused(
            "translation-missing",
            _(
                "It cannot be published yet: the text is not complete in %(languages)s."
                " Translate it, tick “this text is complete in this language”, and publish again."
            )
            % {"languages": names},
            languages=missing,
        )
    return complete


def _is_a_copy(draft: WrittenPage, sisters: Any) -> bool:
    """Whether the draft still holds the words of a page that was there before it: nobody has translated it."""
    own = (draft.title, draft.intro, writing.content(draft))
    return any(
        sister.pk < draft.pk and own == (sister.title, sister.intro, writing.content(sister))
        for sister in sisters
    )


def _make_live(draft: WrittenPage, language: str, *, edition: Edition, by: Actor) -> None:
    """Wagtail publishes the draft; its pictures are drawn now, so that no reader waits for them."""
    slug = _free_slug(draft, language, edition)
    if slug != draft.slug or draft.go_live_at or draft.latest_revision is None:
        draft.slug, draft.go_live_at = slug, None
        revision = draft.save_revision(user=_user(by))
    else:
        revision = draft.latest_revision
    PublishPageRevisionAction(revision, user=_user(by)).execute(skip_permission_checks=True)
    for image in get_image_model().objects.filter(pk__in=body.pictures_in(draft.body.get_prep_value())):
        image.get_rendition(body.PICTURE)


def _free_slug(draft: WrittenPage, language: str, edition: Edition) -> str:
    """The draft's slug; from its own title where it was only copied, numbered where another text holds it."""
    earlier = type(draft).objects.filter(translation_key=draft.translation_key, pk__lt=draft.pk)
    copied = not draft.first_published_at and (
        earlier.filter(slug=draft.slug).exists() or (earlier.exists() and writing.has_copied_slug(draft))
    )
    wanted = (slugify(draft.title) if copied else draft.slug) or str(edition.pk)
    taken = set(
        Address.objects.filter(language=language, slug__startswith=wanted)
        .exclude(edition_id=edition.pk)
        .values_list("slug", flat=True)
    ) | set(draft.get_siblings(inclusive=False).values_list("slug", flat=True))
    candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def _write_down(edition: Edition, complete: Mapping[str, WrittenPage]) -> None:
    """Give the edition what the public reads of it without opening a page."""
    first = next(iter(complete.values()))
    edition.title = Text.of(
        {language: draft.title for language, draft in complete.items()} | _kept(edition.title, complete)
    )
    edition.intro = Text.of(
        {language: draft.intro for language, draft in complete.items()} | _kept(edition.intro, complete)
    )
    edition.slugs |= {language: draft.slug for language, draft in complete.items()}
    for language in settings.CITY.languages:
        # A language without a text of its own shows another one, under that one's slug.
        slug = edition.slugs.setdefault(language, first.slug)
        place, made = Address.objects.get_or_create(
            language=language, slug=slug, defaults={"edition": edition}
        )
        if not made and place.edition_id != edition.pk:
            edition.slugs[language] = f"{slug}-{edition.pk}"
            Address.objects.get_or_create(language=language, slug=edition.slugs[language], edition=edition)
    edition.demonstration = first.demonstration
    edition.dated = getattr(first, "dated", None) or edition.dated
    edition.purpose, edition.direction = getattr(first, "purpose", ""), getattr(first, "direction", "")
    edition.due_at, edition.lapse, edition.revised_at = None, "", timezone.now()
    edition.save()


def _kept(text: Text, complete: Mapping[str, WrittenPage]) -> dict[str, str]:
    """The languages published earlier that stay as they are now."""
    return {language: version.text for language, version in text.items() if language not in complete}


def _schedule(edition: Edition, drafts: Mapping[str, WrittenPage], *, at: datetime, by: Actor) -> Edition:
    journal.record("editorial.schedule", edition, by=by, changes={"due_at": [edition.due_at, at]})
    _plan(edition, drafts, at=at)
    return edition


def _plan(edition: Edition, drafts: Mapping[str, WrittenPage], *, at: datetime | None) -> None:
    """The moment stands in every language's draft, so that each editor sees it."""
    edition.due_at, edition.lapse = at, ""
    edition.save(update_fields=["due_at", "lapse"])
    for draft in drafts.values():
        if draft.go_live_at != at:
            draft.go_live_at = at
            draft.save_revision()


def _user(by: Actor) -> Any:
    """The account behind the actor, for Wagtail's own history; the program itself has none."""
    return getattr(by, "user", None)
