from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.suggest import names_for, suggest
from tests.lake.reading import rows_of

DATA = Path(__file__).parent / "data"


def types_of(found):
    return {column.name: column.type for column in found.schema.columns}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(write, encoding, delimiter):
    text = "Commune,Année,Né·e·s\nForêt,2020,5\nÉtterbeek,2021,7\n".replace(",", delimiter)
    found = suggest(write(text.encode("utf-8" if "·" in encoding else encoding)))
    assert [column.heading for column in found.schema.columns] == ["Commune", "Année", "Né·e·s"]
    assert found.rows[0]["Commune"] == "Forêt"
    assert found.dialect.delimiter == delimiter


def test_the_types_are_the_narrowest_that_hold(write):
    found = suggest(
        write(
            "code;whole;decimal;day;moment;open;share;mixed\n"
            "01000;1 234;1.234,5;2024-02-29;2024-01-01T10:00:00Z;ja;12,5 %;1\n"
            "02000;-7;0,5;2023-01-31;2024-01-02T10:00:00Z;neen;3 %;word\n".replace("neen", "nee")
        )
    )
    assert types_of(found) == {
        "code": "text",
        "whole": "text",
        "decimal": "number",
        "day": "date",
        "moment": "timestamp",
        "open": "boolean",
        "share": "number",
        "mixed": "text",
    }
    assert (found.dialect.decimal, found.dialect.thousands) == (",", ".")
    assert found.schema.column("share").unit == "%"


@pytest.mark.parametrize(
    ("values", "dialect", "kind"),
    [
        ("1,5 2,5 3", {"decimal": ","}, "number"),
        ("1.5 2.5 3", {"decimal": "."}, "number"),
        ("65.0 70.0", {"decimal": "."}, "number"),
        ("1 NA 3 4", {"nulls": ("NA",)}, "integer"),
        ("31/12/2024 01/02/2024", {"date_format": "%d/%m/%Y"}, "date"),
        ("9223372036854775807 1", {}, "integer"),
        ("9223372036854775808 1", {}, "number"),
        ("1e5 2", {}, "number"),
        ("NaN 1", {}, "text"),
        ("4’000 5’120.5", {"thousands": "’"}, "number"),
        ("4’000 5’120", {"thousands": "’"}, "integer"),
        ("4'000 5'120", {"thousands": "'"}, "integer"),
        ("4,000.5 5", {"decimal": ".", "thousands": ","}, "number"),
        ("4,000,000 5,000", {"decimal": ".", "thousands": ","}, "integer"),
        ("0001-01-01 2024-01-01", {}, "text"),
    ],
)
def test_numbers_and_dates_are_found_as_they_are_written(write, values, dialect, kind):
    found = suggest(write("id;v\n" + "".join(f"r{n};{v}\n" for n, v in enumerate(values.split(" ")))))
    assert types_of(found)["v"] == kind
    assert {name: getattr(found.dialect, name) for name in dialect} == dialect


@pytest.mark.parametrize(
    ("values", "example"),
    [
        ("4,000 5,120", "4,000"),
        ("4.000 5.120", "4.000"),
        ("950 -1,200 unknown", "-1,200"),
        ("4,000 5,12", None),
        ("4,000 0,120", None),
        ("4,000 1200", None),
        ("4,000 1234,567", None),
        ("4,000,000 5,000", None),
        ("1.234,567 4,000", None),
        ("4,000 a b c", None),
        ("4 5", None),
    ],
)
def test_it_is_said_where_decimals_may_as_well_be_thousands(write, values, example):
    found = suggest(write("year;v\n" + "".join(f"20{n:02};{v}\n" for n, v in enumerate(values.split(" ")))))
    told = [note.params for note in found.notes if note.code == "two_readings"]
    assert told == ([{"column": "v", "example": example}] if example else [])


def test_numbers_of_a_format_that_knows_numbers_are_what_they_are(tmp_path):
    path = tmp_path / "prices.json"
    path.write_text('[{"year": 2020, "v": 4.125}, {"year": 2021, "v": 5.375}]')
    assert not suggest(path).notes


def test_what_is_suggested_can_be_loaded_at_once(lake, write):
    path = write(
        "Commune;Année;Prix moyen (€);Part\nForêt;2020;1.234,5;12,5 %\nUccle;2020;NA;3 %\n".encode("cp1252")
    )
    found = suggest(path)
    table = lake.table("prices")
    table.create(found.schema)
    ingest(table, path, schema=found.schema, dialect=found.dialect)
    assert rows_of(table) == [("Forêt", 2020, 1234.5, 12.5), ("Uccle", 2020, None, 3.0)]


def test_a_key_of_two_columns_is_found_and_sorted_by_place_then_time(write):
    found = suggest(write("year,area,n\n2020,A,1\n2020,B,1\n2021,A,1\n2021,B,2\n"))
    assert found.schema.keys == ("year", "area")
    assert found.schema.sort == ("area", "year")
    assert not found.schema.column("area").nullable


