"""Every code of the lake has words for a person, with the same facts in them."""

import re

import pytest
from django.utils import translation

from civicthread.datahub import words
from civicthread.lake import formulas, import_configuration
from civicthread.lake.notes import NOTES
from civicthread.lake.refusals import PROBLEMS, REFUSALS, IngestRefused

PLACE = re.compile(r"%\((\w+)\)s")


def test_every_refusal_problem_and_note_has_words():
    assert set(REFUSALS) <= set(words.REFUSALS)
    assert set(PROBLEMS) == set(words.PROBLEMS)
    assert set(NOTES) == set(words.NOTES)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_the_words_use_only_facts_the_lake_gives(code):
    assert set(PLACE.findall(str(words.REFUSALS[code]))) <= set(PLACE.findall(REFUSALS[code]))


def test_a_refusal_is_one_sentence_with_its_facts():
    assert words.refusal("missing_columns", {"columns": "area, n"}).endswith("area, n.")
    assert "%" not in words.refusal("not_text", {"found": "a PDF file"})


def test_all_that_may_be_wrong_with_a_configuration_has_words():
    told = {**import_configuration.WRONG, **formulas.WRONG}
    assert set(told) == set(words.CONFIGURATIONS)
    for code, sentence in told.items():
        assert set(PLACE.findall(str(words.CONFIGURATIONS[code]))) <= set(PLACE.findall(sentence))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"surprise": 1}', "« surprise » ne fait pas partie de ses membres"),
        ('{"dimensions": {"area": "geo"}}', "rien n’alimente « indicator, period »"),
        ("[1, 2]", "une seule configuration est attendue"),
        ("{", "la ligne 1 n’est pas du JSON valide"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_told_in_the_readers_language(given, told):
    with pytest.raises(IngestRefused) as refused:
        import_configuration.parse(given)
    facts = {name: str(fact) for name, fact in refused.value.params.items()}
    with translation.override("fr"):
        assert told in words.refusal(refused.value.code, facts).replace("\u00a0", " ")


def test_an_unknown_code_is_told_as_our_fault_not_as_a_code():
    assert words.refusal("no_such_code", {}) == words.refusal("failed", {})
