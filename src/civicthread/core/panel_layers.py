"""The layers of several small charts on one scale, each point at its place on one sheet.

A facet of Vega-Lite looks the same, but gives each panel axes, data and filters of its own: drawing nineteen of them
takes four times as long as drawing one sheet.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from civicthread.core.chart_theme import ACCENT, INK, INK_SOFT, LINE

if TYPE_CHECKING:
    from civicthread.core.chart_specs import Panel, Point

Spec = dict[str, Any]

WIDTH, HEIGHT, IN_A_ROW = 170, 74, 3
"""The size of each panel, and how many stand beside each other."""
RIGHT, DOWN = WIDTH + 28, HEIGHT + 53
"""From a panel to the next one beside it, and to the one below."""
ABOVE, BESIDE, BELOW = 11, 9.5, 15
"""From a panel up to its name, left to the figures of the scale, and down to its first and last period."""
HALF: Final = 0.5
"""A thin line is sharp in the middle of a pixel."""
STEPS: Final = 2
"""Into about how many steps the scale is divided."""
FACTORS: Final = ((10, 50), (5, 10), (2, 2))
ROUNDS: Final = 10


@dataclass(frozen=True)
class Scale:
    """The values from one end of every panel to the other, both of them round, with a line at each step."""

    least: float
    most: float
    step: float

    @classmethod
    def of(cls, known: Sequence[float]) -> "Scale":
        """The scale that all these values stand on; round as d3 makes it."""
        least, most, step = min(known), max(known), 0.0
        for _ in range(ROUNDS if most > least else 0):
            found = _step((most - least) / STEPS)
            if found == step:
                break
            step = found
            least, most = math.floor(least / step + 1e-9) * step, math.ceil(most / step - 1e-9) * step
        return cls(least, most, step)

    @property
    def ticks(self) -> list[float]:
        """The values with a line of their own."""
        if not self.step:
            return [self.least]
        return [n * self.step for n in range(round(self.least / self.step), round(self.most / self.step) + 1)]

    @property
    def decimals(self) -> int:
        """How many the ticks need."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9)) if self.step else 0

    def down(self, value: float) -> float:
        """How far below the top of its panel a value stands."""
        share = (self.most - value) / (self.most - self.least) if self.most > self.least else 0.5
        return round(HEIGHT * share, 2)


