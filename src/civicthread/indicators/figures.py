"""Readings as pages show them: words for the status, the chart of the course, its table, the map, the groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from civicthread.core import chart_specs, charts, formats
from civicthread.core.text import Text
from civicthread.indicators import words
from civicthread.indicators.models import Indicator, Qualifier, Value
from civicthread.indicators.queries import Reading
from civicthread.methods import periods, trajectory
from civicthread.territory import maps

# More than these are told by the CSV and JSON files alone.
MOST_PERIODS = 5
MOST_BARS = 24
Column = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A reading in a few words, for a card or the head of a page."""

    value: str
    unit: str
    meaning: str
    state: str
    state_label: str | Promise
    period: str


@dataclass(frozen=True)
class Figure:
    """A drawing and the table beside it."""

    title: str
    svg: SafeString
    columns: list[Column]
    rows: list[list[Any]]
    legend: list[dict[str, Any]] = field(default_factory=list)
    name: str = ""


def told(reading: Reading) -> Told:
    """The latest figure and what it means; where only areas are measured, the lowest and the highest of them."""
    indicator, latest, status = reading.indicator, reading.latest, reading.status
    areas = [] if latest else reading.latest_of_areas
    shown = latest or (areas[0] if areas else None)
    meaning = [_share(reading), _areas(areas), _said(latest), formats.period(shown.period) if shown else ""]
    return Told(
        value=formats.number(latest.value, indicator.decimals)
        if latest
        else _range(areas, indicator.decimals),
        unit=unit_of(indicator),
        meaning=" · ".join(filter(None, meaning)),
        state=words.STATES[status.grade] if status else "",
        state_label=words.GRADES[status.grade] if status else "",
        period=formats.period(shown.period) if shown else "",
    )


def unit_of(indicator: Indicator) -> str:
    """The sign of the unit, or its name where it has none."""
    return indicator.symbol or str(indicator.unit)


def _said(latest: Value | None) -> str:
    """The word that the source puts before its figure."""
    if latest is None or latest.qualifier == Qualifier.EXACT:
        return ""
    if latest.qualifier == Qualifier.DERIVED:
        return latest.get_qualifier_display()
    return gettext("the source says “%(word)s”") % {"word": latest.get_qualifier_display()}


def _share(reading: Reading) -> str:
    status = reading.status
    if status is None or status.share is None or reading.target is None:
        return ""
    return gettext("%(share)s of target") % {"share": formats.percent(status.share)}


def _areas(areas: Sequence[Value]) -> str:
    count = len(areas)
    return ngettext("%(count)s area", "%(count)s areas", count) % {"count": count} if areas else ""


def _range(areas: Sequence[Value], decimals: int) -> str:
    found = [value.value for value in areas if value.value is not None]
    if not found:
        return ""
    least, most = (formats.number(number, decimals) for number in (min(found), max(found)))
    return least if least == most else f"{least}–{most}"


def _written(value: Value, decimals: int) -> str:
    """The number, with the word that the source puts before it."""
    number = formats.number(value.value, decimals)
    plain = value.qualifier in (Qualifier.EXACT, Qualifier.DERIVED)
    return number if plain else f"{value.get_qualifier_display()} {number}"


def target(reading: Reading) -> dict[str, Any]:
    """The target that counts, and by when."""
    goal = reading.target
    if goal is None:
        return {}
    by = gettext("by the end of %(period)s") % {"period": formats.period(goal.period)}
    return {"target_value": formats.number(goal.value, reading.indicator.decimals), "target_date": by}


def drawn(reading: Reading) -> list[Figure]:
    """Every figure of the page: over time, by area, by group; those that there are."""
    found = {"course": course(reading), "map": territory(reading), "groups": groups(reading)}
    return [replace(figure, name=name) for name, figure in found.items() if figure]


def course(reading: Reading) -> Figure | None:
    """The course of an indicator over time, with its target and the straight way there; None before two dates."""
    indicator, goal = reading.indicator, reading.target
    if not reading.series:
        return None
    measured = [chart_specs.Point(_start(value.period), value.value) for value in reading.series]
    aim = chart_specs.Point(_goal_day(reading), goal.value) if goal else None
    svg = SafeString("")
    if len(measured) > 1 or aim:
        spec = chart_specs.line(
            chart_specs.Course(
                measured, aim, _way(reading), unit=indicator.symbol, decimals=indicator.decimals
            )
        )
        svg = charts.draw(spec, name=f"course-{indicator.code}", title=str(indicator.title))
    notes = any(_note(value) for value in reading.series)
    columns: list[Column] = [
        {"label": gettext("Period")},
        {"label": unit_of(indicator), "numeric": True},
        {"label": gettext("Source")},
        *([{"label": gettext("Note")}] if notes else []),
    ]
    rows = [_row(value, indicator.decimals)[: len(columns)] for value in reversed(reading.series)]
    return Figure(gettext("Over time"), svg, columns, rows)


