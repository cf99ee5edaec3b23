"""Pages of indicators."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from civicthread.core import journal, paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.core.templatetags.components import table_rows
from civicthread.indicators import figures, forms, history, queries
from civicthread.indicators.cells import source_of, unit_of
from civicthread.indicators.headlines import WRITTEN, headlines
from civicthread.indicators.models import Indicator
from civicthread.indicators.provenance import provenance
from civicthread.lake.spreadsheet import csv_lines


@policy.guard("indicators.read")
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """The indicators, by title, each with its latest figure and status."""
    form = forms.FilterForm(request.GET, reader=actor_of(request))
    filters = form.filters()
    found = queries.filtered(filters, visible_to=actor_of(request), language=request.LANGUAGE_CODE)
    page = paging.page(found, order="sort_title", key=request.GET.get("page", ""))
    today, shown = timezone.localdate(), ".".join(str(row.pk) for row in page.rows)
    told = journal.kept(
        f"indicators-{request.LANGUAGE_CODE}-{today}-{shown}",
        lambda: [figures.told(reading) for reading in headlines(page.rows, today=today)],
        kinds=WRITTEN,
    )
    rows = zip(page.rows, told, strict=True)
    context = {
        "page": page,
        "form": form,
        "active": sum(bool(value) for value in asdict(filters).values()),
        "rows": [{"indicator": indicator, "told": words} for indicator, words in rows],
    }
    return render(request, "indicators/indicators.html", context)


@policy.guard("indicators.read")
@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its figures, its target, where they come from; `?at=` as they stood on a day."""
    actor, view = actor_of(request), forms.View.of(request.GET.dict())
    found, method = queries.with_method(code, visible_to=actor)
    (reading,) = queries.readings([found], today=timezone.localdate(), at=view.at)
    groups = _groups(reading)
    headings = figures.dimensions(found, groups)
    context = {
        "indicator": reading.indicator,
        "reading": reading,
        "view": view,
        "form": forms.ViewForm(request.GET or None, groups=groups, headings=headings),
        "told": figures.told(reading),
        "drawn": _drawn(reading, view),
        "others": figures.set_aside(reading.others, found.decimals),
        "corrections": queries.corrections(found, at=view.at),
        "provenance": provenance(method, reading.values, visible_to=actor),
        "source": source_of(reading.latest) if reading.latest else "",
        "files": _files(request, code),
        **figures.target(reading),
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "indicators/indicator.html", context)


def _drawn(reading: queries.Reading, view: forms.View) -> list[figures.Figure]:
    """The figures of the page; as most readers see them, they are kept until an indicator is changed."""
    if view.at or view.chosen:
        return figures.drawn(reading, view.chosen)
    name = f"indicator-{reading.indicator.pk}-{get_language()}-{reading.today}"
    return journal.kept(
        name,
        lambda: [replace(one, rows=table_rows(one.rows, one.columns)) for one in figures.drawn(reading)],
        kinds=(*WRITTEN, "territory.area", "datahub.dataset"),
    )


def _groups(reading: queries.Reading) -> dict[str, list[str]]:
    """Each breakdown with the groups there are."""
    found: dict[str, set[str]] = {}
    for value in reading.breakdowns:
        for name, group in value.breakdown.items():
            found.setdefault(name, set()).add(group)
    return {name: sorted(groups) for name, groups in sorted(found.items())}


def _files(request: HttpRequest, code: str) -> dict[str, str]:
    """The same figures as files: as they stood on the same day, of the same groups."""
    kept = {
        name: value
        for name, value in request.GET.items()
        if value and (name == "at" or name.startswith(forms.GROUP))
    }
    query = f"?{urlencode(kept)}" if kept else ""
    return {kind: reverse(f"indicators:{kind}", args=[code]) + query for kind in ("csv", "json")}


COLUMNS = (
    *("indicator", "period", "area", "breakdown", "value", "numerator", "denominator", "unit"),
    *(
        "qualifier",
        "flags",
        "run",
        "source",
        "note",
        "origin",
        "evidence",
        "published_at",
        "method",
        "datasets",
    ),
)


@policy.guard("indicators.read")
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The published figures of an indicator as CSV; `?at=` as they stood on a day."""
    found, view = _asked(request, code)
    body = csv_lines([COLUMNS, *(tuple(row.values()) for row in _rows(found, view))])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"{found.code}-{view.at.date()}" if view.at else found.code
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@policy.guard("indicators.read")
@require_safe
def as_json(request: HttpRequest, code: str) -> JsonResponse:
    """The same as JSON."""
    found, view = _asked(request, code)
    told = {"code": found.code, "title": found.title.to_json(), "at": view.at and view.at.date()}
    return JsonResponse({**told, "values": list(_rows(found, view))})


def _asked(request: HttpRequest, code: str) -> tuple[Indicator, forms.View]:
    view = forms.View.of(request.GET.dict())
    found = publishing.find(queries.indicators(visible_to=actor_of(request)), code=code)
    return (history.described(found, view.at) if view.at else found), view


def _rows(found: Indicator, view: forms.View) -> Iterator[dict[str, Any]]:
    """The published figures with their numbers as they are, not as a page rounds them."""
    unit = unit_of(found)
    shown = queries.with_origins(queries.published_values([found], at=view.at))
    for value in figures.narrowed(shown, view.chosen) if view.chosen else shown:
        run = value.run
        told = (
            *(found.code, value.period, value.area.code if value.area else "", value.breakdown_key),
            *(value.value, value.numerator, value.denominator, unit, value.qualifier, " ".join(value.flags)),
            *(value.run_id, value.source.get("url", "") if value.source else ""),
            *(str(value.note) if value.note else "", value.origin, value.evidence),
            value.approved_at.isoformat() if value.approved_at else "",
            run.method.number if run else None,
            " ".join(f"{code}@{number}" for code, number in sorted(run.versions.items())) if run else "",
        )
        yield dict(zip(COLUMNS, told, strict=True))
