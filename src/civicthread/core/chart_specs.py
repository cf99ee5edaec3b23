"""The charts of the house, from data to a Vega-Lite spec: calm, labelled directly, nothing that says nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from civicthread.core import course_layers, panel_layers
from civicthread.core.chart_theme import ACCENT, INK, INK_SOFT, LINE, PAPER, PAPER_DEEP, STEPS

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
BAR = 30
"""The height that one bar takes with the gap below it, in pixels."""

BANDS = (STEPS[0], STEPS[1], STEPS[2])
LONGEST_UNIT = 4
"""A longer unit stands once, in the title or above the axis, and not behind every figure."""


@dataclass(frozen=True)
class Point:
    """A value on a day: for a period, its first day. None: not known, so the line has a gap there."""

    day: date
    value: float | None


@dataclass(frozen=True)
class Course:
    """What was measured, where it should arrive, and the way that leads there. `decimals` of the labels.

    `projection` is where it goes if nothing changes; on a day of `breaks` a new series begins.
    """

    measured: Sequence[Point]
    target: Point | None = None
    trajectory: Sequence[Point] = ()
    projection: Sequence[Point] = ()
    others: Sequence[course_layers.Other] = ()
    breaks: Sequence[date] = ()
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Panel:
    """One of several small charts: its name and its course."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Bar:
    """One bar; None: there is no value, and the chart says so in words."""

    label: str
    value: float | None


def line(course: Course) -> Spec:
    """The course of an indicator: measured values, the target with its word, the trajectory between them.

    >>> spec = line(Course([Point(date(2024, 1, 1), 41), Point(date(2025, 1, 1), 52)], unit="%"))
    >>> [layer["name"] for layer in spec["layer"]]
    ['measured', 'last', 'last_label']
    """
    layers = [course_layers.measured(course, tooltip=_tooltip_of_day(course))]
    if course.trajectory:
        layers.insert(0, _trajectory(course.trajectory))
    if course.target:
        layers += _target(course.target, course)
    if known := [point for point in course.measured if point.value is not None]:
        layers += _last(known[-1], course)
    layers = [*course_layers.beneath(course), *layers]
    points = [*course.measured, *course.trajectory, *([course.target] if course.target else [])]
    points += course_layers.days(course)
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": 260,
        "padding": {"top": 8, "left": 0, "right": 2, "bottom": 4},
        "autosize": {"type": "fit", "contains": "padding"},
        "encoding": {"x": _time_axis(points), "y": _value_axis(course.unit)},
        "layer": layers,
    }


def sparkline(points: Sequence[Point]) -> Spec:
    """The course alone, as high as a line of text; its last point is marked."""
    known = [point for point in points if point.value is not None]
    bare = {"axis": None, "type": "quantitative", "scale": {"zero": False}}
    return {
        "$schema": SCHEMA,
        "width": 120,
        "height": 28,
        "padding": 4,
        "encoding": {
            "x": {"field": "day", "type": "temporal", "axis": None},
            "y": {"field": "value", **bare},
        },
        "layer": [
            {"data": _values(points), "mark": {"type": "line", "strokeWidth": 1.75}},
            {"data": _values(known[-1:]), "mark": {"type": "point", "size": 40}},
        ],
    }


def multiples(
    panels: Sequence[Panel], *, unit: str = "", decimals: int = 0, ends: tuple[str, str] = ("", "")
) -> Spec:
    """The same course for several places, side by side on one scale: to be compared at a glance.

    Each panel has its name above it, its last value beside its line, and below it the first and the last period.
    """
    sheet = panel_layers.Sheet(panels, ends)
    return {
        "$schema": SCHEMA,
        "padding": {"top": 2, "left": 0, "right": 6, "bottom": 2},
        **sheet.size,
        "encoding": sheet.encoding,
        "layer": sheet.layers(_formatted("datum.value", unit, decimals)),
    }


