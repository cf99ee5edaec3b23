"""What a course shows beside the measured line: where it is heading, other places, breaks in the series."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from civicthread.core.chart_theme import INK_SOFT, LINE

if TYPE_CHECKING:
    from civicthread.core.chart_specs import Course, Point

Spec = dict[str, Any]
# Names stand behind the end of a line, where nothing else is drawn; that of a projection above it, beside the target.
BEHIND = {"align": "left", "baseline": "middle", "dx": 7}
ABOVE = {"align": "right", "baseline": "bottom", "dy": -5}
DASHES = ([7, 4], [2, 3], [9, 3, 2, 3], [4, 4])
LONGEST_NAME = 140


@dataclass(frozen=True)
class Other:
    """The course of another place, under its name."""

    name: str
    points: "Sequence[Point]"


def measured(course: "Course", *, tooltip: Spec) -> Spec:
    """The measured values, each telling itself when pointed at; a break in the series is a gap in the line."""
    rows, part = [], 0
    for point in course.measured:
        part += point.day in course.breaks
        rows.append({"day": point.day.isoformat(), "value": point.value, "part": part})
    return {
        "name": "measured",
        "data": {"values": rows},
        "mark": {"type": "line", "point": {"size": 34, "tooltip": tooltip}},
        "encoding": {"detail": {"field": "part", "type": "nominal"}},
    }


def place_of_last(last: "Point", course: "Course") -> Spec:
    """Where the newest value is written: behind its point, above it where the way to the target goes on.

    Beside a target of the same day, whose own word stands behind, it goes to the side where the target is not.
    """
    above = {"align": "center", "baseline": "bottom", "dy": -11}
    target = course.target
    if any(point.day > last.day for point in (*course.trajectory, *([target] if target else []))):
        first = min(point.day for point in (*course.measured, *course.trajectory, *days(course)))
        # On the left edge its middle would stand on the figures of the scale.
        return {**above, "align": "left"} if last.day == first else above
    if target is None or target.value is None or last.value is None or target.day != last.day:
        return {"align": "left", "baseline": "middle", "dx": 11}
    return above if last.value >= target.value else {"align": "center", "baseline": "top", "dy": 11}


def beneath(course: "Course") -> list[Spec]:
    """The layers below the measured line, each named at its end."""
    layers = [_break(day) for day in course.breaks]
    for at, other in enumerate(course.others):
        mark = {
            "strokeDash": DASHES[at % len(DASHES)],
            "strokeWidth": 1.25,
            "color": INK_SOFT,
            "opacity": 0.75,
        }
        layers += _named(f"other_{at}", other.points, mark, {"text": other.name, **BEHIND})
    if course.projection:
        mark = {"strokeDash": [5, 3], "strokeWidth": 1.5, "color": INK_SOFT}
        layers += _named("projection", course.projection, mark, {"text": gettext("projection"), **ABOVE})
    return layers


def days(course: "Course") -> "list[Point]":
    """The further points that the axis of time must reach."""
    return [*course.projection, *(point for other in course.others for point in other.points)]


def _named(name: str, points: "Sequence[Point]", mark: Spec, label: Spec) -> list[Spec]:
    known = [point for point in points if point.value is not None]
    place = {key: value for key, value in label.items() if key != "text"}
    text = {"type": "text", "fontSize": 12, "limit": LONGEST_NAME, "color": INK_SOFT, **place}
    return [
        {"name": name, "data": _values(points), "mark": {"type": "line", **mark}},
        {
            "name": f"{name}_label",
            "data": _values(known[-1:]),
            "mark": text,
            "encoding": {"text": {"value": label["text"]}},
        },
    ]


def _break(day: date) -> Spec:
    """An upright line where the series breaks; its word stands in the table and the note."""
    return {
        "name": f"break_{day.isoformat()}",
        "data": {"values": [{"day": day.isoformat()}]},
        "mark": {"type": "rule", "strokeDash": [3, 3], "strokeWidth": 1.5, "color": LINE},
        "encoding": {"y": None},
    }


def _values(points: "Iterable[Point]") -> Spec:
    return {"values": [{"day": point.day.isoformat(), "value": point.value} for point in points]}
