"""Pages of the roadmap."""

from itertools import groupby

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
    """All public milestones by date, or only those that lie ahead."""
    found = queries.milestones(visible_to=None).filter(due__isnull=False)
    coming = request.GET.get("show") == "coming"
    if coming:
        found = found.filter(due__gte=timezone.localdate(), actual="")
    page = paging.page(found, order="due" if coming else "-due", key=request.GET.get("page", ""))
    years = [
        (str(year), list(rows)) for year, rows in groupby(page.rows, lambda row: row.due and row.due.year)
    ]
    return render(request, "roadmap/roadmap.html", {"page": page, "years": years, "coming": coming})


@policy.guard("roadmap.read")
@require_safe
def milestone(request: HttpRequest, reference: str) -> HttpResponse:
    """One milestone: the dates it had, and what follows from it."""
    actor = actor_of(request)
    found = publishing.find(queries.milestones(visible_to=actor), reference=reference)
    context = {
        "milestone": found,
        "corrections": queries.corrections([found])[found.pk],
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "roadmap/milestone.html", context)
