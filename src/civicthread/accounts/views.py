"""A person's own account."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civicthread.accounts import actions, queries
from civicthread.accounts.forms import ProfileForm
from civicthread.accounts.models import User
from civicthread.core import personal, policy
from civicthread.core.context import places
from civicthread.core.errors import Refused


def owner_of(request: HttpRequest) -> User:
    """The person signed in; the guard of each view here lets nobody else through."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


@policy.guard("accounts.mine")
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My account."""
    user = owner_of(request)
    elsewhere = places(settings.ACCOUNT_NAVIGATION, request.path)
    facts = {"sign_in": queries.sign_in_of(user), "roles": queries.role_names(user), "elsewhere": elsewhere}
    return render(
        request, "accounts/mine.html", facts | {"language_name": dict(settings.LANGUAGES).get(user.language)}
    )


@policy.guard("accounts.change_profile")
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """My name and language."""
    user = owner_of(request)
    known = {"name": user.name, "language": user.language or request.LANGUAGE_CODE}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        actions.change_profile(user, by=user.actor, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:mine")
    return render(request, "accounts/profile.html", {"form": form})


@policy.guard("accounts.export")
@never_cache
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """All that this site holds about me, as one JSON file; no link to it outlives the session."""
    user = owner_of(request)
    policy.require("accounts.export", by=user.actor, on=user)
    answer = JsonResponse(
        personal.export_all(user.actor), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@policy.guard("accounts.erase")
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erase my account, after the password, a code, or a sign-in that is minutes old."""
    user = owner_of(request)
    _refuse_an_old_sign_in(request)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.erase_account(user, by=user.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return render(request, "accounts/erase.html", {"form": form}, status=409)
        logout(request)
        return redirect("accounts:erased")
    return render(request, "accounts/erase.html", {"form": form})


def _refuse_an_old_sign_in(request: HttpRequest) -> None:
    """allauth asks nothing of a person with neither password nor second factor here, only a provider."""
    if get_adapter().get_reauthentication_methods(request.user):
        return
    records = get_authentication_records(request, request.user)
    if not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise Refused(
            "sign-in-again",
            _("To be sure it is you: sign out, sign in again, and come back here within five minutes."),
        )


@policy.guard("accounts.sign_in")
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Where a person ends who erased their account."""
    return render(request, "accounts/erased.html")


@method_decorator(never_cache, name="dispatch")
class ActivateTOTP(ActivateTOTPView):
    """allauth's page; the code that proves the app works counts as this session's second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


activate_totp = policy.guard("accounts.protect")(ActivateTOTP.as_view())
