"""Screens of the data stewards: what needs a look, new datasets, new files, what came of each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseFormSet, Form
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import paging, policy
from civicthread.core.errors import Refused
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.core.uploads import is_too_large
from civicthread.datahub import (
    actions,
    declaring,
    describing,
    forms,
    incoming,
    programme,
    queries,
    reader,
    rejects,
    tasks,
    words,
)
from civicthread.datahub.models import Dataset, Ingestion, Upload
from civicthread.datahub.vocabularies import MEDIA_TYPES


@policy.guard("datahub.keep")
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All datasets, those that need a look first."""
    found = queries.overview(visible_to=actor_of(request), today=timezone.localdate())
    page = paging.page(found, order="-trouble", key=request.GET.get("page", ""))
    unfinished = queries.waiting_uploads().filter(dataset__isnull=True)
    return render(request, "datahub/overview.html", {"page": page, "unfinished": unfinished})


@policy.guard("datahub.keep")
@never_cache
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """One dataset, and what a steward can do with it."""
    dataset = _dataset(request, code)
    facts = {
        "dataset": dataset,
        "versions": queries.versions(dataset).defer("profile", "sample")[:20],
        "loads": queries.ingestions(dataset)[:20],
        "uploads": queries.waiting_uploads().filter(dataset=dataset),
        "alarms": [(alarm, words.alarm(alarm.kind, alarm.facts)) for alarm in queries.open_alarms(dataset)],
        "source": queries.source_of(dataset),
        "by_program": declaring.is_programme_table(dataset),
    }
    return render(request, "datahub/desk.html", facts)


@policy.guard("datahub.receive")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new dataset begins with its first file, which is looked at, not loaded yet."""
    form = _file_form(request)
    if form.is_valid():
        received = incoming.receive(form.cleaned_data["file"])
        found = reader.first_look(incoming.path_of(received.key), received.name)
        if "refused" not in found:
            upload = actions.receive_file(received, by=signed_in_actor(request), suggestion=found)
            return redirect("datahub:describe-upload", upload.key)
        incoming.remove(received.key)
        form.add_error("file", words.refusal(found["refused"], found["facts"]))
    return render(request, "datahub/new.html", {"form": form}, status=422 if form.errors else 200)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe_upload(request: HttpRequest, key: str) -> HttpResponse:
    """Describe the dataset of a first file: what it is, how it is read, what its columns mean."""
    upload = _upload(key)
    if upload.dataset:
        return redirect("datahub:upload", key)
    asked = describing.asked(upload, request.POST or None)
    if asked.is_valid() and _try(asked.description, lambda: _create(asked, upload, request)):
        tasks.load.enqueue(upload.key)
        return redirect("datahub:upload", key)
    facts = {"upload": upload, "asked": asked, "notes": describing.notes(upload)}
    return render(request, "datahub/describe_upload.html", facts, status=422 if asked.has_errors else 200)


@transaction.atomic
def _create(asked: describing.Asked, upload: Upload, request: HttpRequest) -> None:
    actor = signed_in_actor(request)
    dataset = actions.save_dataset(None, asked.values(), columns=asked.column_values(), by=actor)
    actions.assign_upload(upload, dataset, by=actor)


@policy.guard("datahub.keep")
@never_cache
@require_safe
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """A received file on its way: waiting, or to its outcome."""
    found = _upload(key)
    if found.dataset is None:
        return redirect("datahub:describe-upload", key)
    done = Ingestion.objects.filter(upload=found).first()
    if done:
        return redirect("datahub:outcome", found.dataset.code, done.pk)
    return render(request, "datahub/upload.html", {"upload": found, "dataset": found.dataset})


@policy.guard("datahub.discard")
@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Remove a first file that will not become a dataset."""
    found = _upload(key)
    if found.dataset is None:
        actions.discard_upload(found, by=signed_in_actor(request))
        messages.success(request, _("The file is removed."))
    return redirect("datahub:overview")


@policy.guard("datahub.receive")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, code: str) -> HttpResponse:
    """A new file for a dataset; the background worker loads it."""
    dataset, form = _dataset(request, code), _file_form(request)
    if form.is_valid():
        received = incoming.receive(form.cleaned_data["file"])
        found = actions.receive_file(received, by=signed_in_actor(request), dataset=dataset)
        tasks.load.enqueue(found.key)
        return redirect("datahub:upload", found.key)
    facts = {"form": form, "dataset": dataset}
    return render(request, "datahub/load.html", facts, status=422 if form.errors else 200)


