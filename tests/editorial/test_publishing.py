"""A text is published in every required language at once, or not at all."""

import pytest
from django.db import transaction

from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import Actor, JournalEntry, SearchEntry
from civicthread.core.text import Text
from civicthread.editorial import actions
from civicthread.editorial.models import Edition, NewsPage
from civicthread.editorial.trees import folder
from tests.editorial import texts

pytestmark = pytest.mark.django_db

WHY = Text.of({"fr": "Erreur de date.", "nl": "Verkeerde datum.", "en": "Wrong date."})


def written_in_french() -> NewsPage:
    page = NewsPage(title="Une nouvelle", intro="En bref.", ready=True, live=False)
    folder(NewsPage, "fr").add_child(instance=page)
    page.save_revision()
    return page


def translated(page: NewsPage, language: str, title: str) -> None:
    sister = NewsPage.objects.get(translation_key=page.translation_key, locale__language_code=language)
    sister.title, sister.intro, sister.ready = title, f"{title}.", True
    sister.save_revision()


@transaction.atomic
def publish_and_fail(page: NewsPage, by: Actor) -> None:
    actions.publish_page(page, by=by)
    raise ZeroDivisionError


def live(page: NewsPage) -> set[str]:
    found = NewsPage.objects.filter(translation_key=page.translation_key, live=True)
    return set(found.values_list("locale__language_code", flat=True))


def test_publishing_without_dutch_is_refused_and_says_so() -> None:
    page = written_in_french()
    with pytest.raises(Refused, match="néerlandais"):
        actions.publish_page(page, by=texts.staff())
    assert live(page) == set()


def test_publishing_with_dutch_publishes_both_languages() -> None:
    page, by = written_in_french(), texts.staff()
    actions.add_translations(page, by=by)
    translated(page, "nl", "Een bericht")
    edition = actions.publish_page(page, by=by)
    assert live(page) == {"fr", "nl"}
    assert edition.is_published
    assert edition.title == Text.of({"fr": "Une nouvelle", "nl": "Een bericht"})


def test_a_copy_of_the_french_does_not_count_as_dutch() -> None:
    page, by = written_in_french(), texts.staff()
    actions.add_translations(page, by=by)
    sister = NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="nl")
    sister.ready = True
    sister.save_revision()
    with pytest.raises(Refused) as refusal:
        actions.publish_page(page, by=by)
    assert refusal.value.facts["languages"] == ["nl"]


def test_what_is_written_in_dutch_first_is_no_copy_of_the_french_draft_made_of_it() -> None:
    page, by = NewsPage(title="Een bericht", intro="Kort.", ready=True, live=False), texts.staff()
    folder(NewsPage, "nl").add_child(instance=page)
    page.save_revision()
    actions.add_translations(page, by=by)
    with pytest.raises(Refused) as refusal:
        actions.publish_page(page, by=by)
    assert refusal.value.facts["languages"] == ["fr"]


def test_a_translation_not_marked_complete_does_not_count() -> None:
    page, by = written_in_french(), texts.staff()
    actions.add_translations(page, by=by)
    translated(page, "nl", "Een bericht")
    sister = NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="nl")
    draft = sister.get_latest_revision_as_object()
    draft.ready = False
    draft.save_revision()
    with pytest.raises(Refused):
        actions.publish_page(page, by=by)


def test_wagtails_own_publishing_is_ours() -> None:
    page = written_in_french()
    with pytest.raises(Refused):
        page.get_latest_revision().publish(user=texts.staff_user())
    assert live(page) == set()


def test_a_citizen_may_not_publish() -> None:
    page = written_in_french()
    with pytest.raises(Forbidden):
        actions.publish_page(page, by=Actor.objects.create())


def test_a_new_page_gets_its_sisters_once() -> None:
    page, by = written_in_french(), texts.staff()
    assert {sister.locale.language_code for sister in actions.add_translations(page, by=by)} == {"nl", "en"}
    assert actions.add_translations(page, by=by) == []


def test_a_translation_gets_a_slug_of_its_own_title() -> None:
    page, by = written_in_french(), texts.staff()
    actions.add_translations(page, by=by)
    translated(page, "nl", "Een bericht")
    edition = actions.publish_page(page, by=by)
    assert edition.slugs == {"fr": "une-nouvelle", "nl": "een-bericht", "en": "une-nouvelle"}


