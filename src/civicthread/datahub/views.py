"""Pages of the data catalogue, and its files."""

from dataclasses import asdict

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.datahub import changes, dcat, forms, pages, places, queries, reader
from civicthread.datahub.vocabularies import MEDIA_TYPES


@policy.guard("datahub.read")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The datasets, by title, narrowed as the reader asked."""
    actor = actor_of(request)
    form = forms.FilterForm(request.GET, reader=actor)
    filters = form.filters()
    found = queries.filtered(filters, visible_to=actor, language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    active = sum(bool(value) for value in asdict(filters).values())
    cards = [pages.card(dataset) for dataset in page.rows]
    context = {"page": page, "cards": cards, "form": form, "active": active}
    return render(request, "datahub/catalogue.html", context)


@policy.guard("datahub.read")
@require_safe
def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """One dataset: what it is, its columns and first rows, its files, its versions."""
    actor = actor_of(request)
    known = queries.datasets(visible_to=actor).select_related("territory").prefetch_related("columns")
    found = publishing.find(known, code=code)
    shown = pages.shown(found, reader=actor, today=timezone.localdate())
    on_map = places.shown(found, shown.current) if shown.may_read_rows else None
    context = {"dataset": found, "shown": shown, "places": on_map, **thread.ends(found, visible_to=actor)}
    return render(request, "datahub/dataset.html", context)


@policy.guard("datahub.read")
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions of a dataset, newest first, with their files for those who may have the rows."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    rows = queries.versions(found).defer("profile", "sample")
    page = paging.page(rows, order="-number", key=request.GET.get("page", ""))
    shown = pages.with_files(found, page.rows, may_read_rows=queries.may_read_rows(found, actor))
    return render(request, "datahub/all_versions.html", {"dataset": found, "page": page, "versions": shown})


@policy.guard("datahub.read")
@require_safe
def loads(request: HttpRequest, code: str) -> HttpResponse:
    """All loads of a dataset, newest first, those that were refused included; a steward goes on to each."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    page = paging.page(queries.ingestions(found), order="-id", key=request.GET.get("page", ""))
    facts = {"dataset": found, "page": page, "keeps": policy.may("datahub.keep", actor)}
    return render(request, "datahub/all_loads.html", facts)


@policy.guard("datahub.read_rows")
@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """How the rows of one version differ from those of another."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    policy.require("datahub.read_rows", by=actor, on=found)
    versions = changes.choices(found)
    form = forms.CompareForm(request.GET, versions=versions)
    if not form.is_valid():
        raise Http404
    pair = changes.compared(found, (form.cleaned_data["old"], form.cleaned_data["new"]))
    if pair is None:
        raise Http404
    old, new = pair
    form = forms.CompareForm(initial={"old": old.number, "new": new.number}, versions=versions)
    facts = {"dataset": found, "old": old, "new": new, "form": form}
    return render(request, "datahub/compare.html", {**facts, "changes": changes.between(found, old, new)})


@policy.guard("datahub.read")
@require_safe
def name(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001  # the language is chosen by the middleware
    """The dataset's name on the web leads to its page in the reader's language."""
    return redirect("datahub:dataset", code=code)


@policy.guard("datahub.read_rows")
@require_safe
def download(request: HttpRequest, code: str, kind: str, version: int | None = None) -> HttpResponseBase:
    """The rows as a file: the current version, or one for good."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    policy.require("datahub.read_rows", by=actor, on=found)
    current = queries.version(found, version)
    if current is None or kind not in MEDIA_TYPES:
        raise Http404
    etag = f'W/"{found.code}-{reader.edition(found, current.number)}-{kind}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        path = reader.download(found, current.number, kind)  # type: ignore[arg-type]  # one of MEDIA_TYPES
        name = f"{found.code}-{current.number}.{kind}"
        response = FileResponse(
            path.open("rb"), content_type=MEDIA_TYPES[kind], as_attachment=True, filename=name
        )
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache" if queries.may_read_rows(found, None) else "private, no-store"
    return response


@policy.guard("datahub.read")
@require_safe
def linked_catalogue(request: HttpRequest, extension: str) -> HttpResponse:  # noqa: ARG001  # the same for everyone
    """The catalogue for machines, in DCAT-AP."""
    if extension not in dcat.FORMATS:
        raise Http404
    return HttpResponse(dcat.written(extension), content_type=f"{dcat.FORMATS[extension][1]}; charset=utf-8")
