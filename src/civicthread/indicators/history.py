"""What an indicator was measured against at a moment: what the journal tells was changed since, taken back.

Every change of a target, a path, a scale or a definition is journaled with what stood before it, so nothing else is
kept of the past. `told_target` and `told_path` say how they are written there.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civicthread.core.models import JournalEntry
from civicthread.core.text import TranslatedField, as_text
from civicthread.indicators.models import Indicator, Target, Trajectory
from civicthread.methods import periods
from civicthread.territory.models import Area

PATH = ("form", "start_period", "start_value", "end_period", "end_value", "growth", "ceiling", "milestones")
SCALE = ("on_pace_at", "behind_at", "baseline_period", "across_breaks")
# What a figure is called, written in and judged by.
DESCRIBED = (
    "title",
    "description",
    "unit",
    "symbol",
    "decimals",
    "good",
    "status_method",
    "frequency",
    *SCALE,
)
VERBS = ("indicators.save", "indicators.set_scale", "indicators.set_targets", "indicators.set_path")


def told_target(target: Target) -> list[Any]:
    """A target as the journal keeps it."""
    return [target.period, target.value, target.area_id, target.note.to_json(), target.source]


def told_path(path: Trajectory | None) -> list[Any] | None:
    """A path as the journal keeps it."""
    return [*(getattr(path, name) for name in PATH), path.note.to_json()] if path else None


@dataclass(frozen=True)
class Standing:
    """Indicators with their targets and paths, by the number of the indicator."""

    indicators: list[Indicator]
    targets: dict[int, list[Target]]
    paths: dict[int, list[Trajectory]]


def stood(now: Standing, at: datetime) -> Standing:
    """The same indicators, targets and paths as they stood at a moment, in two queries."""
    before = _before(now.indicators, at)
    areas = _areas(before)
    return Standing(
        [_indicator(one, before[one.pk]) for one in now.indicators],
        {one.pk: _targets(one, now.targets[one.pk], before[one.pk], areas) for one in now.indicators},
        {one.pk: _paths(one, now.paths[one.pk], before[one.pk]) for one in now.indicators},
    )


def described(indicator: Indicator, at: datetime) -> Indicator:
    """The indicator in the words, in the unit and by the rule of a moment."""
    return _indicator(indicator, _before([indicator], at)[indicator.pk])


Before = Mapping[str, Any]


def _before(chosen: list[Indicator], at: datetime) -> dict[int, dict[str, Any]]:
    """All that was changed since, as it was then: of several changes of one thing, the first one tells it."""
    found: dict[int, dict[str, Any]] = {indicator.pk: {} for indicator in chosen}
    entries = JournalEntry.objects.filter(
        kind=Indicator._meta.label_lower,  # noqa: SLF001
        object_id__in=[str(pk) for pk in found],
        verb__in=VERBS,
        at__gt=at,
    )
    for pk, changes in entries.order_by("-id").values_list("object_id", "changes"):
        found[int(pk)] |= {name: old for name, (old, _new) in changes.items()}
    return found


def _areas(before: Mapping[int, Before]) -> dict[int, Area]:
    rows = [row for changes in before.values() for row in changes.get("targets") or ()]
    wanted = {area for _period, _value, area, _note, _source in rows if area}
    return Area.objects.defer("boundary").in_bulk(wanted) if wanted else {}


def _indicator(now: Indicator, before: Before) -> Indicator:
    """A copy of the indicator as it was described then. What had no value before it was described stays as it is."""
    then = copy.copy(now)
    for name in DESCRIBED:
        field = Indicator._meta.get_field(name)  # noqa: SLF001
        value = before.get(name)
        if name not in before or (value is None and not field.null):
            continue
        setattr(then, name, as_text(value) if isinstance(field, TranslatedField) else value)
    return then


def _targets(
    indicator: Indicator, now: list[Target], before: Before, areas: Mapping[int, Area]
) -> list[Target]:
    if "targets" not in before:
        return now
    return [
        Target(
            indicator=indicator,
            period=period,
            due=periods.parse(period).end,
            value=value,
            area=areas.get(area),
            note=as_text(note),
            source=source,
        )
        for period, value, area, note, source in before["targets"]
    ]


def _paths(indicator: Indicator, now: list[Trajectory], before: Before) -> list[Trajectory]:
    roles: dict[str, Trajectory | None] = {path.role: path for path in now}
    roles |= {role: _path(indicator, role, before[role]) for role in Trajectory.Role.values if role in before}
    return [path for path in roles.values() if path]


def _path(indicator: Indicator, role: str, told: list[Any] | None) -> Trajectory | None:
    if told is None:
        return None
    *values, note = told
    return Trajectory(
        indicator=indicator, role=role, note=as_text(note), **dict(zip(PATH, values, strict=True))
    )
