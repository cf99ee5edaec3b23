"""Where things lie: areas by whatever they are called, and the area of a point."""

import json
import math

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from civicthread.core import journal
from civicthread.territory import actions, places
from civicthread.territory.models import Area
from civicthread.territory.places import Gazetteer
from tests.factories.territory import SIDE, SOUTH, WEST, area, row_of_squares, square

MUNICIPALITY, REGION, SECTOR = Area.Level.MUNICIPALITY, Area.Level.REGION, Area.Level.SECTOR
# Metres in a degree of latitude, and of longitude in Brussels.
NORTH_M = math.radians(1) * places.EARTH_M
EAST_M = NORTH_M * math.cos(math.radians(SOUTH + SIDE / 2))
# 45 m wide: a sliver between two boundaries.
GAP = 45 / EAST_M


def made(*given: dict) -> Gazetteer:
    """Areas as they come from the records, without any records."""
    return Gazetteer(
        Area(pk=number, **{"code": f"2100{number}", "level": MUNICIPALITY, **values})
        for number, values in enumerate(given, start=1)
    )


def code(found: Area | None) -> str | None:
    return found.code if found else None


ONE = made({"boundary": square()})
BESIDE = made({"boundary": square()}, {"boundary": square(1)})
APART = made({"boundary": square()}, {"boundary": square(1 + GAP / SIDE)})


@pytest.mark.parametrize(
    ("longitude", "latitude", "found"),
    [
        (WEST + 0.01, SOUTH + 0.01, "21001"),
        (WEST + SIDE + 0.01, SOUTH + 0.01, "21002"),
        (WEST, SOUTH, "21001"),
        (WEST + SIDE + SIDE, SOUTH + SIDE, "21002"),
        # On the border both share: the first by its code, each time.
        (WEST + SIDE, SOUTH + 0.01, "21001"),
        (WEST + 0.01, SOUTH - 1, None),
        (WEST - 1, SOUTH + 0.01, None),
    ],
)
def test_a_point_has_the_area_it_lies_in(longitude, latitude, found):
    assert code(BESIDE.at(longitude, latitude)) == found


@given(st.floats(-0.02, SIDE + 0.02), st.floats(-0.02, SIDE + 0.02), st.sampled_from([0, 100, 250, 1500]))
def test_outside_a_point_has_the_nearest_area_up_to_the_tolerance(east, north, tolerance):
    aside = max(-east, east - SIDE, 0) * EAST_M, max(-north, north - SIDE, 0) * NORTH_M
    distance = math.hypot(*aside)
    found = code(ONE.at(WEST + east, SOUTH + north, tolerance_m=tolerance))
    if distance < tolerance * 0.99 or distance == 0:
        assert found == "21001"
    elif distance > tolerance * 1.01 + 0.01:
        assert found is None


def test_the_tolerance_is_a_few_hundred_metres_where_nobody_says_more():
    north = SOUTH + SIDE
    assert code(ONE.at(WEST + 0.01, north + 240 / NORTH_M)) == "21001"
    assert ONE.at(WEST + 0.01, north + 260 / NORTH_M) is None


@given(st.floats(0.01, 0.99))
def test_in_a_sliver_between_two_areas_the_nearer_one_is_found(share):
    point = WEST + SIDE + GAP * share, SOUTH + 0.01
    if abs(share - 0.5) > 0.01:
        assert code(APART.at(*point)) == ("21001" if share < 0.5 else "21002")
    assert code(APART.at(*point, tolerance_m=20)) == {True: "21001"}.get(
        share * 45 < 19.9, "21002" if (1 - share) * 45 < 19.9 else code(APART.at(*point, tolerance_m=20))
    )


def test_where_two_areas_overlap_the_one_the_point_lies_deeper_in_is_found():
    overlapping = made({"boundary": square()}, {"boundary": square(0.9)})
    inside_both = WEST + SIDE * 0.95
    assert code(overlapping.at(inside_both - SIDE * 0.03, SOUTH + 0.01)) == "21001"
    assert code(overlapping.at(inside_both + SIDE * 0.03, SOUTH + 0.01)) == "21002"