def _way(reading: Reading) -> list[chart_specs.Point]:
    """The straight way from the first figure to the target, year by year."""
    goal, first = reading.target, reading.series[0]
    if goal is None or first.value is None or goal.due <= first.period_end:
        return []
    line = trajectory.Linear(first.period_end, first.value, goal.due, goal.value)
    starts, ends = (_start(first.period), _goal_day(reading)), (first.period_end, goal.due)
    return [chart_specs.Point(day, line.value_at(end)) for day, end in zip(starts, ends, strict=True)]


def _goal_day(reading: Reading) -> date:
    """Where the target stands: beside a figure of the same period, else on its last day."""
    goal = reading.target
    if goal is None:
        raise ValueError("There is no target")
    lengths = {len(value.period) for value in reading.series}
    return _start(goal.period) if lengths == {len(goal.period)} else goal.due


def _start(period: str) -> date:
    return periods.parse(period).start


def _row(value: Value, decimals: int) -> list[Any]:
    return [formats.period(value.period), _written(value, decimals), source_of(value), _note(value)]


def source_of(value: Value) -> Any:
    """Who published a figure, as a cell of a table."""
    if value.source:
        return {"text": value.source.get("publisher", ""), "url": value.source.get("url", "")}
    return gettext("computed from datasets") if value.run_id else gettext("reported by the Office")


def _note(value: Value) -> str:
    derived = value.get_qualifier_display() if value.qualifier == Qualifier.DERIVED else ""
    return "; ".join(filter(None, (words.flags(value.flags), derived, _plain(value.note))))


def _plain(text: Text) -> str:
    return str(text) if text else ""


def territory(reading: Reading) -> Figure | None:
    """The latest figure of each area on a map, and the last periods in its table; None where there are none."""
    indicator, latest = reading.indicator, reading.latest_of_areas
    levels = {value.area.level for value in latest if value.area}
    if len(levels) != 1:
        return None
    known = {v.area.code: _rounded(v.value, indicator.decimals) for v in latest if v.area}
    drawn = maps.choropleth(
        known,
        title=str(indicator.title),
        name=f"map-{indicator.code}",
        unit=unit_of(indicator),
        level=levels.pop(),
    )
    title = gettext("By area, %(period)s") % {"period": formats.period(latest[0].period)}
    columns, rows = _by_area(reading)
    return Figure(title, drawn.svg, columns, rows, drawn.legend)


def _rounded(value: float | None, decimals: int) -> float | None:
    """As the page writes it, so that the classes of the map end at numbers the reader sees."""
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _by_area(reading: Reading) -> tuple[list[Column], list[list[Any]]]:
    """The areas by name, with their figures of the last periods."""
    ends = {value.period: value.period_end for value in reading.areas}
    last = sorted(ends, key=lambda period: ends[period])[-MOST_PERIODS:]
    found = {(value.area_id, value.period): value for value in reading.areas}
    areas = {value.area_id: value.area for value in reading.areas if value.area}
    columns: list[Column] = [
        {"label": gettext("Area")},
        *({"label": formats.period(period), "numeric": True} for period in last),
    ]
    rows: list[list[Any]] = [
        [
            {"text": str(area.name), "url": area.get_absolute_url()},
            *(_cell(found.get((area.pk, period)), reading.indicator.decimals) for period in last),
        ]
        for area in maps.by_name(areas.values())
    ]
    return columns, rows


def _cell(value: Value | None, decimals: int) -> str:
    return _written(value, decimals) if value else gettext("no data")


def groups(reading: Reading) -> Figure | None:
    """The figures by group for the latest period; None where there are none."""
    indicator = reading.indicator
    end = max((value.period_end for value in reading.breakdowns), default=None)
    latest = [value for value in reading.breakdowns if value.period_end == end]
    if not latest:
        return None
    names = sorted({name for value in latest for name in value.breakdown})
    with_area = any(value.area_id for value in latest)
    columns: list[Column] = [
        *([{"label": gettext("Area")}] if with_area else []),
        *({"label": name.replace("_", " ").capitalize()} for name in names),
        {"label": unit_of(indicator), "numeric": True},
    ]
    rows = [
        [
            *([str(value.area or gettext("whole territory"))] if with_area else []),
            *(value.breakdown.get(name, gettext("all")) for name in names),
            _written(value, indicator.decimals),
        ]
        for value in latest
    ]
    title = gettext("By group, %(period)s") % {"period": formats.period(latest[0].period)}
    drawable = not with_area and len(latest) <= MOST_BARS
    return Figure(title, _bars(latest, indicator) if drawable else SafeString(""), columns, rows)


def _bars(values: Sequence[Value], indicator: Indicator) -> SafeString:
    rows = [chart_specs.Bar(", ".join(value.breakdown.values()), value.value) for value in values]
    spec = chart_specs.bars(rows, unit=indicator.symbol, decimals=indicator.decimals)
    return charts.draw(spec, name=f"groups-{indicator.code}", title=str(indicator.title))


def set_aside(values: Iterable[Value], decimals: int) -> list[dict[str, Any]]:
    """The published figures that were not retained, each with its reason."""
    return [
        {
            "period": formats.period(value.period),
            "value": _written(value, decimals),
            "source": value.source,
            "reason": value.reason,
        }
        for value in values
    ]
