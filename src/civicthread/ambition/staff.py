"""Screens of the Office: directions, the ambition memo, its objectives."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.ambition import actions, forms, queries
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import office, policy
from civicthread.core.policy import actor_of, signed_in_actor


@policy.guard("ambition.save_objective")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The memos, the directions and the objectives, drafts too."""
    actor = actor_of(request)
    facts = {
        "memos": queries.memos(visible_to=actor),
        "directions": queries.directions(visible_to=actor),
    }
    return render(request, "ambition/desk.html", facts)


@policy.guard("ambition.save_direction")
@never_cache
@require_http_methods(["GET", "POST"])
def write_direction(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a strategic direction."""
    found = get_object_or_404(Direction, code=code) if code else None
    form, actor = forms.DirectionForm.of(found, request.POST or None), signed_in_actor(request)
    if office.done(form, lambda given: actions.save_direction(found or Direction(), given, by=actor)):
        return _back(request, _("The direction is saved."))
    title = str(found.name) if found else _("Add a strategic direction")
    return office.form_page(request, form, title=title, back=_desk())


@policy.guard("ambition.save_memo")
@never_cache
@require_http_methods(["GET", "POST"])
def write_memo(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write the ambition memo."""
    found = get_object_or_404(AmbitionMemo, code=code) if code else None
    form, actor = forms.MemoForm.of(found, request.POST or None), signed_in_actor(request)
    if office.done(form, lambda given: actions.save_memo(found or AmbitionMemo(), given, by=actor)):
        return _back(request, _("The memo is saved."))
    title = str(found.title) if found else _("Write an ambition memo")
    return office.form_page(request, form, title=title, back=_desk())


@policy.guard("ambition.save_objective")
@never_cache
@require_http_methods(["GET", "POST"])
def write_objective(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write an objective."""
    found = get_object_or_404(Objective, code=code) if code else None
    form, actor = forms.ObjectiveForm.of(found, request.POST or None), signed_in_actor(request)
    if office.done(form, lambda given: actions.save_objective(found or Objective(), given, by=actor)):
        return _back(request, _("The objective is saved."))
    title = str(found.title) if found else _("Add an objective")
    return office.form_page(request, form, title=title, back=_desk())


@policy.guard("ambition.publish")
@require_POST
def publish_memo(request: HttpRequest, code: str) -> HttpResponse:
    """Show the memo to the public."""
    memo = get_object_or_404(AmbitionMemo, code=code)
    return _publish(request, memo, said=_("The memo is public."), form="ambition:write-memo")


@policy.guard("ambition.publish")
@require_POST
def publish_objective(request: HttpRequest, code: str) -> HttpResponse:
    """Show an objective to the public."""
    objective = get_object_or_404(Objective, code=code)
    return _publish(request, objective, said=_("The objective is public."), form="ambition:write-objective")


def _publish(request: HttpRequest, thing: AmbitionMemo | Objective, *, said: str, form: str) -> HttpResponse:
    actor = signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish(thing, by=actor),
        said=said,
        back=reverse("ambition:desk"),
        form=lambda _name: reverse(form, args=[thing.code]),
    )


@policy.guard("ambition.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw_memo(request: HttpRequest, code: str) -> HttpResponse:
    """Take the memo from public view."""
    return _withdraw(request, get_object_or_404(AmbitionMemo, code=code))


@policy.guard("ambition.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw_objective(request: HttpRequest, code: str) -> HttpResponse:
    """Take an objective from public view."""
    return _withdraw(request, get_object_or_404(Objective, code=code))


def _withdraw(request: HttpRequest, thing: AmbitionMemo | Objective) -> HttpResponse:
    form, actor = office.WithdrawForm(request.POST or None), signed_in_actor(request)

    def withdraw(given: dict[str, Any]) -> bool:
        actions.withdraw(thing, by=actor, **given)
        return True

    if office.done(form, withdraw):
        return _back(request, _("It is withdrawn."))
    return office.form_page(request, form, title=office.withdrawal(thing.title), back=_desk())


def _desk() -> tuple[str, str]:
    return reverse("ambition:desk"), _("Ambition")


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("ambition:desk")
