"""Wagtail's back office without its own doors: one signs in there where one signs in to everything else."""

from allauth.account.views import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from wagtail.admin import urls as wagtail

from civicthread.core import policy

# Wagtail's account page changes names and addresses; its test pages show errors to anyone.
CLOSED = ("login/", "logout/", "account/", "password_reset/", "test404/", "failwhale/")


@policy.guard("accounts.sign_in")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Our sign-in, and back to the page that was asked for; who is signed in already may not go there."""
    if request.user.is_authenticated:
        raise PermissionDenied
    wanted = request.GET.get("next") or reverse("wagtailadmin_home")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


@policy.guard("accounts.sign_in")
def account(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Names, addresses and passwords are changed in "my account"."""
    return redirect("accounts:mine")


urlpatterns = [
    path("login/", sign_in, name="wagtailadmin_login"),
    path("logout/", logout, name="wagtailadmin_logout"),
    path("account/", account, name="wagtailadmin_account"),
    *(pattern for pattern in wagtail.urlpatterns if not str(pattern.pattern).startswith(CLOSED)),
]
