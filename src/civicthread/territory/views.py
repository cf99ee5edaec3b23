"""Pages of the territory."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civicthread.core import policy, thread
from civicthread.core.policy import actor_of
from civicthread.territory import queries


@policy.guard("territory.read")
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area and what concerns it."""
    found = get_object_or_404(queries.areas(), code=code)
    ends = thread.ends(found, visible_to=actor_of(request))
    return render(request, "territory/area.html", {"area": found, **ends})
