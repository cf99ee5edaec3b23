"""Forms of a dataset's columns: what each holds and what people call it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civicthread.core.translated_forms import TranslatedFormField
from civicthread.datahub.forms import lines, name_field
from civicthread.datahub.models import ColumnType, DatasetColumn

NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER)


class ColumnForm(forms.Form):
    """One column: what it holds and what people call it."""

    name = name_field(_("Name in queries"))
    header = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200, strip=False)
    type = forms.ChoiceField(label=_("Holds"), choices=ColumnType.choices)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30)
    nullable = forms.BooleanField(label=_("May be empty"), required=False)
    key = forms.BooleanField(label=_("Tells rows apart"), required=False)
    codes = forms.CharField(
        label=_("Only these codes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line. Rows with another value are set aside; empty: any value is good."),
    )
    minimum = forms.FloatField(label=_("Smallest number"), required=False)
    maximum = forms.FloatField(
        label=_("Largest number"),
        required=False,
        help_text=_("Rows with a number beyond these are set aside; empty: any number is good."),
    )
    title = TranslatedFormField(label=_("Title"), max_length=200, required=False)
    description = TranslatedFormField(label=_("Meaning"), max_length=1000, rows=2, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_new = "name" not in self.initial
        if self.is_new:  # what a row left as it is would send
            self.fields["header"].widget = forms.TextInput()
            self.fields["header"].label = _("Heading in the file, if it is another")
            self.fields["type"].initial, self.fields["nullable"].initial = ColumnType.TEXT, True

    @property
    def is_told(self) -> bool:
        """Whether the column is to be: not taken away, nor a new one that was left empty."""
        left = self.empty_permitted and not self.has_changed()
        return not (left or self.cleaned_data.get("DELETE"))

    @classmethod
    def initial_of(cls, column: DatasetColumn, keys: list[str]) -> dict[str, Any]:
        """The form of a column that is there."""
        plain = ("name", "header", "type", "unit", "nullable", "minimum", "maximum", "title", "description")
        told = {name: getattr(column, name) for name in plain}
        return {**told, "key": column.name in keys, "codes": "\n".join(column.codes)}

    def clean(self) -> dict[str, Any]:
        """Limits are of numbers, and leave room between them."""
        given = super().clean() or {}
        low, high = given.get("minimum"), given.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("The largest number is below the smallest."))
        if (low is not None or high is not None) and given.get("type") not in NUMERIC:
            self.add_error("minimum", _("Only a column of numbers has limits."))
        return given

    def values(self) -> dict[str, Any]:
        """The values of the column; what tells rows apart is never empty."""
        given = self.cleaned_data
        plain = ("name", "header", "type", "unit", "minimum", "maximum", "title", "description")
        told = {name: given[name] for name in plain}
        return {
            **told,
            "codes": lines(given["codes"]),
            "nullable": given["nullable"] and not given["key"],
        }


class StoredColumnForm(ColumnForm):
    """A column whose rows are there already: its name, its type and its part in the key stay."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in () if self.is_new else ("name", "header", "type"):
            self.fields[name].disabled = True
        self.fields["key"].disabled = True


ColumnForms = forms.formset_factory(ColumnForm, extra=0, max_num=300, absolute_max=300)
StoredColumnForms = forms.formset_factory(StoredColumnForm, extra=1, max_num=300, absolute_max=300)
DraftColumnForms = forms.formset_factory(
    ColumnForm, extra=1, max_num=300, absolute_max=300, can_delete=True, can_delete_extra=False
)
