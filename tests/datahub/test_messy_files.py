"""A steward brings in what administrations send: the wizard reads it, says what it made of it, and loads it."""

import pytest
from django.utils.translation import override

from civicthread.datahub import queries, words
from civicthread.datahub.models import Dataset, Upload
from tests import personas
from tests.datahub.messy_files import MESSY, REFUSED
from tests.datahub.test_staff import answers, described, run_the_worker, send
from tests.factories.ideas import municipality

pytestmark = pytest.mark.django_db
OFFICE = "/en/datahub/office/"
TOLD_ELSEWHERE = {"no_time_column"}


@pytest.fixture
def steward():
    return personas.make("steward").client()


@pytest.mark.parametrize("messy", MESSY.values(), ids=MESSY.keys())
def test_a_messy_file_is_read_as_it_is_meant_and_it_is_said_how(steward, messy):
    page = steward.get(send(steward, f"{OFFICE}new/", messy.content, messy.name).headers["Location"])
    codes = {code for code, _facts in Upload.objects.get().suggestion["notes"]}
    assert codes - TOLD_ELSEWHERE == messy.notes
    answer = steward.post(page.request["PATH_INFO"], {**answers(page), **described()})
    assert answer.status_code == 302, answer.context and answer.context["asked"].reading.errors
    run_the_worker()
    made = Dataset.objects.get(code="lampes")
    done = made.ingestions.get()
    assert (done.outcome, done.rejected) == ("loaded", messy.aside)
    assert sorted(queries.version(made).sample["rows"]) == sorted(map(list, messy.rows))


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_with_what_to_do(steward, refused):
    page = send(steward, f"{OFFICE}new/", refused.content, refused.name)
    assert page.status_code == 422
    assert refused.sentence in page.context["form"].errors["file"][0]


@pytest.mark.parametrize(
    ("language", "form"), [("en", "dd/mm/yyyy"), ("fr", "jj/mm/aaaa"), ("nl", "dd/mm/jjjj")]
)
def test_the_form_of_dates_is_said_in_letters_of_the_language(language, form):
    with override(language):
        assert form in words.note("dates_read", {"example": "27/10/2024", "form": "dd/mm/yyyy"})


def test_the_period_of_a_messy_file_is_known_to_the_form(steward):
    for name, column in [
        ("lines above the headings", "trimestre"),
        ("Unicode text of Excel, months", "maand"),
    ]:
        messy = MESSY[name]
        page = steward.get(send(steward, f"{OFFICE}new/", messy.content, messy.name).headers["Location"])
        assert answers(page)["period_column"] == column


def brought(steward, name):
    messy = MESSY[name]
    page = steward.get(send(steward, f"{OFFICE}new/", messy.content, messy.name).headers["Location"])
    assert steward.post(page.request["PATH_INFO"], {**answers(page), **described()}).status_code == 302
    run_the_worker()
    return Dataset.objects.get(code="lampes")


def test_the_places_of_an_opendatasoft_export_stand_on_the_map(steward):
    municipality()
    brought(steward, "an export of Opendatasoft")
    assert steward.get("/en/datahub/lampes/").context["places"].figure.rows


def test_periods_out_of_the_order_of_their_texts_tell_no_first_and_last_day(steward):
    version = queries.version(brought(steward, "lines above the headings"))
    assert (version.covers_from, version.covers_until) == (None, None)
