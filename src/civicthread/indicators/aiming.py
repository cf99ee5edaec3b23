"""What an indicator is measured against, beside its targets: the scale, the paths, the places it is compared with."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text, as_text
from civicthread.indicators import history, judging, queries, words
from civicthread.indicators.models import ComparedFigure, Comparison, Indicator, Trajectory
from civicthread.methods import periods
from civicthread.methods.trajectory import TrajectoryError


def _locked(indicator: Indicator) -> Indicator:
    return Indicator.objects.select_for_update().get(pk=indicator.pk)


@transaction.atomic
def set_scale(indicator: Indicator, values: Mapping[str, Any], *, by: Actor) -> Indicator:
    """Say where the grades meet, which period the programme counts from, and whether breaks are looked past."""
    policy.require("indicators.set_scale", by=by, on=indicator)
    indicator = _locked(indicator)
    given = {name: values[name] for name in history.SCALE if name in values}
    if period := given.get("baseline_period"):
        _end(period)
    for name, value in given.items():
        setattr(indicator, name, value)
    _require_order(indicator)
    indicator.refresh_from_db()
    if changes := saving.write(indicator, given):
        journal.record(
            "indicators.set_scale", indicator, by=by, changes=changes, public=indicator.is_published
        )
    return indicator


def _require_order(indicator: Indicator) -> None:
    usual = judging.CUTS.get(indicator.status_method)
    given = [indicator.on_pace_at, indicator.behind_at]
    if usual:
        defaults = (usual.on_pace, usual.behind)
        given = [cut if cut is not None else its for cut, its in zip(given, defaults, strict=True)]
    upper, lower = given
    if upper is not None and lower is not None and upper < lower:
        raise Refused(
            "cuts-crossed", _("“On pace” cannot begin below “behind”: put the first number above the second.")
        )


@transaction.atomic
def set_path(
    indicator: Indicator, role: str, *, by: Actor, values: Mapping[str, Any] | None
) -> Trajectory | None:
    """Set the ideal path or the projection; None takes it away.

    Refused where its numbers make no path, or where it starts or ends on a figure or target that is not there.
    """
    policy.require("indicators.set_path", by=by, on=indicator)
    indicator = _locked(indicator)
    before = indicator.trajectories.filter(role=role).first()
    wanted = _wanted(indicator, role, values) if values else None
    told = [history.told_path(before), history.told_path(wanted)]
    if told[0] == told[1]:
        return before
    indicator.trajectories.filter(role=role).delete()
    if wanted:
        wanted.save(force_insert=True)
    changes = {str(Trajectory.Role(role).value): told}
    journal.record("indicators.set_path", indicator, by=by, changes=changes, public=indicator.is_published)
    return wanted


def _wanted(indicator: Indicator, role: str, values: Mapping[str, Any]) -> Trajectory:
    note = as_text(values.get("note") or {})
    _require_languages(indicator, note)
    wanted = Trajectory(
        indicator=indicator, role=role, note=note, **{n: values[n] for n in history.PATH if n in values}
    )
    numbers = [wanted.start_value, wanted.end_value, wanted.growth, wanted.ceiling]
    numbers += [value for _period, value in wanted.milestones]
    if any(number is not None and not math.isfinite(number) for number in numbers):
        raise Refused("not-a-number", _("A path is made of numbers."))
    for period in (wanted.start_period, wanted.end_period, *(period for period, _value in wanted.milestones)):
        if period:
            _end(period)
    # As JSON keeps them, so that the same table again is no change.
    wanted.milestones = sorted(map(list, wanted.milestones), key=lambda milestone: _end(milestone[0]))
    (reading,) = queries.readings([indicator], today=timezone.localdate())
    try:
        judging.path(wanted, reading.known.comparable())
    except TrajectoryError:
        raise Refused("no-path", _(PATHLESS[Trajectory.Form(wanted.form)])) from None
    return wanted


PATHLESS: Mapping[Trajectory.Form, Any] = {
    Trajectory.Form.TREND: _("A trend needs two figures of different periods, and a target to lead up to."),
    Trajectory.Form.LINEAR: _(
        "A line needs a start and a later end. Where you leave one empty, there must be a figure or a target."
    ),
    Trajectory.Form.COMPOUND: _(
        "A constant growth rate needs a start and a later end, both above zero or both below it."
    ),
    Trajectory.Form.LOGISTIC: _(
        "An S-curve needs a start between zero and its ceiling, and a growth, or a later end below the ceiling."
    ),
    Trajectory.Form.MILESTONES: _("A table needs at least one milestone, and one value for each period."),
}


def _end(period: str) -> Any:
    try:
        return periods.parse(period).end
    except periods.PeriodError:
        raise words.refused("period-unclear", period=period[:40]) from None


@transaction.atomic
def set_comparisons(
    indicator: Indicator, comparisons: Iterable[Mapping[str, Any]], *, by: Actor
) -> list[Comparison]:
    """Set the places the figures are compared with, each a name, a source and `(period, value)` pairs.

    One that is left out ends, and a changed figure gives way; what was shown before stays on record.
    """
    policy.require("indicators.set_comparisons", by=by, on=indicator)
    indicator, now = _locked(indicator), timezone.now()
    standing = {str(row.name): row for row in indicator.comparisons.filter(ended_at__isnull=True)}
    before, kept, wanted = _compared(indicator), [], list(comparisons)
    if len({str(as_text(values["name"])) for values in wanted}) < len(wanted):
        raise Refused("two-comparisons", _("Two comparisons have the same name: put them together."))
    for values in wanted:
        name = as_text(values["name"])
        _require_languages(indicator, name)
        row = standing.pop(str(name), None) or Comparison(indicator=indicator)
        row.name, row.source = name, dict(values.get("source") or {})
        row.save()
        _set_figures(row, values["figures"], now)
        kept.append(row)
    for gone in standing.values():
        gone.figures.filter(superseded_at__isnull=True).update(superseded_at=now)
        gone.ended_at = now
        gone.save(update_fields=["ended_at"])
    if (after := _compared(indicator)) != before:
        changes = {"comparisons": [before, after]}
        journal.record(
            "indicators.set_comparisons", indicator, by=by, changes=changes, public=indicator.is_published
        )
    return kept


def _require_languages(indicator: Indicator, text: Text) -> None:
    if indicator.is_published and text and (missing := text.missing(publishing.required_languages())):
        raise publishing.texts_missing(missing)


def _set_figures(row: Comparison, figures: Iterable[tuple[str, float]], now: datetime) -> None:
    wanted = list(figures)
    if len({period for period, _value in wanted}) < len(wanted):
        raise Refused("two-compared", _("A comparison has one figure for each period."))
    if not all(math.isfinite(value) for _period, value in wanted):
        raise Refused("not-a-number", _("A figure must be a number."))
    standing = {f.period: f for f in row.figures.filter(superseded_at__isnull=True)}
    same = {period for period, value in wanted if period in standing and standing[period].value == value}
    gone = [figure.pk for period, figure in standing.items() if period not in same]
    row.figures.filter(pk__in=gone).update(superseded_at=now)
    ComparedFigure.objects.bulk_create(
        ComparedFigure(comparison=row, period=period, period_end=_end(period), value=value, recorded_at=now)
        for period, value in wanted
        if period not in same
    )


def _compared(indicator: Indicator) -> list[Any]:
    rows = indicator.comparisons.filter(ended_at__isnull=True).order_by("pk")
    return [
        [
            row.name.to_json(),
            row.source,
            list(row.figures.filter(superseded_at__isnull=True).values_list("period", "value")),
        ]
        for row in rows
    ]
