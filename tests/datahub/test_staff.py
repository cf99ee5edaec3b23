"""What data stewards do: a new dataset from a file, a new file, columns, restoring, publishing."""

import errno
import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.core.uploads import Bounded
from civicthread.datahub import actions, incoming, queries, tasks
from civicthread.datahub.models import Dataset, DatasetVersion, Ingestion, Upload
from tests import personas
from tests.datahub.reading import content_of
from tests.factories.datahub import ROWS, dataset, load
from tests.factories.indicators import areas

pytestmark = pytest.mark.django_db
OFFICE = "/fr/datahub/office/"
FRENCH = "Commune;Année;Lampes;Prix (€)\nForêt;2024;12;3,5\nUccle;2024;7;4,25\n".encode("cp1252")


@pytest.fixture
def steward():
    return personas.make("steward").client()


def send(client, address, content=b"area,year,n\n21001,2020,5\n", name="lamps.csv"):
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def answers(page):
    """The fields of a page with the values they have: what a browser would send back."""
    found = {}
    asked = page.context["asked"]
    for form in (asked.description, asked.reading, asked.columns.management_form, *asked.columns):
        for field in form:
            value = field.value()
            if value not in (None, False, "") and not hasattr(value, "items"):
                found[field.html_name] = value
    return found


def described(**values):
    texts = {f"{name}_{code}": "Lampes" for name in ("title", "description") for code in ("fr", "nl")}
    return {**texts, "code": "lampes", "frequency": "yearly", "access": "open", "mode": "replace", **values}


def run_the_worker():
    """Run the loads that were asked for."""
    for result in (
        DBTaskResult.objects.ready().filter(task_path=tasks.load.module_path).order_by("enqueued_at")
    ):
        tasks.load.call(*result.args_kwargs["args"])
        result.delete()


def test_a_new_dataset_from_a_file_nobody_described(steward):
    page = send(steward, f"{OFFICE}new/", FRENCH, "Éclairage public.csv")
    upload = Upload.objects.get()
    assert page.headers["Location"] == f"{OFFICE}uploads/{upload.key}/describe/"
    page = steward.get(page.headers["Location"])
    given = answers(page)
    assert (given["code"], given["encoding"], given["delimiter"], given["decimal"]) == (
        "eclairage_public",
        "windows-1252",
        ";",
        ",",
    )
    assert [given[f"columns-{n}-type"] for n in range(4)] == ["text", "integer", "integer", "number"]
    answer = steward.post(page.request["PATH_INFO"], {**given, **described(), "columns-2-title_fr": "Lampes"})
    assert answer.headers["Location"] == f"{OFFICE}uploads/{upload.key}/"
    assert steward.get(answer.headers["Location"]).status_code == 200, "it waits"
    run_the_worker()
    outcome = steward.get(answer.headers["Location"], follow=True)
    assert outcome.context["done"].outcome == "loaded"
    made = Dataset.objects.get(code="lampes")
    assert [row[3] for row in queries.version(made).sample["rows"]] == [3.5, 4.25]
    assert list(incoming.folder().iterdir()) == [], "the file is gone once its outcome is written down"
    assert not made.is_published


def test_the_column_with_the_area_is_suggested_from_its_values_and_may_be_changed(steward):
    areas()
    rows = (f"x{n},{area},2020,{n}\n" for n, area in enumerate(["Anderlecht", "Auderghem"] * 4))
    text = "who,commune,annee,n\n" + "".join(rows)
    page = steward.get(send(steward, f"{OFFICE}new/", text.encode(), "lampes.csv").headers["Location"])
    given = answers(page)
    assert given["area_column"] == "commune"
    assert steward.post(page.request["PATH_INFO"], {**given, **described()}).status_code == 302
    made = Dataset.objects.get(code="lampes")
    assert made.area_column == "commune"
    address = f"{OFFICE}lampes/reading/"
    form = steward.get(address).context["form"]
    assert form["area_column"].value() == "commune"
    told = {name: form[name].value() or "" for name in form.fields}
    assert steward.post(address, {**told, "area_column": "who"}).status_code == 302
    made.refresh_from_db()
    assert made.area_column == "who"
    assert steward.post(address, {**told, "area_column": "nobody"}).status_code == 422


