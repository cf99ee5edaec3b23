"""The pages of ideas and needs, in every language."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from civicthread.core.text import Text
from civicthread.ideas import actions
from civicthread.ideas.models import Idea, Report
from tests import personas
from tests.factories import ideas
from tests.factories.accounts import person
from tests.factories.ideas import ANSWER
from tests.portal.pages import LANGUAGES, seen

pytestmark = pytest.mark.django_db
PLACES = ("", "?query=banc&state=retained&order=title", "new/", "sent/", "needs/")


def whole(path: str, client: Client | None = None) -> None:
    """The page says what it is, in one main heading, runs nothing of its own, and skips no level."""
    page = seen(client or Client(), path)
    assert page.language == path[1:3]
    assert page.headings.count("h1") == 1
    assert page.title.strip()
    assert page.unsafe == []
    assert len(page.ids) == len(set(page.ids))
    levels = [int(heading[1]) for heading in page.headings]
    main = levels.index(1)
    assert all(after - before <= 1 for before, after in zip(levels[main:], levels[main + 1 :], strict=False))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_a_list_or_form_is_whole(language, place):
    ideas.answered()
    ideas.need()
    whole(f"/{language}/ideas/{place}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_an_idea_and_of_its_need_are_whole(language):
    idea, need, by = ideas.public(name="Camille", show_name=True, language="nl"), ideas.need(), ideas.staff()
    actions.merge_idea(idea, need, by=by, number=1, text=ANSWER)
    for thing in (idea, need):
        whole(f"/{language}/ideas/{'needs/' if thing == need else ''}{thing.reference}/")
    for page in ("received", "report"):
        whole(f"/{language}/ideas/{idea.reference}/{page}/")


def test_an_empty_city_invites_the_first_idea(client):
    assert "Give the first one" in client.get("/en/ideas/").content.decode()
    assert "No need yet" in client.get("/en/ideas/needs/").content.decode()


def test_words_in_another_language_are_marked():
    idea = ideas.public(title="Een bank", text="In de schaduw.", language="nl")
    page = Client().get(f"/fr/ideas/{idea.reference}/").content.decode()
    assert '<span lang="nl">Een bank</span>' in page
    assert '<blockquote lang="nl">' in page
    own = Client().get(f"/nl/ideas/{idea.reference}/").content.decode()
    assert "<h1>Een bank</h1>" in own
    assert '<h2 class="card-title" lang="nl">' in Client().get("/fr/ideas/").content.decode()


def test_an_answer_stands_in_the_readers_language_or_says_in_which_it_is():
    idea = ideas.answered()
    assert "Ja, omdat." in Client().get(f"/nl/ideas/{idea.reference}/").content.decode()
    need = ideas.need()
    page = Client().get(f"/en/ideas/needs/{need.reference}/").content.decode()
    assert '<span lang="fr">Ombre' in page


def test_a_name_is_shown_only_when_its_author_wants_it():
    shown, kept = ideas.public(name="Camille", show_name=True), ideas.public(name="Dominique")
    assert "Camille" in Client().get(f"/en/ideas/{shown.reference}/").content.decode()
    html = Client().get(f"/en/ideas/{kept.reference}/").content.decode()
    assert "Dominique" not in html
    assert "a citizen" in html
    for idea in (shown, kept):
        assert idea.contact.email not in Client().get(f"/en/ideas/{idea.reference}/").content.decode()


def test_the_path_of_an_idea_stands_on_its_page():
    html = Client().get(f"/en/ideas/{ideas.answered().reference}/").content.decode()
    path = html.partition('class="steps"')[2].partition("</ol>")[0]
    assert (
        path.index("Received")
        < path.index('aria-current="step"')
        < path.index("Retained")
        < path.index("Delivered")
    )


def test_what_became_of_an_idea_stands_on_its_page():
    idea, need = ideas.public(), ideas.need()
    actions.merge_idea(idea, need, by=ideas.staff(), number=1, text=ANSWER)
    threads = Client().get(f"/fr/ideas/{idea.reference}/").content.decode().partition('class="threads"')[2]
    assert need.get_absolute_url() in threads
    assert idea.get_absolute_url() in Client().get(need.get_absolute_url()).content.decode()


def test_a_hidden_idea_tells_why_in_every_language():
    idea = ideas.hidden()
    for language, reason in (
        ("fr", "Données privées."),
        ("nl", "Privégegevens."),
        ("en", "Données privées."),
    ):
        answer = Client().get(f"/{language}/ideas/{idea.reference}/")
        assert answer.status_code == 410
        assert reason in answer.content.decode()
        assert idea.title not in answer.content.decode()
        assert idea.text not in answer.content.decode()


def test_an_idea_that_was_taken_back_says_so():
    idea = ideas.taken_back()
    answer = Client().get(idea.get_absolute_url())
    assert answer.status_code == 410
    assert idea.title not in answer.content.decode()


def test_what_is_not_public_has_no_form_behind_it():
    client = personas.make("citizen").client()
    for idea in (ideas.unconfirmed(), ideas.hidden(), ideas.taken_back()):
        for name in ("received", "report"):
            assert client.get(reverse(f"ideas:{name}", args=[idea.reference])).status_code == 404
        assert client.post(reverse("ideas:support", args=[idea.reference])).status_code == 404
    assert client.get(reverse("ideas:idea", args=["IDEA-1999-0001"])).status_code == 404


def test_a_need_tells_where_it_comes_from_and_leads_to_the_whole_thread(client):
    need = ideas.need()
    idea = ideas.merged(need)
    page = client.get(f"/en/ideas/needs/{need.reference}/")
    html = page.content.decode()
    for title in ("Where this comes from", "What became of it"):
        assert title in html
    assert [step.title for step in page.context["came_from"]] == [idea.title]
    assert f"/en/thread/need/{need.reference}/" in html


def test_a_withdrawn_need_tells_why_and_comes_back(client):
    need, office = ideas.need(), personas.make("staff").client()
    address = reverse("ideas:withdraw-need", args=[need.reference])
    assert address in office.get(reverse("ideas:need-desk")).content.decode()
    assert office.post(address, {"because_fr": "Doublon."}).status_code == 422
    assert office.post(address, {"because_fr": "Doublon.", "because_nl": "Dubbel."}).status_code == 302
    gone = client.get(need.get_absolute_url())
    assert gone.status_code == 410
    assert "Doublon." in gone.content.decode()
    office.post(reverse("ideas:publish-need", args=[need.reference]))
    assert client.get(need.get_absolute_url()).status_code == 200


def test_a_draft_need_is_not_there():
    draft = ideas.need(published=False)
    assert Client().get(draft.get_absolute_url()).status_code == 404


def test_filters_narrow_the_list():
    area = ideas.municipality()
    here = ideas.public(title="Velours", area=area)
    dutch = ideas.public(title="Fluweel", language="nl")
    answered = ideas.answered(title="Soie")
    found = {
        f"?area={area.code}": here,
        "?language=nl": dutch,
        "?state=retained": answered,
        "?query=VELOURS": here,
        f"?query=velours&area={area.code}": here,
    }
    for query, idea in found.items():
        page = Client().get(f"/fr/ideas/{query}")
        assert [line.idea for line in page.context["lines"]] == [idea], query
        assert page.context["count"] == 1
    assert not Client().get("/fr/ideas/?query=velours&language=nl").context["lines"]


@pytest.mark.parametrize(
    "query", ["?state=x", "?area=99999", "?language=xx", "?order=x", "?page=x", "?query=%00"]
)
def test_a_filter_that_makes_no_sense_is_left_aside(query):
    ideas.public()
    assert len(Client().get(f"/fr/ideas/{query}").context["lines"]) == 1


def test_the_list_is_sorted_and_paged_in_both_orders():
    titles = [f"{letter}" for letter in "ÉcdabZyxwvutsrqponmlkjihgf"]
    for title in titles:
        ideas.public(title=title)
    newest = read_all("?order=newest")
    assert newest == titles[::-1]
    by_title = read_all("?order=title")
    assert by_title == sorted(titles, key=lambda title: title.replace("É", "e").lower())


def read_all(query: str) -> list[str]:
    """The titles of all pages of the list."""
    shown: list[str] = []
    key = ""
    while True:
        page = Client().get(f"/fr/ideas/{query}&page={key}")
        shown += [line.idea.title for line in page.context["lines"]]
        key = page.context["page"].next
        if not key:
            return shown


def test_the_list_costs_the_same_however_long_it_is(constant_queries):
    constant_queries("/fr/ideas/", ideas.public)
    constant_queries("/fr/ideas/?query=banc&order=title", ideas.public)
    constant_queries("/fr/ideas/needs/", ideas.need)


def test_the_list_costs_the_same_for_who_is_signed_in(constant_queries):
    constant_queries("/fr/ideas/", ideas.public, personas.make("citizen").client())


def test_the_page_of_an_idea_costs_the_same_however_much_happened(constant_queries):
    idea, by = ideas.answered(), ideas.staff()
    need, numbers = ideas.need(), iter(range(2, 9))

    def more() -> None:
        actions.support_idea(idea, by=person().actor)
        number = next(numbers)
        text = Text.of({"fr": f"Oui, {number}.", "nl": f"Ja, {number}."})
        actions.merge_idea(idea, need, by=by, number=number, text=text)

    constant_queries(f"/fr/ideas/{idea.reference}/", more, personas.make("citizen").client())
    constant_queries(need.get_absolute_url(), lambda: merged(need), personas.make("citizen").client())


def merged(need) -> None:
    actions.merge_idea(ideas.public(), need, by=ideas.staff(), number=1, text=ANSWER)


def test_a_visitor_is_led_to_sign_in_to_support():
    idea = ideas.public()
    html = Client().get(idea.get_absolute_url()).content.decode()
    assert f"{reverse('account_login')}?next={idea.get_absolute_url()}" in html
    assert reverse("ideas:support", args=[idea.reference]) not in html
    assert Client().post(reverse("ideas:support", args=[idea.reference])).status_code == 403


def test_a_person_supports_and_takes_it_back_without_a_script():
    idea, client = ideas.public(), personas.make("citizen").client()
    for name, count in (("support", 1), ("support", 1), ("withdraw", 0), ("withdraw", 0)):
        answer = client.post(reverse(f"ideas:{name}", args=[idea.reference]))
        assert answer.url == idea.get_absolute_url()
        assert idea.supports.count() == count
        html = client.get(idea.get_absolute_url()).content.decode()
        assert f'aria-pressed="{"true" if count else "false"}"' in html


def test_the_support_button_is_a_real_form_that_a_script_may_shorten():
    idea, client = ideas.public(), personas.make("citizen").client()
    html = client.get(idea.get_absolute_url()).content.decode()
    form = html.partition('<form class="action"')[2].partition("</form>")[0]
    assert 'method="post"' in form
    assert 'hx-target="#support"' in form
    assert "csrfmiddlewaretoken" in form
    assert 'id="support"' in html


def test_a_support_without_the_token_of_the_form_is_refused():
    idea, persona = ideas.public(), personas.make("citizen")
    strict = Client(enforce_csrf_checks=True)
    personas.sign_in(strict, persona.user)
    assert strict.post(reverse("ideas:support", args=[idea.reference])).status_code == 403
    assert not idea.supports.exists()


def test_a_visitor_reports_an_idea():
    idea, client = ideas.public(), Client()
    address = reverse("ideas:report", args=[idea.reference])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Publicité"}).url == idea.get_absolute_url()
    assert client.post(address, {"reason": "x", "website": "http://x"}).url == idea.get_absolute_url()
    assert Report.objects.get().reason == "Publicité"
    assert Report.objects.get().by is None


def test_reports_are_limited():
    idea, client = ideas.public(), Client()
    address = reverse("ideas:report", args=[idea.reference])
    answers = [client.post(address, {"reason": str(number)}).status_code for number in range(11)]
    assert answers == [302] * 10 + [429]


def test_an_author_takes_an_idea_back_after_being_asked():
    citizen = personas.make("citizen")
    idea, client = ideas.public(by=citizen.actor), citizen.client()
    address = reverse("ideas:take-back", args=[idea.reference])
    assert address in client.get(idea.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200
    assert Idea.objects.get().visibility == "public"
    client.post(address)
    assert Idea.objects.get().visibility == "taken_back"
    assert personas.make("citizen").client().get(address).status_code == 404


def test_nobody_else_is_offered_to_take_it_back():
    idea, client = ideas.public(by=person().actor), personas.make("citizen").client()
    address = reverse("ideas:take-back", args=[idea.reference])
    assert address not in client.get(idea.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 403


def test_an_idea_is_found_in_search_and_in_the_sitemap_and_told_in_what_changed():
    idea = ideas.public(title="Zeppelins")
    for place in ("search/?q=zeppelin", "changes/"):
        assert idea.get_absolute_url() in Client().get(f"/fr/{place}").content.decode()
    names = re.findall(r"<loc>[^<]*(/sitemap-[^<]+)</loc>", Client().get("/sitemap.xml").content.decode())
    maps = "".join(Client().get(name).content.decode() for name in names)
    assert settings.BASE_URL + idea.get_absolute_url() in maps
    assert settings.BASE_URL + ideas.hidden().get_absolute_url() not in maps


def test_the_page_leads_to_its_address_in_the_other_languages():
    page = seen(Client(), f"/fr/ideas/{ideas.public().reference}/")
    assert set(page.alternates) == set(LANGUAGES)