def _step(raw: float) -> float:
    """The round step next to this one: 1, 2, 5 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(raw))
    times = next((factor for factor, square in FACTORS if (raw / power) ** 2 >= square), 1)
    return power * times


@dataclass(frozen=True)
class Sheet:
    """The panels side by side, in rows. Where something stands is told in pixels from the top left panel."""

    panels: Sequence["Panel"]
    ends: tuple[str, str] = ("", "")
    """What the first and the last day are called."""

    @property
    def size(self) -> Spec:
        """The width and the height of the sheet, names and scale left out."""
        rows, columns = math.ceil(len(self.panels) / IN_A_ROW), min(len(self.panels), IN_A_ROW)
        return {"width": (columns - 1) * RIGHT + WIDTH, "height": (rows - 1) * DOWN + HEIGHT}

    @property
    def encoding(self) -> Spec:
        """Places as they stand in the data."""
        exact = {"nice": False, "zero": False}
        across, down = [0, self.size["width"]], [self.size["height"], 0]
        return {
            "x": {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": across, **exact}},
            "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": down, **exact}},
        }

    def layers(self, told: str) -> list[Spec]:
        """Lines of the scale, courses, their last points with what is told of each, the scale, the names, the periods.

        `told` is an expression for the value of a point.
        """
        ends = [courses[-1] for panel in range(len(self.panels)) if (courses := self._known(panel))]
        figure = {"align": "right", "baseline": "bottom", "dy": -9, "fontWeight": 600, "color": ACCENT}
        tick = {"align": "right", "baseline": "middle", "color": INK_SOFT, "fontSize": 11}
        name = {"align": "left", "baseline": "alphabetic", "color": INK, "fontWeight": 600, "limit": WIDTH}
        end = {"baseline": "alphabetic", "color": INK_SOFT, "fontSize": 11}
        decimals = self._scale.decimals if self._scale else 0
        line = {"type": "line", "strokeWidth": 2}
        return [
            _layer(self._lines(), {"type": "rule", "color": LINE}, x2={"field": "x2"}),
            _layer(self._courses(), line, detail={"field": "panel", "type": "nominal"}),
            _layer(ends, {"type": "point", "size": 44}),
            _words(ends, figure, told),
            _words(self._ticks(), tick, f"format(datum.value, ',.{decimals}f')"),
            _words(self._names(), name, "datum.panel"),
            _words(self._end(0), {**end, "align": "left"}, "datum.end"),
            _words(self._end(1), {**end, "align": "right"}, "datum.end"),
        ]

    @cached_property
    def _scale(self) -> Scale | None:
        known = [point.value for panel in self.panels for point in panel.points if point.value is not None]
        return Scale.of(known) if known else None

    @cached_property
    def _steps(self) -> list[tuple[float, float]]:
        """The values with a line of their own, and how far below the top of each panel it is."""
        scale = self._scale
        return [(tick, scale.down(tick) + HALF) for tick in scale.ticks] if scale else []

    @cached_property
    def _days(self) -> tuple[date, date]:
        days = [point.day for panel in self.panels for point in panel.points]
        return min(days), max(days)

    def _corner(self, panel: int) -> tuple[int, int]:
        row, column = divmod(panel, IN_A_ROW)
        return column * RIGHT, row * DOWN

    def _courses(self) -> Iterator[Spec]:
        for number, panel in enumerate(self.panels):
            for point in panel.points:
                yield self._placed(number, point)

    def _known(self, panel: int) -> list[Spec]:
        return [self._placed(panel, point) for point in self.panels[panel].points if point.value is not None]

    def _placed(self, panel: int, point: "Point") -> Spec:
        left, top = self._corner(panel)
        first, last = self._days
        share = (point.day - first).days / ((last - first).days or 1)
        place = None
        if self._scale and point.value is not None:
            place = round(top + self._scale.down(point.value), 2)
        return {"panel": panel, "x": round(left + share * WIDTH, 2), "y": place, "value": point.value}

    def _lines(self) -> Iterator[Spec]:
        for panel in range(len(self.panels)):
            left, top = self._corner(panel)
            for _tick, down in self._steps:
                yield {"x": left, "x2": left + WIDTH, "y": top + down}

    def _ticks(self) -> Iterator[Spec]:
        for panel in range(0, len(self.panels), IN_A_ROW):
            _left, top = self._corner(panel)
            for tick, down in self._steps:
                yield {"x": -BESIDE, "y": top + down, "value": tick}

    def _names(self) -> Iterator[Spec]:
        for number, panel in enumerate(self.panels):
            left, top = self._corner(number)
            yield {"x": left, "y": top - ABOVE, "panel": panel.label}

    def _end(self, place: int) -> Iterator[Spec]:
        for number in range(len(self.panels) if self.ends[place] else 0):
            left, top = self._corner(number)
            yield {"x": left + place * WIDTH, "y": top + HEIGHT + BELOW, "end": self.ends[place]}


def _layer(rows: Iterable[Spec], mark: Spec, **encoding: Spec) -> Spec:
    # The drawing is one image with one title: no mark of it need be described.
    return {"data": {"values": list(rows)}, "mark": {**mark, "aria": False}, "encoding": encoding}


def _words(rows: Iterable[Spec], mark: Spec, told: str) -> Spec:
    layer = _layer(rows, {"type": "text", **mark}, text={"field": "told", "type": "nominal"})
    return {**layer, "transform": [{"calculate": told, "as": "told"}]}
