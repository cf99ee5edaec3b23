"""Forms of projects."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import Direction
from civicthread.projects.models import Project
from civicthread.projects.queries import Filters


class FilterForm(forms.Form):
    """What narrows the list of projects. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    direction = forms.ChoiceField(label=_("Strategic direction"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Project.State.choices]
    )
    nature = forms.ChoiceField(
        label=_("Pilot or structural"), required=False, choices=[("", _("all")), *Project.Nature.choices]
    )
    owner = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        directions = [(direction.code, str(direction.name)) for direction in Direction.objects.all()]
        self.fields["direction"].choices = [("", _("all")), *directions]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields})