def test_a_mistake_in_the_description_keeps_the_file_and_tells_all(steward):
    page = steward.get(send(steward, f"{OFFICE}new/", FRENCH).headers["Location"])
    given = {**answers(page), **described(code="Lampes", title_nl="", reference_period="soon")}
    answer = steward.post(page.request["PATH_INFO"], given)
    assert answer.status_code == 422
    asked = answer.context["asked"]
    assert {"title"} == set(asked.description.errors)
    assert {"code", "reference_period"} == set(asked.reading.errors)
    assert not Dataset.objects.exists()
    assert incoming.path_of(Upload.objects.get().key).exists()


def test_a_refusal_of_the_rules_is_told_on_the_form(steward):
    page = steward.get(send(steward, f"{OFFICE}new/", FRENCH).headers["Location"])
    answer = steward.post(page.request["PATH_INFO"], {**answers(page), **described(code="office")})
    assert answer.status_code == 422
    assert "office" in str(answer.context["asked"].description.non_field_errors())
    assert not Dataset.objects.exists()


def test_a_first_file_may_be_thrown_away(steward, django_capture_on_commit_callbacks):
    send(steward, f"{OFFICE}new/", FRENCH)
    key = Upload.objects.get().key
    with django_capture_on_commit_callbacks(execute=True):
        steward.post(f"{OFFICE}uploads/{key}/discard/")
    assert not Upload.objects.exists()
    assert not incoming.path_of(key).exists()


def test_a_new_file_becomes_the_next_version(steward, place):
    made = dataset()
    load(made, place)
    answer = send(steward, f"{OFFICE}{made.code}/load/", (ROWS + "21002,2021,1\n").encode())
    run_the_worker()
    outcome = steward.get(answer.headers["Location"], follow=True)
    assert outcome.status_code == 200
    assert queries.version(made).rows == 4
    done = Ingestion.objects.latest("id")
    assert (done.file_name, done.by) == ("lamps.csv", Upload.objects.get().by)


def test_rows_set_aside_are_shown_with_reasons_and_can_be_had(steward, place):
    made = dataset()
    done = load(made, place, ROWS + "21003,2020,=1+1\n21004,,4\n")
    page = steward.get(f"{OFFICE}{made.code}/loads/{done.pk}/")
    assert [(row.line, row.column) for row in page.context["set_aside"]] == [("5", "n"), ("6", "year")]
    assert page.context["reasons"] == [(reason, 1) for reason, _ in page.context["reasons"]]
    assert "<li>Pas un nombre entier\u00a0: 1</li>" in page.content.decode(), "as French writes a colon"
    listed = (
        content_of(steward.get(f"{OFFICE}{made.code}/loads/{done.pk}/set-aside.csv")).decode().splitlines()
    )
    assert len(listed) == 3
    assert ",'=1+1," in listed[1], "harmless in a spreadsheet"


def test_a_sudden_jump_is_pointed_at(steward, place):
    made = dataset()
    load(made, place)
    done = load(made, place, "area,year,n\n21001,2020,5\n")
    assert steward.get(f"{OFFICE}{made.code}/loads/{done.pk}/").context["jumped"]


def test_what_needs_a_look_stands_first(steward, place):
    fine = dataset(frequency="irregular")
    load(fine, place)
    empty = dataset(frequency="irregular")
    late = dataset(frequency="yearly")
    load(late, place)
    bad_rows = dataset(frequency="irregular")
    load(bad_rows, place, ROWS + "x,y,z\n")
    refused = dataset(frequency="irregular")
    load(refused, place)
    load(refused, place, "nothing\n1\n")
    rows = steward.get(OFFICE).context["page"].rows
    assert [(row.code, row.trouble) for row in rows] == [
        (refused.code, 4),
        (late.code, 3),
        (bad_rows.code, 2),
        (empty.code, 1),
        (fine.code, 0),
    ]


def test_the_description_is_changed_on_its_form(steward):
    made = dataset()
    page = steward.get(f"{OFFICE}{made.code}/description/")
    assert page.status_code == 200
    answer = steward.post(f"{OFFICE}{made.code}/description/", described(licence_name="CC0"))
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.licence_name, made.title["nl"].text, made.columns.count()) == ("CC0", "Lampes", 3)


