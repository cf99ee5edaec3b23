"""JSON, GeoJSON and Parquet, well formed and not."""

import io
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import ingest
from civicthread.lake.jsonlines import Pieces
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import Column, TableSchema
from tests.lake.conftest import COUNTS
from tests.lake.reading import rejects_of, rows_of

DATA = Path(__file__).parent / "data"
SORTED = [("Ixelles", 2020, 3), ("Ixelles", 2021, 7), ("Uccle", 2020, 5)]
PLACES = TableSchema((Column("name", "text"), Column("lon", "number"), Column("lat", "number")))
SHAPES = TableSchema((Column("name", "text"), Column("wkt", "text")))

TABLE = [["area", "year", "n"], ["Uccle", 2020, 5], ["Ixelles", 2021, 7], ["Ixelles", 2020, 3]]


OBJECTS = [dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:] if row[0]]


def test_json_in_its_three_forms_is_the_same_table(lake, write):
    forms = {
        "json": (json.dumps(OBJECTS), {}),
        "member": (json.dumps({"meta": [1, {"x": 2}], "rows": OBJECTS, "more": None}), {"records": "rows"}),
        "jsonlines": ("\n\n".join(json.dumps(one) for one in OBJECTS), {}),
    }
    for name, (text, more) in forms.items():
        table = lake.table(name)
        table.create(COUNTS)
        kind = "jsonlines" if name == "jsonlines" else "json"
        ingest(table, write(text), schema=COUNTS, dialect=Dialect(format=kind, **more))
        assert rows_of(table) == SORTED


def test_a_line_that_is_no_object_is_set_aside(read):
    lines = [
        *map(json.dumps, [*OBJECTS, {"area": "Jette", "year": 2020, "n": 1}]),
        '{"area": "x",',
        "[1]",
        "\ufeff{}",
        '{"area": "Evere", "year": NaN}',
    ]
    done, rows = read("\n".join(lines), COUNTS, format="jsonlines")
    assert len(rows) == 4
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)][:3] == [
        ("5", "bad_json"),
        ("6", "bad_json"),
        ("7", "missing"),
    ]


def test_numbers_in_json_are_not_rounded(read):
    schema = TableSchema((Column("whole", "integer"), Column("number", "number"), Column("nested", "text")))
    done, rows = read(
        '[{"whole": 9007199254740993, "number": 0.1, "nested": {"a": ["é"]}}, {"whole": 2, "number": NaN}]',
        schema,
        format="json",
    )
    assert rows == [(9007199254740993, 0.1, '{"a": ["é"]}')]
    assert rejects_of(done)[0]["code"] == "not_finite"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("[1, 2", "expected"),
        ('[{"area": "x"', "broken or cut short"),
        ('{"area": 1}', "“[” is expected"),
        ("[{}] x", "follows its end"),
        ("[" * 100_000, "nested too deeply"),
        ("nonsense", "expected"),
        ("[{'a': 1}]", "broken"),
        (b'[{"area": "\xe9"}]', "not UTF-8"),
    ],
)
def test_malformed_json_is_refused(read, text, detail):
    with pytest.raises(IngestRefused, match="not valid JSON") as refused:
        read(text, COUNTS, format="json")
    assert detail in str(refused.value)


def test_a_list_that_is_not_there_or_empty_is_refused(read):
    with pytest.raises(IngestRefused, match="no list named “rows”"):
        read('{"other": []}', COUNTS, format="json", records="rows")


