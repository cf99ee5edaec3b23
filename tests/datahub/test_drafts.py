"""How a steward without a programmer deals with files that are not as expected: where the table stands, new columns,
columns left out, a dataset described wrongly at first.
"""

import io
import json

import pytest

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.datahub import actions, drafts, incoming, tables
from civicthread.datahub.models import Dataset, Upload
from tests import personas
from tests.datahub.reading import content_of
from tests.datahub.test_staff import OFFICE, answers, described, run_the_worker, send
from tests.factories.datahub import ROWS, dataset, load
from tests.workbooks import workbook

pytestmark = pytest.mark.django_db
WIDER = "area,year,n,colour\n21001,2022,5,red\n"


@pytest.fixture
def steward():
    return personas.make("steward").client()


def columns_of(page):
    """The columns' form as a browser sends it back."""
    found = {}
    forms = page.context["forms"]
    for form in (forms.management_form, *forms):
        for field in form:
            value = field.value()
            if value not in (None, False, "") and not hasattr(value, "items"):
                found[field.html_name] = value
    return found


def reading_of(page):
    """How files are read, as a browser sends it back."""
    return {field.html_name: field.value() for field in page.context["form"] if field.value() is not None}


def test_a_column_that_the_publisher_added_is_declared_and_loaded(steward, place):
    made = dataset()
    load(made, place)
    assert load(made, place, WIDER).code == "unknown_columns"
    address = f"{OFFICE}{made.code}/columns/"
    given = columns_of(steward.get(address))
    assert steward.post(address, given).status_code == 302, "nothing is added where nothing is told"
    assert made.columns.count() == 3
    given |= {"columns-3-name": "colour", "columns-3-title_fr": "Couleur", "columns-3-title_nl": "Kleur"}
    assert steward.post(address, given).status_code == 302
    assert [column.name for column in made.columns.all()] == ["area", "year", "n", "colour"]
    assert load(made, place, WIDER).outcome == "loaded"
    assert tables.table(made).schema().columns[-1].name == "colour"


def test_a_new_column_of_rows_that_are_there_may_be_empty(steward, place):
    made = dataset()
    load(made, place)
    address = f"{OFFICE}{made.code}/columns/"
    given = {**columns_of(steward.get(address)), "columns-3-name": "colour"}
    del given["columns-3-nullable"]
    answer = steward.post(address, given)
    assert answer.status_code == 422
    assert made.columns.count() == 3


def test_numbers_beyond_the_declared_limits_are_set_aside(steward, place):
    made = dataset()
    load(made, place)
    address = f"{OFFICE}{made.code}/columns/"
    given = columns_of(steward.get(address))
    for wrong in ({"columns-2-minimum": 9, "columns-2-maximum": 1}, {"columns-0-minimum": 1}):
        assert steward.post(address, {**given, **wrong}).status_code == 422
    assert (
        steward.post(address, {**given, "columns-2-minimum": "0", "columns-2-maximum": "8"}).status_code
        == 302
    )
    done = load(made, place)
    assert (done.rows, done.rejected) == (2, 1)
    assert columns_of(steward.get(address))["columns-2-maximum"] == 8.0


def test_columns_of_the_file_may_be_left_out(steward, place):
    made = dataset()
    load(made, place)
    address = f"{OFFICE}{made.code}/reading/"
    given = reading_of(steward.get(address)) | {"ignore": "colour\nsize, in cm"}
    assert steward.post(address, given).status_code == 302
    made.refresh_from_db()
    assert made.reading["ignore"] == ["colour", "size, in cm"]
    assert load(made, place, WIDER).outcome == "loaded"
    assert reading_of(steward.get(address))["ignore"] == "colour\nsize, in cm"


def test_a_column_may_be_left_out_from_the_first(steward, place):
    page = steward.get(send(steward, f"{OFFICE}new/", WIDER.encode()).headers["Location"])
    given = {**answers(page), **described(ignore="colour", period_column="year")}
    assert steward.post(page.request["PATH_INFO"], given).status_code == 302
    run_the_worker()
    made = Dataset.objects.get(code="lampes")
    assert [column.name for column in made.columns.all()] == ["area", "year", "n"]
    assert made.ingestions.get().outcome == "loaded"


NEXT_YEAR = [
    ("area,year,n\nIxelles,2023,4\nUccle,2023,5\n", {"period_column": "year"}, "2023", "2024"),
    ("area,n\nIxelles,4\nUccle,5\n", {"period_column": "", "reference_period": "2023"}, "4", "6"),
]


@pytest.mark.parametrize("mode", ["append", "upsert"])
@pytest.mark.parametrize(("text", "told", "before", "after"), NEXT_YEAR, ids=["a column", "the whole file"])
def test_a_file_of_one_year_is_not_replaced_by_that_of_the_next(
    steward, place, mode, text, told, before, after
):
    page = steward.get(send(steward, f"{OFFICE}new/", text.encode()).headers["Location"])
    given = {**answers(page), **described(mode=mode, **told)}
    assert steward.post(page.request["PATH_INFO"], given).status_code == 302
    run_the_worker()
    made = Dataset.objects.get(code="lampes")
    assert made.keys == (["area", "year"] if "year" in text else ["area", "period"])
    if "reference_period" in told:
        again = reading_of(steward.get(f"{OFFICE}lampes/reading/")) | {"reference_period": "2024"}
        assert steward.post(f"{OFFICE}lampes/reading/", again).status_code == 302
        made.refresh_from_db()
    done = load(made, place, text.replace(before, after))
    assert (done.outcome, done.rejected) == ("loaded", 0)
    assert made.versions.first().rows == 4


