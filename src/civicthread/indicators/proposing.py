"""From the figures of a run to figures that wait for approval: only what differs from what stands there."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from civicthread.core import saving
from civicthread.core.text import Text
from civicthread.indicators.computing import Figure
from civicthread.indicators.models import Indicator, Run, Value
from civicthread.indicators.places import Place
from civicthread.methods import periods
from civicthread.territory.models import Area

Approval, Origin = Value.Approval, Value.Origin
Placed = Mapping[Place, tuple[Figure, Area | None]]
Standing = Mapping[Place, Value]
Row = dict[str, Any]
"""The columns of a new figure that are its own."""
PLACE = ("period", "period_end", "area_id", "breakdown_key")


def propose(indicator: Indicator, run: Run, figures: Placed) -> int:
    """Write the figures that differ from the published ones; how many. Earlier proposals give way.

    A published figure that the query gives no more is proposed as missing, so that it does not stay for ever.
    """
    now = timezone.now()
    published, waiting = _standing(indicator, figures)
    missing = {
        place
        for place, value in published.items()
        if value.origin == Origin.COMPUTED and not _has_value(figures, place)
    }
    new: list[Row] = []
    kept = set()
    for place in {*figures, *missing}:
        figure = figures[place][0] if _has_value(figures, place) else None
        if (figure is None and place not in missing) or _says(published.get(place), figure):
            continue
        if _says(waiting.get(place), figure):
            kept.add(place)
        elif figure is None:
            new.append(_absence(published[place]))
        else:
            new.append(_row(figures[place], place))
    replaced = [value.pk for place, value in waiting.items() if place not in kept]
    if replaced:
        Value.objects.filter(pk__in=replaced).update(superseded_at=now)
    new.sort(key=lambda row: (row["period_end"], row["breakdown_key"], row["area_id"] or 0))
    same = {"indicator_id": indicator.pk, "origin": Origin.COMPUTED, "run_id": run.pk, "recorded_at": now}
    saving.insert(Value, new, same=same)
    return len(new)


def _standing(indicator: Indicator, figures: Placed) -> tuple[Standing, Standing]:
    """The published figures, and the proposals that this run decides on: computed ones, and any for its places."""
    published: dict[Place, Value] = {}
    waiting: dict[Place, Value] = {}
    for value in indicator.values.filter(superseded_at__isnull=True, retained=True):
        place = Place.of(value)
        if value.approval == Approval.APPROVED:
            published[place] = value
        elif value.origin == Origin.COMPUTED or place in figures:
            waiting[place] = value
    return published, waiting


def _has_value(figures: Placed, place: Place) -> bool:
    return place in figures and figures[place][0].value is not None


def _says(value: Value | None, figure: Figure | None) -> bool:
    """Whether the kept figure says the same; a missing figure says that there is none."""
    if value is None:
        return False
    if figure is None:
        return value.value is None
    kept = (value.value, value.numerator, value.denominator, tuple(value.flags), value.note)
    return kept == (figure.value, figure.numerator, figure.denominator, figure.flags, note_of(figure))


def note_of(figure: Figure) -> Text:
    """The note of a row, in the languages it is written in."""
    return Text.of(dict(figure.notes)) if figure.notes else Text()


def _row(given: tuple[Figure, Area | None], place: Place) -> Row:
    figure, area = given
    return {
        "period": figure.period,
        "period_end": periods.parse(figure.period).end,
        "area_id": area.pk if area else None,
        "breakdown": dict(figure.breakdown),
        "breakdown_key": place.breakdown,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "flags": list(figure.flags),
        "note": note_of(figure),
    }


def _absence(published: Value) -> Row:
    """A row that says that there is no figure any more."""
    place = {name: getattr(published, name) for name in (*PLACE, "breakdown")}
    return {**place, "value": None, "numerator": None, "denominator": None, "flags": [], "note": Text()}
