"""A planned publication happens in all languages, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.editorial import actions, tasks
from civicthread.editorial.models import Edition, NewsPage
from civicthread.editorial.trees import folder
from tests.editorial import texts

pytestmark = pytest.mark.django_db

SOON = timedelta(hours=1)


def in_dutch(page: NewsPage) -> NewsPage:
    sister: NewsPage = NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="nl")
    return sister


def live() -> set[str]:
    return set(NewsPage.objects.filter(live=True).values_list("locale__language_code", flat=True))


def test_a_planned_text_waits_for_its_moment() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    edition = actions.publish_page(page, by=by, at=timezone.now() + SOON)
    assert actions.publish_due(by=journal.system()) == 0
    assert live() == set()
    assert not edition.is_published


def test_when_its_moment_has_come_all_languages_are_published() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    actions.publish_page(page, by=by, at=timezone.now() + SOON)
    assert actions.publish_due(by=journal.system(), now=timezone.now() + 2 * SOON) == 1
    assert live() == {"fr", "nl"}
    edition = Edition.objects.get()
    assert edition.is_published
    assert edition.due_at is None


def test_the_moment_stands_in_every_languages_draft() -> None:
    page, by, at = (
        texts.ready_in_french_and_dutch(),
        texts.staff(),
        timezone.now().replace(microsecond=0) + SOON,
    )
    actions.publish_page(page, by=by, at=at)
    assert in_dutch(page).get_latest_revision_as_object().go_live_at == at


def test_the_task_publishes_what_is_due() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    actions.publish_page(page, by=by, at=timezone.now() + SOON)
    Edition.objects.update(due_at=timezone.now() - SOON)
    assert tasks.publish_due.func() == 1
    assert live() == {"fr", "nl"}


def test_when_a_translation_was_reopened_none_is_published_and_the_office_is_told() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    actions.publish_page(page, by=by, at=timezone.now() + SOON)
    dutch = in_dutch(page).get_latest_revision_as_object()
    dutch.ready = False
    dutch.save_revision()
    assert actions.publish_due(by=journal.system(), now=timezone.now() + 2 * SOON) == 0
    assert live() == set()
    edition = Edition.objects.get()
    assert "néerlandais" in edition.lapse
    assert edition.due_at is None
    assert JournalEntry.objects.filter(verb="editorial.lapse").count() == 1


def test_an_incomplete_text_cannot_be_planned() -> None:
    page = NewsPage(title="Une nouvelle", intro="En bref.", ready=True, live=False)
    folder(NewsPage, "fr").add_child(instance=page)
    page.save_revision()
    with pytest.raises(Refused):
        actions.publish_page(page, by=texts.staff(), at=timezone.now() + SOON)
    assert not Edition.objects.filter(due_at__isnull=False).exists()


def test_a_plan_can_be_taken_back() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    actions.publish_page(page, by=by, at=timezone.now() + SOON)
    actions.cancel_schedule(page, by=by)
    assert actions.publish_due(by=journal.system(), now=timezone.now() + 2 * SOON) == 0
    assert in_dutch(page).get_latest_revision_as_object().go_live_at is None


def test_a_plan_taken_back_while_others_are_published_is_not_carried_out(monkeypatch) -> None:
    first, second, by = texts.ready_in_french_and_dutch(), texts.ready_in_french_and_dutch(), texts.staff()
    for minutes, page in enumerate((first, second)):
        actions.publish_page(page, by=by, at=timezone.now() + SOON + timedelta(minutes=minutes))
    publish = actions.publish_page

    def while_an_editor_changes_their_mind(page: NewsPage, **how: object) -> Edition:
        if page == first:
            actions.cancel_schedule(second, by=by)
        return publish(page, **how)

    monkeypatch.setattr(actions, "publish_page", while_an_editor_changes_their_mind)
    assert actions.publish_due(by=journal.system(), now=timezone.now() + 2 * SOON) == 1
    published = Edition.objects.filter(publication="published")
    assert [edition.translation_key for edition in published] == [first.translation_key]


def test_a_plan_that_there_is_not_cannot_be_taken_back() -> None:
    page, by = texts.ready_in_french_and_dutch(), texts.staff()
    with pytest.raises(Refused) as refusal:
        actions.cancel_schedule(page, by=by)
    assert refusal.value.code == "not-scheduled"
    assert not JournalEntry.objects.filter(verb="editorial.cancel").exists()


def test_where_the_pages_are_gone_the_plan_lapses_and_the_others_are_published() -> None:
    gone, page, by = texts.ready_in_french_and_dutch(), texts.ready_in_french_and_dutch(), texts.staff()
    lost = actions.publish_page(gone, by=by, at=timezone.now() + SOON)
    kept = actions.publish_page(page, by=by, at=timezone.now() + SOON)
    for sister in NewsPage.objects.filter(translation_key=gone.translation_key):
        sister.delete()
    assert actions.publish_due(by=journal.system(), now=timezone.now() + 2 * SOON) == 1
    for edition in (lost, kept):
        edition.refresh_from_db()
    assert (lost.is_published, lost.due_at) == (False, None)
    assert "supprimées" in lost.lapse
    assert kept.is_published
