"""Who may come through a door: visitors sign in first, and roles open nothing without a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from civicthread.accounts.models import User
from civicthread.accounts.queries import has_second_factor
from civicthread.core import policy
from civicthread.core.errors import Forbidden

CMS = "/cms/"


class gate:  # noqa: N801  # named as a middleware in settings
    """Holds a person's roles back until this session has given a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        *_: Any,
    ) -> HttpResponse | None:
        """Without a second factor the person is a citizen for this request, in API and actions too."""
        user = request.user
        if not isinstance(user, User) or not user.actor.roles or gave_second_factor(request):
            return None
        opened = _opens(request, view, user)
        user.actor.role_names = frozenset()
        return to_second_factor(request, user) if opened and not _opens(request, view, user) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A visitor who is turned away from a page may sign in and come back to it."""
        reads_a_page = request.method == "GET" and not request.path_info.startswith("/api/")
        if isinstance(exception, Forbidden) and reads_a_page and policy.actor_of(request) is None:
            return _redirect(request, "account_login")
        return None


class own_site:  # noqa: N801  # named as a middleware in settings
    """allauth's pages bring a `site` of their own, which would hide the Office's in our layouts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:  # noqa: ARG002
        (response.context_data or {}).pop("site", None)
        return response


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a code."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def to_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """To the page that asks for a code, or to the one that sets it up."""
    return _redirect(request, "mfa_reauthenticate" if has_second_factor(user) else "mfa_activate_totp")


def _opens(request: HttpRequest, view: Callable[..., Any], user: User) -> bool:
    """Whether the rule of this page lets the person in, with the roles they show now."""
    if request.path_info.startswith(CMS):
        return user.has_perm("wagtailadmin.access_admin")
    verb = getattr(view, "verb", None)
    return verb is not None and policy.may(verb, user.actor)


def _redirect(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
