"""Pages of the stakeholders' registry."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.stakeholders import forms, queries


@policy.guard("stakeholders.read")
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations, by name, narrowed as the reader asked."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=None, language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    return render(request, "stakeholders/organisations.html", {"page": page, "form": form, "active": active})


@policy.guard("stakeholders.read")
@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation and what it carries."""
    actor = actor_of(request)
    found = publishing.find(queries.organisations(visible_to=actor), code=code)
    context = {
        "organisation": found,
        "seats": queries.seats(found),
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "stakeholders/organisation.html", context)
