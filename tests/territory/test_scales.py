"""Classes of values: few, round, and each value in the one that the legend shows for its colour."""

import math
from collections import Counter
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from civicthread.territory import scales

# Up to where the last limit, which lies above the largest value, is still a number.
LARGEST = 1e300
FINITE = st.floats(-LARGEST, LARGEST)
FEW = st.sampled_from([-3.0, 0.0, 0.1, 1.0, 7.0, 1000.0])
NEAR = st.floats(0.5, 8)
COUNTS = st.integers(0, 20_000)
CLOSE = st.floats(100, 100.0001)
ANY = st.floats(-LARGEST, LARGEST) | st.sampled_from([math.nan, math.inf, -math.inf])
MANY = st.one_of(*(st.lists(kind, max_size=30) for kind in (ANY, FEW, NEAR, COUNTS, CLOSE)))


def shown(found: scales.Classes) -> list[tuple[int, float, float]]:
    """The legend as one reads it: each class's step and its two ends."""
    with translation.override("en"):
        read = [(step, label.replace(",", "").replace("−", "-").split("–")) for step, label in found.legend()]
    return [(step, float(ends[0]), float(ends[-1])) for step, ends in read]


def known(values: list[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


@given(MANY)
def test_every_value_lies_in_the_class_that_the_legend_shows_for_its_colour(values):
    found = scales.classes(values)
    legend = {step: (low, high) for step, low, high in shown(found)}
    for value in known(values):
        low, high = legend[found.step(value)]
        dust = 1e-9 * abs(value)
        assert low - dust <= value <= high + dust


@given(MANY)
def test_there_are_at_most_seven_classes_each_of_its_own_colour_and_its_own_words(values):
    found = scales.classes(values)
    legend = shown(found)
    steps = [step for step, _low, _high in legend]
    assert len(legend) == found.count <= 7
    assert steps == sorted(set(steps))
    assert set(steps) <= set(range(1, 8))
    assert len({ends[1:] for ends in legend}) == len(legend)


@given(MANY)
def test_the_limits_rise_and_meet(values):
    limits = scales.classes(values).limits
    if len(limits) > 2:
        assert all(low < high for low, high in pairwise(limits))
    legend = shown(scales.classes(values))
    assert all(one[2] == next_one[1] and one[1] < one[2] for one, next_one in pairwise(legend))


@given(MANY)
def test_what_differs_most_never_has_one_colour(values):
    numbers = known(values)
    found = scales.classes(values)
    if numbers and not math.isclose(min(numbers), max(numbers), rel_tol=1e-9, abs_tol=1e-300):
        assert found.step(min(numbers)) < found.step(max(numbers))


@given(st.lists(NEAR | COUNTS | FEW, min_size=2, max_size=30))
def test_limits_are_round(values):
    """Either steps of 1, 2, 2.5 or 5 times a power of ten, or two digits where each class holds as many values."""
    limits = scales.classes(values).limits
    width = limits[1] - limits[0]
    if all(math.isclose(b - a, width, rel_tol=1e-6) for a, b in pairwise(limits)):
        leading = width / 10 ** math.floor(math.log10(width)) if width else 1.0
        assert len(limits) == 2 or any(math.isclose(leading, round_one) for round_one in (1, 2, 2.5, 5, 10))
    else:
        assert all(limit == float(f"{limit:.2g}") for limit in limits[1:-1])


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(values, chance):
    again = values.copy()
    chance.shuffle(again)
    assert scales.classes(again) == scales.classes(values)


@pytest.mark.parametrize("values", [[], [math.nan], [math.inf, -math.inf]])
def test_without_a_number_there_is_no_class(values):
    found = scales.classes(values)
    assert (found.count, list(found.legend())) == (0, [])


@pytest.mark.parametrize("value", [0, -4, 41.3, 1e-300, 1e300])
def test_one_value_has_one_class_in_the_middle_of_the_colours(value):
    found = scales.classes([value, value, math.nan])
    assert shown(found) == [(4, value, value)]
    assert found.step(value) == 4


def test_seven_and_a_half_wide_is_not_eight_classes_of_seven_colours():
    found = scales.classes([0.5, 7.4, 3.0])
    assert found.limits == (0, 2, 4, 6, 8)


@pytest.mark.parametrize(
    "values", [[0] * 15 + [100] * 4, [1001, 1002, 1003, 1004, 5000], [0] * 9 + [1], [-1000] + [0] * 5]
)
def test_few_different_values_still_have_more_than_one_colour(values):
    found = scales.classes(values)
    assert len({found.step(value) for value in values}) > 1


def test_where_most_values_are_small_the_classes_hold_as_many():
    people = [1_000, 1_200, 1_500, 1_800, 2_000, 2_300, 2_600, 3_000, 3_500, 1_000_000]
    found = scales.classes(people)
    fullest = Counter(found.step(value) for value in people).most_common(1)[0][1]
    assert fullest <= 3
    assert (found.limits[0], found.limits[-1]) == (1_000, 1_000_000)


@pytest.mark.parametrize("values", [[-1.7e308, 1.7e308], [0.0, 5e-324], [-5e-324, 5e-324, 1.0]])
def test_the_ends_of_what_a_computer_can_count_are_classes_too(values):
    found = scales.classes(values)
    assert all(1 <= found.step(value) <= 7 for value in values)


def test_a_legend_writes_numbers_as_its_readers_do():
    found = scales.classes([1_000, 1_500, 2_500.5])
    with translation.override("nl"):
        assert [label for _step, label in found.legend()][:2] == ["1.000–1.250", "1.250–1.500"]


def test_dust_of_binary_fractions_is_not_shown():
    assert [label for _step, label in scales.classes([0.1 + 0.2]).legend()] == ["0,3"]
    labels = [label for _step, label in scales.classes([0.1, 0.3, 0.7]).legend()]
    assert labels == ["0,1–0,2", "0,2–0,3", "0,3–0,4", "0,4–0,5", "0,5–0,6", "0,6–0,7"]


@given(st.lists(st.integers(0, 10**9), min_size=2).filter(lambda given: len(set(given)) > 1))
def test_among_few_counts_each_has_a_colour_of_its_own_and_more_is_never_lighter(given):
    found = scales.counts(given)
    steps = [found.step(count) for count in sorted(set(given))]
    assert steps == sorted(steps)
    if len(steps) <= scales.MOST:
        assert len(set(steps)) == len(steps)
        assert (steps[0], steps[-1]) == (1, scales.DARKEST)
    assert set(steps) <= {step for step, _label in found.legend()}, "the legend tells each shade"
