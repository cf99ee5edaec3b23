"""From a readable source to one checked, sorted Parquet file, ready to be committed, and the rows set aside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from civicthread.lake import export
from civicthread.lake.checks import Check, checks, number_text, typed_columns, values_sql
from civicthread.lake.connection import Progress, identifier, literal, run
from civicthread.lake.dictionaries import dictionaries
from civicthread.lake.places import DIGITS, WGS84, to_wgs84
from civicthread.lake.refusals import PROBLEMS, IngestRefused
from civicthread.lake.schema import TableVersion
from civicthread.lake.sources import Rows, Source
from civicthread.lake.tables import Table, parquet, relation

if TYPE_CHECKING:
    from civicthread.lake.ingest import Declaration

BAD_ROW: Final = "bad row"
NEW_WORD: Final = "new word"
RAW_LENGTH: Final = 2000
MALFORMED: Final = {
    "TOO MANY COLUMNS": "too_many_values",
    "MISSING COLUMNS": "too_few_values",
    "UNQUOTED VALUE": "bad_quotes",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
}
REJECT_COLUMNS: Final = ("line", "column", "code", "reason", "value", "row")


@dataclass(frozen=True)
class Load:
    """One ingestion under way."""

    connection: duckdb.DuckDBPyConnection
    work: Path
    table: Table
    base: int
    declared: Declaration
    source: Source
    progress: Progress
    sha256: str


@dataclass(frozen=True)
class Staged:
    """What stands ready: the new file, the files it takes the place of, and the rows set aside."""

    file: Path
    rows: int
    replaced: tuple[str, ...] = ()
    rejected: int = 0
    rejects_file: Path | None = None
