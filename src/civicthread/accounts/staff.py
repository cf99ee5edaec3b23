"""Staff screens: people and their roles."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from civicthread.accounts import actions, queries
from civicthread.accounts.forms import RoleForm
from civicthread.accounts.models import Role, User
from civicthread.core import paging, policy
from civicthread.core.models import Actor
from civicthread.core.policy import actor_of


@policy.guard("accounts.read_people")
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who holds a role; anyone else by their exact address."""
    email = request.GET.get("email", "").replace("\0", "").strip()[:254]
    found = queries.people(visible_to=actor_of(request), email=email)
    page = paging.page(found, order="email", key=request.GET.get("page", ""))
    rows = [(user, queries.role_names(user)) for user in page.rows]
    return render(request, "accounts/people.html", {"page": page, "rows": rows, "email": email})


@policy.guard("accounts.read_people")
@never_cache
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their roles, and whether they may sign in."""
    user = _person(request, pk)
    facts = {
        "person": user,
        "crumbs": [{"label": _("People and roles"), "url": reverse("accounts:people")}, {"label": str(user)}],
        "held": queries.role_names(user),
        "has_second_factor": queries.has_second_factor(user),
        "roles": [(role.value, role.label, role in user.actor.roles) for role in Role],
    }
    return render(request, "accounts/person.html", facts)


@policy.guard("accounts.grant_role")
@require_POST
def grant_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a role."""
    return _change_role(request, pk, actions.grant_role)


@policy.guard("accounts.revoke_role")
@require_POST
def revoke_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a role."""
    return _change_role(request, pk, actions.revoke_role)


@policy.guard("accounts.deactivate")
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    actions.deactivate(_person(request, pk), by=_actor(request))
    return redirect("accounts:person", pk=pk)


@policy.guard("accounts.reactivate")
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    actions.reactivate(_person(request, pk), by=_actor(request))
    return redirect("accounts:person", pk=pk)


def _change_role(request: HttpRequest, pk: int, change: Callable[..., User]) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    change(_person(request, pk), form.cleaned_data["role"], by=_actor(request))
    return redirect("accounts:person", pk=pk)


def _person(request: HttpRequest, pk: int) -> User:
    user = queries.person(pk, visible_to=actor_of(request))
    if user is None:
        raise Http404
    return user


def _actor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    assert actor is not None  # noqa: S101  # the guard turned visitors away
    return actor
