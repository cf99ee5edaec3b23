"""A year is frozen once, keeps what it kept, and nothing changes it afterwards: not an action, not the database."""

import csv
import io
import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry
from civicthread.core.text import Text
from civicthread.dashboard import actions, queries
from civicthread.dashboard.models import Snapshot, SnapshotFigure
from civicthread.indicators import actions as indicators
from tests import personas
from tests.factories import indicators as factory
from tests.factories import programme
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
HOME = "/fr/dashboard/snapshots/"
REFUSED = pytest.raises(IntegrityError, match="frozen")


def freeze(year: int = NOW, **values) -> Snapshot:
    return actions.freeze(year, by=journal.system(), **values)


def aimed():
    made = factory.reported(str(NOW - 1), 5)
    indicators.set_targets(made, [{"period": str(NOW + 2), "value": 10}], by=journal.system())
    return made


def correct(made, value: float) -> None:
    indicators.report_value(made, {"period": str(NOW - 1), "value": value}, by=journal.system())
    indicators.approve_values(made, by=journal.system(), reason=factory.BECAUSE)


def test_a_snapshot_keeps_figure_target_status_method_run_and_versions(place):
    factory.areas()
    direction = programme.direction()
    factory.lamps(place)
    made = factory.computed(direction=direction.code)
    indicators.set_targets(made, [{"period": str(NOW + 2), "value": 18}], by=journal.system())
    (kept,) = queries.snapshot_figures(freeze())
    assert (kept.code, kept.title, kept.unit) == (made.code, made.title, made.unit)
    assert (kept.period, kept.value, kept.target, kept.target_period) == ("2021", 9, 18, str(NOW + 2))
    assert (kept.grade, kept.method, kept.versions) == ("no_recent_data", 1, {"lamps": 1})
    assert kept.run == made.values.filter(period="2021").get().run_id
    assert kept.direction_name == direction.name


def test_a_snapshot_keeps_the_areas_too(place):
    factory.areas()
    factory.lamps(place)
    factory.computed(factory.BY_AREA, area_level="municipality")
    snapshot = freeze()
    rows = list(queries.snapshot_figures(snapshot).values_list("area", "period", "value"))
    assert rows == [("", "", None), ("21001", "2021", 9.0)]
    assert snapshot.size == 2


def test_what_is_not_public_is_not_frozen():
    factory.indicator(published=False)
    made = factory.reported(str(NOW - 1), 5)
    indicators.report_value(made, {"period": str(NOW), "value": 7}, by=journal.system())
    (kept,) = queries.snapshot_figures(freeze())
    assert (kept.period, kept.value) == (str(NOW - 1), 5)


def test_later_corrections_withdrawals_and_new_names_leave_it_as_it_was(client):
    made = aimed()
    snapshot = freeze()
    before = client.get(f"{HOME}{NOW}.json").content
    title = str(made.title)
    correct(made, 8)
    indicators.save_indicator(made, {"title": {"fr": "Autre", "nl": "Ander"}}, by=journal.system())
    indicators.withdraw_indicator(made, by=journal.system(), because=factory.BECAUSE)
    assert client.get(f"{HOME}{NOW}.json").content == before
    assert title in client.get(f"{HOME}{NOW}/").content.decode()
    assert queries.digest(list(queries.snapshot_figures(snapshot))) == snapshot.digest


def test_the_database_refuses_to_change_remove_or_add():
    made = aimed()
    snapshot = freeze()
    figure = snapshot.figures.get()
    attempts = (
        lambda: SnapshotFigure.objects.filter(pk=figure.pk).update(value=6),
        lambda: SnapshotFigure.objects.filter(pk=figure.pk).delete(),
        lambda: Snapshot.objects.filter(pk=snapshot.pk).update(digest="0" * 64),
        lambda: Snapshot.objects.filter(pk=snapshot.pk).update(size=9),
        lambda: SnapshotFigure.objects.create(
            snapshot=snapshot, indicator=made, position=1, code="x", reference="x", area="21001"
        ),
    )
    for attempt in attempts:
        with REFUSED, transaction.atomic():
            attempt()
    snapshot.refresh_from_db()
    assert snapshot.figures.get().value == 5
    assert queries.digest(list(snapshot.figures.all())) == snapshot.digest


def test_no_action_changes_a_snapshot():
    public = [name for name in vars(actions) if not name.startswith("_")]
    written = [name for name in public if getattr(vars(actions)[name], "__module__", "") == actions.__name__]
    assert sorted(name for name in written if callable(vars(actions)[name])) == ["freeze"]


