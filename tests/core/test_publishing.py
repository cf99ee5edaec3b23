from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from civicthread.core import publishing
from civicthread.core.errors import Refused
from civicthread.core.models import SearchEntry
from civicthread.core.text import State, Text, Version
from tests.core.things import make_organisation, publish_organisation

pytestmark = pytest.mark.django_db
REASON = Text.of({"fr": "Fusionnée", "nl": "Gefuseerd"})


def test_a_thing_starts_as_a_draft():
    organisation = make_organisation()
    assert not organisation.is_published
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        Text.of({"fr": "Vélos"}),
        Text.of({"en": "Bikes"}),
        Text(),
        Text({"fr": Version("Vélos"), "nl": Version("Fietsen", State.MACHINE)}),
        Text({"fr": Version("Vélos"), "nl": Version("Fietsen", State.OUTDATED)}),
    ],
    ids=["no Dutch", "only English", "nothing", "machine's Dutch", "outdated Dutch"],
)
def test_official_text_appears_in_all_required_languages_or_not_at_all(name: Text):
    organisation = make_organisation({})
    organisation.name = name
    with pytest.raises(Refused) as refusal:
        publishing.mark_published(organisation)
    assert refusal.value.code == "text-missing"
    assert "néerlandais" in str(refusal.value)
    organisation.refresh_from_db()
    assert not organisation.is_published
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize(
    ("language", "named"), [("fr", "néerlandais"), ("nl", "Nederlands"), ("en", "Dutch")]
)
def test_a_refusal_names_the_missing_language_in_the_readers(language: str, named: str):
    with translation.override(language), pytest.raises(Refused) as refusal:
        publishing.mark_published(make_organisation({"fr": "Vélos"}))
    assert named in str(refusal.value)


def test_a_text_that_is_not_used_need_not_be_translated_but_one_begun_must():
    assert publish_organisation().is_published
    with pytest.raises(Refused):
        publish_organisation(description={"fr": "Seulement en français"})


def test_the_first_day_of_publication_stays():
    organisation = make_organisation()
    first = datetime(2026, 1, 1, tzinfo=UTC)
    publishing.mark_published(organisation, at=first)
    publishing.mark_withdrawn(organisation, because=REASON)
    publishing.mark_published(organisation)
    assert organisation.published_at == first
    assert not organisation.withdrawn_because


def test_withdrawing_says_why_in_all_required_languages():
    organisation = publish_organisation()
    with pytest.raises(Refused):
        publishing.mark_withdrawn(organisation, because=Text.of({"fr": "Fusionnée"}))
    assert organisation.is_published
    publishing.mark_withdrawn(organisation, because=REASON)
    organisation.refresh_from_db()
    assert organisation.publication == publishing.Publication.WITHDRAWN
    assert organisation.withdrawn_because == REASON


def test_only_what_is_published_can_be_withdrawn():
    with pytest.raises(Refused) as refusal:
        publishing.mark_withdrawn(make_organisation(), because=REASON)
    assert refusal.value.code == "not-published"


def test_the_database_refuses_a_published_thing_without_a_date():
    organisation = make_organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(organisation).objects.filter(pk=organisation.pk).update(publication="published")
