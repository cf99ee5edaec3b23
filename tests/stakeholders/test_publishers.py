"""Who published what a page rests on, in the reader's language."""

import pytest
from django.utils.translation import override

from civicthread.core import journal
from civicthread.stakeholders import actions
from civicthread.stakeholders.models import Organisation
from civicthread.stakeholders.templatetags.publishers import named

pytestmark = pytest.mark.django_db
SOURCES = [{"url": "https://example.org/", "publisher": "European Commission", "date": "2022"}]


def commission(*, published=True):
    name = {"fr": "Commission européenne", "nl": "Europese Commissie", "en": "European Commission"}
    values = {"code": "commission", "name": name, "helix": "public"}
    found = actions.save_organisation(Organisation(), values, by=journal.system())
    if published:
        actions.publish_organisation(found, by=journal.system())


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "Commission européenne"), ("nl", "Europese Commissie")]
)
def test_an_organisation_of_the_register_is_named_in_the_language_of_the_reader(language, name):
    commission()
    with override(language):
        (source,) = named(SOURCES)
        assert str(source["publisher"]) == name
    assert source["date"] == "2022"
    assert SOURCES[0]["publisher"] == "European Commission", "what is kept is left as it is"


def test_others_keep_the_name_they_are_cited_by():
    commission(published=False)
    assert named([*SOURCES, {"url": "https://example.org/"}]) == [
        SOURCES[0],
        {"url": "https://example.org/", "publisher": ""},
    ]


def test_a_page_without_sources_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert named([]) == []
