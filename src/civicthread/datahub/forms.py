"""Forms of the data catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, partial_dates, policy
from civicthread.core.models import Actor
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.datahub import queries
from civicthread.datahub.models import Dataset, Frequency, HighValue, Mode
from civicthread.datahub.notations import DATES, DECIMALS, DELIMITERS, ENCODINGS, THOUSANDS
from civicthread.lake.places import same_system
from civicthread.lake.refusals import IngestRefused
from civicthread.methods import periods
from civicthread.stakeholders.models import Organisation
from civicthread.territory import queries as territory

ALL = ("", _("all"))


def listed(text: str) -> list[str]:
    """The words between commas.

    >>> listed("A, B,, C ")
    ['A', 'B', 'C']
    """
    return [word.strip() for word in text.split(",") if word.strip()]


def lines(text: str) -> list[str]:
    """The lines that say something.

    >>> lines("A, B\\n\\n C ")
    ['A, B', 'C']
    """
    return [line.strip() for line in text.splitlines() if line.strip()]


class FilterForm(forms.Form):
    """What narrows the catalogue. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    publisher = forms.ChoiceField(label=_("Publisher"), required=False)
    frequency = forms.ChoiceField(label=_("Frequency"), required=False, choices=[ALL, *Frequency.choices])
    licence = forms.ChoiceField(label=_("Licence"), required=False)

    def __init__(self, *args: Any, reader: Actor | None, **options: Any) -> None:
        super().__init__(*args, **options)
        publishers = queries.publishers(visible_to=reader)
        licences = [(name, name) for name in queries.licences(visible_to=reader)]
        self.fields["publisher"].choices = [ALL, *publishers]  # type: ignore[attr-defined]
        self.fields["licence"].choices = [ALL, *licences]  # type: ignore[attr-defined]

    def filters(self) -> queries.Filters:
        """The filters that make sense."""
        self.is_valid()
        return queries.Filters(
            **{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields}
        )


