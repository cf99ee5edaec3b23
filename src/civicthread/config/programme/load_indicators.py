"""The programme's indicators: definition, method, targets, figures published and computed."""

from collections.abc import Iterable, Mapping
from typing import Any

from civicthread.ambition import actions as ambition
from civicthread.ambition.models import Objective
from civicthread.config.programme import Programme
from civicthread.config.programme.figures import Comparison, Figure, Path
from civicthread.config.programme.figures import Indicator as IndicatorFile
from civicthread.config.programme.indices import Fed
from civicthread.config.programme.load_datasets import NotLoaded
from civicthread.config.programme.rows import Track, conflicts, known, source, sources
from civicthread.config.speech import gettext as _
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import as_text
from civicthread.datahub.models import Frequency
from civicthread.indicators import actions as indicators
from civicthread.indicators import aiming
from civicthread.indicators.models import Indicator, Trajectory, Value
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from civicthread.territory.models import Area

Areas = Mapping[str, Area]
Role = Trajectory.Role
FREQUENCIES: Mapping[str, Frequency] = {frequency.value: frequency for frequency in Frequency}


def load_indicators(programme: Programme, *, by: Actor, track: Track) -> None:
    """Each indicator with its figures, published; then what each project and objective is measured by."""
    rows, areas = known(Indicator), known(Area)
    for entry in track(programme.indicators, _("indicators")):
        indicator = indicators.save_indicator(rows.get(entry.code), _definition(entry), by=by)
        rows[entry.code] = indicator
        how = {"sql": entry.sql or "", "roll_up": entry.roll_up}
        indicators.set_method(indicator, note=as_text(entry.method), by=by, **how)
        indicators.set_targets(indicator, [_target(target, areas) for target in entry.targets], by=by)
        for values in _figures(entry, areas):
            indicators.report_value(indicator, values, by=by)
        if entry.sql:
            indicators.compute(indicator, by=by)
        indicators.approve_values(indicator, by=by, reason=as_text(CORRECTED))
        _measure_against(indicator, entry, by=by)
        indicators.publish_indicator(indicator, by=by)
    _join(programme, rows, by=by)


def _measure_against(indicator: Indicator, entry: IndicatorFile, *, by: Actor) -> None:
    """The paths, which rest on approved figures and on targets, and the places it is compared with."""
    for role, path in ((Role.IDEAL, entry.ideal_path), (Role.PROJECTED, entry.projection)):
        try:
            aiming.set_path(indicator, role, by=by, values=_path(path) if path else None)
        except Refused as refusal:
            raise NotLoaded(f"indicators.yml, {entry.code}: {refusal}") from None
    aiming.set_comparisons(indicator, [_comparison(comparison) for comparison in entry.comparisons], by=by)


def _path(path: Path) -> dict[str, Any]:
    start, end = path.start, path.end
    return {
        "form": path.form,
        "start_period": start.period if start else "",
        "start_value": start.value if start else None,
        "end_period": end.period if end else "",
        "end_value": end.value if end else None,
        "growth": path.growth,
        "ceiling": path.ceiling,
        "milestones": [(point.period, point.value) for point in path.milestones],
        "note": as_text(path.note or {}),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "name": as_text(comparison.name),
        "source": source(comparison.source) if comparison.source else {},
        "figures": [(point.period, point.value) for point in comparison.values],
    }


CORRECTED = {
    "fr": "Le fichier du programme de démonstration a changé.",
    "nl": "Het bestand van het demonstratieprogramma is gewijzigd.",
    "en": "The file of the demonstration programme changed.",
}


def _definition(entry: IndicatorFile) -> dict[str, Any]:
    return {
        "code": entry.code,
        "kind": Indicator.Kind.SQL if entry.sql else Indicator.Kind.REPORTED,
        "title": entry.title,
        "description": entry.description,
        "unit": entry.unit.name,
        "symbol": entry.unit.symbol or "",
        "decimals": entry.decimals,
        "good": entry.good,
        "status_method": entry.status,
        "frequency": FREQUENCIES[entry.frequency],
        "direction": entry.direction,
        "area_level": entry.area_level or "",
        "sources": sources(entry.sources),
        "conflicts": conflicts(entry.conflicts),
    }


def _target(target: Figure, areas: Areas) -> dict[str, Any]:
    return {
        "period": target.period,
        "value": target.value,
        "area": areas[target.area] if target.area else None,
        "note": as_text(target.note or {}),
        "source": source(target.source) if target.source else {},
    }


def _figures(entry: IndicatorFile, areas: Areas) -> Iterable[dict[str, Any]]:
    """The baseline, unless a published figure stands for the same period, then the published figures."""
    periods = {figure.period for figure in entry.values}
    if entry.baseline and entry.baseline.period not in periods:
        yield {**_figure(entry.baseline, areas), "origin": Value.Origin.BASELINE}
    for figure in entry.values:
        yield {**_figure(figure, areas), "origin": Value.Origin.REPORTED}


def _figure(figure: Figure, areas: Areas) -> dict[str, Any]:
    return {
        "period": figure.period,
        "value": figure.value,
        "area": areas[figure.area] if figure.area else None,
        "qualifier": figure.qualifier,
        "retained": figure.retained,
        "reason": as_text(figure.reason or {}),
        "note": as_text(figure.note or {}),
        "flags": ["break"] if figure.series_break else [],
        "source": source(figure.source) if figure.source else {},
    }


def _join(programme: Programme, rows: Mapping[str, Indicator], *, by: Actor) -> None:
    """Tell each project and each objective which indicators measure it."""
    for project in known(Project).values():
        chosen = [rows[entry.code] for entry in programme.indicators if project.code in entry.projects]
        projects.save_project(project, {"indicators": chosen}, by=by)
    for objective in known(Objective).values():
        chosen = [rows[entry.code] for entry in _measuring(programme, objective.code) if entry.code in rows]
        ambition.save_objective(objective, {"indicators": chosen}, by=by)


def _measuring(programme: Programme, objective: str) -> list[IndicatorFile | Fed]:
    """What measures an objective: indicators, and those that an index feeds once it was loaded."""
    entries: list[IndicatorFile | Fed] = [
        *programme.indicators,
        *(index.indicator for index in programme.indices.indices if index.indicator),
    ]
    return [entry for entry in entries if objective in entry.objectives]
