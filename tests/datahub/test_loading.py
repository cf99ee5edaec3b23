"""Loading files: versions, what stands in them, refusals, restoring, and catching up after a crash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.datahub import actions, queries, tables, tidying
from civicthread.datahub.models import DatasetVersion, Ingestion
from civicthread.lake.ingest import ingest as lake_ingest
from tests import personas
from tests.factories.datahub import COLUMNS, ROWS, dataset, load

pytestmark = pytest.mark.django_db
MORE = ROWS + "21002,2021,11\n"
LESS = "area,year,n\n21001,2020,6\n"


def test_a_file_becomes_a_version_that_is_described(place):
    made = dataset()
    done = load(made, place)
    version = queries.version(made)
    assert (done.outcome, done.version, done.rows, done.rejected) == ("loaded", version.number, 3, 0)
    assert (version.rows, version.added, version.removed, version.changed) == (3, 3, 0, 0)
    assert version.profile["n"]["minimum"] == 5
    assert version.profile["area"]["distinct"] == 2
    assert version.sample["columns"] == ["area", "year", "n"]
    assert version.sample["rows"][0] == ["21001", 2020, 5]
    assert (str(version.covers_from), str(version.covers_until)) == ("2020-01-01", "2021-12-31")


def test_versions_tell_what_was_added_removed_and_changed(place):
    made = dataset()
    load(made, place)
    load(made, place, MORE)
    load(made, place, LESS)
    told = [(v.rows, v.added, v.removed, v.changed) for v in queries.versions(made)]
    assert told == [(1, 0, 3, 1), (4, 1, 0, 0), (3, 3, 0, 0)]


def test_the_same_file_again_changes_nothing(place):
    made = dataset()
    load(made, place)
    entries = JournalEntry.objects.count()
    done = load(made, place)
    assert done.outcome == "unchanged"
    assert made.versions.count() == 1
    assert JournalEntry.objects.count() == entries


def test_a_refused_file_changes_nothing_but_is_written_down(place):
    made = dataset()
    load(made, place)
    done = load(made, place, "area,jaar\n21001,2020\n")
    assert (done.outcome, done.code) == ("refused", "missing_columns")
    assert made.versions.count() == 1
    assert tables.table(made).version().version == queries.version(made).number


def test_bad_rows_are_set_aside_with_their_reasons(place):
    made = dataset()
    done = load(made, place, ROWS + "21003,2020,many\n")
    assert (done.rows, done.rejected) == (3, 1)
    assert (place / "lake" / done.rejects_file).read_text().splitlines()[1].startswith("5,n,not_an_integer")


def test_a_declared_period_and_places_become_columns_with_titles():
    made = dataset(
        keys=[],
        sort=[],
        period_column="",
        reference_period="2026-07",
        reading={"x": "X", "y": "Y", "crs": "EPSG:31370"},
        columns=[{"name": "a", "type": "text", "title": {"fr": "A", "nl": "A"}}],
    )
    added = made.columns.filter(generated=True)
    assert [column.name for column in added] == ["period", "lon", "lat"]
    assert all(set(column.title) == {"fr", "nl", "en"} for column in added)


def test_a_column_with_rows_keeps_its_type(place):
    made = dataset()
    load(made, place)
    for columns in (COLUMNS[:2], [*COLUMNS[:2], {**COLUMNS[2], "type": "text"}]):
        with pytest.raises(Refused) as refused:
            actions.save_dataset(made, {}, columns=columns, by=journal.system())
        assert refused.value.code == "column-in-use"


@pytest.mark.parametrize(
    ("values", "columns", "code"),
    [
        ({}, [*COLUMNS, {"name": "watts", "type": "integer", "nullable": False}], "column-required"),
        ({"keys": ["area"]}, COLUMNS, "keys-in-use"),
        ({"sort": ["year", "area"]}, COLUMNS, "keys-in-use"),
        ({"code": "lanterns"}, COLUMNS, "keys-in-use"),
    ],
)
def test_what_rows_rest_on_stays(place, values, columns, code):
    made = dataset()
    actions.save_dataset(made, {"keys": ["year", "area"], "sort": ["area", "year"]}, by=journal.system())
    load(made, place)
    with pytest.raises(Refused) as refused:
        actions.save_dataset(made, values, columns=columns, by=journal.system())
    assert refused.value.code == code
    made.refresh_from_db()
    assert (made.keys, made.columns.count()) == (["year", "area"], len(COLUMNS))


def test_a_column_may_be_added_and_old_versions_stay_readable(place):
    made = dataset()
    load(made, place)
    added = {"name": "note", "type": "text", "nullable": True, "title": {"fr": "Note", "nl": "Nota"}}
    made = actions.save_dataset(made, {}, columns=[*COLUMNS, added], by=journal.system())
    done = load(made, place, "area,year,n,note\n21001,2020,5,new\n")
    assert done.outcome == "loaded"
    first, last = made.versions.last(), made.versions.first()
    assert len(tables.table(made).version(first.number).columns) == 3
    assert len(tables.table(made).version(last.number).columns) == 4


@pytest.mark.parametrize(
    ("values", "columns", "code"),
    [
        ({"code": "Lamps"}, COLUMNS, "name-unclear"),
        ({"code": "office"}, COLUMNS, "name-unclear"),
        ({}, [*COLUMNS, COLUMNS[0]], "name-twice"),
        ({"keys": [], "sort": [], "period_column": ""}, [], "columns-missing"),
        ({"keys": ["nothing"]}, COLUMNS, "column-unknown"),
        ({"keys": [], "mode": "upsert"}, COLUMNS, "keys-missing"),
    ],
)
def test_a_description_that_cannot_work_is_refused(values, columns, code):
    with pytest.raises(Refused) as refused:
        dataset(columns=columns, **values)
    assert refused.value.code == code


def test_an_earlier_version_is_restored_as_a_new_one(place):
    made = dataset()
    load(made, place)
    load(made, place, LESS)
    first = made.versions.last()
    number = actions.restore_version(made, by=journal.system(), version=first.number)
    restored = queries.version(made)
    assert (restored.number, restored.rows, restored.restored_from) == (number, 3, first.number)
    assert tables.table(made).latest() == number


def test_only_an_earlier_version_is_restored(place):
    made = dataset()
    for _turn in range(2):
        with pytest.raises(Refused) as refused:
            actions.restore_version(made, by=journal.system(), version=1)
        assert refused.value.code == "version-current"
        load(made, place)


def test_rows_that_are_not_kept_any_more_are_not_restored(place, settings, monkeypatch):
    made = dataset()
    first = load(made, place).version
    load(made, place, LESS)
    settings.KEEP_VERSIONS_DAYS = 30
    later = timezone.now() + timedelta(days=365)
    monkeypatch.setattr(timezone, "now", lambda: later)
    tidying.let_go(made, by=journal.system(), needed={})
    before = Ingestion.objects.count(), made.versions.count(), tables.table(made).latest()
    with pytest.raises(Refused) as refused:
        actions.restore_version(made, by=journal.system(), version=first)
    assert refused.value.code == "version-gone"
    assert (Ingestion.objects.count(), made.versions.count(), tables.table(made).latest()) == before
    assert queries.version(made).rows == 1


def test_a_version_without_a_record_is_noted_by_the_next_load(place):
    made = dataset()
    load(made, place)
    commit_without_record(made, place, MORE)
    done = load(made, place, MORE)
    assert (done.outcome, done.rows, done.file_name) == ("loaded", 4, "lamps.csv")
    assert [v.rows for v in queries.versions(made)] == [4, 3]
    assert Ingestion.objects.filter(dataset=made).count() == 2


def test_the_background_pass_notes_it_too_and_only_once(place):
    made = dataset()
    commit_without_record(made, place, ROWS)
    assert actions.catch_up(made, by=journal.system()) == 1
    assert actions.catch_up(made, by=journal.system()) == 0
    assert DatasetVersion.objects.get(dataset=made).rows == 3
    assert Ingestion.objects.get(dataset=made).outcome == "loaded"


def test_a_restored_version_without_a_record_is_noted(place):
    made = dataset()
    load(made, place)
    load(made, place, LESS)
    table = tables.table(made)
    table.restore(made.versions.last().number, expected_version=table.latest())
    assert actions.catch_up(made, by=journal.system()) == 1
    assert queries.version(made).rows == 3


TWICE = ROWS + "21001,2021,9\n21001,2021,9\n21002,2020,7\n"


@pytest.mark.parametrize(
    ("text", "rejected"), [(TWICE, 0), (TWICE + "21001,x,1\n", 1)], ids=["good", "one bad"]
)
def test_the_page_of_a_load_tells_of_repeated_rows_where_no_key_does(place, text, rejected):
    steward = personas.make("steward").client()

    def told(made):
        done = load(made, place, text)
        page = steward.get(f"/en/datahub/office/{made.code}/loads/{done.pk}/").content.decode()
        return done.outcome, done.rows, done.rejected, "rows of this file repeat earlier ones" in page

    loose = dataset(keys=[], sort=[])
    assert told(loose) == ("loaded", 6, rejected, True)
    assert loose.ingestions.get().facts == {"repeated": 3}
    assert told(loose) == ("unchanged", 6, rejected, True)
    assert told(dataset(bad_share=100)) == ("loaded", 3, 3 + rejected, False)
    text = ROWS
    assert told(dataset(keys=[], sort=[])) == ("loaded", 3, 0, False)


def test_open_data_needs_a_licence():
    made = dataset(published=False, licence_name="")
    with pytest.raises(Refused, match="licen"):
        actions.publish_dataset(made, by=journal.system())
    assert not made.is_published


def commit_without_record(made, place, text):
    """What a crash leaves between the lake's commit and the record."""
    file = place / "lost.csv"
    file.write_text(text)
    declared = tables.declaration(made)
    lake_ingest(
        tables.ready_for(made, declared.schema), file, schema=declared.schema, dialect=declared.dialect
    )
