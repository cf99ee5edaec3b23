"""Headings as spreadsheets export them: with separators at the end, without a name, in more than one line."""

import pytest

from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suggest import suggest
from tests.lake.conftest import COUNTS
from tests.lake.reading import rejects_of, rows_of

SORTED = [("Ixelles", 2020, 3), ("Uccle", 2020, 5)]


def notes_of(found):
    return {note.code: note.params for note in found.notes}


@pytest.mark.parametrize(
    "content",
    [
        "area;year;n;;\nUccle;2020;5;;\nIxelles;2020;3;;\n",
        "area;year;n;;\nUccle;2020;5\nIxelles;2020;3\n",
        "area;year;n\nUccle;2020;5;;\nIxelles;2020;3;;\n",
        'area;year;n;\nUccle;2020;5;""\nIxelles;2020;3;""\n',
        "Lamps;;;;\narea;year;n;;\nUccle;2020;5;;\nIxelles;2020;3;;\n",
        "area;;year;n\nUccle;;2020;5\nIxelles;;2020;3\n",
    ],
)
def test_columns_without_heading_and_values_are_passed_over(lake, write, content):
    path = write(content)
    found = suggest(path)
    assert [column.heading for column in found.schema.columns] == ["area", "year", "n"]
    assert list(found.rows[0]) == ["area", "year", "n"]
    table = lake.table("read")
    table.create(found.schema)
    assert ingest(table, path, schema=found.schema, dialect=found.dialect).rows == 2
    assert sorted(rows_of(table)) == SORTED


def test_what_is_passed_over_is_said(write):
    content = "area;year;n;;\nUccle;2020;5;;\nIxelles;2020;3;;\n"
    assert notes_of(suggest(write(content)))["columns_empty"] == {"columns": "4, 5"}


def test_a_value_that_comes_later_in_such_a_column_is_not_lost(read):
    with pytest.raises(IngestRefused) as refused:
        read("area;year;n;\nUccle;2020;5;\nIxelles;2020;3;look\n", COUNTS, delimiter=";")
    assert (refused.value.code, refused.value.params) == ("unknown_columns", {"columns": "column_4"})
    _, rows = read(
        "area;year;n;\nUccle;2020;5;\nIxelles;2020;3;look\n", COUNTS, delimiter=";", ignore=("column_4",)
    )
    assert sorted(rows) == SORTED


def test_bad_rows_are_still_set_aside_beside_such_a_column(read):
    done, rows = read(
        "area;year;n;\nUccle;2020;5;\nIxelles;2020;3;\nEvere;2020;x;\nForest;1\n", COUNTS, delimiter=";"
    )
    assert sorted(rows) == SORTED
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)] == [
        ("4", "not_an_integer"),
        ("5", "too_few_values"),
    ]


@pytest.mark.parametrize(
    ("content", "number"),
    [(",area,n\n1,Uccle,5\n2,Ixelles,3\n", 1), ("area,n,\nUccle,5,\nIxelles,3,look\n", 3)],
)
def test_a_first_or_last_column_that_lacks_only_its_heading_is_called_by_its_number(write, content, number):
    found = suggest(write(content))
    assert found.schema.columns[number - 1].name == f"column_{number}"
    assert notes_of(found)["columns_unnamed"] == {"columns": f"column_{number}"}


@pytest.mark.parametrize(
    "content", ["area,,n\nUccle,2020,5\n", "area,2020,,2021,\n,men,women,men,women\nUccle,1,2,3,4\n"]
)
def test_headings_in_two_lines_are_refused_by_the_column(write, content):
    with pytest.raises(IngestRefused) as refused:
        suggest(write(content))
    assert refused.value.code == "empty_heading"


@pytest.mark.parametrize("content", [",,\n1,2,3\n", ",\n"])
def test_no_heading_at_all_is_refused(read, content):
    with pytest.raises(IngestRefused) as refused:
        read(content, COUNTS)
    assert refused.value.code == "empty_heading"


def test_short_lines_above_the_headings_are_passed_over(write):
    found = suggest(
        write("Periode;2023;;;\nBron;Statbel;;;\n;;;;\narea;year;n;m;k\nUccle;2020;5;1;1\nEvere;2020;3;1;2\n")
    )
    assert found.dialect.skip == 3
    assert found.schema.columns[0].name == "area"


def test_the_line_for_spreadsheets_that_names_the_separator_is_passed_over(write):
    found = suggest(write("sep=;\r\narea;year;n\r\nUccle;2020;5\r\n"))
    assert (found.dialect.skip, found.dialect.delimiter) == (1, ";")
    assert found.schema.columns[0].name == "area"
