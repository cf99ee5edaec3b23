"""What changes the dashboard: once a year its figures are frozen. Nothing changes or removes a snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import Direction
from civicthread.core import journal, policy, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.dashboard import queries, standing
from civicthread.dashboard.models import Snapshot, SnapshotFigure
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator, Run, Value
from civicthread.indicators.queries import Reading
from civicthread.methods.status import summary


@transaction.atomic
def freeze(year: int, *, by: Actor, note: Text | None = None) -> Snapshot:
    """Keep the figures of all public indicators as they stand today, as the snapshot of a year, for good.

    A year is frozen while it runs or in the year after: older figures are no longer what people saw then.
    """
    policy.require("dashboard.freeze", by=by)
    today = timezone.localdate()
    if year not in queries.freezable(today):
        facts = {"last": today.year - 1, "this": today.year}
        raise Refused(
            "other-year", _("Only the figures of %(last)s or %(this)s can be frozen today.") % facts
        )
    # Whoever freezes holds the indicators, so that all figures are of one moment.
    found = list(Indicator.objects.filter(publication="published").select_for_update().order_by("code"))
    if Snapshot.objects.filter(year=year).exists():
        raise Refused("frozen", _("The figures of %(year)s are frozen already.") % {"year": year})
    if not found:
        raise Refused("nothing", _("There is no public indicator yet, so there is nothing to freeze."))
    readings = indicators.readings(
        indicators.indicators(visible_to=None).filter(pk__in=[one.pk for one in found]), today=today
    )
    figures = list(_figures(readings, _surroundings(readings)))
    snapshot = Snapshot.objects.create(
        year=year,
        day=today,
        at=timezone.now(),
        by=by,
        note=note or Text(),
        counts=standing.tally(reading.status for reading in readings),
        median_share=summary(filter(None, (reading.status for reading in readings))).median_share,
        size=len(figures),
        digest=queries.digest(figures),
    )
    for position, figure in enumerate(figures):
        figure.snapshot, figure.position = snapshot, position
    SnapshotFigure.objects.bulk_create(figures, batch_size=500)
    search.index(snapshot)
    changes = {"year": year, "figures": len(figures), "digest": snapshot.digest}
    journal.record("dashboard.freeze", snapshot, by=by, changes=changes, public=True)
    return snapshot


@dataclass(frozen=True)
class _Surroundings:
    """What the figures of a snapshot need beside themselves, asked for once."""

    directions: dict[str, tuple[int, Text]]
    methods: dict[int, int]
    runs: dict[int, Run]


def _surroundings(readings: list[Reading]) -> _Surroundings:
    runs = {value.run_id for reading in readings for value in _kept(reading) if value and value.run_id}
    return _Surroundings(
        {row.code: (row.position, row.name) for row in Direction.objects.all()},
        queries.methods(reading.indicator for reading in readings),
        {run.pk: run for run in Run.objects.filter(pk__in=runs).select_related("method")},
    )


def _kept(reading: Reading) -> list[Value | None]:
    """The latest figure of the whole territory (None where there is none), then those of its areas."""
    return [
        reading.latest,
        *sorted(reading.latest_of_areas, key=lambda value: value.area.code if value.area else ""),
    ]


def _figures(readings: list[Reading], around: _Surroundings) -> Iterator[SnapshotFigure]:
    last = (len(around.directions) + 1, Text())
    for reading in sorted(
        readings,
        key=lambda one: (around.directions.get(one.indicator.direction, last)[0], one.indicator.code),
    ):
        for value in _kept(reading):
            yield _figure(reading, value, around)


def _figure(reading: Reading, value: Value | None, around: _Surroundings) -> SnapshotFigure:
    indicator, area = reading.indicator, value.area if value else None
    run = around.runs.get(value.run_id) if value and value.run_id else None
    status, target = (None, None) if area else (reading.status, reading.target)
    return SnapshotFigure(
        **{name: getattr(indicator, name) for name in ("code", "reference", "title", "unit", "symbol")},
        indicator=indicator,
        decimals=indicator.decimals,
        direction=indicator.direction,
        direction_name=around.directions.get(indicator.direction, (0, Text()))[1],
        owner_name=indicator.owner.name if indicator.owner else Text(),
        area=area.code if area else "",
        area_name=area.name if area else Text(),
        **_measured(value),
        target=target.value if target else None,
        target_period=target.period if target else "",
        grade=str(status.grade) if status else "",
        share=status.share if status else None,
        method=run.method.number if run else around.methods.get(indicator.pk),
        run=run.pk if run else None,
        versions=run.versions if run else {},
    )


def _measured(value: Value | None) -> dict[str, Any]:
    if value is None:
        return {}
    return {
        "period": value.period,
        "value": value.value,
        "qualifier": value.qualifier,
        "flags": value.flags,
        "source": value.source or {},
    }
