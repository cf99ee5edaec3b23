from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from civicthread.core import journal, policy
from civicthread.core.models import Actor, JournalEntry
from civicthread.core.text import Text

pytestmark = pytest.mark.django_db
VERB = "editorial.publish"


@pytest.fixture
def actor() -> Actor:
    return Actor.objects.create()


def test_an_entry_says_who_did_what_to_which_object(actor: Actor):
    thing = Actor.objects.create(label="Thing")
    entry = journal.record(VERB, thing, by=actor, changes={"label": ["", "Thing"]})
    assert (entry.actor, entry.verb, entry.kind, entry.object_id) == (
        actor,
        VERB,
        "core.actor",
        str(thing.pk),
    )
    assert list(journal.entries_of(thing)) == [entry]
    assert not journal.public_entries().filter(pk=entry.pk).exists()


def test_an_entry_can_hold_every_kind_of_value(actor: Actor):
    values = {
        "title": [Text(), Text.of({"fr": "Vélos"})],
        "budget": Decimal("12.50"),
        "label": gettext_lazy("published"),
        "who": actor,
        "several": {3},
    }
    entry = journal.record(VERB, actor, by=actor, changes=values)
    entry.refresh_from_db()
    assert entry.changes["title"][1] == {"fr": {"text": "Vélos", "state": "original"}}
    assert entry.changes["budget"] == "12.50"
    assert entry.changes["who"] == actor.pk
    assert entry.changes["several"] == [3]


def test_a_verb_without_a_rule_is_refused(actor: Actor):
    assert "core.invent" not in policy.table()
    with pytest.raises(ValueError, match=r"rules\.py"):
        journal.record("core.invent", actor, by=actor)


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_written_only_with_what_it_tells():
    actor = Actor.objects.create()
    with pytest.raises(transaction.TransactionManagementError):
        journal.record(VERB, actor, by=actor)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.record(VERB, actor, by=actor)
        raise ZeroDivisionError
    assert not JournalEntry.objects.exists()


def test_a_personal_value_stands_in_the_journal_only_as_a_commitment(actor: Actor):
    entry = journal.record(VERB, actor, by=actor, personal={"email": "citizen@example.org"})
    assert "citizen" not in str(entry.commitments | entry.changes)
    assert entry.commitments["email"] == journal.commitment(actor, "email", "citizen@example.org")
    assert entry.commitments["email"] != journal.commitment(actor, "email", "other@example.org")
    assert entry.commitments["email"] != journal.commitment(actor, "phone", "citizen@example.org")


def test_two_people_with_the_same_value_cannot_be_told_to_have_it(actor: Actor):
    other = Actor.objects.create()
    assert journal.commitment(actor, "email", "x") != journal.commitment(other, "email", "x")


def test_without_its_key_a_commitment_proves_nothing(actor: Actor):
    before = journal.commitment(actor, "email", "citizen@example.org")
    actor.subject_key = ""
    assert journal.commitment(actor, "email", "citizen@example.org") == ""
    actor.subject_key = Actor().subject_key
    assert journal.commitment(actor, "email", "citizen@example.org") != before


def test_the_value_belongs_to_the_person_it_is_about(actor: Actor):
    citizen = Actor.objects.create()
    entry = journal.record(VERB, actor, by=actor, subject=citizen, personal={"email": "x"})
    assert entry.commitments["email"] == journal.commitment(citizen, "email", "x")


def test_differences_tell_only_what_changed(actor: Actor):
    before = {"label": "", "kind": "person"}
    actor.label = "New"
    assert journal.differences(before, actor) == {"label": ["", "New"]}


@pytest.mark.django_db(transaction=True)
def test_the_program_itself_is_one_actor_however_many_ask_first():
    Actor.objects.filter(kind=Actor.Kind.SYSTEM).delete()
    found: list[int] = []

    def ask() -> None:
        found.append(journal.system().pk)
        connection.close()

    askers = [Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_what_was_counted_is_kept_until_something_is_done(actor: Actor):
    counted = iter(range(10))

    def kept(*kinds: str) -> int:
        return journal.kept("-".join(("test", *kinds)), lambda: next(counted), kinds=kinds)

    assert [kept(), kept()] == [0, 0]
    assert [kept("core.actor"), kept("core.actor")] == [1, 1]
    assert [kept("ideas.idea"), kept("ideas.idea")] == [2, 2]
    entry = journal.record(VERB, actor, by=actor)
    assert [kept(), kept("core.actor"), kept("ideas.idea")] == [3, 4, 2], "nothing was done to an idea"
    entry.delete()
    assert [kept(), kept("core.actor"), kept("ideas.idea")] == [5, 6, 2]


def test_what_was_counted_is_counted_anew_where_older_records_came_back(actor: Actor):
    counted = iter(range(10))
    entry = journal.record(VERB, actor, by=actor)
    assert journal.kept("test", lambda: next(counted), kinds=["ideas.idea"]) == 0
    entry.delete()
    assert journal.kept("test", lambda: next(counted), kinds=["ideas.idea"]) == 1
