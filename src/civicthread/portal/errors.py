"""The pages of errors: what happened, what to do, the id to tell, and a number to call."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from civicthread.core import policy
from civicthread.core.middleware import current_request_id
from civicthread.core.problems import API

logger = logging.getLogger(__name__)
Handler = Callable[..., HttpResponse]
BARE = "<!DOCTYPE html><title>{title}</title><h1>{title}</h1><p>{what}</p><p>{id}</p>"


def _page(status: int, title: str | Promise, what: str | Promise, *, known: str | Promise = "") -> Handler:
    """The page of one kind of error; `known`: what it says to someone who is signed in, where that differs."""

    def answer(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:  # noqa: ARG001
        if status >= 500:
            # The database may be what failed: nothing on this page may ask it who is reading.
            request.user = AnonymousUser()
        told = known if known and policy.actor_of(request) else what
        facts: dict[str, Any] = {"title": title, "what": told, "id": current_request_id(), "messages": []}
        if status == HTTPStatus.FORBIDDEN and policy.actor_of(request) is None:
            facts["back"] = _back(request)
        try:
            return render(request, "portal/error.html", facts, status=status)
        except Exception:
            if status < 500:
                raise
            # Even the page that tells of a fault can fail, when the program's own files are what is broken.
            logger.exception("The error page failed too")
            return HttpResponse(BARE.format(title=title, what=what, id=facts["id"]), status=status)

    return answer


def _back(request: HttpRequest) -> str:
    """Where a visitor goes on after signing in: to the page they asked for, or whose button they pressed."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return urlunsplit(("", "", *urlsplit(page)[2:4], "")) if own else ""


bad_request = _page(
    400,
    _("We could not read this request"),
    _("The address or the form holds something this site cannot read. Go back and try again."),
)
forbidden = _page(
    403,
    _("This is not open to you"),
    _("Sign in, or ask the Office for access if you need it."),
    known=_("Your account does not open this page. Ask the Office for access if you need it."),
)
EXPIRED = _("This form has expired")
form_expired = _page(
    403,
    EXPIRED,
    _("It was open for too long, or cookies are off. Go back, load the page again, and send it once more."),
)
not_found = _page(
    404,
    _("There is no page here"),
    _("The address may be mistyped, or the page has moved. Search for it, or start from the home page."),
)
not_allowed = _page(
    405,
    _("This address is no page"),
    _("It only does what a button of another page asks for. Go back to that page and press its button."),
)
server_error = _page(
    500,
    _("Something went wrong on our side"),
    _("It is not your fault, and it has been noted. Try again in a moment."),
)


def methods(get_response: Handler) -> Handler:
    """A middleware: who reads an address that only buttons lead to is told so by a page, where Django says nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.path_info.startswith(API):
            return response
        told = not_allowed(request)
        told["Allow"] = response["Allow"]
        return told

    return answer
