"""Indicators for programs: what is measured, its figures, targets and status, and where the figures come from."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from ninja import Query, Router, Schema

from civicthread.core.api import Asked, Code, Page, Texts, Words, operation, paged, texts
from civicthread.core.errors import Refused
from civicthread.core.mistakes import named_nothing, wrong
from civicthread.core.policy import actor_of
from civicthread.datahub.models import Frequency
from civicthread.indicators import forms, judging, queries
from civicthread.indicators.courses import steps
from civicthread.indicators.models import (
    Correction,
    Indicator,
    MethodVersion,
    Qualifier,
    Target,
    Trajectory,
    Value,
)
from civicthread.indicators.provenance import Origin, Provenance, provenance
from civicthread.indicators.queries import Compared, Filters, Reading
from civicthread.methods.status import Grade

router = Router(tags=["indicators"])

At = Annotated[
    str, Query("", description="The figures as everyone saw them on that day, such as 2026-09-30.")
]
KindOf = Annotated[Indicator.Kind | None, Query(None, description="How its figures come about.")]


class FigureOut(Schema):
    """A published figure, as it is stored: pages round it to `decimals`. `area` null is the whole territory."""

    period: str
    area: str | None
    breakdown: dict[str, str]
    value: float
    numerator: float | None
    denominator: float | None
    origin: Value.Origin
    qualifier: Qualifier
    flags: list[str]
    note: Texts
    evidence: str
    published_at: datetime | None
    run: int | None
    source: dict[str, str]


class TargetOut(Schema):
    """A value to be reached by the end of a period. `area` null is the whole territory."""

    area: str | None
    period: str
    due: date
    value: float
    note: Texts


class PointOut(Schema):
    """A value of a path on a day."""

    day: date
    value: float


class PathOut(Schema):
    """A path as it was set (`own`) or follows from start and target, and its values year by year."""

    role: Trajectory.Role
    form: Trajectory.Form
    own: bool
    points: list[PointOut]


class ComparedOut(Schema):
    """A figure of another place."""

    period: str
    value: float


class ComparisonOut(Schema):
    """Another place that the figures are set beside."""

    name: Texts
    source: dict[str, str]
    figures: list[ComparedOut]


class CutsOut(Schema):
    """Where the grades of the status meet, in the measure of its method."""

    on_pace: float
    behind: float


class StatusOut(Schema):
    """How the latest figure stands towards the target that counts today. `share` is not capped."""

    grade: Grade
    share: float | None
    measure: float | None


class IndicatorOut(Schema):
    """An indicator with its latest figure; `status` is null where it is not judged and its figures are recent."""

    code: str
    reference: str
    kind: Indicator.Kind
    title: Texts
    description: Texts
    unit: Texts
    symbol: str
    decimals: int
    good: Indicator.Good
    status_method: Indicator.StatusMethod
    frequency: Frequency
    direction: str
    owner: str | None
    latest: FigureOut | None
    target: TargetOut | None
    status: StatusOut | None
    address: str
    files: dict[str, str]


class ReadOut(Schema):
    """A dataset that a run read, and in which version."""

    dataset: str
    version: int
    source_url: str


class RunOut(Schema):
    """A computation that published figures come from; `civicthread reproduce` computes it again."""

    run: int
    at: datetime
    engine: str
    method: int
    sql_sha256: str
    digest: str
    periods: list[str]
    read: list[ReadOut]


class LineOut(Schema):
    """A column of the result and a dataset's column it is computed from."""

    output: str
    dataset: str
    column: str


class MethodOut(Schema):
    """How the figures come about: version, words, query and lineage."""

    number: int
    note: Texts
    sql: str
    roll_up: MethodVersion.RollUp
    lineage: list[LineOut]


class CorrectionOut(Schema):
    """A published figure that was corrected; null is no figure."""

    at: datetime
    period: str
    area: str | None
    breakdown: dict[str, str]
    old: float | None
    new: float | None
    reason: Texts


class IndicatorWithFigures(IndicatorOut):
    """An indicator with all published figures, those set aside, its targets, corrections and provenance."""

    figures: list[FigureOut]
    not_retained: list[FigureOut]
    targets: list[TargetOut]
    baseline: PointOut | None
    cuts: CutsOut | None
    paths: list[PathOut]
    comparisons: list[ComparisonOut]
    statuses_of_areas: dict[str, StatusOut]
    corrections: list[CorrectionOut]
    method: MethodOut | None
    runs: list[RunOut]


@router.get("/indicators", response=Page[IndicatorOut], operation_id="indicators.list")
@operation("indicators.read")
def indicators(  # noqa: PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    query: Words,
    direction: Code,
    kind: KindOf,
    asked: Asked,
) -> Any:
    """The indicators, by title."""
    actor, filters = actor_of(request), Filters(query, direction, kind or "")
    if direction and direction not in {one.code for one in queries.directions(visible_to=actor)}:
        raise named_nothing("direction", direction)
    found = queries.filtered(filters, visible_to=actor, language=settings.LANGUAGE_CODE)
    return paged(request, found, _all, order="sort_title", asked=asked)


