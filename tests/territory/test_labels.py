"""Names on a map: each inside its area, in as few lines as fit, or not at all."""

import math

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from civicthread.territory import labels

FRAME = labels.Frame(west=math.radians(4.2), top=1.03, pixels_per_radian=200_000, width=700, height=700)
WORDS = st.text("abcé", min_size=1, max_size=8)
NAMES = st.lists(WORDS, min_size=1, max_size=5).flatmap(
    lambda words: st.lists(st.sampled_from([" ", "-"]), min_size=len(words) - 1, max_size=len(words) - 1).map(
        lambda joints: words[0] + "".join(j + w for j, w in zip(joints, words[1:], strict=True))
    )
)


def written(label: labels.Label) -> shapely.Geometry:
    """The rectangle that the letters fill, in pixels: a letter is a little more than half as wide as it is high."""
    middle = FRAME.to_pixels(shapely.Point(label.longitude, label.latitude))
    wide = max(map(len, label.lines)) * 0.55 * label.size / 2
    high = len(label.lines) * 1.15 * label.size / 2
    return shapely.box(middle.x - wide, middle.y - high, middle.x + wide, middle.y + high)


def placed(name: str, shape: shapely.Geometry, size: float = 13) -> labels.Label | None:
    return next(iter(labels.fitting({"1": name}, {"1": shape}, FRAME, size=size)), None)


def together(lines: tuple[str, ...]) -> str:
    """The name as it was before it was broken."""
    return "".join(line if line.endswith("-") else f"{line} " for line in lines).strip()


@given(NAMES, st.integers(1, 3))
def test_lines_hold_the_whole_name_and_are_not_more_than_asked(name, count):
    lines = labels.broken(name, count)
    assert together(lines) == name
    assert len(lines) <= count


@given(NAMES)
def test_another_line_never_makes_the_longest_one_longer(name):
    widths = [max(map(len, labels.broken(name, count))) for count in (1, 2, 3)]
    assert widths == sorted(widths, reverse=True)


@given(NAMES)
def test_two_lines_are_broken_where_the_longest_is_shortest(name):
    cuts = [place + 1 for place, letter in enumerate(name) if letter in " -"]
    halves = [max(len(name[:cut].rstrip(" ")), len(name[cut:])) for cut in cuts]
    assert max(map(len, labels.broken(name, 2))) == min([len(name), *halves])


def test_a_line_ends_with_its_hyphen():
    assert labels.broken("Molenbeek-Saint-Jean", 2) == ("Molenbeek-", "Saint-Jean")
    assert labels.broken("Watermael-Boitsfort", 1) == ("Watermael-Boitsfort",)


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=4, max_size=9, unique=True),
    NAMES,
    st.sampled_from([9, 13, 27]),
)
def test_a_name_stands_whole_inside_its_area(corners, name, size):
    middle = [sum(axis) / len(corners) for axis in zip(*corners, strict=True)]
    around = sorted(corners, key=lambda corner: math.atan2(corner[1] - middle[1], corner[0] - middle[0]))
    shape = shapely.Polygon(around)
    assume(shape.is_valid and shape.area > 1)
    label = placed(name, shape, size)
    if label:
        assert shape.contains(written(label))
        assert together(label.lines) == name


def test_a_name_that_does_not_fit_is_left_out_and_the_others_stay():
    shapes = {"1": shapely.box(0, 0, 20, 20), "2": shapely.box(20, 0, 300, 100)}
    found = labels.fitting({"1": "Bruxelles", "2": "Uccle"}, shapes, FRAME, size=13)
    assert [label.code for label in found] == ["2"]


@pytest.mark.parametrize(
    ("wide", "high", "lines"),
    [
        (260, 30, ("Molenbeek-Saint-Jean",)),
        (100, 60, ("Molenbeek-", "Saint-Jean")),
        (100, 28, None),
        (70, 300, None),
    ],
)
def test_a_name_takes_the_fewest_lines_that_fit(wide, high, lines):
    label = placed("Molenbeek-Saint-Jean", shapely.box(0, 0, wide, high))
    assert (label.lines if label else None) == lines


def test_a_name_is_never_written_over_a_hole_or_between_two_parts():
    ring = shapely.box(0, 0, 200, 200).difference(shapely.box(60, 60, 140, 140))
    label = placed("Ixelles", ring)
    assert label
    assert ring.contains(written(label))
    apart = shapely.MultiPolygon([shapely.box(0, 0, 40, 40), shapely.box(60, 0, 100, 40)])
    assert placed("Ixelles-Uccle-Ixelles", apart, 27) is None


def test_a_name_stands_where_it_has_the_most_room():
    bottle = shapely.union_all([shapely.box(0, 0, 80, 300), shapely.box(80, 130, 400, 160)])
    label = placed("Uccle", bottle)
    assert label
    assert 25 < FRAME.to_pixels(shapely.Point(label.longitude, label.latitude)).x < 50


@given(st.floats(0, 700), st.floats(0, 700))
def test_a_pixel_is_found_again_at_its_place_on_earth(x, y):
    back = FRAME.to_pixels(shapely.Point(*FRAME.to_degrees(x, y)))
    assert math.isclose(back.x, x, abs_tol=1e-6)
    assert math.isclose(back.y, y, abs_tol=1e-6)


@given(st.floats(-170, 150), st.floats(-80, 70), st.floats(0.01, 15), st.floats(0.01, 15))
def test_a_map_fills_its_width_or_its_height_and_cuts_nothing_off(west, south, wide, high):
    shapes = [shapely.box(west, south, west + wide, south + high)]
    frame = labels.Frame.around(shapes, width=400, tallest=500)
    left, top, right, bottom = shapely.total_bounds(frame.to_pixels(shapes))
    assert (left, top) == pytest.approx((0, 0), abs=1e-3)
    assert right <= 400.001
    assert bottom <= 500.001
    assert right == pytest.approx(400, abs=1e-3) or bottom == pytest.approx(500, abs=1e-3)
    assert bottom - 0.001 <= frame.height < bottom + 1.001
