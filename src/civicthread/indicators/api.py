"""Indicators for programs: what is measured, its figures, targets and status, and where the figures come from."""

from datetime import date, datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from ninja import Query, Router, Schema

from civicthread.core.api import Code, Cursor, Limit, Page, Texts, Words, operation, paged, texts
from civicthread.core.policy import actor_of
from civicthread.datahub.models import Frequency
from civicthread.indicators import queries
from civicthread.indicators.models import Correction, Indicator, Qualifier, Target, Value
from civicthread.indicators.provenance import Origin, Provenance, provenance
from civicthread.indicators.queries import Filters, Reading
from civicthread.methods.status import Grade

router = Router(tags=["indicators"])

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
    run: int | None
    source: dict[str, str]


class TargetOut(Schema):
    """A value to be reached by the end of a period."""

    period: str
    due: date
    value: float
    note: Texts


class StatusOut(Schema):
    """How the latest figure stands towards the target that counts today. `share` is not capped."""

    grade: Grade
    share: float | None
    measure: float | None


class IndicatorOut(Schema):
    """An indicator with its latest figure; `status` is null where it is not judged."""

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
    corrections: list[CorrectionOut]
    method: MethodOut | None
    runs: list[RunOut]


@router.get("/indicators", response=Page[IndicatorOut], operation_id="indicators.list")
@operation("indicators.read")
def indicators(  # noqa: PLR0913, PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    query: Words,
    direction: Code,
    kind: KindOf,
    cursor: Cursor,  # noqa: ARG001  # read by `paged`
    limit: Limit,  # noqa: ARG001
) -> Any:
    """The indicators, by title."""
    filters = Filters(query, direction, kind or "")
    found = queries.filtered(filters, visible_to=actor_of(request), language=settings.LANGUAGE_CODE)
    return paged(request, found, _all, order="sort_title")


@router.get("/indicators/{slug:code}", response=IndicatorWithFigures, operation_id="indicators.get")
@operation("indicators.read")
def indicator(request: HttpRequest, code: str) -> Any:
    """One indicator with its figures and their provenance."""
    actor = actor_of(request)
    found, method = queries.with_method(code, visible_to=actor)
    (reading,) = queries.readings([found], today=timezone.localdate())
    origin = provenance(method, reading.values, visible_to=actor)
    return {
        **_indicator(reading),
        "figures": [_figure(value) for value in reading.values],
        "not_retained": [_figure(value) for value in reading.others],
        "targets": [_target(target) for target in reading.targets],
        "corrections": [_correction(correction) for correction in queries.corrections(found)],
        "method": _method(origin),
        "runs": [_run(one) for one in origin.origins],
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
    plain = ("period", "breakdown", "value", "numerator", "denominator", "origin", "qualifier", "flags")
    return {
        **{name: getattr(value, name) for name in plain},
        "area": value.area.code if value.area else None,
        "note": texts(value.note),
        "run": value.run_id,
        "source": {name: str(told) for name, told in (value.source or {}).items()},
    }


def _target(target: Target) -> dict[str, Any]:
    return {"period": target.period, "due": target.due, "value": target.value, "note": texts(target.note)}


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
    return {"number": method.number, "note": texts(method.note), "sql": method.sql, "lineage": lineage}


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
