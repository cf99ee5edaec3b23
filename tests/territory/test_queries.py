"""Reads of the territory."""

import pytest

from civicthread.territory import places, queries
from civicthread.territory.models import Area
from tests.factories.territory import area, square

pytestmark = pytest.mark.django_db
REGION, SECTOR = Area.Level.REGION, Area.Level.SECTOR


def test_areas_come_by_code_with_what_they_lie_in_and_without_their_boundaries(django_assert_num_queries):
    region = area("04000", level=REGION, boundary=square(side=1))
    for code in ("21002", "21001"):
        area(code, parent=region, boundary=square())
    with django_assert_num_queries(1):
        found = list(queries.areas())
        assert [one.code for one in found] == ["04000", "21001", "21002"]
        assert found[1].parent.code == "04000"
    assert [one.code for one in queries.areas("region")] == ["04000"]
    assert "boundary" in found[1].get_deferred_fields()
    assert "boundary" in found[1].parent.get_deferred_fields()


def test_the_region_is_the_area_of_that_level():
    area()
    assert queries.region() is None
    region = area("04000", level=REGION)
    assert queries.region() == region


def test_the_parts_of_an_area_lie_directly_in_it():
    region = area("04000", level=REGION)
    town, other = area("21001", parent=region), area("21002", parent=region)
    sector = area("21001A00-", level=SECTOR, parent=town)
    known = places.gazetteer()
    assert queries.parts(region, among=known) == [town, other]
    assert queries.parts(town, among=known) == [sector]
    assert queries.parts(sector, among=known) == []


def test_an_area_has_a_name_in_each_language_of_the_city_that_knows_one():
    known = area(name={"fr": "Uccle", "nl": "Ukkel", "de": "Uckel"})
    assert [(name.code, name.text) for name in queries.names(known)] == [("fr", "Uccle"), ("nl", "Ukkel")]
