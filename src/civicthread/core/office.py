"""What every screen of the Office does: show a form, do what it asks, tell a refusal on it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.core.translated_forms import TranslatedFormField

Done = TypeVar("Done")


class WithdrawForm(forms.Form):
    """Why something is taken from public view."""

    because = TranslatedFormField(
        label=_("Why it is withdrawn"),
        rows=4,
        max_length=1000,
        help_text=_("Everyone who follows its address reads this."),
    )
    withdraws = True  # the button says so, in red


def withdrawal(thing: object) -> str:
    """The heading above the reason: what is withdrawn, by its name."""
    return gettext("Withdraw “%(title)s”") % {"title": thing}


def done(form: forms.Form, act: Callable[[dict[str, Any]], Done]) -> Done | None:
    """Do it when the form is filled in well; a refusal is told on the form, in the languages it is about."""
    if not form.is_valid():
        return None
    try:
        return act(dict(form.cleaned_data))
    except Refused as refusal:
        _tell(form, refusal)
        return None


def _tell(form: forms.Form, refusal: Refused) -> None:
    fields: dict[str, list[str]] = refusal.facts.get("fields", {})
    for name in fields.keys() & form.fields.keys():
        form.add_error(name, [ValidationError(str(refusal.message), code) for code in fields[name]])
    if not form.errors:
        form.add_error(None, str(refusal.message))


def form_page(
    request: HttpRequest, form: forms.Form, *, title: str | Promise, back: tuple[str, str], submit: str = ""
) -> HttpResponse:
    """The screen of a form; `back` is the address and the name of where it came from."""
    facts = {
        "form": form,
        "title": title,
        "back_url": back[0],
        "back_label": back[1],
        "submit_label": submit,
    }
    return render(request, "core/office_form.html", facts, status=422 if form.errors else 200)