def test_where_the_table_stands_is_said_at_the_first_look(steward):
    notes = [["made", "by", 2024], ["area", "year", "n"], ["Ixelles", 2023, 4]]
    content = workbook(Old=[["code", "n"], ["a", 1]], New=notes)
    page = steward.get(send(steward, f"{OFFICE}new/", content, "two.xlsx").headers["Location"])
    upload = Upload.objects.get()
    assert page.context["asked"].headings == ["code", "n"]
    again = f"{OFFICE}uploads/{upload.key}/look/"
    assert steward.post(again, {"look-sheet": "Nowhere"}).status_code == 422
    answer = steward.post(again, {"look-sheet": "New", "look-skip": 1})
    page = steward.get(answer.headers["Location"])
    assert page.context["asked"].headings == ["area", "year", "n"]
    assert [field.value() for field in page.context["look"]] == [1, "New"]
    steward.post(page.request["PATH_INFO"], {**answers(page), **described()})
    run_the_worker()
    made = Dataset.objects.get(code="lampes")
    assert made.ingestions.get().outcome == "loaded"
    assert (made.reading["sheet"], made.reading["skip"]) == ("New", 1)
    kept = reading_of(steward.get(f"{OFFICE}lampes/reading/"))
    assert (kept["sheet"], kept["skip"]) == ("New", 1)


def test_a_file_that_cannot_be_looked_at_again_keeps_its_description(steward):
    page = steward.get(send(steward, f"{OFFICE}new/", ROWS.encode()).headers["Location"])
    upload = Upload.objects.get()
    answer = steward.post(f"{OFFICE}uploads/{upload.key}/look/", {"look-skip": 900})
    assert answer.status_code == 422
    assert answer.context["look"].non_field_errors()
    assert Upload.objects.get().suggestion == upload.suggestion
    assert page.context["asked"].headings == answer.context["asked"].headings


def test_what_the_first_look_does_not_find_is_said_with_the_file(steward):
    content = json.dumps({"note": [{"x": 1}], "rows": [{"area": "Ixelles", "n": 4}]}).encode()
    file = {"file": io.BytesIO(content), "records": "rows"}
    file["file"].name = "lamps.json"
    answer = steward.post(f"{OFFICE}new/", file)
    assert steward.get(answer.headers["Location"]).context["asked"].headings == ["area", "n"]


def test_a_dataset_described_wrongly_is_mended_while_it_holds_nothing(steward, place):
    columns = [{"name": "area", "type": "integer"}, {"name": "lamps", "type": "text"}]
    told = {"keys": ["lamps"], "sort": ["lamps"], "period_column": "", "reference_period": "2023"}
    made = dataset(columns=columns, **told)
    assert load(made, place, "area,lamps\nIxelles,x\n").outcome == "refused"
    address = f"{OFFICE}{made.code}/columns/"
    given = columns_of(steward.get(address))
    given |= {
        "columns-0-type": "text",
        "columns-0-key": "on",
        "columns-1-DELETE": "on",
        "columns-2-name": "n",
        "columns-2-type": "integer",
    }
    assert steward.post(address, given).status_code == 302
    made.refresh_from_db()
    assert (made.keys, made.sort) == (["area", "period"], ["area", "period"])
    assert [(column.name, column.type) for column in made.columns.all()][:2] == [
        ("area", "text"),
        ("n", "integer"),
    ]
    assert load(made, place, "area,n\nIxelles,5\n").outcome == "loaded"
    page = steward.get(address)
    assert "columns-0-DELETE" not in content_of(page).decode(), "now figures may rest on it"


def test_a_draft_that_never_had_rows_is_removed(steward, place):
    made = dataset(code="lampes", published=False)
    load(made, place, "wrong\n1\n")
    page = steward.get(f"{OFFICE}lampes/")
    assert "/lampes/remove/" in content_of(page).decode()
    assert steward.post(f"{OFFICE}lampes/remove/").status_code == 302
    assert not Dataset.objects.exists()
    again = dataset(
        code="lampes", columns=[{"name": "n", "type": "integer"}], keys=[], sort=[], period_column=""
    )
    assert load(again, place, "n\n1\n").outcome == "loaded", "its name is free again, with other columns"


def test_what_had_rows_or_readers_is_not_removed(place):
    by = journal.system()
    loaded = dataset(published=False)
    load(loaded, place)
    waiting = dataset(published=False)
    actions.receive_file(incoming.keep("lamps.csv", [ROWS.encode()]), by=by, dataset=waiting)
    for made in (loaded, waiting, dataset()):
        with pytest.raises(Refused):
            drafts.remove_dataset(made, by=by)
    assert Dataset.objects.count() == 3
