"""What readers see of news and pages, in each language."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.editorial import actions
from civicthread.editorial.models import Edition, NewsPage, Purpose, StrategyPage
from civicthread.projects import actions as projects
from tests.editorial import texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_an_article_reads_in_each_language(client: Client, language: str) -> None:
    texts.published(texts.staff())
    answer = client.get(f"/{language}/news/{texts.SLUG[language]}-bikes/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert texts.TITLE[language] in html
    assert f'<meta name="description" content="{texts.INTRO[language]}">' in html


def test_the_language_switch_stays_on_the_article(client: Client) -> None:
    texts.published(texts.staff())
    html = client.get("/fr/news/des-velos-comptes-bikes/").content.decode()
    assert 'hreflang="nl" href="http://localhost:8000/nl/news/getelde-fietsen-bikes/"' in html
    there = re.search(r'<a[^>]+href="(/nl/news/[^"]+)"', html)
    assert there
    assert client.get(there[1]).status_code == 200


def test_every_block_is_drawn_and_escaped(client: Client) -> None:
    texts.published(texts.staff())
    html = client.get("/en/news/bicycles-counted-bikes/").content.decode()
    assert "<h2>How</h2>" in html
    assert "<p>With posts &amp; &lt;care&gt;.</p>" in html
    assert "<li>two</li>" in html
    assert '<blockquote cite="https://example.org/speech">' in html
    assert "https://example.org/bikes" in html


def test_a_missing_english_shows_another_language_and_marks_it(client: Client) -> None:
    texts.published(texts.staff(), languages=("fr", "nl"))
    html = client.get("/en/news/des-velos-comptes-bikes/").content.decode()
    assert '<span lang="fr">Des vélos comptés</span>' in html
    assert '<div class="prose" lang="fr">' in html


def test_an_old_address_leads_to_the_new_one(client: Client) -> None:
    by = texts.staff()
    edition = texts.published(by)
    draft = texts.page_in(edition, "fr").get_latest_revision_as_object()
    draft.slug = "velos"
    draft.save_revision()
    actions.publish_page(draft, by=by)
    answer = client.get("/fr/news/des-velos-comptes-bikes/")
    assert (answer.status_code, answer["Location"]) == (301, "/fr/news/velos/")


def test_the_slug_of_another_language_leads_to_the_readers(client: Client) -> None:
    texts.published(texts.staff())
    answer = client.get("/nl/news/des-velos-comptes-bikes/")
    assert answer["Location"] == "/nl/news/getelde-fietsen-bikes/"


def test_a_withdrawn_article_is_gone_and_says_why(client: Client) -> None:
    by = texts.staff()
    edition = texts.published(by)
    why = Text.of({"fr": "Erreur de date.", "nl": "Verkeerde datum."})
    actions.withdraw_page(texts.page_in(edition, "fr"), by=by, because=why)
    answer = client.get("/nl/news/getelde-fietsen-bikes/")
    assert answer.status_code == 410
    assert "Verkeerde datum." in answer.content.decode()
    told = client.get("/nl/changes/").content.decode()
    assert "Verkeerde datum." in told
    assert told.count("/nl/news/getelde-fietsen-bikes/") == 2


def test_a_draft_is_not_public(client: Client) -> None:
    by = texts.staff()
    edition = texts.published(by)
    draft = texts.page_in(edition, "fr").get_latest_revision_as_object()
    draft.title = "Un secret"
    draft.save_revision()
    assert "Un secret" not in client.get("/fr/news/des-velos-comptes-bikes/").content.decode()
    assert client.get("/fr/news/un-secret/").status_code == 404


def test_the_list_pages_by_key_and_newest_first(client: Client) -> None:
    by = texts.staff()
    for day in range(1, 27):
        texts.published(by, f"n{day}", dated=date(2026, 5, day))
    first = client.get("/fr/news/").content.decode()
    assert first.index("comptes-n26/") < first.index("comptes-n25/")
    assert "comptes-n1/" not in first
    following = re.search(r'href="(\?page=[^"]+)"', first)
    assert following
    assert "comptes-n1/" in client.get("/fr/news/" + following[1].replace("&amp;", "&")).content.decode()


def test_an_empty_list_says_what_will_stand_there(client: Client) -> None:
    assert "No news yet" in client.get("/en/news/").content.decode()


def test_the_list_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    by = texts.staff()
    for number in range(5):
        texts.published(by, f"n{number}")
    with django_assert_max_num_queries(3):
        client.get("/fr/news/")


def test_an_article_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    texts.published(texts.staff())
    with django_assert_max_num_queries(8):
        client.get("/fr/news/des-velos-comptes-bikes/")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_strategy_page_reads_in_each_language(client: Client, language: str) -> None:
    edition = actions.write_page(texts.draft("plan", dated=None), purpose="strategy", by=texts.staff())
    answer = client.get(f"/{language}/pages/{edition.slugs[language]}/")
    assert answer.status_code == 200
    assert texts.TITLE[language] in answer.content.decode()


def test_a_page_is_no_article(client: Client) -> None:
    edition = actions.write_page(texts.draft("plan", dated=None), purpose="strategy", by=texts.staff())
    assert client.get(f"/fr/news/{edition.slugs['fr']}/").status_code == 404


def test_the_home_page_and_statements_have_one_address_only(client: Client) -> None:
    edition = actions.write_page(texts.draft("secrets", dated=None), purpose="privacy", by=texts.staff())
    answer = client.get(f"/fr/pages/{edition.slugs['fr']}/")
    assert answer["Location"] == "/fr/privacy/"


def test_a_link_to_another_page_leads_to_its_public_address(client: Client) -> None:
    by = texts.staff()
    target = texts.page_in(texts.published(by, "target"), "fr")
    edition = texts.published(by, "source")
    draft = texts.page_in(edition, "fr").get_latest_revision_as_object()
    draft.body = [("paragraph", f'<p><a linktype="page" id="{target.pk}">lire</a></p>')]
    draft.save_revision()
    actions.publish_page(draft, by=by)
    html = client.get("/fr/news/des-velos-comptes-source/").content.decode()
    assert '<a href="/fr/news/des-velos-comptes-target/">lire</a>' in html


def test_the_edition_of_an_article_is_known_to_its_page() -> None:
    edition = texts.published(texts.staff())
    page = NewsPage.objects.get(translation_key=edition.translation_key, locale__language_code="nl")
    assert page.edition() == Edition.objects.get()
    assert page.full_url == "http://localhost:8000/nl/news/getelde-fietsen-bikes/"


def test_an_article_shows_the_projects_it_tells_about(client: Client) -> None:
    by = journal.system()
    project = projects.create_project({"code": "lamps", "title": {"fr": "Lampes", "nl": "Lampen"}}, by=by)
    projects.publish_project(project, by=by)
    texts.published(by, projects=(project,))
    html = client.get("/fr/news/des-velos-comptes-bikes/").content.decode()
    assert f'<a href="{project.get_absolute_url()}">Lampes</a>' in html


def test_a_text_that_stands_alone_shows_no_empty_thread(client: Client) -> None:
    texts.published(texts.staff())
    assert 'class="threads"' not in client.get("/fr/news/des-velos-comptes-bikes/").content.decode()


def test_a_text_whose_pages_are_gone_is_not_found_and_the_home_page_stands_without_it(client: Client) -> None:
    by = texts.staff()
    texts.published(by)
    actions.write_page(texts.draft("home"), purpose=Purpose.HOME, by=by)
    for model in (NewsPage, StrategyPage):
        model.objects.filter(locale__language_code="fr").update(live=False)
    assert client.get("/fr/news/des-velos-comptes-bikes/").status_code == 404
    assert client.get("/nl/news/getelde-fietsen-bikes/").status_code == 200
    assert client.get("/fr/").status_code == 200
