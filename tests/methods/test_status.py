from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from civicthread.methods.periods import Frequency
from civicthread.methods.status import (
    Cuts,
    Direction,
    DistanceToPath,
    Grade,
    Observation,
    Pace,
    Series,
    ShareOfTarget,
    ShareOfWay,
    Status,
    Target,
    Trend,
    share_of_target,
    share_of_way,
    status,
    summary,
)
from civicthread.methods.trajectory import Linear

UP, DOWN = Direction.UP, Direction.DOWN
SCALE = (Grade.ACHIEVED, Grade.ON_PACE, Grade.BEHIND, Grade.AWAY)
VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
AMOUNTS = st.floats(0.01, 1e6).map(lambda value: round(value, 3))
DIRECTIONS = st.sampled_from(list(Direction))
# Published results of the white paper's indicators, as shares of their targets.
RESULTS_2015 = (1.24, 0.88, 0.72, 0.72)  # wifi, open data, paper, motorised travel
RESULTS_2017 = (0.85, 3.08, 1.16)  # broadband, wifi, open data


def year_end(year: int) -> date:
    return date(year, 12, 31)


def series(values: dict[int, float], target: tuple[int, float] | None, direction: Direction = UP) -> Series:
    observations = tuple(Observation(year_end(year), value) for year, value in values.items())
    return Series(observations, direction, Target(year_end(target[0]), target[1]) if target else None)


def grade(known: Series, rule, as_of: date = date(2020, 12, 31)) -> Grade:
    return status(known, rule=rule, as_of=as_of).grade


def linear_path(known: Series) -> DistanceToPath:
    first, target = known.observations[0], known.target
    assert target is not None
    return DistanceToPath(Linear(first.day, first.value, target.day, target.value))


def rules(known: Series) -> list:
    return [ShareOfTarget(), ShareOfWay(), Pace(), Pace(trend=Trend.ENDS), linear_path(known)]


# The house method


def test_the_published_brussels_shares_are_those_of_values_and_targets():
    assert share_of_target(10.41, 9, UP) == pytest.approx(1.16, abs=0.005)
    assert share_of_target(85, 100, UP) == 0.85
    assert share_of_way(53, 6, 100) == 0.5  # schools on VDSL: 6 % in 2014, 100 % aimed at


def test_wifi_at_308_percent_of_its_target_does_not_pull_the_summary():
    statuses = [Status(Grade.ACHIEVED if share >= 1 else Grade.BEHIND, share=share) for share in RESULTS_2017]
    result = summary(statuses)
    assert sum(RESULTS_2017) / 3 > 1.69  # what the bare average said: all is well
    assert result.median_share == 1.0
    assert result.counts[Grade.ACHIEVED] == 2
    assert result.counts[Grade.BEHIND] == 1
    assert statuses[1].share == 3.08  # shown as published, uncapped
    for share in (1.0, 10.0, 1e9):
        assert summary([statuses[0], replace(statuses[1], share=share), statuses[2]]) == result


def test_the_results_of_2015_are_summed_up_by_their_median():
    assert summary(Status(Grade.BEHIND, share=share) for share in RESULTS_2015).median_share == 0.8


def test_an_indicator_over_its_target_hides_no_laggard():
    laggards = [Status(Grade.AWAY, share=0.3)] * 3
    assert summary([*laggards, Status(Grade.ACHIEVED, share=30.0)]).median_share == 0.3


@given(
    st.lists(st.builds(Status, st.sampled_from(list(Grade)), share=st.none() | st.floats(-5, 5)), max_size=20)
)
def test_a_summary_counts_each_status_once(statuses):
    result = summary(statuses)
    assert sum(result.counts.values()) == len(statuses)
    assert list(result.counts) == list(Grade)
    assert result.shares == sum(one.share is not None and one.grade in SCALE for one in statuses)
    assert (result.median_share is None) == (result.shares == 0)
    assert result.median_share is None or 0 <= result.median_share <= 1


def test_a_baseline_alone_is_no_result():
    start = Observation(date(2014, 12, 31), 6)
    due = Target(date(2019, 12, 31), 100)
    schools = Series((start,), UP, due, baseline=start)
    assert status(schools, rule=ShareOfTarget(), as_of=date(2016, 1, 1)) == Status(Grade.NOT_MEASURED, start)
    measured = Series((start, Observation(date(2015, 12, 31), 80)), UP, due, baseline=start)
    assert status(measured, rule=ShareOfTarget(), as_of=date(2016, 1, 1)).grade is Grade.ON_PACE


