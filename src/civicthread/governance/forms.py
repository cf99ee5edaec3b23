"""Forms of governance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicthread.ambition.models import Objective
from civicthread.core.form_fields import PartialDateField, ReferencesField, SourcesField, Words
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.governance.models import Decision
from civicthread.governance.queries import Filters
from civicthread.projects.models import Project
from civicthread.stakeholders.models import Body


def _bodies(none: Any) -> list[tuple[str, Any]]:
    found = [(row.code, str(row.name)) for row in Body.objects.only("code", "name")]
    return [("", none), *sorted(found, key=lambda choice: choice[1].casefold())]


class FilterForm(forms.Form):
    """What narrows the register. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    body = forms.ChoiceField(label=_("Body"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = _bodies(pgettext_lazy("bodies", "all"))  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields})


class DecisionForm(forms.Form):
    """A decision of a body."""

    body = forms.ChoiceField(label=_("Who decided"))
    number = Words(
        label=_("Number given by the body"),
        required=False,
        max_length=60,
        help_text=_("Only if the body gave one."),
    )
    date = PartialDateField(label=_("Date"))
    title = TranslatedFormField(label=_("What was decided, in one sentence"), max_length=300)
    text = TranslatedFormField(label=_("Text"), rows=8, max_length=10_000)
    projects = ReferencesField(label=_("Projects it is about"), among=Project.objects.all())
    approves = forms.BooleanField(
        label=_("It approves these projects"),
        required=False,
        help_text=_("Once the decision is public, their sheets say that they are approved, and since when."),
    )
    objectives = forms.ModelMultipleChoiceField(
        label=_("Objectives it is about"),
        queryset=Objective.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sources = SourcesField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = _bodies(_("Choose one"))  # type: ignore[attr-defined]
        self.fields["objectives"].queryset = Objective.objects.all()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, decision: Decision | None, data: Any) -> "DecisionForm":
        """The form on a decision, or on a new one."""
        if decision is None:
            return cls(data)
        plain = {
            name: getattr(decision, name)
            for name in ("number", "date", "title", "text", "approves", "sources")
        }
        many = {name: list(getattr(decision, name).all()) for name in ("projects", "objectives")}
        return cls(data, initial={**plain, **many, "body": decision.body.code})

    def clean_body(self) -> Body:
        return Body.objects.get(code=self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        """Who approves says what."""
        given = super().clean() or {}
        if given.get("approves") and not given.get("projects") and not self.has_error("projects"):
            self.add_error("projects", _("Name the projects it approves."))
        return given
