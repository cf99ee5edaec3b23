"""The screens on which the Office works."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from civicthread.core.models import OutboxMail
from civicthread.ideas import actions
from civicthread.ideas.models import Idea, Need, Report
from tests import personas
from tests.factories import ideas, programme
from tests.factories.ideas import ANSWER
from tests.portal.pages import LANGUAGES, seen

pytestmark = pytest.mark.django_db
TEXTS = {"text_fr": "Oui.", "text_nl": "Ja.", "text_en": ""}


@pytest.fixture
def office() -> Client:
    """A browser of somebody of the Office."""
    return personas.make("staff").client()


def at(name: str, idea: Idea) -> str:
    return reverse(f"ideas:{name}", args=[idea.reference])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_whole(office, language):
    idea, need = ideas.answered(name="Camille", language="nl"), ideas.need()
    actions.report_idea(idea, by=None, reason="x")
    places = ["queue/", "enter/", "needs/", "needs/new/", f"needs/{need.reference}/"]
    places += [
        f"queue/{idea.reference}/{step}" for step in ("", "answer/", "merge/", "hide/", "forget/", "receipt/")
    ]
    for place in places:
        page = seen(office, f"/{language}/ideas/office/{place}")
        assert page.headings.count("h1") == 1, place
        assert page.unsafe == [], place
        assert len(page.ids) == len(set(page.ids)), place


def test_the_queue_holds_what_waits_longest_first(office):
    first, second, done = ideas.public(), ideas.public(), ideas.answered()
    actions.analyse_idea(second, by=ideas.staff())
    ideas.unconfirmed()
    page = office.get(reverse("ideas:queue"))
    assert [idea for idea, _days in page.context["rows"]] == [first, second]
    assert [idea for idea, _ in office.get("/fr/ideas/office/queue/?order=newest").context["rows"]] == [
        second,
        first,
    ]
    assert [idea for idea, _ in office.get("/fr/ideas/office/queue/?state=retained").context["rows"]] == [
        done
    ]
    assert len(office.get("/fr/ideas/office/queue/?state=all").context["rows"]) == 3
    assert len(office.get("/fr/ideas/office/queue/?state=nonsense&order=x&page=x").context["rows"]) == 2


def test_the_queue_shows_what_was_reported(office):
    idea, other = ideas.answered(), ideas.public()
    actions.report_idea(idea, by=None, reason="x")
    rows = office.get("/fr/ideas/office/queue/?reported=on").context["rows"]
    assert [idea for idea, _days in rows] == [idea]
    assert not any(
        idea.reported for idea, _ in office.get("/fr/ideas/office/queue/").context["rows"] if idea == other
    )


def test_what_was_reported_comes_first_whatever_was_answered_until_somebody_decides(office):
    waiting, answered, both = ideas.public(), ideas.answered(), ideas.public()
    for idea in (answered, both):
        actions.report_idea(idea, by=None, reason="x")
    page = office.get("/en/ideas/office/queue/")
    assert [idea for idea, _days in page.context["rows"]] == [answered, both, waiting]
    html = page.content.decode()
    assert "2 ideas were reported" in html
    assert "?state=all&amp;reported=on" in html
    everything = office.get("/en/ideas/office/queue/?state=all&reported=on").context["rows"]
    assert [idea for idea, _days in everything] == [answered, both]
    actions.dismiss_reports(answered, by=ideas.staff())
    actions.hide_idea(both, by=ideas.staff(), because=ideas.BECAUSE)
    page = office.get("/en/ideas/office/queue/")
    assert [idea for idea, _days in page.context["rows"]] == [waiting]
    assert "reported=on" not in page.content.decode()


def test_the_queue_costs_the_same_however_long_it_is(office, constant_queries):
    constant_queries("/fr/ideas/office/queue/", ideas.public, office)


def test_the_desk_costs_few_queries(office, django_assert_max_num_queries):
    idea = ideas.answered(name="Camille", language="nl")
    actions.report_idea(idea, by=None, reason="x")
    office.get(at("desk", idea))
    with django_assert_max_num_queries(12):
        office.get(at("desk", idea))


def test_the_desk_shows_who_gave_the_idea_and_what_was_reported(office):
    idea = ideas.public(name="Camille")
    actions.report_idea(idea, by=None, reason="Une insulte")
    html = office.get(at("desk", idea)).content.decode()
    for shown in ("Camille", idea.contact.email, "Une insulte", idea.text):
        assert shown in html


def test_an_idea_is_analysed_and_answered_on_screen(office):
    idea = ideas.public()
    assert office.post(at("analyse", idea)).url == at("desk", idea)
    assert 'name="number" value="1"' in office.get(at("answer", idea)).content.decode()
    answer = office.post(at("answer", idea), {"number": "1", "state": "retained", **TEXTS})
    assert answer.url == at("desk", idea)
    idea.refresh_from_db()
    assert idea.state == "retained"
    assert idea.answers.get().text["nl"].text == "Ja."


def test_an_idea_that_a_project_took_up_is_answered_on_screen(office):
    idea = ideas.public()
    programme.project(ideas=[idea])
    desk = office.get(at("desk", idea)).content.decode()
    assert at("answer", idea) in desk
    assert at("merge", idea) not in desk
    form = office.get(at("answer", idea)).context["form"]
    assert [value for value, _label in form.fields["state"].choices] == ["in_project"]
    wrong = office.post(at("answer", idea), {"number": "1", "state": "retained", **TEXTS})
    assert "state" in wrong.context["form"].errors
    answer = office.post(at("answer", idea), {"number": "1", "state": "in_project", **TEXTS})
    assert answer.url == at("desk", idea)
    assert at("answer", idea) not in office.get(at("desk", idea)).content.decode()
    late = office.post(at("answer", idea), {"number": "1", "state": "in_project", **TEXTS})
    assert late.context["form"].non_field_errors()


def test_who_answers_late_keeps_what_they_wrote(office):
    idea = ideas.answered()
    answer = office.post(
        at("answer", idea), {"number": "1", "state": "not_retained", **TEXTS, "text_fr": "Mon avis"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert "Mon avis" in html
    assert idea.answers.count() == 1


def test_who_goes_back_and_sends_the_same_answer_again_is_told(office):
    idea, sent = ideas.public(), {"number": "1", "state": "retained", **TEXTS}
    office.post(at("answer", idea), sent)
    mails = OutboxMail.objects.count()
    again = office.post(at("answer", idea), sent | {"number": "2"})
    assert again.status_code == 422
    assert again.context["form"].non_field_errors()
    assert (idea.answers.count(), OutboxMail.objects.count()) == (1, mails)


def test_a_missing_language_is_said_in_its_tab(office):
    idea = ideas.public()
    answer = office.post(at("answer", idea), {"number": "1", "state": "retained", "text_fr": "Oui."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_text_nl_error"' in html
    assert 'href="#id_text_nl"' in html
    assert 'id="id_text_fr_error"' not in html
    assert not idea.answers.exists()


@pytest.mark.parametrize(("screen", "field"), [("answer", "text"), ("merge", "text"), ("hide", "because")])
def test_the_language_of_the_author_is_asked_for_in_its_tab(office, screen, field):
    idea, need = ideas.public(language="en"), ideas.need()
    given = {"number": "1", "state": "retained", "need": need.pk, f"{field}_fr": "Oui.", f"{field}_nl": "Ja."}
    answer = office.post(at(screen, idea), given)
    assert answer.status_code == 422
    assert f'id="id_{field}_en_error"' in answer.content.decode()
    assert office.post(at(screen, idea), given | {f"{field}_en": "Yes."}).url == at("desk", idea)


def test_an_idea_is_merged_on_screen(office):
    idea, need = ideas.public(), ideas.need()
    ideas.need(published=False)
    with translation.override("en"):
        page = office.get(at("merge", idea))
    assert list(page.context["form"].fields["need"].queryset) == [need]
    assert "Thank you. Others asked for the same" in page.content.decode()
    office.post(at("merge", idea), {"number": "1", "need": need.pk, **TEXTS})
    idea.refresh_from_db()
    assert (idea.state, idea.need) == ("merged", need)


def test_an_idea_is_merged_into_a_need_written_on_the_way(office):
    idea = ideas.public()
    where = office.get(at("merge", idea)).url
    assert where == f"{reverse('ideas:new-need')}?idea={idea.reference}"
    words = {
        "title_fr": "Ombre",
        "title_nl": "Schaduw",
        "description_fr": "Des arbres.",
        "description_nl": "Bomen.",
    }
    answer = office.post(where, words)
    need = Need.objects.get()
    assert need.is_published
    assert answer.url == f"{at('merge', idea)}?need={need.pk}"
    assert f'value="{need.pk}" selected' in office.get(answer.url).content.decode()
    assert office.get(f"{reverse('ideas:new-need')}?idea=IDEA-1999-0001").status_code == 404


def test_an_idea_is_hidden_and_shown_on_screen(office):
    idea = ideas.public()
    actions.report_idea(idea, by=None, reason="x")
    assert office.post(at("hide", idea), {"because_fr": "Non."}).status_code == 422
    office.post(at("hide", idea), {"because_fr": "Non.", "because_nl": "Nee."})
    assert Client().get(idea.get_absolute_url()).status_code == 410
    assert Report.objects.get().state == "upheld"
    assert at("show", idea) in office.get(at("desk", idea)).content.decode()
    office.post(at("show", idea))
    assert Client().get(idea.get_absolute_url()).status_code == 200


def test_reports_are_dismissed_on_screen(office):
    idea = ideas.public()
    actions.report_idea(idea, by=None, reason="x")
    office.post(at("dismiss", idea))
    assert Report.objects.get().state == "dismissed"


def test_an_author_is_forgotten_on_screen(office):
    idea = ideas.public(name="Camille")
    assert office.get(at("forget", idea)).status_code == 200
    office.post(at("forget", idea))
    assert "Camille" not in office.get(at("desk", idea)).content.decode()


def test_a_need_is_written_changed_and_published_on_screen(office):
    words = {
        "title_fr": "Ombre",
        "title_nl": "Schaduw",
        "description_fr": "Des arbres.",
        "description_nl": "Bomen.",
    }
    assert office.post(reverse("ideas:new-need"), {**words, "title_nl": ""}).status_code == 422
    assert office.post(reverse("ideas:new-need"), words).url == reverse("ideas:need-desk")
    need = Need.objects.get()
    assert not need.is_published
    office.post(reverse("ideas:publish-need", args=[need.reference]))
    office.post(
        reverse("ideas:write-need", args=[need.reference]),
        {**words, "title_fr": "De l’ombre", "title_nl": "Lommer"},
    )
    need.refresh_from_db()
    assert need.is_published
    assert str(need.title["fr"].text) == "De l’ombre"
    assert "De l’ombre" in office.get(reverse("ideas:need-desk")).content.decode()


def test_what_does_not_exist_is_not_found(office):
    for name in ("desk", "answer", "merge", "hide", "forget", "receipt"):
        assert office.get(reverse(f"ideas:{name}", args=["IDEA-1999-0001"])).status_code == 404
    assert office.get(reverse("ideas:write-need", args=["NEED-1999-0001"])).status_code == 404


def test_screens_of_the_office_are_never_kept(office):
    for place in (reverse("ideas:queue"), at("desk", ideas.public())):
        assert "no-store" in office.get(place)["Cache-Control"]


def test_the_office_has_its_own_navigation_and_others_do_not_see_it(office):
    link = f'class="site-tool" href="{reverse("ideas:queue")}"'
    assert link in office.get("/fr/ideas/").content.decode()
    assert link not in personas.make("citizen").client().get("/fr/ideas/").content.decode()
    assert link not in Client().get("/fr/ideas/").content.decode()
    navigation = (
        office.get(reverse("ideas:queue"))
        .content.decode()
        .partition('class="staff-nav"')[2]
        .partition("</nav>")[0]
    )
    assert reverse("ideas:need-desk") in navigation
    assert 'aria-current="page"' in navigation


def test_an_answer_that_was_given_is_shown_on_the_desk(office):
    idea = ideas.public()
    actions.answer_idea(idea, by=ideas.staff(), number=1, state="not_retained", text=ANSWER)
    html = office.get(at("desk", idea)).content.decode()
    assert "Oui, parce que." in html
    assert at("answer", idea) in html
    programme.project(ideas=[idea], state="completed")
    assert at("answer", idea) not in office.get(at("desk", idea)).content.decode()
