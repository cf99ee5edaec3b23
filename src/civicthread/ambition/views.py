"""Pages of the ambition."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from civicthread.ambition import queries
from civicthread.core import formats, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.indicators import figures
from civicthread.indicators.headlines import headlines
from civicthread.indicators.queries import Reading


@policy.guard("ambition.read")
@require_safe
def memo(request: HttpRequest) -> HttpResponse:
    """The ambition memo that counts today: all directions and their objectives."""
    return _memo(request, "")


@policy.guard("ambition.read")
@require_safe
def version(request: HttpRequest, code: str) -> HttpResponse:
    """One ambition memo, also one that a newer memo replaced."""
    return _memo(request, code)


def _memo(request: HttpRequest, code: str) -> HttpResponse:
    """A memo with its own objectives; the newest leads to those before it, and each of those to the newest."""
    actor, public = actor_of(request), list(queries.memos(visible_to=None))
    newest = public[0] if public else None
    found = publishing.find(queries.memos(visible_to=actor), code=code) if code else newest
    context = {
        "memo": found,
        "directions": queries.directions(visible_to=actor, memo=found),
        "newest": newest if found in public[1:] else None,
        "earlier": public[1:] if found in public[:1] else [],
        **(thread.ends(found, visible_to=actor) if found else {}),
    }
    return render(request, "ambition/memo.html", context)


@policy.guard("ambition.read")
@require_safe
def direction(request: HttpRequest, code: str) -> HttpResponse:
    """One strategic direction: what it means, its objectives, its projects."""
    actor = actor_of(request)
    found = get_object_or_404(queries.directions(visible_to=actor, memo=queries.newest()), code=code)
    readings = headlines(queries.measures(found, visible_to=actor), today=timezone.localdate())
    context = {
        "direction": found,
        "rows": [_row(reading) for reading in readings],
        "more": f"{reverse('indicators:list')}?direction={found.code}",
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "ambition/direction.html", context)


def _row(reading: Reading) -> dict[str, Any]:
    """An indicator as a card shows it; a share with its two numbers, without which nobody can weigh it."""
    told, latest = figures.told(reading), reading.latest
    shares = ""
    if latest and latest.numerator is not None and latest.denominator is not None:
        numbers = {
            "part": formats.number(latest.numerator),
            "whole": formats.number(latest.denominator),
        }
        shares = gettext("%(part)s of %(whole)s") % numbers
    meaning = " · ".join(filter(None, [shares, told.meaning]))
    return {"indicator": reading.indicator, "told": told, "meaning": meaning}


@policy.guard("ambition.read")
@require_safe
def objective(request: HttpRequest, code: str) -> HttpResponse:
    """One objective and what serves it."""
    actor = actor_of(request)
    found = publishing.find(queries.objectives(visible_to=actor), code=code)
    return render(
        request, "ambition/objective.html", {"objective": found, **thread.ends(found, visible_to=actor)}
    )
