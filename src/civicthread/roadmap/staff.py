"""Screens of the Office and of project leads: the milestones."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.projects import queries as projects
from civicthread.projects.models import Project
from civicthread.roadmap import actions, forms, queries
from civicthread.roadmap.models import Milestone


@policy.guard("roadmap.add")
@never_cache
@require_safe
def desk(request: HttpRequest, project: str = "") -> HttpResponse:
    """The milestones one may write, of all projects or of one, the latest first; and where the first is to be added."""
    actor = actor_of(request)
    found = _project(request, project) if project else None
    page = paging.page(
        queries.desk(visible_to=actor, project=found), order="-pk", key=request.GET.get("page", "")
    )
    without = [] if found else queries.without_milestone(visible_to=actor)
    return render(request, "roadmap/desk.html", {"page": page, "project": found, "without": without})


@policy.guard("roadmap.add")
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, project: str) -> HttpResponse:
    """Add a milestone to a project."""
    found, actor = _project(request, project), signed_in_actor(request)
    form = forms.MilestoneForm.of(None, request.POST or None)
    if office.done(form, lambda given: actions.add_milestone(found, given, by=actor)):
        return _back(request, found, _("The milestone is there, as a draft."))
    return _form_page(request, form, found, title=_("Add a milestone"))


@policy.guard("roadmap.save")
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring a milestone up to date."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    form = forms.MilestoneForm.of(milestone, request.POST or None)
    if office.done(form, lambda given: actions.save_milestone(milestone, given, by=actor)):
        return _back(request, milestone.project, _("The milestone is saved."))
    return _form_page(request, form, milestone.project, title=str(milestone.title))


@policy.guard("roadmap.replan")
@never_cache
@require_http_methods(["GET", "POST"])
def replan(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a milestone a new date, with the reason."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    form = forms.ReplanForm(request.POST or None)
    if office.done(form, lambda given: actions.replan(milestone, by=actor, **given)):
        return _back(request, milestone.project, _("The milestone has its new date."))
    return _form_page(request, form, milestone.project, title=_("Plan again"))


@policy.guard("roadmap.reach")
@never_cache
@require_http_methods(["GET", "POST"])
def reach(request: HttpRequest, reference: str) -> HttpResponse:
    """Say when a milestone was reached."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    form = forms.ReachForm(request.POST or None, initial={"on": milestone.actual})
    if office.done(form, lambda given: actions.reach(milestone, by=actor, **given)):
        return _back(request, milestone.project, _("The milestone is reached."))
    return _form_page(request, form, milestone.project, title=_("Reached"))


@policy.guard("roadmap.correct")
@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct when a milestone was reached, with the reason."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    form = forms.CorrectForm(request.POST or None, initial={"on": milestone.actual})
    if office.done(form, lambda given: actions.correct(milestone, by=actor, **given)):
        return _back(request, milestone.project, _("The date is corrected."))
    return _form_page(request, form, milestone.project, title=_("Correct the date"))


@policy.guard("roadmap.publish")
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a milestone to the public."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_milestone(milestone, by=actor),
        said=_("The milestone is public."),
        back=reverse("roadmap:project-desk", args=[milestone.project.reference]),
        form=lambda _name: reverse("roadmap:write", args=[reference]),
    )


@policy.guard("roadmap.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a milestone from public view."""
    milestone, actor = _milestone(request, reference), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: actions.withdraw_milestone(milestone, by=actor, **given)):
        return _back(request, milestone.project, _("The milestone is withdrawn."))
    return _form_page(request, form, milestone.project, title=office.withdrawal(milestone.title))


def _project(request: HttpRequest, reference: str) -> Project:
    found = projects.desk(visible_to=actor_of(request)).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _milestone(request: HttpRequest, reference: str) -> Milestone:
    found = queries.desk(visible_to=actor_of(request)).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, project: Project, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("roadmap:project-desk", project.reference)


def _form_page(request: HttpRequest, form: Any, project: Project, *, title: str) -> HttpResponse:
    back = (reverse("roadmap:project-desk", args=[project.reference]), project.reference)
    return office.form_page(request, form, title=title, back=back)
