"""What changed, search, and the health of the installation."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, queries, search


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
    return render(request, "core/changes.atom.xml", {"page": page}, content_type="application/atom+xml; charset=utf-8")


@policy.guard("core.search")
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything public, found by words."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    found = search.find(query, language=request.LANGUAGE_CODE)[: paging.SIZE * 2]
    return render(request, "core/search.html", {"query": query, "results": queries.results(found)})


@policy.guard("core.read")
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether records, worker and lake answer; 503 when one does not."""
    health = queries.health()
    return JsonResponse(health, status=200 if health["healthy"] else 503)
