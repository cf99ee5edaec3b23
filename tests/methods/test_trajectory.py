import csv
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.methods.periods import years_between
from civicthread.methods.trajectory import (
    Compound,
    Linear,
    Logistic,
    Milestones,
    Trajectory,
    TrajectoryError,
    median_slope,
    trend,
)

DATA = Path(__file__).parent / "data" / "ec_digital_decade_trajectories.csv"
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
VALUES = st.floats(-1e6, 1e6)


def year_end(year: int | str) -> date:
    return date(int(year), 12, 31)


def published(indicator: str, series: str) -> dict[date, float]:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if (row["indicator"], row["series"]) == (indicator, series)
        ]
    return {year_end(row["year"]): float(row["value"]) for row in rows}


def assert_follows(path: Trajectory, points: dict[date, float], count: int) -> None:
    assert len(points) == count
    for day, value in points.items():
        assert path.value_at(day) == pytest.approx(value, abs=1e-5, rel=0), day


def test_the_digital_decade_ideal_is_the_line_to_the_target():
    target = published("dd_ictspec", "dd_target_2030")[year_end(2030)]
    path = Linear(year_end(2022), 9.3702, year_end(2030), target)
    assert_follows(path, published("dd_ictspec", "dd_ideal_2026"), 9)


def test_the_digital_decade_linear_baseline_is_one_line_before_and_after_its_start():
    path = Linear(year_end(2022), 9.3702, year_end(2030), 12.043814)
    assert_follows(path, published("dd_ictspec", "dd_baseline_2023"), 20)


def test_the_digital_decade_saturating_baseline_is_a_logistic_curve():
    points = published("dd_5gc", "dd_baseline_2023")
    path = Logistic.through((year_end(2021), points[year_end(2021)]), (year_end(2022), 81.2), ceiling=100)
    assert path.growth == pytest.approx(1.9023, abs=5e-5)
    assert_follows(path, points, 12)
    assert_follows(Logistic(year_end(2022), 81.2, path.growth, 100), points, 12)


def test_a_straight_line_does_not_follow_the_saturating_baseline():
    points = published("dd_5gc", "dd_baseline_2023")
    with pytest.raises(AssertionError):
        assert_follows(Linear(year_end(2022), 81.2, year_end(2030), 100), points, 12)


@given(DAYS, DAYS, VALUES, VALUES)
def test_a_line_passes_through_both_its_points(first, second, value, target):
    start, end = sorted((first, second))
    if start == end:
        with pytest.raises(TrajectoryError):
            Linear(start, value, end, target)
        return
    line = Linear(start, value, end, target)
    assert line.value_at(start) == value
    assert line.value_at(end) == pytest.approx(target, rel=1e-9, abs=1e-6)


