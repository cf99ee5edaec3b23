"""The status of an indicator: how it stands towards its target, on a scale of four grades.

A rule compares the observations with the target and gives a grade; nothing here looks at a clock, so the
same observations and the same `as_of` give the same status for ever. Sources: the share of target is the
method of the Brussels programme; the pace is the ratio of actual to required growth of Eurostat's and of
Open SDG's goal monitoring, with the known defects mended; the distance to the path is that of the
European Commission's Digital Decade. Each has its page in `docs/methods/`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from operator import attrgetter
from statistics import median

from civicthread.methods.periods import Frequency, is_stale
from civicthread.methods.trajectory import Trajectory, median_slope


class Direction(IntEnum):
    """Whether more is better or less is better. There is no default: whoever defines an indicator says it."""

    UP = 1
    DOWN = -1


class Grade(StrEnum):
    """The four grades of the scale, best first, then the three reasons why there is none.

    `AWAY` is far from the target, or moving away from it.
    """

    ACHIEVED = "achieved"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    AWAY = "away"
    NO_TARGET = "no_target"
    NO_RECENT_DATA = "no_recent_data"
    NOT_MEASURED = "not_measured"


SCALE = (Grade.ACHIEVED, Grade.ON_PACE, Grade.BEHIND, Grade.AWAY)


class Trend(StrEnum):
    """How the observed growth is read: from the first and last values, or from the median of all slopes."""

    ENDS = "ends"
    MEDIAN = "median"


@dataclass(frozen=True, order=True)
class Observation:
    """A value and the last day of the period it was observed over."""

    day: date
    value: float

    def __post_init__(self) -> None:
        _finite(self.value)


@dataclass(frozen=True)
class Target:
    """The value to reach, and the day by which."""

    day: date
    value: float

    def __post_init__(self) -> None:
        _finite(self.value)


@dataclass(frozen=True)
class Series:
    """What is known of one indicator: its observations, its direction, its target and where it started.

    Observations are put in order of day; a missing one is left out, never given as zero. The baseline is the
    figure from before anything was done, where one is known. `breaks` are the days of those observations that
    cannot be compared with earlier ones. Raises `ValueError` on two observations of one day.
    """

    observations: tuple[Observation, ...]
    direction: Direction
    target: Target | None = None
    baseline: Observation | None = None
    breaks: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.observations, key=attrgetter("day", "value")))
        if len({observation.day for observation in ordered}) < len(ordered):
            raise ValueError("An indicator has one value for each day: choose which source is kept.")
        object.__setattr__(self, "observations", ordered)

    @property
    def start(self) -> Observation | None:
        """Where the way to the target begins: at the baseline, else at the first observation."""
        return self.baseline or (self.observations[0] if self.observations else None)

    @property
    def results(self) -> tuple[Observation, ...]:
        """What was observed besides the baseline, which tells where things began and not what came of them."""
        return tuple(observation for observation in self.observations if observation != self.baseline)

    def until(self, day: date) -> "Series":
        """The same series as it was known on that day; the baseline stays."""
        known = tuple(observation for observation in self.observations if observation.day <= day)
        return Series(known, self.direction, self.target, self.baseline, self.breaks)

    def comparable(self) -> "Series":
        """The part that the last observation can be compared with: what was observed since the last break.

        A baseline from before the break falls away: the first observation after it is the start.
        """
        last = max((observation.day for observation in self.observations), default=date.min)
        broken = max((day for day in self.breaks if day <= last), default=date.min)
        since = tuple(observation for observation in self.observations if observation.day >= broken)
        kept = self.baseline if self.baseline and self.baseline.day >= broken else None
        return Series(since, self.direction, self.target, kept)


@dataclass(frozen=True)
class Cuts:
    """Where the grades meet: a measure of at least `on_pace`, of at least `behind`, or less than both."""

    on_pace: float
    behind: float

    def __post_init__(self) -> None:
        if not self.behind <= self.on_pace:
            raise ValueError("The cut of 'on pace' cannot lie under the cut of 'behind'.")

    def grade(self, measure: float) -> Grade:
        """The grade of a measure that has not reached the target."""
        if measure >= self.on_pace:
            return Grade.ON_PACE
        return Grade.BEHIND if measure >= self.behind else Grade.AWAY


def share_of_target(value: float, target: float, direction: Direction) -> float | None:
    """The value as a share of the target, not capped: 1.0 is the target reached, 3.08 is 308 % of it.

    Where less is better the ratio is turned over. None where a share says nothing: a target that is not
    above zero, a value under zero, or a value of zero where less is better.

    >>> share_of_target(52, 50, Direction.UP), share_of_target(20, 10, Direction.DOWN)
    (1.04, 0.5)
    """
    if target <= 0 or value < 0 or (direction is Direction.DOWN and value == 0):
        return None
    return value / target if direction is Direction.UP else target / value


def share_of_way(value: float, baseline: float, target: float) -> float | None:
    """How much of the way from the baseline to the target is done, not capped; negative when moving away.

    The same for both directions. None when the baseline stands on the target: there is no way to go.

    >>> share_of_way(53, 6, 100), share_of_way(30, 40, 20), share_of_way(45, 40, 20)
    (0.5, 0.5, -0.25)
    """
    return None if target == baseline else (value - baseline) / (target - baseline)


@dataclass(frozen=True)
class ShareOfTarget:
    """The house method: the last value as a share of the target, whatever the date."""

    cuts: Cuts = Cuts(on_pace=0.75, behind=0.5)

    def measure(self, series: Series) -> float | None:
        """`share_of_target` of the last value. ValueError without an observation or a target."""
        last, _, target = _last_start_target(series)
        return share_of_target(last.value, target.value, series.direction)


@dataclass(frozen=True)
class ShareOfWay:
    """The share of the way from the baseline to the target, whatever the date."""

    cuts: Cuts = Cuts(on_pace=0.75, behind=0.0)

    def measure(self, series: Series) -> float | None:
        """`share_of_way` of the last value, from the start. ValueError without an observation or a target."""
        last, start, target = _last_start_target(series)
        return share_of_way(last.value, start.value, target.value)


@dataclass(frozen=True)
class Pace:
    """Actual growth a year over the growth a year that leads from the baseline to the target in time.

    Growth is compound where all values have one sign, and linear where one is zero or the sign changes.
    `Trend.MEDIAN` reads the actual growth from all observations (Theil and Sen's median of slopes), so that
    one odd year does not decide; `Trend.ENDS` is Open SDG's first-and-last reading.
    """

    cuts: Cuts = Cuts(on_pace=0.95, behind=0.0)
    trend: Trend = Trend.MEDIAN

    def measure(self, series: Series) -> float | None:
        """1.0 is just fast enough, 2.0 twice as fast, under zero the wrong way; None without a later observation.

        None too where no growth is needed. ValueError without an observation or a target.

        >>> seen = (Observation(date(2015, 12, 31), 100), Observation(date(2017, 12, 31), 110))
        >>> round(Pace().measure(Series(seen, Direction.UP, Target(date(2019, 12, 31), 121))), 9)
        1.0
        """
        last, start, target = _last_start_target(series)
        if last.day <= start.day or target.day <= start.day:
            return None
        later = tuple(seen for seen in series.observations if seen.day > start.day)
        goal = Observation(target.day, target.value)
        compound = _one_sign(seen.value for seen in (start, *later, goal))
        required = _growth((start, goal), Trend.ENDS, compound=compound)
        if required == 0:
            return None
        return _growth((start, *later), self.trend, compound=compound) / required


@dataclass(frozen=True)
class DistanceToPath:
    """How far the last value is ahead of the ideal path (+) or behind it (-), on the same day.

    In shares of the whole way from the baseline to the target, so that it means the same for every unit.
    From the target's day on, the path is the target itself.
    """

    path: Trajectory | None
    cuts: Cuts = Cuts(on_pace=-0.05, behind=-0.25)

    def ideal(self, series: Series) -> float | None:
        """The value the path asks for on the day of the last observation; None without a path."""
        last, _, target = _last_start_target(series)
        if last.day >= target.day:
            return target.value
        return self.path.value_at(last.day) if self.path else None

    def measure(self, series: Series) -> float | None:
        """Shares of the whole way: -0.1 lies a tenth of it behind. None without a path, or where there is no way to go.

        ValueError without an observation or a target.

        >>> from civicthread.methods.trajectory import Linear
        >>> start, now = Observation(date(2015, 12, 31), 10), Observation(date(2020, 12, 31), 14)
        >>> series = Series((start, now), Direction.UP, Target(date(2025, 12, 31), 20))
        >>> DistanceToPath(Linear(start.day, start.value, series.target.day, 20)).measure(series)
        -0.1
        """
        last, start, target = _last_start_target(series)
        ideal, way = self.ideal(series), abs(target.value - start.value)
        if ideal is None or not way or (last == start and last.value == ideal):
            return None  # in the last case the path starts at this very figure: nothing is measured on it yet
        return series.direction * (last.value - ideal) / way


Rule = ShareOfTarget | ShareOfWay | Pace | DistanceToPath


@dataclass(frozen=True)
class Status:
    """The grade, and the figures it rests on.

    `share` is the uncapped share of target, for display and, capped, for medians; `measure` is the figure of
    the rule, uncapped; `observed` is the observation that was judged.
    """

    grade: Grade
    observed: Observation | None = None
    share: float | None = None
    measure: float | None = None

    @property
    def capped_share(self) -> float | None:
        """The share of target between 0 and 1: 308 % of a target is a target reached, no more."""
        return None if self.share is None else min(max(self.share, 0.0), 1.0)


def status(series: Series, *, rule: Rule, as_of: date, frequency: Frequency = Frequency.IRREGULAR) -> Status:
    """The status on the day `as_of`, from the observations known by then.

    A baseline alone is no result. Data are too old when the figure after the last one is overdue
    (`periods.is_stale`); once the target's day has passed, what counts is that the data reach that day, or,
    where none was expected at a set time, the year before it, unless they meet the target already. A target
    missed on its day is never on pace. Nothing is compared across a break in the series.

    >>> schools = Series(
    ...     (Observation(date(2014, 12, 31), 35), Observation(date(2019, 12, 31), 175)),
    ...     Direction.UP,
    ...     Target(date(2019, 12, 31), 175),
    ... )
    >>> status(schools, rule=Pace(), as_of=date(2020, 3, 1)).grade.value
    'achieved'
    """
    known = series.until(as_of).comparable()
    if not known.results:
        return Status(Grade.NOT_MEASURED, known.baseline)
    last, target = known.observations[-1], known.target
    judged_on = as_of if target is None else min(as_of, target.day)
    share = None if target is None else share_of_target(last.value, target.value, series.direction)
    if is_stale(last.day, as_of=judged_on, frequency=frequency):
        return Status(Grade.NO_RECENT_DATA, last, share)
    if target is None:
        return Status(Grade.NO_TARGET, last)
    measure = rule.measure(known)
    grade = _grade(known, rule, measure)
    if grade is not Grade.ACHIEVED and _ends_unknown(last, target, as_of):
        return Status(Grade.NO_RECENT_DATA, last, share)
    return Status(grade, last, share, measure)


def overdue(last: Observation, *, as_of: date, frequency: Frequency) -> Status | None:
    """All that is said of what no rule judges: *no recent data* where the figure after the last one is overdue.

    >>> daily = Observation(date(2019, 12, 31), 81)
    >>> overdue(daily, as_of=date(2026, 1, 1), frequency=Frequency.YEAR).grade.value
    'no_recent_data'
    >>> overdue(daily, as_of=date(2020, 6, 1), frequency=Frequency.YEAR) is None
    True
    """
    stale = is_stale(last.day, as_of=as_of, frequency=frequency)
    return Status(Grade.NO_RECENT_DATA, last) if stale else None


@dataclass(frozen=True)
class Summary:
    """Many statuses in a few figures. There is no average in it, on purpose.

    `counts` has every grade, best first; `median_share` is the median of the capped shares of target of those on
    the scale, None when none of them has one; `shares` says over how many.
    """

    counts: Mapping[Grade, int] = field(default_factory=dict)
    median_share: float | None = None
    shares: int = 0


def summary(statuses: Iterable[Status]) -> Summary:
    """Counts of each grade and the median of the capped shares of target; never a bare average.

    An average lets one indicator at 308 % of its target hide those that lag. The median of capped shares
    does not move when that 308 % becomes 100 % or 1,000 %.

    >>> result = summary([Status(Grade.ACHIEVED, share=3.08), Status(Grade.BEHIND, share=0.72)])
    >>> result.median_share, result.counts[Grade.ACHIEVED]
    (0.86, 1)
    """
    statuses = tuple(statuses)
    found = Counter(one.grade for one in statuses)
    shares = [one.capped_share for one in statuses if one.capped_share is not None and one.grade in SCALE]
    counts = {grade: found[grade] for grade in Grade}
    return Summary(counts, median(shares) if shares else None, len(shares))


def _grade(series: Series, rule: Rule, measure: float | None) -> Grade:
    last, start, target = _last_start_target(series)
    if series.direction * (last.value - target.value) >= 0:
        return Grade.ACHIEVED
    started_reached = series.direction * (target.value - start.value) <= 0
    if started_reached and not isinstance(rule, ShareOfTarget):
        return Grade.AWAY  # the target was already met at the start, and has been lost since
    if measure is None:
        return Grade.NOT_MEASURED
    grade = rule.cuts.grade(measure)
    missed = last.day >= target.day
    return Grade.BEHIND if missed and grade is Grade.ON_PACE else grade


def _ends_unknown(last: Observation, target: Target, as_of: date) -> bool:
    """Whether the target's day has passed and nothing was observed in the year before it."""
    return as_of > target.day and is_stale(last.day, as_of=target.day, frequency=Frequency.YEAR, allowed=1)


def _last_start_target(series: Series) -> tuple[Observation, Observation, Target]:
    if not series.observations or series.start is None or series.target is None:
        raise ValueError("A rule measures a series that has an observation and a target.")
    return series.observations[-1], series.start, series.target


def _one_sign(values: Iterable[float]) -> bool:
    values = tuple(values)
    return all(value > 0 for value in values) or all(value < 0 for value in values)


def _growth(points: tuple[Observation, ...], trend: Trend, *, compound: bool) -> float:
    """Growth a year through the points: a rate (0.03 is 3 %) if compound, else in units of the value."""
    used = (points[0], points[-1]) if trend is Trend.ENDS else points
    slope = median_slope(
        [(point.day, math.log(abs(point.value)) if compound else point.value) for point in used]
    )
    return math.expm1(slope) if compound else slope


def _finite(value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"A value must be a number, not {value}; a missing value is left out.")
