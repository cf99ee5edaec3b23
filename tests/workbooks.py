"""Workbooks as people bring them."""

import io
from collections.abc import Iterable

import openpyxl


def workbook(**sheets: Iterable[Iterable[object]]) -> bytes:
    """The bytes of an Excel file with these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
