"""From figures, targets and paths to a status: what the rule compares, and on which path."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from civicthread.datahub.models import Frequency
from civicthread.indicators.models import Indicator, Target, Trajectory, Value
from civicthread.methods import periods, trajectory
from civicthread.methods import status as methods
from civicthread.methods.periods import Frequency as Pace

EXPECTED = {
    Frequency.DAILY: Pace.DAY,
    Frequency.MONTHLY: Pace.MONTH,
    Frequency.QUARTERLY: Pace.QUARTER,
    Frequency.YEARLY: Pace.YEAR,
}
BREAK = "break"
Method, Role, Form = Indicator.StatusMethod, Trajectory.Role, Trajectory.Form
RULES: Mapping[str, type[methods.ShareOfTarget] | type[methods.ShareOfWay] | type[methods.Pace]] = {
    Method.SHARE_OF_TARGET: methods.ShareOfTarget,
    Method.SHARE_OF_WAY: methods.ShareOfWay,
    Method.PACE: methods.Pace,
}
# Where each method puts the cuts of its grades, where the indicator has none of its own.
CUTS: Mapping[str, methods.Cuts] = {
    **{method: rule().cuts for method, rule in RULES.items()},
    Method.IDEAL_PATH: methods.Cuts(on_pace=-0.05, behind=-0.25),
}


class Figure(Protocol):
    """What is read of a figure: a published value, or the few columns of it that are asked for here."""

    @property
    def period(self) -> str: ...
    @property
    def period_end(self) -> date: ...
    @property
    def value(self) -> float | None: ...
    @property
    def origin(self) -> str: ...
    @property
    def flags(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Paths:
    """The ideal path to the target and the projection, each None where there is none; `own`: set by staff."""

    ideal: trajectory.Trajectory | None = None
    projected: trajectory.Trajectory | None = None
    own: bool = False


def judged(
    indicator: Indicator,
    values: Iterable[Figure],
    target: Target | None,
    trajectories: Iterable[Trajectory],
    *,
    today: date,
) -> tuple[methods.Series, Paths, methods.Status | None]:
    """The figures of one place as a rule reads them, the paths, and how the indicator stands there."""
    known = series(indicator, values, target, today=today)
    found = paths(trajectories, known) if target else Paths()
    return known, found, status(indicator, known, found, today=today)


def cuts(indicator: Indicator) -> methods.Cuts:
    """Where the grades of an indicator meet: its own cuts, else those of its method."""
    usual = CUTS[indicator.status_method]
    own = {"on_pace": indicator.on_pace_at, "behind": indicator.behind_at}
    return replace(usual, **{name: cut for name, cut in own.items() if cut is not None})


def series(
    indicator: Indicator, values: Iterable[Figure], target: Target | None, *, today: date
) -> methods.Series:
    """The figures of one place as a rule reads them.

    A figure of a year that still runs, as editions named after their year give, is known today.
    """
    known = {min(v.period_end, today): v for v in values if v.value is not None}
    seen = {day: methods.Observation(day, v.value) for day, v in known.items() if v.value is not None}
    broken = () if indicator.across_breaks else tuple(day for day, v in known.items() if BREAK in v.flags)
    return methods.Series(
        observations=tuple(seen.values()),
        direction=methods.Direction.DOWN if indicator.good == Indicator.Good.DOWN else methods.Direction.UP,
        target=methods.Target(target.due, target.value) if target else None,
        baseline=_baseline(indicator, known, seen),
        breaks=broken,
    )


def _baseline(
    indicator: Indicator, known: Mapping[date, Figure], seen: Mapping[date, methods.Observation]
) -> methods.Observation | None:
    """The figure of the period that is named, else the one reported as baseline; None where neither is known."""
    named = [day for day, value in known.items() if value.period == indicator.baseline_period]
    told = [day for day, value in known.items() if value.origin == Value.Origin.BASELINE]
    return seen[(named or told)[0]] if named or told else None


def paths(trajectories: Iterable[Trajectory], known: methods.Series) -> Paths:
    """The paths of an indicator. Without one set by staff, the ideal path is the line from the start to the target."""
    rows, known = {row.role: row for row in trajectories}, known.comparable()
    ideal = rows.get(Role.IDEAL) or Trajectory(role=Role.IDEAL, form=Form.LINEAR)
    projected = rows.get(Role.PROJECTED)
    return Paths(
        ideal=_possible(ideal, known),
        projected=_possible(projected, known) if projected else None,
        own=Role.IDEAL in rows,
    )


def _possible(row: Trajectory, known: methods.Series) -> trajectory.Trajectory | None:
    """The path, unless the figures of today do not make one."""
    try:
        return path(row, known)
    except trajectory.TrajectoryError:
        return None


def path(row: Trajectory, known: methods.Series) -> trajectory.Trajectory:
    """The path as numbers. Raises `TrajectoryError` where they do not make one, or where some are missing."""
    if row.form == Form.MILESTONES:
        return trajectory.Milestones(tuple((_end(period), value) for period, value in row.milestones))
    if row.form == Form.TREND:
        if known.target is None:
            raise trajectory.TrajectoryError("A projection needs a target, whose day it ends on.")
        return trajectory.trend([(o.day, o.value) for o in known.observations], until=known.target.day)
    start = _point(row.start_period, row.start_value, known.start)
    if row.form == Form.LOGISTIC and row.growth is not None:
        return trajectory.Logistic(*start, row.growth, row.ceiling or 0.0)
    end = _point(row.end_period, row.end_value, known.target)
    if row.form == Form.LOGISTIC:
        rising = trajectory.Logistic.through(start, end, ceiling=row.ceiling or 0.0)
        return replace(rising, start=start[0], start_value=start[1])
    form = trajectory.Compound if row.form == Form.COMPOUND else trajectory.Linear
    return form(*start, *end)


def _point(
    period: str, value: float | None, otherwise: methods.Observation | methods.Target | None
) -> tuple[date, float]:
    if period and value is not None:
        return _end(period), value
    if otherwise is None:
        raise trajectory.TrajectoryError("Where the path starts or ends is neither given nor known.")
    return otherwise.day, otherwise.value


def _end(period: str) -> date:
    return periods.parse(period).end


def status(
    indicator: Indicator, known: methods.Series, found: Paths, *, today: date
) -> methods.Status | None:
    """How an indicator stands. Of one that is not judged it is only told that its figures are too old, else None."""
    if indicator.status_method == Method.NONE or indicator.good == Indicator.Good.NEITHER:
        return _overdue(indicator, known.observations, today)
    return methods.status(known, rule=_rule(indicator, found), as_of=today, frequency=_expected(indicator))


def of_parts(indicator: Indicator, values: Iterable[Figure], *, today: date) -> methods.Status | None:
    """Where only parts are measured there is no figure of the whole to be judged: only that they are too old."""
    seen = [methods.Observation(min(v.period_end, today), v.value) for v in values if v.value is not None]
    return _overdue(indicator, seen, today)


def _overdue(indicator: Indicator, seen: Sequence[methods.Observation], today: date) -> methods.Status | None:
    return methods.overdue(max(seen), as_of=today, frequency=_expected(indicator)) if seen else None


def _expected(indicator: Indicator) -> Pace:
    return EXPECTED.get(Frequency(indicator.frequency), Pace.IRREGULAR)


def _rule(indicator: Indicator, found: Paths) -> methods.Rule:
    if rule := RULES.get(indicator.status_method):
        return rule(cuts(indicator))
    return methods.DistanceToPath(found.ideal, cuts(indicator))
