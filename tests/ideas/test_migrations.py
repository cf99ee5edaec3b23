"""A city made by an earlier version goes on with what it has."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from civicthread.core.errors import Refused
from civicthread.ideas import actions
from civicthread.ideas.models import Fingerprint, Idea
from tests.factories import ideas

PHONE = {"email": "", "phone": "02 555 01 23", "title": "Een bank", "text": "In de schaduw."}


def migrated(name: str):
    """The tables of ideas as that migration leaves them."""
    executor = MigrationExecutor(connection)
    executor.migrate([("ideas", name)])
    return executor.loader.project_state([("ideas", name)]).apps


@pytest.mark.django_db(transaction=True)
def test_ideas_of_an_earlier_version_are_known_again():
    apps = migrated("0001_tables")
    idea, author = apps.get_model("ideas", "Idea"), apps.get_model("core", "Actor").objects.create()
    now = datetime(2026, 2, 3, 12, tzinfo=UTC)
    for number, known in enumerate(("025550123", "3225550123", "")):
        reference = f"IDEA-2026-{number:04}"
        old = idea.objects.create(
            reference=reference,
            title=PHONE["title"],
            text=PHONE["text"],
            language="nl",
            author=author,
            visibility="public",
            received_at=now,
            published_at=now,
            sort_title="een bank",
            fingerprint=known or reference,
        )
        if known:
            contact = apps.get_model("ideas", "AuthorContact")
            contact.objects.create(idea=old, phone=f"+{known}" if number else "02 555 01 23")
    migrated("0002_fingerprints")
    assert Idea.objects.count() == 3
    assert set(Fingerprint.objects.values_list("idea__reference", flat=True)) == {
        "IDEA-2026-0000",
        "IDEA-2026-0001",
    }
    with pytest.raises(Refused) as refusal:
        actions.enter_idea(ideas.submission(**PHONE), by=ideas.staff(), channel=Idea.Channel.PHONE)
    assert refusal.value.facts == {"reference": "IDEA-2026-0000"}
