"""The dashboard's figures as rows for files: CSV and JSON for programs, sheets for workbooks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import documents
from civicthread.core.documents import Sheet
from civicthread.core.text import Text
from civicthread.dashboard import cards
from civicthread.dashboard.comparing import Comparison
from civicthread.dashboard.models import SnapshotFigure
from civicthread.dashboard.queries import Since
from civicthread.dashboard.standing import NOT_JUDGED, Standing, named
from civicthread.indicators import cells, figures
from civicthread.indicators.queries import Reading
from civicthread.lake.spreadsheet import csv_lines

Row = dict[str, Any]

# What people read above the columns of a workbook; programs read the names themselves, in CSV and JSON.
HEADINGS = {
    "indicator": _("Code"),
    "reference": _("Reference"),
    "title": _("Indicator"),
    "direction": _("Strategic direction"),
    "owner": _("Who answers for it"),
    "kind": _("Kind"),
    "area": _("Code of the area"),
    "area_name": _("Area"),
    "period": _("Period"),
    "value": _("Value"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "unit": _("Unit"),
    "qualifier": _("The source says"),
    "flags": _("What a reader must know"),
    "target": _("Target"),
    "target_period": _("Target date"),
    "status": _("Status"),
    "share_of_target": _("Share of target"),
    "method": _("Version of the method"),
    "run": _("Run"),
    "dataset_versions": _("Versions of the datasets"),
    "source": _("Source"),
}


def answer(rows: Sequence[Row], kind: str, name: str, title: str) -> HttpResponse:
    """The rows as a file of that kind. All rows have the same columns."""
    if kind == "json":
        return JsonResponse(
            {"title": title, "figures": list(rows)}, json_dumps_params={"ensure_ascii": False}
        )
    columns = list(rows[0]) if rows else []
    lines = [[row[column] for column in columns] for row in rows]
    if kind == "xlsx":
        sheet = Sheet(title, [_heading(column) for column in columns], lines)
        return file(documents.workbook([sheet], title=title), documents.XLSX, f"{name}.xlsx")
    return file(csv_lines([columns, *lines]), "text/csv; charset=utf-8", f"{name}.csv")


def _heading(column: str) -> str:
    """A column in the reader's language; of a text, with the name of the language it is in."""
    if column in HEADINGS:
        return str(HEADINGS[column])
    name, _mark, language = column.rpartition("_")
    return f"{HEADINGS[name]} ({dict(settings.LANGUAGES)[language]})"


def file(body: bytes, content_type: str, name: str) -> HttpResponse:
    """An answer that a browser keeps under that name."""
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def texts(name: str, text: Text) -> Row:
    """A text as one column for each language of the city."""
    return {f"{name}_{code}": text[code].text if code in text else "" for code in settings.CITY.languages}


def of_standings(standings: Iterable[Standing]) -> Iterator[Row]:
    """The indicators of the dashboard, a row each, with numbers as they are, not as a page rounds them."""
    for one in standings:
        indicator, reading = one.indicator, one.reading
        latest, goal, status = reading.latest, reading.target, reading.status
        yield {
            "indicator": indicator.code,
            **texts("title", indicator.title),
            "direction": indicator.direction,
            "owner": indicator.owner.code if indicator.owner else "",
            "kind": indicator.kind,
            "unit": figures.unit_of(indicator),
            "period": latest.period if latest else "",
            "value": latest.value if latest else None,
            "numerator": latest.numerator if latest else None,
            "denominator": latest.denominator if latest else None,
            "qualifier": latest.qualifier if latest else "",
            "flags": " ".join(latest.flags) if latest else "",
            "target_period": goal.period if goal else "",
            "target": goal.value if goal else None,
            "status": one.stands,
            "share_of_target": status.share if status else None,
        }