def test_an_empty_list_has_no_rows(read):
    with pytest.raises(IngestRefused, match="no rows"):
        read("[]", COUNTS, format="json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=6), st.integers(1, 7))
def test_pieces_give_what_json_gives_however_small_they_are(values, size):
    class Drip(io.StringIO):
        def read(self, _size=-1):
            return super().read(size)

    text = json.dumps({"before": 1, "rows": values, "after": [2]})
    found = list(Pieces(Drip(text)).list_values("rows"))
    assert found == json.loads(text, parse_int=str)["rows"]


def collection(*features, **members) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def feature(name, geometry) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


POINT = {"type": "Point", "coordinates": [4.35, 50.85]}
SQUARE = {"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [5, 51], [4, 50]]]}


def test_points_become_longitude_and_latitude(read):
    text = collection(
        feature("a", POINT), feature("b", None), feature("c", {"type": "Point", "coordinates": []})
    )
    with pytest.raises(IngestRefused, match="2 of 3"):
        read(text, PLACES, format="geojson")


def test_features_without_a_usable_place_are_set_aside(read):
    far = {"type": "Point", "coordinates": [50850, 4350]}
    text = collection(feature("a", POINT), feature("b", POINT), feature("c", None), feature("d", far))
    done, rows = read(text, PLACES, format="geojson")
    assert rows == [("a", 4.35, 50.85), ("b", 4.35, 50.85)]
    assert [(bad["line"], bad["code"]) for bad in rejects_of(done)] == [
        ("3", "no_geometry"),
        ("4", "no_geometry"),
    ]


def test_other_shapes_become_text(read):
    _, rows = read(collection(feature("a", SQUARE), feature("b", POINT)), SHAPES, format="geojson")
    assert rows == [("a", "POLYGON ((4 50, 5 50, 5 51, 4 50))"), ("b", "POINT (4.35 50.85)")]


@pytest.mark.parametrize("broken", [{"type": "Polygon"}, {"type": "Cube", "coordinates": [1]}, {}, [], "x"])
def test_a_shape_that_is_none_is_set_aside(read, broken):
    text = collection(feature("a", SQUARE), feature("b", broken))
    done, rows = read(text, SHAPES, format="geojson")
    assert len(rows) == 1
    assert rejects_of(done)[0]["code"] == "no_geometry"


def test_shapes_in_lambert_are_moved_to_wgs84(read):
    lambert = {"type": "Point", "coordinates": [148870, 170770]}
    _, rows = read(collection(feature("a", lambert)), PLACES, format="geojson", crs="EPSG:31370")
    assert (round(rows[0][1], 3), round(rows[0][2], 3)) == (4.353, 50.847)


def test_a_collection_that_names_another_system_is_refused(read):
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}}
    with pytest.raises(IngestRefused, match="31370"):
        read(collection(feature("a", POINT), crs=member), PLACES, format="geojson")


def test_a_collection_that_names_the_declared_system_is_read(read):
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read(collection(feature("a", POINT), crs=member), PLACES, format="geojson")[1]) == 1


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"features": 1}', '{"features": [1]}', '{"features": [{}', '{"type": "Point"}']
)
def test_malformed_geojson_is_refused(read, text):
    with pytest.raises(IngestRefused, match="not valid JSON"):
        read(text, PLACES, format="geojson")


def test_real_points_are_read(lake):
    schema = TableSchema((Column("site", "text"), Column("no2", "number"), *PLACES.columns[1:]))
    table = lake.table("no2")
    table.create(schema)
    declared = Dialect(format="geojson", ignore=("soort_straat", "verkeer", "buurt", "socio_economisch"))
    assert ingest(table, DATA / "fari_no2_expair.json", schema=schema, dialect=declared).rows == 24


def test_parquet_meets_the_same_checks(lake, tmp_path):
    path = tmp_path / "file.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM (VALUES ('Uccle', 2020, 5), ('Evere', NULL, -1)) t(area, year, n)) TO '{path}'"
    )
    table = lake.table("counts")
    table.create(COUNTS)
    done = ingest(table, path, schema=COUNTS, dialect=Dialect(format="parquet"))
    assert rows_of(table) == [("Uccle", 2020, 5)]
    assert {bad["code"] for bad in rejects_of(done)} == {"missing", "out_of_range"}
    assert {bad["line"] for bad in rejects_of(done)} == {"2"}


def test_parquet_with_lists_is_refused(lake, tmp_path):
    path = tmp_path / "file.parquet"
    duckdb.execute(f"COPY (SELECT 'a' AS area, [1] AS year, 1 AS n) TO '{path}'")
    table = lake.table("counts")
    table.create(COUNTS)
    with pytest.raises(IngestRefused, match="“year” holds INTEGER"):
        ingest(table, path, schema=COUNTS, dialect=Dialect(format="parquet"))


@pytest.mark.parametrize("content", [b"PAR1 broken PAR1", b"area,year,n\n"])
def test_what_is_no_parquet_is_refused(read, content):
    with pytest.raises(IngestRefused, match="Parquet"):
        read(content, COUNTS, format="parquet")
