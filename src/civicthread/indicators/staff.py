"""Screens of the Office: what waits for approval, defining an indicator, its query, its targets, its figures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.indicators import (
    actions,
    computing,
    editing,
    examples,
    forms,
    guided_forms,
    queries,
    waiting,
    words,
)
from civicthread.indicators.models import Indicator, MethodVersion, Run
from civicthread.methods.status import Grade
from civicthread.territory import queries as territory
from civicthread.territory.models import Area

SHOWN_PROPOSALS = 200
STALE_RUN = gettext_lazy("Nothing changed since the last run.")


@policy.guard("indicators.save")
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All indicators, those with figures to approve first."""
    found = queries.overview(visible_to=actor_of(request))
    page = paging.page(found, order="-waiting", key=request.GET.get("page", ""))
    readings = queries.readings(page.rows, today=timezone.localdate())
    stale = {r.indicator.pk for r in readings if r.status and r.status.grade == Grade.NO_RECENT_DATA}
    return render(request, "indicators/overview.html", {"page": page, "stale": stale})


@policy.guard("indicators.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Define a new indicator: what is measured."""
    actor = signed_in_actor(request)
    form = forms.DefinitionForm(request.POST or None, reader=actor)
    if saved := done(form, lambda given: actions.save_indicator(None, given, by=actor)):
        messages.success(request, _("The indicator is saved as a draft. Say how it is measured."))
        return redirect("indicators:method", saved.code)
    return form_page(request, form, title=_("New indicator"))


@policy.guard("indicators.save")
@never_cache
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: what waits for approval, and what can be done with it."""
    indicator = indicator_of(request, code)
    found = waiting.proposals(indicator)
    return _desk(request, indicator, found, _approval(found))


@policy.guard("indicators.approve")
@never_cache
@require_POST
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Make the proposed figures public, as they were seen; the reason where published ones are replaced."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    found = waiting.proposals(indicator)
    form = _approval(found, request.POST)
    count = done(form, lambda _given: actions.approve_values(indicator, by=actor, **form.values()))
    if count is None:
        return _desk(request, indicator, found, form, status=422)
    told = ngettext("%(count)s figure is published.", "%(count)s figures are published.", count)
    messages.success(request, told % {"count": count})
    return redirect("indicators:desk", code)


@policy.guard("indicators.refuse")
@require_POST
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """Send the proposed figures back."""
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() else 0
    count = actions.refuse_values(indicator_of(request, code), by=signed_in_actor(request), seen=seen)
    told = ngettext("%(count)s figure is refused.", "%(count)s figures are refused.", count)
    messages.success(request, told % {"count": count})
    return redirect("indicators:desk", code)


@policy.guard("indicators.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is measured."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = forms.DefinitionForm.of(indicator, request.POST or None, reader=actor)
    if done(form, lambda given: actions.save_indicator(indicator, given, by=actor)):
        return saved(request, code, _("The description is saved."))
    return form_page(request, form, indicator=indicator, title=_("Change the description"))


@policy.guard("indicators.set_method")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def method(request: HttpRequest, code: str) -> HttpResponse:
    """How it is measured: the editor of the query, with a preview before anything is saved."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = _method_form(indicator, request.POST or None, sql=_example(request))
    if {"preview", "stop"} & request.POST.keys():
        typed = {name: form[name].data or "" for name in ("sql", "roll_up")} | {"note": form["note"].data}
        if "stop" in request.POST:
            stopped = editing.stop(by=actor)
            messages.info(request, _("The query is stopped.") if stopped else _("No query was running."))
        return _editor(request, indicator, forms.MethodForm(initial=typed), look="preview" in request.POST)
    if done(form, lambda given: actions.set_method(indicator, by=actor, **given)):
        return saved(request, code, _("The method is saved. Compute the figures when you are ready."))
    return _editor(request, indicator, form)


def _example(request: HttpRequest) -> str:
    """The query of the worked example that the address names; no text where it names none."""
    number = request.GET.get("example", "")
    known = dict(enumerate(examples.EXAMPLES, start=1))
    return known[int(number)].sql if number.isdecimal() and int(number) in known else ""


@policy.guard("indicators.set_method")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guided form: a few choices become a query, which the editor then shows."""
    indicator, datasets = indicator_of(request, code), editing.tables(visible_to=signed_in_actor(request))
    start = guided_forms.StartForm(request.GET if "dataset" in request.GET else None, datasets=datasets)
    form = None
    if start.is_valid():
        figure, dataset, people = start.chosen
        form = guided_forms.GuidedForm(request.POST or None, figure=figure, dataset=dataset, people=people)
        written = done(form, lambda _given: form.written(level=indicator.area_level))
        if written:
            method = _method_form(indicator, None, sql=written.sql, roll_up=written.roll_up)
            return _editor(request, indicator, method, look=True, told=written.told)
    status = 422 if start.errors or (form and form.errors) else 200
    facts = {"indicator": indicator, "start": start, "form": form}
    return render(request, "indicators/guide.html", facts, status=status)


@policy.guard("indicators.report")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a figure; it waits for approval."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = forms.ReportForm(request.POST or None)
    if done(form, lambda _given: actions.report_value(indicator, form.values(indicator), by=actor)):
        return saved(request, code, _("The figure is written down. It is public once it is approved."))
    return form_page(request, form, indicator=indicator, title=_("Report a figure"))


@policy.guard("indicators.compute")
@require_POST
def compute(request: HttpRequest, code: str) -> HttpResponse:
    """Compute the figures from the datasets as they are now."""
    try:
        run = actions.compute(indicator_of(request, code), by=signed_in_actor(request))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        computed = _("Computed. What is new waits for approval.")
        messages.success(request, computed if run else str(STALE_RUN))
    return redirect("indicators:desk", code)


@policy.guard("indicators.publish")
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show an indicator to the public."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_indicator(indicator, by=actor),
        said=_("The indicator is published."),
        back=reverse("indicators:desk", args=[code]),
        form=lambda name: reverse(f"indicators:{'method' if name == 'note' else 'definition'}", args=[code]),
    )


@policy.guard("indicators.withdraw")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an indicator from public view, giving the reason."""
    indicator, actor = indicator_of(request, code), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if done(form, lambda given: actions.withdraw_indicator(indicator, by=actor, **given)):
        return saved(request, code, _("The indicator is withdrawn."))
    back = (reverse("indicators:desk", args=[code]), str(indicator.title))
    return office.form_page(request, form, title=office.withdrawal(indicator.title), back=back)


def indicator_of(request: HttpRequest, code: str) -> Indicator:
    """The indicator of that code, for those who keep indicators."""
    found = queries.indicators(visible_to=actor_of(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def saved(request: HttpRequest, code: str, told: str) -> HttpResponse:
    """Back to the indicator's desk, with a word on what was done."""
    messages.success(request, told)
    return redirect("indicators:desk", code)


def done(form: Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """Do it when the form is filled in well; a refusal is told on the form."""
    if not form.is_valid():
        return None
    try:
        return act(dict(form.cleaned_data))
    except Refused as refusal:
        if refusal.code.startswith("sql-"):
            form.add_error("sql", str(refusal.message))
        else:
            office.tell(form, refusal)
        return None


def form_page(
    request: HttpRequest,
    form: Form,
    *,
    title: str | Promise,
    heading: str | Promise = "",
    indicator: Indicator | None = None,
) -> HttpResponse:
    """A page with one form; `title` stands on its button, and above it where there is no other heading."""
    facts = {"form": form, "indicator": indicator, "title": title, "heading": heading or title}
    return render(request, "indicators/office_form.html", facts, status=422 if form.errors else 200)


def _approval(found: list[waiting.Proposal], posted: Any = None) -> forms.ApprovalForm:
    seen = forms.newest(proposal.value for proposal in found)
    replaces = any(proposal.replaces for proposal in found)
    return forms.ApprovalForm(posted, initial={"seen": seen}, replaces=replaces)


def _desk(
    request: HttpRequest,
    indicator: Indicator,
    found: list[waiting.Proposal],
    form: forms.ApprovalForm,
    *,
    status: int = 200,
) -> HttpResponse:
    method = indicator.methods.last()
    facts: Mapping[str, Any] = {
        **_last_run(indicator),
        "indicator": indicator,
        "proposals": found[:SHOWN_PROPOSALS],
        "waiting": len(found),
        "jumps": sum(proposal.is_jump for proposal in found),
        "form": form,
        "method": method,
        "hidden": queries.hidden_datasets(method),
        "targets": indicator.targets.select_related("area").defer("area__boundary"),
        "paths": indicator.trajectories.all(),
        "comparisons": indicator.comparisons.filter(ended_at__isnull=True).order_by("pk"),
        "corrections": queries.corrections(indicator)[:20],
    }
    return render(request, "indicators/desk.html", facts, status=status)


def _last_run(indicator: Indicator) -> dict[str, Any]:
    """The last computation, what it lacks, and why it failed where it did."""
    run = queries.last_run(indicator)
    failure = words.failure(run.failed, run.facts) if run and run.failed else ""
    return {"run": run, "incomplete": _incomplete(run), "failure": failure}


def _incomplete(run: Run | None) -> list[tuple[str, list[Area]]]:
    """The periods whose whole territory has no figure, the latest first, each with the areas that are missing."""
    told = run.facts.get("incomplete", {}) if run and not run.failed else {}
    known = {area.code: area for area in territory.areas()} if told else {}
    return [(period, [known[code] for code in codes if code in known]) for period, codes in told.items()]


def _method_form(indicator: Indicator, posted: Any, **written: str) -> forms.MethodForm:
    """The method as it is, or with what was `written` for it, where that is not empty."""
    last = indicator.methods.last()
    initial = {"sql": last.sql, "note": last.note, "roll_up": last.roll_up} if last else {}
    return forms.MethodForm(posted, initial=initial | {name: text for name, text in written.items() if text})


def _editor(
    request: HttpRequest,
    indicator: Indicator,
    form: forms.MethodForm,
    *,
    look: bool = False,
    told: Sequence[str] = (),
) -> HttpResponse:
    """The editor with what the query may read; with a look at what it gives, or the reason why it gives nothing."""
    actor = signed_in_actor(request)
    sql = str(form["sql"].value() or "").replace("\r\n", "\n").strip()
    preview, refused = _looked(indicator, form, sql, by=actor) if look else (None, _mistake(form, sql))
    facts = {
        "indicator": indicator,
        "form": form,
        "preview": preview,
        "told": told,
        "refusal": str(refused.message) if refused and look else "",
        "spot": editing.spot(sql, **_place(refused)) if refused else None,
        "tables": editing.tables(visible_to=actor),
        "examples": examples.EXAMPLES,
    }
    status = 422 if form.errors or refused else 200
    return render(request, "indicators/method.html", facts, status=status)


def _looked(
    indicator: Indicator, form: forms.MethodForm, sql: str, *, by: Actor
) -> tuple[editing.Preview | None, Refused | None]:
    try:
        roll_up = str(form["roll_up"].value() or MethodVersion.RollUp.NONE)
        return editing.preview(sql, indicator=indicator, roll_up=roll_up, by=by), None
    except Refused as refused:
        return None, refused


def _mistake(form: forms.MethodForm, sql: str) -> Refused | None:
    """Why a text that was to be saved is no query, once more: to know where."""
    try:
        if form.has_error("sql"):
            computing.checked(sql)
    except Refused as refused:
        return refused
    return None


def _place(refused: Refused) -> dict[str, Any]:
    """The line and the column that a refusal names."""
    return {name: refused.facts.get(name) for name in ("line", "column")}
