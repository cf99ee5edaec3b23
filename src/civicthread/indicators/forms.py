"""Forms of indicators."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civicthread.indicators.models import Indicator
from civicthread.indicators.queries import Filters


class FilterForm(forms.Form):
    """What narrows the list of indicators. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Indicator.Kind.choices])

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})
