"""Maps of the areas: Vega-Lite specs and the figures made of them, each with its table.

    figure = maps.choropleth({"21001": 41.5, "21002": None}, title=_("Trees per street"), name="trees")

A page hands the figure to `{% component "map_figure" %}`: drawing, legend, columns and rows.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from civicthread.core import charts, formats
from civicthread.core.chart_specs import SCHEMA, WIDTH, Spec
from civicthread.core.chart_theme import ACCENT, INK, NO_DATA, PAPER, PAPER_DEEP, STEPS
from civicthread.core.search import folded
from civicthread.territory import labels, scales
from civicthread.territory.models import Area
from civicthread.territory.places import Gazetteer, gazetteer

Words = str | Promise

TALLEST = 760
MOST_POINTS = 2000
MUNICIPALITY = Area.Level.MUNICIPALITY
# The surface of the square around the largest circle, in square pixels.
LARGEST_CIRCLE = 5200
LON_LAT = (("longitude", "lon"), ("latitude", "lat"))
# A border finer than this cannot be seen at the largest size a map is shown.
FINEST_PIXELS = 0.3
# The first step on which text in the colour of the paper reads better than in that of the ink.
TEXT_TURNS = 5


@dataclass(frozen=True)
class MapFigure:
    """A map and its table, as `map_figure` takes them."""

    svg: SafeString
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    legend: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A point on a map, in WGS 84: `label` and `value` stand in the table."""

    longitude: float
    latitude: float
    label: str
    value: float | None = None
    url: str = ""


def choropleth(  # noqa: PLR0913  # a map has this many parts
    values: Mapping[str, float | None],
    *,
    title: Words,
    name: str,
    unit: str = "",
    level: str = MUNICIPALITY,
    among: Iterable[float] = (),
) -> MapFigure:
    """Areas coloured by their value (by area code), in at most seven classes; an area without one says "no data".

    Maps that are compared take their classes from the same values, `among`. Drawn in the reader's language; `name` is
    unique on the page. Codes of no area of the level are left out.
    """
    places = gazetteer()
    areas = places.of_level(level)
    known = _known(values, areas)
    classes = scales.classes([*known.values(), *among])
    steps = {code: classes.step(value) for code, value in known.items()}
    colours = {area.code: STEPS[steps[area.code] - 1] if area.code in steps else NO_DATA for area in areas}
    ground = _ground(places, level, get_language() or "")
    shapes = _areas(ground, colours)
    _tell(shapes, {area.code: f"{area.name}\n{_told(known.get(area.code), unit)}" for area in areas})
    spec = _spec(ground, [shapes, *_names(ground, steps)])
    legend: list[dict[str, Any]] = [
        {"label": _with_unit(label, unit), "step": step} for step, label in classes.legend()
    ]
    if len(known) < len(areas):
        legend.append({"label": gettext("no data"), "step": 0})
    rows: list[list[Any]] = [[_cell(area), _told(known.get(area.code))] for area in by_name(areas)]
    columns: list[dict[str, Any]] = [
        {"label": gettext("Area")},
        {"label": unit or gettext("Value"), "numeric": True},
    ]
    return MapFigure(
        charts.draw(spec, name=name, title=title, description=_description(rows)), columns, rows, legend
    )


def points(places: Iterable[Place], *, title: Words, name: str, unit: str = "") -> MapFigure:
    """Points on the municipalities; the table says what each is and in which municipality. At most 2,000."""
    found = sorted(places, key=lambda place: folded(place.label))
    if len(found) > MOST_POINTS:
        raise ValueError(f"{len(found)} points are too many for one map; count them by area")
    areas = gazetteer()
    ground = _ground(areas, MUNICIPALITY, get_language() or "")
    plain = _areas(ground, dict.fromkeys(ground.codes, PAPER_DEEP))
    spec = _spec(ground, [plain, *_names(ground, {}), _dots(found, unit)])
    rows = []
    for place in found:
        area = areas.at(place.longitude, place.latitude)
        label = {"text": place.label, "url": place.url} if place.url else place.label
        rows.append([label, str(area.name) if area else "–", formats.number(place.value)])
    columns: list[dict[str, Any]] = [{"label": gettext("Place")}, {"label": gettext("Municipality")}]
    if any(place.value is not None for place in found):
        columns.append({"label": unit or gettext("Value"), "numeric": True})
    rows = [row[: len(columns)] for row in rows]
    return MapFigure(charts.draw(spec, name=name, title=title), columns, rows)


