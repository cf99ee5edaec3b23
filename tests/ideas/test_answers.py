"""What the Office does with an idea: analysis, answer, merging, hiding; and every way it is refused."""

import pytest
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.core.text import Text
from civicthread.ideas import actions, following, queries, regrouping
from civicthread.ideas.models import Answer, Idea, Report
from civicthread.projects import actions as projects
from tests import crashing
from tests.core import things
from tests.factories import ideas, programme
from tests.factories.accounts import person
from tests.factories.ideas import ANSWER, BECAUSE
from tests.racing import Outcome, Together, race

State = Idea.State
NO = Text.of({"fr": "Non, parce que.", "nl": "Nee, omdat."})


def refused(act, code: str) -> None:
    """The action refuses with that code, and changes nothing."""
    before = (
        list(Idea.objects.order_by("pk").values()),
        JournalEntry.objects.count(),
        OutboxMail.objects.count(),
    )
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert str(refusal.value.message).endswith(".")
    assert (
        list(Idea.objects.order_by("pk").values()),
        JournalEntry.objects.count(),
        OutboxMail.objects.count(),
    ) == before


@pytest.mark.django_db
def test_an_idea_goes_from_received_to_delivered_and_its_path_shows_it():
    idea, by = ideas.public(), ideas.staff()
    actions.analyse_idea(idea, by=by)
    actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=ANSWER)
    project = programme.project(ideas=[idea])
    following.follow_projects([idea.pk], by=by)
    projects.save_project(project, {"state": "completed"}, by=by)
    idea.refresh_from_db()
    assert idea.state == State.DELIVERED
    steps = queries.path(idea)
    assert len(steps) == 5
    assert [step.done for step in steps] == [True, True, True, True, False]
    assert steps[-1].current
    moved = journal.entries_of(idea).filter(public=True).exclude(changes={})
    assert len(moved) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.RECEIVED, State.IN_ANALYSIS, State.RETAINED, State.NOT_RETAINED])
def test_the_path_says_what_may_follow(state):
    idea = ideas.public()
    idea.state = state
    ahead = [step for step in queries.path(idea) if not step.done and not step.current]
    assert (
        len(ahead)
        == {State.RECEIVED: 2, State.IN_ANALYSIS: 1, State.RETAINED: 2, State.NOT_RETAINED: 0}[state]
    )


@pytest.mark.django_db
def test_an_answer_stands_in_all_required_languages():
    idea, by = ideas.public(), ideas.staff()
    for text in (Text(), Text.of({"fr": "Oui."}), Text.of({"en": "Yes."})):
        refused(
            lambda text=text: actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=text),
            "text-missing",
        )
    answer = actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=ANSWER)
    assert (answer.number, answer.state, answer.by) == (1, State.RETAINED, by)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "complete"), [("en", False), ("nl", True), ("de", True)])
def test_the_author_reads_the_answer_in_their_language_where_the_city_has_it(language, complete):
    idea, by, need = ideas.public(language=language), ideas.staff(), ideas.need()
    official = Text.of({"fr": "Oui.", "nl": "Ja."})
    acts = (
        lambda: actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=official),
        lambda: actions.merge_idea(idea, need, by=by, number=idea.next_answer_number(), text=official),
        lambda: actions.hide_idea(idea, by=by, because=official),
    )
    for act in acts:
        if complete:
            act()
        else:
            refused(act, "text-missing")


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.RECEIVED, State.MERGED, State.IN_PROJECT, State.DELIVERED, "else"])
def test_some_states_are_not_given_by_an_answer(state):
    idea, by = ideas.public(), ideas.staff()
    refused(lambda: actions.answer_idea(idea, by=by, number=1, state=state, text=ANSWER), "no-such-answer")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["ongoing", "completed"])
def test_an_idea_in_a_project_is_followed_not_answered(state):
    idea, by, need = ideas.public(), ideas.staff(), ideas.need()
    programme.project(ideas=[idea], state=state)
    refused(lambda: actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=ANSWER), "followed")
    refused(lambda: actions.merge_idea(idea, need, by=by, number=1, text=ANSWER), "followed")


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "stands"), [("ongoing", State.IN_PROJECT), ("completed", State.DELIVERED)])
def test_an_idea_that_a_project_took_up_unanswered_is_answered_once_and_stays_there(state, stands):
    idea, by, need = ideas.public(), ideas.staff(), ideas.need()
    programme.project(ideas=[idea], state=state)
    assert list(queries.queue(visible_to=by)) == [idea]
    refused(lambda: actions.merge_idea(idea, need, by=by, number=1, text=ANSWER), "followed")
    refused(lambda: actions.answer_idea(idea, by=by, number=1, state=stands, text=Text()), "text-missing")
    answer = actions.answer_idea(idea, by=by, number=1, state=stands, text=ANSWER)
    idea.refresh_from_db()
    assert (answer.state, idea.state) == (stands, stands)
    assert not queries.queue(visible_to=by).exists()
    assert [step.current for step in queries.path(idea)].count(True) == 1
    refused(
        lambda: actions.answer_idea(idea, by=by, number=1, state=stands, text=ANSWER), "answered-meanwhile"
    )
    refused(lambda: actions.answer_idea(idea, by=by, number=2, state=stands, text=BECAUSE), "followed")


