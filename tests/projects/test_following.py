"""Ideas follow the public projects that answer them, forth and back; their authors hear, and are told why."""

import pytest
from django.utils import translation

from civicthread.core import journal
from civicthread.core import queries as core_queries
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.ideas import actions as idea_actions
from civicthread.ideas import following, queries, regrouping
from civicthread.ideas.models import Idea
from civicthread.projects import actions
from tests.factories import ideas, programme
from tests.factories.accounts import person
from tests.factories.ideas import ANSWER, staff
from tests.factories.programme import BECAUSE

pytestmark = pytest.mark.django_db
State = Idea.State


def state_of(idea):
    return Idea.objects.get(pk=idea.pk).state


def news():
    """The mails since this was asked last, as what happened and what they say."""
    found = [(mail.key.split()[0].partition(".")[2], mail.text) for mail in OutboxMail.objects.order_by("pk")]
    OutboxMail.objects.all().delete()
    return found


@pytest.mark.parametrize(
    ("given", "follows"),
    [
        ((), None),
        (("",), None),
        ((State.IN_PROJECT, ""), State.IN_PROJECT),
        ((State.IN_PROJECT, State.DELIVERED), State.DELIVERED),
    ],
)
def test_an_idea_stands_where_the_furthest_project_brought_it(given, follows):
    assert following.furthest(given) == follows


def test_an_idea_taken_up_by_mistake_goes_back_and_can_be_answered(client):
    idea, other, made = ideas.public(), ideas.public(), programme.project()
    idea_actions.analyse_idea(idea, by=staff())
    actions.save_project(made, {"ideas": [idea, other]}, by=staff())
    news()
    actions.save_project(made, {"ideas": [other]}, by=staff())
    assert (state_of(idea), state_of(other)) == (State.IN_ANALYSIS, State.IN_PROJECT)
    [(event, text)] = news()
    assert event == "let_go"
    assert "en analyse" in text
    assert str(made.title) in text
    assert idea in queries.queue(visible_to=staff())
    page = client.get(idea.get_absolute_url()).content.decode()
    assert made.get_absolute_url() not in page
    assert str(made.title) in page, "the path says why"
    idea_actions.answer_idea(idea, by=staff(), number=1, state=State.RETAINED, text=ANSWER)


def test_who_hears_of_a_project_reads_its_name_and_where_it_stands(settings):
    need = ideas.need()
    idea, merged = ideas.public(), ideas.merged(need)
    news()
    made = programme.project(ideas=[idea, merged], needs=[need])
    other = programme.project(ideas=[idea])
    actions.save_project(made, {"state": "completed"}, by=staff())
    told = news()
    assert [event for event, _text in told] == ["in_project"] * 2 + ["delivered"] * 2
    for _event, text in told:
        assert text.count(settings.BASE_URL + made.get_absolute_url()) == 1
        assert str(made.title) in text
        assert str(other.title) not in text


def test_what_changed_says_what_happened_to_an_idea():
    idea, made, need = ideas.public(), programme.project(), ideas.need()
    since = JournalEntry.objects.latest("pk").pk
    for values in ({"ideas": [idea]}, {"state": "completed"}, {"state": "ongoing"}, {"ideas": []}):
        actions.save_project(made, values, by=staff())
    idea_actions.merge_idea(idea, need, by=staff(), number=1, text=ANSWER)
    idea_actions.take_out_of_need(idea, by=staff())
    with translation.override("en"):
        changes = core_queries.changes(key="").rows
        told = [str(change.text) for change in changes if change.pk > since and change.title == idea.title]
    assert told == [
        "Idea taken out of a need",
        "Idea merged into a need",
        "Idea no longer in a project",
        "Idea not delivered yet",
        "Idea delivered",
        "Idea taken up by a project",
    ]


def test_an_idea_goes_back_to_its_last_answer():
    idea = ideas.answered()
    made = programme.project(ideas=[idea])
    actions.save_project(made, {"state": "completed"}, by=staff())
    actions.save_project(made, {"ideas": []}, by=staff())
    assert state_of(idea) == State.RETAINED
    entry = JournalEntry.objects.filter(verb="ideas.follow_project").latest("pk")
    assert entry.public
    assert entry.changes["state"] == [State.DELIVERED, State.RETAINED]
    assert set(entry.changes["because"]) == {"fr", "nl", "en"}


