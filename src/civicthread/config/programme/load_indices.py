"""The programme's composite indices: method, areas, scores computed and approved, and the indicator each may feed."""

from pathlib import Path
from typing import Any

from civicthread.ambition import actions as ambition
from civicthread.ambition.models import Objective
from civicthread.config.programme import Programme
from civicthread.config.programme.indices import Fed
from civicthread.config.programme.indices import Index as IndexFile
from civicthread.config.programme.load_datasets import NotLoaded
from civicthread.config.programme.load_indicators import CORRECTED
from civicthread.config.programme.rows import Track, known, sources
from civicthread.config.speech import gettext as _
from civicthread.core.models import Actor
from civicthread.core.text import as_text
from civicthread.indicators import actions as indicators
from civicthread.indicators.models import Indicator
from civicthread.indices import actions as indices
from civicthread.indices import queries, reading
from civicthread.indices.models import CompositeIndex


def load_indices(programme: Programme, *, by: Actor, track: Track) -> None:
    """Each index with its method, its areas and its scores, published; computed only where something changed."""
    rows, fed = known(CompositeIndex), known(Indicator)
    for entry in track(programme.indices.indices, _("indices")):
        indicator = _fed(fed.get(entry.indicator.code), entry.indicator, by=by) if entry.indicator else None
        values = {**_definition(entry), "indicator": indicator}
        index = indices.save_index(rows.get(entry.code), values, by=by)
        _describe(index, entry, programme.folder, by=by)
        if indices.compute(index, by=by) or queries.proposed_run(index):
            indices.approve_run(index, by=by)
        if indicator:
            indicators.approve_values(indicator, by=by, reason=as_text(CORRECTED))
            indicators.publish_indicator(indicator, by=by)
            _join(indicator, entry, by=by)
        indices.publish_index(index, by=by)


def _definition(entry: IndexFile) -> dict[str, Any]:
    return {
        "code": entry.code,
        "title": entry.title,
        "description": entry.description,
        "family": entry.family,
        "area": entry.area,
        "sources": sources(entry.sources),
    }


def _describe(index: CompositeIndex, entry: IndexFile, folder: Path, *, by: Actor) -> None:
    """Its areas and its method, from their files, units in words."""
    if entry.areas:
        rows = reading.rows_of(_text(folder, entry.areas), ("code",))
        indices.set_areas(index, reading.areas(rows), by=by)
    units = {}
    if entry.units:
        units = {row["code"]: row for row in reading.rows_of(_text(folder, entry.units), ("code",))}
    rows = reading.rows_of(_text(folder, entry.method), reading.COLUMNS)
    for row in rows:
        named = units.get(row.get("unit", ""), {})
        row |= {name.replace("label", "unit"): text for name, text in named.items() if name != "code"}
    _link(rows, entry)
    told = {"note": as_text(entry.note), "missing": entry.missing, "source_url": entry.source}
    indices.set_method(index, rows, sql=entry.sql, by=by, **told)


def _link(rows: list[dict[str, str]], entry: IndexFile) -> None:
    """Name the indicator that measures the same as a part, which a method shared by several programmes cannot know."""
    parts = {row["code"]: row for row in rows}
    for part, indicator in entry.measured_by.items():
        if part not in parts:
            raise NotLoaded(f"indices.yml, {entry.code}: the method has no part “{part}”")
        parts[part]["indicator"] = indicator


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def _fed(indicator: Indicator | None, entry: Fed, *, by: Actor) -> Indicator:
    values = {
        "code": entry.code,
        "title": entry.title,
        "description": entry.description,
        "unit": entry.unit.name,
        "symbol": entry.unit.symbol or "",
        "decimals": entry.decimals,
        "good": Indicator.Good.UP,
        "direction": entry.direction,
    }
    indicator = indicators.save_indicator(indicator, values, by=by)
    indicators.set_method(indicator, note=as_text(entry.method), by=by)
    return indicator


def _join(indicator: Indicator, entry: IndexFile, *, by: Actor) -> None:
    """Tell each objective that names it which indicator measures it, beside those it has."""
    wanted = set(entry.indicator.objectives if entry.indicator else ())
    for objective in Objective.objects.filter(code__in=wanted).prefetch_related("indicators"):
        ambition.save_objective(objective, {"indicators": {*objective.indicators.all(), indicator}}, by=by)