def of_comparison(found: Comparison) -> Iterator[Row]:
    """The compared figures, a row each."""
    unit = figures.unit_of(found.indicator)
    for place in found.places:
        for period in found.periods:
            if value := place.values.get(period):
                yield {
                    "indicator": found.indicator.code,
                    "area": "" if value.area_id is None else place.code,
                    "area_name": place.name,
                    "period": period,
                    "value": value.value,
                    "numerator": value.numerator,
                    "denominator": value.denominator,
                    "unit": unit,
                    "qualifier": value.qualifier,
                    "flags": " ".join(value.flags),
                }


def of_snapshot(kept: Iterable[SnapshotFigure]) -> Iterator[Row]:
    """The frozen figures, a row each, with where they came from."""
    for one in kept:
        yield {
            "indicator": one.code,
            "reference": one.reference,
            **texts("title", one.title),
            **texts("unit", one.unit),
            "direction": one.direction,
            "area": one.area,
            **texts("area_name", one.area_name),
            "period": one.period,
            "value": one.value,
            "qualifier": one.qualifier,
            "flags": " ".join(one.flags),
            "target_period": one.target_period,
            "target": one.target,
            "status": one.grade or ("" if one.area else NOT_JUDGED),
            "share_of_target": one.share,
            "method": one.method,
            "run": one.run,
            "dataset_versions": " ".join(f"{code}@{number}" for code, number in sorted(one.versions.items())),
            "source": one.source.get("url", ""),
        }


def of_changes(found: Iterable[Since]) -> Iterator[Row]:
    """The frozen figures beside those of today."""
    for one in found:
        then, latest = one.then, one.now.reading.latest if one.now else None
        yield {
            "indicator": then.code if then else one.now.indicator.code if one.now else "",
            **texts("title", one.title),
            "frozen_period": then.period if then else "",
            "frozen_value": then.value if then else None,
            "frozen_status": (then.grade or NOT_JUDGED) if then else "",
            "period": latest.period if latest else "",
            "value": latest.value if latest else None,
            "status": one.now.stands if one.now else "",
            "change": one.change,
        }


def report_sheets(readings: Sequence[Reading]) -> list[Sheet]:
    """The tables of the report: the indicators, their figures over time, those of areas and groups, the targets."""
    overview = [
        gettext("Code"), gettext("Indicator"), gettext("Unit"), gettext("Period"), gettext("Latest figure"),
        gettext("Numerator"), gettext("Denominator"), gettext("What a reader must know"),
        gettext("Target"), gettext("Target date"), gettext("Status"), gettext("Who answers for it"),
    ]  # fmt: skip
    over_time = [
        gettext("Code"), gettext("Indicator"), gettext("Area"), gettext("Group"), gettext("Period"),
        gettext("Value"), gettext("Numerator"), gettext("Denominator"), gettext("Unit"),
        gettext("What a reader must know"), gettext("Source"),
    ]  # fmt: skip
    return [
        Sheet(gettext("Indicators"), overview, [_overview_row(reading) for reading in readings]),
        Sheet(gettext("Figures"), over_time, [row for reading in readings for row in _figure_rows(reading)]),
    ]


def _overview_row(reading: Reading) -> list[Any]:
    indicator, latest, goal = reading.indicator, reading.latest, reading.target
    return [
        indicator.code,
        str(indicator.title),
        figures.unit_of(indicator),
        latest.period if latest else "",
        latest.value if latest else None,
        latest.numerator if latest else None,
        latest.denominator if latest else None,
        cells.note_of(latest) if latest else "",
        goal.value if goal else None,
        goal.period if goal else "",
        str(cards.STATUS_WORDS[named(reading.status)]),
        str(indicator.owner.name) if indicator.owner else "",
    ]


def _figure_rows(reading: Reading) -> Iterator[list[Any]]:
    indicator = reading.indicator
    for value in reading.values:
        source = cells.source_of(value)
        yield [
            indicator.code,
            str(indicator.title),
            str(value.area.name) if value.area else gettext("whole territory"),
            ", ".join(f"{name}: {group}" for name, group in value.breakdown.items()),
            value.period,
            value.value,
            value.numerator,
            value.denominator,
            figures.unit_of(indicator),
            cells.note_of(value),
            source["text"] if isinstance(source, dict) else str(source),
        ]
