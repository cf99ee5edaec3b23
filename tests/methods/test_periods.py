from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.methods.periods import (
    Frequency,
    Parts,
    Period,
    PeriodError,
    add_months,
    is_stale,
    parse,
    parts,
    years_between,
)

DAYS = st.dates(date(1, 1, 1), date(9990, 12, 31))
NEAR_DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        (" 2019 ", "2019-01-01", "2019-12-31"),
        ("2019-Q3", "2019-07-01", "2019-09-30"),
        ("2019Q4", "2019-10-01", "2019-12-31"),
        ("2019-S2", "2019-07-01", "2019-12-31"),
        ("2019-H1", "2019-01-01", "2019-06-30"),
        ("2019-07", "2019-07-01", "2019-07-31"),
        ("2020-M02", "2020-02-01", "2020-02-29"),
        ("2019-07-01", "2019-07-01", "2019-07-01"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2018/19", "2018-01-01", "2019-12-31"),
        ("1999/00", "1999-01-01", "2000-12-31"),
        ("2018/2019", "2018-01-01", "2019-12-31"),
        ("2020-2022", "2020-01-01", "2022-12-31"),
        ("201907", "2019-07-01", "2019-07-31"),
        ("07/2019", "2019-07-01", "2019-07-31"),
        ("2019-T3", "2019-07-01", "2019-09-30"),
        ("T3 2019", "2019-07-01", "2019-09-30"),
        ("K3/2019", "2019-07-01", "2019-09-30"),
        ("S2 2019", "2019-07-01", "2019-12-31"),
        ("2018-09/2019-08", "2018-09-01", "2019-08-31"),
        ("2018-09-01/2019-08-31", "2018-09-01", "2019-08-31"),
    ],
)
def test_a_period_keeps_both_its_ends(text, start, end):
    assert parse(text) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2019-13",
        "2019-Q5",
        "2019-S0",
        "2019-02-30",
        "2019-W54",
        "2018-19",
        "2019/07",
        "201913",
        "13/2019",
        "T5 2019",
        "M7 2019",
        "20190701",
        "2022-2020",
        "0000",
        "2019/2020/2021",
        "2019-07-01/2019-06-01",
        "2019-Q",
        "soon",
        "٢٠١٩",
        "2019-7",
        "2019-07-01T00:00",
        "2019/",
    ],
)
def test_what_is_not_a_period_is_refused(text):
    with pytest.raises(PeriodError):
        parse(text)


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_is_refused(text):
    try:
        period = parse(text)
    except PeriodError:
        return
    assert period.start <= period.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", Parts(Frequency.YEAR, 2019, 2019)),
        ("2019-S2", Parts(Frequency.HALF_YEAR, 2019, 2019, 2)),
        ("2019-Q3", Parts(Frequency.QUARTER, 2019, 2019, 3)),
        ("2019-07", Parts(Frequency.MONTH, 2019, 2019, 7)),
        ("2020-W53", Parts(Frequency.WEEK, 2020, 2020, 53)),
        ("2019-07-14", Parts(Frequency.DAY, 2019, 2019, 7, 14)),
        ("2018/19", Parts(Frequency.IRREGULAR, 2018, 2019)),
        ("2018-09-01/2019-08-31", Parts(Frequency.IRREGULAR, 2018, 2019)),
    ],
)
def test_a_label_is_made_of_the_largest_unit_that_fits(text, expected):
    assert parts(parse(text)) == expected


def test_periods_are_ordered_by_start_then_by_end():
    texts = ["2018-Q4", "2018", "2019-01", "2018/19", "2019"]
    assert sorted(texts, key=parse) == ["2018", "2018/19", "2018-Q4", "2019-01", "2019"]


@given(DAYS, st.integers(0, 100))
def test_an_anniversary_is_a_whole_number_of_years(day, years):
    if day.year + years < 9999:
        assert years_between(day, add_months(day, 12 * years)) == years


@given(NEAR_DAYS, NEAR_DAYS, NEAR_DAYS)
def test_a_later_day_is_more_years_away(start, first, second):
    earlier, later = sorted((first, second))
    assert (years_between(start, earlier) < years_between(start, later)) == (earlier < later)


@given(NEAR_DAYS, NEAR_DAYS)
def test_years_between_two_days_change_sign_with_their_order(start, end):
    assert years_between(start, end) == -years_between(end, start)
    assert years_between(start, end) == pytest.approx((end - start).days / 365.2425, abs=0.01)


@given(NEAR_DAYS, st.sampled_from(list(Frequency)), st.integers(1, 4), st.integers(0, 4000))
def test_data_never_become_fresh_again_as_time_passes(last, frequency, allowed, days):
    def stale(after: int) -> bool:
        return is_stale(last, as_of=last + timedelta(days=after), frequency=frequency, allowed=allowed)

    assert not stale(0)
    assert stale(days) <= stale(days + 1)
    assert stale(4 * 366 + 1) == (frequency is not Frequency.IRREGULAR)


@pytest.mark.parametrize(
    ("frequency", "last_fresh"),
    [
        (Frequency.DAY, date(2020, 1, 2)),
        (Frequency.WEEK, date(2020, 1, 14)),
        (Frequency.MONTH, date(2020, 2, 29)),
        (Frequency.QUARTER, date(2020, 6, 30)),
        (Frequency.HALF_YEAR, date(2020, 12, 31)),
        (Frequency.YEAR, date(2021, 12, 31)),
    ],
)
def test_data_are_stale_when_the_next_period_and_the_time_to_publish_it_have_passed(frequency, last_fresh):
    last = date(2019, 12, 31)
    assert not is_stale(last, as_of=last_fresh, frequency=frequency)
    assert is_stale(last, as_of=last_fresh + timedelta(days=1), frequency=frequency)
