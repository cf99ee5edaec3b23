"""Forms for what stands: source, rules, reading, and the import configuration of statistics."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civicthread.core.text import in_every_language
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.datahub import words
from civicthread.datahub.forms import LookForm, ReadingForm, listed, name_field
from civicthread.datahub.models import ColumnType, Dataset, Frequency, Mode, Source
from civicthread.lake import import_configuration
from civicthread.lake.dialect import Dialect
from civicthread.lake.fetch import FetchRefused, split
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suppression import SmallCells
from civicthread.territory import queries as territory

# What a column of statistics holds, and what it is called.
STATISTICS: Final = {
    "indicator": (ColumnType.TEXT, _("Indicator")),
    "breakdown": (ColumnType.TEXT, _("Breakdown")),
    "area": (ColumnType.TEXT, _("Area")),
    "unit": (ColumnType.TEXT, _("Unit")),
    "period": (ColumnType.TEXT, _("Period")),
    "value": (ColumnType.NUMBER, _("Value")),
    "flags": (ColumnType.TEXT, _("Flags of the source")),
    "break_in_series": (ColumnType.BOOLEAN, _("Break in series")),
    "estimated": (ColumnType.BOOLEAN, _("Estimated")),
    "provisional": (ColumnType.BOOLEAN, _("Provisional")),
    "unreliable": (ColumnType.BOOLEAN, _("Of low reliability")),
    "imputed": (ColumnType.BOOLEAN, _("Imputed")),
    "confidential": (ColumnType.BOOLEAN, _("Confidential")),
}
# What tells observations apart: a constant is never empty, an unused breakdown is.
TELLING: Final = ("indicator", "breakdown", "area", "unit", "period")


class AddressForm(forms.Form):
    """Where a file is fetched, and how often."""

    address = forms.CharField(
        label=_("Address of the file"),
        max_length=1000,
        help_text=_("It begins with https:// and gives the file itself."),
    )
    every = forms.ChoiceField(label=_("How often"), choices=Source.Every.choices, initial=Source.Every.DAY)

    def clean_address(self) -> str:
        """An address of the web; whether it may be reached is known when it is fetched."""
        address: str = self.cleaned_data["address"]
        try:
            if address:
                split(address)
        except FetchRefused as refused:
            raise ValidationError(words.fetch(refused.code, {})) from None
        return address


class SourceForm(AddressForm):
    """Where the file is fetched, and how often; or no more."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["address"].required = False
        more = _("Leave it empty to stop fetching.")
        self.fields["address"].help_text = f"{self.fields['address'].help_text} {more}"