@given(st.integers(1, 30), st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_compound_growth_is_the_same_rate_every_year(years, value, target):
    path = Compound(year_end(2020), value, year_end(2020 + years), target)
    rates = [
        path.value_at(year_end(2021 + step)) / path.value_at(year_end(2020 + step)) for step in range(years)
    ]
    assert rates == pytest.approx([rates[0]] * years)
    assert path.value_at(year_end(2020 + years)) == pytest.approx(target)


@pytest.mark.parametrize(("value", "target"), [(0, 5), (5, 0), (-1, 5), (5, -1)])
def test_compound_growth_refuses_zero_and_a_change_of_sign(value, target):
    with pytest.raises(TrajectoryError, match="same sign"):
        Compound(year_end(2020), value, year_end(2030), target)


@given(st.floats(0.01, 99.99), st.floats(-50, 50), DAYS)
def test_a_logistic_curve_stays_between_zero_and_its_ceiling(value, growth, day):
    path = Logistic(year_end(2025), value, growth, 100)
    assert 0 <= path.value_at(day) <= 100
    assert path.value_at(year_end(2025)) == pytest.approx(value)


@pytest.mark.parametrize("value", [0, 100, -1, 130, float("nan")])
def test_a_logistic_curve_refuses_a_start_outside_its_bounds(value):
    with pytest.raises(TrajectoryError, match="ceiling"):
        Logistic(year_end(2025), value, 1.0, 100)


@given(st.dictionaries(DAYS, VALUES, min_size=1, max_size=8), DAYS)
def test_milestones_meet_their_points_and_stay_within_their_values(points, day):
    table = Milestones(tuple(sorted(points.items())))
    assert all(table.value_at(each) == pytest.approx(value, abs=1e-6) for each, value in points.items())
    assert min(points.values()) - 1e-6 <= table.value_at(day) <= max(points.values()) + 1e-6


def test_milestones_out_of_order_or_doubled_are_refused():
    for days in [(), (2021, 2020), (2020, 2020)]:
        with pytest.raises(TrajectoryError, match="milestone"):
            Milestones(tuple((year_end(year), 1.0) for year in days))


@given(st.lists(VALUES, min_size=1, max_size=6), VALUES, st.integers(1, 20))
def test_a_trend_goes_on_from_the_last_figure_whatever_came_before(values, last, years):
    points = [(year_end(2000 + at), value) for at, value in enumerate([*values, last])]
    line = trend(points, until=year_end(2030))
    assert line.value_at(points[-1][0]) == pytest.approx(last)


def test_the_trend_of_a_line_is_that_line_and_one_odd_year_does_not_turn_it():
    points = published("dd_ictspec", "dd_baseline_2023")
    seen = [(day, value) for day, value in points.items() if day <= year_end(2022)]
    line = trend(seen, until=year_end(2030))
    assert line.value_at(year_end(2030)) == pytest.approx(points[year_end(2030)], abs=1e-4)
    odd = [*seen[:-3], (seen[-3][0], 99.0), *seen[-2:]]
    assert trend(odd, until=year_end(2030)).value_at(year_end(2030)) == pytest.approx(
        points[year_end(2030)], abs=1e-4
    )


@pytest.mark.parametrize(
    "seen", [[], [(year_end(2020), 5.0)], [(year_end(2020), 5.0), (year_end(2020), 6.0)]]
)
def test_figures_of_less_than_two_days_have_no_trend(seen):
    with pytest.raises(TrajectoryError, match="two days"):
        trend(seen, until=year_end(2030))


def each_slope(points: list[tuple[date, float]], first: date | None = None) -> list[float]:
    """The definition, pair by pair; years are counted from the first figure, of `points` unless it is told."""
    first = first or min(day for day, _value in points)
    placed = sorted((years_between(first, day), value) for day, value in points)
    return [(late[1] - early[1]) / (late[0] - early[0]) for early, late in combinations(placed, 2)]


def every_day(count: int, value: Callable[[int], float]) -> list[tuple[date, float]]:
    return [(date(2016, 1, 1) + timedelta(number), value(number)) for number in range(count)]


@given(st.dictionaries(DAYS, VALUES, min_size=2, max_size=30))
def test_the_slope_of_a_series_is_the_median_of_those_of_all_pairs(points):
    assert median_slope(list(points.items())) == median(each_slope(list(points.items())))


@given(st.dictionaries(st.integers(1990, 2060).map(year_end), VALUES, min_size=2, max_size=30))
def test_yearly_figures_go_on_with_the_slopes_between_their_own_dates(points):
    seen = sorted(points.items())
    last, value = seen[-1]
    slopes = [(b[1] - a[1]) / years_between(a[0], b[0]) for a, b in combinations(seen, 2)]
    line = trend(seen, until=year_end(2070))
    assert line.end_value == value + median(slopes) * years_between(last, year_end(2070))


@given(st.integers(401, 4000), st.floats(-1e3, 1e3), st.randoms(use_true_random=False))
def test_a_long_line_has_its_own_slope_in_whatever_order_it_comes(count, rise, random):
    first = date(2016, 1, 1)
    points = [(day, rise * years_between(first, day)) for day, _ in every_day(count, float)]
    random.shuffle(points)
    assert median_slope(points) == pytest.approx(rise, rel=1e-9, abs=1e-9)


def test_of_a_long_series_the_last_figure_of_each_month_counts():
    points = every_day(3650, lambda number: number % 97)
    of_months = {(day.year, day.month): (day, value) for day, value in points}
    assert median_slope(points) == median(each_slope(list(of_months.values()), first=points[0][0]))
    assert median_slope(points[:400]) == pytest.approx(median(each_slope(points[:400])))


def test_of_a_very_long_series_the_last_figure_of_each_quarter_counts():
    points = every_day(40 * 365, lambda number: number % 97)
    of_quarters = {(day.year, (day.month - 1) // 3): (day, value) for day, value in points}
    assert median_slope(points) == median(each_slope(list(of_quarters.values()), first=points[0][0]))


def test_the_trend_of_ten_years_of_days_costs_no_more_than_a_page_may():
    points = every_day(3650, lambda number: number % 97)
    began = process_time()
    trend(points, until=year_end(2040))
    assert process_time() - began < 1  # 82 s when each pair of days was compared
