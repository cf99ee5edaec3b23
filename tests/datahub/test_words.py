"""Every code of the lake has words for a person, with the same facts in them."""

import re

import pytest

from civicthread.datahub import words
from civicthread.lake.refusals import PROBLEMS, REFUSALS
from civicthread.lake.suggest import NOTES

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


def test_an_unknown_code_is_told_as_our_fault_not_as_a_code():
    assert words.refusal("no_such_code", {}) == words.refusal("failed", {})
