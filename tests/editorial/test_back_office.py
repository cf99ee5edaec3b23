"""Wagtail's screens follow our actions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civicthread.core.errors import Forbidden
from civicthread.editorial import actions
from civicthread.editorial.models import Edition, NewsPage
from civicthread.editorial.trees import folder
from tests import personas
from tests.editorial import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    return personas.make("staff").client()


def test_who_may_write_finds_the_way_in_among_the_screens_of_the_office(office: Client):
    assert '<a href="/cms/">' in office.get("/en/projects/office/").content.decode()
    juror = personas.make("lead").client()
    assert "/cms/" not in juror.get("/en/projects/office/").content.decode()


def write(office: Client, title: str, **more: Any) -> NewsPage:
    parent = folder(NewsPage, "fr")
    answer = office.post(
        f"/cms/pages/add/editorial/newspage/{parent.pk}/", texts.fields(title, slug="essai", **more)
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return NewsPage.objects.get(locale__language_code="fr")


def in_dutch() -> NewsPage:
    page: NewsPage = NewsPage.objects.get(locale__language_code="nl")
    return page


def edit(office: Client, page: NewsPage, title: str, **more: Any) -> list[str]:
    """Send the form of that page; gives what the Office is told."""
    values = texts.fields(title, **{"slug": page.slug, **more})
    answer = office.post(f"/cms/pages/{page.pk}/edit/", values, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def test_a_news_article_is_written_translated_and_published_in_one_go(office: Client, client: Client) -> None:
    french = write(office, "Une nouvelle")
    edit(office, in_dutch(), "Een bericht")
    told = edit(office, french, "Une nouvelle", **{"action-publish": "1"})
    assert told == ["Publié dans toutes les langues complètes."]
    assert client.get("/nl/news/een-bericht/").status_code == 200
    assert client.get("/fr/news/essai/").status_code == 200


def test_publishing_before_it_is_translated_says_what_is_missing_and_keeps_the_draft(office: Client) -> None:
    french = write(office, "Une nouvelle")
    told = edit(office, french, "Une meilleure nouvelle", **{"action-publish": "1"})
    assert "le texte n’est pas complet en néerlandais" in " ".join(told)
    assert f"/cms/pages/{in_dutch().pk}/edit/" in " ".join(told)
    assert not NewsPage.objects.filter(live=True).exists()
    assert (
        NewsPage.objects.get(pk=french.pk).get_latest_revision_as_object().title == "Une meilleure nouvelle"
    )


def test_a_translation_without_an_introduction_is_named_and_led_to(office: Client) -> None:
    french = write(office, "Une nouvelle")
    edit(office, in_dutch(), "Een bericht", intro="")
    told = " ".join(edit(office, french, "Une nouvelle", **{"action-publish": "1"}))
    assert "introduction (néerlandais)" in told
    assert f"/cms/pages/{in_dutch().pk}/edit/" in told


def test_publishing_while_creating_is_refused_the_same_way(office: Client) -> None:
    write(office, "Une nouvelle", **{"action-publish": "1"})
    assert NewsPage.objects.filter(live=False).count() == 3


def test_publishing_can_be_planned_and_the_plan_taken_back(office: Client) -> None:
    french = write(office, "Une nouvelle")
    edit(office, in_dutch(), "Een bericht")
    moment = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    edit(office, french, "Une nouvelle", go_live_at=moment, **{"action-publish": "1"})
    assert Edition.objects.get().due_at
    edit(office, in_dutch(), "Een bericht", go_live_at="")
    assert Edition.objects.get().due_at is None


def test_the_button_says_that_it_publishes_in_all_languages(office: Client) -> None:
    french = write(office, "Une nouvelle")
    html = office.get(f"/cms/pages/{french.pk}/edit/").content.decode()
    assert 'name="action-publish"' in html
    assert "Publier dans toutes les langues" in html


def test_a_preview_looks_like_the_page(office: Client) -> None:
    french = write(office, "Une nouvelle")
    html = office.get(f"/cms/pages/{french.pk}/view_draft/").content.decode()
    assert "<h1>Une nouvelle</h1>" in html
    assert "<h2>Une nouvelle</h2>" in html


def test_withdrawing_asks_for_the_reason_in_the_required_languages(office: Client, client: Client) -> None:
    edition = texts.published(texts.staff())
    page = texts.page_in(edition, "fr")
    address = f"/fr/editorial/{page.pk}/withdraw/"
    assert address in office.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert office.post(f"/cms/pages/{page.pk}/unpublish/")["Location"] == address
    assert office.post(address, {"because_fr": "Erreur."}).status_code == 200
    assert client.get("/fr/news/des-velos-comptes-bikes/").status_code == 200
    assert office.post(address, {"because_fr": "Erreur.", "because_nl": "Fout."}).status_code == 302
    assert client.get("/fr/news/des-velos-comptes-bikes/").status_code == 410


def test_a_visitor_may_not_withdraw(client: Client) -> None:
    page = texts.page_in(texts.published(texts.staff()), "fr")
    client.post(f"/fr/editorial/{page.pk}/withdraw/", {"because_fr": "x", "because_nl": "x"})
    assert texts.page_in(Edition.objects.get(), "fr").live


def test_a_published_article_cannot_be_deleted_but_a_draft_can() -> None:
    office = personas.make("staff").client()
    page = texts.page_in(texts.published(texts.staff()), "fr")
    office.post(f"/cms/pages/{page.pk}/delete/")
    assert NewsPage.objects.filter(pk=page.pk).exists()
    draft = NewsPage(title="Brouillon", intro="x", live=False)
    folder(NewsPage, "fr").add_child(instance=draft)
    office.post(f"/cms/pages/{draft.pk}/delete/")
    assert not NewsPage.objects.filter(pk=draft.pk).exists()


def test_a_lapsed_plan_is_told_on_the_first_screen(office: Client) -> None:
    edition = texts.published(texts.staff())
    actions.lapse(
        edition, by=personas.make("system").actor, because="The text is not complete in Nederlands."
    )
    assert "not complete in Nederlands" in office.get("/cms/").content.decode()


def test_an_article_offers_the_office_and_nobody_else_its_edit_page(office: Client, client: Client) -> None:
    page = texts.page_in(texts.published(texts.staff()), "fr")
    address = "/fr/news/des-velos-comptes-bikes/"
    assert f"/cms/pages/{page.pk}/edit/" in office.get(address).content.decode()
    assert "/cms/" not in client.get(address).content.decode()


def test_the_back_office_has_a_policy_of_its_own_and_asks_no_other_host(office: Client) -> None:
    policy = office.get("/cms/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "'unsafe-inline'" not in office.get("/fr/")["Content-Security-Policy"]


def test_a_preview_may_stand_in_a_frame_of_the_back_office(office: Client) -> None:
    french = write(office, "Une nouvelle")
    answer = office.get(f"/cms/pages/{french.pk}/view_draft/")
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["unpublish", "delete", "publish"])
def test_nothing_is_done_to_many_texts_at_once(office: Client, client: Client, kind: str) -> None:
    french = write(office, "Une nouvelle")
    edit(office, in_dutch(), "Een bericht")
    edit(office, french, "Une nouvelle", **{"action-publish": "1"})
    answer = office.post(
        f"/cms/bulk/wagtailcore/page/{kind}/?id={french.pk}", {"include_descendants": "on"}, follow=True
    )
    assert "une à la fois" in " ".join(map(str, answer.context["messages"]))
    assert client.get("/fr/news/essai/").status_code == 200


@pytest.mark.parametrize("kind", ["unpublish", "delete"])
def test_what_the_site_stands_on_is_not_taken_away(office: Client, client: Client, kind: str) -> None:
    index = folder(NewsPage, "fr")
    for page in (index, index.get_parent()):
        answer = office.post(f"/cms/pages/{page.pk}/{kind}/", follow=True)
        assert "ne peut pas être retirée" in " ".join(map(str, answer.context["messages"]))
    assert client.get("/fr/").status_code == 200
    assert client.get("/fr/news/").status_code == 200


def save_by_itself(office: Client, page: NewsPage | None, title: str, **more: str) -> NewsPage:
    """What the editor sends by itself while somebody types."""
    add = f"/cms/pages/add/editorial/newspage/{folder(NewsPage, 'fr').pk}/"
    values = texts.fields(title, ready=False, **more)
    answer = office.post(
        f"/cms/pages/{page.pk}/edit/" if page else add, values, headers={"accept": "application/json"}
    )
    assert answer.json()["success"], answer.content
    return NewsPage.objects.get(locale__language_code="fr")


def dutch_draft() -> NewsPage:
    draft: NewsPage = in_dutch().get_latest_revision_as_object()
    return draft


def test_what_is_typed_slowly_reaches_the_other_languages_whole(office: Client, client: Client) -> None:
    french = save_by_itself(office, None, "Le", slug="le", intro="")
    assert not NewsPage.objects.exclude(pk=french.pk).exists()
    edit(office, french, "Le compte", slug="le-compte", ready=False)
    assert dutch_draft().title == "Le compte"
    for title in ("Le compte des", "Le compte des vélos"):
        save_by_itself(office, french, title, slug="le-compte-des-velos")
    dutch = dutch_draft()
    assert (dutch.title, dutch.intro) == ("Le compte des vélos", "Le compte des vélos.")
    assert dutch.body[0].value == "Le compte des vélos"
    assert (dutch.slug, dutch.ready) == ("le-compte-des-velos", False)
    edit(office, in_dutch(), "Getelde fietsen")
    edit(office, french, "Le compte des vélos", slug="des-velos-comptes", **{"action-publish": "1"})
    assert dutch_draft().title == "Getelde fietsen"
    assert client.get("/nl/news/getelde-fietsen/").status_code == 200
    assert client.get("/fr/news/des-velos-comptes/").status_code == 200


def test_a_text_without_an_introduction_yet_is_kept_with_its_sisters(office: Client) -> None:
    write(office, "Une nouvelle", ready=False, intro="")
    assert dutch_draft().title == "Une nouvelle"
    assert dutch_draft().intro == ""


def test_a_draft_that_was_written_in_is_left_alone(office: Client) -> None:
    french = write(office, "Une nouvelle")
    edit(office, in_dutch(), "Een bericht", ready=False)
    edit(office, french, "Une meilleure nouvelle")
    english = NewsPage.objects.get(locale__language_code="en").get_latest_revision_as_object()
    assert (dutch_draft().title, english.title) == ("Een bericht", "Une meilleure nouvelle")


def test_the_back_office_offers_nothing_that_does_nothing_and_leads_to_no_other_host(office: Client) -> None:
    french = write(office, "Une nouvelle")
    for screen in ("/cms/", "/cms/pages/", f"/cms/pages/{french.pk}/edit/"):
        html = re.sub(r"(?s)<noscript.*?</noscript>", "", office.get(screen).content.decode())
        parts = ("documents", "redirects", "sites", "locales", "workflows", "users")
        assert [part for part in parts if f"/cms/{part}/" in html] == []
        led = re.findall(r'(?:href=|"url": |"href": )"(https?:[^"]+)', html)
        assert [address for address in led if "content-checks" not in address] == []


def test_publishing_is_the_work_of_office_staff() -> None:
    administrator = personas.make("administrator")
    assert administrator.client().get("/cms/", follow=True).status_code == 403
    page = texts.ready_in_french_and_dutch()
    with pytest.raises(Forbidden):
        actions.publish_page(page, by=administrator.actor)
