"""Readings as pages show them: words for the status, the chart of the course, its table, the map."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from civicthread.core import chart_specs, charts, formats
from civicthread.indicators import words
from civicthread.indicators.models import Value
from civicthread.indicators.queries import Reading
from civicthread.methods import periods
from civicthread.territory import maps


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

    svg: SafeString
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    legend: list[dict[str, Any]]


def told(reading: Reading) -> Told:
    """The latest figure and what it means."""
    indicator, latest, status = reading.indicator, reading.latest, reading.status
    share = ""
    if status and status.share is not None and reading.target:
        share = gettext("%(share)s of target") % {"share": formats.percent(status.share)}
    return Told(
        value=formats.number(latest.value, indicator.decimals) if latest else "",
        unit=indicator.symbol or str(indicator.unit),
        meaning=share,
        state=words.STATES[status.grade] if status else "",
        state_label=words.GRADES[status.grade] if status else "",
        period=formats.period(latest.period) if latest else "",
    )


def target(reading: Reading) -> dict[str, str]:
    """The target that counts, and by when."""
    goal = reading.target
    if goal is None:
        return {"target_value": "", "target_date": ""}
    by = gettext("by the end of %(period)s") % {"period": formats.period(goal.period)}
    return {"target_value": formats.number(goal.value, reading.indicator.decimals), "target_date": by}


def course(reading: Reading) -> Figure | None:
    """The course of an indicator over time, with its target; None before there is a figure."""
    indicator = reading.indicator
    if not reading.series:
        return None
    measured = [chart_specs.Point(_start(value), value.value) for value in reading.series]
    target = reading.target
    goal = chart_specs.Point(periods.parse(target.period).start, target.value) if target else None
    spec = chart_specs.line(
        chart_specs.Course(measured, goal, unit=indicator.symbol, decimals=indicator.decimals)
    )
    svg = charts.draw(spec, name=f"course-{indicator.code}", title=str(indicator.title))
    columns = [
        {"label": gettext("Period")},
        {"label": indicator.symbol or str(indicator.unit), "numeric": True},
        {"label": gettext("Source")},
    ]
    return Figure(svg, columns, [_row(value, indicator.decimals) for value in reversed(reading.series)], [])


def _start(value: Value) -> Any:
    return periods.parse(value.period).start


def _row(value: Value, decimals: int) -> list[Any]:
    qualifier = f"{value.get_qualifier_display()} " if value.qualifier != "exact" else ""
    return [formats.period(value.period), f"{qualifier}{formats.number(value.value, decimals)}", _source(value)]


def _source(value: Value) -> Any:
    if value.source:
        return {"text": value.source["publisher"], "url": value.source["url"]}
    return gettext("computed from datasets") if value.run_id else ""


def territory(reading: Reading) -> Figure | None:
    """The latest figure of each area on a map; None where there are none."""
    indicator = reading.indicator
    if not reading.areas:
        return None
    latest = max(value.period_end for value in reading.areas)
    by_code = {v.area.code: v.value for v in reading.areas if v.area and v.period_end == latest}
    figure = maps.choropleth(
        by_code,
        title=str(indicator.title),
        name=f"map-{indicator.code}",
        unit=indicator.symbol or str(indicator.unit),
        level=indicator.area_level or maps.MUNICIPALITY,
    )
    return Figure(figure.svg, figure.columns, figure.rows, figure.legend)
