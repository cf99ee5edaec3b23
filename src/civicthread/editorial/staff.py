"""Screens of the Office for its texts, beside Wagtail's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civicthread.core import policy
from civicthread.core.errors import Refused
from civicthread.core.policy import actor_of
from civicthread.editorial import actions, forms, queries


@policy.guard("editorial.withdraw")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a text in all languages, giving the reason its readers will find."""
    page = get_object_or_404(queries.written(), pk=number).specific
    form = forms.WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        assert actor is not None  # noqa: S101  # the guard let only the Office pass
        try:
            actions.withdraw_page(page, by=actor, because=form.because())
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The text is withdrawn in all languages."))
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return render(request, "editorial/withdraw.html", {"form": form, "page": page})
