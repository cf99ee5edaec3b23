"""Datasets for tests, made by the product's own actions."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from civicthread.core import journal
from civicthread.datahub import actions
from civicthread.datahub.models import Dataset, Ingestion

_numbers = count(1)
ROWS = "area,year,n\n21001,2020,5\n21002,2020,7\n21001,2021,9\n"
COLUMNS = (
    {
        "name": "area",
        "type": "text",
        "nullable": False,
        "title": {"fr": "Commune", "nl": "Gemeente", "en": "Municipality"},
    },
    {
        "name": "year",
        "type": "integer",
        "nullable": False,
        "title": {"fr": "Année", "nl": "Jaar", "en": "Year"},
    },
    {
        "name": "n",
        "type": "integer",
        "unit": "lamps",
        "title": {"fr": "Nombre", "nl": "Aantal", "en": "Number"},
    },
)


def dataset(
    code: str = "", *, published: bool = True, columns: Sequence[dict[str, Any]] = COLUMNS, **values: Any
) -> Dataset:
    """A described dataset without rows."""
    number = next(_numbers)
    told = {
        "code": code or f"lamps_{number}",
        "title": {"fr": f"Lampes {number}", "nl": f"Lampen {number}", "en": f"Lamps {number}"},
        "description": {"fr": "Les lampes.", "nl": "De lampen.", "en": "The lamps."},
        "licence_name": "CC BY 4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "frequency": "yearly",
        "keys": ["area", "year"],
        "sort": ["area", "year"],
        "period_column": "year",
        **values,
    }
    made = actions.save_dataset(None, told, columns=columns, by=journal.system())
    if published:
        made = actions.publish_dataset(made, by=journal.system())
    return made


def load(made: Dataset, folder: Path, text: str | bytes = ROWS, **options: Any) -> Ingestion:
    """Load a file with this text into the dataset."""
    name = options.pop("file", "lamps.csv")
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return actions.ingest(made, file, by=options.pop("by", None) or journal.system(), **options)