@pytest.mark.django_db
def test_what_is_not_public_is_neither_analysed_nor_answered_nor_merged_nor_hidden():
    by, need = ideas.staff(), ideas.need()
    for idea in (ideas.unconfirmed(), ideas.hidden(), ideas.taken_back()):
        for act in (
            lambda idea=idea: actions.analyse_idea(idea, by=by),
            lambda idea=idea: actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=ANSWER),
            lambda idea=idea: actions.merge_idea(idea, need, by=by, number=1, text=ANSWER),
            lambda idea=idea: actions.hide_idea(idea, by=by, because=BECAUSE),
            lambda idea=idea: actions.report_idea(idea, by=None, reason="x"),
        ):
            refused(act, "not-public")


@pytest.mark.django_db
def test_an_idea_goes_into_analysis_once():
    idea, by = ideas.public(), ideas.staff()
    actions.analyse_idea(idea, by=by)
    refused(lambda: actions.analyse_idea(idea, by=by), "not-received")


@pytest.mark.django_db
def test_who_answers_after_a_colleague_is_told():
    idea, by = ideas.answered(), ideas.staff()
    refused(
        lambda: actions.answer_idea(idea, by=by, number=1, state=State.NOT_RETAINED, text=ANSWER),
        "answered-meanwhile",
    )
    refused(
        lambda: actions.answer_idea(idea, by=by, number=3, state=State.NOT_RETAINED, text=ANSWER),
        "answered-meanwhile",
    )
    actions.answer_idea(idea, by=by, number=2, state=State.NOT_RETAINED, text=ANSWER)
    assert [answer.number for answer in idea.answers.all()] == [1, 2]


@pytest.mark.django_db
def test_the_same_answer_is_not_given_twice():
    idea, by, need, other = ideas.answered(), ideas.staff(), ideas.need(), ideas.need()
    refused(
        lambda: actions.answer_idea(idea, by=by, number=2, state=State.RETAINED, text=ANSWER), "same-answer"
    )
    actions.answer_idea(idea, by=by, number=2, state=State.NOT_RETAINED, text=ANSWER)
    actions.answer_idea(idea, by=by, number=3, state=State.NOT_RETAINED, text=NO)
    actions.merge_idea(idea, need, by=by, number=4, text=ANSWER)
    refused(lambda: actions.merge_idea(idea, need, by=by, number=5, text=ANSWER), "same-answer")
    actions.merge_idea(idea, other, by=by, number=5, text=ANSWER)
    actions.take_out_of_need(idea, by=by)
    actions.merge_idea(idea, other, by=by, number=6, text=ANSWER)


def answered_once(idea: Idea, outcome: Outcome) -> list[str]:
    """What is wrong after several people answered at once."""
    idea.refresh_from_db()
    codes = [getattr(fault, "code", type(fault).__name__) for fault in outcome.faults]
    others = len(outcome.results) + len(outcome.faults) - 1
    found = {
        "answers": (Answer.objects.filter(idea=idea).count(), 1),
        "published": (len(outcome.results), 1),
        "refused": (codes, ["answered-meanwhile"] * others),
        "entries": (JournalEntry.objects.filter(verb="ideas.answer", object_id=str(idea.pk)).count(), 1),
    }
    return [name for name, (is_now, should_be) in found.items() if is_now != should_be]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("racers", [2, 8])
@pytest.mark.parametrize("turn", range(crashing.rounds(1)))
def test_of_several_who_answer_at_once_one_does_and_the_others_are_told(racers, turn):
    idea, colleagues = ideas.public(), [ideas.colleague() for _ in range(racers)]
    states = [State.RETAINED, State.NOT_RETAINED]

    def answer(number: int) -> int:
        given = actions.answer_idea(
            idea, by=colleagues[number], number=1, state=states[number % 2], text=ANSWER
        )
        return int(given.pk)

    outcome = race(racers, answer)
    assert answered_once(idea, outcome) == []
    assert idea.state == Answer.objects.get().state


