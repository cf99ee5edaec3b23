"""Forms of stakeholders."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicthread.core.form_fields import SourcesField
from civicthread.core.models import Actor
from civicthread.core.text import one_line, readable
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.stakeholders import queries
from civicthread.stakeholders.models import Body, Domain, Helix, Organisation
from civicthread.stakeholders.queries import Filters
from civicthread.territory import places
from civicthread.territory.models import Area


def organisation_choices(none: Any) -> list[tuple[str, Any]]:
    """All organisations as choices, by name in the reader's language, after the word for none of them."""
    found = [(row.code, str(row.name)) for row in Organisation.objects.only("code", "name")]
    return [("", none), *sorted(found, key=lambda choice: choice[1].casefold())]


class FilterForm(forms.Form):
    """What narrows the list of organisations. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    helix = forms.ChoiceField(
        label=_("Kind of stakeholder"),
        required=False,
        choices=[("", pgettext_lazy("kinds", "all")), *Helix.choices],
    )

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields})


class OrganisationForm(forms.Form):
    """An organisation's entry in the registry."""

    name = TranslatedFormField(label=_("Name"), max_length=200)
    short_name = TranslatedFormField(
        label=_("Short name"), required=False, max_length=60, help_text=_("What everyone calls it.")
    )
    helix = forms.ChoiceField(label=_("Kind of stakeholder"), choices=Helix.choices)
    domain = forms.ChoiceField(
        label=_("Policy domain"),
        required=False,
        choices=[("", _("not known")), *Domain.choices],
        help_text=_("What it mainly works on. A project whose organisations differ in it is transversal."),
    )
    description = TranslatedFormField(label=_("Description"), required=False, rows=4, max_length=2000)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    former_names = forms.CharField(
        label=_("Former names"),
        required=False,
        max_length=1000,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sources = SourcesField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        areas = places.gazetteer().of_level(Area.Level.MUNICIPALITY)
        choices = sorted(((area.code, str(area.name)) for area in areas), key=lambda choice: choice[1])
        self.fields["municipality"].choices = [("", _("none in particular")), *choices]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, organisation: Organisation | None, data: Any) -> "OrganisationForm":
        """The form on an organisation, or on a new one."""
        return cls(data, initial=_entry(organisation) if organisation else None)

    def clean_former_names(self) -> list[str]:
        """The names, one by one."""
        lines = map(one_line, readable(self.cleaned_data["former_names"]).splitlines())
        return [line for line in lines if line]

    def clean_municipality(self) -> Area | None:
        code = self.cleaned_data["municipality"]
        return Area.objects.defer("boundary").get(code=code) if code else None


def _entry(organisation: Organisation) -> dict[str, Any]:
    names = ("name", "short_name", "helix", "domain", "description", "website", "sources")
    municipality = organisation.municipality.code if organisation.municipality else ""
    lines = {"municipality": municipality, "former_names": "\n".join(organisation.former_names)}
    return {name: getattr(organisation, name) for name in names} | lines


class DescribeForm(forms.Form):
    """What an organisation says of itself."""

    description = TranslatedFormField(label=_("Description"), required=False, rows=4, max_length=2000)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class AccountForm(forms.Form):
    """Someone with an account, by e-mail address; gives the actor."""

    email = forms.EmailField(
        label=_("E-mail address of the account"), help_text=_("The address with which the person signs in.")
    )

    def __init__(self, *args: Any, asked_by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked_by = asked_by

    def clean_email(self) -> Actor:
        user = queries.account(self.cleaned_data["email"], visible_to=self.asked_by)
        if user is None:
            raise forms.ValidationError(
                _("No open account has this address. Ask the person to open one first.")
            )
        return user.actor


class BodyForm(forms.Form):
    """A body that decides."""

    name = TranslatedFormField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Body.Kind.choices)
    organisation = forms.ChoiceField(
        label=_("Organisation"), required=False, help_text=_("If it belongs to one.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = organisation_choices(_("none"))  # type: ignore[attr-defined]

    @classmethod
    def of(cls, body: Body | None, data: Any) -> "BodyForm":
        """The form on a body, or on a new one."""
        if body is None:
            return cls(data)
        owner = body.organisation.code if body.organisation else ""
        return cls(data, initial={"name": body.name, "kind": body.kind, "organisation": owner})

    def clean_organisation(self) -> Organisation | None:
        return Organisation.objects.filter(code=self.cleaned_data["organisation"]).first()


class MandateForm(forms.Form):
    """A seat in a body."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    office = TranslatedFormField(
        label=_("Office held"),
        required=False,
        max_length=200,
        help_text=_("The office, never a person's name."),
    )
    since = forms.DateField(
        label=_("Since"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = organisation_choices(_("Choose one"))  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation:
        return Organisation.objects.get(code=self.cleaned_data["organisation"])


class EndForm(forms.Form):
    """The last day of a mandate."""

    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
