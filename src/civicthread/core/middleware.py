"""What happens around every request: an id for its log lines, and refusals told in the reader's language."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from civicthread.core.errors import Gone, Refused

GetResponse = Callable[[HttpRequest], HttpResponse]
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being answered, for error pages and log lines."""
    return _current.get()


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id; it stands in its log lines, on its error page and in its answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _current.set(secrets.token_hex(6))
        try:
            response = get_response(request)
            if response.status_code >= 400:
                response["X-Request-Id"] = _current.get()
            return response
        finally:
            _current.reset(token)

    return middleware


class RequestIdFilter(logging.Filter):
    """Adds the id of the current request to a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True


class refusals:  # noqa: N801  # named as a middleware in settings
    """A refusal that no form showed becomes a page (or problem+json): what is wrong and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Gone):
            return render(request, "core/gone.html", _gone(exception), status=410)
        if not isinstance(exception, Refused):
            return None
        if request.path_info.startswith("/api/"):
            kind, title = f"urn:civicthread:{exception.code}", str(exception.message)
            problem = {"type": kind, "title": title, "status": exception.status}
            return JsonResponse(problem, status=exception.status, content_type="application/problem+json")
        return render(request, "core/refused.html", {"refusal": exception}, status=exception.status)


def _gone(gone: Gone) -> dict[str, Any]:
    from civicthread.core import thread  # noqa: PLC0415  # the registry imports models; logging asks for this file first

    return {"because": gone.because, "title": thread.kind_of(gone.thing).title(gone.thing)}
