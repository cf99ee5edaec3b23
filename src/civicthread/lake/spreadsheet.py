"""Rows as CSV for people: the one place that writes it, and nothing heavy is loaded for it.

Spreadsheets run a text that starts with = + - @ or a control character as a formula. Such a text gets an
apostrophe in front; numbers and dates stay as they are.
"""

import csv
import io
from collections.abc import Sequence
from typing import Final

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def escaped(value: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped(-5), escaped("a=b")
    ("'=1+1", -5, 'a=b')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def csv_lines(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, texts escaped; None is empty, a number as Python writes it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: object) -> object:
    """Booleans as JSON writes them, dates as ISO; a text never as a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else escaped(value)
