"""Forms of composite indices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.indicators.models import Indicator
from civicthread.indices import reading
from civicthread.indices.explaining import Explained
from civicthread.indices.models import CompositeIndex, IndexMethod, IndexPart

MOST_COMPARED = 6
HEAVIEST = 1_000_000


class PlaceForm(forms.Form):
    """Which area and edition a page shows."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)

    @classmethod
    def of(cls, page: Explained) -> "PlaceForm":
        """The form that shows what the page shows."""
        form = cls(initial={"area": page.area, "edition": page.edition})
        form.fields["area"].choices = named(page)  # type: ignore[attr-defined]
        form.fields["edition"].choices = [(e, e) for e in reversed(page.standing.editions)]  # type: ignore[attr-defined]
        return form


def named(page: Explained) -> list[tuple[str, str]]:
    """The areas of a page by their names."""
    return sorted(
        ((code, str(page.names.get(code, code))) for code in page.standing.areas), key=lambda a: a[1]
    )


class WeightsForm(forms.Form):
    """Other weights for the parts of a page; its fields are named after the parts."""

    def __init__(self, given: Mapping[str, Any], *, parts: Iterable[IndexPart]) -> None:
        self.parts = {f"w-{part.key}": part for part in parts}
        asked = any(name in given for name in self.parts)
        kept = {name: f"{part.weight:g}" for name, part in self.parts.items()}
        typed = {name: given.get(name, weight) for name, weight in kept.items()}
        super().__init__(typed if asked else None, initial=kept)
        for name, part in self.parts.items():
            self.fields[name] = forms.FloatField(label=str(part.label), min_value=0, max_value=HEAVIEST)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and sum(found.values()) <= 0:
            raise ValidationError(_("At least one part needs a weight above zero."))
        return found

    def weights(self) -> dict[str, float]:
        """The weights by the key of the part."""
        return {part.key: self.cleaned_data[name] for name, part in self.parts.items()}


class CompareForm(forms.Form):
    """What is compared: which part, in which edition, and which areas over time."""

    part = forms.ChoiceField(label=_("Part"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    area = forms.MultipleChoiceField(
        label=_("Areas over time"), required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def of(cls, page: Explained, areas: list[str]) -> "CompareForm":
        """The form that shows what the page compares."""
        form = cls(initial={"part": page.part.key, "edition": page.edition, "area": areas})
        form.fields["part"].choices = [(part.key, _indented(part, page)) for part in page.tree]  # type: ignore[attr-defined]
        form.fields["edition"].choices = [(e, e) for e in reversed(page.standing.editions)]  # type: ignore[attr-defined]
        form.fields["area"].choices = named(page)  # type: ignore[attr-defined]
        return form


def _indented(part: IndexPart, page: Explained) -> str:
    """The name of a part, set in as deep as it lies."""
    depth, above, by_pk = 0, part.parent_id, {one.pk: one for one in page.tree}
    while above is not None:
        depth, above = depth + 1, by_pk[above].parent_id
    return "\u2003" * depth + str(part.label)


class DefinitionForm(forms.Form):
    """What the index is, and what it feeds."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    description = TranslatedFormField(
        label=_("Description"), rows=3, help_text=_("What it sums up, for whom, and what it cannot say.")
    )
    family = forms.SlugField(
        label=_("Family"),
        required=False,
        max_length=60,
        help_text=_("One word for indices that are the same by other methods, such as desi."),
    )
    area = forms.CharField(
        label=_("Area its page opens with"),
        required=False,
        max_length=60,
        help_text=_("Its code as the data writes it."),
    )
    indicator = forms.ModelChoiceField(
        label=_("Indicator it gives its figures to"),
        queryset=Indicator.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("none"),
        help_text=_("The index of the area above, each edition a figure that waits for approval there."),
    )

    def __init__(self, *args: Any, index: CompositeIndex | None = None, **options: Any) -> None:
        if index is not None:
            initial = {name: getattr(index, name) for name in self.base_fields}
            initial["indicator"] = index.indicator.code if index.indicator else None
            options["initial"] = initial
        super().__init__(*args, **options)
        free = Indicator.objects.exclude(kind=Indicator.Kind.SQL).order_by("code")
        taken = CompositeIndex.objects.filter(indicator__isnull=False)
        taken = taken.exclude(pk=index.pk) if index else taken
        self.fields["indicator"].queryset = free.exclude(  # type: ignore[attr-defined]
            pk__in=taken.values("indicator")
        )


class CsvField(forms.FileField):
    """A CSV file with a heading, read into rows."""

    def __init__(self, *, columns: Iterable[str], **options: Any) -> None:
        self.columns = tuple(columns)
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Its rows; None where no file was given."""
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > reading.MOST_CHARACTERS:
            raise ValidationError(_("The file is too large."))
        try:
            return reading.rows_of(file.read().decode("utf-8"), self.columns)
        except UnicodeDecodeError:
            raise ValidationError(_("The file is not written in UTF-8.")) from None
        except Refused as refusal:
            raise ValidationError(str(refusal.message)) from None


class MethodForm(forms.Form):
    """How the index is worked out: its tree as a file, its query, its rule for missing values."""

    file = CsvField(
        label=_("Method file (CSV)"),
        columns=reading.COLUMNS,
        required=False,
        help_text=_(
            "One row for each part: level, code, parent, weight, min, max, direction, winsorise, label_fr, label_nl, "
            "label_en, unit, source, definition_en, indicator. Without a file the tree stays as it is."
        ),
    )
    sql = forms.CharField(
        label=_("Query"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "code"}),
        help_text=_(
            "A SELECT that gives edition, area, code, value and layer (measured, proxy, recovered or imputed); "
            "dataset and source_area say where a row stands."
        ),
    )
    missing = forms.ChoiceField(label=_("Where a value is missing"), choices=IndexMethod.Missing.choices)
    note = TranslatedFormField(
        label=_("The method in words"), rows=3, help_text=_("For everyone who reads the scores.")
    )
    source_url = forms.URLField(
        label=_("Address of the method's source"), required=False, max_length=500, assume_scheme="https"
    )

    def clean_sql(self) -> str:
        """The text as it was typed, without blank lines around it."""
        return str(self.cleaned_data["sql"]).replace("\r\n", "\n").strip()


class AreasForm(forms.Form):
    """What the areas of the data are called."""

    file = CsvField(
        label=_("Areas (CSV)"),
        columns=("code",),
        help_text=_("One row for each area: code, label_fr, label_nl, label_en, ranked (yes or no)."),
    )
