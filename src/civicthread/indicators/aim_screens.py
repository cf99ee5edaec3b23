"""Screens of the Office for what an indicator is measured against: targets, the scale, paths, comparisons."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civicthread.core import policy
from civicthread.core.policy import signed_in_actor
from civicthread.indicators import actions, aim_forms, aiming
from civicthread.indicators.models import Indicator, Trajectory
from civicthread.indicators.staff import done, form_page, indicator_of, saved

METHODS = ["GET", "HEAD", "POST"]


@policy.guard("indicators.set_targets")
@never_cache
@require_http_methods(METHODS)
def targets(request: HttpRequest, code: str) -> HttpResponse:
    """The values to be reached, each by a date, for the whole territory or an area."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    found = aim_forms.target_forms(indicator, request.POST or None)
    if found.is_valid() and found.forms:
        wanted = aim_forms.given_targets(found, indicator.targets.all())
        if done(found[0], lambda _given: (actions.set_targets(indicator, wanted, by=actor), True)):
            return saved(request, code, _("The targets are saved."))
    return _many(request, "indicators/targets.html", indicator, found)


@policy.guard("indicators.set_scale")
@never_cache
@require_http_methods(METHODS)
def scale(request: HttpRequest, code: str) -> HttpResponse:
    """Where the grades meet, and from where the figures are counted."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = aim_forms.ScaleForm.of(indicator, request.POST or None)
    if done(form, lambda _given: aiming.set_scale(indicator, form.values(), by=actor)):
        return saved(request, code, _("The scale is saved."))
    return form_page(request, form, indicator=indicator, title=_("Save the scale"), heading=_("Scale"))


@policy.guard("indicators.set_path")
@never_cache
@require_http_methods(METHODS)
def path(request: HttpRequest, code: str, role: str) -> HttpResponse:
    """The ideal path to the target, or the projection."""
    if role not in Trajectory.Role.values:
        raise Http404
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = aim_forms.PathForm.of(indicator, role, request.POST or None)
    if done(form, lambda _given: (aiming.set_path(indicator, role, by=actor, values=form.values()), True)):
        return saved(request, code, _("The path is saved."))
    heading = str(Trajectory.Role(role).label).capitalize()
    return form_page(request, form, indicator=indicator, title=_("Save the path"), heading=heading)


@policy.guard("indicators.set_comparisons")
@never_cache
@require_http_methods(METHODS)
def comparisons(request: HttpRequest, code: str) -> HttpResponse:
    """The places the figures are compared with."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    found = aim_forms.comparison_forms(indicator, request.POST or None)
    if found.is_valid() and found.forms:
        wanted = aim_forms.given_comparisons(found)
        if done(found[0], lambda _given: (aiming.set_comparisons(indicator, wanted, by=actor), True)):
            return saved(request, code, _("The comparisons are saved."))
    return _many(request, "indicators/comparisons.html", indicator, found)


def _many(request: HttpRequest, template: str, indicator: Indicator, found: Any) -> HttpResponse:
    """A page with several forms of one kind."""
    status = 422 if found.is_bound else 200
    return render(request, template, {"indicator": indicator, "forms": found}, status=status)
