"""Screens for what stands: where files are fetched, how they are read, what is checked and hidden, alarms."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, policy
from civicthread.core.errors import Refused
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.datahub import actions, queries, reader, tasks, upkeep_forms, words
from civicthread.datahub.models import Dataset
from civicthread.datahub.vocabularies import MEDIA_TYPES


@policy.guard("datahub.keep")
@require_safe
def original(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponseBase:
    """The rows of a version with nothing hidden, for the Office only."""
    dataset = dataset_for(request, code)
    if kind not in MEDIA_TYPES or queries.version(dataset, number) is None:
        raise Http404
    path = reader.download(dataset, number, kind, original=True)  # type: ignore[arg-type]  # one of MEDIA_TYPES
    name = f"{code}-{number}-original.{kind}"
    response = FileResponse(
        path.open("rb"), content_type=MEDIA_TYPES[kind], as_attachment=True, filename=name
    )
    response["Cache-Control"] = "private, no-store"
    return response


@policy.guard("datahub.save_source")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, code: str) -> HttpResponse:
    """Where the file is fetched and how often, and what came of it."""
    dataset = dataset_for(request, code)
    found = queries.source_of(dataset)
    initial = {"address": found.address, "every": found.every} if found else {}
    form = upkeep_forms.SourceForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.save_source(dataset, by=signed_in_actor(request), **form.cleaned_data)
        messages.success(request, _("The source is saved."))
        return redirect("datahub:source", code)
    fetches = [
        (done, words.fetch(done.code, done.facts) if done.code else "")
        for done in queries.fetches(dataset)[:20]
    ]
    facts = {"form": form, "dataset": dataset, "source": found, "fetches": fetches}
    return render(request, "datahub/source.html", facts, status=422 if form.errors else 200)


@policy.guard("datahub.fetch")
@require_POST
def fetch(request: HttpRequest, code: str) -> HttpResponse:
    """Fetch the file now, in the background."""
    found = queries.source_of(dataset_for(request, code))
    if found is None:
        raise Http404
    tasks.fetch.enqueue(found.pk, signed_in_actor(request).pk)
    messages.success(request, _("The file is being fetched. Look again in a moment."))
    return redirect("datahub:source", code)


@policy.guard("datahub.end_alarm")
@require_POST
def end_alarm(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that all is well."""
    found = queries.open_alarms(dataset_for(request, code)).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.end_alarm(found, by=signed_in_actor(request))
    messages.success(request, _("The alarm is ended."))
    return redirect("datahub:desk", code)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """When files are refused, what raises an alarm, how long versions are kept, which counts are too small."""
    dataset = dataset_for(request, code)
    form = upkeep_forms.RulesForm(request.POST or None, initial=upkeep_forms.RulesForm.initial_of(dataset))
    if form.is_valid() and attempted(
        form, lambda: actions.save_dataset(dataset, form.values(), by=signed_in_actor(request))
    ):
        tasks.show_again.enqueue(dataset.pk)
        messages.success(request, _("The rules are saved."))
        return redirect("datahub:desk", code)
    facts = {"form": form, "dataset": dataset}
    return render(request, "datahub/rules.html", facts, status=422 if form.errors else 200)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """How the dataset's files are read from now on; what is loaded stays as it is."""
    dataset = dataset_for(request, code)
    form = upkeep_forms.reading_form(dataset, request.POST or None)
    if form.is_valid() and attempted(
        form, lambda: actions.save_dataset(dataset, form.values(), by=signed_in_actor(request))
    ):
        messages.success(request, _("Files are read in the new way from now on."))
        return redirect("datahub:desk", code)
    facts = {"form": form, "dataset": dataset}
    return render(request, "datahub/reading.html", facts, status=422 if form.errors else 200)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statistics(request: HttpRequest) -> HttpResponse:
    """A new dataset of statistics in SDMX: its columns are known, its import configuration is asked."""
    form = upkeep_forms.StatisticsForm(request.POST or None)
    made: list[Dataset] = []
    if form.is_valid() and attempted(
        form,
        lambda: made.append(
            actions.save_dataset(
                None, form.values(), columns=upkeep_forms.statistics_columns(), by=signed_in_actor(request)
            )
        ),
    ):
        messages.success(request, _("The dataset is described. Load its file, or say where it is fetched."))
        return redirect("datahub:desk", made[0].code)
    facts = {"form": form, "example": upkeep_forms.EXAMPLE}
    return render(request, "datahub/statistics.html", facts, status=422 if form.errors else 200)


def attempted(form: Form, act: Callable[[], object]) -> bool:
    """Do it; a refusal is told on the form."""
    try:
        act()
    except Refused as refusal:
        office.tell(form, refusal)
        return False
    return True


def dataset_for(request: HttpRequest, code: str) -> Dataset:
    """The dataset that a steward keeps."""
    found = queries.datasets(visible_to=actor_of(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found
