"""Why the lake says no: one clear sentence each, with a stable code so that screens can translate it.

`REFUSALS` are reasons to refuse a whole file, `PROBLEMS` reasons to set one row aside. Both map a code to an
English sentence with named places (`%(name)s`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

REFUSALS: Final[Mapping[str, str]] = {
    "bad_json": "The file is not valid JSON: %(detail)s.",
    "bad_parquet": "The file is not a Parquet file that can be read.",
    "bad_xlsx": "The file is not an Excel workbook that can be read.",
    "bad_gzip": "The compressed file is damaged or cut short.",
    "bomb": "The file grows beyond the limit of %(limit)s bytes when it is unpacked.",
    "conversion": "The column “%(column)s” holds %(type)s, which cannot be stored as one value per cell.",
    "crs_differs": "The file says its coordinates are in %(found)s, but %(declared)s is declared.",
    "crs_unknown": "The coordinate system “%(crs)s” is not known.",
    "duplicate_headings": "The heading “%(column)s” stands twice in the file.",
    "empty_file": "The file is empty.",
    "empty_heading": "Column %(number)s has no heading: give every column one name, in one row. "
    "Where that row stands lower, say how many lines stand before it.",
    "formula_without_value": "Cell %(cell)s holds a formula without its result: open and save the workbook.",
    "merged_headings": "The headings are merged (%(cell)s): give every column one name, in one row. "
    "Where that row stands lower, say how many lines stand before it.",
    "missing_columns": "Missing from the file: %(columns)s.",
    "missing_file": "The file cannot be opened.",
    "no_rows": "The file holds no rows.",
    "no_space": "There is not enough disk space to store the file; nothing was changed.",
    "not_text": "The file is not a text table: it looks like %(found)s.",
    "out_of_memory": "The file needs more memory than the ingestion may use; nothing was changed.",
    "period_not_declared": "A reference period is given, but the table has no column named “period”.",
    "sdmx_configuration": "The import configuration cannot be used: %(detail)s.",
    "sdmx_conflict": "Several observations stand for one (%(example)s), and no rule says what to do.",
    "sdmx_missing": "Reading SDMX-ML and SDMX-JSON needs the extra “sdmx”: install it, or use SDMX-CSV.",
    "sdmx_too_large": "A message in SDMX-ML or SDMX-JSON may have %(limit)s bytes: use SDMX-CSV.",
    "sdmx_unreadable": "The file is not an SDMX message that can be read.",
    "sheet_unknown": "The workbook has no sheet named “%(sheet)s”.",
    "table_differs": "The table's columns are not the declared ones: %(columns)s. Change the table first.",
    "keys_missing": "Rows can be updated by key only in a table that declares keys.",
    "store_address": "“%(place)s” is not the address of an object store that can be used.",
    "store_copies": "The store holds an older or another state of %(place)s than this machine: remove %(folder)s.",
    "store_denied": "The object store refuses access to %(place)s: check the credentials and their rights.",
    "store_extra": "A lake in an object store needs the extra “store”: install it.",
    "store_missing": "The object store has no bucket for %(place)s: make it first.",
    "store_overwrites": "The object store of %(place)s does not know conditional writes, without which loads are lost.",
    "store_unreachable": "The object store of the lake (%(place)s) does not answer, or not as one.",
    "too_many_bad_rows": "%(bad)s of %(total)s rows break the declared rules, which is too many.",
    "too_many_columns": "The file has more than %(limit)s columns.",
    "unclosed_quote": "A quotation mark opened on line %(line)s is never closed.",
    "unknown_columns": "Not expected in the file: %(columns)s.",
    "unknown_encoding": "“%(encoding)s” is not a known encoding of text.",
    "unreadable": "The file cannot be read as declared: %(detail)s",
    "workbook_too_heavy": "The workbook needs more memory or time than reading one may take: save its sheet as CSV.",
    "wrong_encoding": "Line %(line)s is not valid %(encoding)s: declare the file's real encoding.",
}

PROBLEMS: Final[Mapping[str, str]] = {
    "bad_json": "the line is not a JSON object",
    "bad_quotes": "quotation marks do not match",
    "date_out_of_range": "the date lies outside the years 1800 to 2199",
    "duplicate_key": "a row with the same key stands earlier in the file",
    "key_exists": "a row with the same key is in the table already",
    "line_too_long": "the line is too long",
    "missing": "a value is required",
    "no_geometry": "the feature has no usable geometry",
    "not_a_boolean": "not a yes or no",
    "not_a_date": "not a date",
    "not_a_number": "not a number",
    "not_a_point": "the geometry is not a point",
    "not_a_timestamp": "not a date with time",
    "not_an_integer": "not a whole number",
    "not_finite": "not a finite number",
    "nul_character": "contains a NUL character",
    "out_of_range": "the number lies outside the declared limits",
    "place_outside": "the place lies outside the area of its coordinate system",
    "spreadsheet_error": "the spreadsheet shows an error in this cell",
    "too_few_values": "the row has fewer values than there are columns",
    "too_large": "the number does not fit in 64 bits",
    "too_long": "the text is too long",
    "too_many_values": "the row has more values than there are columns",
    "unknown_code": "not in the declared list of codes",
}


class IngestRefused(Exception):
    """The file was refused as a whole; the table stands as it was.

    `code` is stable, `message` the English sentence with named places, `params` what stands in them.
    `rejects_file` lists the bad rows where there were too many of them.
    """

    def __init__(self, code: str, *, rejects_file: Path | None = None, **params: object) -> None:
        self.code = code
        self.message = REFUSALS[code]
        self.params = params
        self.rejects_file = rejects_file
        super().__init__(self.message % params)


class StaleWriter(Exception):
    """Somebody else committed a version since this writer looked; nothing was changed."""

    def __init__(self, table: str, expected: int, current: int) -> None:
        self.table, self.expected, self.current = table, expected, current
        super().__init__(f"Table {table} is at version {current}, not {expected}: look again and repeat.")


class UnknownVersion(LookupError):
    """The table has no such version, or retention has removed its data."""


class LakeError(Exception):
    """A request that no table can fulfil, such as an impossible change of columns."""


class StoreFailed(Exception):
    """The object store that holds the lake cannot be used just now; `code` is one of REFUSALS."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(REFUSALS[code] % params)
