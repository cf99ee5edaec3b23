"""Schedules: milestones that wait for one another, their earliest dates, the critical path and the slippage.

The critical path method (Kelley and Walker, 1959) over dates rather than durations: a milestone has a
planned date, and each dependency says how many days must pass after another milestone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter


class ScheduleError(ValueError):
    """The milestones and dependencies make no schedule: a code twice, an unknown code, or a circle."""


@dataclass(frozen=True)
class Milestone:
    """A point to reach: the date first planned, the date it was moved to, the date it was reached."""

    code: str
    planned: date
    replanned: date | None = None
    actual: date | None = None

    @property
    def due(self) -> date:
        """The date that holds now: re-planned if it was moved, else as planned."""
        return self.replanned or self.planned


@dataclass(frozen=True)
class Dependency:
    """`after` comes at least `days` days after `before`."""

    before: str
    after: str
    days: int = 0

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ScheduleError(f"{self.after} cannot follow {self.before} by {self.days} days.")


@dataclass(frozen=True)
class Forecast:
    """When a milestone can be reached at the earliest, and what decides it.

    `driver` is the milestone that holds it up, None when its own date does; `slack` is the number of days it
    can still slip before the end of the schedule moves; `slippage` is the number of days from the date first
    planned to the forecast, negative when early.
    """

    code: str
    earliest: date
    driver: str | None
    slack: int
    slippage: int


def forecast(
    milestones: Iterable[Milestone], dependencies: Iterable[Dependency], *, as_of: date
) -> dict[str, Forecast]:
    """The forecast of each milestone as known on the day `as_of`, in an order in which they can be reached.

    A milestone that was reached stands on its date, even if that came before what it waited for. Another one
    stands on the latest of: the date that holds now, `as_of` (what is not done cannot be done yesterday),
    and each forecast it waits for plus the days between. Raises `ScheduleError`.

    >>> call = Milestone("call", date(2026, 1, 10), actual=date(2026, 2, 9))
    >>> jury = Milestone("jury", date(2026, 3, 1))
    >>> result = forecast([call, jury], [Dependency("call", "jury", days=30)], as_of=date(2026, 2, 10))
    >>> result["jury"].earliest, result["jury"].driver, result["jury"].slippage
    (datetime.date(2026, 3, 11), 'call', 10)
    """
    known, incoming = _graph(milestones, dependencies)
    earliest: dict[str, date] = {}
    drivers: dict[str, str | None] = {}
    for code in _order(known, incoming):
        drivers[code], earliest[code] = _earliest(known[code], incoming[code], earliest, as_of)
    slack = _slack(known, incoming, earliest)
    return {
        code: Forecast(code, day, drivers[code], slack[code], (day - known[code].planned).days)
        for code, day in earliest.items()
    }


def critical_path(forecasts: Mapping[str, Forecast]) -> tuple[str, ...]:
    """The chain of milestones that decides the last date, first one first; empty for no milestones.

    Where several milestones share the last date, the first of them in the forecast is followed.
    """
    path: list[str] = []
    code = max(forecasts, key=lambda each: forecasts[each].earliest, default=None)
    while code is not None:
        path.append(code)
        code = forecasts[code].driver
    return tuple(reversed(path))


def _graph(
    milestones: Iterable[Milestone], dependencies: Iterable[Dependency]
) -> tuple[dict[str, Milestone], dict[str, list[Dependency]]]:
    known: dict[str, Milestone] = {}
    for milestone in milestones:
        if milestone.code in known:
            raise ScheduleError(f"{milestone.code} stands twice in the schedule.")
        known[milestone.code] = milestone
    incoming: dict[str, list[Dependency]] = {code: [] for code in known}
    for dependency in dependencies:
        if dependency.before not in known or dependency.after not in known:
            raise ScheduleError(f"{dependency.before} or {dependency.after} is not in the schedule.")
        incoming[dependency.after].append(dependency)
    return known, incoming


def _order(known: Mapping[str, Milestone], incoming: Mapping[str, list[Dependency]]) -> tuple[str, ...]:
    graph = {code: [dependency.before for dependency in incoming[code]] for code in known}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ScheduleError(f"These milestones wait for one another: {circle}.") from error


def _earliest(
    milestone: Milestone, incoming: Iterable[Dependency], earliest: Mapping[str, date], as_of: date
) -> tuple[str | None, date]:
    if milestone.actual:
        return None, milestone.actual
    driver, day = None, max(milestone.due, as_of)
    for dependency in incoming:
        ready = earliest[dependency.before] + timedelta(days=dependency.days)
        if ready > day:
            driver, day = dependency.before, ready
    return driver, day


def _slack(
    known: Mapping[str, Milestone], incoming: Mapping[str, list[Dependency]], earliest: dict[str, date]
) -> dict[str, int]:
    """Days each milestone can slip before the last date of the schedule moves."""
    latest = dict.fromkeys(earliest, max(earliest.values(), default=date.min))
    for code in reversed(earliest):
        if known[code].actual:
            continue  # what was reached holds nothing up any more
        for dependency in incoming[code]:
            allowed = latest[code] - timedelta(days=dependency.days)
            latest[dependency.before] = min(latest[dependency.before], allowed)
    return {code: 0 if known[code].actual else (latest[code] - day).days for code, day in earliest.items()}
