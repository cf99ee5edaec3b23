"""What is done with an Excel workbook, row by row: values as stored, formulas by their stored results."""

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from civicthread.lake.merged import Cell, Line, Merged, ranges, spread
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import MAX_RATIO, Row, checked_headings, write_rows

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


Heading = tuple[tuple[str, ...], tuple[str, ...]]
"""The headings of a sheet, and the merged ranges below them."""


class _Parser(WorkSheetParser):  # type: ignore[misc]  # the library tells no types
    """Reads stored values, and looks in passing whether a formula has one."""

    def parse_cell(self, element: Element) -> Cell:
        """A cell; refused where only its formula is known."""
        cell: Cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            place = f"{get_column_letter(cell['column'])}{cell['row']}"
            raise IngestRefused("formula_without_value", cell=place)
        return cell


def converted(path: str, sheet: str, skip: int, target: str) -> dict[str, Any]:
    """The headings, once the rows below them stand in the file; or `refused` and `facts`: what a child may answer."""
    try:
        headings, merged = convert(Path(path), sheet, skip, Path(target))
    except IngestRefused as refused:
        return {"refused": refused.code, "facts": refused.params}
    return {"headings": headings, "merged": merged}


def convert(path: Path, sheet: str, skip: int, target: Path) -> Heading:
    """Write the rows below the headings as the CSV that `Form.located` reads; the headings, and what is merged below.

    The workbook is opened once, and its texts are held once. IngestRefused for bombs, broken workbooks, merged headings
    and formulas without a stored result.
    """
    _refuse_bombs(path)
    with path.open("rb") as file:  # given a name, openpyxl would judge the file by its ending
        found = _sheet(file, sheet)
        merged, lines = _merged(found), _lines(found)
        first = list(_up_to(lines, skip + 2))
        filled = {number: _filled(_in_columns(cells)) for number, cells in first}
        headings = checked_headings(_headings(filled.get(skip + 1, []), filled.get(skip + 2, [])))
        _refuse_merged_headings(merged, skip + 1, len(headings))
        merged = [one for one in merged if one.top > skip + 1 and one.left <= len(headings)]
        below = (line for line in chain(first, lines) if line[0] > skip + 1)
        write_rows(_rows(spread(below, merged, len(headings)), len(headings)), target)
    return headings, tuple(map(str, merged))


def _sheet(file: IO[bytes], name: str) -> Any:
    """The sheet of that name, or the first."""
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if name and name not in workbook.sheetnames:
            raise IngestRefused("sheet_unknown", sheet=name)
        return workbook[name] if name else workbook.worksheets[0]
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error


def _merged(sheet: Any) -> list[Merged]:
    try:
        with sheet._get_source() as source:  # noqa: SLF001  # a sheet that is read row by row tells no ranges
            return ranges(source)
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error


def _lines(sheet: Any) -> Iterator[Line]:
    """The rows of a sheet that are there, with their numbers."""
    workbook = sheet.parent
    try:
        with sheet._get_source() as source:  # noqa: SLF001  # what is public gives no formulas beside their values
            yield from _Parser(
                source,
                sheet._shared_strings,  # noqa: SLF001
                data_only=True,
                epoch=workbook.epoch,
                date_formats=workbook._date_formats,  # noqa: SLF001
                timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001
            ).parse()
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error


def _up_to(lines: Iterator[Line], last: int) -> Iterator[Line]:
    """The rows up to that number, or so many where their numbers are in no order."""
    for line in islice(lines, last):
        yield line
        if line[0] >= last:
            return


def _in_columns(cells: Sequence[Cell]) -> list[str | None]:
    """The texts of a row, each in its column."""
    texts: list[str | None] = [None] * max((cell["column"] for cell in cells), default=0)
    for cell in cells:
        texts[cell["column"] - 1] = _text(cell["value"])
    return texts


def first_rows(path: Path, count: int) -> dict[str, list[list[str]]]:
    """The first rows of every sheet, each up to its last filled cell."""
    _refuse_bombs(path)
    found = {}
    try:
        with path.open("rb") as file:
            for sheet in load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets:
                sheet.reset_dimensions()
                rows = islice(sheet.iter_rows(values_only=True), count)
                found[sheet.title] = [_filled(map(_text, row)) for row in rows]
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error
    if not found:
        raise IngestRefused("bad_xlsx")
    return found


def unpacked_size(path: Path) -> int:
    """How many bytes a workbook says it unpacks to; it is never read beyond that."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except BROKEN as error:
        raise IngestRefused("bad_xlsx") from error


def _refuse_bombs(path: Path) -> None:
    most = min(MAX_UNPACKED, max(SMALL, path.stat().st_size * MAX_RATIO))
    if unpacked_size(path) > most:
        raise IngestRefused("bomb", limit=most)


def _filled(texts: Iterable[str | None]) -> list[str]:
    """The texts up to the last one that says something."""
    found = [(text or "").strip() for text in texts]
    while found and not found[-1]:
        found.pop()
    return found


def _headings(headings: list[str], below: list[str]) -> list[str]:
    """The headings, as far as the row below them reaches."""
    if not headings:
        raise IngestRefused("empty_file")
    return headings + [""] * (len(below) - len(headings))


def _refuse_merged_headings(merged: Iterable[Merged], row: int, columns: int) -> None:
    """One heading over several columns does not say what each of them is."""
    for one in merged:
        if one.top <= row <= one.bottom and one.left < one.right and one.left <= columns:
            raise IngestRefused("merged_headings", cell=str(one))


def _rows(lines: Iterable[Line], columns: int) -> Iterator[Row]:
    for number, cells in lines:
        texts = _in_columns(cells)
        if any(text is not None for text in texts):
            yield number, _problem(cells, texts[columns:]), _fitted(texts, columns)


def _problem(cells: Sequence[Cell], beyond: list[str | None]) -> str:
    if any(text is not None for text in beyond):
        return "too_many_values"
    return "spreadsheet_error" if any(cell["data_type"] == "e" for cell in cells) else ""


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
