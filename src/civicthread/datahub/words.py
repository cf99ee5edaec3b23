"""What the lake's codes say to a person, in their language: why a file was refused, why a row was set aside."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats
from civicthread.datahub.models import Alarm

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
    "empty_heading": _(
        "Column %(number)s has no heading: give every column one name, in one row. "
        "Where that row stands lower, say how many lines stand before it."
    ),
    "failed": _(
        "The file could not be loaded through a fault of ours. Try again later, or tell the administrator."
    ),
    "formula_without_value": _(
        "Cell %(cell)s holds a formula without its result: open and save the workbook."
    ),
    "keys_missing": _("Rows can be brought up to date only where key columns tell them apart."),
    "merged_headings": _(
        "The headings are merged (%(cell)s): give every column one name, in one row. "
        "Where that row stands lower, say how many lines stand before it."
    ),
    "missing_columns": _("Missing from the file: %(columns)s."),
    "missing_file": _("The file cannot be opened."),
    "no_rows": _("The file holds no rows."),
    "no_space": _("There is not enough disk room to store the file."),
    "not_text": _("The file is not a text table: it looks like %(found)s."),
    "out_of_memory": _("The file needs more memory than loading may use."),
    "period_not_declared": _("A reference period is given, but the dataset has no column named “period”."),
    "sdmx_configuration": _("The import configuration cannot be used: %(detail)s."),
    "sdmx_conflict": _("Several observations stand for one (%(example)s), and no rule says what to do."),
    "sdmx_missing": _("SDMX-ML and SDMX-JSON are not read here: use SDMX-CSV, or ask the administrator."),
    "sdmx_too_large": _("The message in SDMX-ML or SDMX-JSON is too large: use SDMX-CSV."),
    "sdmx_unreadable": _("The file is not an SDMX message that can be read."),
    "sheet_unknown": _("The workbook has no sheet named “%(sheet)s”."),
    "store_address": _("“%(place)s” is not the address of an object store that can be used."),
    "store_copies": _(
        "The store holds an older or another state of %(place)s than this machine: "
        "the administrator must remove %(folder)s."
    ),
    "store_denied": _(
        "The object store refuses access to %(place)s: the administrator must check the credentials and their rights."
    ),
    "store_extra": _("Data in an object store need the extra “store”, which is not installed."),
    "store_missing": _("The object store has no bucket for %(place)s: the administrator must make it first."),
    "store_overwrites": _(
        "The object store of %(place)s does not know conditional writes, without which loads would be lost."
    ),
    "store_unreachable": _("The object store that holds the data does not answer. Try again in a moment."),
    "stale": _("Another file was loaded at the same moment. Look at the dataset, then load this file again."),
    "table_differs": _("The columns that are stored are not the declared ones: %(columns)s."),
    "too_heavy": _(
        "The file is too large or too complicated to be looked at here. Ask the administrator to load it."
    ),
    "too_many_bad_rows": _("%(bad)s of %(total)s rows break the declared rules, which is too many."),
    "too_many_columns": _("The file has more columns than the %(limit)s that can be read."),
    "unclosed_quote": _("A quotation mark opened on line %(line)s is never closed."),
    "unknown_columns": _("Not expected in the file: %(columns)s."),
    "unknown_encoding": _("“%(encoding)s” is not a known encoding of text."),
    "unreadable": _(
        "The file cannot be read as declared: check its delimiter, its quotation mark and its encoding."
    ),
    "workbook_too_heavy": _(
        "The workbook needs more memory or time than reading one may take: save its sheet as CSV, and load that."
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
    "columns_empty": _("Columns without a heading and without values are passed over: %(columns)s."),
    "columns_unnamed": _(
        "Columns without a heading are called by their number: %(columns)s. Give them a name in the file or here, or "
        "name them under “Columns left out”."
    ),
    "brackets": _(
        "Numbers in brackets, such as %(example)s, are read as negative. If the brackets mean something else, say so "
        "under “How it is read”."
    ),
    "dates_read": _("Dates such as %(example)s are read as %(form)s."),
    "euro": _("“%(column)s” holds amounts such as %(example)s, which are read as numbers of euro."),
    "mojibake": _("“%(column)s” holds texts that were decoded wrongly before, such as “%(example)s”."),
    "lines_before": _(
        "The headings begin with “%(heading)s”; lines before them that are passed over: %(lines)s."
    ),
    "members": _("The members of “%(object)s” are read as columns of their own: %(columns)s."),
    "merged_cells": _(
        "Merged cells, such as %(cells)s: their value is read in each row and column they cover. If a number is "
        "merged, look whether it should count once only."
    ),
    "period_in_key": _(
        "“%(column)s” is the same in all rows. It is taken into what tells rows apart, so that a file of the next "
        "period adds its rows instead of replacing these. Once rows are loaded this cannot be changed."
    ),
    "no_keys": _("No column, nor pair of columns, tells the rows apart."),
    "no_time_column": _("No column holds a date or a year: declare the period the file is about."),
    "not_all_dates": _(
        "“%(column)s” is read as text: not all of its values are dates written in one way, such as “%(example)s”. If "
        "you choose another type, rows with such values are set aside."
    ),
    "not_all_numbers": _(
        "“%(column)s” is read as text: not all of its values are numbers, such as “%(example)s”. If you choose another "
        "type, rows with such values are set aside; a word that means “no value” can be named as one."
    ),
    "null_words": _("These words are read as “no value”: %(words)s."),
    "two_readings": _(
        "“%(column)s” holds numbers such as %(example)s, which are read as decimals. If their sign parts thousands, "
        "choose it as the sign between thousands, and the other one as the decimal sign."
    ),
    "sheet": _("The workbook has several sheets; “%(sheet)s” is read."),
    "places": _("“%(x)s” and “%(y)s” look like Belgian Lambert 72 coordinates: lon and lat are added."),
}

# What may be wrong with an import configuration of statistics.
CONFIGURATIONS: Mapping[str, str | Promise] = {
    "formula_long": _("a formula has at most %(limit)s characters"),
    "formula_name": _("the formula names %(name)s, which is not declared"),
    "formula_number": _("a number in the formula is too large"),
    "formula_signs": _("only numbers, names, + - * / and brackets may stand in a formula"),
    "formula_unreadable": _("the formula cannot be read"),
    "line": _("line %(line)s is not valid JSON"),
    "member": _("“%(member)s” is not one of its members"),
    "no_concept": _("“%(member)s” is not a concept"),
    "no_json": _("it cannot be read as JSON"),
    "no_rule": _("there is no conflict rule “%(member)s”"),
    "not_fed": _("nothing feeds “%(member)s”"),
    "one": _("one configuration is expected"),
    "shape": _("“%(member)s” has not the expected shape"),
}

DRIFTS: Mapping[str, str | Promise] = {
    "emptied": _("These columns hold no value any more: %(columns)s."),
    "new_codes": _("Values came that are not in the declared lists of codes: %(columns)s."),
}

FETCHES: Mapping[str, str | Promise] = {
    "address_credentials": _("The address must not hold a name or a password."),
    "address_inside": _("The address leads to a network that is not public; the administrator can allow it."),
    "address_port": _("The address uses the port %(port)s; only the usual ports of the web are read."),
    "address_scheme": _("The address must begin with http:// or https://."),
    "address_unclear": _("The address cannot be read as one of the web."),
    "certificate": _("The server's certificate is not valid."),
    "cut_short": _("The file broke off before its end."),
    "encoding": _("The server sent the file in the encoding “%(encoding)s”, which is not read."),
    "host_unknown": _("The host %(host)s is not found."),
    "redirect_insecure": _("The address leads from https:// to http://, which is not safe."),
    "redirects": _("The address leads on to other addresses more than %(limit)s times."),
    "status": _("The server answered with the code %(status)s instead of the file."),
    "too_large": _("The file is larger than %(limit)s bytes."),
    "too_slow": _("The file did not arrive within %(limit)s seconds."),
    "unreachable": _("The server cannot be reached, or does not answer as a web server does."),
}

# What the lake inserts into its sentences in English.
FOUND: Mapping[str, str | Promise] = {
    "an Excel or ZIP file": _("an Excel or ZIP file"),
    "a Parquet file": _("a Parquet file"),
    "a PDF file": _("a PDF file"),
    "dd/mm/yyyy": _("dd/mm/yyyy"),
    "dd/mm/yy": _("dd/mm/yy"),
    "dd-mm-yyyy": _("dd-mm-yyyy"),
    "dd-mm-yy": _("dd-mm-yy"),
    "dd.mm.yyyy": _("dd.mm.yyyy"),
    "dd.mm.yy": _("dd.mm.yy"),
    "mm/dd/yyyy": _("mm/dd/yyyy"),
    "mm/dd/yy": _("mm/dd/yy"),
    "mm-dd-yyyy": _("mm-dd-yyyy"),
    "mm-dd-yy": _("mm-dd-yy"),
    "mm.dd.yyyy": _("mm.dd.yyyy"),
    "mm.dd.yy": _("mm.dd.yy"),
    "a page or message in XML": _(
        "a page or message in HTML or XML (statistics in SDMX are brought in by “New statistics”)"
    ),
}
NOTHING_CHANGED = _("Nothing was changed: the last good version stays.")


def refusal(code: str, facts: Mapping[str, str]) -> str:
    """Why a file was refused, in one sentence."""
    told = {name: str(FOUND.get(value, value)) for name, value in facts.items()}
    if facts.get("why") in CONFIGURATIONS:
        told["detail"] = str(CONFIGURATIONS[facts["why"]]) % told
    return str(REFUSALS.get(code, REFUSALS["failed"])) % told


def fetch(code: str, facts: Mapping[str, Any]) -> str:
    """Why a file could not be fetched, in one sentence; or why the one that came was refused."""
    return str(FETCHES[code]) % facts if code in FETCHES else refusal(code, facts)


def alarm(kind: str, facts: Mapping[str, Any]) -> str:
    """What is wrong with a dataset, in one sentence."""
    if kind == Alarm.Kind.STALE:
        days = {name: formats.day(date.fromisoformat(facts[name])) for name in ("latest", "expected")}
        return str(_("No new data since %(latest)s; it was expected by %(expected)s.")) % days
    if kind == Alarm.Kind.FETCH:
        told = refusal if facts["refused"] else fetch
        return told(facts["code"], facts["params"])
    if kind == Alarm.Kind.JUMP:
        numbers = {name: formats.figure(facts[name], 2) for name in ("before", "after")}
        if facts["what"]:
            sentence = _("The sum of “%(column)s” went from %(before)s to %(after)s.")
            return str(sentence) % {**numbers, "column": facts["what"]}
        return str(_("The number of rows went from %(before)s to %(after)s.")) % numbers
    params: Mapping[str, str] = facts["params"]
    return str(DRIFTS[facts["code"]]) % params if facts["code"] in DRIFTS else refusal(facts["code"], params)


def problem(code: str) -> str:
    """Why a row was set aside, in a few words."""
    return str(PROBLEMS.get(code, code))


def note(code: str, facts: Mapping[str, str]) -> str:
    """What a steward should know about a file that was looked at."""
    return str(NOTES[code]) % {name: str(FOUND.get(value, value)) for name, value in facts.items()}