@pytest.mark.parametrize(
    ("day", "value", "as_of", "grade"),
    [
        (date(2017, 12, 31), 85, date(2019, 12, 31), Grade.ON_PACE),
        (date(2017, 12, 31), 85, date(2020, 1, 1), Grade.NO_RECENT_DATA),
        (date(2018, 12, 31), 85, date(2020, 1, 1), Grade.ON_PACE),
        (date(2019, 12, 31), 85, date(2020, 1, 1), Grade.BEHIND),
        (date(2017, 12, 31), 308, date(2020, 1, 1), Grade.ACHIEVED),
    ],
)
def test_figures_that_stop_before_the_target_s_day_do_not_tell_what_came_of_it(day, value, as_of, grade):
    series = Series((Observation(day, value),), UP, Target(date(2019, 12, 31), 100))
    assert status(series, rule=ShareOfTarget(), as_of=as_of).grade is grade


@pytest.mark.parametrize(
    ("value", "target", "direction"), [(5, 0, UP), (5, -3, UP), (-5, 3, UP), (0, 3, DOWN), (5, 0, DOWN)]
)
def test_a_share_that_says_nothing_is_not_given(value, target, direction):
    assert share_of_target(value, target, direction) is None


@given(AMOUNTS, AMOUNTS, DIRECTIONS)
def test_a_share_of_one_or_more_means_the_target_is_reached(value, target, direction):
    share = share_of_target(value, target, direction)
    assert share is not None
    assert (share >= 1) == (direction * (value - target) >= 0)


@pytest.mark.parametrize(
    ("value", "expected"), [(100, "achieved"), (75, "on_pace"), (74.9, "behind"), (49, "away")]
)
def test_the_house_method_grades_by_its_cuts(value, expected):
    assert grade(series({2019: value}, (2025, 100)), ShareOfTarget()) == expected


def test_the_way_from_the_baseline_tells_what_the_share_hides():
    paper = series({2013: 90, 2019: 91}, (2025, 100))
    assert grade(paper, ShareOfTarget()) is Grade.ON_PACE
    assert status(paper, rule=ShareOfWay(), as_of=year_end(2020)).measure == pytest.approx(0.1)
    assert grade(paper, ShareOfWay()) is Grade.BEHIND


# Every rule


@given(VALUES, VALUES, VALUES, DIRECTIONS)
def test_a_target_that_is_met_is_achieved_by_every_rule(first, last, goal, direction):
    known = series({2015: first, 2019: last}, (2025, goal), direction)
    for rule in rules(known):
        assert (grade(known, rule) is Grade.ACHIEVED) == (direction * (last - goal) >= 0)


@given(VALUES, VALUES, VALUES, DIRECTIONS)
def test_a_mirrored_indicator_has_the_same_status(first, last, goal, direction):
    known = series({2015: first, 2019: last}, (2025, goal), direction)
    mirror = series({2015: -first, 2019: -last}, (2025, -goal), Direction(-direction))
    for rule, mirrored in zip(rules(known)[1:], rules(mirror)[1:], strict=True):
        assert grade(known, rule) is grade(mirror, mirrored)


@given(VALUES, VALUES, VALUES, DIRECTIONS, st.floats(0.001, 1000))
def test_the_unit_does_not_change_the_measure(first, last, goal, direction, unit):
    assume(abs(goal - first) > 0.01)
    known = series({2015: first, 2019: last}, (2025, goal), direction)
    scaled = series({2015: first * unit, 2019: last * unit}, (2025, goal * unit), direction)
    for rule, other in zip(rules(known), rules(scaled), strict=True):
        one, two = rule.measure(known), other.measure(scaled)
        assert two == (one if one is None else pytest.approx(one, rel=1e-6, abs=1e-6))


@given(VALUES, VALUES, VALUES, DIRECTIONS)
def test_a_better_value_never_has_a_worse_grade(first, last, goal, direction):
    known = series({2015: first, 2019: last}, (2025, goal), direction)
    better = series({2015: first, 2019: last + direction * 10}, (2025, goal), direction)
    for rule in (ShareOfWay(), linear_path(known)):
        assert SCALE.index(grade(better, rule)) <= SCALE.index(grade(known, rule))


def test_without_observations_nothing_is_measured():
    assert grade(series({}, (2025, 10)), Pace()) is Grade.NOT_MEASURED


def test_a_missing_observation_is_refused_not_counted_as_zero():
    with pytest.raises(ValueError, match="missing value"):
        Observation(year_end(2019), float("nan"))


def test_two_values_for_one_day_are_refused():
    with pytest.raises(ValueError, match="one value for each day"):
        Series((Observation(year_end(2019), 120_000), Observation(year_end(2019), 103_957)), UP)


