"""Screens of the data stewards: what needs a look, new datasets, new files, what came of each."""

from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import office, paging, policy
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.core.uploads import is_too_large
from civicthread.datahub import (
    actions,
    declaring,
    describing,
    drafts,
    forms,
    incoming,
    programme,
    queries,
    reader,
    rejects,
    tasks,
    upkeep_forms,
    words,
)
from civicthread.datahub.models import Dataset, Ingestion, Upload
from civicthread.datahub.upkeep import attempted, dataset_for

FileKind = TypeVar("FileKind", bound=forms.FileForm)


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
    dataset = dataset_for(request, code)
    versions = queries.versions(dataset).defer("profile", "sample")
    page = paging.page(versions, order="-number", key=request.GET.get("page", ""))
    facts = {
        "dataset": dataset,
        "page": page,
        "removable": drafts.is_removable(dataset) and not page.rows,
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
    form = _file_form(request, forms.NewFileForm)
    if form.is_valid():
        received = incoming.receive(form.cleaned_data["file"])
        found = reader.first_look(incoming.path_of(received.key), received.name, form.told())
        if "refused" not in found:
            upload = actions.receive_file(received, by=signed_in_actor(request), suggestion=found)
            return redirect("datahub:describe-upload", upload.key)
        incoming.remove(received.key)
        form.add_error("file", words.refusal(found["refused"], found["facts"]))
    return render(request, "datahub/new.html", {"form": form}, status=422 if form.errors else 200)


@policy.guard("datahub.receive")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest) -> HttpResponse:
    """A new dataset whose first file is fetched, as all later ones will be."""
    form = upkeep_forms.AddressForm(request.POST or None)
    if form.is_valid():
        upload = drafts.receive_address(**form.cleaned_data, by=signed_in_actor(request))
        tasks.fetch_first.enqueue(upload.key)
        return redirect("datahub:describe-upload", upload.key)
    return render(request, "datahub/new_address.html", {"form": form}, status=422 if form.errors else 200)


@policy.guard("datahub.receive")
@require_POST
def fetch_again(request: HttpRequest, key: str) -> HttpResponse:
    """Fetch a first file once more that could not be had."""
    upload = _upload(key)
    if upload.address and upload.dataset is None and not upload.is_looked_at:
        drafts.ask_again(upload, by=signed_in_actor(request))
        tasks.fetch_first.enqueue(key)
    return redirect("datahub:describe-upload", key)


@policy.guard("datahub.save")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe_upload(request: HttpRequest, key: str) -> HttpResponse:
    """Describe the dataset of a first file: what it is, how it is read, what its columns mean."""
    upload = _upload(key)
    if upload.dataset:
        return redirect("datahub:upload", key)
    if not upload.is_looked_at:
        return _not_come(request, upload)
    if request.headers.get("HX-Request"):  # the page that waited for the file asks
        return HttpResponse(headers={"HX-Refresh": "true"})
    actor = signed_in_actor(request)
    asked = describing.asked(upload, request.POST or None, by=actor)
    begun = asked.is_valid() and attempted(
        asked.description,
        lambda: drafts.begin(upload, asked.values(), asked.column_values(), by=actor),
    )
    if begun:
        tasks.load.enqueue(upload.key)
        return redirect("datahub:upload", key)
    status = 422 if asked.has_errors else 200
    return _description(request, upload, asked=asked, look=describing.look_form(upload), status=status)


def _not_come(request: HttpRequest, upload: Upload) -> HttpResponse:
    """A first file that is still being fetched, or could not be had."""
    found = upload.suggestion
    sentence = words.fetch(found["refused"], found["facts"]) if found else ""
    return render(request, "datahub/not_come.html", {"upload": upload, "sentence": sentence})


def _description(request: HttpRequest, upload: Upload, *, status: int, **parts: Any) -> HttpResponse:
    facts = {"upload": upload, "notes": describing.notes(upload), **parts}
    return render(request, "datahub/describe_upload.html", facts, status=status)


