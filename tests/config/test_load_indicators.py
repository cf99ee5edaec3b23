"""Paths and comparisons of a programme's indicators: loaded, nothing twice, and what leaves the file ends."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from civicthread.config.programme import Programme
from civicthread.config.programme.figures import Comparison, Point
from civicthread.config.programme.figures import Path as Way
from civicthread.config.programme.load_datasets import NotLoaded, load_datasets
from civicthread.config.programme.load_indicators import load_indicators
from civicthread.config.programme.load_snapshot import load_snapshot
from civicthread.config.programme.loading import load_areas, load_stakeholders
from civicthread.core import journal
from civicthread.core.models import JournalEntry
from civicthread.dashboard.models import Snapshot
from civicthread.indicators import queries
from civicthread.indicators.models import ComparedFigure, Indicator, Target, Trajectory, Value
from civicthread.indicators.models import Comparison as Compared
from tests import brussels

pytestmark = pytest.mark.django_db
BRUSSELS = brussels.programme()
SCHOOLS = "secondary-schools-fibre"
KEPT = (Compared, ComparedFigure, Trajectory, Target, Value, JournalEntry)
BELGIUM = Comparison.model_construct(
    name={"fr": "Belgique", "nl": "België", "en": "Belgium"},
    values=(Point(period="2017", value=50.0), Point(period="2018", value=60.0)),
)
TABLE = Way(
    form="milestones", milestones=(Point(period="2019", value=175.0), Point(period="2014", value=0.0))
)


def schools(**changes: Any) -> Programme:
    """The programme with one indicator, which is counted by hand, and what a file might change of it."""
    entry = next(entry for entry in BRUSSELS.indicators if entry.code == SCHOOLS)
    return BRUSSELS.model_copy(update={"indicators": (entry.model_copy(update=changes),)})


def load(wanted: Programme) -> queries.Reading:
    load_areas(wanted, by=journal.system(), track=lambda things, name: things)
    load_indicators(wanted, by=journal.system(), track=lambda things, name: things)
    (reading,) = queries.readings(Indicator.objects.all(), today=date(2019, 6, 1))
    return reading


def rows() -> list[list[dict[str, Any]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in KEPT]


def test_the_planned_pace_of_the_fibre_is_its_ideal_path_and_loading_again_changes_nothing():
    reading = load(BRUSSELS.model_copy(update={"indicators": schools().indicators}))
    ideal = reading.paths.ideal
    assert [round(ideal.value_at(date(year, 12, 31)), 6) for year in (2014, 2015, 2019)] == [0, 28, 140]
    before = rows()
    load(schools())
    assert rows() == before


@pytest.mark.parametrize(
    "path",
    [
        TABLE,
        Way(form="compound", start=Point(period="2015", value=10.0)),
        Way(form="logistic", ceiling=180.0, growth=0.8, start=Point(period="2014", value=3.0)),
    ],
    ids=lambda path: path.form,
)
def test_each_form_of_a_path_and_a_comparison_load_once(path: Way):
    wanted = schools(projection=path, comparisons=(BELGIUM,))
    reading = load(wanted)
    assert reading.paths.projected is not None
    assert [figure.value for figure in reading.compared[0].figures] == [50.0, 60.0]
    before = rows()
    load(wanted)
    assert rows() == before


def test_a_trend_needs_a_target_to_come_and_is_refused_by_the_name_of_the_indicator_otherwise():
    entry = schools().indicators[0]
    reading = load(schools(projection=Way(form="trend"), values=entry.values[:1]))
    assert reading.paths.projected is not None
    with pytest.raises(NotLoaded, match=f"indicators.yml, {SCHOOLS}: "):
        load(schools(projection=Way(form="trend")))


def test_what_leaves_the_file_leaves_the_page_and_stays_on_record():
    load(schools(projection=TABLE, comparisons=(BELGIUM,)))
    reading = load(schools(ideal_path=None))
    assert (reading.paths.own, reading.paths.projected, list(reading.compared)) == (False, None, [])
    assert ComparedFigure.objects.filter(superseded_at__isnull=False).count() == 2
    load(schools(comparisons=(BELGIUM.model_copy(update={"values": BELGIUM.values[:1]}),)))
    assert ComparedFigure.objects.filter(superseded_at__isnull=True).count() == 1


def freeze(wanted: Programme) -> list[dict[str, Any]]:
    load_snapshot(wanted, by=journal.system(), track=lambda things, name: things)
    return list(Snapshot.objects.values())


def test_the_demonstration_freezes_its_figures_once_and_its_pages_and_files_can_be_seen(client):
    load(schools())
    (kept,) = frozen = freeze(schools())
    assert (kept["year"], kept["size"]) == (timezone.localdate().year, 1)
    assert set(kept["note"]) == {"fr", "nl", "en"}
    assert freeze(schools()) == frozen
    told = client.get(f"/en/dashboard/snapshots/{kept['year']}/").content.decode()
    assert "175" in told
    assert "Frozen when the demonstration was loaded" in told


def test_the_years_of_a_city_of_its_own_are_frozen_by_its_office():
    load(schools())
    own = BRUSSELS.settings.model_copy(update={"demonstration": False})
    assert freeze(schools().model_copy(update={"settings": own})) == []


def test_the_region_is_added_up_from_its_nineteen_municipalities(settings, tmp_path):
    settings.LAKE, settings.DATA_DIR = str(tmp_path / "lake"), tmp_path
    by, track = journal.system(), lambda things, name: things
    rolled = tuple(entry for entry in BRUSSELS.indicators if entry.roll_up != "none")
    read = {code for entry in rolled for code in entry.datasets}
    datasets = tuple(dataset for dataset in BRUSSELS.datasets if dataset.code in read)
    no_indices = BRUSSELS.indices.model_copy(update={"datasets": ()})
    wanted = BRUSSELS.model_copy(update={"indicators": rolled, "datasets": datasets, "indices": no_indices})
    for step in (load_areas, load_stakeholders, load_datasets, load_indicators):
        step(wanted, by=by, track=track)
    found = {
        reading.indicator.code: reading.latest
        for reading in queries.readings(Indicator.objects.all(), today=date(2026, 6, 1))
    }
    assert found["population-2020"].value == 1_218_255
    rate = found["establishments-per-1000-inhabitants"]
    assert rate.denominator == 1_218_255
    assert rate.value == pytest.approx(1000 * rate.numerator / 1_218_255)
    collisions = found["collisions-per-1000-inhabitants"]
    assert (collisions.period, collisions.denominator) == ("2022", 1_218_255)
