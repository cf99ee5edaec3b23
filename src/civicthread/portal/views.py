"""The home page, the choice of language, the statements, the map of the site."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from civicthread.core import policy
from civicthread.core import queries as core
from civicthread.editorial import queries as editorial
from civicthread.editorial.models import Purpose
from civicthread.ideas import intake
from civicthread.portal import coverage, orphans, queries, samples

LATEST_NEWS, LATEST_CHANGES = 3, 5
# A confirmed idea's link is good for some days; what nobody confirmed goes in the night after the next.
UNCONFIRMED_DAYS = intake.CONFIRMATION_DAYS + 2
COOKIES = {
    "session": settings.SESSION_COOKIE_NAME,
    "form": settings.CSRF_COOKIE_NAME,
    "message": CookieStorage.cookie_name,
    # Set on the way to another service only.
    "language": settings.LANGUAGE_COOKIE_NAME if settings.ENVIRONMENT.oidc_server else "",
}


@policy.guard("portal.read")
@require_safe
@vary_on_headers("Accept-Language")
@cache_control(no_store=True)
def languages(request: HttpRequest) -> HttpResponse:
    """The choice of language: every one on offer, those the browser asks for first, none taken silently."""
    names, choices = dict(settings.LANGUAGES), []
    for code in queries.languages_for(request.headers.get("Accept-Language", "")):
        with override(code):
            lead = gettext("From a citizen’s idea to a measured result: the smart city programme, in public.")
            choices.append({"code": code, "name": names[code], "lead": lead})
    return render(request, "portal/languages.html", {"choices": choices})


@policy.guard("portal.read")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the Office is, where the programme stands, what is new."""
    own, found = editorial.for_purpose(Purpose.HOME, visible_to=None), queries.home()
    context = {
        "own": editorial.reading(own) if own else None,
        "figures": queries.glance(found),
        "strand": queries.strand(found.counts),
        "map": found.map,
        "news": editorial.news(visible_to=None)[:LATEST_NEWS],
        "changes": core.changes(key="", size=LATEST_CHANGES).rows,
    }
    return render(request, "portal/home.html", context)


@policy.guard("portal.read")
@require_safe
def statement(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """A statement: the Office's own words where it wrote some, and what the program itself knows to be so."""
    own = editorial.for_purpose(purpose, visible_to=None)
    context = {
        "own": editorial.reading(own) if own else None,
        "coverage": coverage,
        "cookies": COOKIES,
        "days": UNCONFIRMED_DAYS,
    }
    return render(request, f"portal/{purpose}.html", context)


@policy.guard("portal.read")
@require_safe
def loose_ends(request: HttpRequest) -> HttpResponse:
    """What hangs on no thread: all lists with their first things, or one list in full (`?list=`)."""
    name, counts = request.GET.get("list", ""), queries.counts()
    if name not in orphans.TOLD:
        return render(request, "portal/orphans.html", {"lists": orphans.overview(counts)})
    title, why = orphans.TOLD[name]
    page = orphans.listed(name, key=request.GET.get("page", ""))
    context = {"page": page, "title": title, "why": why, "count": counts.get(name, 0)}
    return render(request, "portal/orphan_list.html", context)


@policy.guard("portal.read")
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """All places of the site, and the public things of each kind."""
    return render(
        request,
        "portal/site_map.html",
        {"places": queries.PLACES, "groups": queries.groups(request.LANGUAGE_CODE)},
    )


@policy.guard("portal.read")
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component with each of its states."""
    return render(request, "portal/components.html", samples.samples())
