"""The Brussels datasets, loaded as the demonstration loads them: every row there, and nothing twice."""

import re
from pathlib import Path

import pytest

from civicthread.config.programme.load_datasets import (
    NotLoaded,
    load_asked_tables,
    load_datasets,
    load_tables,
)
from civicthread.config.programme.loading import load_areas, load_stakeholders
from civicthread.core import journal
from civicthread.core.models import JournalEntry
from civicthread.datahub import queries, tables
from civicthread.datahub.models import Dataset, DatasetColumn, DatasetVersion, Ingestion
from tests.brussels import programme

BRUSSELS = Path(__file__).resolve().parents[2] / "examples" / "brussels"
# Lines of each file without its heading; features of the GeoJSON. No row of them breaks a rule, but those of the
# establishments of 2023 stand twice.
ROWS = {
    "air_quality_daily": 18778,
    "bike_counters": 18,
    "daily_internet_users": 2973,
    "desi_2020_imputed": 864,
    "desi_2020_values": 5574,
    "desi_2022_imputed": 1967,
    "desi_2022_values": 3577,
    "digital_decade": 677,
    "establishments": 133 - 19,
    "households": 323,
    "municipalities_2020": 19,
    "no2_stations_2023": 16,
    "road_collisions": 3912,
    "street_names": 3427,
}


def load(loaded):
    by, track = journal.system(), lambda things, name: things
    load_areas(loaded, by=by, track=track)
    load_stakeholders(loaded, by=by, track=track)
    load_datasets(loaded, by=by, track=track)


@pytest.mark.django_db
def test_the_datasets_load_whole_and_only_once(settings, tmp_path):
    settings.LAKE = str(tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    loaded = programme()
    load(loaded)
    found = {dataset.code: dataset for dataset in queries.datasets(visible_to=None)}
    assert {code: dataset.row_count for code, dataset in found.items()} == ROWS
    assert sum(Ingestion.objects.values_list("rejected", flat=True)) == 19
    collisions_have_places(found["road_collisions"])
    every_column_has_a_title()
    counted = [model.objects.count() for model in (JournalEntry, Ingestion, DatasetVersion)]
    load_datasets(loaded, by=journal.system(), track=lambda things, name: things)
    assert [model.objects.count() for model in (JournalEntry, Ingestion, DatasetVersion)] == counted
    a_damaged_file_stops_the_load(loaded, tmp_path)


@pytest.mark.django_db
def test_a_table_that_tells_of_indicators_is_not_written_before_them(settings, tmp_path):
    """Written twice, of half its links at first, a fresh city would begin with the alarm of a jump."""
    settings.LAKE, settings.DATA_DIR = str(tmp_path / "lake"), tmp_path
    by, track = journal.system(), lambda things, name: things
    load_asked_tables(programme(), by=by, track=track)
    first = set(Dataset.objects.values_list("code", flat=True))
    assert "programme_projects" in first
    assert "programme_links" not in first
    load_tables(programme(), by=by, track=track)
    assert "programme_links" in set(Dataset.objects.values_list("code", flat=True)) - first


def collisions_have_places(dataset):
    """Lambert 72 became longitude and latitude; 463 of 3,912 collisions have no position."""
    profile = queries.version(dataset).profile
    assert profile["lon"]["nulls"] == profile["x"]["nulls"] == 463
    assert 4.2 < profile["lon"]["minimum"] < profile["lon"]["maximum"] < 4.9
    assert 50.5 < profile["lat"]["minimum"] < profile["lat"]["maximum"] < 51
    assert dataset.territory is not None


def every_column_has_a_title():
    columns = DatasetColumn.objects.all()
    assert columns.filter(generated=True).exists()
    assert all({"fr", "nl", "en"} == set(column.title) for column in columns)
    for dataset in Dataset.objects.prefetch_related("columns"):
        stored = {column.name for column in tables.table(dataset).schema().columns}
        assert stored == {column.name for column in dataset.columns.all()}


def a_damaged_file_stops_the_load(loaded, place):
    """One clear sentence names the file, and the good version stays."""
    entry = next(entry for entry in loaded.datasets if entry.code == "bike_counters")
    folder = place / "programme"
    file = folder / entry.file
    file.parent.mkdir(parents=True)
    file.write_text("Device name\nCAT17\n")
    damaged = loaded.model_copy(update={"folder": folder, "datasets": (entry,)})
    with pytest.raises(NotLoaded, match=re.escape("bike_counters.csv")):
        load_datasets(damaged, by=journal.system(), track=lambda things, name: things)
    assert queries.version(Dataset.objects.get(code="bike_counters")).rows == ROWS["bike_counters"]
