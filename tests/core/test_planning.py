"""How the records lie is counted, so that the database takes the index that finds few of them."""

import pytest
from django.db import connection

from civicthread.core import tasks
from civicthread.ideas.models import Idea
from tests.factories import ideas

pytestmark = pytest.mark.django_db


def test_what_is_done_each_day_counts_the_records():
    one = ideas.public()
    alike = {name: getattr(one, name) for name in ("visibility", "author", "received_at", "published_at")}
    Idea.objects.bulk_create(Idea(reference=f"IDEA-{number}", **alike) for number in range(1999))
    tasks.tidy.call()
    if connection.vendor != "sqlite":
        return  # it counts by itself, whenever much has changed
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'ideas_idea'")
        counted = dict(cursor.fetchall())
    assert counted["ideas_by_date"].split()[0] == "2000"
    assert counted["ideas_public_by_date"].split()[:2] == ["2000", "2000"], "all are public, not some"
