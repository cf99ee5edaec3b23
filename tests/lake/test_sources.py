"""Each format, well formed and not: what is read, what is set aside, what is refused."""

import datetime as dt
import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from civicthread.lake import xlsx
from civicthread.lake.connection import Limits
from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake
from tests.lake.conftest import COUNTS, FIRST
from tests.lake.reading import rejects_of, rows_of

DATA = Path(__file__).parent / "data"
SORTED = [("Ixelles", 2020, 3), ("Ixelles", 2021, 7), ("Uccle", 2020, 5)]
PLACES = TableSchema((Column("name", "text"), Column("lon", "number"), Column("lat", "number")))
SHAPES = TableSchema((Column("name", "text"), Column("wkt", "text")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "latin-1", "utf-16", "utf-16-le"])
def test_delimited_text_is_read_in_every_form(read, delimiter, line_end, encoding):
    text = FIRST.replace("Uccle", "Forêt").replace(",", delimiter).replace("\n", line_end)
    _, rows = read(text.encode(encoding), COUNTS, delimiter=delimiter, encoding=encoding)
    assert sorted(rows) == [("Forêt", 2020, 5), *SORTED[:2]]


def test_lines_before_the_headings_are_skipped_and_still_counted(read):
    done, rows = read("A title\n\n" + FIRST + "Evere,x,1\n", COUNTS, skip=2)
    assert rows == SORTED
    assert rejects_of(done)[0]["line"] == "7"


def test_a_last_line_without_an_end_counts(read):
    assert read(FIRST.rstrip("\n"), COUNTS)[1] == SORTED


def test_mixed_line_ends_are_read(read):
    assert read(FIRST.replace("5\n", "5\r\n"), COUNTS)[1] == SORTED


def test_text_without_quotation_marks_may_be_declared(read):
    schema = TableSchema((Column("a", "text"), Column("b", "text")))
    assert read('a,b\n5" pipe,"x\n', schema, quote="")[1] == [('5" pipe', '"x')]


def test_gzip_is_unpacked(read):
    assert read(gzip.compress(FIRST.encode()), COUNTS)[1] == SORTED


def test_gzip_in_several_parts_is_unpacked_whole(read):
    first, second = FIRST[:-9].encode(), FIRST[-9:].encode()
    assert read(gzip.compress(first) + gzip.compress(second), COUNTS)[1] == SORTED


def test_what_unpacks_beyond_the_limit_is_refused(tmp_path, write):
    table = Lake(tmp_path / "small", limits=Limits(unpacked_bytes=1000)).table("counts")
    table.create(COUNTS)
    with pytest.raises(IngestRefused, match="beyond the limit of 1000 bytes"):
        ingest(table, write(gzip.compress(bytes(2000))), schema=COUNTS)


def test_a_line_that_is_too_long_is_set_aside(read):
    done, rows = read(FIRST + "Evere," + "9" * (3 << 20) + ",1\n" + "Forest,2020,1\n", COUNTS)
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)] == [("5", "line_too_long")]
    assert ("Forest", 2020, 1) in rows


def test_many_columns_are_refused_without_reading_on(read):
    with pytest.raises(IngestRefused) as refused:
        read(",".join(f"c{n}" for n in range(200_000)) + "\n1\n", COUNTS)
    assert refused.value.code == "too_many_columns"


@pytest.mark.parametrize("encoding", ["klingon", "zip", "hex", "base64", "rot13", "undefined", "utf-8\0", ""])
def test_an_encoding_that_is_not_known_or_of_no_text_is_refused(read, encoding):
    with pytest.raises(IngestRefused) as refused:
        read(FIRST, COUNTS, encoding=encoding)
    assert (refused.value.code, refused.value.params["encoding"]) == ("unknown_encoding", encoding)


@pytest.mark.parametrize("encoding", ["punycode", "utf-7"])
def test_what_no_text_could_hold_is_refused(read, encoding):
    with pytest.raises(IngestRefused, match="is not valid"):
        read(FIRST + "+2AA-,2020,1\n" + "x" * 70 + ",2020,1\n", COUNTS, encoding=encoding)


@pytest.mark.parametrize(
    ("content", "encoding", "line"),
    [
        (FIRST.encode() + b"For\xeat,2020,1\n", "utf-8", 5),
        (b"area,year,n\nFor\xeat,2020,1\n", "utf-8", 2),
        (FIRST.encode() + b"\x81,2020,1\n", "windows-1252", 5),
        ("area,year,n\n".encode("utf-16") + b"\x00", "utf-16", 1),
        (b"\xef\xbb\xbf" + FIRST.encode() + b"\xff,2020,1\n", "utf-8", 5),
    ],
)
def test_a_lie_about_the_encoding_is_refused_with_its_line(read, content, encoding, line):
    with pytest.raises(IngestRefused) as refused:
        read(content, COUNTS, encoding=encoding)
    assert refused.value.code == "wrong_encoding"
    assert refused.value.params["line"] >= line or encoding == "utf-16"


