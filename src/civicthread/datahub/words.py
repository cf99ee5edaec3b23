"""What the lake's codes say to a person, in their language: why a file was refused, why a row was set aside."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: Mapping[str, str | Promise] = {
    "bad_gzip": _("The compressed file is damaged or cut short."),
    "bad_json": _("The file is not valid JSON."),
    "bad_parquet": _("The file is not a Parquet file that can be read."),
    "bad_xlsx": _("The file is not an Excel workbook that can be read."),
    "bomb": _("The file grows too large when it is unpacked."),
    "conversion": _("The column “%(column)s” holds %(type)s, which cannot be stored as one value per cell."),
    "crs_differs": _("The file says its coordinates are in %(found)s, but %(declared)s is declared."),
    "crs_unknown": _("The coordinate system “%(crs)s” is not known."),
    "duplicate_headings": _("The heading “%(column)s” stands twice in the file."),
    "empty_file": _("The file is empty."),
    "empty_heading": _("Column %(number)s has no heading: give every column one name, in one row."),
    "failed": _(
        "The file could not be loaded through a fault of ours. Try again later, or tell the administrator."
    ),
    "formula_without_value": _(
        "Cell %(cell)s holds a formula without its result: open and save the workbook."
    ),
    "keys_missing": _("Rows can be brought up to date only where key columns tell them apart."),
    "merged_headings": _("Heading cell %(cell)s is empty: merged or two-line headings cannot be read."),
    "missing_columns": _("Missing from the file: %(columns)s."),
    "missing_file": _("The file cannot be opened."),
    "no_rows": _("The file holds no rows."),
    "no_space": _("There is not enough disk room to store the file."),
    "not_text": _("The file is not a text table: it looks like %(found)s."),
    "out_of_memory": _("The file needs more memory than loading may use."),
    "period_not_declared": _("A reference period is given, but the dataset has no column named “period”."),
    "sheet_unknown": _("The workbook has no sheet named “%(sheet)s”."),
    "stale": _("Another file was loaded at the same moment. Look at the dataset, then load this file again."),
    "table_differs": _("The columns that are stored are not the declared ones: %(columns)s."),
    "too_heavy": _(
        "The file is too large or too complicated to be looked at here. Ask the administrator to load it."
    ),
    "too_many_bad_rows": _("%(bad)s of %(total)s rows break the declared rules, which is too many."),
    "too_many_columns": _("The file has more columns than the %(limit)s that can be read."),
    "unclosed_quote": _("A quotation mark opened on line %(line)s is never closed."),
    "unknown_columns": _("Not expected in the file: %(columns)s."),
    "unknown_encoding": _("The encoding “%(encoding)s” is not known."),
    "unreadable": _(
        "The file cannot be read as declared: check its delimiter, its quotation mark and its encoding."
    ),
    "wrong_encoding": _("Line %(line)s is not valid %(encoding)s: declare the file's real encoding."),
}

PROBLEMS: Mapping[str, str | Promise] = {
    "bad_json": _("the line is not a JSON object"),
    "bad_quotes": _("quotation marks do not match"),
    "date_out_of_range": _("the date lies outside the years 1800 to 2199"),
    "duplicate_key": _("a row with the same key stands earlier in the file"),
    "key_exists": _("a row with the same key is there already"),
    "line_too_long": _("the line is too long"),
    "missing": _("a value is required"),
    "no_geometry": _("the feature has no usable geometry"),
    "not_a_boolean": _("not a yes or no"),
    "not_a_date": _("not a date"),
    "not_a_number": _("not a number"),
    "not_a_point": _("the geometry is not a point"),
    "not_a_timestamp": _("not a date with time"),
    "not_an_integer": _("not a whole number"),
    "not_finite": _("not a finite number"),
    "nul_character": _("contains a NUL character"),
    "out_of_range": _("the number lies outside the declared limits"),
    "place_outside": _("the coordinates lie outside the area of their coordinate system"),
    "spreadsheet_error": _("the spreadsheet shows an error in this cell"),
    "too_few_values": _("the row has fewer values than there are columns"),
    "too_large": _("the number does not fit in 64 bits"),
    "too_long": _("the text is too long"),
    "too_many_values": _("the row has more values than there are columns"),
    "unknown_code": _("not in the declared list of codes"),
}

NOTES: Mapping[str, str | Promise] = {
    "day_or_month_first": _("Dates such as %(example)s are read day first."),
    "mojibake": _("“%(column)s” holds texts that were decoded wrongly before, such as “%(example)s”."),
    "no_keys": _("No column, nor pair of columns, tells the rows apart."),
    "no_time_column": _("No column holds a date or a year: declare the period the file is about."),
    "null_words": _("These words are read as “no value”: %(words)s."),
    "places": _("“%(x)s” and “%(y)s” look like Belgian Lambert 72 coordinates: lon and lat are added."),
}

# What the lake inserts into its sentences in English.
FOUND: Mapping[str, str | Promise] = {
    "an Excel or ZIP file": _("an Excel or ZIP file"),
    "a Parquet file": _("a Parquet file"),
    "a PDF file": _("a PDF file"),
}
NOTHING_CHANGED = _("Nothing was changed: the last good version stays.")


def refusal(code: str, facts: Mapping[str, str]) -> str:
    """Why a file was refused, in one sentence."""
    told = {name: str(FOUND.get(value, value)) for name, value in facts.items()}
    return str(REFUSALS.get(code, REFUSALS["failed"])) % told


def problem(code: str) -> str:
    """Why a row was set aside, in a few words."""
    return str(PROBLEMS.get(code, code))


def note(code: str, facts: Mapping[str, str]) -> str:
    """What a steward should know about a file that was looked at."""
    return str(NOTES[code]) % facts
