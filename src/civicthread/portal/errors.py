"""The pages of errors: what happened, what to do, the id to tell, and a number to call."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.core.middleware import current_request_id

logger = logging.getLogger(__name__)
Handler = Callable[..., HttpResponse]
BARE = "<!DOCTYPE html><title>{title}</title><h1>{title}</h1><p>{what}</p><p>{id}</p>"


def _page(status: int, title: str | Promise, what: str | Promise, *, known: str | Promise = "") -> Handler:
    """The page of one kind of error; `known`: what it says to someone who is signed in, where that differs."""

    def answer(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:  # noqa: ARG001
        if status >= 500:
            # The database may be what failed: nothing on this page may ask it who is reading.
            request.user = AnonymousUser()
        told = known if known and request.user.is_authenticated else what
        facts: dict[str, Any] = {"title": title, "what": told, "id": current_request_id(), "messages": []}
        try:
            return render(request, "portal/error.html", facts, status=status)
        except Exception:
            if status < 500:
                raise
            # Even the page that tells of a fault can fail, when the program's own files are what is broken.
            logger.exception("The error page failed too")
            return HttpResponse(BARE.format(title=title, what=what, id=facts["id"]), status=status)

    return answer


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
server_error = _page(
    500,
    _("Something went wrong on our side"),
    _("It is not your fault, and it has been noted. Try again in a moment."),
)