def test_in_the_hole_of_an_area_lies_what_fills_it():
    ring, inner = square(side=SIDE * 3)["coordinates"][0], square(1, 1)["coordinates"][0]
    filled = made({"boundary": {"type": "Polygon", "coordinates": [ring, inner]}}, {"boundary": square(1, 1)})
    middle = WEST + SIDE * 1.5, SOUTH + SIDE * 1.5
    assert code(filled.at(*middle)) == "21002"
    empty = made({"boundary": {"type": "Polygon", "coordinates": [ring, inner]}})
    assert empty.at(*middle) is None
    assert code(empty.at(WEST + 0.01, SOUTH + 0.01)) == "21001"


def test_every_part_of_an_area_is_the_area():
    parts = [square()["coordinates"], square(5)["coordinates"]]
    scattered = made({"boundary": {"type": "MultiPolygon", "coordinates": parts}})
    assert code(scattered.at(WEST + SIDE * 5.5, SOUTH + 0.01)) == "21001"
    assert scattered.at(WEST + SIDE * 3, SOUTH + 0.01) is None


@given(
    st.floats() | st.sampled_from([180.5, -181, 90.5, 1e300]), st.floats() | st.sampled_from([90.5, 1e300])
)
def test_what_is_no_place_on_earth_has_no_area(longitude, latitude):
    found = ONE.at(longitude, latitude)
    assert found is None or (abs(longitude - WEST) < 1 and abs(latitude - SOUTH) < 1)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        (math.nan, 50.81),
        (4.31, math.nan),
        (math.inf, 50.81),
        (4.31, -math.inf),
        (1e308, 50.81),
        (4.31, 1e308),
    ],
)
def test_a_position_that_is_no_number_of_degrees_has_no_area(longitude, latitude):
    assert ONE.at(longitude, latitude) is None


def test_without_boundaries_no_point_has_an_area():
    assert made().at(WEST, SOUTH) is None
    assert made({"boundary": None}).at(WEST, SOUTH) is None
    assert ONE.at(WEST, SOUTH, level=SECTOR) is None


BRUSSELS = made(
    {
        "code": "04000",
        "level": REGION,
        "name": {"fr": "Bruxelles-Capitale", "nl": "Brussels Hoofdstedelijk Gewest"},
        "nuts": ["BE1", "BE10", "BE100"],
    },
    {"parent_id": 1, "name": {"fr": "Saint-Josse-ten-Noode", "nl": "Sint-Joost-ten-Node"}},
    {"parent_id": 1, "name": {"fr": "Ixelles", "nl": "Elsene"}, "aliases": ["Ixelles (commune)", "XL", "–"]},
    {"parent_id": 1, "name": {"fr": "Bruxelles", "nl": "Brussel"}, "aliases": ["Bruxelles-Ville"]},
    {"level": SECTOR, "parent_id": 4, "name": {"fr": "Bruxelles", "nl": "Brussel"}},
    {"name": {"fr": "Berchem", "nl": "Berchem"}},
    {"name": {"fr": "Berchem", "nl": "Berchem"}},
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BE1", "04000"),
        ("be10", "04000"),
        ("BE100", "04000"),
        ("4000", "04000"),
        (" 04000 ", "04000"),
        ("BRUXELLES CAPITALE", "04000"),
        ("Saint-Josse-ten-Noode", "21002"),
        ("ST JOSSE TEN NOODE", "21002"),
        ("Sint-Joost-ten-Node", "21002"),
        ("St.-Josse-ten-Noode (Bruxelles)", "21002"),
        ("xl", "21003"),
        ("Ixelles (Elsene)", "21003"),
        ("Ixelles / Elsene", "21003"),
        ("Ixelles - Elsene", "21003"),
        ("Elsene | Ixelles", "21003"),
        ("Élsène", "21003"),
        # One name of two areas, and two names of two areas.
        ("Berchem", None),
        ("Ixelles / Bruxelles-Ville", None),
        ("Bruxelles", None),
        ("", None),
        ("–", None),
        ("000", None),
        ("Namur", None),
        ("Ixelles et plus", None),
        ("(.*)[", None),
        ("x" * 10_000, None),
    ],
)
def test_an_area_is_found_however_it_is_written(text, found):
    assert code(BRUSSELS.find(text)) == found


