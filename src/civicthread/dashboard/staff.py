"""Screens of the board and the Office: what waits, and the freezing of a year."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civicthread.core import office, policy
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.dashboard import actions, cards, forms, queries, standing
from civicthread.dashboard.queries import Filters


@policy.guard("dashboard.read_board")
@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The state at a glance, and what waits for someone."""
    today = standing.programme()
    waiting = queries.waiting(visible_to=actor_of(request))
    context = {
        "parts": cards.glance(today.standings, Filters()),
        "median": cards.median(today.standings),
        "waiting": waiting,
        "counts": waiting.counts,
        "to_freeze": queries.to_freeze(),
    }
    return render(request, "dashboard/board.html", context)


@policy.guard("dashboard.freeze")
@never_cache
@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest) -> HttpResponse:
    """Keep the figures of a year, for good."""
    form, actor = forms.FreezeForm(request.POST or None), signed_in_actor(request)
    back = reverse("dashboard:snapshots"), _("Yearly snapshots")
    if kept := office.done(form, lambda given: actions.freeze(given["year"], note=given["note"], by=actor)):
        messages.success(request, _("The figures of %(year)s are frozen.") % {"year": kept.year})
        return redirect(kept)
    return office.form_page(
        request, form, title=_("Freeze the figures of a year"), back=back, submit=_("Freeze")
    )
