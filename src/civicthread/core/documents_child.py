"""What the document child runs: pages become a PDF, tables become a workbook. Nothing of Django is known here."""

import base64
import gc
import io
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from civicthread.lake.spreadsheet import escaped

FONTS: Final = Path(__file__).resolve().parent.parent / "static" / "vendor"
SUBSETS: Final = ("latin", "latin-ext")
FACE: Final = """@font-face {{ font-family: "Figtree";
src: url("data:font/woff2;base64,{data}") format("woff2"); }}"""
# What XML, and so a workbook, cannot hold.
UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST: Final = 60
RARELY: Final = (100_000, 20, 100)
"""How often Python looks for garbage here: a document is one tree of things that all live until it is written, and
looking through it again and again took a sixth of the time.
"""
LONGEST_NAME: Final = 31
FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")


def warm() -> None:
    """Import and draw once: the first document costs seconds, the next ones milliseconds."""
    gc.set_threshold(*RARELY)
    pdf(b"<html lang='en'><head><title>-</title></head><body><p>-</p></body></html>", b"")
    workbook([("-", ["-"], [["-"]])], "-", "2026-01-01T00:00:00")


def pdf(html: bytes, style: bytes) -> bytes:
    """The page as an accessible PDF (PDF/UA-1: tagged, titled, with its language). Nothing is fetched from anywhere."""
    from weasyprint import CSS, HTML  # noqa: PLC0415  # after the memory limit stands
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    fonts = FontConfiguration()
    sheets = [CSS(string=f"{_faces()}\n{style.decode()}", font_config=fonts, url_fetcher=fetcher)]
    written: bytes = HTML(string=html.decode(), url_fetcher=fetcher).write_pdf(
        stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return written


def workbook(sheets: Sequence[Any], title: str, at: str) -> bytes:
    """Sheets of `(name, headings, rows)` as XLSX: headings stand fast, columns as wide as they need, no formulas."""
    from openpyxl import Workbook  # noqa: PLC0415  # as above

    book = Workbook()
    book.remove(book.active)
    book.properties.title = _cell(title)
    book.properties.creator = "Civic Thread"
    book.properties.created = book.properties.modified = datetime.fromisoformat(at)
    for name, headings, rows in sheets:
        _fill(book.create_sheet(_sheet_name(name)), headings, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415  # as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet.append([_cell(heading) for heading in headings])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append([_cell(value) for value in row])
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions
    for place, heading in enumerate(headings):
        longest = max((len(str(row[place])) for row in rows if row[place] is not None), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(
            WIDEST, max(longest, len(heading) // 2, 8) + 2
        )


def _cell(value: Any) -> Any:
    """A value of which neither this workbook nor a CSV made of it makes a formula."""
    return escaped(UNWRITABLE.sub("", value)) if isinstance(value, str) else value


def _sheet_name(name: str) -> str:
    return FORBIDDEN_IN_NAMES.sub(" ", name).strip("' ")[:LONGEST_NAME] or "-"


@cache
def _faces() -> str:
    """The typeface of the pages, from the files that the site serves itself; without them the system's own."""
    files = [FONTS / f"figtree-{subset}.woff2" for subset in SUBSETS]
    kept = [base64.b64encode(file.read_bytes()).decode() for file in files if file.exists()]
    return "\n".join(FACE.format(data=data) for data in kept)