def test_an_address_is_made_of_plain_letters() -> None:
    page, by = written_in_french(), texts.staff()
    page.slug = "une-idée-à-vélo"
    page.save_revision()
    actions.add_translations(page, by=by)
    translated(page, "nl", "Een bericht")
    edition = actions.publish_page(page, by=by)
    assert edition.addresses()["fr"] == "/fr/news/une-idee-a-velo/"


def test_two_texts_never_share_an_address() -> None:
    by = texts.staff()
    first = texts.published(by, "one", slug=texts.SLUG)
    second = texts.published(by, "two", slug=texts.SLUG)
    assert first.slugs["fr"] == "des-velos-comptes"
    assert second.slugs["fr"] == "des-velos-comptes-1"


def test_a_page_and_an_article_never_share_an_address() -> None:
    by = texts.staff()
    texts.published(by, "one", slug=texts.SLUG)
    page = actions.write_page(texts.draft("two", slug=texts.SLUG), purpose="strategy", by=by)
    assert page.slugs["fr"] == "des-velos-comptes-2"


def test_a_text_shown_in_another_language_never_takes_the_address_of_one_written_in_it(client) -> None:
    by = texts.staff()
    written = texts.published(by, "one", slug={"fr": "bicyclettes", "nl": "fietsen", "en": "velos"})
    shown = texts.published(by, "two", languages=("fr", "nl"), slug={"fr": "velos", "nl": "rijwielen"})
    assert written.slugs["en"] == "velos"
    assert (shown.slugs["fr"], shown.slugs["en"]) == ("velos", f"velos-{shown.pk}")
    assert texts.TITLE["en"] in client.get("/en/news/velos/").content.decode()
    assert texts.TITLE["fr"] in client.get(f"/en/news/velos-{shown.pk}/").content.decode()


def test_the_same_draft_again_changes_nothing() -> None:
    by = texts.staff()
    first = texts.published(by)
    entries = JournalEntry.objects.count()
    assert texts.published(by).pk == first.pk
    assert NewsPage.objects.count() == 3
    assert JournalEntry.objects.count() == entries


def test_a_changed_draft_is_brought_up_to_date() -> None:
    by = texts.staff()
    first = texts.published(by)
    again = texts.published(by, title=texts.TITLE | {"fr": "Des vélos recomptés"})
    assert again.pk == first.pk
    assert again.title["fr"].text == "Des vélos recomptés"
    assert texts.page_in(again, "fr").title == "Des vélos recomptés"
    assert JournalEntry.objects.filter(verb="editorial.revise", public=True).count() == 1


def test_publishing_is_public_in_the_journal_and_findable() -> None:
    edition = texts.published(texts.staff())
    entry = JournalEntry.objects.get(verb="editorial.publish")
    assert (entry.kind, entry.object_id, entry.public) == ("editorial.news", str(edition.pk), True)
    assert SearchEntry.objects.filter(kind="editorial.news").count() == 3
    assert "born" in SearchEntry.objects.get(kind="editorial.news", language="fr").words


def test_withdrawing_takes_every_language_away_and_out_of_search() -> None:
    by = texts.staff()
    edition = texts.published(by)
    actions.withdraw_page(texts.page_in(edition, "nl"), by=by, because=WHY)
    assert not NewsPage.objects.filter(live=True).exists()
    assert not SearchEntry.objects.filter(kind="editorial.news").exists()


def test_withdrawing_without_a_reason_in_dutch_is_refused() -> None:
    by = texts.staff()
    edition = texts.published(by)
    with pytest.raises(Refused, match="néerlandais"):
        actions.withdraw_page(texts.page_in(edition, "fr"), by=by, because=Text.of({"fr": "Erreur."}))
    assert Edition.objects.get(pk=edition.pk).is_published


def test_unpublishing_one_language_is_refused() -> None:
    edition = texts.published(texts.staff())
    with pytest.raises(Refused):
        texts.page_in(edition, "fr").unpublish()
    assert texts.page_in(edition, "fr").live


def test_a_failure_half_way_publishes_nothing() -> None:
    page, by = written_in_french(), texts.staff()
    actions.add_translations(page, by=by)
    translated(page, "nl", "Een bericht")
    with pytest.raises(ZeroDivisionError):
        publish_and_fail(page, by)
    assert live(page) == set()
    assert not Edition.objects.exists()
