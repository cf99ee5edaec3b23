"""Parts become a whole: each counted once, nothing missing taken for zero, and never a mean of means."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.methods.rollup import NoRatio, Part, RollUp, whole

NAMES = st.lists(st.sampled_from([f"{code}" for code in range(21001, 21020)]), min_size=1, unique=True)
NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)
COUNTS = st.integers(min_value=0, max_value=10**9)
PEOPLE = st.integers(min_value=1, max_value=10**9)


@given(st.data(), NAMES)
def test_a_sum_counts_each_part_once_whatever_the_order_and_whoever_else_is_there(data, names):
    parts = {name: Part(data.draw(NUMBERS)) for name in names}
    exact = sum((Fraction(part.value) for part in parts.values()), Fraction(0))
    others = {"04000": Part(data.draw(NUMBERS)), "BE10": Part(data.draw(NUMBERS))}
    shuffled = data.draw(st.permutations(names))
    for given_parts, of in ((parts, names), (parts | others, [*shuffled, *names])):
        assert whole(given_parts, of=of, by=RollUp.SUM).figure == Part(float(exact))


@given(st.data(), NAMES)
def test_a_part_that_is_missing_is_named_and_never_taken_for_zero(data, names):
    lost = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    for by in RollUp:
        full = {name: Part(data.draw(NUMBERS), data.draw(NUMBERS), 5.0) for name in names}
        gone = {name: part for name, part in full.items() if name not in lost}
        emptied = full | {name: Part() for name in lost}
        for parts in (gone, emptied):
            found = whole(parts, of=names, by=by)
            assert found.figure == Part()
            assert found.missing == tuple(sorted(lost))
    zeros = {name: Part(0.0) for name in names}
    assert whole(zeros, of=names, by=RollUp.SUM).figure == Part(0.0)


@given(st.data(), NAMES, st.sampled_from([1, 100, 1_000, 10_000, 100_000]))
def test_a_ratio_is_the_sum_of_numerators_over_the_sum_of_denominators(data, names, per):
    counts = {name: (data.draw(COUNTS), data.draw(PEOPLE)) for name in names}
    parts = {name: Part(per * n / d, float(n), float(d)) for name, (n, d) in counts.items()}
    found = whole(parts, of=names, by=RollUp.RATIO).figure
    above, below = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    assert (found.numerator, found.denominator) == (above, below)
    assert found.value == pytest.approx(per * above / below, rel=1e-12)
    assert min(part.value for part in parts.values()) <= found.value * (1 + 1e-12)
    assert found.value <= max(part.value for part in parts.values()) * (1 + 1e-12)


def test_the_mean_of_the_parts_is_not_the_ratio_of_the_whole():
    parts = {"small": Part(50.0, 5, 10), "large": Part(10.0, 100, 1000)}
    found = whole(parts, of=parts, by=RollUp.RATIO).figure
    assert found.value == pytest.approx(100 * 105 / 1010)
    assert found.value != 30.0


def test_a_part_without_people_adds_nothing_and_a_whole_without_people_has_no_ratio():
    none = Part(None, 0.0, 0.0)
    parts = {"town": Part(50.0, 5, 10), "lake": none}
    assert whole(parts, of=parts, by=RollUp.RATIO).figure == Part(50.0, 5.0, 10.0)
    assert whole({"lake": none}, of=["lake"], by=RollUp.RATIO).figure == Part(None, 0.0, 0.0)


@given(PEOPLE, PEOPLE)
def test_where_nothing_was_counted_the_ratio_is_zero(first, second):
    parts = {"a": Part(0.0, 0.0, float(first)), "b": Part(0.0, 0.0, float(second))}
    assert whole(parts, of=parts, by=RollUp.RATIO).figure.value == 0.0


def test_values_that_are_no_ratio_of_their_parts_are_refused():
    parts = {"a": Part(50.0, 5, 10), "b": Part(51.0, 5, 10)}
    with pytest.raises(NoRatio):
        whole(parts, of=parts, by=RollUp.RATIO)
