"""The rows a load set aside, for the people who keep the data: read from the lake's list, reasons in their language."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext

from civicthread.datahub import tables, words
from civicthread.datahub.models import Ingestion
from civicthread.lake.spreadsheet import csv_lines

SHOWN = 20
COUNTED = 100_000
"""So many rows are counted by reason; a list of millions says no more."""


@dataclass(frozen=True)
class SetAside:
    """One row that was set aside: where it stands in the file, the column, the reason, the value."""

    line: str
    column: str
    reason: str
    value: str
    row: str


def path_of(ingestion: Ingestion) -> Path | None:
    """Where the list is, as long as it is kept."""
    with tables.answering():
        return tables.place().brought(ingestion.rejects_file) if ingestion.rejects_file else None


def rows(path: Path) -> Iterator[SetAside]:
    """The rows set aside, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            reason = words.problem(line["code"])
            yield SetAside(line["line"], line["column"], reason, line["value"], line["row"])


def first_rows(path: Path) -> list[SetAside]:
    """The first few."""
    return list(islice(rows(path), SHOWN))


def reasons(path: Path) -> list[tuple[str, int]]:
    """How often each reason was given, the most frequent first."""
    return Counter(row.reason for row in islice(rows(path), COUNTED)).most_common()


def columns_with(path: Path, code: str) -> set[str]:
    """The columns in which rows were set aside for this reason."""
    with path.open(encoding="utf-8", newline="") as file:
        return {line["column"] for line in islice(csv.DictReader(file), COUNTED) if line["code"] == code}


def as_csv(path: Path) -> Iterator[bytes]:
    """The list as a spreadsheet opens it, in the reader's language; its cells are harmless already."""
    yield csv_lines(
        [[gettext("line"), gettext("column"), gettext("reason"), gettext("value"), gettext("row")]]
    )
    for row in rows(path):
        yield csv_lines([[row.line, row.column, row.reason, row.value, row.row]])
