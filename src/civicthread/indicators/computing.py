"""From a checked query to figures: running it on named versions of the lake, and reading its rows."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset
from civicthread.lake.engine import Engine, QueryFailed, engine_from
from civicthread.lake.schema import TableVersion
from civicthread.lake.sql import CheckedQuery, SqlRefused, check
from civicthread.methods import periods

PLAIN_COLUMNS = {"period", "value", "area", "numerator", "denominator"}
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Figure:
    """One row that an indicator's query gave."""

    period: str
    value: float | None
    area: str = ""
    numerator: float | None = None
    denominator: float | None = None
    breakdown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Computation:
    """The figures, and all it takes to compute them again."""

    figures: tuple[Figure, ...]
    engine: str
    versions: Mapping[str, int]
    digest: str


@cache
def engine() -> Engine:
    """The engine this installation computes with, started once in a process."""
    return engine_from(settings.ENGINE)


def checked(sql: str) -> CheckedQuery:
    """The query, checked against the datasets there are; refused unless it gives `period` and `value`."""
    known = {d.code: {c.name: c.type for c in tables.schema(d).columns} for d in _datasets()}
    try:
        query = check(sql, known)  # type: ignore[arg-type]  # column types are a choice of the lake's own
    except SqlRefused as refused:
        raise Refused(
            f"sql-{refused.code}", refused.message, line=refused.line, column=refused.column, reason=refused.code
        ) from None
    missing = {"period", "value"} - {column.name for column in query.columns}
    if missing:
        raise Refused(
            "sql-columns",
            _("The query must give the columns period and value; missing: %(missing)s.")
            % {"missing": ", ".join(sorted(missing))},
        )
    return query


def _datasets() -> list[Dataset]:
    return list(Dataset.objects.prefetch_related("columns"))


def latest_versions(query: CheckedQuery) -> dict[str, int]:
    """The current version of each dataset the query reads."""
    datasets = Dataset.objects.filter(code__in=query.tables)
    return {dataset.code: tables.table(dataset).latest() for dataset in datasets}


def compute(query: CheckedQuery, versions: Mapping[str, int], *, owner: str = "") -> Computation:
    """Run the query on those versions of its datasets."""
    found: dict[str, TableVersion] = {}
    for dataset in Dataset.objects.filter(code__in=query.tables):
        found[dataset.code] = tables.table(dataset).version(versions[dataset.code])
    try:
        answer = engine().run(query, found, owner=owner)
    except QueryFailed as failed:
        raise Refused(f"query-{failed.code}", failed.message, reason=failed.code) from None
    figures = tuple(_figure(row) for row in answer.to_pylist())
    _refuse_doubles(figures)
    return Computation(figures, settings.ENGINE.split("://")[0], dict(versions), digest(figures))


def _figure(row: Mapping[str, Any]) -> Figure:
    period = str(row["period"])
    try:
        periods.parse(period)
    except periods.PeriodError:
        message = _("“%(period)s” is not a period such as 2026, 2026-Q3, 2026-09 or 2026-09-30.")
        raise Refused("period-unclear", message % {"period": period[:LONGEST_TEXT]}) from None
    breakdown = {name: value for name, value in row.items() if name not in PLAIN_COLUMNS and value is not None}
    return Figure(
        period=period,
        value=_number(row["value"]),
        area=str(row.get("area") or "")[:LONGEST_TEXT],
        numerator=_number(row.get("numerator")),
        denominator=_number(row.get("denominator")),
        breakdown=tuple(sorted((name, str(value)[:LONGEST_TEXT]) for name, value in breakdown.items())),
    )


def _number(value: Any) -> float | None:
    """A finite number; missing is not zero, and what is no number is missing."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _refuse_doubles(figures: tuple[Figure, ...]) -> None:
    seen: set[tuple[object, ...]] = set()
    for figure in figures:
        place = (figure.period, figure.area, figure.breakdown)
        if place in seen:
            message = _("The query gives two values for %(period)s %(area)s: group by every other column.")
            raise Refused("two-values", message % {"period": figure.period, "area": figure.area})
        seen.add(place)


def digest(figures: tuple[Figure, ...]) -> str:
    """A fingerprint of all figures, to the last digit, whatever their order."""
    lines = sorted(repr(figure) for figure in figures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
