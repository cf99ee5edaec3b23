"""Scores as pages show them: tables, bars, lines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from civicthread.core import addresses, chart_specs, charts
from civicthread.core.chart_specs import Spec
from civicthread.core.chart_theme import ACCENT, CAUTION, GOOD, INK, INK_SOFT, UNDERWAY
from civicthread.indices import explaining
from civicthread.indices.explaining import Explained, points
from civicthread.indices.feeding import percent
from civicthread.indices.models import CompositeIndex, IndexPart, IndexRun, Score

Column = dict[str, Any]
# A line is told apart by its label, its colour and its dashes.
STROKES = (
    (ACCENT, [1, 0]),
    (INK_SOFT, [6, 3]),
    (UNDERWAY, [2, 3]),
    (CAUTION, [8, 3, 2, 3]),
    (GOOD, [4, 2]),
    (INK, [1, 3]),
)
HEIGHT = 300
LABEL_ROOM = 150
MOST_CHANGES = 20


@dataclass(frozen=True)
class Figure:
    """A chart with its table; `svg` is empty where there is nothing to draw."""

    name: str
    title: str
    svg: SafeString
    columns: list[Column]
    rows: list[list[Any]]


def address(page: Explained, part: IndexPart, *, area: str = "", edition: str = "") -> str:
    """The page of a part for the same area and edition, or for others."""
    index = page.run.method.index
    path = (
        addresses.address("indices:part", index.code, part.key)
        if part.parent_id
        else index.get_absolute_url()
    )
    return f"{path}?{urlencode({'area': area or page.area, 'edition': edition or page.edition})}"


def parts(page: Explained) -> Figure | None:
    """What the part is made of: score, weight, contribution and coverage of each; None for an indicator."""
    if not page.parts:
        return None
    found = [(part, page.scores.get(part.key)) for part in page.parts]
    columns: list[Column] = [
        {"label": gettext("Part")},
        {"label": gettext("Score"), "numeric": True},
        {"label": gettext("Weight"), "numeric": True},
        {"label": gettext("Adds"), "numeric": True},
        {"label": gettext("Measured"), "numeric": True},
    ]
    rows = [[{"text": str(part.label), "url": address(page, part)}, *_cells(score)] for part, score in found]
    title = gettext("%(part)s, %(area)s, edition %(edition)s: its parts") % _named(page)
    bars = [chart_specs.Bar(str(part.label), score.points if score else None) for part, score in found]
    svg = charts.draw(chart_specs.bars(bars, decimals=explaining.DECIMALS), name="parts", title=title)
    return Figure("parts", title, svg, columns, rows)


def _cells(score: Score | None) -> list[str]:
    if score is None:
        return [gettext("no data"), "", "", ""]
    told = (points(score.points), explaining.weight(score.weight), points(score.contribution))
    return [*told, percent(score.measured)]


def _named(page: Explained) -> dict[str, str]:
    return {"part": str(page.part.label), "area": page.area_name, "edition": page.edition}


def editions(page: Explained) -> Figure:
    """The part over the editions for one area."""
    columns: list[Column] = [
        {"label": gettext("Edition")},
        {"label": gettext("Score"), "numeric": True},
        {"label": gettext("Rank"), "numeric": True},
        {"label": gettext("Measured"), "numeric": True},
    ]
    rows = []
    for edition in reversed(page.standing.editions):
        score = page.standing.at(edition, page.area)
        rank = page.standing.ranks(edition).get(page.area)
        link = {"text": edition, "url": address(page, page.part, edition=edition)}
        measured = percent(score.measured) if score else ""
        rows.append([link, points(score.points if score else None), rank or gettext("not ranked"), measured])
    title = gettext("%(part)s over the editions, %(area)s") % _named(page)
    return Figure("editions", title, _lines(page, [page.area], name="editions", title=title), columns, rows)


def over_time(page: Explained, areas: Sequence[str]) -> Figure:
    """The part over the editions for several areas."""
    names = [str(page.names.get(area, area)) for area in areas]
    columns: list[Column] = [
        {"label": gettext("Edition")},
        *({"label": name, "numeric": True} for name in names),
    ]
    rows = [[edition, *_of(page, edition, areas)] for edition in reversed(page.standing.editions)]
    title = gettext("%(part)s over the editions") % _named(page)
    return Figure("over-time", title, _lines(page, areas, name="over-time", title=title), columns, rows)


def _of(page: Explained, edition: str, areas: Sequence[str]) -> list[str]:
    found = [page.standing.at(edition, area) for area in areas]
    return [points(score.points) if score else gettext("no data") for score in found]


def everywhere(page: Explained) -> Figure:
    """The part in every area in one edition, best first."""
    found = [(area, page.standing.at(page.edition, area)) for area in page.standing.areas]
    known = [(area, score) for area, score in found if score is not None]
    ordered = sorted(known, key=lambda one: (one[1].points is None, -(one[1].points or 0), one[0]))
    columns: list[Column] = [
        {"label": gettext("Area")},
        {"label": gettext("Rank"), "numeric": True},
        {"label": gettext("Score"), "numeric": True},
        {"label": gettext("Measured"), "numeric": True},
    ]
    names = {area: str(page.names.get(area, area)) for area in page.standing.areas}
    rows = [
        [
            {"text": names[area], "url": address(page, page.part, area=area)},
            page.ranks.get(area) or gettext("not ranked"),
            points(score.points),
            percent(score.measured),
        ]
        for area, score in ordered
    ]
    title = gettext("%(part)s in all areas, edition %(edition)s") % _named(page)
    bars = [chart_specs.Bar(names[area], score.points) for area, score in ordered]
    spec = chart_specs.bars(bars, decimals=explaining.DECIMALS, highlight=names[page.area])
    return Figure("everywhere", title, charts.draw(spec, name="everywhere", title=title), columns, rows)


def methods(index: CompositeIndex, family: Mapping[IndexRun, Mapping[str, float | None]]) -> Figure | None:
    """The same area by each method, edition by edition; None where only one method has scores of it."""
    if len(family) < 2:
        return None
    versions = Counter(run.method.index_id for run in family)
    columns: list[Column] = [{"label": gettext("Edition")}]
    for run in family:
        label = str(run.method.index.title)
        if versions[run.method.index_id] > 1:
            label += gettext(", version %(number)s") % {"number": run.method.number}
        columns.append({"label": label, "numeric": True})
    every = sorted({edition for scores in family.values() for edition in scores}, reverse=True)
    rows = [[edition, *(_in(scores, edition) for scores in family.values())] for edition in every]
    title = gettext("%(index)s: the same area by each method") % {"index": str(index.title)}
    return Figure("methods", title, SafeString(""), columns, rows)


def _in(scores: Mapping[str, float | None], edition: str) -> str:
    return points(scores[edition]) if edition in scores else gettext("no data")


def changes(proposed: IndexRun | None, approved: IndexRun | None) -> dict[str, Any]:
    """What the approval of a run would change in the index itself, the largest differences first."""
    if proposed is None:
        return {}
    root = proposed.method.parts.get(parent__isnull=True).key
    old, new = (_points(run, root) for run in (approved, proposed))
    changed = [place for place in dict.fromkeys((*new, *old)) if old.get(place) != new.get(place)]
    changed.sort(key=lambda place: -abs((new.get(place) or 0) - (old.get(place) or 0)))
    columns: list[Column] = [
        {"label": gettext("Edition")},
        {"label": gettext("Area")},
        {"label": gettext("Published"), "numeric": True},
        {"label": gettext("Proposed"), "numeric": True},
    ]
    rows = [[*place, points(old.get(place)), points(new.get(place))] for place in changed[:MOST_CHANGES]]
    title = gettext("The index where it changes most")
    return {"title": title, "columns": columns if rows else [], "rows": rows}


def _points(run: IndexRun | None, root: str) -> dict[tuple[str, str], float | None]:
    if run is None:
        return {}
    found = run.scores.filter(part=root).values_list("edition", "area", "points")
    return {(edition, area): value for edition, area, value in found}


def _lines(page: Explained, areas: Sequence[str], *, name: str, title: str) -> SafeString:
    """One line for each area; empty where editions are no years, or there is only one."""
    years = [_year(edition) for edition in page.standing.editions]
    known = [day for day in years if day]
    if len(known) < 2 or len(known) < len(years):
        return SafeString("")
    series = {
        str(page.names.get(area, area)): [
            (day, score.points if (score := page.standing.at(edition, area)) else None)
            for edition, day in zip(page.standing.editions, known, strict=True)
        ]
        for area in areas
    }
    return charts.draw(lines(series), name=name, title=title)


def _year(edition: str) -> date | None:
    return date(int(edition), 1, 1) if len(edition) == 4 and edition.isdecimal() and edition > "0" else None


def lines(series: Mapping[str, Iterable[tuple[date, float | None]]]) -> Spec:
    """Several courses on one plate, each with its name at its end."""
    layers: list[Spec] = []
    for place, (name, given) in enumerate(series.items()):
        colour, dash = STROKES[place % len(STROKES)]
        values = [{"day": day.isoformat(), "value": value, "series": name} for day, value in given]
        known = [one for one in values if one["value"] is not None]
        mark = {"type": "line", "color": colour, "strokeDash": dash, "point": {"color": colour, "size": 30}}
        label = {"type": "text", "align": "left", "baseline": "middle", "dx": 9, "color": colour}
        text = {"text": {"field": "series", "type": "nominal"}}
        layers.append({"data": {"values": values}, "mark": mark})
        layers.append({"data": {"values": known[-1:]}, "mark": label, "encoding": text})
    axis = {
        "title": None,
        "format": "%Y",
        "tickCount": {"interval": "year", "step": 1},
        "offset": 6,
        "labelFlush": False,
    }
    day = {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}
    value = {"field": "value", "type": "quantitative", "scale": {"zero": False, "nice": 4}}
    return {
        "$schema": chart_specs.SCHEMA,
        "width": chart_specs.WIDTH,
        "height": HEIGHT,
        "padding": {"top": 8, "left": 0, "right": LABEL_ROOM, "bottom": 4},
        "autosize": {"type": "fit", "contains": "padding"},
        "encoding": {"x": day, "y": {**value, "axis": {"title": None, "tickCount": 4}}},
        "layer": layers,
    }
