"""Pages of the stakeholders' registry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, search, thread
from civicthread.core.policy import actor_of
from civicthread.stakeholders import queries
from civicthread.stakeholders.models import Helix


@policy.guard("stakeholders.read")
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations, by name, by helix."""
    helix = request.GET.get("helix", "")
    found = queries.organisations(visible_to=actor_of(request), helix=helix if helix in Helix.values else "")
    page = paging.page(
        search.by_title(found, request.LANGUAGE_CODE), order="sort_title", key=request.GET.get("page", "")
    )
    return render(request, "stakeholders/organisations.html", {"page": page, "helix": helix, "helices": Helix.choices})


@policy.guard("stakeholders.read")
@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation and what it carries."""
    actor = actor_of(request)
    found = publishing.find(queries.organisations(visible_to=actor), code=code)
    ends = thread.ends(found, visible_to=actor)
    return render(request, "stakeholders/organisation.html", {"organisation": found, **ends})