def circles(
    values: Mapping[str, float | None],
    *,
    title: Words,
    name: str,
    unit: str = "",
    among: Iterable[float] = (),
) -> MapFigure:
    """Counts of municipalities (by code), each a circle whose surface is the count; in the table all of them.

    A colour would fill a large area for a small count. Maps that are compared take the largest of `among` too.
    """
    places = gazetteer()
    areas = by_name(places.of_level(MUNICIPALITY))
    ground = _ground(places, MUNICIPALITY, get_language() or "")
    plain = _areas(ground, dict.fromkeys(ground.codes, PAPER_DEEP))
    middles = {feature["properties"]["code"]: _middle(feature) for feature in ground.features}
    known = _known(values, areas)
    rows: list[list[Any]] = [[_cell(area), _told(known.get(area.code))] for area in areas]
    dots: list[Spec] = []
    for code, value in known.items():
        if value > 0 and code in middles:
            longitude, latitude = middles[code]
            dots.append({"lon": longitude, "lat": latitude, "size": value})
    spec = _spec(ground, [plain, _circles(dots, max((*among, 0.0))), *_names(ground, {})])
    columns: list[dict[str, Any]] = [
        {"label": gettext("Area")},
        {"label": unit or gettext("Value"), "numeric": True},
    ]
    return MapFigure(charts.draw(spec, name=name, title=title, description=_description(rows)), columns, rows)


def overview(
    *,
    title: Words,
    name: str,
    level: str = MUNICIPALITY,
    counts: Mapping[str, int] | None = None,
    links: Mapping[str, str] | None = None,
) -> MapFigure:
    """Every area of a level, each a link to its page (or to where `links` leads its code); the table holds the same.

    The darker an area, the more is counted there; the legend tells each shade. The pointer reads the names, also
    those that do not fit.
    """
    places = gazetteer()
    areas = by_name(places.of_level(level))
    ground = _ground(places, level, get_language() or "")
    steps, legend = _counted({code: counts.get(code, 0) for code in ground.codes} if counts else {})
    shapes = _areas(ground, {code: STEPS[steps.get(code, 1) - 1] for code in ground.codes})
    shapes["encoding"]["description"] = {"field": "properties.code", "type": "nominal"}
    links = links if links is not None else {area.code: area.get_absolute_url() for area in areas}
    named = {area.code: (links[area.code], str(area.name)) for area in areas if area.code in links}
    spec = _spec(ground, [shapes, *_names(ground, steps)])
    svg = charts.draw(spec, name=name, title=title, links=named)
    columns = [{"label": gettext("Municipality")}, {"label": gettext("Postal codes")}]
    rows = [[_cell(area), ", ".join(area.postal_codes)] for area in areas]
    if not any(area.postal_codes for area in areas):  # those of a city of one's own may come without
        columns, rows = columns[:1], [row[:1] for row in rows]
    return MapFigure(svg, columns, rows, legend)


def locator(area: Area, *, name: str) -> SafeString:
    """Where an area lies among the municipalities: a small map without words."""
    places = gazetteer()
    ground = _ground(places, area.level if area.level == Area.Level.SECTOR else MUNICIPALITY, "")
    inside = {code for code in ground.codes if places.above(places.by_code[code], area.level) == area}
    colours = {code: ACCENT if code in inside else PAPER_DEEP for code in ground.codes}
    spec = _spec(ground, [_areas(ground, colours, line=2.5)])
    return charts.draw(spec, name=name, title=gettext("Where %(area)s lies") % {"area": area.name})


def by_name(areas: Iterable[Area]) -> list[Area]:
    """Areas as the reader's alphabet has them, accents aside."""
    return sorted(areas, key=lambda area: folded(str(area.name)))


def has_ground(places: Gazetteer, level: str = MUNICIPALITY) -> bool:
    """Whether there is anything to draw."""
    return any(area.boundary for area in places.of_level(level))


@dataclass(frozen=True)
class _Ground:
    """What all maps of a level share: shapes as they are drawn, names where they fit, and the size."""

    features: tuple[Spec, ...]
    names: tuple[labels.Label, ...]
    narrow_names: tuple[labels.Label, ...]
    height: int

    @property
    def codes(self) -> list[str]:
        return [feature["properties"]["code"] for feature in self.features]


@lru_cache(maxsize=16)
def _ground(places: Gazetteer, level: str, language: str) -> _Ground:
    """`language` chooses the names; without one there are none."""
    areas = [area for area in places.of_level(level) if area.boundary]
    if not areas:
        return _Ground((), (), (), WIDTH)
    shapes = np.array([shapely.from_geojson(json.dumps(area.boundary)) for area in areas], dtype=object)
    frame = labels.Frame.around(shapes, width=WIDTH, tallest=TALLEST)
    # Borders that two areas share stay shared.
    shapes = shapely.coverage_simplify(shapes, FINEST_PIXELS * frame.degrees_per_pixel)
    names = {area.code: str(area.name) for area in areas} if language else {}
    in_pixels = dict(zip((area.code for area in areas), frame.to_pixels(shapes), strict=True))
    features = tuple(_feature(area.code, shape) for area, shape in zip(areas, shapes, strict=True))
    return _Ground(
        features,
        labels.fitting(names, in_pixels, frame, size=13),
        labels.fitting(names, in_pixels, frame, size=27),
        frame.height,
    )


def _feature(code: str, shape: shapely.Geometry) -> Spec:
    # On the sphere, a ring that runs the wrong way encloses the rest of the world.
    clockwise = shapely.orient_polygons(shape, exterior_cw=True)
    geometry = json.loads(shapely.to_geojson(shapely.transform(clockwise, lambda points: points.round(5))))
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def _spec(ground: _Ground, layers: list[Spec]) -> Spec:
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": ground.height,
        "padding": 2,
        "projection": {"type": "mercator"},
        "layer": layers,
    }


