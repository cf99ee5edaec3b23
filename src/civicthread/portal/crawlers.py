"""Files that programs read: the sitemap, robots.txt, security.txt."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from civicthread.core import policy
from civicthread.core.context import office
from civicthread.portal import queries

TEXT, XML = "text/plain; charset=utf-8", "application/xml; charset=utf-8"
# RFC 9116 asks for less than a year; a new date comes with every answer while the site is kept.
VALID_FOR = timedelta(days=180)


@policy.guard("portal.read")
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sitemap files."""
    return render(request, "portal/sitemaps.xml", {"names": queries.sitemaps()}, content_type=XML)


@policy.guard("portal.read")
@require_safe
def sitemap(request: HttpRequest, name: str) -> HttpResponse:
    """One sitemap file: each page in each language, with its sisters."""
    pages = queries.sitemap(name)
    if pages is None:
        raise Http404
    return render(request, "portal/sitemap.xml", {"pages": pages}, content_type=XML)


@policy.guard("portal.read")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What crawlers may read: all but the back office, accounts and endless search results."""
    closed = ["/cms/"]
    for code, _name in settings.LANGUAGES:
        with override(code):
            closed += [reverse("accounts:mine"), reverse("core:search")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.BASE_URL}{reverse('root:sitemaps')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@policy.guard("portal.read")
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness of the site (RFC 9116)."""
    email = office().email
    contact = f"mailto:{email}" if email else settings.BASE_URL + reverse("portal:contact")
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(settings.CITY.languages)}",
        f"Canonical: {settings.BASE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
