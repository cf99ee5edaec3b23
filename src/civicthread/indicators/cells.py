"""A figure as a cell of a table: its number, its unit, its source, its note."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from civicthread.core import addresses, formats
from civicthread.indicators import words
from civicthread.indicators.models import Indicator, Qualifier, Value

Column = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A drawing and the table beside it."""

    title: str
    svg: SafeString
    columns: list[Column]
    rows: Sequence[Any]
    legend: list[dict[str, Any]] = field(default_factory=list)
    name: str = ""


def unit_of(indicator: Indicator) -> str:
    """The sign of the unit, or its name where it has none."""
    return indicator.symbol or str(indicator.unit)


def number_of(value: Value, decimals: int) -> str:
    """The number, with the word that the source puts before it."""
    number = formats.number(value.value, decimals)
    plain = value.qualifier in (Qualifier.EXACT, Qualifier.DERIVED)
    return number if plain else f"{value.get_qualifier_display()} {number}"


def source_of(value: Value) -> Any:
    """Who published a figure, as a cell of a table."""
    if value.source:
        url = value.source.get("url", "")
        if own := addresses.here(url):  # as the figures that an index gives
            return {"text": gettext("this site"), "url": own}
        return {"text": value.source.get("publisher", ""), "url": url}
    return gettext("computed from datasets") if value.run_id else gettext("reported by the Office")


def note_of(value: Value) -> str:
    """All that a reader must know of a figure, in one text."""
    derived = value.get_qualifier_display() if value.qualifier == Qualifier.DERIVED else ""
    baseline = value.get_origin_display() if value.origin == Value.Origin.BASELINE else ""
    evidence = gettext("Evidence: %(told)s") % {"told": value.evidence} if value.evidence else ""
    note = str(value.note) if value.note else ""
    return "; ".join(filter(None, (words.flags(value.flags), baseline, derived, note, evidence)))