def test_without_a_target_there_is_no_grade():
    assert grade(series({2019: 5}, None), Pace()) is Grade.NO_TARGET


def test_observations_after_the_day_of_judgement_do_not_count():
    known = series({2015: 10, 2019: 12, 2021: 100}, (2025, 20))
    assert grade(known, Pace(), as_of=year_end(2020)) is Grade.BEHIND
    assert grade(known, Pace(), as_of=year_end(2021)) is Grade.ACHIEVED


@pytest.mark.parametrize("target", [None, (2030, 100)])
def test_old_data_have_no_grade_even_if_they_were_good(target):
    known = series({2015: 10, 2017: 200}, target)

    def judged(as_of: date) -> Status:
        return status(known, rule=Pace(), as_of=as_of, frequency=Frequency.YEAR)

    assert judged(year_end(2019)).grade is (Grade.ACHIEVED if target else Grade.NO_TARGET)
    stale = judged(date(2020, 1, 1))
    assert (stale.grade, stale.observed) == (Grade.NO_RECENT_DATA, known.observations[-1])


def test_a_target_that_was_judged_on_its_day_stays_judged():
    schools = series({2014: 35, 2019: 175}, (2019, 175))
    later = status(schools, rule=Pace(), as_of=date(2026, 6, 1), frequency=Frequency.YEAR)
    assert (later.grade, later.share) == (Grade.ACHIEVED, 1.0)
    stopped = series({2014: 35, 2015: 63}, (2019, 175))
    assert status(stopped, rule=Pace(), as_of=date(2026, 6, 1), frequency=Frequency.YEAR).grade is (
        Grade.NO_RECENT_DATA
    )


def test_a_target_missed_on_its_day_is_not_on_pace():
    for last in (99, 120):
        known = series({2014: 10, 2019: last}, (2019, 100))
        for rule in rules(known):
            assert grade(known, rule) is (Grade.BEHIND if last == 99 else Grade.ACHIEVED)


def test_a_target_met_at_the_start_and_lost_is_away():
    for goal in (8, 10):
        known = series({2015: 10, 2019: 7}, (2025, goal))
        for rule in rules(known)[1:]:
            assert grade(known, rule) is Grade.AWAY


# Pace


def test_pace_is_the_ratio_of_actual_to_required_compound_growth():
    known = series({2015: 100, 2019: 110}, (2030, 150))
    actual, required = 1.1 ** (1 / 4) - 1, 1.5 ** (1 / 15) - 1
    assert Pace(trend=Trend.ENDS).measure(known) == pytest.approx(actual / required, rel=1e-12)
    assert Pace().measure(known) == pytest.approx(actual / required, rel=1e-12)


@given(AMOUNTS, AMOUNTS, st.integers(2016, 2029))
def test_a_value_on_the_compound_path_has_a_pace_of_one(first, goal, year):
    assume(abs(goal / first - 1) > 0.01)
    on_path = first * (goal / first) ** ((year - 2015) / 15)
    direction = UP if goal > first else DOWN
    known = series({2015: first, year: on_path}, (2030, goal), direction)
    assert Pace().measure(known) == pytest.approx(1, rel=1e-6)
    assert grade(known, Pace(), as_of=year_end(2029)) is Grade.ON_PACE


@pytest.mark.parametrize(
    ("values", "goal", "direction"),
    [
        ({2015: 40, 2020: 20}, 0, DOWN),  # a target of zero
        ({2015: 0, 2020: 20}, 40, UP),  # a baseline of zero
        ({2015: -20, 2020: 0}, 20, UP),  # a change of sign
        ({2015: -10, 2020: 5}, 20, UP),
    ],
)
def test_zero_and_a_change_of_sign_are_judged_by_linear_growth(values, goal, direction):
    assert Pace().measure(series(values, (2025, goal), direction)) == pytest.approx(1)


def test_part_years_count_as_part_years():
    first, last = Observation(date(2020, 1, 1), 0), Observation(date(2021, 7, 2), 15)
    known = Series((first, last), UP, Target(date(2030, 1, 1), 100))
    assert Pace().measure(known) == pytest.approx(1, abs=0.002)


def test_direction_decides_what_growth_is_worth():
    values = {2015: 40, 2019: 44}
    assert grade(series(values, (2025, 50), UP), Pace()) is Grade.ON_PACE
    assert grade(series(values, (2025, 20), DOWN), Pace()) is Grade.AWAY


