"""Pages of the roadmap."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.roadmap import queries


@policy.guard("roadmap.read")
@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """All milestones by date, the next ones first when asked."""
    found = queries.milestones(visible_to=actor_of(request)).filter(due__isnull=False)
    coming = request.GET.get("show") == "coming"
    if coming:
        found = found.filter(due__gte=timezone.localdate(), actual="")
    page = paging.page(found, order="due" if coming else "-due", key=request.GET.get("page", ""))
    return render(request, "roadmap/roadmap.html", {"page": page, "coming": coming})


@policy.guard("roadmap.read")
@require_safe
def milestone(request: HttpRequest, reference: str) -> HttpResponse:
    """One milestone: the dates it had, and what follows from it."""
    actor = actor_of(request)
    found = publishing.find(queries.milestones(visible_to=actor), reference=reference)
    return render(request, "roadmap/milestone.html", {"milestone": found, **thread.ends(found, visible_to=actor)})
