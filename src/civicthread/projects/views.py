"""Pages of projects."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civicthread.core import formats, paging, partial_dates, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.core.publishing import Publication
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
        "partners": found.partners.filter(publication=Publication.PUBLISHED),
        "facts": found.facts.all(),
        "questions": _answered(queries.questions(found)),
        "milestones": _timeline(step for step in ends["became"] if step.times),
        **ends,
        "became": [step for step in ends["became"] if not step.times],
    }
    return render(request, "projects/project.html", context)


def _answered(questions: list[queries.Question]) -> list[queries.Question]:
    """All questions, once one of them has an answer: beside it, what is not known says something."""
    return questions if any(question.answer is not None for question in questions) else []


def _timeline(steps: Iterable[Shown]) -> list[dict[str, Any]]:
    """The steps that stand on a timeline, in the order of their dates, with the dates in words."""
    return [_on_timeline(step) for step in sorted(steps, key=_due)]


def _due(step: Shown) -> date:
    times = step.times or thread.Times()
    return partial_dates.last_day(times.actual or times.replanned or times.planned)


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
        "said": formats.period(times.said),
        "correction": text(times.correction),
    }
