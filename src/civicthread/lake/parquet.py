"""Parquet files, read by DuckDB; each value passes through text, so that every source meets the same
checks.
"""

from pathlib import Path

import duckdb

from civicthread.lake.connection import DEFAULT_LIMITS, borrow, identifier, literal
from civicthread.lake.dialect import Dialect
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import Rows, Source, checked_headings

NOT_PLAIN = ("STRUCT", "MAP", "UNION", "BLOB", "GEOMETRY", "VARIANT")


def read(path: Path, _dialect: Dialect, _work: Path) -> Source:
    """A Parquet file as a source. IngestRefused where it is none, or where a column holds lists or
    structures.
    """
    scan = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        with borrow(DEFAULT_LIMITS) as connection:
            described = connection.sql(f"FROM {scan}")
            types = dict(zip(described.columns, map(str, described.types), strict=True))
    except duckdb.Error as error:
        raise IngestRefused("bad_parquet") from error
    columns = {name: kind for name, kind in types.items() if name != "file_row_number"}
    for name, kind in columns.items():
        if kind.startswith(NOT_PLAIN) or kind.endswith("]"):
            raise IngestRefused("conversion", column=name, type=kind)
    texts = ", ".join(f"{identifier(name)}::VARCHAR AS c{number}" for number, name in enumerate(columns))
    relation = f"(SELECT file_row_number + 1 AS __line, NULL::VARCHAR AS __problem, {texts} FROM {scan})"  # noqa: S608
    return Source(checked_headings(columns), lambda: Rows(relation))
