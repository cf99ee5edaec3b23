"""The programme's datasets: described, loaded into the lake from the files beside the programme, published."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from civicthread.config.programme import Programme
from civicthread.config.programme.figures import Column
from civicthread.config.programme.figures import Dataset as DatasetFile
from civicthread.config.programme.rows import Track, known
from civicthread.config.speech import gettext as _
from civicthread.core import published
from civicthread.core.models import Actor
from civicthread.datahub import actions as datahub
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset, Frequency, Ingestion
from civicthread.datahub.programme import FAILED, publish_tables
from civicthread.datahub.words import refusal
from civicthread.stakeholders.models import Organisation
from civicthread.territory import queries as territory
from civicthread.territory.models import Area

WGS84 = "EPSG:4326"
FREQUENCIES: Mapping[str, Frequency] = {frequency.value: frequency for frequency in Frequency}


class NotLoaded(Exception):  # told to the administrator as one sentence
    """A file of the programme was refused."""


def load_datasets(programme: Programme, *, by: Actor, track: Track) -> None:
    """Each dataset described, loaded and published; a file that was loaded already is not read again."""
    rows, organisations = known(Dataset), known(Organisation)
    region = next(iter(territory.areas(Area.Level.REGION)), None)
    for entry in track((*programme.datasets, *programme.indices.datasets), _("datasets")):
        values = _description(entry) | {
            "publisher": organisations[entry.publisher],
            "territory": region if _is_local(entry) else None,
        }
        columns = [_column(column, entry) for column in entry.columns]
        dataset = datahub.save_dataset(rows.get(entry.code), values, columns=columns, by=by)
        _load(dataset, programme.folder / entry.file, by=by)
        datahub.publish_dataset(dataset, by=by)


def load_asked_tables(programme: Programme, *, by: Actor, track: Track) -> None:
    """Those of the programme's own tables that its indicators read.

    The others tell of the indicators too, written now they would hold half: a rise, later, that looks implausible.
    """
    asked = {code for indicator in programme.indicators for code in indicator.datasets}
    if codes := asked & {table.code for table in published.tables()}:
        for _part in track(["tables"], _("tables")):
            publish_tables(by=by, codes=codes)


def load_tables(_programme: Programme, *, by: Actor, track: Track) -> None:
    """The programme's own tables, written where their rows changed."""
    for _part in track(["tables"], _("tables")):
        if failed := publish_tables(by=by).failed:
            raise NotLoaded(FAILED % {"codes": ", ".join(failed)})


def _load(dataset: Dataset, path: Path, *, by: Actor) -> None:
    last = dataset.ingestions.filter(outcome=Ingestion.Outcome.LOADED).order_by("-id").first()
    declared = tables.declaration(dataset).digest()
    if last and last.declaration == declared and last.sha256 == _fingerprint(path):
        return
    done = datahub.ingest(dataset, path, by=by)
    if done.outcome == Ingestion.Outcome.REFUSED:
        raise NotLoaded(f"{path.name}: {refusal(done.code, done.facts)}")


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _description(entry: DatasetFile) -> dict[str, Any]:
    return {
        "code": entry.code,
        "title": entry.title,
        "description": entry.description,
        "licence_name": entry.licence.name,
        "licence_url": entry.licence.url,
        "share_alike": entry.licence.share_alike,
        "source_url": entry.source,
        "obtained_from": entry.obtained_from,
        "changes_made": entry.changes or {},
        "frequency": FREQUENCIES[entry.frequency],
        "access": Dataset.Access.OPEN,
        "reading": _reading(entry),
        "keys": list(entry.keys),
        "sort": list(entry.sort),
        "period_column": entry.period_column or "",
        "reference_period": entry.reference_period or "",
        "area_column": entry.area.column if entry.area else "",
        "area_by": entry.area.by if entry.area else "",
        "area_level": (entry.area.level or "") if entry.area else "",
    }


def _is_local(entry: DatasetFile) -> bool:
    """Whether its rows lie in this city: by its areas, or by places on its map."""
    return entry.coordinates is not None or (entry.area is not None and entry.area.level is not None)


def _reading(entry: DatasetFile) -> dict[str, Any]:
    """How its files are read. What is compressed is recognised by itself."""
    reading: dict[str, Any] = {"format": entry.format, "nulls": [word for word in entry.null_values if word]}
    if entry.format == "csv":
        reading |= {"delimiter": entry.delimiter, "decimal": entry.decimal, "encoding": entry.encoding}
    places = entry.coordinates
    if places and places.crs != WGS84:
        reading["crs"] = places.crs
        if not places.from_geometry:
            headings = {column.name: column.header or column.name for column in entry.columns}
            reading |= {"x": headings[places.x], "y": headings[places.y]}
    return reading


def _column(column: Column, entry: DatasetFile) -> dict[str, Any]:
    return {
        "name": column.name,
        "header": _heading(column, entry),
        "type": column.type,
        "nullable": column.nullable and column.name not in entry.keys,
        "unit": column.unit,
        "codes": list(column.codes),
        "title": column.title,
        "description": column.description or {},
    }


def _heading(column: Column, entry: DatasetFile) -> str:
    """The column's name in the file, where it differs; a GeoJSON point gives `lon` and `lat`."""
    places = entry.coordinates
    if places and places.from_geometry and column.name in (places.x, places.y):
        return "lon" if column.name == places.x else "lat"
    return column.header or ""