def test_who_hears_of_a_withdrawn_project_reads_why():
    idea = ideas.public()
    made = programme.project(ideas=[idea])
    news()
    actions.withdraw_project(made, by=staff(), because=BECAUSE)
    [(event, text)] = news()
    assert event == "let_go"
    assert BECAUSE["fr"].text in text
    assert state_of(idea) == State.RECEIVED
    actions.publish_project(made, by=staff())
    assert state_of(idea) == State.IN_PROJECT


def test_a_stopped_project_lets_its_ideas_go_and_their_authors_hear():
    idea, paused = ideas.public(), ideas.public()
    made, held = programme.project(ideas=[idea, paused]), programme.project(ideas=[paused])
    actions.save_project(held, {"state": "on_hold"}, by=staff())
    news()
    actions.save_project(made, {"state": "stopped"}, by=staff())
    assert (state_of(idea), state_of(paused)) == (State.RECEIVED, State.IN_PROJECT)
    [(event, text)] = news()
    assert event == "let_go"
    assert "arrêté" in text


def test_a_project_completed_by_mistake_is_corrected():
    idea, made = ideas.public(), programme.project()
    actions.save_project(made, {"ideas": [idea], "state": "completed"}, by=staff())
    news()
    actions.save_project(made, {"state": "ongoing"}, by=staff())
    assert state_of(idea) == State.IN_PROJECT
    assert [event for event, _text in news()] == ["not_delivered"]


def test_an_idea_merged_into_a_need_that_a_project_answers_stands_in_it():
    need = ideas.need()
    programme.project(needs=[need])
    idea = ideas.merged(need)
    assert idea.state == State.IN_PROJECT
    assert [event for event, _text in news()][-2:] == ["merged", "in_project"]


def test_a_need_taken_from_the_sheet_takes_its_ideas_along():
    need = ideas.need()
    idea, made = ideas.merged(need), programme.project(needs=[need])
    assert state_of(idea) == State.IN_PROJECT
    actions.save_project(made, {"needs": []}, by=staff())
    assert state_of(idea) == State.MERGED


def test_an_idea_merged_by_mistake_is_taken_out_and_stands_where_it_stood():
    need, other = ideas.need(), ideas.need()
    programme.project(needs=[need])
    held, merged = ideas.merged(need), ideas.merged(other)
    news()
    for idea in (held, merged):
        idea_actions.take_out_of_need(idea, by=staff())
        idea.refresh_from_db()
        assert (idea.state, idea.need) == (State.RECEIVED, None)
    told = news()
    assert [event for event, _text in told] == ["let_go", "taken_out"]
    assert str(need.title) in told[0][1]
    idea_actions.merge_idea(held, other, by=staff(), number=2, text=ANSWER)
    assert state_of(held) == State.MERGED


def test_an_idea_taken_out_of_a_need_stays_in_the_project_that_names_it():
    need = ideas.need()
    idea = ideas.merged(need)
    programme.project(needs=[need], ideas=[idea])
    idea_actions.take_out_of_need(idea, by=staff())
    assert state_of(idea) == State.IN_PROJECT


def test_a_withdrawn_need_leads_nowhere_until_it_is_public_again():
    need = ideas.need()
    idea, _made = ideas.merged(need), programme.project(needs=[need])
    news()
    regrouping.withdraw_need(need, by=staff(), because=BECAUSE)
    assert state_of(idea) == State.MERGED
    assert BECAUSE["fr"].text in news()[0][1]
    regrouping.publish_need(need, by=staff())
    assert state_of(idea) == State.IN_PROJECT


def test_a_lead_who_stops_a_project_lets_ideas_go_without_deciding_about_them():
    idea = ideas.public()
    made = programme.lead(programme.project(ideas=[idea]), person().actor)
    actions.save_project(made, {"state": "stopped"}, by=made.lead)
    assert state_of(idea) == State.RECEIVED
    assert JournalEntry.objects.filter(verb="ideas.follow_project").latest("pk").actor == journal.system()


def test_many_ideas_follow_at_the_cost_of_few(django_assert_max_num_queries):
    taken_up, by = [ideas.public() for _ in range(12)], staff()
    programme.project(ideas=taken_up)
    with django_assert_max_num_queries(6):
        following.follow_projects([idea.pk for idea in taken_up], by=by)
