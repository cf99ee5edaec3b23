"""An idea is backed once by each person, however many requests arrive."""

import pytest
from django.db import transaction
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry
from civicthread.ideas import actions
from civicthread.ideas.models import Idea, Support
from tests import crashing
from tests.factories import ideas
from tests.factories.accounts import person
from tests.racing import Outcome, Together, race

RACERS = 64


def counted_once(idea: Idea, outcome: Outcome) -> list[str]:
    """What is wrong after many simultaneous supports of one person."""
    entries = JournalEntry.objects.filter(verb="ideas.support", object_id=str(idea.pk)).count()
    found = {
        "supports": (Support.objects.filter(idea=idea).count(), 1),
        "entries": (entries, 1),
        "told that they added it": (outcome.results.count(True), 1),
        "faults": (len(outcome.faults), 0),
    }
    return [f"{name}: {is_now}" for name, (is_now, should_be) in found.items() if is_now != should_be]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(crashing.rounds(1)))
def test_many_simultaneous_supports_of_one_person_leave_one(turn):
    idea, actor = ideas.public(), person().actor
    outcome = race(RACERS, lambda number: actions.support_idea(idea, by=actor))
    assert counted_once(idea, outcome) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_race_finds_a_support_that_looks_before_it_writes():
    """The negative control: asking first whether there is one, and writing then, counts many."""
    idea, actor, looked = ideas.public(), person().actor, Together(RACERS)

    def unguarded(number: int) -> bool:
        before = Support.objects.filter(idea=idea, actor=actor).exists()
        looked.wait()
        with transaction.atomic():
            Support.objects.bulk_create(
                [Support(idea=idea, actor=actor, at=timezone.now())], ignore_conflicts=True
            )
            if not before:
                journal.record("ideas.support", idea, by=actor)
        return not before

    assert counted_once(idea, race(RACERS, unguarded)) == [
        f"entries: {RACERS}",
        f"told that they added it: {RACERS}",
    ]


@pytest.mark.django_db
def test_a_support_is_given_and_taken_back():
    idea, actor = ideas.public(), person().actor
    assert actions.support_idea(idea, by=actor) is True
    assert actions.support_idea(idea, by=actor) is False
    assert actions.withdraw_support(idea, by=actor) is True
    assert actions.withdraw_support(idea, by=actor) is False
    assert not Support.objects.exists()
    assert JournalEntry.objects.filter(verb="ideas.support").count() == 2


@pytest.mark.django_db
def test_only_what_is_public_can_be_supported():
    actor = person().actor
    for idea in (ideas.unconfirmed(), ideas.hidden(), ideas.taken_back()):
        with pytest.raises(Refused) as refusal:
            actions.support_idea(idea, by=actor)
        assert refusal.value.code == "not-public"


@pytest.mark.django_db
def test_a_visitor_supports_nothing():
    with pytest.raises(Forbidden):
        actions.support_idea(ideas.public(), by=None)