def _areas(ground: _Ground, colours: Mapping[str, str], *, line: float = 1.5) -> Spec:
    features = [
        {**shape, "properties": {**shape["properties"], "fill": colours[shape["properties"]["code"]]}}
        for shape in ground.features
    ]
    return {
        "name": "areas",
        "data": {"values": features},
        "mark": {"type": "geoshape", "stroke": PAPER, "strokeWidth": line},
        "encoding": {"color": {"field": "properties.fill", "type": "nominal", "scale": None}},
    }


def _counted(counts: Mapping[str, int]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The step of colour of each area, and the legend; none where all areas have the same count."""
    if len(set(counts.values())) < 2:
        return {}, []
    classes = scales.counts(counts.values())
    legend = [{"label": label, "step": step} for step, label in classes.legend()]
    return {code: classes.step(count) for code, count in counts.items()}, legend


def _names(ground: _Ground, steps: Mapping[str, int]) -> list[Spec]:
    """The names twice: the page shows the large ones, which fit in few areas, where the map is narrow."""
    sizes = (("names", ground.names), ("names_narrow", ground.narrow_names))
    return [_name_layer(layer, names, steps) for layer, names in sizes if names]


def _name_layer(layer: str, names: Sequence[labels.Label], steps: Mapping[str, int]) -> Spec:
    rows = [
        {
            "lon": label.longitude,
            "lat": label.latitude,
            "text": label.lines,
            "fill": PAPER if steps.get(label.code, 0) >= TEXT_TURNS else INK,
        }
        for label in names
    ]
    size = names[0].size
    return {
        "name": layer,
        "data": {"values": rows},
        "mark": {"type": "text", "fontSize": size, "lineHeight": size * labels.LINE, "baseline": "middle"},
        "encoding": {
            "longitude": {"field": "lon", "type": "quantitative"},
            "latitude": {"field": "lat", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"},
            "color": {"field": "fill", "type": "nominal", "scale": None},
        },
    }


def _known(values: Mapping[str, float | None], areas: Iterable[Area]) -> dict[str, float]:
    """The values of the areas that have one: what is no number is no data."""
    found = ((area.code, values.get(area.code)) for area in areas)
    return {code: value for code, value in found if value is not None and math.isfinite(value)}


def _tell(shapes: Spec, words: Mapping[str, str]) -> None:
    """Let each area say its words when one points at it."""
    for shape in shapes["data"]["values"]:
        shape["properties"]["told"] = words[shape["properties"]["code"]]
    shapes["mark"]["tooltip"] = {"expr": "datum.properties.told"}


def _told(value: float | None, unit: str = "") -> str:
    return gettext("no data") if value is None else _with_unit(formats.number(value), unit)


def _dots(places: Sequence[Place], unit: str) -> Spec:
    size = 90 if len(places) <= 100 else 30
    rows = [
        {
            "lon": round(place.longitude, 5),
            "lat": round(place.latitude, 5),
            "told": place.label if place.value is None else f"{place.label}\n{_told(place.value, unit)}",
        }
        for place in places
    ]
    mark = {
        "tooltip": {"expr": "datum.told"},
        "type": "circle",
        "size": size,
        "color": ACCENT,
        "opacity": 0.85,
        "stroke": PAPER,
        "strokeWidth": 1.25,
    }
    channels = {"longitude": {"field": "lon", "type": "quantitative"}}
    channels["latitude"] = {"field": "lat", "type": "quantitative"}
    return {"name": "places", "data": {"values": rows}, "mark": mark, "encoding": channels}


def _middle(feature: Spec) -> tuple[float, float]:
    """A point that surely lies in the area."""
    point = shapely.point_on_surface(shapely.from_geojson(json.dumps(feature["geometry"])))
    return round(float(point.x), 5), round(float(point.y), 5)


def _circles(dots: list[Spec], most: float) -> Spec:
    """The largest first, so that a small one is not covered."""
    mark = {"type": "circle", "color": ACCENT, "opacity": 0.45, "stroke": PAPER, "strokeWidth": 1.25}
    scale = {"domain": [0, max([most, *(dot["size"] for dot in dots)]) or 1], "range": [0, LARGEST_CIRCLE]}
    channels: Spec = {name: {"field": field, "type": "quantitative"} for name, field in LON_LAT}
    channels["size"] = {"field": "size", "type": "quantitative", "scale": scale, "legend": None}
    ordered = sorted(dots, key=lambda dot: -dot["size"])
    return {"name": "places", "data": {"values": ordered}, "mark": mark, "encoding": channels}


def _cell(area: Area) -> dict[str, str]:
    return {"text": str(area.name), "url": area.get_absolute_url()}


def _with_unit(label: str, unit: str) -> str:
    return f"{label}{formats.WIDE}{unit}" if unit else label


def _description(rows: Sequence[Sequence[Any]]) -> str:
    """One sentence for those who do not see the map."""
    return gettext("A map of %(count)s areas; the table below holds each value.") % {"count": len(rows)}
