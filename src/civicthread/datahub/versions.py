"""What stands in a version of a dataset, and how it differs from the one before: worked out once, after a load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from civicthread.datahub import tables
from civicthread.datahub.models import Dataset, DatasetVersion
from civicthread.lake.ingest import Ingested, as_ingested
from civicthread.lake.profile import COUNTABLE, ColumnProfile, Survey, survey
from civicthread.lake.refusals import UnknownVersion
from civicthread.lake.schema import TableVersion
from civicthread.lake.smallcells import publish
from civicthread.lake.tables import Commit, Table
from civicthread.lake.upkeep import diff
from civicthread.methods import periods

SAMPLE_ROWS: Final = 20
LONGEST_TEXT: Final = 200
KEPT: Final = ("rows", "profile", "sample", "covers_from", "covers_until", "totals", "shown_with")
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
    totals: Mapping[str, Any]
    shown_with: str


def contents(dataset: Dataset, done: Ingested, *, before: DatasetVersion | None) -> Contents:
    """What stands in the version of a load. Rows of very large tables are counted, not compared with those before."""
    table = tables.table(dataset)
    version = table.version(done.version)
    found = survey(version, first=SAMPLE_ROWS, limits=table.limits, read=done.read)
    rows = found.columns[0].rows if found.columns else 0
    added, removed, changed = _difference(table, before, done.version, rows)
    first, last = _coverage(dataset, found.columns)
    face = _published_face(dataset, version, found)
    return Contents(
        rows=rows,
        added=added,
        removed=removed,
        changed=changed,
        covers_from=first,
        covers_until=last,
        totals=found.totals,
        **vars(face),
    )


@dataclass(frozen=True)
class Face:
    """What a page shows of a version's rows: what is published of them, never more."""

    profile: Mapping[str, Any]
    sample: Mapping[str, Any]
    shown_with: str


def face(dataset: Dataset, number: int) -> Face:
    """What a page shows of a version, under the rule on small cells that holds now."""
    table = tables.table(dataset)
    version = table.version(number)
    return _published_face(dataset, version, survey(version, first=SAMPLE_ROWS, limits=table.limits))


def show_again(dataset: Dataset) -> int:
    """Give the versions whose preview was made under another rule the one of the rule that holds; how many."""
    rule = tables.small_cells(dataset)
    digest = rule.digest() if rule else ""
    numbers = list(dataset.versions.exclude(shown_with=digest).values_list("number", flat=True))
    # All are made before the first is written: reading takes time, and nobody should wait for the records meanwhile.
    shown = {number: _face_or_nothing(dataset, number, digest) for number in numbers}
    for number, face_of_it in shown.items():
        dataset.versions.filter(number=number).update(**vars(face_of_it))
    return len(numbers)


def _face_or_nothing(dataset: Dataset, number: int, digest: str) -> Face:
    try:
        return face(dataset, number)
    except UnknownVersion:  # its rows are not kept any more, nor is what they showed
        return Face({}, {}, digest)


def _published_face(dataset: Dataset, version: TableVersion, found: Survey) -> Face:
    rule = tables.small_cells(dataset)
    if rule is None or not version.files:
        return _face_of(found, version, rule.digest() if rule else "")
    with TemporaryDirectory(prefix="published-") as folder:
        shown = publish(version, rule, Path(folder, "rows.parquet"), keys=tuple(dataset.keys))
        return _face_of(survey(shown, first=SAMPLE_ROWS), shown, rule.digest())


def _face_of(found: Survey, version: TableVersion, shown_with: str) -> Face:
    """Profiles and first rows, column by column named: a record's JSON does not keep the order of names."""
    rows = [[plain(value) for value in row.values()] for row in found.first]
    sample = {"columns": list(version.columns), "rows": rows}
    return Face(_plain_profiles(found.columns), sample, shown_with)


def _plain_profiles(columns: tuple[ColumnProfile, ...]) -> dict[str, Any]:
    return {column.name: _plain_profile(column) for column in columns}


def _coverage(dataset: Dataset, columns: tuple[ColumnProfile, ...]) -> tuple[date | None, date | None]:
    """The first and last day the rows are about, where the period is written in a way that can be read."""
    name = dataset.period_column or "period"
    found = next((column for column in columns if column.name == name), None)
    first = _period(str(plain(found.minimum))) if found else None
    last = _period(str(plain(found.maximum))) if found else None
    return first.start if first else None, last.end if last else None


def _period(text: str) -> periods.Period | None:
    """The period a text names; those that do not begin with their year do not stand in the order of time."""
    if not text[:4].isdecimal():
        return None
    try:
        return periods.parse(text.partition("T")[0])
    except periods.PeriodError:
        return None


def unnoted(table: Table, *, after: int) -> list[Commit]:
    """Loads and restorations that the lake has since that version, newest first."""
    if table.latest() <= after:
        return []
    since = (commit for commit in table.history() if commit.version > after)
    return [commit for commit in since if commit.operation in ("ingest", "restore")]


def loaded(table: Table, commit: Commit) -> Ingested:
    """A load as the lake's own log tells it."""
    return as_ingested(table, commit, commit.version)


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
