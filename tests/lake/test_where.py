"""Where a table stands in its file: found by itself, or as a person says."""

import json

import pytest

from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suggest import suggest
from tests.lake.reading import rows_of
from tests.workbooks import workbook

ROWS = [["area", "year", "n"], ["Ixelles", 2023, 4], ["Uccle", 2023, 5]]
TITLES = [["Lamps in the street"], [], ["Source: Statbel"]]


def text(rows, end="\n"):
    return "".join(";".join(map(str, row)) + end for row in rows)


def records(rows):
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


FILES = {
    "title.csv": text(TITLES + ROWS).encode(),
    "padded.csv": text([["Lamps", "", ""], *ROWS], "\r\n").encode(),
    "utf16.csv": text(TITLES + ROWS).encode("utf-16"),
    "old.csv": text(TITLES + ROWS, "\r").encode(),
    "title.xlsx": workbook(Data=TITLES + ROWS),
    "second.xlsx": workbook(Read=TITLES, Data=ROWS),
    "records.json": json.dumps({"total": 2, "records": records(ROWS)}).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_the_table_is_found_and_can_be_loaded_at_once(lake, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(FILES[name])
    found = suggest(file)
    table = lake.table("lamps")
    table.create(found.schema)
    done = ingest(table, file, schema=found.schema, dialect=found.dialect)
    assert (done.rows, done.rejected) == (2, 0)
    assert sorted(rows_of(table)) == [("Ixelles", 2023, 4), ("Uccle", 2023, 5)]


def test_what_a_person_says_holds(tmp_path):
    file = tmp_path / "two.xlsx"
    file.write_bytes(workbook(Old=[["code", "n"], ["a", 1]], New=[["no table"], *ROWS]))
    assert [column.name for column in suggest(file).schema.columns] == ["code", "n"]
    found = suggest(file, told={"sheet": "New"})
    assert (found.dialect.sheet, found.dialect.skip, found.sheets) == ("New", 1, ("Old", "New"))
    assert {note.code for note in found.notes} >= {"sheet", "lines_before"}
    with pytest.raises(IngestRefused, match="Nowhere"):
        suggest(file, told={"sheet": "Nowhere"})
    file = tmp_path / "notes.csv"
    file.write_text("made by;ABC;2024\narea;n;x\nIxelles;4;5\n")
    assert suggest(file).dialect.skip == 0, "it may be the headings"
    assert [column.name for column in suggest(file, told={"skip": 1}).schema.columns] == ["area", "n", "x"]


@pytest.mark.parametrize("rows", [[["a"], ["b"]], [["a", "b"], ["1", "2"]], [["1", "2"], ["3", "4"]]])
def test_a_plain_table_begins_at_its_first_line(tmp_path, rows):
    file = tmp_path / "plain.csv"
    file.write_text(text(rows))
    assert suggest(file).dialect.skip == 0


@pytest.mark.parametrize("columns", [["name", "x", "y"], ["name", "x_lambert", "y_lambert"]])
def test_lambert_coordinates_in_a_workbook_become_places(lake, tmp_path, columns):
    file = tmp_path / "places.xlsx"
    file.write_bytes(workbook(Data=[columns, ["a", 148870.5, 170770.25]]))
    found = suggest(file)
    table = lake.table("places")
    table.create(found.schema)
    ingest(table, file, schema=found.schema, dialect=found.dialect)
    (row,) = rows_of(table)
    assert (round(row[-2], 3), round(row[-1], 3)) == (4.353, 50.847)


def test_a_geojson_file_names_its_coordinate_system(lake, tmp_path):
    point = {"type": "Point", "coordinates": [148870.5, 170770.25]}
    feature = {"type": "Feature", "properties": {"name": "a"}, "geometry": point}
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}}
    file = tmp_path / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": named, "features": [feature]}))
    found = suggest(file)
    assert found.dialect.crs == "EPSG:31370"
    table = lake.table("places")
    table.create(found.schema)
    ingest(table, file, schema=found.schema, dialect=found.dialect)
    assert [round(value, 3) for value in rows_of(table)[0][1:]] == [4.353, 50.847]
