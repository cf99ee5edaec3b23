"""Where a table stands in its file: the lines before its headings, its sheet, its member, its coordinate system."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from civicthread.lake.dialect import Dialect
from civicthread.lake.places import same_system
from civicthread.lake.refusals import IngestRefused

FIRST_LINES: Final = 200
NUMBER: Final = re.compile(r"\s*[+-]?\d[\d.,\s%]*")
LIST: Final = re.compile(r'"([^"\\]{1,200})"\s*:\s*\[\s*\{')
SYSTEM: Final = re.compile(r'"crs"\s*:\s*\{[^{}]*"properties"\s*:\s*\{[^{}]*"name"\s*:\s*"([^"\\]{1,200})"')

Lines = Iterable[tuple[int, Sequence[str]]]
"""Rows of cells, each with the number of lines before it."""


def lines_before(lines: Lines) -> int:
    """How many lines stand before the headings: titles and sources fill one cell, headings as many as the rows below.

    >>> lines_before([(0, ["Lamps in 2023"]), (1, []), (2, ["area", "n"]), (3, ["Ixelles", "4"])])
    2
    >>> lines_before([(0, ["area", "n"]), (1, ["Ixelles", "4"])])
    0
    """
    rows = [(before, _until_last_filled(cells)) for before, cells in lines]
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    if not widths:
        return 0
    ((usual, _),) = widths.most_common(1)
    for number, (before, cells) in enumerate(rows):
        if sum(map(bool, cells)) <= 1 or 2 * len(cells) <= usual:
            continue
        are_headings = len(cells) >= usual and all(cells[1:]) and not NUMBER.fullmatch(cells[0])
        return before if number and are_headings else 0
    return 0


def _until_last_filled(cells: Sequence[str]) -> list[str]:
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def in_text(text: str, delimiter: str) -> int:
    """How many lines of a delimited text stand before its headings.

    >>> in_text("Lamps\\nSource: Statbel\\narea;n\\nIxelles;4\\nUccle;5\\n", ";")
    2
    """
    return lines_before(_records(text, delimiter))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    plain = text if "\n" in text else text.replace("\r", "\n")
    lines = (f"{line}\n" for line in plain.split("\n")[:FIRST_LINES])
    reader = csv.reader(lines, delimiter=delimiter)
    before = 0
    try:
        for row in reader:
            if row:
                yield before, row
            before = reader.line_num
    except csv.Error:  # what cannot be read is told when the file is
        return


def in_workbook(path: Path, told: str = "") -> tuple[str, int, tuple[str, ...]]:
    """The sheet with the table ("" for the very first), the lines before its headings, and all sheets.

    It is the one that is told, or else the first that holds a table.
    """
    from civicthread.lake import workbook  # noqa: PLC0415 slow to load, and most files are none

    sheets = workbook.first_rows(path, FIRST_LINES)
    names = tuple(sheets)
    tables = (name for name, rows in sheets.items() if sum(len(row) > 1 for row in rows) > 1)
    chosen = told if told in sheets else next(tables, names[0])
    return ("" if chosen == names[0] else chosen, lines_before(enumerate(sheets[chosen])), names)


def records_in(start: str) -> str:
    """The member of a JSON object that holds a list of objects; "" where there is none.

    >>> records_in('{"total": 2, "records": [{"n": 1}]}'), records_in('[{"n": 1}]')
    ('records', '')
    """
    found = LIST.search(start) if start.lstrip("\ufeff \t\r\n").startswith("{") else None
    return found[1] if found else ""


def system_of(start: str, default: str) -> str:
    """The coordinate system that a GeoJSON file names, by its EPSG code; the default where it names none other.

    >>> named = '{"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}}}'
    >>> system_of(named, "EPSG:4326"), system_of("{}", "EPSG:4326")
    ('EPSG:31370', 'EPSG:4326')
    """
    found = SYSTEM.search(start)
    code = re.search(r"EPSG:[\d.]*:?(\d{4,6})$", found[1]) if found else None
    named = f"EPSG:{code[1]}" if code else default
    try:
        return default if same_system(named, default) else named
    except IngestRefused:
        return default


def placed(dialect: Dialect, path: Path, start: str) -> Dialect:
    """The dialect, with where the table stands in such a file."""
    if dialect.format == "csv":
        return replace(dialect, skip=in_text(start, dialect.delimiter))
    if dialect.format == "xlsx":
        sheet, skip, _ = in_workbook(path, dialect.sheet)
        return replace(dialect, sheet=sheet, skip=skip)
    if dialect.format == "json":
        return replace(dialect, records=records_in(start))
    return replace(dialect, crs=system_of(start, dialect.crs)) if dialect.format == "geojson" else dialect
