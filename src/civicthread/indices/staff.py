"""Screens of the Office: describing an index, its method and areas, computing, approving and publishing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.errors import Refused
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.indices import actions, figures, forms, queries, reading, words
from civicthread.indices.models import CompositeIndex
from civicthread.lake.spreadsheet import csv_lines

NO_METHOD = gettext_lazy("Load the method file: this index has no tree yet.")


@policy.guard("indices.save")
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All indices, those with scores to approve first."""
    found = queries.overview(visible_to=actor_of(request))
    page = paging.page(found, order="-waiting", key=request.GET.get("page", ""))
    return render(request, "indices/overview.html", {"page": page})


@policy.guard("indices.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Describe a new index."""
    form = forms.DefinitionForm(request.POST or None)
    actor = signed_in_actor(request)
    if saved := office.done(form, lambda given: actions.save_index(None, given, by=actor)):
        messages.success(request, _("The index is saved as a draft. Load its method."))
        return redirect("indices:method", saved.code)
    back = (reverse("indices:overview"), _("Indices"))
    return office.form_page(request, form, title=_("New index"), back=back)


@policy.guard("indices.save")
@never_cache
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """One index: what waits for approval, and what can be done with it."""
    index = _index(request, code)
    runs, method = queries.runs(index), index.methods.last()
    failed = runs.last if runs.last and runs.last.failed else None
    facts = {
        "index": index,
        "method": method,
        "parts": method.parts.count() if method else 0,
        "areas": index.areas.count(),
        "failure": words.failure(failed.failed, failed.facts) if failed else "",
        "proposed": runs.proposed,
        "approved": runs.approved,
        "changes": figures.changes(runs.proposed, runs.approved),
    }
    return render(request, "indices/desk.html", facts)


@policy.guard("indices.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the index is."""
    index, actor = _index(request, code), signed_in_actor(request)
    form = forms.DefinitionForm(request.POST or None, index=index)
    if office.done(form, lambda given: actions.save_index(index, given, by=actor)):
        return _saved(request, code, _("The description is saved."))
    return _form_page(request, form, index, title=_("Change the description"))


@policy.guard("indices.set_method")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def method(request: HttpRequest, code: str) -> HttpResponse:
    """Load or replace the method: its file, its query, its rule; checked before anything is kept."""
    index, actor = _index(request, code), signed_in_actor(request)
    form = forms.MethodForm(request.POST or None, request.FILES or None, initial=_kept(index))
    if office.done(form, lambda given: _set_method(index, given, by=actor)):
        return _saved(request, code, _("The method is saved. Compute the scores when you are ready."))
    return _form_page(request, form, index, title=_("Method"), template="indices/method_form.html")


def _set_method(index: CompositeIndex, given: dict[str, Any], *, by: Any) -> Any:
    last, rows, sql = index.methods.last(), given.pop("file"), given.pop("sql")
    if rows is None and last is None:
        raise Refused("no-file", NO_METHOD)
    if rows is None and last:
        kept = reading.as_rows(last.parts.select_related("indicator"))
        rows = [{name: str(value) for name, value in row.items()} for row in kept]
    return actions.set_method(index, rows, sql=sql, by=by, **given)


def _kept(index: CompositeIndex) -> dict[str, Any]:
    last = index.methods.last()
    return {name: getattr(last, name) for name in ("sql", "missing", "note", "source_url")} if last else {}


@policy.guard("indices.set_method")
@never_cache
@require_safe
def method_file(request: HttpRequest, code: str) -> HttpResponse:
    """The current method as a file, to be changed and loaded again."""
    last = _index(request, code).methods.last()
    if last is None:
        raise Http404
    rows = list(reading.as_rows(last.parts.select_related("indicator")))
    body = csv_lines([tuple(rows[0]), *(tuple(row.values()) for row in rows)])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-method-{last.number}.csv"'
    return response


@policy.guard("indices.set_areas")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the areas of the data are called."""
    index, actor = _index(request, code), signed_in_actor(request)
    form = forms.AreasForm(request.POST or None, request.FILES or None)
    if office.done(form, lambda given: actions.set_areas(index, reading.areas(given["file"]), by=actor)):
        return _saved(request, code, _("The areas are saved."))
    return _form_page(request, form, index, title=_("Areas"), template="indices/file_form.html")


@policy.guard("indices.compute")
@require_POST
def compute(request: HttpRequest, code: str) -> HttpResponse:
    """Compute the scores from the datasets as they are now."""
    try:
        run = actions.compute(_index(request, code), by=signed_in_actor(request))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        computed = _("Computed. The scores wait for approval.")
        messages.success(request, computed if run else _("Nothing changed since the last run."))
    return redirect("indices:desk", code)


@policy.guard("indices.approve")
@require_POST
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Make the proposed scores public, as they were seen."""
    index, actor = _index(request, code), signed_in_actor(request)
    return _decided(
        request,
        code,
        lambda: actions.approve_run(index, by=actor, seen=_seen(request)),
        _("The scores stand."),
    )


@policy.guard("indices.refuse")
@require_POST
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """Send the proposed scores back."""
    index, actor = _index(request, code), signed_in_actor(request)
    return _decided(
        request,
        code,
        lambda: actions.refuse_run(index, by=actor, seen=_seen(request)),
        _("The scores are refused."),
    )


@policy.guard("indices.publish")
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show an index to the public."""
    index, actor = _index(request, code), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_index(index, by=actor),
        said=_("The index is published."),
        back=reverse("indices:desk", args=[code]),
        form=lambda name: reverse(f"indices:{'method' if name == 'note' else 'definition'}", args=[code]),
    )


@policy.guard("indices.withdraw")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an index from public view, giving the reason."""
    index, actor = _index(request, code), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: actions.withdraw_index(index, by=actor, **given)):
        return _saved(request, code, _("The index is withdrawn."))
    return _form_page(request, form, index, title=office.withdrawal(index.title))


def _index(request: HttpRequest, code: str) -> CompositeIndex:
    found = queries.indices(visible_to=actor_of(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest) -> int:
    """The run the person looked at; 0, which is none, where the form does not say."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0


def _decided(request: HttpRequest, code: str, act: Any, told: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("indices:desk", code)
    return _saved(request, code, told)


def _saved(request: HttpRequest, code: str, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("indices:desk", code)


def _form_page(
    request: HttpRequest,
    form: Any,
    index: CompositeIndex,
    *,
    title: str | Promise,
    template: str = "core/office_form.html",
) -> HttpResponse:
    facts = {
        "form": form,
        "title": title,
        "index": index,
        "back_url": reverse("indices:desk", args=[index.code]),
        "back_label": str(index.title),
    }
    return render(request, template, facts, status=422 if form.errors else 200)
