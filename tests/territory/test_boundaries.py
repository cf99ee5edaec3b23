"""Boundaries as files bring them: kept as they are, mended, or refused with one sentence."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from civicthread.territory import boundaries
from tests.factories.territory import square

KIND = "The boundary is neither a Polygon nor a MultiPolygon."
GEOMETRY = "The boundary is not a GeoJSON geometry."
NOTHING = "The boundary encloses nothing."
DEGREES = "The boundary is not in degrees of longitude and latitude: save the file in WGS 84 (EPSG:4326)."
WIDE = "The boundary is as wide as a continent."

RING = square()["coordinates"][0]
HOLE = [[4.305, 50.805], [4.31, 50.805], [4.31, 50.81], [4.305, 50.81], [4.305, 50.805]]
BOW = [[4, 50], [5, 51], [5, 50], [4, 51], [4, 50]]


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def area_of(geometry: dict[str, object]) -> float:
    return float(shapely.from_geojson(json.dumps(geometry)).area)


@pytest.mark.parametrize(
    "geometry",
    [
        polygon(RING),
        polygon(RING, HOLE),
        {"type": "MultiPolygon", "coordinates": [[RING, HOLE], square(3)["coordinates"]]},
    ],
)
def test_a_valid_boundary_is_kept_as_it_was(geometry):
    assert boundaries.cleaned(geometry) == geometry


def test_heights_are_left_out():
    high = polygon([[*point, 76.5] for point in RING])
    assert boundaries.cleaned(high) == polygon(RING)


def test_a_boundary_that_crosses_itself_is_mended():
    mended = boundaries.cleaned(polygon(BOW))
    assert mended["type"] == "MultiPolygon"
    assert area_of(mended) == pytest.approx(0.5)
    assert boundaries.cleaned(mended) == mended


def test_a_spike_is_cut_off():
    spiked = [*RING[:3], [4.31, 50.82], [4.31, 50.9], [4.31, 50.82], *RING[3:]]
    mended = boundaries.cleaned(polygon(spiked))
    assert mended["type"] == "Polygon"
    assert shapely.from_geojson(json.dumps(mended)).bounds == pytest.approx((4.30, 50.80, 4.32, 50.82))


def test_a_hole_stays_a_hole_and_one_outside_is_no_part():
    assert area_of(boundaries.cleaned(polygon(RING, HOLE))) < area_of(polygon(RING))
    outside = polygon(RING, square(5)["coordinates"][0])
    assert shapely.from_geojson(json.dumps(boundaries.cleaned(outside))).is_valid


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (None, KIND),
        ([], KIND),
        ("Polygon", KIND),
        ({}, KIND),
        ({"type": "Point", "coordinates": [4, 50]}, KIND),
        ({"type": "Feature", "geometry": polygon(RING)}, KIND),
        ({"type": "GeometryCollection", "geometries": [polygon(RING)]}, KIND),
        ({"type": ["Polygon"], "coordinates": [RING]}, KIND),
        ({"type": "Polygon"}, GEOMETRY),
        ({"type": "Polygon", "coordinates": None}, GEOMETRY),
        ({"type": "Polygon", "coordinates": "ring"}, GEOMETRY),
        ({"type": "Polygon", "coordinates": {"ring": 1}}, GEOMETRY),
        (polygon(RING[:-1]), GEOMETRY),
        (polygon(RING[:2]), GEOMETRY),
        (polygon([["4.3", "50.8"], *RING[1:]]), GEOMETRY),
        (polygon([[4.3], *RING[1:]]), GEOMETRY),
        (polygon([[4.3, 50.8, 0, 0], *RING[1:]]), GEOMETRY),
        (polygon([[True, False], *RING[1:-1], [True, False]]), GEOMETRY),
        (polygon(RING, None), GEOMETRY),
        ({"type": "MultiPolygon", "coordinates": [RING]}, GEOMETRY),
        ({"type": "Polygon", "coordinates": [[RING]]}, GEOMETRY),
        ({"type": "Polygon", "coordinates": []}, NOTHING),
        ({"type": "MultiPolygon", "coordinates": []}, NOTHING),
        (polygon([RING[0]] * 4), NOTHING),
        (polygon([RING[0], RING[1], RING[0], RING[0]]), NOTHING),
        # Brussels in Belgian Lambert 72, in metres.
        (polygon([[148_000, 169_000], [150_000, 169_000], [150_000, 171_000], [148_000, 169_000]]), DEGREES),
        # Longitude and latitude swapped, in a place where that shows.
        (polygon([[50, 100], [50, 102], [51, 102], [50, 100]]), DEGREES),
        (polygon([[181, 50], [182, 50], [182, 51], [181, 50]]), DEGREES),
        (polygon([[0, 0], [40, 0], [40, 10], [0, 0]]), WIDE),
        (polygon([[0, 0], [10, 0], [10, 40], [0, 0]]), WIDE),
        # One corner of which longitude and latitude are swapped.
        (polygon([RING[0], RING[1], RING[2][::-1], RING[3], RING[4]]), WIDE),
    ],
)
def test_what_is_no_boundary_is_told_in_one_sentence(geometry, sentence):
    with pytest.raises(boundaries.UnusableBoundary) as mistake:
        boundaries.cleaned(geometry)
    assert str(mistake.value) == sentence


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, 10**400])
def test_what_is_no_number_of_degrees_is_refused(value):
    with pytest.raises(boundaries.UnusableBoundary):
        boundaries.cleaned(polygon([*RING[:2], [value, 50.82], *RING[3:]]))


NUMBERS = st.floats() | st.integers(-400, 400) | st.floats(4, 5) | st.sampled_from([10**400, True])
POINTS = st.lists(NUMBERS, max_size=4) | st.tuples(st.floats(4, 5), st.floats(50, 51)).map(list)
RINGS = st.lists(POINTS, max_size=6).map(lambda points: points + points[:1])
JUNK = st.recursive(
    st.none() | NUMBERS | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4), max_leaves=8
)
COORDINATES = JUNK | st.lists(RINGS | JUNK, max_size=3) | st.lists(st.lists(RINGS, max_size=2), max_size=2)


@given(st.sampled_from(["Polygon", "MultiPolygon", "Point", ""]), COORDINATES)
def test_whatever_a_file_holds_is_a_sound_boundary_or_a_sentence(kind, coordinates):
    try:
        kept = boundaries.cleaned({"type": kind, "coordinates": coordinates})
    except boundaries.UnusableBoundary:
        return
    shape = shapely.from_geojson(json.dumps(kept))
    assert shape.is_valid
    assert shape.area > 0
    assert boundaries.cleaned(kept) == kept
