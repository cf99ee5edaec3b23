"""Pages of governance."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.governance import forms, queries


@policy.guard("governance.read")
@require_safe
def start(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What the public reads of the governance is its decisions."""
    return redirect("governance:decisions", permanent=True)


@policy.guard("governance.read")
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The public register of decisions, newest first, narrowed as the reader asked."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=None)
    page = paging.page(found, order="-date", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    return render(request, "governance/decisions.html", {"page": page, "form": form, "active": active})


@policy.guard("governance.read")
@require_safe
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One decision and what it is about."""
    actor = actor_of(request)
    found = publishing.find(queries.decisions(visible_to=actor), reference=reference)
    return render(
        request, "governance/decision.html", {"decision": found, **thread.ends(found, visible_to=actor)}
    )
