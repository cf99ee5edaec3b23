"""The first rows of a file without what is none of its table: units below the headings, totals and notes behind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from civicthread.lake.notes import Note
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import is_unnamed
from civicthread.lake.spelling import looks_numeric

SAMPLE_ROWS: Final = 5000
MOST_AT_THE_END: Final = 20
LONGEST_UNIT: Final = 30
TOTAL: Final = re.compile(
    r"\W*((sous|sub|grand|algemeen|eind)\W*)?(total|totaal|totaux|totalen)\b.*", re.IGNORECASE | re.DOTALL
)

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Sample:
    """The first rows of a table, and what was noted in reading them."""

    headings: tuple[str, ...]
    rows: Sequence[Row]
    notes: tuple[Note, ...] = ()
    units: tuple[str, ...] = ()
    """The unit of each column, as a row below the headings tells it."""

    def columns(self) -> list[list[str]]:
        """The texts of each column."""
        return [[row[number] or "" for row in self.rows] for number in range(len(self.headings))]


def with_headings(sample: Sample) -> Sample:
    """The sample without the columns that have neither a heading nor a value.

    IngestRefused where a column between others lacks only its heading: headings in two lines or merged ones do.
    """
    lacking = {number for number, name in enumerate(sample.headings) if is_unnamed(name, number + 1)}
    empty = {number for number in lacking if not any(row[number] for row in sample.rows)}
    last = max({*range(len(sample.headings))} - lacking)
    between = sorted(number for number in lacking - empty if 0 < number < last)
    if between:
        raise IngestRefused("empty_heading", number=between[0] + 1)
    notes = []
    if empty:
        notes.append(
            Note("columns_empty", {"columns": ", ".join(str(number + 1) for number in sorted(empty))})
        )
    if unnamed := [sample.headings[number] for number in sorted(lacking - empty)]:
        notes.append(Note("columns_unnamed", {"columns": ", ".join(unnamed)}))
    kept = [number for number in range(len(sample.headings)) if number not in empty]
    rows = [tuple(row[number] for number in kept) for row in sample.rows] if empty else sample.rows
    return Sample(tuple(sample.headings[number] for number in kept), rows, (*sample.notes, *notes))


def of_the_table(sample: Sample) -> Sample:
    """The sample without the rows that are none of the table, each kind with a note; nothing is judged by them.

    >>> rows = [(None, "m²"), ("Uccle", "5"), ("Evere", "7"), ("Total", "12")]
    >>> found = of_the_table(Sample(("area", "n"), rows))
    >>> found.rows, found.units, [note.code for note in found.notes]
    ([('Uccle', '5'), ('Evere', '7')], ('', 'm²'), ['units_row', 'rows_at_the_end'])
    """
    rows, notes, units = list(sample.rows), list(sample.notes), ("",) * len(sample.headings)
    if _are_units(rows):
        units = tuple((cell or "").strip() for cell in rows.pop(0))
        notes.append(Note("units_row", {"example": next(filter(None, units))}))
        units = tuple(unit if len(unit) <= LONGEST_UNIT else "" for unit in units)
    if len(sample.rows) < SAMPLE_ROWS and (last := _at_the_end(rows)):
        notes.append(Note("rows_at_the_end", {"example": _filled(rows[-last])[0][:80]}))
        del rows[-last:]
    return replace(sample, rows=rows, notes=tuple(notes), units=units)


def _are_units(rows: Sequence[Row]) -> bool:
    """Whether the first row holds words where all others hold numbers, and no number."""
    if len(rows) < 3 or any(any(sign.isdecimal() for sign in cell) for cell in _filled(rows[0])):
        return False
    columns = list(zip(*rows[1:], strict=True))
    told = [_filled(columns[number]) for number, cell in enumerate(rows[0]) if (cell or "").strip()]
    return bool(told) and all(values and all(map(looks_numeric, values)) for values in told)


def _at_the_end(rows: Sequence[Row]) -> int:
    """How many of the last rows are totals, or notes in a single cell; not all of them."""
    found = 0
    while found < min(MOST_AT_THE_END, len(rows) - 1) and _is_no_data(rows[-1 - found]):
        found += 1
    return found


def _is_no_data(row: Row) -> bool:
    filled = _filled(row)
    return bool(filled) and (len(filled) == 1 < len(row) - 1 or bool(TOTAL.fullmatch(filled[0])))


def _filled(row: Sequence[str | None]) -> list[str]:
    return [cell.strip() for cell in row if cell and cell.strip()]
