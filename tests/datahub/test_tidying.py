"""The daily care of the lake: many small files become one in order, and no version that a figure rests on is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.models import JournalEntry
from civicthread.datahub import actions, drafts, queries, tables, tasks, tidying
from civicthread.datahub.models import DatasetVersion
from civicthread.indicators.models import Run
from civicthread.lake.profile import preview
from civicthread.lake.refusals import UnknownVersion
from civicthread.lake.upkeep import compact
from tests import personas
from tests.factories.datahub import dataset, load

pytestmark = pytest.mark.django_db
FILES = 4


@pytest.fixture
def place(place, address, settings):
    """The same care for a lake in an object store."""
    settings.LAKE = address
    settings.LAKE_COPIES = str(place / "copies")
    return place


@pytest.fixture
def many(place, monkeypatch):
    """A dataset that was added to, again and again, in no order."""
    monkeypatch.setattr(tidying, "MANY_FILES", FILES)
    made = dataset(mode="append")
    for year in range(2020 + FILES, 2020, -1):
        load(made, place, f"area,year,n\n21001,{year},{year}\n")
    return made


def rows(made, number=None):
    return [row["year"] for row in preview(tables.table(made).version(number))]


def let_go(made, **needed):
    return tidying.let_go(made, by=journal.system(), needed=needed)


@pytest.fixture
def wait(monkeypatch):
    """Let so many days go by."""

    def waited(days):
        now = timezone.now() + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return waited


@pytest.fixture
def later(wait):
    """A year from now."""
    wait(365)


def test_a_table_of_many_files_is_rewritten_in_its_order(many):
    before = queries.version(many)
    number = tidying.tidy(many, by=journal.system())
    version = queries.version(many)
    assert (version.number, version.number) == (number, before.number + 1)
    assert len(tables.table(many).version().files) == 1
    assert rows(many) == sorted(rows(many, before.number)) == [2021, 2022, 2023, 2024]
    assert (version.rows, version.added, version.removed, version.changed) == (FILES, 0, 0, 0)
    assert version.profile == before.profile
    entry = JournalEntry.objects.get(verb="datahub.tidy")
    assert (entry.changes, entry.public) == ({"version": [before.number, number]}, False)


def test_a_table_in_order_is_left_alone(many, place):
    tidying.tidy(many, by=journal.system())
    versions = DatasetVersion.objects.count()
    assert tidying.tidy(many, by=journal.system()) is None
    assert tidying.tidy(dataset(), by=journal.system()) is None
    assert DatasetVersion.objects.count() == versions


def test_a_rewriting_that_a_crash_kept_from_the_records_is_written_down_the_next_time(many, place):
    compact(tables.table(many), expected_version=FILES)
    assert actions.catch_up(many, by=journal.system()) == 0
    assert tidying.tidy(many, by=journal.system()) == FILES + 1
    assert load(many, place, "area,year,n\n21001,2030,1\n").version == FILES + 2


def test_every_version_is_kept_where_nothing_else_is_said(many, later):
    tidying.tidy(many, by=journal.system())
    stray = tables.table(many).folder / "part-stray.parquet"
    stray.write_bytes(b"")
    assert let_go(many) == ["part-stray.parquet"]
    assert [len(rows(many, number)) for number in range(FILES + 2)] == [0, 1, 2, 3, 4, 4]


def test_retention_keeps_what_a_figure_rests_on(many, settings, later):
    settings.KEEP_VERSIONS_DAYS = 30
    tidying.tidy(many, by=journal.system())
    assert len(let_go(many, **{many.code: {2}})) == FILES - 2
    assert sorted(rows(many, 2)) == [2023, 2024]
    assert len(rows(many)) == FILES
    with pytest.raises(UnknownVersion):
        rows(many, 3)


def test_retention_lets_go_what_nothing_rests_on(many, settings, later):
    """The control: it is the figure that keeps the version."""
    settings.KEEP_VERSIONS_DAYS = 30
    tidying.tidy(many, by=journal.system())
    assert len(let_go(many)) == FILES
    with pytest.raises(UnknownVersion):
        rows(many, 2)


def test_the_days_of_a_dataset_hold_before_those_of_all(many, settings, later):
    tidying.tidy(many, by=journal.system())
    many.keep_days = 36_500
    settings.KEEP_VERSIONS_DAYS = 30
    assert let_go(many) == [], "longer than the others"
    many.keep_days = 30
    settings.KEEP_VERSIONS_DAYS = 0
    assert len(let_go(many)) == FILES, "although the others stay for good"
    with pytest.raises(UnknownVersion):
        rows(many, 2)


def test_a_version_that_is_gone_already_does_not_stop_the_care(many, settings, later):
    settings.KEEP_VERSIONS_DAYS = 30
    tidying.tidy(many, by=journal.system())
    let_go(many)
    assert let_go(many, **{many.code: {2}}) == []
    assert len(rows(many)) == FILES


BAD = "area,year,n\n21001,{},5\n21002,{},7\n21003,{},many\n"


def lists(made):
    place = tables.table(made).place.within("_rejects")
    return sorted(place.standing(".csv")), sorted(place.here(".csv"))


def with_lists(made, place):
    """Two loads of which rows were set aside, and one that was refused; the names of their lists."""
    done = [load(made, place, BAD.replace("{}", str(year))) for year in (2031, 2032)]
    done.append(load(made, place, "area,year,n\n21001,x,y\n"))
    assert [one.outcome for one in done] == ["loaded", "loaded", "refused"]
    return [one.rejects_file.rpartition("/")[2] for one in done]


def test_rows_set_aside_are_kept_no_longer_than_their_version(place, settings, wait):
    made = dataset()
    _old, new, _refused = with_lists(made, place)
    stray = tables.table(made).folder / "_rejects" / "stray.csv"
    stray.write_text("line\n")
    settings.KEEP_VERSIONS_DAYS = 30
    wait(365)
    let_go(made)
    assert lists(made) == ([new], [new])
    let_go(made)
    assert lists(made) == ([new], [new]), "the current version keeps its own"


def test_rows_set_aside_stay_with_a_version_that_a_figure_rests_on(place, settings, wait):
    made = dataset()
    old, new, _refused = with_lists(made, place)
    settings.KEEP_VERSIONS_DAYS = 30
    wait(365)
    let_go(made, **{made.code: {1}})
    assert lists(made)[0] == sorted([old, new])


def test_where_versions_stay_for_good_only_lists_of_refused_files_go(place, wait):
    made = dataset()
    old, new, _refused = with_lists(made, place)
    wait(365)
    let_go(made)
    assert lists(made)[0] == sorted([old, new])


@pytest.mark.parametrize(("days", "kept"), [(1, 3), (29, 3), (31, 2)])
def test_the_list_of_a_refused_file_is_kept_thirty_days(place, wait, days, kept):
    made = dataset()
    with_lists(made, place)
    wait(days)
    let_go(made)
    assert len(lists(made)[0]) == kept


def test_the_page_of_a_load_says_that_its_list_is_let_go(place, settings, wait):
    made = dataset()
    with_lists(made, place)
    keeper, gone = personas.make("steward"), "is not kept any more"
    steward = keeper.client()
    pages = [f"/en/datahub/office/{made.code}/loads/{done.pk}/" for done in made.ingestions.order_by("pk")]
    assert not any(gone in steward.get(page).content.decode() for page in pages)
    settings.KEEP_VERSIONS_DAYS = 30
    wait(365)
    let_go(made)
    steward = keeper.client()
    assert [gone in steward.get(page).content.decode() for page in pages] == [True, False, True]
    assert steward.get(f"{pages[0]}set-aside.csv").status_code == 404
    assert steward.get(f"{pages[1]}set-aside.csv").status_code == 200


def test_a_draft_that_is_removed_leaves_no_list(place, django_capture_on_commit_callbacks):
    made = dataset(published=False)
    load(made, place, "area,year,n\n21001,x,y\n")
    assert len(lists(made)[0]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        drafts.remove_dataset(made, by=journal.system())
    assert lists(made) == ([], [])


def test_every_run_says_which_versions_it_needs():
    assert Run in tidying.resting_on_versions()


def test_the_daily_task_asks_the_records_what_is_needed(many, settings, later, computed_from):
    settings.KEEP_VERSIONS_DAYS = 30
    computed_from({many.code: 3})
    tasks.keep_the_lake.func()
    assert sorted(rows(many, 3)) == [2022, 2023, 2024]
    with pytest.raises(UnknownVersion):
        rows(many, 4)


@pytest.fixture
def computed_from(db):
    """A run that read these versions."""
    from civicthread.core.text import Text
    from civicthread.indicators.models import MethodVersion
    from tests.factories.indicators import indicator

    def run(versions):
        by = journal.system()
        note = Text.of({"fr": "x", "nl": "x"})
        method = MethodVersion.objects.create(
            indicator=indicator(), number=9, note=note, at=timezone.now(), by=by
        )
        return Run.objects.create(method=method, at=timezone.now(), by=by, versions=versions, digest="0")

    return run
