import csv
import io
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.lake.connection import DEFAULT_LIMITS, borrow
from civicthread.lake.export import export
from civicthread.lake.ingest import ingest
from civicthread.lake.profile import footers, preview, profile, profile_by_sql
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.spreadsheet import csv_lines
from tests.lake.conftest import COUNTS, FIRST

MIXED = TableSchema(
    (
        Column("name", "text"),
        Column("amount", "number"),
        Column("count", "integer"),
        Column("open", "boolean"),
        Column("day", "date"),
        Column("moment", "timestamp"),
    )
)
MIXED_CSV = (
    "name,amount,count,open,day,moment\n"
    "=1+1,-2.5,-3,oui,2024-02-29,2024-02-29 12:30:00\n"
    '"a ""quote"", and a comma",1e-7,9223372036854775807,false,1999-12-31,2024-01-01T00:00:00+02:00\n'
    "last,,,,,\n"
)


@pytest.fixture
def mixed(lake, write):
    table = lake.table("mixed")
    table.create(MIXED)
    ingest(table, write(MIXED_CSV), schema=MIXED)
    return table


def test_csv_escapes_formulas_and_leaves_numbers_alone(mixed):
    text = b"".join(export(mixed.version(), "csv")).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["name", "amount", "count", "open", "day", "moment"]
    assert rows[1] == ["'=1+1", "-2.5", "-3", "true", "2024-02-29", "2024-02-29T12:30:00"]
    assert rows[2][:3] == ['a "quote", and a comma', "1e-07", "9223372036854775807"]
    assert rows[2][5] == "2023-12-31T22:00:00"
    assert rows[3] == ["last", *[""] * 5]


def test_json_holds_typed_values(mixed):
    rows = json.loads(b"".join(export(mixed.version(), "json")))
    assert rows[0]["name"] == "=1+1"
    assert rows[0]["amount"] == -2.5
    assert rows[1]["count"] == 9223372036854775807
    assert rows[2] == dict.fromkeys(MIXED_CSV.splitlines()[0].split(",")) | {"name": "last"}


def test_parquet_is_the_same_table(mixed):
    content = b"".join(export(mixed.version(), "parquet"))
    assert pq.read_table(io.BytesIO(content)).num_rows == 3


def test_an_empty_version_exports_its_columns(counts):
    assert b"".join(export(counts.version(), "csv")) == b"area,year,n\r\n"
    assert b"".join(export(counts.version(), "json")) == b"[]\n"
    assert pq.read_table(io.BytesIO(b"".join(export(counts.version(), "parquet")))).column_names == [
        "area",
        "year",
        "n",
    ]


def test_an_export_can_be_sorted(counts, load):
    load(FIRST)
    lines = b"".join(export(counts.version(), "csv", order=["n"])).decode().split()
    assert [line[-1] for line in lines[1:]] == ["3", "5", "7"]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_no_text_starts_as_a_formula_and_every_text_survives(texts):
    (row,) = csv.reader(io.StringIO(csv_lines([texts]).decode("utf-8", "surrogatepass"), newline=""))
    for cell, text in zip(row, texts, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell in (text, f"'{text}")


def test_a_profile_counts_every_column(counts, load):
    load(FIRST + "Uccle,2022,\n")
    area, year, n = profile(counts.version())
    assert (area.rows, area.nulls, area.distinct, area.minimum, area.maximum) == (4, 0, 2, "Ixelles", "Uccle")
    assert area.frequent == (("Ixelles", 2), ("Uccle", 2))
    assert (n.nulls, n.minimum, n.maximum, n.distinct) == (1, 3, 7, 3)
    assert not year.estimated


def test_a_small_version_is_profiled_in_memory_as_a_large_one_is_by_sql(lake, write):
    table = lake.table("kinds")
    kinds = ["text", "integer", "number", "boolean", "date", "timestamp"]
    columns = tuple(Column(f"the_{kind}", kind) for kind in kinds)
    table.create(TableSchema(columns[:-1]))
    lines = [
        f"é{n % 3},{n % 5},{-0.5 * (n % 4)},{('true', 'false', '')[n % 3]},2020-01-0{1 + n % 7}"
        for n in range(40)
    ]
    headings = ",".join(column.name for column in columns[:-1])
    file = write("\n".join([headings, *lines, ",,-0.0,,", ",,,false,"]))
    ingest(table, file, schema=TableSchema(columns[:-1]))
    table.change_schema(TableSchema(columns), expected_version=1)
    version = table.version()
    with borrow(DEFAULT_LIMITS) as connection:
        assert profile(version) == profile_by_sql(connection, version)
    assert [column.nulls for column in profile(version)] == [2, 2, 1, 14, 2, 42]


def test_the_profile_of_the_footers_agrees_with_the_full_one(counts, load):
    load(FIRST)
    version = counts.version()
    with borrow(DEFAULT_LIMITS) as connection:
        told = footers(connection, version.files, version.columns)
    for quick, whole in zip(told, profile(version), strict=True):
        assert quick == replace(whole, distinct=None, frequent=())


def test_a_preview_pages_through_the_rows(counts, load):
    load(FIRST)
    assert [row["n"] for row in preview(counts.version(), limit=2)] == [3, 7]
    assert [row["n"] for row in preview(counts.version(), limit=2, offset=2)] == [5]
    assert counts.schema() == COUNTS
