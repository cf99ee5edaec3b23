"""The forms that describe a dataset, filled in from what is known: a first look at its file, or its own record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseFormSet

from civicthread.core.models import Actor
from civicthread.datahub import words
from civicthread.datahub.column_forms import ColumnForm, ColumnForms, DraftColumnForms, StoredColumnForms
from civicthread.datahub.forms import DescriptionForm, LookForm, ReadingForm
from civicthread.datahub.models import Dataset, Upload
from civicthread.territory.places import gazetteer

Posted = Mapping[str, Any] | None
PREFIX = "columns"


@dataclass(frozen=True)
class Asked:
    """Everything a new dataset is asked, in three parts of one form."""

    description: DescriptionForm
    reading: ReadingForm
    columns: BaseFormSet[ColumnForm]
    suggested: Mapping[str, Any]

    def is_valid(self) -> bool:
        """Whether all parts are filled in well; each is checked, so that all mistakes are told at once."""
        checked = [part.is_valid() for part in (self.description, self.reading, self.columns)]
        return all(checked)

    @property
    def headings(self) -> list[str]:
        """The headings of the file."""
        return list(self.suggested["headings"])

    @property
    def rows(self) -> list[list[str | None]]:
        """The file's first rows."""
        return list(self.suggested["rows"])

    @property
    def has_errors(self) -> bool:
        return self.description.is_bound and not self.is_valid()

    def values(self) -> dict[str, Any]:
        """The values of the dataset: what tells rows apart comes first in their order, then their time."""
        told = {**self.description.values(), **self.reading.values()}
        return {**told, **_told_apart(self._read(), told["period_column"], told["reference_period"])}

    def column_values(self) -> list[dict[str, Any]]:
        """The values of the columns."""
        return [form.values() for form in self._read()]

    def _read(self) -> list[ColumnForm]:
        """The columns that are not left out."""
        left_out = self.reading.values()["reading"]["ignore"]
        named = ((form, form.cleaned_data["header"] or form.cleaned_data["name"]) for form in self.columns)
        return [form for form, heading in named if heading not in left_out]


def _told_apart(forms: Iterable[ColumnForm], period: str, of_the_file: str = "") -> dict[str, list[str]]:
    """What tells rows apart, and their order: the keys first, then their time.

    The period of a whole file tells its rows from those of the next file.
    """
    keys = [form.cleaned_data["name"] for form in forms if form.cleaned_data["key"]]
    if keys and of_the_file:
        keys = list(dict.fromkeys([*keys, "period"]))
    order = [*(name for name in keys if name != period), *filter(None, [period])]
    return {"keys": keys, "sort": list(dict.fromkeys(order))}


def asked(upload: Upload, posted: Posted, *, by: Actor) -> Asked:
    """The form of a new dataset, as the first look at its file suggests it."""
    schema, dialect = upload.suggestion["schema"], upload.suggestion["dialect"]
    names = [column["name"] for column in schema["columns"]]
    columns = [_suggested(column, schema["keys"]) for column in schema["columns"]]
    reading = {
        **dialect,
        "code": upload.suggestion["code"],
        "nulls": ", ".join(dialect["nulls"]),
        "ignore": "\n".join(dialect["ignore"]),
        "period_column": upload.suggestion.get("period", ""),
        "area_column": _area_column(schema, upload.suggestion["rows"]),
    }
    return Asked(
        DescriptionForm(posted, by=by),
        ReadingForm(posted, initial=reading, dialect=dialect, columns=names),
        ColumnForms(posted, initial=columns, prefix=PREFIX),
        upload.suggestion,
    )


def _area_column(schema: Mapping[str, Any], rows: Sequence[Sequence[str | None]]) -> str:
    """The first column, of those that tell rows apart or else of all, whose first values name areas."""
    known = gazetteer()
    names = [column["name"] for column in schema["columns"]]
    for name in [*(key for key in schema["keys"] if key in names), *names]:
        place = names.index(name)
        texts = {row[place] for row in rows if place < len(row) and row[place]}
        found = [text for text in texts if text and known.find(text)]
        if found and 2 * len(found) > len(texts):
            return str(name)
    return ""


def _suggested(column: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    told = {name: column[name] for name in ("name", "type", "unit", "nullable")}
    return {**told, "header": column["source"], "key": column["name"] in keys}


def look_form(upload: Upload, posted: Posted = None) -> LookForm:
    """Where the table was found in the file, to be said otherwise."""
    dialect, sheets = upload.suggestion["dialect"], upload.suggestion.get("sheets", ())
    initial = {**dialect, "sheet": dialect["sheet"] or next(iter(sheets), "")}
    return LookForm(posted, initial=initial, prefix="look", kind=dialect["format"], sheets=sheets)


def notes(upload: Upload) -> list[str]:
    """What the steward should know about the file."""
    return [words.note(code, facts) for code, facts in upload.suggestion["notes"] if code in words.NOTES]


def description_form(dataset: Dataset, posted: Posted, *, by: Actor) -> DescriptionForm:
    """The description as it stands."""
    initial = {name: getattr(dataset, name) for name in DescriptionForm.base_fields}
    initial |= {name: getattr(initial[name], "code", None) for name in ("publisher", "territory")}
    return DescriptionForm(posted, initial=initial, by=by)


def told_columns(
    dataset: Dataset, forms: BaseFormSet[ColumnForm]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The values of the dataset and of its columns; what tells rows apart changes only while there are none."""
    told = [form for form in forms if form.is_told]
    columns = [form.values() for form in told]
    apart = _told_apart(told, dataset.period_column, dataset.reference_period)
    as_it_is = apart["keys"] == dataset.keys and {column["name"] for column in columns} >= {*dataset.sort}
    return {} if as_it_is or dataset.versions.exists() else apart, columns


def column_forms(dataset: Dataset, posted: Posted) -> BaseFormSet[ColumnForm]:
    """The columns as they stand and one more; once rows are loaded, only their meaning can change."""
    kind: type[BaseFormSet[Any]] = StoredColumnForms if dataset.versions.exists() else DraftColumnForms
    initial = [ColumnForm.initial_of(column, dataset.keys) for column in dataset.columns.all()]
    return kind(posted, initial=initial, prefix=PREFIX)
