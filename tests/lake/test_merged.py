"""Merged cells of a workbook: one value for every cell of the range, and said."""

import io

import pytest
from openpyxl import Workbook

from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suggest import suggest
from tests.lake.conftest import COUNTS
from tests.lake.reading import rejects_of, rows_of

YEARS = [
    ["area", "year", "n"],
    ["Uccle", 2020, 1],
    [None, 2021, 2],
    [None, 2022, 3],
    ["Ixelles", 2020, 4],
    [None, 2021, 5],
]


def workbook(rows, *merged, edit=lambda sheet: None):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    edit(book.active)
    book.save(out)
    return out.getvalue()


def test_a_value_merged_over_rows_is_that_of_each_row_and_said(lake, write):
    path = write(workbook(YEARS, "A2:A4", "A5:A6"))
    found = suggest(path)
    assert {note.code: note.params for note in found.notes}["merged_cells"] == {"cells": "A2:A4, A5:A6"}
    assert found.schema.keys == ("area", "year")
    table = lake.table("merged")
    table.create(found.schema)
    ingest(table, path, schema=found.schema, dialect=found.dialect)
    assert rows_of(table) == [
        ("Ixelles", 2020, 4),
        ("Ixelles", 2021, 5),
        ("Uccle", 2020, 1),
        ("Uccle", 2021, 2),
        ("Uccle", 2022, 3),
    ]


def test_a_value_merged_over_columns_is_that_of_each_column(read):
    rows = [["area", "year", "n"], [2021, None, 1], ["Uccle", 2020, 2]]
    assert read(workbook(rows, "A2:B2"), COUNTS, format="xlsx")[1] == [("2021", 2021, 1), ("Uccle", 2020, 2)]


def test_a_merged_footer_is_no_row_of_the_table(read):
    rows = [["area", "year", "n"], ["Uccle", 2020, 2], ["Source: Statbel"]]
    done, stored = read(workbook(rows, "A3:E3"), COUNTS, format="xlsx")
    assert stored == [("Uccle", 2020, 2)]
    assert {bad["line"] for bad in rejects_of(done)} == {"3"}


def test_empty_rows_within_a_merged_range_stay_empty(read):
    rows = [["area", "year", "n"], ["Uccle", 2020, 2], [], [None, 2021, 3]]
    assert read(workbook(rows, "A2:A4"), COUNTS, format="xlsx")[1] == [("Uccle", 2020, 2), ("Uccle", 2021, 3)]


def test_an_error_merged_over_rows_sets_each_of_them_aside(read):
    def spoil(sheet):
        sheet["A5"] = "#REF!"
        sheet["A5"].data_type = "e"

    done, rows = read(workbook(YEARS, "A2:A4", "A5:A6", edit=spoil), COUNTS, format="xlsx")
    assert [row[0] for row in rows] == ["Uccle"] * 3
    assert {bad["code"] for bad in rejects_of(done)} == {"spreadsheet_error"}


@pytest.mark.parametrize("merged", ["A1:B1", "B1:C1"])
def test_merged_headings_are_refused_by_their_cells(read, merged):
    with pytest.raises(IngestRefused) as refused:
        read(workbook(YEARS, merged), COUNTS, format="xlsx")
    assert (refused.value.code, refused.value.params) == ("merged_headings", {"cell": merged})


def test_a_merged_title_above_the_headings_is_nothing_to_the_table(write):
    found = suggest(write(workbook([["Lamps by year"], *YEARS], "A1:C1", "A3:A5", "A6:A7")))
    assert found.dialect.skip == 1
    assert [row["area"] for row in found.rows] == ["Uccle"] * 3 + ["Ixelles"] * 2


def test_a_column_without_heading_and_values_is_passed_over(write):
    found = suggest(write(workbook([["area", None, "year"], ["Uccle", None, 2020], ["Evere", None, 2020]])))
    assert [column.name for column in found.schema.columns] == ["area", "year"]


def test_a_column_whose_heading_lacks_is_refused(write):
    with pytest.raises(IngestRefused) as refused:
        suggest(write(workbook([["area", None, "year"], ["Uccle", "x", 2020]])))
    assert refused.value.code == "empty_heading"
