"""What every screen of the Office does: show a form, do what it asks, tell a refusal on it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats
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
        tell(form, refusal)
        return None


def tell(form: forms.Form, refusal: Refused) -> None:
    """Show a refusal on the form: beside the texts it names, in their languages, or above all."""
    fields: dict[str, list[str]] = refusal.facts.get("fields", {})
    message = _("It is public: it must stand in %(language)s too, up to date.")
    for name in fields.keys() & form.fields.keys():
        wrong = [
            ValidationError(message, code, {"language": formats.language(code)}) for code in fields[name]
        ]
        form.add_error(name, wrong)
    if not form.errors:
        form.add_error(None, str(refusal.message))


def published(
    request: HttpRequest, publish: Callable[[], Any], *, said: str, back: str, form: Callable[[str], str]
) -> HttpResponse:
    """Do what a button "Publish" asks and go back; a refusal that names texts leads to the form of the first."""
    try:
        publish()
    except Refused as refusal:
        messages.error(request, _leading(refusal, form))
    else:
        messages.success(request, said)
    return redirect(back)


def _leading(refusal: Refused, form: Callable[[str], str]) -> str:
    for name, languages in refusal.facts.get("fields", {}).items():
        address = f"{form(name)}#id_{name}_{languages[0]}"
        return format_html('{} <a href="{}">{}</a>', refusal.message, address, gettext("Complete it"))
    return str(refusal.message)


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
