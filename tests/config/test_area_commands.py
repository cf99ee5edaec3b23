"""`civicthread areas`: a city that stands already gets areas, or new names and boundaries of those it has."""

import json

import pytest

from civicthread.config import area_commands
from civicthread.config.speech import Unusable
from civicthread.core.models import JournalEntry
from civicthread.territory.models import Area

pytestmark = pytest.mark.django_db
CORNERS = [[4, 50], [5, 50], [5, 51], [4, 50]]


@pytest.fixture
def keep(tmp_path):
    def kept(*properties, corners=CORNERS):
        geometry = {"type": "Polygon", "coordinates": [corners]}
        features = [{"properties": one, "geometry": geometry} for one in properties]
        (tmp_path / "areas.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
        return area_commands.areas(tmp_path / "areas.geojson")

    return kept


def test_a_city_without_areas_gets_them(keep):
    told = keep({"code": "A1", "name": "Amont"}, {"code": "A2", "name_fr": "Aval", "name_nl": "Beneden"})
    assert told == "La ville a 2 territoires."
    assert {area.code: str(area.name.shown("nl").text) for area in Area.objects.all()} == {
        "A1": "Amont",
        "A2": "Beneden",
    }
    assert {area.level for area in Area.objects.all()} == {Area.Level.MUNICIPALITY}


def test_a_known_area_gets_the_name_and_the_boundary_of_the_file_and_keeps_its_level(keep):
    keep({"code": "A1", "name": "Amont"}, {"code": "A2", "name": "Aval"})
    Area.objects.filter(code="A1").update(level=Area.Level.REGION)
    told = keep({"code": "A1", "name": "Haut"}, corners=[[4, 50], [6, 50], [6, 51], [4, 50]])
    assert told == "La ville a 2 territoires."
    area = Area.objects.get(code="A1")
    assert (area.name.shown("fr").text, area.level) == ("Haut", Area.Level.REGION)
    assert [6, 51] in area.boundary["coordinates"][0]


def test_the_same_file_again_changes_nothing(keep):
    keep({"code": "A1", "name": "Amont"})
    before = JournalEntry.objects.count()
    keep({"code": "A1", "name": "Amont"})
    assert JournalEntry.objects.count() == before


def test_a_file_with_one_bad_area_gives_none(keep):
    with pytest.raises(Unusable) as told:
        keep({"code": "A1", "name": "Amont"}, {"code": "A2"})
    assert "(name, name_fr, name_nl, name_en)" in str(told.value)
    assert not Area.objects.exists()