def test_lambert_coordinates_become_longitude_and_latitude(lake):
    """Two hundred collisions; the middle of them lies in Brussels."""
    columns = (Column("year", "integer", source="DT_YEAR_COLLISION"), *PLACES.columns[1:])
    schema = TableSchema(columns)
    table = lake.table("collisions")
    table.create(schema)
    path = DATA / "statbel_road_collisions_brussels_slice.csv"
    headings = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    declared = Dialect(crs="EPSG:31370", x="MS_X_COORD", y="MS_Y_COORD", ignore=tuple(headings[1:]))
    assert ingest(table, path, schema=schema, dialect=declared).rows == 200
    (lon, lat, places) = duckdb.execute(
        f"SELECT median(lon), median(lat), count(lon) FROM '{table.version().files[0]}'"
    ).fetchone()
    assert (round(lon, 1), round(lat, 1)) == (4.4, 50.8)
    assert 100 < places <= 200


def test_places_outside_their_system_are_set_aside(read):
    content = "name,x,y\na,148870,170770\nb,1e300,5\nc,,\nswapped,50.85,4.35\n"
    done, rows = read(content, PLACES, crs="EPSG:31370", x="x", y="y")
    assert [row[0] for row in rows] == ["a", "c"]
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)] == [
        ("3", "place_outside"),
        ("5", "place_outside"),
    ]


def test_an_unknown_coordinate_system_is_refused(read):
    with pytest.raises(IngestRefused, match="not known"):
        read("name,x,y\na,1,1\n", PLACES, crs="EPSG:0", x="x", y="y")


def workbook(rows, *, title="Data", setup=None) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if setup:
        setup(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TABLE = [
    ["area", "year", "n"],
    ["Uccle", 2020, 5.0],
    ["Ixelles", 2021, 7],
    [None, None, None],
    ["Ixelles", 2020, 3],
]


def test_a_workbook_is_read_with_its_row_numbers(read):
    done, rows = read(
        workbook([*TABLE, ["Evere", "x", 1], ["Forest", 2020, 1, "more"]]), COUNTS, format="xlsx"
    )
    assert rows == SORTED
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)] == [
        ("6", "not_an_integer"),
        ("7", "too_many_values"),
    ]


def test_a_sheet_may_be_named_and_lines_skipped(read):
    content = workbook([["Title"], *TABLE], title="Second")
    assert read(content, COUNTS, format="xlsx", sheet="Second", skip=1)[1] == SORTED


def test_an_unknown_sheet_is_refused(read):
    with pytest.raises(IngestRefused, match="no sheet named"):
        read(workbook(TABLE), COUNTS, format="xlsx", sheet="Nothing")


def test_dates_booleans_and_odd_texts_come_out_of_a_workbook_as_they_are(read):
    schema = TableSchema(
        (Column("day", "date"), Column("at", "timestamp"), Column("yes", "boolean"), Column("text", "text"))
    )
    moment = dt.datetime(2024, 2, 29, 10, 30)  # noqa: DTZ001 a workbook knows no zones
    content = workbook([["day", "at", "yes", "text"], [dt.date(2024, 2, 29), moment, True, 'a\n"b",c']])
    assert read(content, schema, format="xlsx")[1] == [(dt.date(2024, 2, 29), moment, True, 'a\n"b",c')]


def test_a_formula_without_a_stored_result_is_refused_by_its_cell(read):
    with pytest.raises(IngestRefused, match="Cell C3 "):
        read(workbook([*TABLE[:2], ["Evere", 2020, "=1+1"]]), COUNTS, format="xlsx")


def test_a_formula_with_a_stored_result_counts_as_that_result(read):
    # openpyxl leaves the result empty, in one of three spellings: it writes with lxml where that is installed.
    content = workbook([*TABLE, ["Evere", 2020, "=1+1"]])
    for empty in ("<v />", "<v/>", "<v></v>"):
        content = rewritten(content, empty, "<v>2</v>")
    assert ("Evere", 2020, 2) in read(content, COUNTS, format="xlsx")[1]