def test_what_may_be_counted_tells_rows_apart_only_where_nothing_else_does(write):
    assert suggest(write("area,year,n\nA,2020,1\nA,2021,2\nB,2020,3\nB,2021,4\n")).schema.keys == (
        "area",
        "year",
    )
    assert suggest(write("kind,n\nA,1\nA,2\n")).schema.keys == ("n",)
    assert suggest(write("kind,nis_code\nA,21001\nA,21002\n")).schema.keys == ("nis_code",)


@pytest.mark.parametrize(
    ("text", "keys", "told"),
    [
        ("commune,annee,n\nA,2023,1\nB,2023,1\n", ("commune", "annee"), ["annee"]),
        ("commune,Année,mois,n\nA,2023,1,5\nB,2023,1,5\n", ("commune", "annee", "mois"), ["Année", "mois"]),
        ("commune,date,n\nA,2023-01-01,5\nB,2023-01-01,5\n", ("commune", "date"), ["date"]),
        ("commune,date_export,n\nA,2023-01-01,5\nB,2023-01-01,5\n", ("commune",), []),
        ("commune,annee,n\nA,2023,1\nB,2024,1\n", ("commune",), []),
        ("commune,annee,n\nA,,1\nB,,1\n", ("commune",), []),
    ],
)
def test_the_one_period_of_a_file_belongs_to_its_key(write, text, keys, told):
    found = suggest(write(text))
    assert found.schema.keys == keys
    assert [note.params["column"] for note in found.notes if note.code == "period_in_key"] == told


def test_what_is_missing_is_said(write):
    found = suggest(write("a,b\nx,y\nx,y\n"))
    assert {note.code for note in found.notes} == {"no_time_column", "no_keys"}


def test_real_mojibake_and_lambert_coordinates_are_said(lake):
    path = DATA / "bike_counters_devices_2025.csv"
    found = suggest(path)
    assert {note.params["column"] for note in found.notes if note.code == "mojibake"} >= {
        "Road (fr)",
        "Road (nl)",
    }
    assert any("ChaussÃ©e" in str(note) for note in found.notes)
    assert (found.dialect.crs, found.dialect.x, found.dialect.y) == ("EPSG:31370", "X (Lb72)", "Y (Lb72)")
    table = lake.table("counters")
    table.create(found.schema)
    assert ingest(table, path, schema=found.schema, dialect=found.dialect).rows == 18
    row = dict(zip((column.name for column in found.schema.columns), rows_of(table)[0], strict=True))
    assert abs(row["lon"] - row["lon_wgs_84"]) < 0.001
    assert abs(row["lat"] - row["lat_wgs_84"]) < 0.001


def test_degrees_in_the_file_are_not_worked_out_again(write):
    lambert = "name,x,y,longitude,latitude\nA,148870,170770,4.35,50.84\nB,149870,171770,4.36,50.85\n"
    assert suggest(write(lambert)).dialect.x == ""
    assert suggest(write(lambert.replace("longitude,latitude", "east,north"))).dialect.x == "x"


def test_correct_accents_are_not_taken_for_mojibake(write):
    found = suggest(write("name,year\nChaussée d'Âne,2020\nÅngström Ã,2021\nGarçon «Ó»,2022\n"))
    assert "mojibake" not in {note.code for note in found.notes}


@pytest.mark.parametrize("name", ["no2.geojson", "no2.json"])
def test_the_format_is_known_by_name_and_content(name):
    found = suggest(DATA / "fari_no2_expair.json", name=name)
    assert found.dialect.format == "geojson"
    assert types_of(found)["lon"] == "number"
    assert found.schema.keys == ("site",)


@pytest.mark.parametrize(
    "content", ["<html><body>Not found</body></html>", "\ufeff\n<?xml version='1.0'?><a/>"]
)
def test_a_page_or_a_message_in_xml_is_no_table(write, content):
    with pytest.raises(IngestRefused) as refused:
        suggest(write(content))
    assert refused.value.code == "not_text"
    assert "XML" in str(refused.value)


@pytest.mark.parametrize("content", ["", "\n\n", b"\x00\x00\x00\x00"])
def test_a_file_without_a_table_is_refused(write, content):
    with pytest.raises(IngestRefused):
        suggest(write(content))


@given(st.lists(st.text(max_size=20), max_size=20))
def test_column_names_are_plain_and_each_its_own(headings):
    names = names_for(headings)
    assert len(set(names)) == len(names) == len(headings)
    assert all(name.isascii() and name[0].isalpha() and name == name.lower() for name in names)


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused_a_suggestion(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "file.csv"
    path.write_bytes(content)
    try:
        found = suggest(path)
    except IngestRefused:
        return
    assert found.schema.columns
