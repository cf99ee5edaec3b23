"""What the page of changes shows: how the published rows of one version differ from those of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from civicthread.core import formats
from civicthread.core.templatetags.components import short
from civicthread.core.templatetags.texts import text
from civicthread.datahub import queries, reader
from civicthread.datahub.models import Dataset, DatasetVersion

MOST_ROWS: Final = 1_000_000
"""Versions with more rows are not compared on a page."""
MOST_VERSIONS: Final = 100
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """How many rows were added, removed and changed, the heads of their tables, and the first rows of each."""

    added: int
    removed: int
    changed: int
    heads: Sequence[Mapping[str, Any]]
    added_rows: Sequence[Sequence[Any]]
    removed_rows: Sequence[Sequence[Any]]
    changed_rows: Sequence[Sequence[Any]]


def between(dataset: Dataset, old: DatasetVersion, new: DatasetVersion) -> Changes | None:
    """The changes from one version to another; None where there are too many rows to compare."""
    if max(old.rows, new.rows) > MOST_ROWS:
        return None
    found = reader.changes(dataset, old.number, new.number)
    names = _names(dataset, found)
    return Changes(
        found["added"],
        found["removed"],
        found["changed"],
        heads=_heads(dataset, names),
        added_rows=[_cells(row, names) for row in found["added_rows"]],
        removed_rows=[_cells(row, names) for row in found["removed_rows"]],
        changed_rows=[_changed(before, after, names) for before, after in found["changed_rows"]],
    )


def compared(
    dataset: Dataset, numbers: tuple[int | None, int | None]
) -> tuple[DatasetVersion, DatasetVersion] | None:
    """The two versions to compare, the newest and the one before it unless others are asked; None if there are not."""
    newest = list(queries.versions(dataset).defer("profile", "sample")[:2])
    if len(newest) < 2:
        return None
    old, new = (
        default if number is None else queries.version(dataset, number)
        for number, default in zip(numbers, reversed(newest), strict=True)
    )
    return (old, new) if old and new else None


def choices(dataset: Dataset) -> list[tuple[int, str]]:
    """The versions one may choose from, each with its day."""
    found = queries.versions(dataset).values_list("number", "at")[:MOST_VERSIONS]
    return [(number, f"{number} · {formats.day(at)}") for number, at in found]


def _names(dataset: Dataset, found: Mapping[str, Any]) -> list[str]:
    """The columns that stand in the rows, in the declared order; those that are added to what is published last."""
    pairs = [row for pair in found["changed_rows"] for row in pair]
    there = dict.fromkeys(
        name for row in (*found["added_rows"], *found["removed_rows"], *pairs) for name in row
    )
    declared = [column.name for column in dataset.columns.all()]
    return [*(name for name in declared if name in there), *(name for name in there if name not in declared)]


def _heads(dataset: Dataset, names: Sequence[str]) -> list[dict[str, Any]]:
    titles = {
        column.name: text(column.title) if column.title else column.name for column in dataset.columns.all()
    }
    return [{"label": titles.get(name, name)} for name in names]


def _cells(row: Row, names: Sequence[str]) -> list[Any]:
    return [_shown(row.get(name)) for name in names]


def _changed(before: Row, after: Row, names: Sequence[str]) -> list[Any]:
    """The cells of a row, with what stood there before where it is another."""
    return [_both(before.get(name), after.get(name)) for name in names]


def _both(before: Any, after: Any) -> Any:
    if before == after:
        return _shown(after)
    return format_html("<del>{}</del> <ins>{}</ins>", _shown(before), _shown(after))


def _shown(value: Any) -> SafeString | str:
    return "" if value is None else short(value)
