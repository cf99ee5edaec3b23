"""What a steward should know about a file that was looked at: a stable code, and its English sentence."""

from dataclasses import dataclass
from typing import Final

NOTES: Final = {
    "mojibake": "“%(column)s” holds texts that were decoded wrongly before, such as “%(example)s”.",
    "no_time_column": "No column holds a date or a year: declare the period the file is about.",
    "period_in_key": "“%(column)s” is the same in all rows: it tells them apart from those of the next file.",
    "no_keys": "No column, nor pair of columns, tells the rows apart.",
    "dates_read": "Dates such as %(example)s are read as %(form)s.",
    "not_all_dates": "“%(column)s” is read as text: not all of its values are dates, such as “%(example)s”.",
    "not_all_numbers": "“%(column)s” is read as text: not all of its values are numbers, such as “%(example)s”.",
    "brackets": "Numbers in brackets, such as %(example)s, are read as negative.",
    "euro": "“%(column)s” holds amounts such as %(example)s, read as numbers of euro.",
    "null_words": "These words are read as “no value”: %(words)s.",
    "lines_before": "The headings begin with “%(heading)s”; lines before them that are passed over: %(lines)s.",
    "sheet": "The workbook has several sheets; “%(sheet)s” is read.",
    "two_readings": "“%(column)s” holds numbers such as %(example)s, read as decimals; they may be thousands.",
    "columns_empty": "Columns without a heading and without values are passed over: %(columns)s.",
    "columns_unnamed": "Columns without a heading are called by their number: %(columns)s.",
    "members": "The members of “%(object)s” are read as columns of their own: %(columns)s.",
    "merged_cells": "Merged cells, such as %(cells)s: their value is read in each row and column they cover.",
    "places": "“%(x)s” and “%(y)s” look like Belgian Lambert 72 coordinates: lon and lat are added.",
}


@dataclass(frozen=True)
class Note:
    """Something the steward should know: a stable code, and what stands in its sentence in `NOTES`."""

    code: str
    params: dict[str, str]

    def __str__(self) -> str:
        return NOTES[self.code] % self.params
