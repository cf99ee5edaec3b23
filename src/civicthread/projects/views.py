"""Pages of projects."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.projects import forms, queries


@policy.guard("projects.read")
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The list of projects, by title, narrowed as the reader asked."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=actor_of(request), language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    return render(request, "projects/projects.html", {"page": page, "form": form, "active": active})


@policy.guard("projects.read")
@require_safe
def project(request: HttpRequest, reference: str) -> HttpResponse:
    """A project sheet."""
    actor = actor_of(request)
    found = publishing.find(queries.projects(visible_to=actor), reference=reference)
    context = {
        "project": found,
        "directions": found.directions.all(),
        "partners": found.partners.all(),
        "facts": found.facts.all(),
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "projects/project.html", context)
