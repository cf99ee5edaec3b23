"""Ideas taken over from files, with the path they went."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from civicthread.core import journal
from civicthread.core.errors import Forbidden
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.ideas import actions, queries
from civicthread.ideas.models import Idea
from tests.factories import ideas
from tests.factories.ideas import ANSWER

pytestmark = pytest.mark.django_db
ANSWERED = datetime(2026, 2, 20, 12, tzinfo=UTC)


def recorded(state: str, **values) -> Idea:
    past = ideas.past(state, **values)
    return actions.record_past_idea(ideas.submission(), past, by=journal.system(), need=ideas.need())


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("received", 0),
        ("retained", 1),
        ("not_retained", 1),
        ("merged", 1),
        ("in_project", 2),
        ("delivered", 2),
    ],
)
def test_the_path_has_the_dates_of_the_past(state, done):
    answer = {} if state == "received" else {"answer": ANSWER, "answered_at": ANSWERED}
    idea = recorded(state, **answer)
    steps = queries.path(idea)
    assert sum(step.done for step in steps) == done
    assert steps[done].current
    assert "février 2026" in steps[0].label
    assert (idea.state, idea.visibility, idea.published_at) == (state, "public", idea.received_at)
    assert idea.reference.startswith("IDEA-2026-")
    if answer:
        given = idea.answers.get()
        assert (given.number, given.at) == (1, ANSWERED)
        assert given.state == ("retained" if state in ("in_project", "delivered") else state)
    assert Client().get(idea.get_absolute_url()).status_code == 200


def test_nobody_is_mailed_of_the_past_and_it_is_journaled_once():
    recorded("delivered", answer=ANSWER, answered_at=ANSWERED)
    assert not OutboxMail.objects.exists()
    assert JournalEntry.objects.filter(kind="ideas.idea").count() == 1


def test_taking_it_over_again_changes_nothing():
    given, past = ideas.submission(), ideas.past()
    first = actions.record_past_idea(given, past, by=journal.system())
    assert actions.record_past_idea(given, past, by=journal.system()) == first
    assert Idea.objects.count() == 1


def test_only_the_program_takes_over_the_past():
    with pytest.raises(Forbidden):
        actions.record_past_idea(ideas.submission(), ideas.past(), by=ideas.staff())
