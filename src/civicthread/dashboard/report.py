"""The indicator report and the snapshot on paper: pages made from templates, a PDF made by the documents child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import documents, formats
from civicthread.core.context import office
from civicthread.core.errors import Refused
from civicthread.dashboard import cards, queries
from civicthread.dashboard.models import Snapshot, SnapshotFigure
from civicthread.dashboard.queries import Filters, Spread
from civicthread.dashboard.standing import Programme, Standing
from civicthread.indicators import figures
from civicthread.indicators import queries as indicators
from civicthread.indicators.figures import Figure, Told
from civicthread.indicators.queries import Reading

MOST = 100
"""The indicators that one report holds; more are asked for direction by direction."""

MOST_ROWS = 24
"""The rows of a table on paper; the workbook and the CSV files hold all of them."""


@dataclass(frozen=True)
class Drawn:
    """A chart or map on paper, with its table."""

    title: str
    picture: str
    alternative: str
    columns: list[dict[str, Any]]
    rows: Sequence[Any]
    legend: list[dict[str, Any]]


@dataclass(frozen=True)
class Chapter:
    """One indicator of the report."""

    reading: Reading
    told: Told
    target: Mapping[str, Any]
    drawn: list[Drawn]
    sources: list[str]


def readings(standings: Sequence[Standing]) -> list[Reading]:
    """The whole readings of the chosen indicators; refused where they are too many for one report."""
    if len(standings) > MOST:
        message = _(
            "One report holds at most %(most)s indicators; these are %(count)s. Choose a direction or an area."
        )
        raise Refused("too-many", message % {"most": MOST, "count": len(standings)})
    if not standings:
        raise Refused("nothing", _("No indicator matches, so there is nothing to report."))
    return indicators.readings([one.indicator for one in standings], today=timezone.localdate())


def pdf(request: HttpRequest, filters: Filters, programme: Programme, standings: Sequence[Standing]) -> bytes:
    """The report on the chosen indicators in the reader's language."""
    facts = {
        **_cover(gettext("Indicator report")),
        "scope": in_words(filters, programme),
        "parts": cards.glance(standings, filters),
        "median": cards.median(standings),
        "chapters": [_chapter(reading) for reading in readings(standings)],
    }
    return documents.pdf(
        render_to_string("dashboard/report.html", facts), style=_style(), owner=_owner(request)
    )


def snapshot_pdf(request: HttpRequest, snapshot: Snapshot, kept: Sequence[SnapshotFigure]) -> bytes:
    """A frozen year on paper, as its page shows it."""
    facts = {
        **_cover(gettext("The figures of %(year)s") % {"year": snapshot.year}),
        "snapshot": snapshot,
        "counts": counted(snapshot),
        "groups": by_direction(snapshot, kept),
    }
    html = render_to_string("dashboard/snapshot_report.html", facts)
    return documents.pdf(html, style=_style(), owner=_owner(request))


def counted(snapshot: Snapshot) -> list[dict[str, Any]]:
    """How many indicators stood at each grade, in words."""
    return [
        {"label": cards.STATUS_WORDS[name], "state": name, "count": count}
        for name, count in snapshot.counts.items()
        if count
    ]


def by_direction(snapshot: Snapshot, kept: Sequence[SnapshotFigure]) -> list[dict[str, Any]]:
    """Frozen figures of the whole territory under their directions, as rows of a page.

    Where only areas are measured, it tells the least and the most; the files hold their figures.
    """
    areas = queries.areas_kept(snapshot)
    groups: dict[str, dict[str, Any]] = {}
    for one in kept:
        group = groups.setdefault(
            one.direction, {"id": f"group-{len(groups)}", "name": one.direction_name, "rows": []}
        )
        spread = areas.get(one.code) if one.value is None else None
        group["rows"].append(
            {
                "figure": one,
                "value": frozen(one, spread),
                "period": spread.period if spread else one.period,
                "unit": one.symbol or one.unit,
                "target": formats.figure(one.target, one.decimals),
                "state": one.grade,
                "label": cards.STATUS_WORDS.get(one.grade, ""),
                "marks": figures.marks(one.flags),
                "areas": spread.count if spread else 0,
            }
        )
    return list(groups.values())


def frozen(one: SnapshotFigure, spread: Spread | None) -> str:
    """A frozen figure as its page writes it: of the whole territory, else from the least to the most of its areas."""
    if spread:
        return figures.spread((spread.least, spread.most), one.decimals)
    return formats.figure(one.value, one.decimals)


def in_words(filters: Filters, programme: Programme) -> list[str]:
    """What a report or page is narrowed to, in words."""
    labels: dict[str, str | Promise] = {
        "direction": _("Strategic direction"),
        "objective": _("Objective"),
        "project": _("Project"),
        "area": _("Area"),
        "owner": _("Who answers for it"),
        "body": _("Body that decided"),
    }
    told = [
        gettext("%(label)s: %(value)s") % {"label": label, "value": programme.names[name][code].title}
        for name, label in labels.items()
        if (code := getattr(filters, name)) in programme.names[name]
    ]
    if filters.status:
        told.append(gettext("Status: %(value)s") % {"value": cards.STATUS_WORDS[filters.status]})
    if filters.period:
        told.append(
            gettext("As it stood at the end of %(period)s") % {"period": formats.period(filters.period)}
        )
    return told


def _chapter(reading: Reading) -> Chapter:
    publishers = {
        str(source.get("publisher", ""))
        for source in (value.source for value in reading.values)
        if source and source.get("publisher")
    }
    return Chapter(
        reading,
        figures.told(reading),
        figures.target(reading),
        [_drawn(reading, figure) for figure in figures.drawn(reading)],
        sorted(publishers),
    )


def _drawn(reading: Reading, figure: Figure) -> Drawn:
    picture = documents.picture(str(figure.svg)) if figure.svg.startswith("<svg") else ""
    alternative = gettext("%(title)s: %(figure)s. The table below holds each value.") % {
        "title": reading.indicator.title,
        "figure": figure.title,
    }
    return Drawn(figure.title, picture, alternative, figure.columns, figure.rows[:MOST_ROWS], figure.legend)


def _cover(title: str) -> dict[str, Any]:
    return {
        "title": title,
        "language": get_language(),
        "site": office(),
        "day": timezone.localdate(),
    }


def _style() -> str:
    return render_to_string("dashboard/report.css")


def _owner(request: HttpRequest) -> str:
    """Whose requests are counted together, so that one reader cannot keep the printing press to themselves."""
    return str(request.META.get("REMOTE_ADDR", ""))
