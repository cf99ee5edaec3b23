"""Pages of composite indices, and their files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.datahub import queries as datahub
from civicthread.datahub.pages import files as dataset_files
from civicthread.indices import explaining, figures, forms, queries, scorefiles, words
from civicthread.indices.explaining import Explained
from civicthread.methods.composite import MethodError


@policy.guard("indices.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The indices, by title, each with its latest score."""
    found = queries.listed(visible_to=actor_of(request), language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    return render(request, "indices/index.html", {"page": page, "decimals": explaining.DECIMALS})


@policy.guard("indices.read")
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One index: its score, what it is made of, where its values come from, other weights, other methods."""
    actor = actor_of(request)
    current = queries.current(code, visible_to=actor)
    found = current.index
    if current.run is None:
        return render(
            request, "indices/empty.html", {"index": found, "unpublished": publishing.unpublished(found)}
        )
    page = explaining.explained(current, **_asked(request))
    by_method = figures.methods(found, queries.family(found, page.area, visible_to=actor))
    facts = {"methods": by_method, **thread.ends(found, visible_to=actor)}
    return render(request, "indices/one.html", _shown(request, page) | facts)


@policy.guard("indices.read")
@require_safe
def part(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One part of an index, down to the cell of a dataset."""
    current = queries.current(code, visible_to=actor_of(request))
    page = explaining.explained(current, key=key, **_asked(request))
    if page.part == page.root:
        return redirect(figures.address(page, page.root))
    ends = thread.ends(page.part, visible_to=actor_of(request))
    return render(request, "indices/part.html", ends | _shown(request, page))


@policy.guard("indices.read")
@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """One part in all areas, and some areas over time."""
    current = queries.current(code, visible_to=actor_of(request))
    asked = list(dict.fromkeys(request.GET.getlist("area")))
    first = {"area": asked[0] if asked else "", "edition": request.GET.get("edition", "")}
    page = explaining.explained(current, key=request.GET.get("part", ""), **first)
    wanted = [area for area in asked if area in page.standing.areas]
    areas = (wanted or [page.area])[: forms.MOST_COMPARED]
    facts = {
        "index": current.index,
        "page": page,
        "form": forms.CompareForm.of(page, areas),
        "drawn": [figures.everywhere(page), figures.over_time(page, areas)],
        "too_many": len(wanted) > forms.MOST_COMPARED,
        "most": forms.MOST_COMPARED,
        "files": scorefiles.addresses(current.index, part=page.part.key, area=areas),
    }
    return render(request, "indices/compare.html", facts)


@policy.guard("indices.read")
@require_safe
def download(request: HttpRequest, code: str, kind: str, run: int | None = None) -> HttpResponse:
    """All scores as a file: those that stand, or those of one run for good."""
    found = publishing.find(queries.indices(visible_to=actor_of(request)), code=code)
    chosen = queries.approved_run(found) if run is None else queries.any_approved(found, run)
    if chosen is None or kind not in scorefiles.KINDS:
        raise Http404
    etag = f'W/"{found.code}-{chosen.pk}-{kind}"'
    response: HttpResponse | None = get_conditional_response(request, etag=etag)
    if response is None:
        body = scorefiles.written(chosen, kind, scorefiles.Chosen.of(request.GET))
        response = HttpResponse(body, content_type=scorefiles.KINDS[kind])
        name = f"{found.code}-{chosen.pk}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache" if found.is_published else "private, no-store"
    return response


def _asked(request: HttpRequest) -> dict[str, str]:
    """The area and edition that the address names."""
    return {name: request.GET.get(name, "") for name in ("area", "edition")}


def _shown(request: HttpRequest, page: Explained) -> dict[str, Any]:
    """What the pages of the index and of its parts have in common."""
    found = page.run.method.index
    return {
        "index": found,
        "unpublished": publishing.unpublished(found),
        "page": page,
        "place": forms.PlaceForm.of(page),
        "parts": figures.parts(page),
        "editions": figures.editions(page),
        "shares": explaining.shares(page),
        "sentences": page.sentences(),
        "formula": explaining.formula(page),
        "rank": page.ranks.get(page.area),
        "ranked": len(page.ranks),
        "points": explaining.points(page.score.points if page.score else None),
        "read": _read(request, page),
        "path": [(part, figures.address(page, part)) for part in page.path],
        "files": scorefiles.addresses(found),
        **_tried(request, page),
    }


def _tried(request: HttpRequest, page: Explained) -> dict[str, Any]:
    """The form of other weights, and what they give where they were asked for."""
    form = forms.WeightsForm(request.GET, parts=page.parts)
    if not form.is_bound or not form.is_valid():
        return {"weights": form}
    try:
        found = explaining.what_if(page, form.weights())
    except MethodError as error:
        form.add_error(None, str(words.method_refused(error).message))
        return {"weights": form}
    official = page.scores.get(page.root.key)
    return {
        "weights": form,
        "tried": {
            "part": explaining.points(found.part),
            "index": explaining.points(found.index),
            "official": explaining.points(official.points if official else None),
            "rank": found.ranks.get(page.area),
        },
    }


def _read(request: HttpRequest, page: Explained) -> list[dict[str, Any]]:
    """The dataset versions that the run read, with their files where this reader may have them."""
    actor, versions = actor_of(request), page.run.versions
    known = {d.code: d for d in datahub.visible(actor).filter(code__in=versions)}
    found = []
    for code, number in sorted(versions.items()):
        dataset = known.get(code)
        may = dataset is not None and datahub.may_read_rows(dataset, actor)
        links = dataset_files(code, number) if may else ()
        found.append({"code": code, "version": number, "dataset": dataset, "files": links})
    return found
