"""How the records lie is counted, so that the database takes the index that finds few of them."""

import pytest
from django.db import connection

from civicthread.core import planning, tasks
from tests.factories import ideas

pytestmark = pytest.mark.django_db


def test_what_is_done_each_day_counts_the_records():
    for _idea in range(3):
        ideas.public()
    tasks.tidy.call()
    if connection.vendor != "sqlite":
        return  # it counts by itself, whenever much has changed
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'ideas_idea'")
        counted = dict(cursor.fetchall())
        assert counted["ideas_by_date"].split()[0] == "3"
        cursor.execute("PRAGMA analysis_limit")
        assert cursor.fetchone() == (planning.ROWS,)