def test_a_level_tells_two_areas_of_one_name_apart():
    assert code(BRUSSELS.find("Bruxelles", level=MUNICIPALITY)) == "21004"
    assert code(BRUSSELS.find("Bruxelles", level=SECTOR)) == "21005"
    assert BRUSSELS.find("BE1", level=MUNICIPALITY) is None


def test_several_codes_of_one_territory_are_one_area():
    found = {BRUSSELS.find(text) for text in ("BE1", "BE10", "BE100", "04000", "Bruxelles-Capitale")}
    assert len(found) == 1


@given(st.text(max_size=30))
def test_any_text_names_an_area_or_none(text):
    found = BRUSSELS.find(text)
    assert found is None or found.code in BRUSSELS.by_code


def test_what_lies_above_an_area_is_found_at_any_distance():
    sector = BRUSSELS.by_code["21005"]
    assert [code(BRUSSELS.above(sector, level)) for level in (SECTOR, MUNICIPALITY, REGION)] == [
        "21005",
        "21004",
        "04000",
    ]
    assert BRUSSELS.above(BRUSSELS.by_code["04000"], MUNICIPALITY) is None
    assert BRUSSELS.above(BRUSSELS.by_code["21006"], REGION) is None
    assert BRUSSELS.above(Area(pk=99, code="99999"), REGION) is None


@pytest.mark.django_db
def test_the_boundaries_are_a_geojson_of_the_areas_that_have_one():
    region = area("04000", level=REGION)
    area("21001", parent=region, boundary=square(), name={"fr": "Forêt", "nl": "Vorst"})
    collection = json.loads(places.gazetteer().geojson)
    assert collection["type"] == "FeatureCollection"
    (feature,) = collection["features"]
    assert (feature["id"], feature["geometry"]) == ("21001", square())
    assert feature["properties"] == {
        "code": "21001",
        "level": "municipality",
        "parent": "04000",
        "name_fr": "Forêt",
        "name_nl": "Vorst",
    }


@pytest.mark.django_db
def test_what_is_remembered_is_fresh_after_every_change():
    (first,) = row_of_squares("Uccle")
    assert code(places.area_at(WEST + 0.01, SOUTH + 0.01)) == first.code
    before = places.gazetteer().etag
    actions.save_area(first, {"name": {"fr": "Ukkel", "nl": "Ukkel"}}, by=journal.system())
    assert places.gazetteer().find("Uccle") is None
    assert places.gazetteer().find("ukkel") == first
    assert places.gazetteer().etag != before
    second = area(boundary=square(1))
    assert places.area_at(WEST + SIDE * 1.5, SOUTH + 0.01) == second
    assert places.area_at(WEST + SIDE * 1.5, SOUTH - 1) is None


@pytest.mark.django_db
def test_looking_up_costs_one_query_until_an_area_changes(django_assert_num_queries):
    (uccle,) = row_of_squares("Uccle")
    places.gazetteer()
    with django_assert_num_queries(1):
        assert places.gazetteer().find("Uccle").parent is None
    caches["local"].clear()
    with django_assert_num_queries(2):
        assert places.gazetteer().find("Uccle") == uccle


@pytest.mark.django_db
def test_the_territory_tells_when_it_last_changed():
    assert places.changed_at() is None
    one = area()
    first = places.changed_at()
    actions.save_area(one, {"postal_codes": ["1180"]}, by=journal.system())
    assert places.changed_at() > first
