"""Trajectories: the path a figure is meant, or expected, to follow, and its value on any day.

Four forms are enough for the published programmes we know: a straight line, a constant yearly growth rate,
an S-curve towards a ceiling, and a table of milestones. Each is plain data with one method, `value_at`.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from civicthread.methods.periods import years_between


class TrajectoryError(ValueError):
    """The numbers given do not make a path of this form."""


def _span(start: date, end: date) -> float:
    if end <= start:
        raise TrajectoryError(f"The path must end ({end}) after it starts ({start}).")
    return years_between(start, end)


@dataclass(frozen=True)
class Linear:
    """A straight line through two points: v0 + (T - v0) · (t - t0) / (t1 - t0), before and after them too.

    >>> line = Linear(date(2022, 12, 31), 9.3702, date(2030, 12, 31), 20.0)
    >>> round(line.value_at(date(2026, 12, 31)), 6)
    14.6851
    """

    start: date
    start_value: float
    end: date
    end_value: float

    def __post_init__(self) -> None:
        _span(self.start, self.end)

    def value_at(self, day: date) -> float:
        """The value on `day`, in the unit of the two given values."""
        share = years_between(self.start, day) / _span(self.start, self.end)
        return self.start_value + (self.end_value - self.start_value) * share


@dataclass(frozen=True)
class Compound:
    """The same growth rate each year: v0 · (T / v0) ^ ((t - t0) / (t1 - t0)). No zero, no change of sign.

    >>> path = Compound(date(2020, 12, 31), 100.0, date(2022, 12, 31), 121.0)
    >>> round(path.value_at(date(2021, 12, 31)), 9)
    110.0
    """

    start: date
    start_value: float
    end: date
    end_value: float

    def __post_init__(self) -> None:
        _span(self.start, self.end)
        if not (self.start_value > 0 < self.end_value or self.start_value < 0 > self.end_value):
            raise TrajectoryError("Compound growth needs two values of the same sign, neither of them zero.")

    def value_at(self, day: date) -> float:
        """The value on `day`, in the unit of the two given values."""
        share = years_between(self.start, day) / _span(self.start, self.end)
        return float(self.start_value * (self.end_value / self.start_value) ** share)


@dataclass(frozen=True)
class Logistic:
    """An S-curve between 0 and `ceiling`: the logit of v / ceiling moves by `growth` each year.

    >>> path = Logistic.through((date(2021, 12, 31), 39.192169), (date(2022, 12, 31), 81.2), ceiling=100)
    >>> round(path.growth, 4), round(path.value_at(date(2023, 12, 31)), 4)
    (1.9023, 96.6604)
    """

    start: date
    start_value: float
    growth: float
    ceiling: float

    def __post_init__(self) -> None:
        _logit(self.start_value, self.ceiling)

    @classmethod
    def through(cls, first: tuple[date, float], second: tuple[date, float], *, ceiling: float) -> "Logistic":
        """The S-curve through two points (day, value), the later one second; it starts at the second."""
        rise = _logit(second[1], ceiling) - _logit(first[1], ceiling)
        return cls(second[0], second[1], rise / _span(first[0], second[0]), ceiling)

    def value_at(self, day: date) -> float:
        """The value on `day`, in the unit of the ceiling."""
        moved = _logit(self.start_value, self.ceiling) + self.growth * years_between(self.start, day)
        # Each half of the curve from its own side, so that exp() never overflows.
        if moved < 0:
            return self.ceiling * math.exp(moved) / (1 + math.exp(moved))
        return self.ceiling / (1 + math.exp(-moved))


@dataclass(frozen=True)
class Milestones:
    """A table of (day, value), straight lines between them; the first value before it, the last after it.

    >>> table = Milestones(((date(2019, 1, 1), 10.0), (date(2020, 1, 1), 10.0), (date(2021, 1, 1), 30.0)))
    >>> table.value_at(date(2019, 6, 1)), table.value_at(date(2025, 1, 1))
    (10.0, 30.0)
    """

    points: tuple[tuple[date, float], ...]

    def __post_init__(self) -> None:
        days = [day for day, _ in self.points]
        if not days or sorted(set(days)) != days:
            raise TrajectoryError(
                "A table needs at least one milestone, in order, with one value for each day."
            )

    def value_at(self, day: date) -> float:
        """The value on `day`, in the unit of the table."""
        after = bisect_right(self.points, day, key=lambda point: point[0])
        if after == 0:
            return self.points[0][1]
        if after == len(self.points):
            return self.points[-1][1]
        return Linear(*self.points[after - 1], *self.points[after]).value_at(day)


Trajectory = Linear | Compound | Logistic | Milestones


def trend(points: Sequence[tuple[date, float]], *, until: date) -> Linear:
    """The line on which the points go on if nothing changes: from the last one, with the median of all slopes.

    The median (Theil and Sen) so that one odd year does not turn the line.

    >>> seen = [(date(year, 12, 31), value) for year, value in ((2020, 10), (2021, 12), (2022, 40), (2023, 16))]
    >>> trend(seen, until=date(2025, 12, 31)).value_at(date(2025, 12, 31))
    20.0
    """
    ordered = sorted(points)
    slope = median_slope(ordered)
    day, value = ordered[-1]
    return Linear(day, value, until, value + slope * _span(day, until))


MOST_COMPARED = 400
"""Figures of which each pair is compared: a year of days, or a generation of months."""


def median_slope(points: Sequence[tuple[date, float]]) -> float:
    """The median of the slopes between all pairs of (day, value), in units of the values a year.

    Years are counted from the first point. Of more than `MOST_COMPARED` points only the last of each month is
    compared, or of each quarter, or of each year: the first of these that leaves few enough. Points of one day
    have no slope; raises `TrajectoryError` when there is none at all. Source: Theil (1950), Sen (1968).

    >>> median_slope([(date(2020, 12, 31), 10), (date(2021, 12, 31), 12), (date(2022, 12, 31), 40)])
    15.0
    """
    ordered = sorted(points)
    kept = _compared(ordered)
    years = np.array([years_between(ordered[0][0], day) for day, _value in kept])
    values = np.array([value for _day, value in kept], dtype=float)
    early, late = np.triu_indices(len(kept), 1)
    apart = years[early] < years[late]
    if not apart.any():
        raise TrajectoryError("A slope needs figures on two days.")
    early, late = early[apart], late[apart]
    return float(np.median((values[late] - values[early]) / (years[late] - years[early])))


def _compared(ordered: Sequence[tuple[date, float]]) -> Sequence[tuple[date, float]]:
    kept = ordered
    for months in (1, 3, 12):
        if len(kept) <= MOST_COMPARED:
            break
        kept = list({(day.year * 12 + day.month - 1) // months: (day, value) for day, value in kept}.values())
    return kept


def _logit(value: float, ceiling: float) -> float:
    if not 0 < value < ceiling:
        raise TrajectoryError(
            f"An S-curve needs values between 0 and its ceiling {ceiling:g}, not {value:g}."
        )
    return math.log(value / (ceiling - value))
