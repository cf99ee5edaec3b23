"""Pages of the ambition."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civicthread.ambition import queries
from civicthread.core import policy, publishing, thread
from civicthread.core.policy import actor_of


@policy.guard("ambition.read")
@require_safe
def memo(request: HttpRequest) -> HttpResponse:
    """The ambition memo: all directions and their objectives."""
    actor = actor_of(request)
    context = {
        "memo": queries.memos(visible_to=actor).first(),
        "directions": queries.directions(visible_to=actor),
    }
    return render(request, "ambition/memo.html", context)


@policy.guard("ambition.read")
@require_safe
def direction(request: HttpRequest, code: str) -> HttpResponse:
    """One strategic direction: what it means, its objectives, its projects."""
    actor = actor_of(request)
    found = get_object_or_404(queries.directions(visible_to=actor), code=code)
    return render(
        request, "ambition/direction.html", {"direction": found, **thread.ends(found, visible_to=actor)}
    )


@policy.guard("ambition.read")
@require_safe
def objective(request: HttpRequest, code: str) -> HttpResponse:
    """One objective and what serves it."""
    actor = actor_of(request)
    found = publishing.find(queries.objectives(visible_to=actor), code=code)
    return render(
        request, "ambition/objective.html", {"objective": found, **thread.ends(found, visible_to=actor)}
    )