def test_one_odd_year_does_not_decide_the_pace():
    values = {2015: 100, 2016: 105, 2017: 110, 2018: 115, 2019: 120, 2020: 60}
    known = series(values, (2025, 150))
    assert grade(known, Pace(trend=Trend.ENDS)) is Grade.AWAY
    assert grade(known, Pace(trend=Trend.MEDIAN)) is not Grade.AWAY


def test_the_pace_of_ten_years_of_days_is_that_of_the_last_days_of_their_months():
    days = [date(2016, 1, 1) + timedelta(number) for number in range(3653)]
    values = {day: 100 + number / 50 + number % 7 for number, day in enumerate(days)}
    of_months = {(day.year, day.month): day for day in days}.values()
    target, start = Target(year_end(2030), 200), Observation(year_end(2015), 100)
    daily, monthly = (
        Series(tuple(Observation(day, values[day]) for day in chosen), UP, target, start)
        for chosen in (days, of_months)
    )
    assert Pace().measure(daily) == Pace().measure(monthly)


def test_a_single_observation_has_no_pace():
    known = series({2019: 5}, (2025, 10))
    assert grade(known, Pace()) is Grade.NOT_MEASURED
    assert grade(known, ShareOfWay()) is Grade.BEHIND


def test_a_given_baseline_stands_before_the_observations():
    known = Series(
        (Observation(year_end(2020), 15),), UP, Target(year_end(2025), 20), Observation(year_end(2015), 10)
    )
    assert Pace().measure(known) == pytest.approx((1.5 ** (1 / 5) - 1) / (2 ** (1 / 10) - 1))


# Distance to the path


def test_the_value_is_compared_with_the_path_on_the_same_day():
    known = series({2022: 9.3702, 2024: 11.0}, (2030, 20.0))
    rule = linear_path(known)
    assert rule.ideal(known) == pytest.approx(12.02765)
    assert rule.measure(known) == pytest.approx((11.0 - 12.02765) / (20.0 - 9.3702))
    assert grade(known, rule, as_of=year_end(2025)) is Grade.BEHIND


@pytest.mark.parametrize(
    ("gap", "expected"), [(0, "on_pace"), (-4, "on_pace"), (-6, "behind"), (-26, "away")]
)
@pytest.mark.parametrize("direction", list(Direction))
def test_the_distance_grades_in_shares_of_the_whole_way(gap, expected, direction):
    known = series({2015: 0, 2020: direction * (50 + gap)}, (2025, direction * 100), direction)
    assert grade(known, linear_path(known)) == expected


def test_after_the_day_of_the_target_the_path_is_the_target_and_rises_no_further():
    known = series({2015: 0, 2021: 99}, (2020, 100))
    rule = linear_path(known)
    assert rule.path.value_at(year_end(2021)) == 120
    assert rule.ideal(known) == 100
    assert rule.measure(known) == pytest.approx(-0.01)


def test_the_cuts_of_a_scale_stand_in_order():
    with pytest.raises(ValueError, match="cannot lie under"):
        Cuts(on_pace=0.5, behind=0.75)


def test_a_path_that_starts_at_the_only_figure_measures_nothing_yet():
    known = series({2019: 5}, (2025, 10))
    assert grade(known, linear_path(known)) is Grade.NOT_MEASURED
    declared = DistanceToPath(Linear(year_end(2015), 0, year_end(2025), 10))
    assert grade(known, declared) is Grade.ON_PACE


# Breaks in the series


@given(st.lists(AMOUNTS, min_size=2, max_size=8), st.data(), AMOUNTS, DIRECTIONS)
def test_nothing_before_a_break_changes_a_status(values, data, goal, direction):
    at = data.draw(st.integers(1, len(values) - 1))
    years = range(2010, 2010 + len(values))
    broken = replace(
        series(dict(zip(years, values, strict=True)), (2030, goal), direction), breaks=(year_end(years[at]),)
    )
    since = series(dict(zip(years[at:], values[at:], strict=True)), (2030, goal), direction)
    for rule in rules(since):
        assert status(broken, rule=rule, as_of=year_end(2020)) == status(
            since, rule=rule, as_of=year_end(2020)
        )


def test_a_break_that_is_still_to_come_changes_nothing():
    known = series({2015: 10, 2019: 12}, (2025, 20))
    assert replace(known, breaks=(year_end(2021),)).comparable() == known


def test_a_baseline_from_before_a_break_gives_way():
    known = series({2015: 10, 2018: 40, 2019: 50}, (2025, 100))
    broken = replace(known, breaks=(year_end(2018),))
    assert status(known, rule=ShareOfWay(), as_of=year_end(2020)).measure == pytest.approx(40 / 90)
    assert status(broken, rule=ShareOfWay(), as_of=year_end(2020)).measure == pytest.approx(10 / 60)
