"""Pages of the territory."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import condition, require_safe

from civicthread.core import policy, thread
from civicthread.core.policy import actor_of
from civicthread.territory import maps, places, queries


def _etag(request: HttpRequest) -> str:  # noqa: ARG001
    return places.gazetteer().etag


def _changed_at(request: HttpRequest) -> datetime | None:  # noqa: ARG001
    return places.changed_at()


@policy.guard("territory.read")
@require_safe
def territory(request: HttpRequest) -> HttpResponse:
    """The whole territory: a map whose areas are links, and the same as a table."""
    region = queries.region()
    title = (
        gettext("Municipalities of %(region)s") % {"region": region.name}
        if region
        else gettext("Municipalities")
    )
    figure = maps.overview(title=title, name="territory-map")
    context = {
        "region": region,
        "title": title,
        "figure": figure,
        "drawn": maps.has_ground(places.gazetteer()),
    }
    return render(request, "territory/territory.html", context)


@policy.guard("territory.read")
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area and what concerns it."""
    found, known = get_object_or_404(queries.areas(), code=code), places.gazetteer()
    context = {
        "area": found,
        "names": queries.names(found),
        "parts": maps.by_name(queries.parts(found, among=known)),
        "locator": maps.locator(found, name="locator") if maps.has_ground(known) else "",
        **thread.ends(found, visible_to=actor_of(request)),
    }
    return render(request, "territory/area.html", context)


@policy.guard("territory.read")
@require_safe
@condition(etag_func=_etag, last_modified_func=_changed_at)
def geojson(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """All boundaries, for maps made elsewhere."""
    return HttpResponse(places.gazetteer().geojson, content_type="application/geo+json")