def test_a_year_is_frozen_once_while_it_runs_or_in_the_year_after():
    aimed()
    assert queries.to_freeze() == [NOW, NOW - 1]
    freeze()
    with pytest.raises(Refused, match=str(NOW)):
        freeze()
    for year in (NOW + 1, NOW - 2):
        with pytest.raises(Refused):
            freeze(year)
    assert freeze(NOW - 1).year == NOW - 1
    assert queries.to_freeze() == []


def test_nothing_is_frozen_where_nothing_is_public():
    with pytest.raises(Refused):
        freeze()
    assert not Snapshot.objects.exists()


def test_only_the_office_freezes():
    aimed()
    with pytest.raises(Forbidden):
        actions.freeze(NOW, by=person().actor)


def test_freezing_is_told_in_the_journal_and_to_the_public(client):
    aimed()
    snapshot = freeze()
    entry = JournalEntry.objects.get(verb="dashboard.freeze")
    assert entry.public
    assert entry.changes["digest"] == snapshot.digest
    assert snapshot.get_absolute_url() in client.get("/fr/changes/").content.decode()


def test_the_office_freezes_with_a_form(client):
    aimed()
    office = personas.make("staff").client()
    answer = office.post(
        f"{HOME}freeze/", {"year": str(NOW), "note_fr": "Nouvelle source", "note_nl": "Nieuwe bron"}
    )
    assert answer.status_code == 302
    assert "Nouvelle source" in client.get(answer["Location"]).content.decode()
    again = office.post(f"{HOME}freeze/", {"year": str(NOW)})
    assert again.status_code == 422


def test_a_snapshot_is_compared_with_today(client):
    made = aimed()
    gone = factory.reported(str(NOW - 1), 1)
    snapshot = freeze()
    correct(made, 8)
    indicators.withdraw_indicator(gone, by=journal.system(), because=factory.BECAUSE)
    new = factory.reported(str(NOW - 1), 2)
    body = client.get(f"{HOME}{NOW}/today.csv").content.decode()
    rows = {row["indicator"]: row for row in csv.DictReader(io.StringIO(body))}
    assert set(rows) == {made.code, gone.code, new.code}
    told = rows[made.code]
    assert (told["frozen_value"], told["value"], told["change"]) == ("5.0", "8.0", "3.0")
    assert (rows[gone.code]["frozen_value"], rows[gone.code]["value"]) == ("1.0", "")
    assert (rows[new.code]["frozen_value"], rows[new.code]["value"]) == ("", "2.0")
    page = client.get(f"{HOME}{NOW}/today/").content.decode()
    assert "+3" in page
    assert str(snapshot.year) in page


def test_figures_of_areas_stand_in_a_year_as_they_stand_today(client, place):
    """The least and the most of the areas on both sides, not a dash beside them."""
    factory.areas()
    factory.lamps(place, "area,year,n\n21001,2021,9\n21002,2021,4\n")
    factory.computed(factory.BY_AREA, area_level="municipality")
    freeze()
    frozen = client.get(f"{HOME}{NOW}/").content.decode()
    assert "4–9 lampes" in frozen
    assert "2 territoires" in frozen
    assert client.get(f"{HOME}{NOW}/today/").content.decode().count("4–9") == 2


def test_the_files_of_a_year_say_the_same(client):
    made = aimed()
    freeze(note=Text.of({"fr": "Note", "nl": "Nota"}))
    (row,) = csv.DictReader(io.StringIO(client.get(f"{HOME}{NOW}.csv").content.decode()))
    (told,) = json.loads(client.get(f"{HOME}{NOW}.json").content)["figures"]
    of_api = client.get(f"/api/v1/snapshots/{NOW}").json()
    assert row["indicator"] == told["indicator"] == of_api["figures"][0]["code"] == made.code
    assert float(row["value"]) == told["value"] == of_api["figures"][0]["value"] == 5
    assert client.get("/api/v1/snapshots").json()["results"][0]["year"] == NOW
    assert client.get("/api/v1/snapshots/1999").status_code == 404
    assert client.get(f"{HOME}1999/").status_code == 404


def test_the_pages_of_a_year_cost_the_same_with_one_figure_and_with_three(
    django_assert_max_num_queries, client
):
    for _ in range(3):
        aimed()
    freeze()
    client.get(f"{HOME}{NOW}/today/")
    for address, most in ((HOME, 3), (f"{HOME}{NOW}/", 3), (f"{HOME}{NOW}/today/", 4)):
        with django_assert_max_num_queries(most):
            client.get(address)
