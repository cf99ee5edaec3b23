"""Invented things for the page that shows every component with its states."""

from datetime import date
from typing import Any

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicthread.core import formats

TONES = ("good", "underway", "caution", "bad", "ended", "neutral")


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=gettext_lazy("Your idea in one sentence"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("What would change?"),
        help_text=gettext_lazy("Say what happens today, and what you would like to see."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    number = forms.IntegerField(label=gettext_lazy("Number of people"), required=False)
    place = forms.ChoiceField(
        label=gettext_lazy("Municipality"),
        choices=[("", gettext_lazy("The whole Region")), ("a", "Anderlecht"), ("x", "Ixelles / Elsene")],
        required=False,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How should we answer?"),
        choices=[("mail", gettext_lazy("By e-mail")), ("phone", gettext_lazy("By phone"))],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("Choose all that apply."),
        choices=[("mobility", gettext_lazy("Mobility")), ("energy", gettext_lazy("Energy"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    since = forms.DateField(
        label=gettext_lazy("Since when?"),
        widget=forms.SelectDateWidget(years=range(2024, 2028)),
        required=False,
    )
    photo = forms.FileField(label=gettext_lazy("A photo"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("My idea may be published"))


def samples() -> dict[str, Any]:
    """What `portal/components.html` draws."""
    wrong = SampleForm({"wrong-text": "", "wrong-email": "no address", "wrong-place": "a"}, prefix="wrong")
    return {
        "tones": [(tone, label) for tone, label in zip(TONES, _tone_words(), strict=True)],
        "day": date(2026, 6, 3),
        "sample": SampleForm(),
        "filter": SampleForm(auto_id="filter_%s"),
        "wrong": wrong,
        "columns": _columns(),
        "rows": [["2023", "41.0 %", "45 %"], ["2024", "52.5 %", "55 %"], ["2025", "62.0 %", "65 %"]],
        "came_from": _upstream(),
        "became": _downstream(),
        "milestones": _milestones(),
        "translations": _translations(),
        "links": _links(),
        "step_list": [
            {"label": _("Ideas"), "url": "#steps", "done": True},
            {"label": _("Workshop"), "current": True},
            {"label": _("Decision")},
        ],
        "strand": [
            {"label": _("ideas"), "value": 16, "url": "#strand", "meaning": _("what people ask for")},
            {"label": _("projects"), "value": 3, "url": "#strand", "meaning": _("what is done about it")},
            {"label": _("indicators"), "value": 12, "url": "#strand", "meaning": _("what it changes")},
        ],
        "changes": _changes(),
        "legend": [{"label": f"{step * 10 - 10}–{step * 10} %", "step": step} for step in range(1, 8)],
    }


def _tone_words() -> list[str]:
    return [_("on pace"), _("in analysis"), _("slightly behind"), _("far behind"), _("withdrawn"), _("draft")]


def _columns() -> list[dict[str, Any]]:
    values = [{"label": label, "numeric": True} for label in (_("Value"), _("Target"))]
    return [{"label": _("Year")}, *values]


def _changes() -> list[dict[str, Any]]:
    figure = {"text": _("A figure was corrected:"), "title": _("Lamps that adapt"), "url": "#lists"}
    idea = {"text": _("An idea was answered:"), "title": _("Benches in the shade"), "url": "#lists"}
    return [{"when": date(2026, 6, 3), **figure}, {"when": date(2026, 5, 28), **idea}]


def _links() -> list[dict[str, str]]:
    return [
        {"label": _("Strategy"), "url": "#links"},
        {"label": _("Annual report"), "url": "#links", "note": "PDF, 1.2 MB"},
    ]


def _upstream() -> list[dict[str, Any]]:
    idea = {"kind": _("idea"), "title": _("Lamps that dim when nobody is there"), "url": "#thread"}
    need = {"kind": _("need"), "title": _("Light where people are"), "url": "#thread"}
    project = {"kind": _("project"), "relation": _("led to"), "title": _("Light on demand"), "current": True}
    return [
        {**idea, "date": date(2025, 3, 14)},
        {**need, "relation": _("grouped in"), "date": date(2025, 5, 20)},
        project,
    ]


def _downstream() -> list[dict[str, Any]]:
    return [
        {"kind": _("project"), "title": _("Light on demand"), "current": True},
        {
            "kind": _("decision"),
            "relation": _("decided by"),
            "title": _("Decision 2025/17"),
            "url": "#thread",
            "date": date(2025, 9, 2),
            "state": "approved",
            "state_label": _("approved"),
        },
        {
            "kind": _("indicator"),
            "relation": _("measured by"),
            "title": _("Lamps that adapt"),
            "url": "#thread",
            "note": _("62 % of target"),
            "state": "on_pace",
            "state_label": _("on pace"),
        },
    ]


def _milestones() -> list[dict[str, Any]]:
    first = {"title": _("Tender published"), "planned": date(2025, 10, 1), "actual": date(2025, 9, 28)}
    second = {"title": _("First street lit"), "planned": date(2026, 2, 1), "replanned": date(2026, 4, 15)}
    third = {"title": _("In service everywhere"), "planned": date(2027, 1, 1), "url": "#timeline"}
    return [
        {**first, "state": "reached", "state_label": _("reached")},
        {**second, "state": "replanned", "state_label": _("re-planned"), "reason": _("The poles came late.")},
        {**third, "state": "planned", "state_label": _("planned")},
    ]


def _translations() -> list[dict[str, Any]]:
    texts = [
        ("fr", "Français", "La lumière suit les passants.", "original", _("original")),
        ("nl", "Nederlands", "Het licht volgt de voorbijganger.", "outdated", _("outdated")),
        ("en", "English", "", "missing", _("missing")),
    ]
    return [
        {
            "code": code,
            "name": name,
            "state": state,
            "state_label": label,
            "required": code != "en",
            "control_id": f"sample-text-{code}",
            "control": _textarea(code, text),
            "holds": _holds(code) if state == "outdated" else None,
        }
        for code, name, text, state, label in texts
    ]


def _holds(code: str) -> dict[str, Any]:
    label = _("The text in %(language)s still holds as it stands") % {"language": formats.language(code)}
    return {"name": "sample-holds", "id": "sample-holds", "label": label, "on": False}


def _textarea(code: str, text: str) -> str:
    attributes = {"id": f"sample-text-{code}", "class": "ds-input", "lang": code, "rows": 3}
    return mark_safe(forms.Textarea().render(f"text-{code}", text, attributes))  # noqa: S308 - Django's own rendering
