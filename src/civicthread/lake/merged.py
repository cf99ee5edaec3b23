"""Merged cells of a workbook's sheet: the value of the first stands for all of the range."""

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final, NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

BLOCK: Final = 1 << 20
RANGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
LONGEST: Final = 256
"""No such tag is longer (bytes)."""

Cell = dict[str, Any]
"""A cell as openpyxl parses it: its `row` and `column`, its `value`, its `data_type`."""
Line = tuple[int, Sequence[Cell]]


class Merged(NamedTuple):
    """A range of cells: its first and last row and column, from 1 on."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


def ranges(sheet: IO[bytes]) -> list[Merged]:
    """The merged ranges of a sheet, by their rows. They stand behind all its cells, so they are looked for alone, which
    takes a small part of the time that reading the cells does.

    >>> import io
    >>> [str(found) for found in ranges(io.BytesIO(b'<mergeCells><mergeCell ref="A2:A4"/></mergeCells>'))]
    ['A2:A4']
    """
    found, rest = [], b""
    while block := sheet.read(BLOCK):
        text = rest + block
        end = 0
        for match in RANGE.finditer(text):
            left, top, right, bottom = range_boundaries(match[1].decode())
            found.append(Merged(top, left, bottom, right))
            end = match.end()
        rest = text[max(end, len(text) - LONGEST) :]
    return sorted(found)


def spread(lines: Iterator[Line], merged: Sequence[Merged], columns: int) -> Iterator[Line]:
    """The rows, in their order, with the value of each range in all of its cells, as far as the table is wide.

    Rows in which nothing stands stay so.
    """
    waiting, open_ones = list(reversed(merged)), list[tuple[Merged, Cell]]()
    for number, cells in lines:
        begun = []
        while waiting and waiting[-1].top <= number:
            begun.append(waiting.pop())
        if begun:
            here = {cell["column"]: cell for cell in cells}
            found = ((one, here.get(one.left)) for one in begun if one.top == number)
            open_ones += [(one, cell) for one, cell in found if cell and cell["value"] is not None]
        open_ones = [(one, cell) for one, cell in open_ones if one.bottom >= number]
        if open_ones and any(cell["value"] is not None for cell in cells):
            yield number, [*cells, *(copy for one in open_ones for copy in _copies(*one, number, columns))]
        else:
            yield number, cells


def _copies(one: Merged, cell: Cell, row: int, columns: int) -> Iterator[Cell]:
    for column in range(one.left, min(one.right, columns) + 1):
        yield {**cell, "row": row, "column": column}