class RulesForm(forms.Form):
    """When a file is refused, what raises an alarm, how long versions are kept, which counts are too small."""

    bad_share = forms.IntegerField(
        label=_("Refuse a file when more than this share of its rows is bad (percent)"),
        min_value=0,
        max_value=100,
        help_text=_(
            "Fewer bad rows are set aside, and the good ones loaded. With 0, one bad row refuses the file."
        ),
    )
    jump_share = forms.IntegerField(
        label=_("Alarm when rows or sums move by more than (percent)"), min_value=1, max_value=10_000
    )
    keep_days = forms.IntegerField(
        label=_("Days an earlier version is kept"),
        min_value=1,
        max_value=36_500,
        required=False,
    )
    below = forms.IntegerField(
        label=_("Smallest count that may be published"),
        min_value=2,
        max_value=1000,
        required=False,
        help_text=_("Empty: every count is published. With 5, the counts 1 to 4 are hidden."),
    )
    counts = forms.CharField(
        label=_("Columns with counts"),
        required=False,
        max_length=2000,
        help_text=_("Their names in queries, separated by commas."),
    )
    total = forms.CharField(
        label=_("Column that is the sum of the other counts of its row"), required=False, max_length=60
    )
    totals = forms.CharField(
        label=_("Rows that are the sum of the others"),
        required=False,
        max_length=1000,
        help_text=_(
            "Such as sex = T, age = TOTAL: in each group, the row with sex T is the sum of the others."
        ),
    )
    hidden_with = forms.CharField(
        label=_("Columns hidden with a count"),
        required=False,
        max_length=2000,
        help_text=_("Those that would give a hidden count back, such as its share."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days = settings.KEEP_VERSIONS_DAYS
        for_all = _("Empty: %(days)s days, as for every dataset.") if days else _("Empty: for good.")
        kept = _("A version that a published figure rests on is always kept.")
        self.fields["keep_days"].help_text = f"{for_all % {'days': days}} {kept}"

    @classmethod
    def initial_of(cls, dataset: Dataset) -> dict[str, Any]:
        """The rules as they stand."""
        told = dataset.small_cells
        return {
            "bad_share": dataset.bad_share,
            "jump_share": dataset.jump_share,
            "keep_days": dataset.keep_days,
            "below": told.get("below"),
            "total": told.get("total", ""),
            "totals": ", ".join(f"{name} = {code}" for name, code in told.get("totals", {}).items()),
            **{name: ", ".join(told.get(name, ())) for name in ("counts", "hidden_with")},
        }

    def clean_totals(self) -> dict[str, str]:
        """Which code of which column marks a total."""
        pairs = [part.partition("=") for part in listed(self.cleaned_data["totals"])]
        if any(not sign or not name.strip() or not code.strip() for name, sign, code in pairs):
            raise ValidationError(_("Write each as column = code."))
        return {name.strip(): code.strip() for name, _sign, code in pairs}

    def values(self) -> dict[str, Any]:
        """The values of the dataset."""
        given = self.cleaned_data
        rule = SmallCells(
            below=given["below"] or 0,
            counts=tuple(listed(given["counts"])),
            total=given["total"].strip(),
            totals=given["totals"],
            hidden_with=tuple(listed(given["hidden_with"])),
        )
        told = json.loads(json.dumps(rule.as_dict())) if given["below"] else {}
        plain = {name: given[name] for name in ("bad_share", "jump_share", "keep_days")}
        return {**plain, "small_cells": told}


class ConfigurationField(forms.CharField):
    """An import configuration as JSON, checked before any file."""

    widget = forms.Textarea(attrs={"rows": 16, "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, Any]:
        """The configuration in our own words, with the codes of our areas that name the same territory."""
        text: str = super().clean(value)
        try:
            found = import_configuration.parse(text)
        except IngestRefused as refused:
            facts = {name: str(fact) for name, fact in refused.params.items()}
            raise ValidationError(words.refusal(refused.code, facts)) from None
        found["same_areas"] = found["same_areas"] or same_areas()
        told: dict[str, Any] = json.loads(json.dumps(found))  # as the record will hold it
        return told


def same_areas() -> list[list[str]]:
    """The codes under which Europe knows one and the same territory of ours: BE1, BE10, BE100."""
    return [list(area.nuts) for area in territory.areas() if len(area.nuts) > 1]


EXAMPLE = """{
  "constants": {"indicator": "internet_daily"},
  "dimensions": {
    "area": "geo",
    "period": "TIME_PERIOD",
    "unit": "unit",
    "breakdown": "ind_type"
  },
  "filters": {"ind_type": ["IND_TOTAL"], "unit": ["PC_IND"]}
}"""


class StatisticsForm(forms.Form):
    """A new dataset of statistics: what it is, and how its dimensions become observations."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    description = TranslatedFormField(label=_("Description"), rows=4)
    code = name_field(_("Code"))
    frequency = forms.ChoiceField(label=_("New data is expected"), choices=Frequency.choices)
    licence_name = forms.CharField(label=_("Licence"), required=False, max_length=100)
    licence_url = forms.URLField(label=_("Address of the licence"), required=False, assume_scheme="https")
    sdmx = ConfigurationField(
        label=_("Import configuration"),
        max_length=100_000,
        help_text=_(
            "As JSON: begin with the example above, or paste a configuration of the European Commission as it is."
        ),
    )

    def clean_code(self) -> str:
        """A code nobody has yet."""
        code: str = self.cleaned_data["code"]
        if Dataset.objects.filter(code=code).exists():
            raise ValidationError(_("Another dataset has this code."))
        return code

    def values(self) -> dict[str, Any]:
        """The values of the dataset; observations are told apart by whatever feeds them."""
        given = dict(self.cleaned_data)
        told = given.pop("sdmx")
        fed = {*told["dimensions"], *told["constants"]}
        keys = [name for name in TELLING if name in fed]
        return {
            **given,
            "reading": Dialect(format="sdmx", sdmx=told).as_dict(),
            "keys": keys,
            "sort": keys,
            "period_column": "period",
            "mode": Mode.REPLACE,
        }


def statistics_columns() -> list[dict[str, Any]]:
    """The columns of every dataset of statistics."""
    return [
        {"name": name, "type": kind.value, "title": in_every_language(title)}
        for name, (kind, title) in STATISTICS.items()
    ]


class StatisticsReadingForm(forms.Form):
    """The import configuration of a dataset that is there."""

    sdmx = ConfigurationField(label=_("Import configuration"), max_length=100_000)

    def values(self) -> dict[str, Any]:
        """The values of the dataset."""
        return {"reading": Dialect(format="sdmx", sdmx=self.cleaned_data["sdmx"]).as_dict()}


class StoredReadingForm(ReadingForm):
    """How the files of a dataset that is there are read, and where the table stands in them."""

    skip = LookForm.base_fields["skip"]
    sheet = LookForm.base_fields["sheet"]
    records = LookForm.base_fields["records"]

    def __init__(self, *args: Any, dialect: dict[str, Any], **options: Any) -> None:
        super().__init__(*args, dialect=dialect, **options)
        asked = LookForm.ASKED.get(dialect["format"], ())
        for name in {"code", "skip", "sheet", "records"} - {*asked}:
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """The values of the dataset."""
        found = super().values()
        given = {n: self.cleaned_data[n] for n in ("skip", "sheet", "records") if n in self.fields}
        if "skip" in given:
            given["skip"] = given["skip"] or 0
        return {**found, "reading": {**found["reading"], **given}}


def reading_form(dataset: Dataset, posted: Mapping[str, Any] | None) -> ReadingForm | StatisticsReadingForm:
    """How files are read, as it stands."""
    dialect = {**Dialect().as_dict(), **dataset.reading}
    if dialect["format"] == "sdmx":
        text = json.dumps(dialect["sdmx"], indent=2, ensure_ascii=False)
        return StatisticsReadingForm(posted, initial={"sdmx": text})
    initial = {
        **dialect,
        "nulls": ", ".join(dialect["nulls"]),
        "ignore": "\n".join(dialect["ignore"]),
        **{
            name: getattr(dataset, name)
            for name in ("mode", "reference_period", "period_column", "area_column")
        },
    }
    names = [column.name for column in dataset.columns.all()]
    return StoredReadingForm(posted, initial=initial, dialect=dialect, columns=names)
