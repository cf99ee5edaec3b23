"""Screens of the Office: the register of decisions."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.governance import actions, forms, queries
from civicthread.governance.models import Decision


@policy.guard("governance.record")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All decisions, drafts too, the latest first."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=actor_of(request))
    page = paging.page(found, order="-date", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    return render(request, "governance/desk.html", {"page": page, "form": form, "active": active})


@policy.guard("governance.record")
@never_cache
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Enter a decision into the register."""
    form, actor = forms.DecisionForm.of(None, request.POST or None), signed_in_actor(request)
    if decision := office.done(form, lambda given: actions.record_decision(given, by=actor)):
        return _back(request, _("%(reference)s is recorded, as a draft.") % {"reference": decision.reference})
    return office.form_page(request, form, title=_("Record a decision"), back=_desk())


@policy.guard("governance.save")
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct a decision's entry."""
    decision, actor = _decision(request, reference), signed_in_actor(request)
    form = forms.DecisionForm.of(decision, request.POST or None)
    if office.done(form, lambda given: actions.save_decision(decision, given, by=actor)):
        return _back(request, _("The decision is saved."))
    return office.form_page(request, form, title=decision.reference, back=_desk())


@policy.guard("governance.publish")
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a decision to the public."""
    decision, actor = _decision(request, reference), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_decision(decision, by=actor),
        said=_("The decision is public."),
        back=reverse("governance:desk"),
        form=lambda _name: reverse("governance:write", args=[reference]),
    )


@policy.guard("governance.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a decision from public view."""
    decision, actor = _decision(request, reference), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: actions.withdraw_decision(decision, by=actor, **given)):
        return _back(request, _("The decision is withdrawn."))
    return office.form_page(request, form, title=office.withdrawal(decision.title), back=_desk())


def _decision(request: HttpRequest, reference: str) -> Decision:
    found = queries.decisions(visible_to=actor_of(request)).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _desk() -> tuple[str, str]:
    return reverse("governance:desk"), _("Decisions")


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("governance:desk")
