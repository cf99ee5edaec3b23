"""Screens of the Office and of project leads: the sheets of projects."""

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
from civicthread.projects import actions, forms, queries
from civicthread.projects.models import BuildingBlock, Fact, Project
from civicthread.stakeholders.forms import AccountForm

FACT = ("label", "value", "text", "unit", "period", "qualifier", "kind", "source", "note")


@policy.guard("projects.save")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The sheets one may write, the latest first."""
    form = forms.DeskForm(request.GET)
    query = form.cleaned_data["query"] if form.is_valid() else ""
    found = queries.desk(visible_to=actor_of(request), query=query)
    page = paging.page(found, order="-pk", key=request.GET.get("page", ""))
    return render(request, "projects/desk.html", {"page": page, "form": form, "active": int(bool(query))})


@policy.guard("projects.create")
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Open a sheet."""
    form, actor = forms.SheetForm.of(None, request.POST or None), signed_in_actor(request)
    if project := office.done(form, lambda given: actions.create_project(given, by=actor)):
        messages.success(request, _("The sheet is there, as a draft. Say now what the project serves."))
        return redirect("projects:join", project.reference)
    back = (reverse("projects:desk"), _("Projects"))
    return office.form_page(request, form, title=_("Open a project sheet"), back=back)


@policy.guard("projects.save")
@never_cache
@require_safe
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """One sheet, and what one can do with it."""
    project = _project(request, reference)
    facts = {
        "project": project,
        "partners": project.partners.all(),
        "facts": project.facts.all(),
        "questions": queries.questions(project),
    }
    return render(request, "projects/sheet.html", facts)


@policy.guard("projects.save")
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring a sheet up to date."""
    project, actor = _project(request, reference), signed_in_actor(request)
    form = forms.SheetForm.of(project, request.POST or None)
    if office.done(form, lambda given: actions.save_project(project, given, by=actor)):
        return _back(request, project, _("The sheet is saved."))
    return _form_page(request, form, project, title=_("Edit the sheet"))


@policy.guard("projects.join")
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what a project serves, answers and is measured by."""
    project, actor = _project(request, reference), signed_in_actor(request)
    form = forms.JoinForm.of(project, request.POST or None)
    if office.done(form, lambda given: actions.save_project(project, given, by=actor)):
        return _back(request, project, _("The project is joined to the programme."))
    return _form_page(request, form, project, title=_("What it serves and answers"))


@policy.guard("projects.save")
@never_cache
@require_http_methods(["GET", "POST"])
def write_fact(request: HttpRequest, reference: str, position: int | None = None) -> HttpResponse:
    """Add a published figure, or correct one."""
    project, actor = _project(request, reference), signed_in_actor(request)
    facts = list(project.facts.all())
    found = next((fact for fact in facts if fact.position == position), None)
    if position is not None and found is None:
        raise Http404
    form = forms.FactForm.of(found, request.POST or None)

    def save(given: dict[str, Any]) -> Project:
        kept = [given if fact is found else _values(fact) for fact in facts]
        return actions.save_facts(project, kept if found else [*kept, given], by=actor)

    if office.done(form, save):
        return _back(request, project, _("The figure is saved."))
    return _form_page(request, form, project, title=_("Figure or statement"))


@policy.guard("projects.save")
@require_POST
def remove_fact(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """Take a published figure from the sheet."""
    project = _project(request, reference)
    kept = [_values(fact) for fact in project.facts.all() if fact.position != position]
    actions.save_facts(project, kept, by=signed_in_actor(request))
    return _back(request, project, _("The figure is removed."))


@policy.guard("projects.declare")
@never_cache
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, reference: str, about: str) -> HttpResponse:
    """Answer one question of the conditions, with the source that says so."""
    project, actor = _project(request, reference), signed_in_actor(request)
    question = next((one for one in queries.questions(project) if one.about == about), None)
    if question is None:
        raise Http404
    form = forms.DeclarationForm.of(question, request.POST or None)
    if office.done(form, lambda given: actions.declare(project, given, about=about, by=actor)):
        return _back(request, project, _("The answer is saved."))
    return _form_page(request, form, project, title=question.words)


@policy.guard("projects.save_block")
@never_cache
@require_safe
def blocks(request: HttpRequest) -> HttpResponse:
    """The building blocks that projects can say they use."""
    page = paging.page(queries.blocks(), order="code", key=request.GET.get("page", ""))
    return render(request, "projects/blocks.html", {"page": page})


@policy.guard("projects.save_block")
@never_cache
@require_http_methods(["GET", "POST"])
def write_block(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a building block, or correct one."""
    block, actor = queries.blocks().filter(code=code).first(), signed_in_actor(request)
    if code and block is None:
        raise Http404
    form = forms.BlockForm.of(block, request.POST or None)
    if office.done(form, lambda given: actions.save_block(block or BuildingBlock(), given, by=actor)):
        messages.success(request, _("The building block is saved."))
        return redirect("projects:blocks")
    back = (reverse("projects:blocks"), _("Building blocks"))
    return office.form_page(request, form, title=_("Building block"), back=back)


@policy.guard("projects.publish")
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a project to the public."""
    project, actor = _project(request, reference), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_project(project, by=actor),
        said=_("The project is public."),
        back=reverse("projects:sheet", args=[reference]),
        form=lambda _name: reverse("projects:write", args=[reference]),
    )


@policy.guard("projects.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a project from public view."""
    project, actor = _project(request, reference), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: actions.withdraw_project(project, by=actor, **given)):
        return _back(request, project, _("The project is withdrawn."))
    return _form_page(request, form, project, title=office.withdrawal(project.title))


@policy.guard("projects.name_lead")
@never_cache
@require_http_methods(["GET", "POST"])
def name_lead(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a sheet into the hands of its lead."""
    project, actor = _project(request, reference), signed_in_actor(request)
    form = AccountForm(request.POST or None, asked_by=actor)
    if office.done(form, lambda given: actions.name_lead(project, by=actor, lead=given["email"])):
        return _back(request, project, _("The project has its lead."))
    return _form_page(request, form, project, title=_("Name the project lead"))


@policy.guard("projects.name_lead")
@require_POST
def end_lead(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a sheet back from its lead."""
    project = actions.name_lead(_project(request, reference), by=signed_in_actor(request), lead=None)
    return _back(request, project, _("The project has no lead now."))


def _project(request: HttpRequest, reference: str) -> Project:
    project = queries.desk(visible_to=actor_of(request)).filter(reference=reference).first()
    if project is None:
        raise Http404
    return project


def _values(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in FACT}


def _back(request: HttpRequest, project: Project, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("projects:sheet", project.reference)


def _form_page(request: HttpRequest, form: Any, project: Project, *, title: str) -> HttpResponse:
    back = (reverse("projects:sheet", args=[project.reference]), project.reference)
    return office.form_page(request, form, title=title, back=back)
