"""Forms of what an indicator is measured against: targets, the scale, paths, comparisons."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from civicthread.core.translated_forms import TranslatedFormField
from civicthread.indicators import judging
from civicthread.indicators.forms import PERIODS, period_of
from civicthread.indicators.models import Indicator, Target, Trajectory
from civicthread.territory import queries as territory
from civicthread.territory.models import Area

TARGETS_OFFERED = 3
MOST_LINES = 400
Role, Form = Trajectory.Role, Trajectory.Form


class PeriodField(forms.CharField):
    """A period, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, max_length=21, help_text=options.pop("help_text", PERIODS), **options
        )

    def clean(self, value: Any) -> str:
        """The period as it was typed."""
        text = str(super().clean(value))
        return period_of(text) if text.strip() else ""


class FiguresField(forms.CharField):
    """Periods with their numbers, one a line; gives `(period, number)` pairs, in the order of the lines."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": options.pop("rows", 6), "spellcheck": "false"})
        told = _(
            "One a line: the period, then the number. Example: 2026 12.5. Paste them from a spreadsheet."
        )
        super().__init__(max_length=20_000, widget=widget, help_text=told, **options)
        self._number = forms.FloatField(localize=True)

    def prepare_value(self, value: Any) -> Any:
        """The pairs as lines; what was typed stays as it was typed."""
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(f"{period} {localize_input(number)}" for period, number in value)

    def clean(self, value: Any) -> list[tuple[str, float]]:
        """The pairs, or what is wrong with the first line that is none."""
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        found = [self._pair(line, number) for number, line in enumerate(lines, 1) if line]
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines."), params={"most": MOST_LINES})
        if len({period for period, _number in found}) < len(found):
            raise ValidationError(_("Each period stands on one line only."))
        return found

    def _pair(self, line: str, at: int) -> tuple[str, float]:
        parts = re.split(r"[\s;:=]+", line, maxsplit=1)
        try:
            number = self._number.clean(parts[1] if len(parts) > 1 else "")
        except ValidationError:
            number = None
        if number is None:
            message = _("Line %(line)s: write a period and a number, as in 2026 12.5.")
            raise ValidationError(message, params={"line": at})
        return period_of(parts[0]), number


class TargetForm(forms.Form):
    """One value to be reached by the end of a period; an empty period is no target."""

    period = PeriodField(label=_("By the end of"))
    value = forms.FloatField(label=_("Value"), required=False, localize=True)
    area = forms.ChoiceField(label=_("Area"), required=False)
    note = TranslatedFormField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, areas: Mapping[str, Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = areas
        named = [(code, str(area)) for code, area in areas.items()]
        self.fields["area"].choices = [("", _("whole territory")), *named]  # type: ignore[attr-defined]

    def clean_area(self) -> Area | None:
        """The area of that code."""
        return self.areas.get(self.cleaned_data["area"])

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        given = super().clean() or {}
        if bool(given.get("period")) != (given.get("value") is not None) and not self.errors:
            self.add_error("value", _("Give both the period and the value, or neither."))
        return given


TargetForms = forms.formset_factory(TargetForm, extra=TARGETS_OFFERED, max_num=100, absolute_max=100)


def target_forms(indicator: Indicator, posted: Any) -> Any:
    """The targets as they stand, and room for more."""
    rows = indicator.targets.select_related("area").defer("area__boundary")
    initial = [
        {"period": t.period, "value": t.value, "note": t.note, "area": t.area and t.area.code} for t in rows
    ]
    areas = {area.code: area for area in territory.areas()}
    return TargetForms(posted, initial=initial, prefix="targets", form_kwargs={"areas": areas})


def given_targets(found: Any, before: Iterable[Target]) -> list[dict[str, Any]]:
    """The targets as given, each with the source it had."""
    sources = {(target.period, target.area_id): target.source for target in before}
    given = [form.cleaned_data for form in found if form.cleaned_data.get("period")]
    return [
        {**values, "source": sources.get((values["period"], values["area"] and values["area"].pk), {})}
        for values in given
    ]


class ScaleForm(forms.Form):
    """Where the grades meet, in per cent, and what the figures are counted from."""

    on_pace_at = forms.FloatField(label=_("“On pace” begins at, in per cent"), required=False, localize=True)
    behind_at = forms.FloatField(label=_("“Behind” begins at, in per cent"), required=False, localize=True)
    baseline_period = PeriodField(
        label=_("The baseline is the figure of"),
        help_text=_(
            "The period the programme counts from. Empty: the figure reported as baseline, else the first."
        ),
    )
    across_breaks = forms.BooleanField(
        label=_("Compare figures across a break in the series all the same"), required=False
    )

    @classmethod
    def of(cls, indicator: Indicator, posted: Any) -> "ScaleForm":
        """The scale as it stands; the numbers of the method are named where the indicator has none of its own."""
        initial = {name: getattr(indicator, name) for name in cls.base_fields}
        cuts = {name: initial[name] for name in ("on_pace_at", "behind_at")}
        initial |= {name: None if cut is None else round(100 * cut, 6) for name, cut in cuts.items()}
        form = cls(posted, initial=initial)
        if usual := judging.CUTS.get(indicator.status_method):
            for name, cut in (("on_pace_at", usual.on_pace), ("behind_at", usual.behind)):
                told = _("Empty: %(usual)s, as the method has it.") % {"usual": f"{100 * cut:g}"}
                form.fields[name].help_text = told
        return form

    def values(self) -> dict[str, Any]:
        """What the action takes: shares, not per cent."""
        given = self.cleaned_data
        shares = {name: given[name] for name in ("on_pace_at", "behind_at")}
        return given | {name: None if share is None else share / 100 for name, share in shares.items()}


class PathForm(forms.Form):
    """A path: its form, and those of its numbers that the form needs."""

    form = forms.ChoiceField(label=_("The path is"), required=False)
    start_period = PeriodField(label=_("It starts at the end of"))
    start_value = forms.FloatField(
        label=_("Value at the start"),
        required=False,
        localize=True,
        help_text=_("Both empty: the baseline."),
    )
    end_period = PeriodField(label=_("It ends at the end of"))
    end_value = forms.FloatField(
        label=_("Value at the end"),
        required=False,
        localize=True,
        help_text=_("Both empty: the next target."),
    )
    growth = forms.FloatField(
        label=_("Growth of an S-curve"),
        required=False,
        localize=True,
        help_text=_(
            "How steep it is: with 0.5, what is reached grows against what is left by some 65 % a year."
            " Empty: so that it reaches its end."
        ),
    )
    ceiling = forms.FloatField(
        label=_("Ceiling of an S-curve"),
        required=False,
        localize=True,
        help_text=_("What it comes near and never passes: 100 for a share in per cent."),
    )
    milestones = FiguresField(label=_("Milestones"), required=False)
    note = TranslatedFormField(
        label=_("Note"), required=False, max_length=500, help_text=_("Who decided this path, and where.")
    )

    def __init__(self, *args: Any, role: str, **options: Any) -> None:
        super().__init__(*args, **options)
        usual = _("the straight line from the baseline to the target") if role == Role.IDEAL else _("none")
        known = [choice for choice in Form.choices if role == Role.PROJECTED or choice[0] != Form.TREND]
        self.fields["form"].choices = [("", usual), *known]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, indicator: Indicator, role: str, posted: Any) -> "PathForm":
        """The path as it stands."""
        row = indicator.trajectories.filter(role=role).first()
        initial = {name: getattr(row, name) for name in cls.base_fields} if row else {}
        return cls(posted, initial=initial, role=role)

    def clean(self) -> dict[str, Any]:
        """A start has a period and a value, and so has an end; a table has lines, an S-curve a ceiling."""
        given = super().clean() or {}
        for end in ("start", "end"):
            if bool(given.get(f"{end}_period")) != (given.get(f"{end}_value") is not None):
                self.add_error(f"{end}_value", _("Give both the period and the value, or neither."))
        if given.get("form") == Form.MILESTONES and not given.get("milestones") and not self.errors:
            self.add_error("milestones", _("Write at least one milestone."))
        if given.get("form") == Form.LOGISTIC and not (given.get("ceiling") or 0) > 0:
            self.add_error("ceiling", _("An S-curve needs a ceiling above zero."))
        return given

    def values(self) -> dict[str, Any] | None:
        """The values of the path: those that its form has no use for are left out. None: no path of its own."""
        given = self.cleaned_data
        if not given["form"]:
            return None
        return {"form": given["form"], "note": given["note"], **{n: given[n] for n in USED[given["form"]]}}


START, END = ("start_period", "start_value"), ("end_period", "end_value")
USED: Mapping[str, tuple[str, ...]] = {
    Form.TREND: (),
    Form.LINEAR: (*START, *END),
    Form.COMPOUND: (*START, *END),
    Form.LOGISTIC: (*START, *END, "growth", "ceiling"),
    Form.MILESTONES: ("milestones",),
}


class ComparisonForm(forms.Form):
    """A place the figures are compared with; without a name it is none."""

    name = TranslatedFormField(
        label=_("Name"), required=False, max_length=100, help_text=_("Such as Belgium or European Union.")
    )
    figures = FiguresField(label=_("Its figures"), required=False)
    publisher = forms.CharField(label=_("Source"), required=False, max_length=200)
    url = forms.URLField(
        label=_("Address of the source"), required=False, max_length=500, assume_scheme="https"
    )

    def clean(self) -> dict[str, Any]:
        """A name and figures, or neither."""
        given = super().clean() or {}
        if given.get("figures") and not given.get("name") and not self.errors:
            self.add_error("name", _("Say whose figures these are."))
        if given.get("name") and not given.get("figures") and not self.errors:
            self.add_error("figures", _("Write its figures."))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        source = {name: given[name] for name in ("publisher", "url") if given[name]}
        return {"name": given["name"], "figures": given["figures"], "source": source}


ComparisonForms = forms.formset_factory(ComparisonForm, extra=1, max_num=20, absolute_max=20)


def comparison_forms(indicator: Indicator, posted: Any) -> Any:
    """The comparisons as they stand, and room for one more."""
    rows = indicator.comparisons.filter(ended_at__isnull=True).order_by("pk")
    initial = [
        {
            "name": row.name,
            "figures": list(row.figures.filter(superseded_at=None).values_list("period", "value")),
            **{name: row.source.get(name, "") for name in ("publisher", "url")},
        }
        for row in rows
    ]
    return ComparisonForms(posted, initial=initial, prefix="comparisons")


def given_comparisons(found: Any) -> list[dict[str, Any]]:
    """The comparisons as given; one without a name ends."""
    return [form.values for form in found if form.cleaned_data.get("name")]
