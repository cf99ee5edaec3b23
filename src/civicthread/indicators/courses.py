"""An indicator over time: what was measured, where it should be, where it is heading, how others stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from civicthread.core import chart_specs, charts, course_layers, formats
from civicthread.indicators import judging
from civicthread.indicators.cells import Column, Figure, note_of, number_of, source_of, unit_of
from civicthread.indicators.models import Value
from civicthread.indicators.queries import Compared, Reading
from civicthread.methods import periods
from civicthread.methods.trajectory import Trajectory

# A path is drawn through so many points at most: one for each year, or fewer.
MOST_STEPS = 60


def course(reading: Reading) -> Figure | None:
    """The course of an indicator over time, with its target and its paths; None before there is a figure."""
    if not reading.series:
        return None
    return Figure(gettext("Over time"), _drawing(reading), *_table(reading))


def _drawing(reading: Reading) -> SafeString:
    """The chart, where there are two dates at least."""
    indicator, goal = reading.indicator, reading.target
    if len(reading.series) < 2 and not goal:
        return SafeString("")
    paths = reading.paths
    drawn = chart_specs.Course(
        measured=[chart_specs.Point(_drawn_on(v.period_end, reading), v.value) for v in reading.series],
        target=chart_specs.Point(_drawn_on(goal.due, reading), goal.value) if goal else None,
        trajectory=_way(paths.ideal, reading),
        projection=_way(paths.projected, reading, since=reading.series[-1].period_end),
        others=[_other(compared, reading) for compared in reading.compared],
        breaks=[_drawn_on(v.period_end, reading) for v in reading.series if judging.BREAK in v.flags],
        unit=indicator.symbol,
        decimals=indicator.decimals,
    )
    spec = chart_specs.line(drawn)
    return charts.draw(spec, name=f"course-{indicator.code}", title=str(indicator.title))


def _other(compared: Compared, reading: Reading) -> course_layers.Other:
    ends = [(periods.parse(figure.period).end, figure.value) for figure in compared.figures]
    points = [chart_specs.Point(_drawn_on(end, reading), value) for end, value in ends]
    return course_layers.Other(str(compared.comparison.name), points)


def _way(path: Trajectory | None, reading: Reading, *, since: date | None = None) -> list[chart_specs.Point]:
    """A path through the ends of the years from its start, or from a later day, to the day of the target."""
    start, goal = reading.known.start, reading.target
    if path is None or start is None or goal is None:
        return []
    days = steps(since or start.day, goal.due)
    return [chart_specs.Point(_drawn_on(day, reading), path.value_at(day)) for day in days]


def steps(first: date, last: date) -> list[date]:
    """The first day, the same day of each year after it, and the last day; none where the last is not later.

    >>> [day.year for day in steps(date(2020, 12, 31), date(2023, 6, 30))]
    [2020, 2021, 2022, 2023]
    """
    if last <= first:
        return []
    years = -(-(last.year - first.year) // MOST_STEPS) or 1
    found = (periods.add_months(first, 12 * at) for at in range(0, last.year - first.year + 1, years))
    return [*(day for day in found if day < last), last]


def _drawn_on(day: date, reading: Reading) -> date:
    """Where the end of a period stands: on the first day of a period as long as the measured ones.

    Where these are of different lengths, as a year and a month, everything stands where it ends.
    """
    lengths = {len(value.period) for value in reading.series}
    months = {4: 12, 7: 1 if reading.series[-1].period[5:6] != "Q" else 3}.get(max(lengths), 0)
    if len(lengths) > 1 or not months:
        return day
    return periods.add_months(day, -months) + timedelta(days=1)


@dataclass(frozen=True)
class Extra:
    """A further column: what it holds for the figure of a period, and for a day still to come."""

    label: str
    of: Callable[[Value], str]
    on: Callable[[date], str] = lambda _day: ""


def _table(reading: Reading) -> tuple[list[Column], list[list[Any]]]:
    """The figures, the newest first, above them what is still to come; only columns that say something."""
    extras = [*_parts(reading.series), *_paths(reading), *_others(reading)]
    notes = any(note_of(value) for value in reading.series)
    columns: list[Column] = [
        {"label": gettext("Period")},
        {"label": unit_of(reading.indicator), "numeric": True},
        *({"label": extra.label, "numeric": True} for extra in extras),
        {"label": gettext("Source")},
        *([{"label": gettext("Note")}] if notes else []),
    ]
    ahead = _ahead(reading) if any(extra.on(reading.today) for extra in extras) else []
    rows = [
        [formats.period(str(day.year)), "", *(extra.on(day) for extra in extras), "", ""][: len(columns)]
        for day in reversed(ahead)
    ]
    for value in reversed(reading.series):
        told = [formats.period(value.period), number_of(value, reading.indicator.decimals)]
        row = [*told, *(extra.of(value) for extra in extras), source_of(value), note_of(value)]
        rows.append(row[: len(columns)])
    return columns, rows


def _ahead(reading: Reading) -> list[date]:
    """The ends of the years still to come, up to the target."""
    last = reading.series[-1].period_end
    return steps(last, reading.target.due)[1:] if reading.target else []


def _parts(values: list[Value]) -> Iterator[Extra]:
    """What ratios are made of, where that is known."""
    if any(value.numerator is not None for value in values):
        yield Extra(gettext("Numerator"), lambda value: formats.number(value.numerator))
    if any(value.denominator is not None for value in values):
        yield Extra(gettext("Denominator"), lambda value: formats.number(value.denominator))


def _paths(reading: Reading) -> Iterator[Extra]:
    """The values of the ideal path and of the projection on the same day."""
    decimals, start = reading.indicator.decimals, reading.known.start
    for label, path in (
        (gettext("Ideal path"), reading.paths.ideal),
        (gettext("Projection"), reading.paths.projected),
    ):
        if path is None or start is None:
            continue
        first = start.day if path is reading.paths.ideal else reading.series[-1].period_end

        def on(day: date, path: Trajectory = path, first: date = first) -> str:
            return formats.number(path.value_at(day), decimals) if day >= first else ""

        yield Extra(label, lambda value, on=on: on(value.period_end), on)  # type: ignore[misc]


def _others(reading: Reading) -> Iterator[Extra]:
    """The figures of other places for the same period."""
    for compared in reading.compared:
        found = {figure.period: figure.value for figure in compared.figures}

        def of(value: Value, found: dict[str, float] = found) -> str:
            told = formats.number(found.get(value.period), reading.indicator.decimals)
            return told or gettext("no data")

        yield Extra(str(compared.comparison.name), of)
