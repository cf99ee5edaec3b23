"""Errors of the API as RFC 9457 problems: application/problem+json with `type`, `title` and `status`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"
API = "/api/"
# What is said of an error that nobody told more of.
TITLES: dict[int, tuple[str, str | Promise]] = {
    400: ("unreadable", _("This request cannot be read.")),
    401: ("sign-in", _("Sign in first.")),
    403: ("forbidden", _("This is not open to you.")),
    404: ("not-found", _("There is nothing here.")),
    405: ("method", _("This address does not answer that method.")),
    413: ("too-large", _("This request is too large.")),
    422: ("invalid", _("Something in this request is missing or wrong.")),
    500: ("error", _("Something went wrong on our side.")),
}


def problem(status: int, code: str = "", title: str | Promise = "", **more: Any) -> JsonResponse:
    """The answer that tells what is wrong; `more` adds members, such as `errors`."""
    usual = TITLES.get(status) or TITLES[500 if status >= 500 else 400]
    told = {"type": f"urn:civicthread:{code or usual[0]}", "title": str(title or usual[1]), "status": status}
    return JsonResponse(told | more, status=status, content_type=CONTENT_TYPE)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whatever goes wrong below /api/, by whomever it is noticed, is told as a problem."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        told = response.headers.get("Content-Type", "").startswith(CONTENT_TYPE)
        if response.status_code < 400 or told or not request.path_info.startswith(API):
            return response
        found = problem(response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                found.headers[name] = response.headers[name]
        return found

    return answer
