"""News and strategy pages."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, thread
from civicthread.core.policy import actor_of
from civicthread.editorial import queries
from civicthread.editorial.models import Edition

LATEST = 30
ATOM = "application/atom+xml; charset=utf-8"


@policy.guard("editorial.read")
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """All news, newest first."""
    found = queries.news(visible_to=actor_of(request))
    page = paging.page(found, order="-dated", key=request.GET.get("page", ""))
    return render(request, "editorial/news.html", {"page": page})


@policy.guard("editorial.read")
@require_safe
def news_feed(request: HttpRequest) -> HttpResponse:
    """The latest news as an Atom feed, in the reader's language."""
    latest = list(queries.news(visible_to=actor_of(request))[:LATEST])
    # A feed must say when it last changed; an empty one has never changed, so it names the start of its time.
    updated = max((article.revised_at for article in latest), default=datetime.fromtimestamp(0, UTC))
    context = {"latest": latest, "updated": updated}
    return render(request, "editorial/news.atom.xml", context, content_type=ATOM)


@policy.guard("editorial.read")
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """A news article."""
    visible = queries.news(visible_to=actor_of(request))
    return _text(request, queries.at(visible, slug, request.LANGUAGE_CODE))


@policy.guard("editorial.read")
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The pages about the strategy, its directions and the Office."""
    return render(request, "editorial/pages.html", {"pages": queries.listed(visible_to=actor_of(request))})


@policy.guard("editorial.read")
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page about the strategy or the Office."""
    visible = queries.texts(visible_to=actor_of(request))
    return _text(request, queries.at(visible, slug, request.LANGUAGE_CODE))


def _text(request: HttpRequest, edition: Edition) -> HttpResponse:
    if request.path != (now := edition.get_absolute_url()):
        return redirect(now, permanent=True)
    if (reading := queries.reading(edition)) is None:
        raise Http404
    request.addresses = edition.addresses()  # type: ignore[attr-defined]
    ends = thread.ends(edition, visible_to=actor_of(request))
    # Most texts stand alone; two empty ends would only say so.
    linked = ends if ends["came_from"] or ends["became"] else {}
    return render(request, "editorial/text.html", {"reading": reading, **linked})
