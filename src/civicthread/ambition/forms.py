"""Forms of the ambition."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core.form_fields import PartialDateField, ReferencesField, SourcesField
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.indicators.models import Indicator

POSITION = {"label": _("Place in the list"), "min_value": 1, "max_value": 999}


class DirectionForm(forms.Form):
    """A strategic direction."""

    name = TranslatedFormField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Direction.Kind.choices)
    position = forms.IntegerField(**POSITION)  # type: ignore[arg-type]  # one dictionary for two forms
    description = TranslatedFormField(label=_("Description"), rows=5, max_length=3000)
    sources = SourcesField()

    @classmethod
    def of(cls, direction: Direction | None, data: Any) -> "DirectionForm":
        """The form on a direction, or on a new one that stands last."""
        initial = {"position": Direction.objects.count() + 1}
        return cls(data, initial=_values(direction, cls) if direction else initial)


class MemoForm(forms.Form):
    """The ambition memo."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    date = PartialDateField(label=_("Date"), required=False)
    intro = TranslatedFormField(label=_("Introduction"), rows=5, max_length=3000)
    note = TranslatedFormField(
        label=_("Note"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("What a reader should know of it."),
    )
    sources = SourcesField()

    @classmethod
    def of(cls, memo: AmbitionMemo | None, data: Any) -> "MemoForm":
        """The form on a memo, or on a new one."""
        return cls(data, initial=_values(memo, cls) if memo else None)


class ObjectiveForm(forms.Form):
    """An objective of the memo, under a direction, with the indicators that measure it."""

    memo = forms.ModelChoiceField(
        label=_("Ambition memo"), queryset=AmbitionMemo.objects.none(), empty_label=_("Choose one")
    )
    direction = forms.ModelChoiceField(
        label=_("Strategic direction"), queryset=Direction.objects.none(), empty_label=_("Choose one")
    )
    position = forms.IntegerField(**POSITION)  # type: ignore[arg-type]  # one dictionary for two forms
    title = TranslatedFormField(label=_("The objective in one sentence"), max_length=300)
    description = TranslatedFormField(label=_("Description"), rows=5, max_length=3000)
    note = TranslatedFormField(label=_("Note"), required=False, rows=3, max_length=2000)
    indicators = ReferencesField(label=_("Indicators that measure it"), among=Indicator.objects.all())
    sources = SourcesField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["memo"].queryset = AmbitionMemo.objects.order_by("-id")  # type: ignore[attr-defined]
        self.fields["direction"].queryset = Direction.objects.all()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, objective: Objective | None, data: Any) -> "ObjectiveForm":
        """The form on an objective, or on a new one that stands last."""
        if objective is None:
            return cls(data, initial={"position": Objective.objects.count() + 1})
        return cls(data, initial=_values(objective, cls) | {"indicators": list(objective.indicators.all())})


def _values(thing: Any, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in form.base_fields if name != "indicators"}
