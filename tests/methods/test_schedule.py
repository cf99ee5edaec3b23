from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.methods.schedule import Dependency, Milestone, ScheduleError, critical_path, forecast

START = date(2026, 1, 1)
DAYS = st.dates(START, date(2028, 12, 31))
MAYBE_DAYS = st.none() | DAYS


@st.composite
def schedules(draw) -> tuple[list[Milestone], list[Dependency]]:
    """Milestones m0, m1 …, each waiting only for earlier ones, so without a circle."""
    count = draw(st.integers(0, 8))
    milestones = [
        Milestone(f"m{each}", draw(DAYS), draw(MAYBE_DAYS), draw(MAYBE_DAYS)) for each in range(count)
    ]
    pairs = [(early, late) for late in range(count) for early in range(late)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    days = draw(st.lists(st.integers(0, 90), min_size=len(chosen), max_size=len(chosen)))
    return milestones, [
        Dependency(f"m{early}", f"m{late}", wait) for (early, late), wait in zip(chosen, days, strict=True)
    ]


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@given(schedules(), DAYS)
def test_no_milestone_comes_before_its_date_today_or_what_it_waits_for(schedule, as_of):
    milestones, dependencies = schedule
    result = forecast(milestones, dependencies, as_of=as_of)
    assert set(result) == {milestone.code for milestone in milestones}
    for milestone in milestones:
        earliest = result[milestone.code].earliest
        if milestone.actual:
            assert earliest == milestone.actual
            continue
        bounds = [milestone.due, as_of] + [
            result[each.before].earliest + timedelta(days=each.days)
            for each in dependencies
            if each.after == milestone.code
        ]
        assert earliest == max(bounds)


@given(schedules(), DAYS)
def test_the_critical_path_ends_on_the_last_date_and_each_step_drives_the_next(schedule, as_of):
    milestones, dependencies = schedule
    result = forecast(milestones, dependencies, as_of=as_of)
    path = critical_path(result)
    assert bool(path) == bool(milestones)
    if path:
        assert result[path[-1]].earliest == max(each.earliest for each in result.values())
        assert result[path[0]].driver is None
    waits = {(each.before, each.after): each.days for each in dependencies}
    for before, after in pairwise(path):
        assert result[after].driver == before
        assert (result[after].earliest - result[before].earliest).days == waits[before, after]
        assert result[after].slack == 0


@given(schedules(), DAYS, st.data())
def test_a_slip_within_the_slack_does_not_move_the_end_and_one_day_more_does(schedule, as_of, data):
    milestones, dependencies = schedule
    open_codes = [milestone.code for milestone in milestones if not milestone.actual]
    if not open_codes:
        return
    code = data.draw(st.sampled_from(open_codes))
    before = forecast(milestones, dependencies, as_of=as_of)
    end = max(each.earliest for each in before.values())

    def end_after(slip: int) -> date:
        moved = before[code].earliest + timedelta(days=slip)
        changed = [
            Milestone(each.code, each.planned, moved) if each.code == code else each for each in milestones
        ]
        return max(each.earliest for each in forecast(changed, dependencies, as_of=as_of).values())

    assert before[code].slack >= 0
    assert end_after(before[code].slack) == end
    assert end_after(before[code].slack + 1) == end + timedelta(days=1)


@given(schedules(), DAYS, st.randoms(use_true_random=False))
def test_the_order_in_which_milestones_are_given_does_not_matter(schedule, as_of, random):
    milestones, dependencies = schedule
    shuffled = random.sample(milestones, len(milestones)), random.sample(dependencies, len(dependencies))
    one, two = forecast(milestones, dependencies, as_of=as_of), forecast(*shuffled, as_of=as_of)
    assert {code: (each.earliest, each.slack) for code, each in one.items()} == {
        code: (each.earliest, each.slack) for code, each in two.items()
    }


@given(schedules(), DAYS)
def test_closing_a_chain_into_a_circle_is_refused(schedule, as_of):
    milestones, dependencies = schedule
    for each in dependencies:
        with pytest.raises(ScheduleError, match="wait for one another"):
            forecast(milestones, [*dependencies, Dependency(each.after, each.before)], as_of=as_of)


def test_the_circle_is_named():
    milestones = [Milestone(code, START) for code in ("call", "jury", "grant", "launch")]
    circle = [Dependency("call", "jury"), Dependency("jury", "grant"), Dependency("grant", "call")]
    with pytest.raises(ScheduleError, match=r"call → .*jury") as refusal:
        forecast(milestones, circle, as_of=START)
    assert "launch" not in str(refusal.value)


def test_slippage_counts_from_the_date_first_planned():
    moved = Milestone("a", day(3, 1), replanned=day(4, 1))
    late = Milestone("b", day(3, 1), replanned=day(4, 1), actual=day(4, 11))
    early = Milestone("c", day(3, 1), actual=day(2, 27))
    overdue = Milestone("d", day(3, 1))
    result = forecast([moved, late, early, overdue], [], as_of=day(3, 11))
    assert [each.slippage for each in result.values()] == [31, 41, -2, 10]


def test_a_delay_moves_what_waits_for_it_and_only_that():
    milestones = [
        Milestone("call", day(1, 10), actual=day(2, 9)),
        Milestone("jury", day(3, 1)),
        Milestone("grant", day(4, 1)),
        Milestone("website", day(2, 20)),
    ]
    waits = [Dependency("call", "jury", 30), Dependency("jury", "grant", 14)]
    result = forecast(milestones, waits, as_of=day(2, 10))
    assert {code: each.slippage for code, each in result.items()} == {
        "call": 30,
        "jury": 10,
        "grant": 0,
        "website": 0,
    }
    assert (result["jury"].slack, result["website"].slack) == (7, 40)
    assert critical_path(result) == ("grant",)
    assert critical_path(
        forecast(milestones, [*waits, Dependency("jury", "website", 60)], as_of=day(2, 10))
    ) == (
        "call",
        "jury",
        "website",
    )


def test_a_milestone_is_held_up_only_by_what_moves_it():
    milestones = [Milestone("jury", day(3, 1)), Milestone("grant", day(4, 1))]

    def driver(wait: int) -> str | None:
        return forecast(milestones, [Dependency("jury", "grant", wait)], as_of=START)["grant"].driver

    assert driver(31) is None
    assert driver(32) == "jury"


@pytest.mark.parametrize(
    ("milestones", "dependencies", "message"),
    [
        (["a", "a"], [], "a stands twice"),
        (["a"], [("a", "b", 0)], "not in the schedule"),
        (["a", "b"], [("a", "b", -1)], "cannot follow"),
        (["a"], [("a", "a", 0)], "wait for one another"),
    ],
)
def test_what_makes_no_schedule_is_refused(milestones, dependencies, message):
    with pytest.raises(ScheduleError, match=message):
        forecast(
            [Milestone(code, START) for code in milestones],
            [Dependency(*each) for each in dependencies],
            as_of=START,
        )