def bullet(
    value: float | None, *, target: float, most: float | None = None, thresholds: Sequence[float] = ()
) -> Spec:
    """How far a value is: a bar on its track, the target as a line across. `most` is the end of the track.

    `thresholds` are values at which the judgement changes: the track darkens from each to the next.
    """
    end = most if most is not None else max(target, value or 0, *thresholds, 0) * 1.05 or 1
    scale = {"domain": [min(0, value or 0, target), end], "nice": False}
    x = {"type": "quantitative", "axis": None, "scale": scale}
    return {
        "$schema": SCHEMA,
        "width": 320,
        "height": 28,
        "padding": 1,
        "layer": [
            {
                "data": {"values": [{"v": end}]},
                "mark": _plain_bar(14, PAPER_DEEP),
                "encoding": {"x": {"field": "v", **x}},
            },
            *(_band(place, limit, x) for place, limit in enumerate(sorted(thresholds, reverse=True))),
            {
                "data": {"values": [{"v": value}]},
                "mark": _plain_bar(14, ACCENT),
                "encoding": {"x": {"field": "v", **x}},
            },
            {
                "data": {"values": [{"v": target}]},
                "mark": {"type": "tick", "thickness": 3, "size": 28, "color": INK, "opacity": 1},
                "encoding": {"x": {"field": "v", **x}},
            },
        ],
    }


def _band(place: int, limit: float, x: Spec) -> Spec:
    """The part of the track up to a threshold, a shade darker than what lies beyond."""
    mark = {**_plain_bar(14, BANDS[min(place, len(BANDS) - 1)]), "cornerRadius": 0}
    return {"data": {"values": [{"v": limit}]}, "mark": mark, "encoding": {"x": {"field": "v", **x}}}


def bars(rows: Iterable[Bar], *, unit: str = "", decimals: int = 0, highlight: str = "") -> Spec:
    """Horizontal bars in the order given, each with its label before and its value behind it; no axis to read off.

    With `highlight` (a label) that bar keeps the colour of the house and the others step back.
    """
    given = list(rows)
    colour = {
        "condition": {"test": {"field": "label", "equal": highlight}, "value": ACCENT},
        "value": STEPS[2],
    }
    mark: Spec = {"type": "bar", "height": 18, "cornerRadiusEnd": 2}
    mark["tooltip"] = {"expr": "datum.label + '\\n' + " + _formatted("datum.value", unit, decimals)}
    x = _bar_scale([row.value for row in given if row.value is not None])
    encoding = {"x": {"field": "value", **x}, **({"color": colour} if highlight else {})}
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": max(BAR, BAR * len(given)),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"top": 2, "left": 0, "right": 2, "bottom": 2},
        "data": {"values": [{"label": row.label, "value": row.value} for row in given]},
        "encoding": {"y": _bar_names([row.label for row in given])},
        "layer": [
            {"name": "bars", "mark": mark, "encoding": encoding},
            *_bar_values(x, _formatted("datum.value", unit, decimals)),
        ],
    }


def _bar_names(labels: list[str]) -> Spec:
    axis = {"title": None, "grid": False, "labelColor": INK, "labelLimit": 260}
    return {"field": "label", "type": "nominal", "sort": labels, "axis": axis}


def _bar_scale(known: list[float]) -> Spec:
    """From nothing to the largest value; where bars grow to the left, with room for their figures."""
    least, most = min([0.0, *known]), max([0.0, *known])
    room = 0.3 * (most - least) if least < 0 else 0
    scale = {"domain": [least - room, most or (0 if least else 1)], "nice": False}
    return {"type": "quantitative", "axis": None, "scale": scale}


def _bar_values(x: Spec, told: str) -> list[Spec]:
    """The value behind the end of each bar, on the side to which it grows; without a value, the word."""
    no_data = _quoted(gettext("no data"))
    right, left = {"align": "left", "dx": 8}, {"align": "right", "dx": -8}
    ends = {"field": "value", **x}
    return [
        _bar_text("isValid(datum.value) && datum.value >= 0", told, {**right, "color": INK}, ends),
        _bar_text("isValid(datum.value) && datum.value < 0", told, {**left, "color": INK}, ends),
        _bar_text("!isValid(datum.value)", no_data, {**right, "color": INK_SOFT}, {"datum": 0, **x}),
    ]


def _bar_text(test: str, told: str, mark: Spec, x: Spec) -> Spec:
    layer = _written(told, {"type": "text", "baseline": "middle", **mark})
    layer["transform"].insert(0, {"filter": test})
    layer["encoding"]["x"] = x
    return layer


def _trajectory(points: Sequence[Point]) -> Spec:
    mark = {"type": "line", "strokeDash": [2, 5], "strokeWidth": 1.75, "color": INK_SOFT}
    return {"name": "trajectory", "data": _values(points), "mark": mark}


