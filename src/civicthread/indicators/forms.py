"""Forms of indicators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import partial_dates
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.datahub.models import Frequency
from civicthread.indicators import queries, words
from civicthread.indicators.models import Indicator, MethodVersion, Qualifier, Value
from civicthread.indicators.places import below_the_whole
from civicthread.methods import periods
from civicthread.stakeholders.models import Organisation
from civicthread.territory import queries as territory
from civicthread.territory.models import Area

ALL = ("", _("all"))
NONE = ("", _("none"))
PERIODS = _("2026, 2026-Q3, 09/2026 or 30/09/2026.")


class FilterForm(forms.Form):
    """What narrows the list of indicators. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    direction = forms.ChoiceField(label=_("Strategic direction"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Indicator.Kind.choices])

    def __init__(self, *args: Any, reader: Actor | None, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(d.code, str(d.title)) for d in queries.directions(visible_to=reader)]
        self.fields["direction"].choices = [ALL, *known]  # type: ignore[attr-defined]

    def filters(self) -> queries.Filters:
        """The filters that make sense."""
        self.is_valid()
        return queries.Filters(
            **{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields}
        )


GROUP = "group_"


class ViewForm(forms.Form):
    """How a reader looks at an indicator: as its figures stood on a day, and at which groups."""

    at = forms.DateField(
        label=_("As the figures stood on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Write the day as 30/09/2026.")},
    )

    def __init__(
        self,
        *args: Any,
        groups: Mapping[str, Iterable[str]],
        headings: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, values in groups.items():
            choices = [ALL, *((value, value) for value in values)]
            self.fields[f"{GROUP}{name}"] = forms.ChoiceField(
                label=headings[name], required=False, choices=choices
            )


@dataclass(frozen=True)
class View:
    """What a reader asked to see. `at` is the last moment of the day that was named."""

    at: datetime | None
    chosen: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "View":
        """From the address. Refused where the day is none; groups that nothing belongs to give no figures."""
        chosen = {
            name.removeprefix(GROUP): value
            for name, value in given.items()
            if name.startswith(GROUP) and value
        }
        return cls(moment(given.get("at", "")), chosen)


def moment(text: str) -> datetime | None:
    """The end of the day that a text names; None where it names none, or today, or a day to come."""
    if not text:
        return None
    try:
        day = date.fromisoformat(partial_dates.read(text))
    except ValueError:
        raise Refused("date-unclear", _("Write the day as 30/09/2026.")) from None
    if day >= timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


class DefinitionForm(forms.Form):
    """What is measured, in which unit, and which way is good."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    description = TranslatedFormField(
        label=_("Description"), rows=3, help_text=_("What is counted, what is left out, why it matters.")
    )
    unit = TranslatedFormField(
        label=_("Unit"), max_length=100, help_text=_("In words: per cent, requests a year.")
    )
    symbol = forms.CharField(
        label=_("Sign of the unit"), required=False, max_length=20, help_text=_("Such as %, km or µg/m³.")
    )
    decimals = forms.IntegerField(
        label=_("Decimals"),
        min_value=0,
        max_value=6,
        initial=0,
        help_text=_("Only what pages show is rounded."),
    )
    good = forms.ChoiceField(label=_("How to read it"), choices=Indicator.Good.choices)
    status_method = forms.ChoiceField(label=_("Status by"), choices=Indicator.StatusMethod.choices)
    frequency = forms.ChoiceField(label=_("Frequency"), choices=Frequency.choices, initial=Frequency.YEARLY)
    direction = forms.ChoiceField(label=_("Strategic direction"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who answers for it"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("not known"),
    )
    area_level = forms.ChoiceField(
        label=_("Areas are"),
        required=False,
        choices=[("", _("of any level")), *Area.Level.choices],
        help_text=_("Where the query names areas that stand on several levels under one name."),
    )

    def __init__(self, *args: Any, reader: Actor | None, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(d.code, str(d.title)) for d in queries.directions(visible_to=reader)]
        self.fields["direction"].choices = [NONE, *known]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = Organisation.objects.order_by("code")  # type: ignore[attr-defined]

    @classmethod
    def of(cls, indicator: Indicator, posted: Any, *, reader: Actor | None) -> "DefinitionForm":
        """The form of an indicator that is there."""
        initial = {name: getattr(indicator, name) for name in cls.base_fields}
        initial["owner"] = indicator.owner.code if indicator.owner else None
        return cls(posted, initial=initial, reader=reader)


class MethodForm(forms.Form):
    """How it is measured: in words, and as a query where it is computed."""

    sql = forms.CharField(
        label=_("Query"),
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
        help_text=_(
            "A SELECT that gives period and value; area and further columns where there are several figures. "
            "Empty where figures are reported by hand."
        ),
    )
    roll_up = forms.ChoiceField(
        label=_("The whole territory"),
        required=False,
        choices=MethodVersion.RollUp.choices,
        initial=MethodVersion.RollUp.NONE,
        help_text=_(
            "Areas are added up only where each of them has a figure: missing is not zero. A mean is never added up."
        ),
    )
    note = TranslatedFormField(
        label=_("The method in words"),
        rows=3,
        help_text=_("For everyone who reads the figure: what is counted, over what it is divided."),
    )

    def clean_sql(self) -> str:
        """The text as it was typed, without blank lines around it."""
        return str(self.cleaned_data["sql"]).replace("\r\n", "\n").strip()

    def clean_roll_up(self) -> str:
        """Nothing is added up where nothing is said."""
        return str(self.cleaned_data["roll_up"] or MethodVersion.RollUp.NONE)


def period_of(text: str) -> str:
    """The period that was typed; an error of the form where it is none."""
    given = partial_dates.read(text.strip())
    try:
        periods.parse(given)
    except periods.PeriodError:
        message = _("“%(text)s” is not a period such as 2026, 2026-Q3, 09/2026 or 30/09/2026.")
        raise ValidationError(message, params={"text": text.strip()[:40]}) from None
    return given


class ReportForm(forms.Form):
    """A figure that somebody counted or a source publishes."""

    period = forms.CharField(label=_("Period"), max_length=21, help_text=PERIODS)
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=territory.areas(),
        required=False,
        to_field_name="code",
        empty_label=_("whole territory"),
    )
    value = forms.FloatField(label=_("Value"), required=False, localize=True)
    numerator = forms.FloatField(
        label=_("Numerator"),
        required=False,
        localize=True,
        help_text=_("Of a share or a rate: what was counted."),
    )
    denominator = forms.FloatField(
        label=_("Denominator"), required=False, localize=True, help_text=_("Over what it is divided.")
    )
    qualifier = forms.ChoiceField(
        label=_("The source says"), choices=[("exact", _("exactly this")), *Qualifier.choices[1:]]
    )
    publisher = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Who publishes or counted it.")
    )
    url = forms.URLField(
        label=_("Address of the source"), required=False, max_length=500, assume_scheme="https"
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where there is no address: the letter, the minutes, the count, and where it is kept."),
    )
    flags = forms.MultipleChoiceField(
        label=_("What a reader must know"),
        required=False,
        choices=list(words.FLAGS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    note = TranslatedFormField(label=_("Note"), required=False, rows=2, max_length=500)
    baseline = forms.BooleanField(
        label=_("This is the baseline: the figure the programme counts from"), required=False
    )
    retained = forms.BooleanField(
        label=_("This figure counts; another source's figure for the same period does not"),
        required=False,
        initial=True,
    )
    reason = TranslatedFormField(
        label=_("Why it counts or not"),
        required=False,
        rows=2,
        max_length=500,
        help_text=_("Where sources disagree: both figures are kept and shown, with this reason."),
    )

    def clean_period(self) -> str:
        """A period."""
        return period_of(str(self.cleaned_data["period"]))

    def clean_denominator(self) -> float | None:
        """Nothing is divided by zero."""
        given: float | None = self.cleaned_data["denominator"]
        if given == 0:
            raise ValidationError(_("The denominator cannot be zero."))
        return given

    def clean(self) -> dict[str, Any]:
        """A value, or what it is made of; a figure set aside says why."""
        given = super().clean() or {}
        parts = [given.get("numerator"), given.get("denominator")]
        if given.get("value") is None and None in parts and not self.errors:
            self.add_error("value", _("Give the value, or the numerator and the denominator."))
        if not given.get("retained") and not given.get("reason"):
            self.add_error("reason", _("Say why this figure does not count."))
        return given

    def values(self, indicator: Indicator) -> dict[str, Any]:
        """The values of the figure. A percentage is worked out of its parts where only they are given."""
        given = self.cleaned_data
        names = (
            *("period", "numerator", "denominator", "qualifier", "note", "retained", "reason"),
            *("evidence", "flags"),
        )
        value = given["value"]
        if value is None:
            factor = 100 if indicator.symbol == "%" else 1
            value = factor * given["numerator"] / given["denominator"]
        source = {name: given[name] for name in ("publisher", "url") if given[name]}
        area = below_the_whole(given["area"])
        origin = Value.Origin.BASELINE if given["baseline"] else Value.Origin.REPORTED
        told = {"value": value, "area": area, "source": source, "origin": origin}
        return {**{name: given[name] for name in names}, **told}


class ApprovalForm(forms.Form):
    """What is published; the reason where published figures are replaced. `seen` is the newest figure shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = TranslatedFormField(
        label=_("Why published figures change"),
        rows=2,
        max_length=1000,
        help_text=_("It is shown with the correction, for everyone."),
    )

    def __init__(self, *args: Any, replaces: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not replaces:
            del self.fields["reason"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {"seen": self.cleaned_data["seen"], "reason": self.cleaned_data.get("reason") or Text()}


def newest(values: Iterable[Value]) -> int:
    """The number of the newest of these figures; 0 where there is none."""
    return max((value.pk for value in values), default=0)
