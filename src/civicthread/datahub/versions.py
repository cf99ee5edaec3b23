"""What stands in a version of a dataset, and how it differs from the one before: worked out once, after a load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from civicthread.datahub import tables
from civicthread.datahub.models import Dataset, DatasetVersion
from civicthread.lake.connection import are_small, borrow
from civicthread.lake.profile import COUNTABLE, ColumnProfile, footers, preview, profile
from civicthread.lake.schema import TableVersion
from civicthread.lake.tables import Table
from civicthread.lake.upkeep import diff
from civicthread.methods import periods

SAMPLE_ROWS: Final = 20
LONGEST_TEXT: Final = 200
KEPT: Final = ("rows", "profile", "sample", "covers_from", "covers_until")
"""What is known of rows whichever version they stand in."""


@dataclass(frozen=True)
class Contents:
    """The values of a `DatasetVersion` that come from its rows."""

    rows: int
    added: int | None
    removed: int | None
    changed: int | None
    profile: Mapping[str, Any]
    sample: Mapping[str, Any]
    covers_from: date | None
    covers_until: date | None


def contents(dataset: Dataset, number: int) -> Contents:
    """What stands in the version. Rows of very large tables are counted, not compared."""
    table = tables.table(dataset)
    version = table.version(number)
    columns = _profiled(table, version)
    rows = columns[0].rows if columns else 0
    before = dataset.versions.filter(number__lt=number).only("number", "rows").first()
    added, removed, changed = _difference(table, before, number, rows)
    first, last = _coverage(dataset, columns)
    return Contents(
        rows=rows,
        added=added,
        removed=removed,
        changed=changed,
        profile={column.name: _plain_profile(column) for column in columns},
        sample=_sample(version),
        covers_from=first,
        covers_until=last,
    )


def _sample(version: TableVersion) -> dict[str, Any]:
    """The first rows, column by column named: a record's JSON does not keep the order of names."""
    found = preview(version, limit=SAMPLE_ROWS)
    return {
        "columns": list(version.columns),
        "rows": [[plain(value) for value in row.values()] for row in found],
    }


def _coverage(dataset: Dataset, columns: tuple[ColumnProfile, ...]) -> tuple[date | None, date | None]:
    """The first and last day the rows are about, where the period is written in a way that can be read."""
    name = dataset.period_column or "period"
    found = next((column for column in columns if column.name == name), None)
    first = _period(str(plain(found.minimum))) if found else None
    last = _period(str(plain(found.maximum))) if found else None
    return first.start if first else None, last.end if last else None


def _period(text: str) -> periods.Period | None:
    try:
        return periods.parse(text.partition("T")[0])
    except periods.PeriodError:
        return None


def _profiled(table: Table, version: TableVersion) -> tuple[ColumnProfile, ...]:
    if not version.files:
        return ()
    if are_small(version.files):
        return profile(version, limits=table.limits)
    first = dict(list(version.columns.items())[:1])
    with borrow(table.limits) as connection:
        (counted,) = footers(connection, version.files, first)
        if counted.rows > COUNTABLE:
            return footers(connection, version.files, version.columns)
    return profile(version, limits=table.limits)


def _difference(
    table: Table, before: DatasetVersion | None, number: int, rows: int
) -> tuple[int | None, int | None, int | None]:
    if before is None:
        return rows, 0, 0
    if max(rows, before.rows) > COUNTABLE:
        return None, None, None
    found = diff(table, before.number, number)
    return found.added, found.removed, found.changed


def _plain_profile(column: ColumnProfile) -> dict[str, Any]:
    values = vars(column) | {"minimum": plain(column.minimum), "maximum": plain(column.maximum)}
    return values | {"frequent": [[plain(value), count] for value, count in column.frequent]}


def plain(value: Any) -> Any:
    """A value as JSON keeps it; a long text cut short.

    >>> import datetime
    >>> plain(datetime.date(2020, 3, 1)), plain(4), plain(None)
    ('2020-03-01', 4, None)
    """
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else value
