"""Forms of the dashboard."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicthread.core.translated_forms import TranslatedFormField
from civicthread.dashboard import cards, queries
from civicthread.dashboard.queries import Filters
from civicthread.dashboard.standing import Programme
from civicthread.indicators.models import Indicator

ALL = ("", pgettext_lazy("filters of the dashboard", "all"))


class FilterForm(forms.Form):
    """What narrows the dashboard. It only draws what `queries.understood` made of an address."""

    direction = forms.ChoiceField(label=_("Strategic direction"), required=False)
    objective = forms.ChoiceField(label=_("Objective"), required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    owner = forms.ChoiceField(label=_("Who answers for it"), required=False)
    body = forms.ChoiceField(label=_("Body that decided"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[ALL, *cards.STATUS_WORDS.items()])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Indicator.Kind.choices])
    period = forms.ChoiceField(
        label=_("As it stood at the end of"), required=False, help_text=_("Leave it empty for today.")
    )
    by = forms.CharField(widget=forms.HiddenInput, required=False)
    view = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, filters: Filters, programme: Programme, layout: Mapping[str, str]) -> "FilterForm":
        """The form as the reader left it; a list of one choice is not worth a field."""
        form = cls(initial={**filters.__dict__, **layout})
        for name in queries.GROUPINGS:
            known = sorted(
                ((code, str(one.title)) for code, one in programme.names[name].items()),
                key=lambda choice: choice[1].casefold(),
            )
            # Directions and objectives keep the order of the programme.
            if name in ("direction", "objective"):
                known = [(code, str(one.title)) for code, one in programme.names[name].items()]
            if known:
                form.fields[name].choices = [ALL, *known]  # type: ignore[attr-defined]
            else:
                del form.fields[name]
        form.fields["period"].choices = [ALL, *((one, one) for one in programme.periods)]  # type: ignore[attr-defined]
        for name in ("by", "view"):
            if not layout.get(name):
                del form.fields[name]
        return form


class FreezeForm(forms.Form):
    """Which year is frozen, and what its reader should know."""

    year = forms.TypedChoiceField(
        label=_("Year"), coerce=int, help_text=_("The figures are kept as they stand today, for good.")
    )
    note = TranslatedFormField(
        label=_("Note"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("What a reader should know of this year: a new source, a break in a series."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(year, str(year)) for year in queries.to_freeze()]  # type: ignore[attr-defined]
