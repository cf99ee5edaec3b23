"""Pages of projects."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import formats, paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.core.templatetags.texts import text
from civicthread.core.thread import Shown
from civicthread.projects import forms, queries


@policy.guard("projects.read")
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The list of public projects, by title, narrowed as the reader asked."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=None, language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    return render(request, "projects/projects.html", {"page": page, "form": form, "active": active})


@policy.guard("projects.read")
@require_safe
def project(request: HttpRequest, reference: str) -> HttpResponse:
    """A project sheet."""
    actor = actor_of(request)
    found = publishing.find(queries.projects(visible_to=actor), reference=reference)
    ends = thread.ends(found, visible_to=actor)
    context = {
        "project": found,
        "directions": found.directions.all(),
        "areas": found.areas.defer("boundary"),
        "partners": found.partners.all(),
        "facts": found.facts.all(),
        "milestones": _timeline(step for step in ends["became"] if step.times),
        **ends,
        "became": [step for step in ends["became"] if not step.times],
    }
    return render(request, "projects/project.html", context)


def _timeline(steps: Iterable[Shown]) -> list[dict[str, Any]]:
    """The steps that stand on a timeline, in the order of their dates, with the dates in words."""
    ordered = sorted(steps, key=lambda step: (step.date is None, step.date))
    return [_on_timeline(step) for step in ordered]


def _on_timeline(step: Shown) -> dict[str, Any]:
    times = step.times or thread.Times()
    return {
        "title": step.title,
        "url": step.url,
        "lang": step.lang,
        "state": step.state,
        "state_label": step.state_label,
        "planned": formats.period(times.planned),
        "replanned": formats.period(times.replanned),
        "reason": text(times.reason),
        "actual": formats.period(times.actual),
    }