class CompareForm(forms.Form):
    """Which two versions are compared."""

    old = forms.TypedChoiceField(label=_("From version"), coerce=int, empty_value=None, required=False)
    new = forms.TypedChoiceField(label=_("To version"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, versions: Iterable[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = list(versions)
        for name in ("old", "new"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def name_field(label: Any, **options: Any) -> forms.RegexField:
    """Where one gives a name that stands in addresses and queries."""
    mistake = _("Use lower-case letters, digits and underscores, a letter first.")
    options |= {"label": label, "max_length": 60, "error_messages": {"invalid": mistake}}
    return forms.RegexField(r"^[a-z][a-z0-9_]*\Z", **options)


def crs_field(label: Any) -> forms.RegexField:
    """Where one names a coordinate system by its code."""
    return forms.RegexField(
        r"^EPSG:\d{4,6}\Z",
        label=label,
        required=False,
        max_length=20,
        error_messages={"invalid": _("Write EPSG: and the number of the system, such as EPSG:31370.")},
        help_text=_("EPSG:31370 is Belgian Lambert 72, EPSG:4326 longitude and latitude."),
    )


class FileForm(forms.Form):
    """A file to be loaded."""

    asks_where = False
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, too_large: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.too_large = too_large
        self.fields["file"].help_text = _(
            "CSV, Excel (.xlsx), GeoJSON, JSON or Parquet, compressed with gzip or not; at most %(size)s."
        ) % {"size": formats.size(settings.UPLOAD_BYTES)}

    def clean_file(self) -> UploadedFile[Any]:
        """A file, of a size we take here."""
        if self.too_large:
            message = _("The file is larger than %(size)s. Ask the administrator to load it.")
            raise ValidationError(message, params={"size": formats.size(settings.UPLOAD_BYTES)})
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            raise ValidationError(_("Choose a file."))
        if not file.size:
            raise ValidationError(_("The file is empty."))
        return file


class LookForm(forms.Form):
    """Where the table stands in its file, as the steward knows better than the first look."""

    ASKED: ClassVar[Mapping[str, Sequence[str]]] = {
        "": ("skip", "sheet", "records", "crs"),
        "csv": ("skip",),
        "xlsx": ("skip", "sheet"),
        "json": ("records",),
        "geojson": ("crs",),
    }
    skip = forms.IntegerField(
        label=_("Lines before the headings"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_("Titles and notes above the table, which are passed over."),
    )
    sheet = forms.CharField(label=_("Sheet of the workbook"), required=False, max_length=100)
    records = forms.CharField(
        label=_("Name of the list"),
        required=False,
        max_length=200,
        help_text=_("Where the rows of a JSON file stand in one member of an object, such as records."),
    )
    crs = crs_field(_("Coordinate system"))

    def __init__(self, *args: Any, kind: str = "", sheets: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for name in LookForm.base_fields.keys() - {*self.ASKED.get(kind, ())}:
            del self.fields[name]
        if "sheet" in self.fields and sheets:
            choices = [(name, name) for name in sheets]
            self.fields["sheet"] = forms.ChoiceField(
                label=self.fields["sheet"].label, choices=choices, required=False
            )

    def told(self) -> dict[str, Any]:
        """The parts of the dialect that are given."""
        given = {name: self.cleaned_data.get(name) for name in LookForm.base_fields}
        return {name: value for name, value in given.items() if value not in (None, "")}


class NewFileForm(FileForm, LookForm):
    """The first file of a dataset, and where the table stands in it if it is out of the ordinary."""

    asks_where = True


class DescriptionForm(forms.Form):
    """What a dataset is, whose it is and who may have it."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    description = TranslatedFormField(
        label=_("Description"),
        rows=4,
        help_text=_("What one row is, what period and places it covers, what to beware of."),
    )
    publisher = forms.ModelChoiceField(
        label=_("Publisher"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("not known"),
    )
    licence_name = forms.CharField(
        label=_("Licence"),
        required=False,
        max_length=100,
        help_text=_("Such as CC BY 4.0, CC BY-SA 4.0, CC0 1.0 or ODbL 1.0, whose address is filled in."),
    )
    licence_url = forms.URLField(label=_("Address of the licence"), required=False, assume_scheme="https")
    share_alike = forms.BooleanField(
        label=_("What is made from it must carry the same licence"), required=False
    )
    source_url = forms.URLField(
        label=_("Source address"), required=False, max_length=500, assume_scheme="https"
    )
    obtained_from = forms.URLField(
        label=_("Obtained from"), required=False, max_length=500, assume_scheme="https"
    )
    changes_made = TranslatedFormField(label=_("Changes made to the source"), rows=2, required=False)
    frequency = forms.ChoiceField(label=_("New data is expected"), choices=Frequency.choices)
    territory = forms.ModelChoiceField(
        label=_("Territory covered"),
        queryset=territory.areas(),
        required=False,
        to_field_name="code",
        empty_label=_("not known"),
    )
    access = forms.ChoiceField(label=_("Who may have the rows"), choices=Dataset.Access.choices)
    contact_name = TranslatedFormField(
        label=_("Contact"),
        required=False,
        max_length=200,
        help_text=_("Who answers questions about the data, if it is not the Office."),
    )
    contact_email = forms.EmailField(label=_("Mail address of the contact"), required=False)
    high_value = forms.ChoiceField(
        label=_("High-value dataset"),
        choices=[("", _("no")), *HighValue.choices],
        required=False,
        help_text=_("The category of Regulation (EU) 2023/138, if the dataset falls under it."),
    )

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["publisher"].queryset = Organisation.objects.order_by("code")  # type: ignore[attr-defined]
        self.fields["publisher"].help_text = _who_adds_a_publisher(by)

    def values(self) -> dict[str, Any]:
        """The values of the dataset."""
        return {name: self.cleaned_data[name] for name in DescriptionForm.base_fields}


def _who_adds_a_publisher(by: Actor) -> str:
    told = _("One that is not in the list is added by the staff of the Office, with the stakeholders.")
    if not policy.may("stakeholders.save", by):
        return str(told)
    add = reverse("stakeholders:new")
    return format_html('{} <a href="{}">{}</a>', told, add, gettext("Add an organisation"))


class ReadingForm(forms.Form):
    """How files are read, what tells rows apart, and what period they are about."""

    code = name_field(
        _("Code"),
        help_text=_(
            "Lower-case letters, digits and underscores. It stands in addresses and in queries, for good."
        ),
    )
    mode = forms.ChoiceField(label=_("A new file"), choices=Mode.choices)
    reference_period = forms.CharField(
        label=_("Period of the whole file"),
        required=False,
        max_length=21,
        help_text=_(
            "Where no column tells it: 2026, 2026-Q3, 09/2026 or 30/09/2026. It tells rows apart too, so that a file "
            "of the next period does not replace this one."
        ),
    )
    period_column = forms.ChoiceField(label=_("Column with the period"), required=False)
    area_column = forms.ChoiceField(
        label=_("Column with the area"),
        required=False,
        help_text=_("Names or codes of municipalities, statistical sectors or the Region."),
    )
    delimiter = forms.ChoiceField(label=_("Columns are separated by"), choices=DELIMITERS)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS)
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=DECIMALS)
    thousands = forms.ChoiceField(label=_("Sign between thousands"), choices=THOUSANDS, required=False)
    brackets = forms.BooleanField(
        label=_("Numbers in brackets are negative"),
        required=False,
        help_text=_("As in accounts: (2 000,00)."),
    )
    date_format = forms.ChoiceField(
        label=_("Dates look like"),
        choices=DATES,
        required=False,
        help_text=_("A time of day may follow. Dates such as 2020-03-31 are always read."),
    )
    ignore = forms.CharField(
        label=_("Columns left out"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their headings, one on each line: they may stand in the file and are not read."),
    )
    nulls = forms.CharField(
        label=_("Words for “no value”"),
        required=False,
        max_length=200,
        help_text=_("Separated by commas: NA, n/a, -"),
    )
    crs = crs_field(_("Coordinate system of the places"))
    x = forms.CharField(
        label=_("Heading of the x coordinate"),
        required=False,
        max_length=200,
        help_text=_("With x and y, the columns lon and lat are added when loading."),
    )
    y = forms.CharField(label=_("Heading of the y coordinate"), required=False, max_length=200)

    def __init__(self, *args: Any, dialect: dict[str, Any], columns: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.dialect = dialect
        names = [("", _("none")), *((name, name) for name in columns)]
        for name in ("period_column", "area_column"):
            self.fields[name].choices = names  # type: ignore[attr-defined]
        if dialect.get("format") != "csv":
            del self.fields["delimiter"], self.fields["encoding"]
        if dialect.get("format") == "geojson":
            del self.fields["x"], self.fields["y"]

    def clean_code(self) -> str:
        """A code nobody has yet."""
        code: str = self.cleaned_data["code"]
        if Dataset.objects.filter(code=code).exists():
            raise ValidationError(_("Another dataset has this code."))
        return code

    def clean_reference_period(self) -> str:
        """A period, or nothing."""
        text: str = partial_dates.read(self.cleaned_data["reference_period"].strip())
        try:
            if text:
                periods.parse(text)
        except periods.PeriodError:
            message = _("“%(text)s” is not a period such as 2026, 2026-Q3, 09/2026 or 30/09/2026.")
            raise ValidationError(message, params={"text": text}) from None
        return text

    def clean_crs(self) -> str:
        """A coordinate system that pyproj knows."""
        text: str = self.cleaned_data["crs"].strip() or "EPSG:4326"
        try:
            same_system(text, "EPSG:4326")
        except IngestRefused:
            raise ValidationError(
                _("The coordinate system “%(crs)s” is not known."), params={"crs": text}
            ) from None
        return text

    def clean(self) -> dict[str, Any]:
        """One way to say when, not two; both coordinates or none; two different signs in numbers."""
        given = super().clean() or {}
        if bool(given.get("x")) != bool(given.get("y")):
            self.add_error("y", _("Places need both coordinates."))
        if given.get("thousands") and given["thousands"] == given.get("decimal"):
            self.add_error(
                "thousands", _("One sign cannot be both the decimal sign and the one between thousands.")
            )
        if given.get("reference_period") and given.get("period_column"):
            self.add_error(
                "reference_period", _("Either a column tells the period, or the whole file has one.")
            )
        return given

    def values(self) -> dict[str, Any]:
        """The values of the dataset."""
        given = self.cleaned_data
        reading = {
            name: given[name]
            for name in (
                "delimiter",
                "encoding",
                "decimal",
                "thousands",
                "brackets",
                "date_format",
                "crs",
                "x",
                "y",
            )
            if name in given
        }
        told = ("code", "mode", "reference_period", "period_column", "area_column")
        plain: dict[str, Any] = {name: given[name] for name in told if name in given}
        told_lists = {"nulls": listed(given["nulls"]), "ignore": lines(given["ignore"])}
        return {**plain, "reading": {**self.dialect, **reading, **told_lists}}