def test_columns_with_rows_change_their_meaning_only(steward, place):
    made = dataset()
    load(made, place)
    given = {"columns-TOTAL_FORMS": 3, "columns-INITIAL_FORMS": 3}
    for number, name in enumerate(("area", "year", "n")):
        given |= {f"columns-{number}-name": "changed", f"columns-{number}-type": "text"}
        given |= {f"columns-{number}-title_{code}": name.upper() for code in ("fr", "nl", "en")}
    assert steward.get(f"{OFFICE}{made.code}/columns/").status_code == 200
    assert steward.post(f"{OFFICE}{made.code}/columns/", given).status_code == 302
    assert [(c.name, c.type, c.title["nl"].text) for c in made.columns.all()] == [
        ("area", "text", "AREA"),
        ("year", "integer", "YEAR"),
        ("n", "integer", "N"),
    ]


def test_every_version_can_be_restored_however_many_there_are(steward, place):
    made = dataset()
    load(made, place)
    first = made.versions.get()
    later = [
        DatasetVersion(dataset=made, number=first.number + n, at=first.at, by=first.by, rows=3)
        for n in range(1, 30)
    ]
    DatasetVersion.objects.bulk_create(later)
    newest = steward.get(f"{OFFICE}{made.code}/")
    button = f"/versions/{first.number}/restore/"
    assert button not in newest.content.decode()
    page = steward.get(f"{OFFICE}{made.code}/?page={newest.context['page'].next}").content.decode()
    assert button in page
    assert page.count("/restore/") == 5


def test_restore_publish_and_withdraw_by_button(steward, place):
    made = dataset(published=False)
    load(made, place)
    load(made, place, "area,year,n\n21001,2020,5\n")
    first = made.versions.last().number
    assert steward.post(f"{OFFICE}{made.code}/versions/{first}/restore/").status_code == 302
    assert queries.version(made).restored_from == first
    assert steward.post(f"{OFFICE}{made.code}/versions/77/restore/").status_code == 404
    steward.post(f"{OFFICE}{made.code}/publish/")
    assert Dataset.objects.get(pk=made.pk).is_published
    assert steward.post(f"{OFFICE}{made.code}/withdraw/", {"because_fr": "Faux"}).status_code == 422
    steward.post(f"{OFFICE}{made.code}/withdraw/", {"because_fr": "Faux", "because_nl": "Fout"})
    assert Dataset.objects.get(pk=made.pk).publication == "withdrawn"


def test_a_file_larger_than_allowed_is_told_so(steward, settings, place):
    settings.UPLOAD_BYTES = 1000
    made = dataset()
    answer = send(steward, f"{OFFICE}{made.code}/load/", b"x" * 2000)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Upload.objects.exists()
    assert list(incoming.folder().iterdir()) == []


def test_files_together_count_against_the_limit(settings, rf):
    settings.UPLOAD_BYTES = 1000
    files = {name: SimpleUploadedFile(name, b"x" * 600) for name in ("a", "b")}
    request = rf.post("/", files)
    assert len(request.FILES) == 1
    assert request.upload_too_large
    assert Bounded.__name__ in settings.FILE_UPLOAD_HANDLERS[0]


def test_a_fault_of_ours_is_told_and_changes_nothing(steward, place, monkeypatch):
    made = dataset()
    load(made, place)
    answer = send(steward, f"{OFFICE}{made.code}/load/", b"area,year,n\n21001,2020,6\n")
    incoming.path_of(Upload.objects.get().key).unlink()
    run_the_worker()
    outcome = steward.get(answer.headers["Location"], follow=True)
    assert outcome.context["done"].outcome == "refused"
    assert queries.version(made).rows == 3


