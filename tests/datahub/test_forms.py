"""What a first look at a file suggests is something the steward's form can say."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from civicthread.datahub import forms, upkeep_forms
from civicthread.lake import sniff
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suggest import suggest

SIGNS = st.sampled_from("aéø0123456789 .,;'’\t|\u00a0\u202f-/%\x81\n")
NUMBERS = st.from_regex(r"\d{1,3}[ ,.'’\u00a0\u202f]\d{3}([.,]\d{1,3})?", fullmatch=True)
CELLS = st.one_of(st.text(SIGNS, max_size=12), NUMBERS)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be"])


def test_every_encoding_that_is_guessed_is_on_the_form():
    assert {name for name, _ in forms.ENCODINGS} == {*sniff.ENCODINGS}


@given(st.lists(CELLS, min_size=1, max_size=6), ENCODINGS)
def test_what_is_suggested_can_be_said_on_the_form(tmp_path_factory, cells, encoding):
    file = tmp_path_factory.getbasetemp() / "suggested.csv"
    text = "place;n\n" + "".join(f"p{number};{cell}\n" for number, cell in enumerate(cells))
    file.write_bytes(text.encode(encoding, errors="ignore"))
    try:
        found = suggest(file).dialect
    except IngestRefused:
        return
    choices = {
        "encoding": forms.ENCODINGS,
        "delimiter": forms.DELIMITERS,
        "decimal": forms.DECIMALS,
        "thousands": forms.THOUSANDS,
        "date_format": forms.DATES,
    }
    for name, able in choices.items():
        assert getattr(found, name) in dict(able), name


def reading(**values: str) -> forms.ReadingForm:
    told = {"code": "trees", "mode": "replace", "decimal": ".", "crs": "EPSG:4326", **values}
    return forms.ReadingForm(told, dialect={"format": "json"}, columns=["area"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, {}),
        ({"decimal": ",", "thousands": "."}, {}),
        ({"decimal": ",", "thousands": ","}, {"thousands": "One sign cannot be both"}),
        ({"code": "Trees 2024"}, {"code": "Use lower-case letters, digits and underscores, a letter first."}),
        ({"crs": "Lambert"}, {"crs": "Write EPSG: and the number of the system"}),
    ],
)
def test_a_mistake_in_how_files_are_read_is_told_in_one_sentence(values, told):
    with override("en"):
        errors = {name: " ".join(map(str, found)) for name, found in reading(**values).errors.items()}
    assert errors.keys() == told.keys()
    assert all(errors[name].startswith(sentence) for name, sentence in told.items())


@pytest.mark.django_db
def test_the_worked_example_of_statistics_is_one_that_is_taken():
    assert upkeep_forms.ConfigurationField().clean(upkeep_forms.EXAMPLE)["dimensions"]["area"] == "geo"