@policy.guard("datahub.keep")
@never_cache
@require_safe
def outcome(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What came of a load, with the reasons."""
    dataset = _dataset(request, code)
    done = _ingestion(dataset, pk)
    path = rejects.path_of(done)
    facts = {
        "dataset": dataset,
        "done": done,
        "sentence": words.refusal(done.code, done.facts) if done.code else "",
        "nothing_changed": words.NOTHING_CHANGED,
        "set_aside": rejects.first_rows(path) if path else [],
        "reasons": rejects.reasons(path) if path else [],
        "jumped": queries.jumped(list(queries.versions(dataset)[:2])),
    }
    return render(request, "datahub/outcome.html", facts)


@policy.guard("datahub.keep")
@require_safe
def set_aside(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The rows a load set aside, as a spreadsheet."""
    path = rejects.path_of(_ingestion(_dataset(request, code), pk))
    if path is None:
        raise Http404
    response = StreamingHttpResponse(rejects.as_csv(path), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{pk}-set-aside.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, code: str) -> HttpResponse:
    """Change the description of a dataset."""
    dataset = _dataset(request, code)
    form = describing.description_form(dataset, request.POST or None)
    saved = form.is_valid() and _try(
        form,
        lambda: actions.save_dataset(dataset, form.values(), by=signed_in_actor(request)),
    )
    if saved:
        messages.success(request, _("The description is saved."))
        return redirect("datahub:desk", code)
    facts = {"form": form, "dataset": dataset}
    return render(request, "datahub/describe.html", facts, status=422 if form.errors else 200)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the columns are called and mean."""
    dataset = _dataset(request, code)
    found = describing.column_forms(dataset, request.POST or None)
    values = [form.values() for form in found] if found.is_valid() else []
    if values and _try(
        found[0], lambda: actions.save_dataset(dataset, {}, columns=values, by=signed_in_actor(request))
    ):
        messages.success(request, _("The columns are saved."))
        return redirect("datahub:desk", code)
    status = 422 if _has_errors(found) else 200
    return render(request, "datahub/columns.html", {"forms": found, "dataset": dataset}, status=status)


@policy.guard("datahub.keep")
@require_safe
def original(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponseBase:
    """The rows of a version with nothing hidden, for the Office only."""
    dataset = _dataset(request, code)
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
    dataset = _dataset(request, code)
    found = queries.source_of(dataset)
    initial = {"address": found.address, "every": found.every} if found else {}
    form = forms.SourceForm(request.POST or None, initial=initial)
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
    found = queries.source_of(_dataset(request, code))
    if found is None:
        raise Http404
    tasks.fetch.enqueue(found.pk, signed_in_actor(request).pk)
    messages.success(request, _("The file is being fetched. Look again in a moment."))
    return redirect("datahub:source", code)


@policy.guard("datahub.end_alarm")
@require_POST
def end_alarm(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that all is well."""
    found = queries.open_alarms(_dataset(request, code)).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.end_alarm(found, by=signed_in_actor(request))
    messages.success(request, _("The alarm is ended."))
    return redirect("datahub:desk", code)


@policy.guard("datahub.restore")
@require_POST
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make an earlier version the current one."""
    dataset = _dataset(request, code)
    if queries.version(dataset, number) is None:
        raise Http404
    new_number = actions.restore_version(dataset, by=signed_in_actor(request), version=number)
    told = {"old": number, "new": new_number}
    messages.success(request, _("Version %(old)s is restored; it is now version %(new)s.") % told)
    return redirect("datahub:desk", code)


@policy.guard("datahub.publish_tables")
@require_POST
def publish_tables(request: HttpRequest) -> HttpResponse:
    """Write the programme's own tables now, instead of waiting for the hour."""
    changed = programme.publish_tables(by=signed_in_actor(request))
    told = ngettext(
        "%(count)s table has a new version.", "%(count)s tables have a new version.", len(changed)
    )
    nothing = _("Nothing new: the tables of the programme are as they were.")
    messages.success(request, told % {"count": len(changed)} if changed else nothing)
    return redirect("datahub:overview")


@policy.guard("datahub.publish")
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show a dataset in the public catalogue."""
    actions.publish_dataset(_dataset(request, code), by=signed_in_actor(request))
    messages.success(request, _("The dataset is published."))
    return redirect("datahub:desk", code)


@policy.guard("datahub.withdraw")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a dataset from the public catalogue, giving the reason."""
    dataset, form = _dataset(request, code), forms.WithdrawForm(request.POST or None)
    done = form.is_valid() and _try(
        form,
        lambda: actions.withdraw_dataset(
            dataset, by=signed_in_actor(request), because=form.cleaned_data["because"]
        ),
    )
    if done:
        messages.success(request, _("The dataset is withdrawn."))
        return redirect("datahub:desk", code)
    facts = {"form": form, "dataset": dataset}
    return render(request, "datahub/withdraw.html", facts, status=422 if form.errors else 200)


def _file_form(request: HttpRequest) -> forms.FileForm:
    if request.method != "POST":
        return forms.FileForm()
    return forms.FileForm(request.POST, request.FILES, too_large=is_too_large(request))


def _try(form: Form, act: Callable[[], object]) -> bool:
    """Do it; a refusal is told on the form."""
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


def _has_errors(found: BaseFormSet[Any]) -> bool:
    return any(form.errors for form in found) if found.is_bound else False


def _dataset(request: HttpRequest, code: str) -> Dataset:
    found = queries.datasets(visible_to=actor_of(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _upload(key: str) -> Upload:
    found = queries.upload(key)
    if found is None:
        raise Http404
    return found


def _ingestion(dataset: Dataset, pk: int) -> Ingestion:
    found = queries.ingestions(dataset).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
