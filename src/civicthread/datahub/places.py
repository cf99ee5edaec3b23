"""The map of a dataset whose rows are places: its published rows as points, drawn once and kept."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from civicthread.core.errors import Refused
from civicthread.core.shelf import Shelf
from civicthread.datahub import reader
from civicthread.datahub.models import ColumnType, Dataset, DatasetColumn, DatasetVersion
from civicthread.lake.places import coordinates
from civicthread.territory import maps
from civicthread.territory.places import changed_at, gazetteer

SHELF: Final = Shelf("places", 64 << 20)
EDITION: Final = 1
"""Raised when the same places are drawn or told in another way."""


@dataclass(frozen=True)
class Shown:
    """The map of a dataset's places; without a figure there are too many of them for one."""

    figure: maps.MapFigure | None


def shown(dataset: Dataset, version: DatasetVersion | None) -> Shown | None:
    """The map of a version's published rows, where they are places; for readers who may have them."""
    columns = dataset.columns.all()
    pair = coordinates([column.name for column in columns if column.type == ColumnType.NUMBER])
    if version is None or not version.rows or pair is None:
        return None
    if version.rows > maps.MOST_POINTS:
        return Shown(None)
    name = f"{_key(dataset, version)}.json"
    found = _kept(name) or _drawn(dataset, version, (*pair, _label(columns)), name)
    return Shown(found) if found else None


def _key(dataset: Dataset, version: DatasetVersion) -> str:
    """A name for all that the map shows: a page that is read again neither reads the lake nor draws."""
    edition = reader.edition(dataset, version.number)
    told = (EDITION, dataset.code, edition, str(dataset.title), get_language(), changed_at())
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _label(columns: Iterable[DatasetColumn]) -> str:
    """The column that says what a place is: the first text that is not the period."""
    texts = (column.name for column in columns if column.type == ColumnType.TEXT and column.name != "period")
    return next(texts, "")


def _kept(name: str) -> maps.MapFigure | None:
    content = SHELF.read(name)
    if not content:
        return None
    svg, columns, rows = json.loads(content)
    return maps.MapFigure(mark_safe(svg), columns, rows)  # noqa: S308  # drawn by us


def _drawn(
    dataset: Dataset, version: DatasetVersion, told: tuple[str, str, str], name: str
) -> maps.MapFigure | None:
    if not maps.has_ground(gazetteer()):
        return None
    try:
        rows = reader.rows(dataset, version.number, limit=maps.MOST_POINTS)
    except Refused:  # the rows cannot be read just now: the page does without its map
        return None
    longitude, latitude, label = told
    located = [row for row in rows if _on_earth(row.get(longitude), row.get(latitude))]
    places = [
        maps.Place(row[longitude], row[latitude], str(row.get(label) or number))
        for number, row in enumerate(located, 1)
    ]
    if not places:
        return None
    figure = maps.points(places, title=str(dataset.title), name="places")
    if "figure-missing" not in figure.svg:
        SHELF.write(name, json.dumps([figure.svg, figure.columns, figure.rows]).encode())
    return figure


def _on_earth(longitude: float | None, latitude: float | None) -> bool:
    """What the file itself gives as degrees was never transformed, so it may be anything."""
    return longitude is not None and latitude is not None and abs(longitude) <= 180 and abs(latitude) <= 90
