"""The screen on which the Office says how files write an area."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civicthread.core import office, policy
from civicthread.core.policy import signed_in_actor
from civicthread.territory import actions, queries
from civicthread.territory.forms import SpellingsForm


@policy.guard("territory.set_spellings")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def spellings(request: HttpRequest, code: str) -> HttpResponse:
    """Change the spellings of an area."""
    area, actor = get_object_or_404(queries.areas(), code=code), signed_in_actor(request)
    form = SpellingsForm.of(area.aliases, request.POST or None)
    if office.done(form, lambda given: actions.set_spellings(area, by=actor, **given)):
        messages.success(request, _("The spellings are saved. Queries know them within the hour."))
        return redirect(area)
    title = _("Spellings of %(area)s") % {"area": area.name}
    return office.form_page(request, form, title=title, back=(area.get_absolute_url(), str(area.name)))
