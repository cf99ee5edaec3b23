"""Things whose words are much the same."""

import pytest

from civicthread.core import search
from tests.core.things import publish_organisation

pytestmark = pytest.mark.django_db
KIND = "stakeholders.organisation"


def alike(text: str) -> list[str]:
    return search.alike(KIND, text, language="fr")


def test_what_shares_half_of_the_words_is_alike_and_the_likest_comes_first():
    near = publish_organisation({"fr": "Bancs à l’ombre", "nl": "Banken"})
    nearest = publish_organisation({"fr": "Des bancs et une fontaine à l’ombre", "nl": "Banken"})
    publish_organisation({"fr": "Une fontaine", "nl": "Een fontein"})
    publish_organisation({"fr": "Un pont", "nl": "Een brug"})
    assert alike("fontaine, bancs, ombre") == [str(nearest.pk), str(near.pk)]


def test_case_accents_and_plurals_make_no_difference():
    found = publish_organisation({"fr": "Vélos électriques", "nl": "Fietsen"})
    assert alike("VELO electrique") == [str(found.pk)]


@pytest.mark.parametrize("text", ["", "le la les", "pont", "a b c", '"*"', "NEAR( OR AND", "x" * 5000])
def test_a_text_without_two_words_that_tell_something_is_like_nothing(text):
    publish_organisation({"fr": "Un pont", "nl": "Een brug"})
    assert alike(text) == []


def test_at_most_so_many_are_given():
    for _ in range(7):
        publish_organisation({"fr": "Bancs à l’ombre", "nl": "Banken"})
    assert len(alike("bancs ombre")) == 5
    assert len(search.alike(KIND, "bancs ombre", language="fr", most=2)) == 2
