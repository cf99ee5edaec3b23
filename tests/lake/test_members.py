"""Objects within the objects of JSON: their members are columns, so that places are places and numbers numbers."""

import json

import pytest

from civicthread.lake.ingest import ingest
from civicthread.lake.places import coordinates
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.suggest import suggest
from tests.lake.reading import rows_of

BIKES = [
    {"name": "Dock", "geo_point_2d": {"lon": 4.3, "lat": 50.8}, "n": 5},
    {"name": "Park", "geo_point_2d": None, "n": 7},
    {"name": "Zoo", "geo_point_2d": {"lon": 4.4, "lat": 50.85}, "n": 9},
]


def brought(lake, write, rows, name="bikes.json"):
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    path = write(text, name)
    found = suggest(path, name=name)
    table = lake.table("read")
    table.create(found.schema)
    ingest(table, path, schema=found.schema, dialect=found.dialect)
    return found, rows_of(table)


@pytest.mark.parametrize("name", ["bikes.json", "bikes.jsonl"])
def test_the_members_of_an_object_are_columns_of_their_own(lake, write, name):
    found, rows = brought(lake, write, BIKES, name)
    assert [(column.name, column.type) for column in found.schema.columns] == [
        ("name", "text"),
        ("geo_point_2d_lon", "number"),
        ("geo_point_2d_lat", "number"),
        ("n", "integer"),
    ]
    assert rows == [("Dock", 4.3, 50.8, 5), ("Park", None, None, 7), ("Zoo", 4.4, 50.85, 9)]
    assert coordinates([column.name for column in found.schema.columns]) == (
        "geo_point_2d_lon",
        "geo_point_2d_lat",
    )
    note = next(note for note in found.notes if note.code == "members")
    assert note.params == {"object": "geo_point_2d", "columns": "geo_point_2d_lon, geo_point_2d_lat"}


def test_members_whose_column_is_there_already_get_a_number(lake, write):
    rows = [{"id": "a", "at_lon": 1, "at": {"lon": 2.5}}, {"id": "b", "at_lon": 3, "at": {"lon": 4.5}}]
    found, stored = brought(lake, write, rows)
    assert [column.heading for column in found.schema.columns] == ["id", "at_lon", "at_lon_2"]
    assert stored == [("a", 1, 2.5), ("b", 3, 4.5)]


def test_objects_that_hold_more_than_plain_values_stay_as_they_are_written(lake, write):
    rows = [{"id": "a", "shape": {"type": "Point", "coordinates": [4.3, 50.8]}, "tags": ["x", 1]}]
    _, stored = brought(lake, write, rows)
    assert stored == [("a", '{"type": "Point", "coordinates": [4.3, 50.8]}', '["x", 1]')]


def test_a_member_that_is_now_an_object_and_now_a_text_keeps_both(lake, write):
    rows = [{"id": "a", "at": {"lon": 2.5}}, {"id": "b", "at": "unknown"}, {"id": "c", "at": {}}]
    assert brought(lake, write, rows)[1] == [("a", 2.5, None), ("b", None, "unknown"), ("c", None, None)]


def test_what_was_declared_as_one_column_stays_one(read):
    schema = TableSchema((Column("id", "text"), Column("at", "text")))
    assert read('[{"id": "a", "at": {"lon": 4.3}}]', schema, format="json")[1] == [("a", '{"lon": 4.3}')]


def test_lists_nested_beyond_reason_are_refused(read):
    schema = TableSchema((Column("id", "text"),))
    deep = "[" * 5000 + "]" * 5000
    with pytest.raises(IngestRefused) as refused:
        read(f'[{{"id": {deep}}}]', schema, format="json")
    assert refused.value.code == "bad_json"
