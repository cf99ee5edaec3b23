"""Before a web process serves anyone, it has shown the first page in each language to itself."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicthread.config.server import show_first_pages
from civicthread.portal import queries

pytestmark = pytest.mark.django_db(transaction=True)


def asked(language: str, client) -> set[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/{language}/").status_code == 200
    return {query["sql"] for query in captured.captured_queries}


@pytest.mark.parametrize("language", settings.CITY.languages)
def test_a_reader_of_the_first_page_does_not_wait_for_what_is_kept(client, language):
    with CaptureQueriesContext(connection) as captured:
        queries.counts()
    counting = captured.captured_queries[-1]["sql"]
    caches["local"].clear()
    assert counting in asked(language, client), "the control: it was not kept yet"
    caches["local"].clear()
    show_first_pages(WSGIHandler())
    assert counting not in asked(language, client)