@router.get("/indicators/{slug:code}", response=IndicatorWithFigures, operation_id="indicators.get")
@operation("indicators.read")
def indicator(request: HttpRequest, code: str, at: At) -> Any:
    """One indicator with its figures and their provenance; with `at`, as they stood then, judged as of that day."""
    actor, then = actor_of(request), _moment(at)
    found, method = queries.with_method(code, visible_to=actor)
    (reading,) = queries.readings([found], today=timezone.localdate(), at=then)
    origin = provenance(method, reading.values, visible_to=actor)
    return {
        **_indicator(reading),
        "figures": [_figure(value) for value in reading.values],
        "not_retained": [_figure(value) for value in reading.others],
        "targets": [_target(target) for target in (*reading.targets, *reading.area_targets)],
        **_measured_against(reading),
        "corrections": [_correction(correction) for correction in queries.corrections(found, at=then)],
        "method": _method(origin),
        "runs": [_run(one) for one in origin.origins],
    }


def _moment(at: str) -> datetime | None:
    try:
        return forms.moment(at)
    except Refused as refusal:
        raise wrong("at", refusal.message) from None


def _measured_against(reading: Reading) -> dict[str, Any]:
    """The scale, the baseline, the paths and the places it is compared with."""
    areas = {value.area_id: value.area.code for value in reading.areas if value.area}
    judged = reading.indicator.status_method in judging.CUTS
    return {
        "baseline": reading.known.baseline,
        "cuts": judging.cuts(reading.indicator) if judged else None,
        "paths": list(_paths(reading)),
        "comparisons": [_comparison(compared) for compared in reading.compared],
        "statuses_of_areas": {
            areas[area]: status for area, status in reading.area_statuses.items() if area in areas
        },
    }


def _paths(reading: Reading) -> Iterator[dict[str, Any]]:
    forms_of = {path.role: path.form for path in reading.trajectories}
    start, target, paths = reading.known.start, reading.target, reading.paths
    for role, path in ((Trajectory.Role.IDEAL, paths.ideal), (Trajectory.Role.PROJECTED, paths.projected)):
        if path is None or start is None or target is None:
            continue
        ideal = role == Trajectory.Role.IDEAL
        first = start.day if ideal else reading.series[-1].period_end
        yield {
            "role": role,
            "form": forms_of.get(role, Trajectory.Form.LINEAR),
            "own": role in forms_of,
            "points": [{"day": day, "value": path.value_at(day)} for day in steps(first, target.due)],
        }


def _comparison(compared: Compared) -> dict[str, Any]:
    return {
        "name": texts(compared.comparison.name),
        "source": {name: str(told) for name, told in compared.comparison.source.items()},
        "figures": [{"period": figure.period, "value": figure.value} for figure in compared.figures],
    }


def _all(rows: list[Indicator]) -> list[Any]:
    return [_indicator(reading) for reading in queries.readings(rows, today=timezone.localdate())]


def _indicator(reading: Reading) -> dict[str, Any]:
    indicator, status = reading.indicator, reading.status
    plain = (
        "code",
        "reference",
        "kind",
        "symbol",
        "decimals",
        "good",
        "status_method",
        "frequency",
        "direction",
    )
    return {
        **{name: getattr(indicator, name) for name in plain},
        **{name: texts(getattr(indicator, name)) for name in ("title", "description", "unit")},
        "owner": indicator.owner.code if indicator.owner else None,
        "latest": _figure(reading.latest) if reading.latest else None,
        "target": _target(reading.target) if reading.target else None,
        "status": {name: getattr(status, name) for name in ("grade", "share", "measure")} if status else None,
        "address": _address("indicator", indicator),
        "files": {kind: _address(kind, indicator) for kind in ("csv", "json")},
    }


def _address(name: str, indicator: Indicator) -> str:
    """An address that is the same whoever asks: in the first language of the city."""
    with override(settings.LANGUAGE_CODE):
        return settings.BASE_URL + reverse(f"indicators:{name}", args=[indicator.code])


def _figure(value: Value) -> dict[str, Any]:
    plain = (
        *("period", "breakdown", "value", "numerator", "denominator", "origin", "qualifier", "flags"),
        "evidence",
    )
    return {
        **{name: getattr(value, name) for name in plain},
        "area": value.area.code if value.area else None,
        "note": texts(value.note),
        "published_at": value.approved_at,
        "run": value.run_id,
        "source": {name: str(told) for name, told in (value.source or {}).items()},
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "area": target.area.code if target.area else None,
        "period": target.period,
        "due": target.due,
        "value": target.value,
        "note": texts(target.note),
    }


def _correction(correction: Correction) -> dict[str, Any]:
    old, new = correction.old, correction.new
    return {
        "at": correction.at,
        "period": old.period,
        "area": old.area.code if old.area else None,
        "breakdown": old.breakdown,
        "old": old.value,
        "new": new.value,
        "reason": texts(correction.reason),
    }


def _method(found: Provenance) -> dict[str, Any] | None:
    method = found.method
    if method is None:
        return None
    lineage = [dict(zip(("output", "dataset", "column"), line, strict=True)) for line in method.lineage]
    plain = {name: getattr(method, name) for name in ("number", "sql", "roll_up")}
    return {**plain, "note": texts(method.note), "lineage": lineage}


def _run(origin: Origin) -> dict[str, Any]:
    run = origin.run
    read = [
        {
            "dataset": one.code,
            "version": one.version,
            "source_url": one.dataset.source_url if one.dataset else "",
        }
        for one in origin.read
    ]
    plain = {name: getattr(run, name) for name in ("at", "engine", "sql_sha256", "digest")}
    return {
        **plain,
        "run": run.pk,
        "method": run.method.number,
        "periods": list(origin.periods),
        "read": read,
    }
