"""Pages of governance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.governance import queries


@policy.guard("governance.read")
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The register of decisions, newest first."""
    found = queries.decisions(visible_to=actor_of(request))
    page = paging.page(found, order="-date", key=request.GET.get("page", ""))
    return render(request, "governance/decisions.html", {"page": page})


@policy.guard("governance.read")
@require_safe
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One decision and what it is about."""
    actor = actor_of(request)
    found = publishing.find(queries.decisions(visible_to=actor), reference=reference)
    return render(
        request, "governance/decision.html", {"decision": found, **thread.ends(found, visible_to=actor)}
    )
