"""Two people do the same thing to a dataset or a file: the second acts on what the first left, or is told."""

import pytest

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.core.text import Text
from civicthread.datahub import actions, drafts, incoming
from civicthread.datahub.models import Dataset, Source, Upload
from tests.factories.datahub import COLUMNS, ROWS, dataset
from tests.racing import race

pytestmark = pytest.mark.django_db


def read_twice(made):
    return [type(made).objects.get(pk=made.pk) for _ in range(2)]


def entries(verb):
    return JournalEntry.objects.filter(verb=verb).count()


def test_a_dataset_is_withdrawn_once_for_one_reason():
    first, second = read_twice(dataset())
    reason = Text.of({"fr": "Faux", "nl": "Fout"})
    actions.withdraw_dataset(first, by=journal.system(), because=reason)
    with pytest.raises(Refused) as refused:
        actions.withdraw_dataset(second, by=journal.system(), because=Text.of({"fr": "Vieux", "nl": "Oud"}))
    assert refused.value.code == "not-published"
    assert Dataset.objects.get().withdrawn_because == reason
    assert entries("datahub.withdraw") == 1


def test_a_dataset_is_published_once_and_as_it_is_now():
    first, second = read_twice(dataset(published=False))
    actions.publish_dataset(first, by=journal.system())
    actions.publish_dataset(second, by=journal.system())
    assert entries("datahub.publish") == 1
    without = dataset(published=False)
    first, second = read_twice(without)
    actions.save_dataset(first, {"licence_name": "", "licence_url": ""}, by=journal.system())
    with pytest.raises(Refused) as refused:
        actions.publish_dataset(second, by=journal.system())
    assert refused.value.code == "licence-missing"


@pytest.mark.django_db(transaction=True)
def test_a_source_said_by_several_at_once_is_one():
    made = dataset()

    def say(number):
        address = f"https://example.org/{number}.csv"
        return actions.save_source(made, by=journal.system(), address=address, every="day").address

    outcome = race(4, say)
    assert outcome.faults == []
    assert Source.objects.get().address in outcome.results
    assert entries("datahub.save_source") == 4


@pytest.fixture
def upload():
    suggestion = {"schema": {}, "dialect": {}}
    received = incoming.keep("lamps.csv", [ROWS.encode()])
    return actions.receive_file(received, by=journal.system(), suggestion=suggestion)


def begin(upload, code):
    values = {"code": code, "title": {"fr": "Lampes", "nl": "Lampen"}}
    return drafts.begin(upload, values, COLUMNS, by=journal.system())


def test_a_first_file_becomes_one_dataset(upload):
    first, second = read_twice(upload)
    made = begin(first, "lamps")
    with pytest.raises(Refused) as refused:
        begin(second, "lamps_again")
    assert refused.value.code == "upload-decided"
    assert Dataset.objects.get() == made
    assert Upload.objects.get().dataset == made


@pytest.mark.parametrize(
    "act",
    [
        lambda upload: actions.discard_upload(upload, by=journal.system()),
        lambda upload: drafts.look_again(upload, {"schema": {}}, by=journal.system()),
        lambda upload: drafts.ask_again(upload, by=journal.system()),
    ],
)
def test_a_file_that_became_a_dataset_meanwhile_is_kept_for_it(upload, act):
    first, second = read_twice(upload)
    made = begin(first, "lamps")
    with pytest.raises(Refused):
        act(second)
    assert Upload.objects.get().suggestion == upload.suggestion
    assert actions.load_upload(Upload.objects.get(), by=journal.system()).rows == 3
    assert made.versions.count() == 1


def test_a_file_that_was_removed_meanwhile_becomes_nothing(upload):
    first, second = read_twice(upload)
    actions.discard_upload(first, by=journal.system())
    with pytest.raises(Refused):
        begin(second, "lamps")
    with pytest.raises(Refused):
        actions.discard_upload(second, by=journal.system())
    assert (Dataset.objects.count(), entries("datahub.discard")) == (0, 1)
