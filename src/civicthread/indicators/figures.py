"""Readings as pages show them: words for the status, the chart of the course, its table, the map, the groups."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from civicthread.core import chart_specs, charts, formats
from civicthread.indicators import judging, words
from civicthread.indicators.cells import Column, Figure, number_of, unit_of
from civicthread.indicators.courses import course
from civicthread.indicators.models import Indicator, Qualifier, Value
from civicthread.indicators.provenance import column_titles
from civicthread.indicators.queries import Reading
from civicthread.territory import maps

# What other apps ask of a figure stands here, wherever it is written.
__all__ = [
    "Column",
    "Figure",
    "Told",
    "course",
    "drawn",
    "groups",
    "target",
    "territory",
    "told",
    "told_in_short",
    "unit_of",
]

# More than these are told by the CSV and JSON files alone.
MOST_PERIODS = 5
MOST_BARS = 24


@dataclass(frozen=True)
class Told:
    """A reading in a few words, for a card or the head of a page."""

    value: str
    unit: str
    meaning: str
    state: str
    state_label: str
    period: str
    start: str = ""
    """The figure that the way to the target is counted from."""


def told(reading: Reading) -> Told:
    """The latest figure and what it means; where only areas are measured, the lowest and the highest of them."""
    indicator, latest, status = reading.indicator, reading.latest, reading.status
    areas = [] if latest else reading.latest_of_areas
    shown = latest or next(reversed([*reading.breakdowns, *areas]), None)
    meaning = [
        *(
            _share(reading),
            _areas(areas),
            _of_whole(indicator, latest),
            _said(latest),
            marks(shown.flags if shown else ()),
        ),
        formats.period(shown.period) if shown else "",
    ]
    return Told(
        value=formats.figure(latest.value, indicator.decimals)
        if latest
        else spread([value.value for value in areas], indicator.decimals),
        unit=unit_of(indicator),
        meaning=" · ".join(filter(None, meaning)),
        state=str(status.grade) if status else "",
        state_label=str(words.GRADES[status.grade]) if status else "",
        period=formats.period(shown.period) if shown else "",
        start=_start(reading),
    )


def told_in_short(value: Value) -> str:
    """One figure with its unit and its period, and what a reader must know of it."""
    indicator = value.indicator
    figure = f"{formats.figure(value.value, indicator.decimals)}{formats.WIDE}{unit_of(indicator)}"
    told = (figure, _of_whole(indicator, value), marks(value.flags), formats.period(value.period))
    return " · ".join(filter(None, told))


def _start(reading: Reading) -> str:
    """The figure the way to the target is counted from, and its period."""
    start = reading.known.start
    value = next((v for v in reading.series if start and min(v.period_end, reading.today) == start.day), None)
    if value is None:
        return ""
    return f"{formats.figure(value.value, reading.indicator.decimals)} ({formats.period(value.period)})"


def _of_whole(indicator: Indicator, latest: Value | None) -> str:
    """What a share is a share of: 100 % of three tells less than 100 % of a hundred."""
    if latest is None or indicator.symbol != "%":
        return ""
    part, whole = latest.numerator, latest.denominator
    if part is None or whole is None or not (part.is_integer() and whole.is_integer()):
        return ""
    return gettext("%(part)s of %(whole)s") % {"part": formats.number(part), "whole": formats.number(whole)}


def marks(flags: Iterable[str]) -> str:
    """What a reader must know of a figure that stands alone, where a break before it tells nothing."""
    return words.flags([flag for flag in flags if flag != judging.BREAK])


def _said(latest: Value | None) -> str:
    """The word that the source puts before its figure."""
    if latest is None:
        return ""
    if latest.origin == Value.Origin.BASELINE:
        return latest.get_origin_display()
    if latest.qualifier == Qualifier.EXACT:
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


def spread(values: Iterable[float | None], decimals: int) -> str:
    """The least and the most of some figures: "29.6–68.1"; one where they are written alike, nothing without any."""
    found = [value for value in values if value is not None]
    if not found:
        return ""
    least, most = (formats.figure(number, decimals) for number in (min(found), max(found)))
    return least if least == most else f"{least}–{most}"


def target(reading: Reading) -> dict[str, Any]:
    """The target that counts, and by when."""
    goal = reading.target
    if goal is None:
        return {}
    by = gettext("by the end of %(period)s") % {"period": formats.period(goal.period)}
    return {"target_value": formats.figure(goal.value, reading.indicator.decimals), "target_date": by}


def drawn(reading: Reading, chosen: Mapping[str, str] | None = None) -> list[Figure]:
    """Every figure of the page: over time, by area, by group; those that there are. `chosen` narrows the groups."""
    found = {"course": course(reading), "map": territory(reading), "groups": groups(reading, chosen or {})}
    return [replace(figure, name=name) for name, figure in found.items() if figure]


def territory(reading: Reading) -> Figure | None:
    """The latest figure of each area on a map, and the last periods in its table; None where there are none."""
    indicator, latest = reading.indicator, reading.latest_of_areas
    levels = {value.area.level for value in latest if value.area}
    if len(levels) != 1:
        return None
    known = {v.area.code: rounded(v.value, indicator.decimals) for v in latest if v.area}
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


def rounded(value: float | None, decimals: int) -> float | None:
    """As the page writes it, so that the classes of the map end at numbers the reader sees."""
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, formats.LONG))


def _by_area(reading: Reading) -> tuple[list[Column], list[list[Any]]]:
    """The areas by name, with their figures of the last periods."""
    ends = {value.period: value.period_end for value in reading.areas}
    last = sorted(ends, key=lambda period: ends[period])[-MOST_PERIODS:]
    found = {(value.area_id, value.period): value for value in reading.areas}
    areas = {value.area_id: value.area for value in reading.areas if value.area}
    further = [*_parts_of_areas(reading.latest_of_areas), *_aims_of_areas(reading)]
    columns: list[Column] = [
        {"label": gettext("Area")},
        *({"label": formats.period(period), "numeric": True} for period in last),
        *({"label": label, "numeric": numeric} for label, numeric, _told in further),
    ]
    rows: list[list[Any]] = [
        [
            {"text": str(area.name), "url": area.get_absolute_url()},
            *(_cell(found.get((area.pk, period)), reading.indicator.decimals) for period in last),
            *(told.get(area.pk, "") for _label, _numeric, told in further),
        ]
        for area in maps.by_name(areas.values())
    ]
    return columns, rows


# The heading of a further column, whether it holds numbers, and what it says of each area.
Further = tuple[str, bool, Mapping[int | None, str]]


def _parts_of_areas(latest: Sequence[Value]) -> Iterator[Further]:
    """What the latest figures of areas are made of, where that is known."""
    for label, name in ((gettext("Numerator"), "numerator"), (gettext("Denominator"), "denominator")):
        if any(getattr(value, name) is not None for value in latest):
            yield label, True, {value.area_id: formats.number(getattr(value, name)) for value in latest}


def _aims_of_areas(reading: Reading) -> Iterator[Further]:
    """The target of each area that has one of its own, and how it stands."""
    if not reading.area_targets:
        return
    aims: dict[int | None, str] = {}
    for target in reading.area_targets:
        if target.due >= reading.today or target.area_id not in aims:
            number = formats.figure(target.value, reading.indicator.decimals)
            aims.setdefault(target.area_id, f"{number} ({formats.period(target.period)})")
    yield gettext("Target"), True, aims
    if statuses := reading.area_statuses:
        grades: dict[int | None, str] = {
            area: str(words.GRADES[status.grade]) for area, status in statuses.items()
        }
        yield gettext("Status"), False, grades


def _cell(value: Value | None, decimals: int) -> str:
    return number_of(value, decimals) if value else gettext("no data")


def groups(reading: Reading, chosen: Mapping[str, str]) -> Figure | None:
    """The figures by group for the latest period, or of the chosen groups for every period; None without any."""
    indicator, found = reading.indicator, narrowed(reading.breakdowns, chosen)
    end = max((value.period_end for value in found), default=None)
    latest = [value for value in found if chosen or value.period_end == end]
    if not latest:
        return None
    shown = sorted(latest, key=lambda value: value.period_end, reverse=True) if chosen else latest
    title = gettext("By group, %(period)s") % {"period": formats.period(latest[0].period)}
    drawable = not chosen and len(latest) <= MOST_BARS and not any(value.area_id for value in latest)
    svg = _bars(latest, indicator) if drawable else SafeString("")
    columns, rows = _by_group(shown, indicator, with_period=bool(chosen))
    return Figure(gettext("By group, as chosen") if chosen else title, svg, columns, rows)


def narrowed(values: Iterable[Value], chosen: Mapping[str, str]) -> list[Value]:
    """Those figures that belong to all chosen groups."""
    return [value for value in values if chosen.items() <= value.breakdown.items()]


def _by_group(
    values: Sequence[Value], indicator: Indicator, *, with_period: bool
) -> tuple[list[Column], list[list[Any]]]:
    headings = dimensions(indicator, {name for value in values for name in value.breakdown})
    names = sorted(headings)
    with_area = any(value.area_id for value in values)
    parts = [
        (label, name)
        for label, name in ((gettext("Numerator"), "numerator"), (gettext("Denominator"), "denominator"))
        if any(getattr(value, name) is not None for value in values)
    ]
    columns: list[Column] = [
        *([{"label": gettext("Period")}] if with_period else []),
        *([{"label": gettext("Area")}] if with_area else []),
        *({"label": headings[name]} for name in names),
        {"label": unit_of(indicator), "numeric": True},
        *({"label": label, "numeric": True} for label, _name in parts),
    ]
    rows = [
        [
            *([formats.period(value.period)] if with_period else []),
            *([str(value.area or gettext("whole territory"))] if with_area else []),
            *(value.breakdown.get(name, gettext("all")) for name in names),
            number_of(value, indicator.decimals),
            *(formats.number(getattr(value, name)) for _label, name in parts),
        ]
        for value in values
    ]
    return columns, rows


def dimensions(indicator: Indicator, names: Collection[str]) -> dict[str, str]:
    """What the columns of a breakdown are called: as in the dataset they come from, else their name as a heading."""
    titles = column_titles(indicator.methods.last(), names) if names else {}
    return {name: str(titles.get(name, "")) or name.replace("_", " ").capitalize() for name in names}


def _bars(values: Sequence[Value], indicator: Indicator) -> SafeString:
    rows = [chart_specs.Bar(", ".join(value.breakdown.values()), value.value) for value in values]
    spec = chart_specs.bars(rows, unit=indicator.symbol, decimals=indicator.decimals)
    return charts.draw(spec, name=f"groups-{indicator.code}", title=str(indicator.title))


def set_aside(values: Iterable[Value], decimals: int) -> list[dict[str, Any]]:
    """The published figures that were not retained, each with its reason."""
    return [
        {
            "period": formats.period(value.period),
            "value": number_of(value, decimals),
            "source": value.source,
            "reason": value.reason,
        }
        for value in values
    ]
