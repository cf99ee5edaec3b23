"""Screens of the Office: organisations and who represents them, bodies and their seats."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.stakeholders import actions, forms, queries
from civicthread.stakeholders.models import Body, Mandate, Organisation


@policy.guard("stakeholders.save")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All organisations, drafts and withdrawn ones too."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=actor_of(request), language=request.LANGUAGE_CODE)
    page = paging.page(found, order="code", key=request.GET.get("page", ""))
    facts = {"page": page, "form": form, "active": bool(filters.query) + bool(filters.helix)}
    return render(request, "stakeholders/desk.html", facts)


@policy.guard("stakeholders.save")
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write an organisation's entry."""
    organisation = _organisation(request, code) if code else None
    form = forms.OrganisationForm.of(organisation, request.POST or None)
    row, actor = organisation or Organisation(), signed_in_actor(request)
    if saved := office.done(form, lambda given: actions.save_organisation(row, given, by=actor)):
        messages.success(request, _("The organisation is saved."))
        return redirect("stakeholders:entry", saved.code)
    title = str(organisation.name) if organisation else _("Add an organisation")
    return office.form_page(request, form, title=title, back=_desk_of(organisation))


@policy.guard("stakeholders.save")
@never_cache
@require_safe
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation, and what the Office can do with it."""
    organisation = _organisation(request, code)
    facts = {
        "organisation": organisation,
        "representatives": queries.representatives(organisation, visible_to=actor_of(request)),
        "seats": queries.seats(organisation),
    }
    return render(request, "stakeholders/entry.html", facts)


@policy.guard("stakeholders.publish")
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organisation to the public."""
    organisation, actor = _organisation(request, code), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_organisation(organisation, by=actor),
        said=_("The organisation is public."),
        back=reverse("stakeholders:entry", args=[code]),
        form=lambda _name: reverse("stakeholders:write", args=[code]),
    )


@policy.guard("stakeholders.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an organisation from public view."""
    organisation, actor = _organisation(request, code), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: actions.withdraw_organisation(organisation, by=actor, **given)):
        return redirect("stakeholders:entry", code)
    title = office.withdrawal(organisation.name)
    return office.form_page(request, form, title=title, back=_desk_of(organisation))


@policy.guard("stakeholders.describe")
@never_cache
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, code: str) -> HttpResponse:
    """What an organisation says of itself, for whoever represents it."""
    actor = signed_in_actor(request)
    organisation = get_object_or_404(Organisation, code=code)
    policy.require("stakeholders.describe", by=actor, on=organisation)
    initial = {"description": organisation.description, "website": organisation.website}
    form = forms.DescribeForm(request.POST or None, initial=initial)
    if office.done(form, lambda given: actions.describe_organisation(organisation, by=actor, **given)):
        messages.success(request, _("The organisation is saved."))
        return redirect(organisation)
    back = (organisation.get_absolute_url(), str(organisation.name))
    return office.form_page(request, form, title=_("Describe your organisation"), back=back)


@policy.guard("stakeholders.name_representative")
@never_cache
@require_http_methods(["GET", "POST"])
def name_representative(request: HttpRequest, code: str) -> HttpResponse:
    """Let a person speak for an organisation."""
    organisation, actor = _organisation(request, code), signed_in_actor(request)
    form = forms.AccountForm(request.POST or None, asked_by=actor)
    if office.done(
        form, lambda given: actions.name_representative(organisation, by=actor, actor=given["email"])
    ):
        return redirect("stakeholders:entry", code)
    return office.form_page(request, form, title=_("Name a representative"), back=_desk_of(organisation))


@policy.guard("stakeholders.end_representation")
@require_POST
def end_representation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Someone does not speak for an organisation any more."""
    actor = signed_in_actor(request)
    current = queries.representatives(_organisation(request, code), visible_to=actor)
    actions.end_representation(get_object_or_404(current, pk=pk), by=actor)
    return redirect("stakeholders:entry", code)


@policy.guard("stakeholders.save_body")
@never_cache
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies that decide."""
    page = paging.page(
        queries.bodies(visible_to=actor_of(request)), order="code", key=request.GET.get("page", "")
    )
    return render(request, "stakeholders/bodies.html", {"page": page})


@policy.guard("stakeholders.save_body")
@never_cache
@require_http_methods(["GET", "POST"])
def write_body(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write what a body is called."""
    body = get_object_or_404(Body.objects.select_related("organisation"), code=code) if code else None
    form, actor = forms.BodyForm.of(body, request.POST or None), signed_in_actor(request)
    if saved := office.done(form, lambda given: actions.save_body(body or Body(), given, by=actor)):
        return redirect("stakeholders:body", saved.code)
    title = str(body.name) if body else _("Add a body")
    return office.form_page(request, form, title=title, back=(reverse("stakeholders:bodies"), _("Bodies")))


@policy.guard("stakeholders.save_body")
@never_cache
@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """One body and its seats."""
    found = get_object_or_404(queries.bodies(visible_to=actor_of(request)), code=code)
    return render(request, "stakeholders/body.html", {"body": found, "mandates": queries.mandates(found)})


@policy.guard("stakeholders.give_mandate")
@never_cache
@require_http_methods(["GET", "POST"])
def give_mandate(request: HttpRequest, code: str) -> HttpResponse:
    """Give an organisation a seat."""
    found, actor = get_object_or_404(Body, code=code), signed_in_actor(request)
    form = forms.MandateForm(request.POST or None)
    if office.done(form, lambda given: actions.give_mandate(found, by=actor, **given)):
        return redirect("stakeholders:body", code)
    back = (reverse("stakeholders:body", args=[code]), str(found.name))
    return office.form_page(request, form, title=_("Give a mandate"), back=back)


@policy.guard("stakeholders.end_mandate")
@never_cache
@require_http_methods(["GET", "POST"])
def end_mandate(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say when a seat ended."""
    mandate = get_object_or_404(Mandate.objects.select_related("body"), body__code=code, pk=pk)
    form, actor = forms.EndForm(request.POST or None), signed_in_actor(request)
    if office.done(form, lambda given: actions.end_mandate(mandate, by=actor, **given)):
        return redirect("stakeholders:body", code)
    back = (reverse("stakeholders:body", args=[code]), str(mandate.body.name))
    return office.form_page(request, form, title=_("End a mandate"), back=back)


def _organisation(request: HttpRequest, code: str) -> Organisation:
    found = queries.organisations(visible_to=actor_of(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _desk_of(organisation: Organisation | None) -> tuple[str, str]:
    if organisation is None:
        return reverse("stakeholders:desk"), _("Organisations")
    return reverse("stakeholders:entry", args=[organisation.code]), str(organisation.name)
