"""Files that people really bring, and files that attackers do, each with the code it is refused with.

`None`: the file is loaded without its bad rows. They are read as the dataset of `tests.factories.datahub` declares.
"""

import gzip
import io
import json
from collections.abc import Callable

from openpyxl import Workbook

HEAD = "area,year,n\n"
CSV = {"format": "csv"}
XLSX = {"format": "xlsx"}
GEOJSON = {"format": "geojson"}


def workbook(*rows: list[object], edit: Callable[..., object] = lambda sheet: None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    edit(book.active)
    book.save(out)
    return out.getvalue()


def rows(*bad: str) -> bytes:
    """One good row among bad ones: more than half of the rows are bad."""
    return (HEAD + "21001,2020,1\n" + "".join(f"{line}\n" for line in bad)).encode()


BAD = {
    "empty": (CSV, b"", "empty_file"),
    "only headings": (CSV, HEAD.encode(), "no_rows"),
    "ragged": (CSV, rows("21002", "21003,2020,1,2,3"), "too_many_bad_rows"),
    "open quote": (CSV, rows('"21002,2020,1'), "unclosed_quote"),
    "two equal headings": (CSV, b"area,year,n,n\n1,2,3,4\n", "duplicate_headings"),
    "a heading missing": (CSV, b"area,,n\n1,2,3\n", "empty_heading"),
    "a column missing": (CSV, b"area,n\n1,2\n", "missing_columns"),
    "a column too many": (CSV, b"area,year,n,x\n1,2,3,4\n", "unknown_columns"),
    "latin-1 as utf-8": (CSV, HEAD.encode() + "Forêt,2020,1\n".encode("latin-1"), "wrong_encoding"),
    "utf-16": (CSV, (HEAD + "1,2020,3\n").encode("utf-16"), "wrong_encoding"),
    "a workbook called csv": (CSV, workbook(["area", "year", "n"]), "not_text"),
    "a PDF": (CSV, b"%PDF-1.7 ...", "not_text"),
    "a broken gzip": (CSV, gzip.compress(rows(), mtime=0)[:-9], "bad_gzip"),
    "a bomb": (CSV, gzip.compress(b"0" * 100_000_000, compresslevel=1, mtime=0), "bomb"),
    "2^63": (
        CSV,
        rows("21002,2020,9223372036854775808", "21003,2020,-9223372036854775809"),
        "too_many_bad_rows",
    ),
    "NaN and infinity": (CSV, rows("21002,2020,NaN", "21003,2020,inf"), "too_many_bad_rows"),
    "NUL": (CSV, rows("2100\0,2020,1", "2100\0x,2020,2"), "too_many_bad_rows"),
    "a huge field": (CSV, rows("x" * 3_000_000 + ",2020,1", "y" * 200_000 + ",2020,1"), "too_many_bad_rows"),
    "a formula cell": (
        XLSX,
        workbook(["area", "year", "n"], ["21001", 2020, "=1+1"]),
        "formula_without_value",
    ),
    "merged headings": (
        XLSX,
        workbook(["area", None, "n"], ["21001", 2020, 1], edit=lambda sheet: sheet.merge_cells("A1:B1")),
        "merged_headings",
    ),
    "a torn workbook": (XLSX, workbook(["area"])[:200], "bad_xlsx"),
    "text called workbook": (XLSX, rows(), "bad_xlsx"),
    "torn GeoJSON": (GEOJSON, b'{"type": "FeatureCollection", "features": [{', "bad_json"),
    "a list, not features": (GEOJSON, b"[1, 2]", "bad_json"),
    "GeoJSON in another system": (
        GEOJSON,
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"area": "1", "year": 2020, "n": 1},
                        "geometry": {"type": "Point", "coordinates": [149000, 170000]},
                    }
                ],
                "crs": {"type": "name", "properties": {"name": "EPSG:31370"}},
            }
        ).encode(),
        "crs_differs",
    ),
}