def _target(target: Point, course: Course) -> list[Spec]:
    ring: Spec = {
        "type": "point",
        "size": 110,
        "filled": True,
        "fill": PAPER,
        "stroke": INK,
        "strokeWidth": 2,
    }
    ring["tooltip"] = _tooltip_of_day(course, gettext("target") + " ")
    told = _quoted(gettext("target") + " ") + " + " + _formatted("datum.value", course.unit, course.decimals)
    text = {"type": "text", "align": "left", "baseline": "middle", "dx": 11, "color": INK_SOFT}
    data = _values([target])
    return [
        {"name": "target", "data": data, "mark": ring},
        {"name": "target_label", "data": data, **_written(told, text)},
    ]


def _last(last: Point, course: Course) -> list[Spec]:
    """The newest value, in figures."""
    place = course_layers.place_of_last(last, course)
    text = {"type": "text", "fontWeight": 600, "fontSize": 15, "color": ACCENT, **place}
    told = _formatted("datum.value", course.unit, course.decimals)
    data = _values([last])
    return [
        {
            "name": "last",
            "data": data,
            "mark": {"type": "point", "size": 90, "tooltip": _tooltip_of_day(course)},
        },
        {"name": "last_label", "data": data, **_written(told, text)},
    ]


def _written(told: str, mark: Spec) -> Spec:
    return {
        "transform": [{"calculate": told, "as": "told"}],
        "mark": mark,
        "encoding": {"text": {"field": "told", "type": "nominal"}},
    }


def _tooltip_of_day(course: Course, before: str = "") -> Spec:
    """What a point says when one points at it, as an expression: its period and its value."""
    days = [point.day for point in course.measured]
    if all((day.month, day.day) == (1, 1) for day in days):
        named = "%Y"
    else:
        named = "%B %Y" if all(day.day == 1 for day in days) else "%e %B %Y"
    value = _formatted("datum.value", course.unit, course.decimals)
    return {"expr": f"{_quoted(before)} + utcFormat(toDate(datum.day), '{named}') + '\\n' + {value}"}


def _formatted(value: str, unit: str, decimals: int) -> str:
    """A Vega expression that writes the value as the pages do, a short unit behind it."""
    behind = " + " + _quoted(f"\u00a0{unit}") if 0 < len(unit) <= LONGEST_UNIT else ""
    return f"format({value}, ',.{decimals}~f'){behind}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _values(points: Iterable[Point]) -> Spec:
    return {"values": [{"day": point.day.isoformat(), "value": point.value} for point in points]}


def _time_axis(points: Sequence[Point]) -> Spec:
    """Years where there are many or nothing else, months where there are few; each mark stands on a real date.

    Where everything stands on the last day of its period, so do the years: what ends one stands at its name.
    """
    days = [point.day for point in points]
    first, last = (min(days).year, max(days).year) if days else (0, 0)
    step = max(1, -(-(last - first + 1) // 10))
    if last > first and all(_ends_a_month(day) for day in days):
        ends = [{"year": year, "month": 12, "date": 31, "utc": True} for year in range(first, last + 1, step)]
        ticks: Spec = {"values": ends, "format": "%Y"}
    elif last - first >= 3 or all((day.month, day.day) == (1, 1) for day in days):
        ticks = {"tickCount": {"interval": "year", "step": step}, "format": "%Y"}
    else:
        ticks = {"tickCount": {"interval": "month", "step": 3 if last > first else 1}, "format": "%b %Y"}
    scale = {"type": "utc"}
    return {
        "field": "day",
        "type": "temporal",
        "timeUnit": {"unit": "utcyearmonthdate"},
        "scale": scale,
        "axis": {"title": None, "labelFlush": False, "labelOverlap": True, "offset": 6, **ticks},
    }


def _ends_a_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _value_axis(unit: str) -> Spec:
    """Few lines; the unit stands once, above the highest number."""
    title = {"titleAngle": 0, "titleAnchor": "end", "titleAlign": "left", "titleBaseline": "bottom"}
    place = {"titleX": 0, "titleY": -10} if unit else {}
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False, "nice": 4},
        "axis": {"title": unit or None, "tickCount": 4, "gridColor": LINE, **title, **place},
    }


def _plain_bar(height: int, colour: str) -> Spec:
    return {"type": "bar", "height": height, "color": colour, "cornerRadius": 2}
