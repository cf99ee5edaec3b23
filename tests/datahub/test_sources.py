"""Sources: a file fetched from the web on a schedule, loaded, or left where nothing is new or nothing came."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from civicthread.core import journal
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.datahub import actions, drafts, incoming, queries, tasks
from civicthread.datahub.models import Dataset, Fetch, Source, Upload
from tests import personas
from tests.datahub.test_staff import answers, described, run_the_worker
from tests.datahub.web import publisher
from tests.factories.datahub import ROWS, dataset

pytestmark = pytest.mark.django_db
OFFICE = "/fr/datahub/office/"


@pytest.fixture
def site(settings):
    """A publisher whose network the administrator allowed."""
    settings.FETCH_ALLOW = ("127.0.0.1/32",)
    with publisher() as told:
        told.body, told.tag = ROWS.encode(), '"first"'
        yield told


def sourced(site, every="day", **values):
    made = dataset(frequency="irregular", **values)
    return actions.save_source(made, by=journal.system(), address=site.address, every=every)


def fetched(source):
    return actions.fetch_source(queries.source(source.pk), by=journal.system())


def test_a_file_is_fetched_loaded_and_not_sent_again(site):
    source = sourced(site)
    done = fetched(source)
    assert (done.outcome, done.size, done.ingestion.file_name) == ("loaded", len(ROWS), "lamps.csv")
    again = fetched(source)
    assert (again.outcome, again.ingestion) == ("unchanged", None)
    assert [asked.get("If-None-Match") for asked in site.asked] == [None, '"first"']
    site.body, site.tag = (ROWS + "21009,2020,1\n").encode(), '"second"'
    assert fetched(source).ingestion.rows == 4
    assert list(incoming.folder().iterdir()) == [], "no file is left behind"


def test_the_same_file_without_a_tag_changes_nothing(site):
    site.tag = ""
    source = sourced(site)
    fetched(source)
    assert fetched(source).outcome == "unchanged"
    assert queries.versions(source.dataset).count() == 1


def test_a_failed_fetch_keeps_the_last_good_rows_and_raises_an_alarm_until_it_works(site):
    steward = personas.make("steward")
    source = sourced(site)
    fetched(source)
    site.status, site.tag = 503, ""
    done = fetched(source)
    fetched(source)
    assert (done.outcome, done.code, done.facts) == ("failed", "status", {"status": "503"})
    alarm = queries.open_alarms(source.dataset).get()
    assert alarm.kind == "fetch"
    assert queries.version(source.dataset).rows == 3
    mail = OutboxMail.objects.get()
    assert "503" in mail.text
    assert mail.recipient == steward.user.email
    site.status = 200
    fetched(source)
    assert not queries.open_alarms(source.dataset).exists()
    verbs = JournalEntry.objects.filter(verb__endswith="_alarm").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["datahub.raise_alarm", "datahub.end_alarm"]


def test_a_refused_file_is_asked_for_again_since_the_declaration_may_be_mended(site):
    source = sourced(site)
    site.body = b"area,year,lamps\n21001,2020,5\n"
    assert fetched(source).outcome == "refused"
    kinds = set(queries.open_alarms(source.dataset).values_list("kind", flat=True))
    assert kinds == {"fetch", "drift"}
    site.body = ROWS.encode()
    assert fetched(source).outcome == "loaded"
    assert site.asked[-1].get("If-None-Match") is None
    assert not queries.open_alarms(source.dataset).exists()


def test_by_default_an_address_inside_is_not_reached(site, settings):
    settings.FETCH_ALLOW = ()
    done = fetched(sourced(site))
    assert (done.outcome, done.code) == ("failed", "address_inside")
    assert site.asked == []


def test_the_schedule_asks_once_for_what_is_due(site):
    source = sourced(site, every="hour")
    asked = sourced(site, every="asked")
    assert (asked.due_at, source.due_at <= timezone.now()) == (None, True)
    assert tasks.fetch_due.call() == 1
    assert tasks.fetch_due.call() == 0, "it is not due any more"
    (job,) = DBTaskResult.objects.ready().filter(task_path=tasks.fetch.module_path)
    assert tasks.fetch.call(*job.args_kwargs["args"]) == "loaded"
    wait = queries.source(source.pk).due_at - timezone.now()
    assert timedelta(minutes=55) < wait <= timedelta(hours=1)


def test_another_address_forgets_what_was_known_of_the_file(site):
    source = sourced(site)
    fetched(source)
    actions.save_source(source.dataset, by=journal.system(), address=site.address + "?v=2", every="week")
    found = queries.source(source.pk)
    assert (found.etag, found.every) == ("", "week")
    assert Fetch.objects.filter(source=found).exists()
    assert actions.save_source(source.dataset, by=journal.system(), address="", every="week") is None
    assert not Source.objects.exists()


def test_a_steward_sets_the_source_fetches_now_and_sees_what_came(site):
    client = personas.make("steward").client()
    made = dataset()
    page = client.post(f"{OFFICE}{made.code}/source/", {"address": "ftp://example.org/x", "every": "day"})
    assert page.status_code == 422
    client.post(f"{OFFICE}{made.code}/source/", {"address": site.address, "every": "asked"})
    client.post(f"{OFFICE}{made.code}/source/fetch/")
    (job,) = DBTaskResult.objects.ready().filter(task_path=tasks.fetch.module_path)
    tasks.fetch.call(*job.args_kwargs["args"])
    site.status, site.tag = 404, ""
    fetched(queries.source_of(made))
    page = client.get(f"{OFFICE}{made.code}/source/").content.decode()
    assert "404" in page
    desk = client.get(f"{OFFICE}{made.code}/").content.decode()
    assert site.address in desk
    assert "404" in desk, "the alarm is told"
    overview = client.get(OFFICE).context["page"].rows
    assert overview[0].trouble == 5


@pytest.fixture
def steward():
    return personas.make("steward").client()


def begun(client, site, every="day"):
    """A dataset that begins with an address; the page on which its file is waited for."""
    answer = client.post(f"{OFFICE}new/address/", {"address": site.address, "every": every})
    return answer.headers["Location"]


def fetch_first():
    """Run the first fetches that were asked for."""
    for job in DBTaskResult.objects.ready().filter(task_path=tasks.fetch_first.module_path):
        tasks.fetch_first.call(*job.args_kwargs["args"])
        job.delete()


def test_a_dataset_begins_with_an_address_and_is_fetched_from_then_on(steward, site):
    page = begun(steward, site)
    assert site.asked == [], "it is fetched in the background"
    assert site.address in steward.get(page).content.decode()
    fetch_first()
    assert steward.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    form = steward.get(page)
    given = answers(form)
    assert (given["code"], given["columns-2-type"]) == ("lamps", "integer")
    assert steward.post(page, {**given, **described()}).status_code == 302
    run_the_worker()
    made = Dataset.objects.get(code="lampes")
    assert queries.version(made).rows == 3
    source = queries.source_of(made)
    assert (source.address, source.every) == (site.address, "day")
    assert source.due_at > timezone.now() + timedelta(hours=23), (
        "what has just come is not fetched again at once"
    )
    assert fetched(source).outcome == "unchanged"
    assert list(incoming.folder().iterdir()) == [], "no file is left behind"


def test_a_first_file_that_does_not_come_is_told_and_may_be_fetched_again(steward, site):
    site.status, site.tag = 503, ""
    page = begun(steward, site)
    fetch_first()
    assert "503" in steward.get(page).content.decode()
    upload = Upload.objects.get()
    assert steward.post(f"{OFFICE}uploads/{upload.key}/look/", {}).headers["Location"] == page
    site.status, site.body = 200, b"%PDF-1.7 no table"
    steward.post(f"{OFFICE}uploads/{upload.key}/fetch/")
    fetch_first()
    assert "PDF" in steward.get(page).content.decode()
    site.body = ROWS.encode()
    steward.post(f"{OFFICE}uploads/{upload.key}/fetch/")
    fetch_first()
    assert "asked" in steward.get(page).context


def test_an_address_that_is_none_is_told_before_anything_is_fetched(steward):
    for wrong in ("", "ftp://example.org/x.csv", "https://name:secret@example.org/x.csv"):
        answer = steward.post(f"{OFFICE}new/address/", {"address": wrong, "every": "day"})
        assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_a_first_file_that_was_removed_meanwhile_is_not_fetched(steward, site):
    page = begun(steward, site)
    upload = Upload.objects.get()
    steward.post(f"{OFFICE}uploads/{upload.key}/discard/")
    fetch_first()
    assert site.asked == []
    assert steward.get(page).status_code == 404
    drafts.fetch_first(upload, by=upload.by)
    assert len(site.asked) == 1, "it was on its way when it was removed"
    assert not Upload.objects.exists()
    assert list(incoming.folder().iterdir()) == [], "no file is left behind"
