"""One indicator compared between places and periods: what may be chosen, the table, the small charts, the maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from civicthread.core import chart_specs, charts, formats
from civicthread.core.models import Actor
from civicthread.indicators import figures
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator, Value
from civicthread.methods import periods
from civicthread.territory import maps
from civicthread.territory.maps import MapFigure
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer

WHOLE = "whole"
MOST_PANELS = 24
MOST_PERIODS = 12
"""The columns of the table on the page; the files hold every period."""


@dataclass(frozen=True)
class Asked:
    """What a reader compares: one indicator, some areas (none: all), from one period to another."""

    indicator: str = ""
    areas: tuple[str, ...] = ()
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        """From the query of an address."""
        plain = {name: given.get(name, "").replace("\0", "") for name in ("indicator", "first", "last")}
        return cls(areas=tuple(dict.fromkeys(given.getlist("area")[:200])), **plain)


@dataclass(frozen=True)
class Place:
    """A row of the comparison: the whole territory (area None) or an area, with its figures by period."""

    code: str
    name: str
    url: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Comparison:
    """Places by periods. `choices` are all places and `all_periods` all periods there are figures of."""

    indicator: Indicator
    asked: Asked
    choices: Sequence[Place]
    all_periods: Sequence[str]
    places: Sequence[Place] = field(default=())
    periods: Sequence[str] = field(default=())

    @property
    def shown(self) -> Sequence[str]:
        """The periods that the page's table has room for."""
        return self.periods[-MOST_PERIODS:]

    def chosen(self, code: str) -> bool:
        """Whether a place is compared."""
        return any(place.code == code for place in self.places)


def comparable(*, visible_to: Actor | None) -> list[Indicator]:
    """The indicators with figures of areas, by title."""
    measured = indicators.published_values(indicators.indicators(visible_to=visible_to)).filter(
        area__isnull=False, breakdown_key=""
    )
    pks = set(measured.order_by().values_list("indicator_id", flat=True).distinct())
    found = indicators.indicators(visible_to=visible_to).filter(pk__in=pks)
    return sorted(found, key=lambda one: str(one.title).casefold())


def compared(indicator: Indicator, asked: Asked) -> Comparison:
    """The figures of the chosen places and periods; what is not known is left aside."""
    found = indicators.with_origins(indicators.published_values([indicator]).filter(breakdown_key=""))
    ends = {value.period: value.period_end for value in found}
    every = sorted(ends, key=lambda period: (ends[period], period))
    choices = _places(found)
    known = {place.code for place in choices}
    wanted = [code for code in asked.areas if code in known]
    first = every.index(asked.first) if asked.first in ends else 0
    last = every.index(asked.last) + 1 if asked.last in ends else len(every)
    between = every[first:last] or every
    places = [place for place in choices if not wanted or place.code in wanted]
    return Comparison(indicator, asked, choices, every, places, between)


def _places(found: Sequence[Value]) -> list[Place]:
    """The whole territory first, then the areas by name."""
    areas = {value.area_id: value.area for value in found if value.area}
    whole = {value.period: value for value in found if value.area_id is None}
    rows = [Place(WHOLE, gettext("whole territory"), "", whole)] if whole else []
    for area in maps.by_name(areas.values()):
        own = {value.period: value for value in found if value.area_id == area.pk}
        rows.append(Place(area.code, str(area.name), area.get_absolute_url(), own))
    return rows


def table(found: Comparison) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Columns and rows of the page's table: places by periods, and the change between the first and the last."""
    decimals = found.indicator.decimals
    many = len(found.shown) > 1
    columns: list[dict[str, Any]] = [
        {"label": gettext("Area")},
        *({"label": formats.period(period), "numeric": True} for period in found.shown),
        *([{"label": gettext("Change"), "numeric": True}] if many else []),
    ]
    rows: list[list[Any]] = []
    for place in found.places:
        name: Any = {"text": place.name, "url": place.url} if place.url else place.name
        cells = [_told(place.values.get(period), decimals) for period in found.shown]
        rows.append([name, *cells, *([_change(place, found.shown, decimals)] if many else [])])
    return columns, rows


def _told(value: Value | None, decimals: int) -> str:
    return gettext("no data") if value is None else formats.number(value.value, decimals)


def _change(place: Place, shown: Sequence[str], decimals: int) -> str:
    first, last = (place.values.get(period) for period in (shown[0], shown[-1]))
    if first is None or last is None or first.value is None or last.value is None:
        return "–"
    change = last.value - first.value
    return f"{'+' if change > 0 else ''}{formats.number(change, decimals)}"


def small_charts(found: Comparison) -> SafeString:
    """The course of each place on one scale; nothing before there are two periods, or with too many places."""
    if len(found.periods) < 2 or not 1 <= len(found.places) <= MOST_PANELS:
        return SafeString("")
    panels = [
        chart_specs.Panel(place.name, [_point(place, period) for period in found.periods])
        for place in found.places
    ]
    indicator = found.indicator
    ends = formats.period(found.periods[0]), formats.period(found.periods[-1])
    spec = chart_specs.multiples(panels, unit=indicator.symbol, decimals=indicator.decimals, ends=ends)
    return charts.draw(spec, name=f"places-{indicator.code}", title=str(indicator.title))


def _point(place: Place, period: str) -> chart_specs.Point:
    value = place.values.get(period)
    return chart_specs.Point(periods.parse(period).start, value.value if value else None)


def drawn_maps(found: Comparison) -> list[tuple[str, MapFigure]]:
    """A map of the last period, and of the first where there are two, on one scale.

    Shares and rates colour the areas; counts are circles.
    """
    if not found.periods or not maps.has_ground(gazetteer()):
        return []
    by_period = {period: _values(found, period) for period in (found.periods[0], found.periods[-1])}
    among = [value for values in by_period.values() for value in values.values()]
    drawn = []
    for period, values in by_period.items():
        if not values:
            continue
        drawn.append((period, _map(found, period, values, among)))
    return drawn


def _map(found: Comparison, period: str, values: Mapping[str, float], among: Sequence[float]) -> MapFigure:
    indicator = found.indicator
    title = gettext("%(title)s, %(period)s") % {"title": indicator.title, "period": formats.period(period)}
    name, unit = f"map-{period}-{indicator.code}", figures.unit_of(indicator)
    if _counted(found):
        return maps.circles(values, title=title, name=name, unit=unit, among=among)
    return maps.choropleth(values, title=title, name=name, unit=unit, level=_level(indicator), among=among)


def _values(found: Comparison, period: str) -> dict[str, float]:
    """The values of the areas in a period, rounded as the page writes them, so that classes end at numbers it shows."""
    known = {
        place.code: figures.rounded(place.values[period].value, found.indicator.decimals)
        for place in found.places
        if place.code != WHOLE and period in place.values
    }
    return {code: value for code, value in known.items() if value is not None}


def _level(indicator: Indicator) -> str:
    return indicator.area_level or str(Area.Level.MUNICIPALITY)


def _counted(found: Comparison) -> bool:
    """Whether the figures count things: neither a share nor a rate, and never below nothing.

    A large municipality has more of anything, so its area must not be filled with the colour of a count.
    """
    if found.indicator.symbol == "%" or _level(found.indicator) != Area.Level.MUNICIPALITY:
        return False
    values = [value for place in found.places for value in place.values.values()]
    return all(
        value.denominator is None
        and value.value is not None
        and value.value >= 0
        and value.value.is_integer()
        for value in values
    )
