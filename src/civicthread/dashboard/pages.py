"""How the dashboard is laid out: by which grouping, as cards or as a table, which page of a long list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from civicthread.core import formats
from civicthread.core.paging import Page
from civicthread.dashboard import cards, forms, queries, report
from civicthread.dashboard.queries import GROUPINGS, Filters, Since
from civicthread.dashboard.standing import Programme, Standing
from civicthread.indicators import figures
from civicthread.territory import maps
from civicthread.territory.places import gazetteer

SHELVES, CARDS, ROWS = 9, 24, 30
MOST_DRAWN = 64


@dataclass(frozen=True)
class Layout:
    """Grouped by something, or one list as cards or as a table; and which page of it."""

    by: str
    view: str
    page: int

    @property
    def grouped(self) -> bool:
        """Whether groups are shown, not one list."""
        return self.view == "groups"


def layout(given: QueryDict, filters: Filters) -> Layout:
    """As the address asks. Without filters the groups are shown; once something is chosen, all of it."""
    by = given.get("by", "") if given.get("by", "") in GROUPINGS else ""
    view = given.get("view", "")
    narrowed = replace(filters, period="").active > 0
    if view not in ("cards", "table"):
        view = "groups" if by or not narrowed else "cards"
    number = given.get("page", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 1
    return Layout(by or "direction", view, max(page, 1))


def fields(filters: Filters, programme: Programme, given: QueryDict, *, language: str) -> str:
    """The fields of the filters, drawn once as long as the names stay the same: their many options cost most."""
    kept = {name: given.get(name, "")[:20] for name in ("by", "view")}
    key = language, filters.address(**kept)
    if key not in programme.drawn:
        if len(programme.drawn) >= MOST_DRAWN:
            programme.drawn.clear()
        form = forms.FilterForm.of(filters, programme, kept)
        programme.drawn[key] = render_to_string("dashboard/fields.html", {"form": form})
    return programme.drawn[key]


def body(
    layout: Layout, standings: Sequence[Standing], programme: Programme, filters: Filters
) -> dict[str, Any]:
    """What stands below the state at a glance."""
    shown: dict[str, Any] = {"tabs": _tabs(layout, filters, programme), "views": _views(layout, filters)}
    if layout.grouped and layout.by == "area":
        return {**shown, **_territory(standings, programme, filters)}
    if layout.grouped:
        groups = queries.groups(layout.by, standings, programme)
        page, some = _cut(groups, layout.page, SHELVES)
        return {**shown, "page": page, "shelves": [cards.shelf(group, layout.by, filters) for group in some]}
    if layout.view == "table":
        page, rows = _cut(standings, layout.page, ROWS)
        return {**shown, "page": page, "rows": cards.rows(rows)}
    page, chosen = _cut(standings, layout.page, CARDS)
    return {**shown, "page": page, "cards": cards.cards(chosen)}


def _cut(things: Sequence[Any], number: int, size: int) -> tuple[Page[Any], Sequence[Any]]:
    """One page of a list that stands in memory, with the numbers of the pages beside it."""
    last = max(1, -(-len(things) // size))
    number = min(number, last)
    some = things[(number - 1) * size : number * size]
    before, after = str(number - 1) if number > 1 else "", str(number + 1) if number < last else ""
    return Page(list(some), before, after), some


def _tabs(layout: Layout, filters: Filters, programme: Programme) -> list[dict[str, Any]]:
    """The groupings that have a group, the one that is shown marked: "nobody named yet" alone tells nothing."""
    return [
        {
            "label": cards.BY_WORDS[name],
            "url": f"{reverse('dashboard:dashboard')}?{filters.address(by=name)}",
            "current": layout.grouped and layout.by == name,
        }
        for name in GROUPINGS
        if programme.names[name] or layout.by == name
    ]


def _views(layout: Layout, filters: Filters) -> dict[str, dict[str, Any]]:
    """One list as cards, or as a table."""
    return {
        name: {
            "url": f"{reverse('dashboard:dashboard')}?{filters.address(view=name)}",
            "current": layout.view == name,
        }
        for name in ("cards", "table")
    }


def _territory(standings: Sequence[Standing], programme: Programme, filters: Filters) -> dict[str, Any]:
    """The areas, each with how many indicators are measured there; and where they lie."""
    found = cards.areas(standings, programme, filters)
    ordered = sorted(found, key=lambda one: str(one["name"].title).casefold())
    links = {one["name"].code: one["url"] for one in found}
    counts = {one["name"].code: one["count"] for one in found}
    drawn = (
        maps.overview(title="", name="measured", links=links, counts=counts)
        if maps.has_ground(gazetteer()) and found
        else None
    )
    return {"areas": ordered, "map": drawn}


def files(name: str, address: str, kinds: Iterable[str], prefix: str = "") -> dict[str, str]:
    """The address of each file of what a page shows."""
    query = f"?{address}" if address else ""
    return {f"{prefix}{kind}": f"{reverse(f'dashboard:{name}', args=[kind])}{query}" for kind in kinds}


def changes(found: Sequence[Since]) -> list[Mapping[str, Any]]:
    """A frozen year beside today, as rows of a page."""
    return [_change(one) for one in found]


def _change(one: Since) -> Mapping[str, Any]:
    then, now = one.then, one.now
    decimals = now.indicator.decimals if now else then.decimals if then else 0
    change = one.change
    return {
        "title": one.title,
        "url": now.indicator.get_absolute_url() if now else "",
        "unit": figures.unit_of(now.indicator) if now else (then.symbol or str(then.unit)) if then else "",
        "then": report.frozen(then, one.areas) if then else "",
        "then_period": one.areas.period if one.areas else then.period if then else "",
        "then_state": then.grade if then else "",
        "then_label": cards.STATUS_WORDS.get(then.grade, "") if then else "",
        "told": figures.told(now.reading) if now else None,
        "change": "" if change is None else f"{'+' if change > 0 else ''}{formats.figure(change, decimals)}",
    }
