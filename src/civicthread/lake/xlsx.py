"""Excel workbooks, read row by row: values as stored, formulas by their stored results."""

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from civicthread.lake.dialect import Dialect
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import MAX_RATIO, Form, Row, Rows, Source, checked_headings, write_rows

MAX_UNPACKED: Final = 1 << 30
SMALL: Final = 16 << 20
"""A workbook that unpacks to less than this is never taken for a bomb."""
BROKEN: Final = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    ParseError,
    OSError,
    EOFError,
    IndexError,
    TypeError,
)


def read(path: Path, dialect: Dialect, work: Path) -> Source:
    """One sheet as a source. IngestRefused for bombs, broken workbooks, merged headings and unsaved
    formulas.
    """
    _refuse_bombs(path)
    with _sheet(path, dialect.sheet, values=True) as sheet:
        first = list(islice(sheet.iter_rows(values_only=True), dialect.skip, dialect.skip + 2))
    headings = checked_headings(_headings([_texts(row) for row in first], dialect.skip + 1))
    return Source(headings, partial(_locate, path, dialect, work / "sheet.csv", len(headings)))


def first_rows(path: Path, count: int) -> dict[str, list[list[str]]]:
    """The first rows of every sheet, each up to its last filled cell."""
    from openpyxl import load_workbook  # noqa: PLC0415 slow to load, only needed for workbooks

    _refuse_bombs(path)
    found = {}
    try:
        with path.open("rb") as file:
            for sheet in load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets:
                sheet.reset_dimensions()
                rows = islice(sheet.iter_rows(values_only=True), count)
                found[sheet.title] = [_texts(row) for row in rows]
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error
    if not found:
        raise IngestRefused("bad_xlsx")
    return found


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error
    most = min(MAX_UNPACKED, max(SMALL, path.stat().st_size * MAX_RATIO))
    if unpacked > most:
        raise IngestRefused("bomb", limit=most)


@contextmanager
def _sheet(path: Path, name: str, *, values: bool) -> Iterator[Any]:
    """The sheet, streaming: with stored values, or with formulas as they were typed."""
    from openpyxl import load_workbook  # noqa: PLC0415 slow to load, only needed for workbooks

    try:
        with path.open("rb") as file:  # given a name, openpyxl would judge the file by its ending
            workbook = load_workbook(file, read_only=True, data_only=values, keep_links=False)
            if name and name not in workbook.sheetnames:
                raise IngestRefused("sheet_unknown", sheet=name)
            sheet = workbook[name] if name else workbook.worksheets[0]
            sheet.reset_dimensions()  # files may lie about their size
            yield sheet
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error


def _texts(cells: Sequence[Any]) -> list[str]:
    """The cells up to the last one that is filled."""
    texts = [(_text(cell) or "").strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _headings(rows: list[list[str]], number: int) -> list[str]:
    """The headings, which must reach as far as the row below them: the cells of a merged heading are
    empty.
    """
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 as above

    headings, below = (*rows, [], [])[:2]
    if not headings:
        raise IngestRefused("empty_file")
    for column, text in enumerate(headings + [""] * (len(below) - len(headings)), 1):
        if not text:
            raise IngestRefused("merged_headings", cell=f"{get_column_letter(column)}{number}")
    return headings


def _locate(path: Path, dialect: Dialect, target: Path, columns: int) -> Rows:
    write_rows(_rows(path, dialect, columns), target)
    return Form(columns).located(target)


def _rows(path: Path, dialect: Dialect, columns: int) -> Iterator[Row]:
    """The rows below the headings. Formulas are read beside the values, to find those without a result."""
    start = dialect.skip + 2
    with (
        _sheet(path, dialect.sheet, values=True) as values,
        _sheet(path, dialect.sheet, values=False) as typed,
    ):
        pairs = zip(values.iter_rows(min_row=start), typed.iter_rows(min_row=start), strict=True)
        for number, (row, formulas) in enumerate(pairs, start):
            for cell, formula in zip(row, formulas, strict=True):
                if formula.data_type == "f" and cell.value is None:
                    raise IngestRefused("formula_without_value", cell=formula.coordinate)
            texts = [_text(cell.value) for cell in row]
            if any(text is not None for text in texts):
                yield number, _problem(row, texts[columns:]), _fitted(texts, columns)


def _problem(row: Sequence[Any], beyond: list[str | None]) -> str:
    if any(text is not None for text in beyond):
        return "too_many_values"
    return "spreadsheet_error" if any(cell.data_type == "e" for cell in row) else ""


def _fitted(texts: list[str | None], columns: int) -> list[str | None]:
    return (texts + [None] * columns)[:columns]


def _text(value: Any) -> str | None:
    """A cell's value as text; midnight is a date, since Excel knows no dates without a time."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)
