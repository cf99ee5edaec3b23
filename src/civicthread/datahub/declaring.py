"""Writing a dataset's description and columns, and what may not change once rows are loaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.core import published, saving
from civicthread.core.errors import Refused
from civicthread.datahub import tables, vocabularies
from civicthread.datahub.models import ColumnType, Dataset, DatasetColumn
from civicthread.lake.schema import NAME
from civicthread.lake.suppression import SUPPRESSED, SmallCells

# Words that stand in the place of a code in our addresses.
RESERVED = {"office", "catalogue", "new", "uploads", "statistics"}
NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}


def is_programme_table(dataset: Dataset) -> bool:
    """Whether the program itself writes this dataset (`civicthread.datahub.programme`), so that nobody else may."""
    return published.find(dataset.code) is not None


def refuse_by_hand(dataset: Dataset | None) -> None:
    """Refuse what a person would change: the next publication would take it back."""
    if dataset is not None and is_programme_table(dataset):
        message = _(
            "This table is written by the program from the programme's own records; it cannot be changed here."
        )
        raise Refused("programme-table", message)


def write(
    dataset: Dataset, values: Mapping[str, Any], columns: Iterable[Mapping[str, Any]] | None
) -> dict[str, list[Any]]:
    """Write what differs, after checking that files can still be loaded; tells what changed."""
    told = {name: values.get(name, getattr(dataset, name)) for name in ("reading", "reference_period")}
    given = _as_they_stand(dataset) if columns is None else columns
    declared = tables.with_generated(given, **told)
    _check_names(values.get("code", dataset.code), [column["name"] for column in declared])
    _check_named(dataset, values, {column["name"] for column in declared})
    _check_small_cells(
        values.get("small_cells", dataset.small_cells),
        {column["name"]: column["type"] for column in declared},
        values.get("keys", dataset.keys),
    )
    if dataset.pk and dataset.versions.exists():
        _check_kept(dataset, values, declared)
    return saving.write(dataset, _with_licence(dataset, values)) | _write_columns(dataset, declared)


def _with_licence(dataset: Dataset, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with the address of a licence that is known by its name."""
    name, url = (values.get(part, getattr(dataset, part)) for part in ("licence_name", "licence_url"))
    known = "" if url else vocabularies.licence_address(name)
    return {**values, "licence_url": known} if known else values


def check_licence(dataset: Dataset) -> None:
    """Refuse open data that nobody would know how to use."""
    if dataset.access == Dataset.Access.OPEN and not dataset.licence_name:
        raise Refused("licence-missing", _("Open data needs a licence: say which, then publish."))


def _as_they_stand(dataset: Dataset) -> list[dict[str, Any]]:
    plain = ("name", "header", "type", "nullable", "unit", "codes", "minimum", "maximum", "generated")
    names = (*plain, "title", "description")
    found = dataset.columns.all() if dataset.pk else ()
    return [{name: getattr(column, name) for name in names} for column in found]


def _check_names(code: str, names: list[str]) -> None:
    wrong = [name for name in (code, *names) if not NAME.fullmatch(name)] + [code] * (code in RESERVED)
    if wrong:
        message = _("“%(name)s” cannot be a name: use lower-case letters, digits and underscores.")
        raise Refused("name-unclear", message % {"name": wrong[0]})
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise Refused(
            "name-twice", _("Two columns are named “%(name)s”: give each its own name.") % {"name": twice[0]}
        )
    if not names:
        raise Refused("columns-missing", _("A dataset has at least one column."))


def _check_named(dataset: Dataset, values: Mapping[str, Any], names: set[str]) -> None:
    """Keys, order, period and area name columns that are there."""
    wanted = ("keys", "sort", "period_column", "area_column", "mode")
    told = {name: values.get(name, getattr(dataset, name)) for name in wanted}
    used = [*told["keys"], *told["sort"], *filter(None, [told["period_column"], told["area_column"]])]
    unknown = [name for name in used if name not in names]
    if unknown:
        raise Refused("column-unknown", _("There is no column named “%(name)s”.") % {"name": unknown[0]})
    if told["mode"] == "upsert" and not told["keys"]:
        raise Refused(
            "keys-missing", _("Rows can be brought up to date only where key columns tell them apart.")
        )


def _check_small_cells(rule: Mapping[str, Any], types: Mapping[str, str], keys: Sequence[str]) -> None:
    """A rule that could not be kept would promise what does not hold."""
    if not rule:
        return
    given = SmallCells.from_dict(rule)
    unknown = [name for name in given.columns if name not in types]
    if unknown:
        raise Refused("column-unknown", _("There is no column named “%(name)s”.") % {"name": unknown[0]})
    counts = {*given.counts, given.total} - {""}
    if not given.counts or given.below < 2 or any(types[name] not in NUMERIC for name in counts):
        raise Refused(
            "small-cells-counts",
            _("To hide small counts, name columns of numbers, and a smallest count of 2 or more."),
        )
    if SUPPRESSED in types:
        raise Refused(
            "small-cells-name", _("The column “suppressed” is added where counts are hidden: rename yours.")
        )
    if not set(given.totals) <= set(keys) or counts & set(keys) or set(given.hidden_with) & set(keys):
        raise Refused(
            "small-cells-keys",
            _("Total rows are told by a column that tells rows apart, and such a column cannot be hidden."),
        )


def _check_kept(dataset: Dataset, values: Mapping[str, Any], columns: list[Mapping[str, Any]]) -> None:
    """Figures rest on the versions that are there: their columns, keys and order stay."""
    types = {column["name"]: column["type"] for column in columns}
    known = {column.name: column.type for column in dataset.columns.all()}
    lost = [name for name, kind in known.items() if types.get(name) != kind]
    if lost:
        message = _("The column “%(name)s” holds rows already: it cannot be removed nor change its type.")
        raise Refused("column-in-use", message % {"name": lost[0]})
    if any(not column["nullable"] for column in columns if column["name"] not in known):
        raise Refused(
            "column-required",
            _("A new column must allow empty values: the rows that are there have none for it."),
        )
    kept = {name: getattr(dataset, name) for name in ("code", "keys", "sort")}
    if any(list(values[name]) != list(kept[name]) for name in kept if name in values):
        raise Refused(
            "keys-in-use", _("The code, the keys and the order of a dataset with rows cannot change.")
        )


def _write_columns(dataset: Dataset, columns: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Declare the columns in their order; those not named any more are dropped from the declaration."""
    known = {column.name: column for column in dataset.columns.all()}
    changes: dict[str, list[Any]] = {}
    for position, values in enumerate(columns):
        column = known.pop(values["name"], None) or DatasetColumn(dataset=dataset)
        if saving.write(column, {"position": position, **values}):
            changes[f"column {column.name}"] = [None, column.type]
    for column in known.values():
        changes[f"column {column.name}"] = [column.type, None]
        column.delete()
    return changes
