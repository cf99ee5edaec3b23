"""Pages of indicators."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from civicthread.core import paging, policy, publishing, thread
from civicthread.core.policy import actor_of
from civicthread.indicators import figures, forms, queries
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
    readings = queries.readings(page.rows, today=timezone.localdate())
    context = {
        "page": page,
        "form": form,
        "active": sum(bool(value) for value in asdict(filters).values()),
        "rows": [{"indicator": reading.indicator, "told": figures.told(reading)} for reading in readings],
    }
    return render(request, "indicators/indicators.html", context)


@policy.guard("indicators.read")
@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its figures, its target, where they come from."""
    actor = actor_of(request)
    found, method = queries.with_method(code, visible_to=actor)
    (reading,) = queries.readings([found], today=timezone.localdate())
    context = {
        "indicator": found,
        "reading": reading,
        "told": figures.told(reading),
        "drawn": figures.drawn(reading),
        "others": figures.set_aside(reading.others, found.decimals),
        "corrections": queries.corrections(found),
        "provenance": provenance(method, reading.values, visible_to=actor),
        "files": {kind: reverse(f"indicators:{kind}", args=[code]) for kind in ("csv", "json")},
        **figures.target(reading),
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "indicators/indicator.html", context)


COLUMNS = (
    *("indicator", "period", "area", "breakdown", "value", "numerator", "denominator", "unit"),
    *("qualifier", "flags", "run", "source"),
)


@policy.guard("indicators.read")
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All published figures of an indicator as CSV."""
    found = publishing.find(queries.indicators(visible_to=actor_of(request)), code=code)
    body = csv_lines([COLUMNS, *(tuple(row.values()) for row in _rows(found))])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return response


@policy.guard("indicators.read")
@require_safe
def as_json(request: HttpRequest, code: str) -> JsonResponse:
    """The same as JSON."""
    found = publishing.find(queries.indicators(visible_to=actor_of(request)), code=code)
    return JsonResponse({"code": found.code, "title": found.title.to_json(), "values": list(_rows(found))})


def _rows(found: Indicator) -> Iterator[dict[str, Any]]:
    """The published figures with their numbers as they are, not as a page rounds them."""
    unit = figures.unit_of(found)
    for value in queries.published_values([found]):
        area = value.area.code if value.area else ""
        source = value.source.get("url", "") if value.source else ""
        measured = (value.value, value.numerator, value.denominator, unit, value.qualifier)
        facts = (
            value.period,
            area,
            value.breakdown_key,
            *measured,
            " ".join(value.flags),
            value.run_id,
            source,
        )
        yield dict(zip(COLUMNS, (found.code, *facts), strict=True))