def rewritten(content: bytes, old: str, new: str) -> bytes:
    """The workbook with a text inside its parts replaced, as openpyxl itself would not write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            target.writestr(entry, text.replace(old.encode(), new.encode()))
    return out.getvalue()


def test_a_cell_that_shows_an_error_sets_its_row_aside(read):
    def spoil(sheet):
        sheet["C2"] = "#DIV/0!"
        sheet["C2"].data_type = "e"

    done, rows = read(workbook(TABLE, setup=spoil), COUNTS, format="xlsx")
    assert len(rows) == 2
    assert rejects_of(done)[0]["code"] == "spreadsheet_error"


def test_a_workbook_that_is_a_bomb_is_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(64 << 20))
    with pytest.raises(IngestRefused) as refused:
        read(out.getvalue(), COUNTS, format="xlsx")
    assert refused.value.code == "bomb"


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


@pytest.fixture
def heavy(write):
    """A workbook of three rows, with a text of 100 MB among those that stand apart from its cells: 2 MB of file."""
    text = "".join(f"{number:08}{'x' * 500}" for number in range(200_000))
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'
    cell = '<c r="A2" t="inlineStr"><is><t>Uccle</t></is></c>'
    shared = rewritten(workbook(TABLE), cell, '<c r="A2" t="s"><v>0</v></c>')
    content = io.BytesIO(rewritten(shared, "</Types>", part))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr(
            "xl/sharedStrings.xml", f'<sst xmlns="{space}"><si><t>Uccle</t></si><si><t>{text}</t></si></sst>'
        )
    return write(content.getvalue(), "heavy.xlsx")


GROWTH = """
import re, sys
from pathlib import Path
from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import ingest
from civicthread.lake.tables import Lake
from tests.lake.conftest import COUNTS

def load(file):
    table = Lake(sys.argv[1]).table(Path(file).stem)
    table.create(COUNTS)
    ingest(table, Path(file), schema=COUNTS, dialect=Dialect(format="xlsx"))
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10

first = load(sys.argv[2])
print(load(sys.argv[3]) - first)
"""


def test_the_texts_of_a_workbook_are_not_held_by_whoever_loads_it(lake, heavy, write):
    light = write(workbook(TABLE), "light.xlsx")
    command = [sys.executable, "-c", GROWTH, str(lake.place.folder), str(light), str(heavy)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert int(told.stdout) < 40


def test_a_workbook_that_takes_too_much_memory_is_refused(counts, heavy, monkeypatch):
    dialect = Dialect(format="xlsx")
    with monkeypatch.context() as little:
        little.setattr(xlsx, "MEMORY", 400 << 20)
        with pytest.raises(IngestRefused) as refused:
            ingest(counts, heavy, schema=COUNTS, dialect=dialect)
    assert (refused.value.code, counts.latest()) == ("workbook_too_heavy", 0)
    ingest(counts, heavy, schema=COUNTS, dialect=dialect)
    assert rows_of(counts) == SORTED, "the limit is what refuses"


def test_what_is_wrong_with_a_large_workbook_is_told_as_of_a_small_one(counts, heavy):
    for dialect, code in (
        (Dialect(format="xlsx", sheet="Nothing"), "sheet_unknown"),
        (Dialect(format="xlsx", skip=9), "empty_file"),
    ):
        with pytest.raises(IngestRefused) as refused:
            ingest(counts, heavy, schema=COUNTS, dialect=dialect)
        assert refused.value.code == code


def test_rows_far_apart_are_read_at_once(read):
    content = rewritten(workbook(TABLE), '<row r="5"', '<row r="999999999"')
    content = rewritten(content, 'r="C5"', 'r="C999999999"')
    assert len(read(content, COUNTS, format="xlsx")[1]) == 3


def test_entities_that_multiply_are_refused(read):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    content = rewritten(workbook(TABLE), "<worksheet", f"{laughs}]><worksheet")
    with pytest.raises(IngestRefused, match="Excel workbook"):
        read(content, COUNTS, format="xlsx")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"area,year,n\n", "bad_xlsx"),
        (b"PK\x03\x04broken", "bad_xlsx"),
        (workbook(TABLE)[:-200], "bad_xlsx"),
        (workbook([]), "empty_file"),
        (workbook(TABLE[:1]), "no_rows"),
        (workbook([["area", "area", "n"], *TABLE[1:]]), "duplicate_headings"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused(read, content, code):
    with pytest.raises(IngestRefused) as refused:
        read(content, COUNTS, format="xlsx")
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["xlsx", "json", "jsonlines", "geojson", "parquet", "csv"])
@given(content=st.binary(min_size=1, max_size=300))
def test_no_bytes_do_more_than_be_refused(tmp_path_factory, kind, content):
    folder = tmp_path_factory.mktemp("bytes")
    table = Lake(folder / "lake").table("counts")
    table.create(COUNTS)
    path = folder / "file"
    path.write_bytes(content)
    with pytest.raises(IngestRefused):
        ingest(table, path, schema=COUNTS, dialect=Dialect(format=kind))
    assert table.latest() == 0