@pytest.mark.django_db(transaction=True)
def test_the_same_race_finds_an_answer_that_takes_the_next_number_unseen():
    """The negative control: who counts before writing, without holding the row, collides or overwrites."""
    idea, colleagues, counted = ideas.public(), [ideas.colleague(), ideas.colleague()], Together(2)

    def unguarded(number: int) -> int:
        last = idea.answers.aggregate(last=Max("number"))["last"] or 0
        counted.wait()
        with transaction.atomic():
            by = colleagues[number]
            given = Answer(
                idea=idea, number=last + 1, state=State.RETAINED, text=ANSWER, by=by, at=timezone.now()
            )
            given.save()
        return int(given.pk)

    assert answered_once(idea, race(2, unguarded)) == ["refused", "entries"]


@pytest.mark.django_db
def test_an_idea_is_merged_into_a_published_need_and_told_so():
    idea, by, need = ideas.public(), ideas.staff(), ideas.need()
    draft = ideas.need(published=False)
    refused(lambda: actions.merge_idea(idea, draft, by=by, number=1, text=ANSWER), "need-not-published")
    refused(lambda: actions.merge_idea(idea, need, by=by, number=2, text=ANSWER), "answered-meanwhile")
    refused(lambda: actions.merge_idea(idea, need, by=by, number=1, text=Text()), "text-missing")
    actions.merge_idea(idea, need, by=by, number=1, text=ANSWER)
    idea.refresh_from_db()
    assert (idea.state, idea.need) == (State.MERGED, need)


@pytest.mark.django_db
def test_a_hidden_idea_is_found_nowhere_and_can_come_back():
    idea, by = ideas.public(title="Zeppelins"), ideas.staff()
    refused(lambda: actions.hide_idea(idea, by=by, because=Text.of({"fr": "Non."})), "text-missing")
    refused(lambda: actions.show_idea(idea, by=by), "not-hidden")
    first_published = idea.published_at
    actions.hide_idea(idea, by=by, because=BECAUSE)
    assert not things.found("ideas.idea", "zeppelins")
    assert not queries.ideas(visible_to=None).exists()
    shown = actions.show_idea(idea, by=by)
    assert things.found("ideas.idea", "zeppelins") == [str(idea.pk)]
    assert shown.published_at == first_published


@pytest.mark.django_db
def test_reports_are_upheld_by_hiding_and_closed_by_dismissing():
    idea, by = ideas.public(), ideas.staff()
    actions.report_idea(idea, by=None, reason="Insulte")
    assert actions.dismiss_reports(idea, by=by) == 1
    actions.report_idea(idea, by=person().actor, reason="Insulte")
    actions.hide_idea(idea, by=by, because=BECAUSE)
    assert set(Report.objects.values_list("state", flat=True)) == {"dismissed", "upheld"}


@pytest.mark.django_db
def test_an_author_takes_back_what_was_not_answered_and_may_give_it_again():
    author = person().actor
    given = ideas.submission()
    idea = actions.submit_idea(given, by=author)
    actions.take_back_idea(idea, by=author)
    refused(lambda: actions.take_back_idea(idea, by=author), "taken-back-already")
    again = actions.submit_idea(given, by=author)
    assert again.pk != idea.pk
    actions.answer_idea(again, by=ideas.staff(), number=1, state=State.NOT_RETAINED, text=ANSWER)
    refused(lambda: actions.take_back_idea(again, by=author), "already-answered")


@pytest.mark.django_db
def test_nobody_takes_back_the_idea_of_another():
    idea = ideas.public()
    for by in (person().actor, ideas.staff()):
        with pytest.raises(Forbidden):
            actions.take_back_idea(idea, by=by)


@pytest.mark.django_db
def test_a_published_need_stays_complete():
    need, by = ideas.need(), ideas.staff()
    with pytest.raises(Refused), transaction.atomic():
        regrouping.save_need(need, {"title": {"fr": "Seulement en français"}}, by=by)
    need.refresh_from_db()
    assert "nl" in need.title
    regrouping.save_need(need, {"title": {"fr": "Ombre", "nl": "Schaduw", "en": "Shade"}}, by=by)
    assert things.found("ideas.need", "schaduw") == [str(need.pk)]


@pytest.mark.django_db
def test_a_need_is_published_in_all_required_languages_only():
    by = ideas.staff()
    draft = ideas.need(published=False, title={"fr": "Ombre"})
    with pytest.raises(Refused) as refusal, transaction.atomic():
        regrouping.publish_need(draft, by=by)
    assert refusal.value.code == "text-missing"


@pytest.mark.django_db
def test_a_draft_need_is_seen_by_the_office_only():
    draft = ideas.need(published=False)
    assert not queries.needs(visible_to=None).exists()
    assert queries.needs(visible_to=ideas.staff()).get() == draft
