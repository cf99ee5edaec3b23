"""Where the name of an area can stand inside it, and in how many lines."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

LINE = 1.15
"""The height of a line, in letters' heights."""

# How wide a letter of the typeface is on average, and how far a name stays from the border, in letters' heights.
LETTER, MARGIN = 0.56, 0.2
GRID = 24
MOST_LINES = 3
BREAK = re.compile(r"(?<=-)|\s+")


@dataclass(frozen=True)
class Label:
    """A name at its middle, in lines, `size` pixels high."""

    code: str
    longitude: float
    latitude: float
    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True)
class Frame:
    """Mercator's projection onto a rectangle of pixels, as the drawing has it."""

    west: float
    top: float
    pixels_per_radian: float
    width: int
    height: int

    @classmethod
    def around(cls, shapes: Any, *, width: int, tallest: int) -> "Frame":
        """The frame that shapes (degrees) fill, not higher than `tallest` pixels."""
        west, south, east, north = shapely.total_bounds(shapes)
        top, bottom = _mercator(north), _mercator(south)
        wide = math.radians(east - west)
        scale = min(width / wide, tallest / (top - bottom))
        return cls(math.radians(west), top, scale, width, math.ceil((top - bottom) * scale))

    @property
    def degrees_per_pixel(self) -> float:
        return math.degrees(1 / self.pixels_per_radian)

    def to_pixels(self, shapes: Any) -> Any:
        """Shapes in degrees as shapes in pixels, the y axis downwards."""
        return shapely.transform(shapes, self._project)

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        latitude = 2 * math.atan(math.exp(self.top - y / self.pixels_per_radian)) - math.pi / 2
        return math.degrees(self.west + x / self.pixels_per_radian), math.degrees(latitude)

    def _project(self, points: Any) -> Any:
        longitude, latitude = np.radians(points).T
        heights = np.log(np.tan(np.pi / 4 + latitude / 2))
        return np.column_stack([longitude - self.west, self.top - heights]) * self.pixels_per_radian


def fitting(
    names: Mapping[str, str], shapes: Mapping[str, Any], frame: Frame, *, size: float
) -> tuple[Label, ...]:
    """The names that fit into their shapes (pixels, by code), each where it has the most room."""
    found = []
    for code, name in names.items():
        if place := _place(name, shapes[code], size):
            x, y, lines = place
            longitude, latitude = frame.to_degrees(x, y)
            found.append(Label(code, round(longitude, 5), round(latitude, 5), lines, size))
    return tuple(found)


def _place(name: str, shape: Any, size: float) -> tuple[float, float, tuple[str, ...]] | None:
    """The middle of the box that the name needs, with as few lines as go in."""
    shapely.prepare(shape)
    west, north, east, south = shape.bounds
    x, y = (
        axis.ravel() for axis in np.meshgrid(np.linspace(west, east, GRID), np.linspace(north, south, GRID))
    )
    for count in range(1, MOST_LINES + 1):
        lines = broken(name, count)
        wide = (max(map(len, lines)) * LETTER / 2 + MARGIN) * size
        high = (len(lines) * LINE / 2 + MARGIN) * size
        boxes = shapely.box(x - wide, y - high, x + wide, y + high)
        inside = np.flatnonzero(shapely.contains_properly(shape, boxes))
        if len(inside):
            room = shapely.distance(shapely.boundary(shape), boxes[inside])
            best = inside[np.argmax(room)]
            return float(x[best]), float(y[best]), lines
    return None


def broken(name: str, count: int) -> tuple[str, ...]:
    """The name in at most so many lines, broken at hyphens and spaces, its longest line as short as can be.

    >>> broken("Woluwe-Saint-Lambert", 2)
    ('Woluwe-', 'Saint-Lambert')
    """
    parts = BREAK.split(name)
    best: tuple[str, ...] = (name,)
    for cut in range(1, len(parts)) if count > 1 else ():
        head = _joined(parts[:cut])
        lines = (head, *broken(_joined(parts[cut:]), count - 1))
        if max(map(len, lines)) < max(map(len, best)):
            best = lines
    return best


def _joined(parts: list[str]) -> str:
    """Parts of a name as they stand in it: a hyphen is its own joint."""
    text = ""
    for part in parts:
        text += part if not text or text.endswith("-") else f" {part}"
    return text


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
