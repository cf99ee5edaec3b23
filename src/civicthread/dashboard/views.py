"""Pages of the dashboard: the programme's figures, the comparison, the frozen years, and their files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from civicthread.core import documents, policy
from civicthread.core.policy import actor_of
from civicthread.dashboard import cards, comparing, downloads, pages, queries, report
from civicthread.dashboard.comparing import Asked, Comparison
from civicthread.dashboard.models import Snapshot

FORMATS = ("csv", "json", "xlsx")


@policy.guard("dashboard.read")
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The programme's figures: the state at a glance, then groups of cards; or what the filters leave, all of it."""
    filters, programme = queries.understood(request.GET)
    layout = pages.layout(request.GET, filters)
    standings = queries.chosen(filters, programme, language=request.LANGUAGE_CODE)
    address = filters.address()
    context = {
        "fields": pages.fields(filters, programme, request.GET, language=request.LANGUAGE_CODE),
        "filters": filters,
        "layout": layout,
        "scope": report.in_words(filters, programme),
        "parts": cards.glance(standings, filters),
        "count": len(standings),
        "median": cards.median(standings),
        "files": pages.files("figures", address, FORMATS)
        | pages.files("report", address, ("pdf", "xlsx"), "report_"),
        **pages.body(layout, standings, programme, filters),
    }
    return render(request, "dashboard/dashboard.html", context)


@policy.guard("dashboard.read")
@require_safe
def figures_file(request: HttpRequest, kind: str) -> HttpResponse:
    """What the filters leave, as a file."""
    filters, programme = queries.understood(request.GET)
    standings = queries.chosen(filters, programme, language=request.LANGUAGE_CODE)
    rows = list(downloads.of_standings(standings))
    return downloads.answer(rows, kind, "dashboard", gettext("Dashboard"))


@policy.guard("dashboard.read")
@require_safe
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The indicator report for the government, on what the filters leave: pages as PDF, tables as XLSX."""
    filters, programme = queries.understood(request.GET)
    standings = queries.chosen(filters, programme, language=request.LANGUAGE_CODE)
    name = f"indicators-{programme.day}-{request.LANGUAGE_CODE}.{kind}"
    if kind == "pdf":
        body = report.pdf(request, filters, programme, standings)
        return downloads.file(body, "application/pdf", name)
    sheets = downloads.report_sheets(report.readings(standings))
    return downloads.file(documents.workbook(sheets, title=gettext("Indicator report")), documents.XLSX, name)


@policy.guard("dashboard.read")
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """One indicator between places and periods."""
    choices, found = _compared(request)
    context: dict[str, Any] = {"choices": choices, "found": found}
    if found:
        columns, rows = comparing.table(found)
        context |= {
            "columns": columns,
            "rows": rows,
            "small_charts": comparing.small_charts(found),
            "maps": comparing.drawn_maps(found),
            "files": pages.files("compare-file", request.GET.urlencode(), FORMATS),
        }
    return render(request, "dashboard/compare.html", context)


@policy.guard("dashboard.read")
@require_safe
def compare_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The compared figures as a file."""
    _choices, found = _compared(request)
    if found is None:
        raise Http404
    rows = list(downloads.of_comparison(found))
    return downloads.answer(rows, kind, f"{found.indicator.code}-compared", str(found.indicator.title))


def _compared(request: HttpRequest) -> tuple[list[Any], Comparison | None]:
    """The indicators that can be compared, and the comparison that was asked for, if any."""
    choices, asked = comparing.comparable(visible_to=actor_of(request)), Asked.of(request.GET)
    indicator = next((one for one in choices if one.code == asked.indicator), None)
    return choices, comparing.compared(indicator, asked) if indicator else None


@policy.guard("dashboard.read")
@require_safe
def snapshots(request: HttpRequest) -> HttpResponse:
    """The frozen years."""
    found = queries.snapshots(visible_to=actor_of(request))
    rows = [{"snapshot": one, "counts": report.counted(one)} for one in found]
    return render(request, "dashboard/snapshots.html", {"rows": rows})


@policy.guard("dashboard.read")
@require_safe
def snapshot(request: HttpRequest, year: int) -> HttpResponse:
    """One frozen year, as it was."""
    found = _snapshot(request, year)
    kept = list(queries.snapshot_figures(found, areas=False))
    context = {
        "snapshot": found,
        "counts": report.counted(found),
        "groups": report.by_direction(found, kept),
        "files": {kind: reverse(f"dashboard:snapshot-{kind}", args=[year]) for kind in (*FORMATS, "pdf")},
    }
    return render(request, "dashboard/snapshot.html", context)


@policy.guard("dashboard.read")
@require_safe
def snapshot_file(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """One frozen year as a file, at an address that stays."""
    found = _snapshot(request, year)
    kept = list(queries.snapshot_figures(found, areas=kind != "pdf"))
    name = f"figures-{year}"
    if kind == "pdf":
        return downloads.file(report.snapshot_pdf(request, found, kept), "application/pdf", f"{name}.pdf")
    title = gettext("The figures of %(year)s") % {"year": year}
    return downloads.answer(list(downloads.of_snapshot(kept)), kind, name, title)


@policy.guard("dashboard.read")
@require_safe
def since(request: HttpRequest, year: int) -> HttpResponse:
    """A frozen year beside today."""
    found = _snapshot(request, year)
    changes = queries.since(found, language=request.LANGUAGE_CODE)
    csv_url = reverse("dashboard:since-csv", args=[year])
    context = {"snapshot": found, "rows": pages.changes(changes), "csv_url": csv_url}
    return render(request, "dashboard/since.html", context)


@policy.guard("dashboard.read")
@require_safe
def since_file(request: HttpRequest, year: int) -> HttpResponse:
    """The same as CSV."""
    changes = queries.since(_snapshot(request, year), language=request.LANGUAGE_CODE)
    rows = list(downloads.of_changes(changes))
    return downloads.answer(rows, "csv", f"since-{year}", str(year))


def _snapshot(request: HttpRequest, year: int) -> Snapshot:
    return get_object_or_404(queries.snapshots(visible_to=actor_of(request)), year=year)