@policy.guard("datahub.receive")
@require_POST
def look_again(request: HttpRequest, key: str) -> HttpResponse:
    """Look at a first file again, as the steward says where its table stands."""
    upload = _upload(key)
    if upload.dataset or not upload.is_looked_at:
        return redirect("datahub:describe-upload", key)
    form = describing.look_form(upload, request.POST)
    if form.is_valid():
        found = reader.first_look(incoming.path_of(key), upload.file_name, form.told())
        if "refused" not in found:
            drafts.look_again(upload, found, by=signed_in_actor(request))
            return redirect("datahub:describe-upload", key)
        form.add_error(None, words.refusal(found["refused"], found["facts"]))
    asked = describing.asked(upload, None, by=signed_in_actor(request))
    return _description(request, upload, asked=asked, look=form, status=422)


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
    dataset, form = dataset_for(request, code), _file_form(request, forms.FileForm)
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
    dataset = dataset_for(request, code)
    done = _ingestion(dataset, pk)
    path = rejects.path_of(done)
    facts = {
        "dataset": dataset,
        "done": done,
        "sentence": words.refusal(done.code, done.facts) if done.code else "",
        "nothing_changed": words.NOTHING_CHANGED,
        "set_aside": rejects.first_rows(path) if path else [],
        "reasons": rejects.reasons(path) if path else [],
        "let_go": path is None and bool(done.rejected or done.rejects_file),
        "jumped": queries.jumped(list(queries.versions(dataset)[:2]), share=dataset.jump_share / 100),
    }
    return render(request, "datahub/outcome.html", facts)


@policy.guard("datahub.keep")
@require_safe
def set_aside(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The rows a load set aside, as a spreadsheet."""
    path = rejects.path_of(_ingestion(dataset_for(request, code), pk))
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
    dataset, actor = dataset_for(request, code), signed_in_actor(request)
    form = describing.description_form(dataset, request.POST or None, by=actor)
    saved = form.is_valid() and attempted(
        form,
        lambda: actions.save_dataset(dataset, form.values(), by=actor),
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
    dataset = dataset_for(request, code)
    found = describing.column_forms(dataset, request.POST or None)
    if found.is_valid() and attempted(found[0], lambda: _save_columns(dataset, found, request)):
        messages.success(request, _("The columns are saved."))
        return redirect("datahub:desk", code)
    status = 422 if _has_errors(found) else 200
    return render(request, "datahub/columns.html", {"forms": found, "dataset": dataset}, status=status)


def _save_columns(dataset: Dataset, found: BaseFormSet[Any], request: HttpRequest) -> None:
    values, columns = describing.told_columns(dataset, found)
    actions.save_dataset(dataset, values, columns=columns, by=signed_in_actor(request))


@policy.guard("datahub.remove")
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Remove a draft that never had rows."""
    drafts.remove_dataset(dataset_for(request, code), by=signed_in_actor(request))
    messages.success(request, _("The dataset is removed."))
    return redirect("datahub:overview")


@policy.guard("datahub.restore")
@require_POST
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make an earlier version the current one."""
    dataset = dataset_for(request, code)
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
    changed, failed = programme.publish_tables(by=signed_in_actor(request))
    told = ngettext(
        "%(count)s table has a new version.", "%(count)s tables have a new version.", len(changed)
    )
    nothing = _("Nothing new: the tables of the programme are as they were.")
    messages.success(request, told % {"count": len(changed)} if changed else nothing)
    if failed:
        messages.warning(request, programme.FAILED % {"codes": ", ".join(failed)})
    return redirect("datahub:overview")


@policy.guard("datahub.publish")
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show a dataset in the public catalogue."""
    dataset, actor = dataset_for(request, code), signed_in_actor(request)
    return office.published(
        request,
        lambda: actions.publish_dataset(dataset, by=actor),
        said=_("The dataset is published."),
        back=reverse("datahub:desk", args=[code]),
        form=lambda _name: reverse("datahub:describe", args=[code]),
    )


@policy.guard("datahub.withdraw")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a dataset from the public catalogue, giving the reason."""
    dataset, form = dataset_for(request, code), office.WithdrawForm(request.POST or None)
    done = form.is_valid() and attempted(
        form,
        lambda: actions.withdraw_dataset(
            dataset, by=signed_in_actor(request), because=form.cleaned_data["because"]
        ),
    )
    if done:
        messages.success(request, _("The dataset is withdrawn."))
        return redirect("datahub:desk", code)
    facts = {"form": form, "dataset": dataset, "back_url": reverse("datahub:desk", args=[code])}
    return render(request, "datahub/withdraw.html", facts, status=422 if form.errors else 200)


def _file_form(request: HttpRequest, kind: type[FileKind]) -> FileKind:
    if request.method != "POST":
        return kind()
    return kind(request.POST, request.FILES, too_large=is_too_large(request))


def _has_errors(found: BaseFormSet[Any]) -> bool:
    return any(form.errors for form in found) if found.is_bound else False


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
