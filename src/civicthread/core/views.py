"""What changed, search, the whole thread, and the health of the installation."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from civicthread.core import charts, policy, queries, thread, walking
from civicthread.core.policy import actor_of

CHART_SECONDS = 3600


@policy.guard("core.read")
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What changed, newest first."""
    page = queries.changes(key=request.GET.get("page", ""))
    return render(request, "core/changes.html", {"page": page})


@policy.guard("core.read")
@require_safe
def changes_feed(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed."""
    page = queries.changes(key="")
    return render(
        request, "core/changes.atom.xml", {"page": page}, content_type="application/atom+xml; charset=utf-8"
    )


@policy.guard("core.search")
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything public, found by words."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    page = queries.results(query, page=request.GET.get("page", ""))
    return render(request, "core/search.html", {"query": query, "page": page})


@policy.guard("core.read")
@require_safe
def whole(request: HttpRequest, kind: str, which: str) -> HttpResponse:
    """The whole thread of one thing, both ways."""
    actor = actor_of(request)
    thing = walking.find(kind, which, visible_to=actor)
    found = walking.walk(thing, visible_to=actor)
    own = thread.shown(thing)
    context = {
        "own": own,
        "marked": format_html('<span lang="{}">{}</span>', own.lang, own.title) if own.lang else own.title,
        "steps": walking.from_top_to_bottom(found),
        "more": found.more,
        "linked_data": reverse("api:core.thread", args=[kind, which]),
    }
    return render(request, "core/thread.html", context)


@policy.guard("core.read")
@require_safe
def chart(request: HttpRequest, key: str) -> JsonResponse:  # noqa: ARG001
    """What the browser draws when a reader explores a chart; its address changes with all that it holds."""
    if (found := charts.explored(key)) is None:
        raise Http404
    response = JsonResponse(found)
    patch_cache_control(response, public=True, max_age=CHART_SECONDS)
    return response


@policy.guard("core.read")
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether records, worker and lake answer; 503 when one does not."""
    health = queries.health()
    return JsonResponse(health, status=200 if health["healthy"] else 503)