def test_leftovers_of_a_crash_are_loaded_or_removed(place, settings):
    by, old = journal.system(), "2020-01-01T00:00:00Z"
    made = dataset()
    lost = actions.receive_file(incoming.keep("lost.csv", [ROWS.encode()]), by=by, dataset=made)
    forgotten = actions.receive_file(incoming.keep("forgotten.csv", [b"x"]), by=by)
    Upload.objects.update(at=old)
    stray = incoming.keep("stray.csv", [b"x"])
    fresh = incoming.keep("fresh.csv", [b"x"])
    os.utime(incoming.path_of(stray.key), (0, 0))
    os.utime(incoming.path_of(lost.key), (0, 0))
    tasks.keep_up.call()
    run_the_worker()
    assert Ingestion.objects.get(upload=lost).outcome == "loaded"
    assert not Upload.objects.filter(pk=forgotten.pk).exists()
    left = {path.name for path in incoming.folder().iterdir()}
    assert stray.key not in left
    assert fresh.key in left, "it may be on its way to a record"


def test_a_load_that_ran_twice_has_one_outcome(place):
    made = dataset()
    upload = actions.receive_file(
        incoming.keep("twice.csv", [ROWS.encode()]), by=journal.system(), dataset=made
    )
    assert tasks.load.call(upload.key) == "loaded"
    assert tasks.load.call(upload.key) == "loaded"
    assert Ingestion.objects.count() == 1
    assert tasks.load.call("no-such-key") == ""


def test_where_the_lake_cannot_be_written_the_steward_is_told_and_the_next_load_succeeds(
    steward, place, settings
):
    made = dataset()
    answer = send(steward, f"{OFFICE}{made.code}/load/", ROWS.encode())
    lake, settings.LAKE = settings.LAKE, str(place / "no-folder")
    (place / "no-folder").write_text("")
    run_the_worker()
    settings.LAKE = lake
    done = steward.get(answer.headers["Location"], follow=True).context["done"]
    assert (done.outcome, done.code) == ("refused", "failed")
    assert not JournalEntry.objects.get(verb="datahub.ingest").public
    assert queries.version(made) is None
    again = send(steward, f"{OFFICE}{made.code}/load/", ROWS.encode())
    run_the_worker()
    assert steward.get(again.headers["Location"], follow=True).context["done"].outcome == "loaded"


def test_what_is_forgotten_after_a_month_is_the_file_and_never_what_came_of_it(place):
    old = timezone.now() - timedelta(days=31)
    made = dataset()
    received = [
        actions.receive_file(incoming.keep(f"{name}.csv", [ROWS.encode()]), by=journal.system(), dataset=made)
        for name in ("old", "recent", "waiting")
    ]
    for upload in received[:2]:
        tasks.load.call(upload.key)
    Upload.objects.exclude(file_name="recent.csv").update(at=old)
    tasks.forget_uploads.call()
    assert set(Upload.objects.values_list("file_name", flat=True)) == {"recent.csv", "waiting.csv"}
    assert [done.outcome for done in Ingestion.objects.order_by("pk")] == ["loaded", "unchanged"]
    assert queries.version(made).rows == 3


def test_an_upload_that_nobody_described_cannot_be_loaded_and_one_of_a_dataset_is_not_thrown_away(steward):
    bare = actions.receive_file(incoming.keep("bare.csv", [ROWS.encode()]), by=journal.system())
    with pytest.raises(Refused) as refused:
        actions.load_upload(bare, by=journal.system())
    assert refused.value.code == "no-dataset"
    assert steward.get(f"{OFFICE}uploads/{bare.key}/").headers["Location"].endswith("/describe/")
    owned = actions.receive_file(incoming.keep("x.csv", [b"x"]), by=journal.system(), dataset=dataset())
    steward.post(f"{OFFICE}uploads/{owned.key}/discard/")
    assert incoming.path_of(owned.key).exists()
    assert Upload.objects.count() == 2
    for address in ("uploads/nothing/", "uploads/nothing/describe/"):
        assert steward.get(f"{OFFICE}{address}").status_code == 404


def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing_behind(place):
    def chunks():
        yield b"area,year"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        incoming.keep("half.csv", chunks())
    assert list(incoming.folder().iterdir()) == []


def test_who_adds_a_publisher_is_said_and_shown_to_those_who_may(steward, place):
    made = dataset()
    address = f"/en/datahub/office/{made.code}/description/"
    told = "is added by the staff of the Office"
    add = "/en/stakeholders/office/new/"
    page = content_of(steward.get(address)).decode()
    assert told in page
    assert add not in page
    staff = personas.make("staff").client()
    page = content_of(staff.get(address)).decode()
    assert told in page
    assert add in page
