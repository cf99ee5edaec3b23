"""What a cell may hold, and what becomes of it."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civicthread.lake.checks import checks
from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import PROBLEMS, IngestRefused
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake
from tests.lake.reading import rejects_in, rejects_of, rows_of

HOSTILE = [
    *"NaN inf -inf 1e309 1_000 0x10 1e3 +5 007 9223372036854775808 -9223372036854775808 1.0 .5 5. 12,5".split(),
    *"0001-01-01 9999-12-31 2024-02-30 2024-02-29 infinity 2024-01-01T10:00:00+02:00 =1+1 true oui".split(),
    *(" 7 ", "\0", "“", '"', "'", "\r", "\n", "\r\n", ","),
]
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(HOSTILE),
)
ALL_TYPES = TableSchema(
    tuple(
        Column(f"{kind}_column", kind)
        for kind in ("text", "integer", "number", "boolean", "date", "timestamp")
    )
)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def loaded_or_refused(table, path):
    try:
        return ingest(table, path, schema=ALL_TYPES, bad_share=1)
    except IngestRefused as refused:
        return refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[CELLS] * 6), min_size=1, max_size=8))
def test_every_row_is_stored_or_set_aside_whatever_its_cells_hold(tmp_path, rows):
    """Hostile cells: nothing is lost, nothing raises but a clear refusal, text survives to the letter."""
    table = Lake(tmp_path).table(f"t{len(list(tmp_path.iterdir()))}")
    table.create(ALL_TYPES)
    header = ",".join(column.name for column in ALL_TYPES.columns)
    body = "\n".join(",".join(quoted(cell) for cell in row) for row in rows)
    path = tmp_path / f"{table.name}.csv"
    path.write_bytes(f"{header}\n{body}\n".encode())
    done = loaded_or_refused(table, path)
    filled = sum(map(any, rows))  # a line in which nothing stands is no row
    if isinstance(done, IngestRefused):
        assert done.code == ("too_many_bad_rows" if filled else "no_rows")
        assert not filled or len({bad["line"] for bad in rejects_in(done.rejects_file)}) == filled
        return
    assert done.rows + done.rejected == filled
    stored = [row[0] for row in rows_of(table)]
    given_texts = [row[0] or None for row in rows]
    assert all(text in given_texts for text in stored)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.dates(min_value=dt.date(1800, 1, 1), max_value=dt.date(2199, 12, 31)),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_good_values_come_back_as_they_went_in(tmp_path, rows):
    schema = TableSchema(ALL_TYPES.columns[:5])
    table = Lake(tmp_path).table(f"r{len(list(tmp_path.iterdir()))}")
    table.create(schema)
    header = ",".join(column.name for column in schema.columns)
    body = "\n".join(
        ",".join([quoted(text), str(whole), repr(number), str(yes).lower(), day.isoformat()])
        for text, whole, number, yes, day in rows
    )
    path = tmp_path / f"{table.name}.csv"
    path.write_bytes(f"{header}\n{body}\n".encode())
    ingest(table, path, schema=schema)
    assert rows_of(table) == [(text or None, *rest) for text, *rest in rows]


def test_the_quick_and_the_careful_pass_give_the_same_version(lake, write):
    """A bad row forces the careful pass; the good rows must not notice."""
    good = (
        "text_column,integer_column,number_column,boolean_column,date_column,timestamp_column\n"
        + "\n".join(
            f"t{n}, {n} ,{n / 7!r},{'ja' if n % 2 else 'non'},2024-01-{1 + n % 28:02d},2024-01-01T{n % 24:02d}:00:00Z"
            for n in range(100)
        )
    )
    tables = [lake.table(name) for name in ("quick", "careful")]
    for table, extra in zip(tables, ("\n", "\nx,y,z,q,d,t\n"), strict=True):
        table.create(ALL_TYPES)
        ingest(table, write(good + extra), schema=ALL_TYPES)
    assert rows_of(tables[0]) == rows_of(tables[1])
    assert len(rows_of(tables[0])) == 100


naive = dt.datetime  # the lake stores moments without a zone, in UTC

VALUES = [
    ("integer", "12", {}, 12),
    ("integer", " +12 ", {}, 12),
    ("integer", "12.0", {}, 12),
    ("integer", "12.5", {}, "not_an_integer"),
    ("integer", "1e3", {}, "not_an_integer"),
    ("integer", "1_000", {}, "not_an_integer"),
    ("integer", "0x10", {}, "not_an_integer"),
    ("integer", "9223372036854775808", {}, "too_large"),
    ("integer", "1 234", {"thousands": " "}, 1234),
    ("integer", "1\u202f234\u00a0567", {"thousands": " "}, 1234567),
    ("integer", "12 34", {"thousands": " "}, "not_an_integer"),
    ("number", "1.234,5", {"decimal": ",", "thousands": "."}, 1234.5),
    ("number", "12.5", {"decimal": ",", "thousands": "."}, "not_a_number"),
    ("number", "12,5", {"decimal": ","}, 12.5),
    ("number", "12.5", {"decimal": ","}, "not_a_number"),
    ("number", "12,5", {}, "not_a_number"),
    ("number", "NaN", {}, "not_finite"),
    ("number", "-inf", {}, "not_finite"),
    ("number", "1e309", {}, "not_finite"),
    ("number", "1_0.5", {}, "not_a_number"),
    ("number", "n.d.", {"nulls": ("n.d.",)}, None),
    ("boolean", "Oui", {}, True),
    ("boolean", "nee", {}, False),
    ("boolean", "2", {}, "not_a_boolean"),
    ("date", "2024-02-29", {}, dt.date(2024, 2, 29)),
    ("date", "2023-02-29", {}, "not_a_date"),
    ("date", "2024-02-29 12:00", {}, "not_a_date"),
    ("date", "29/02/2024", {"date_format": "%d/%m/%Y"}, dt.date(2024, 2, 29)),
    ("date", "0001-01-01", {}, "date_out_of_range"),
    ("date", "9999-12-31", {}, "date_out_of_range"),
    ("date", "infinity", {}, "date_out_of_range"),
    ("timestamp", "2024-01-01T00:00:00+02:00", {}, naive(2023, 12, 31, 22)),
    ("timestamp", "2024-01-01T00:00-05", {}, naive(2024, 1, 1, 5)),
    ("timestamp", "2024-01-01 10:30", {}, naive(2024, 1, 1, 10, 30)),
    ("timestamp", "2024-01-01 10:30:00 Europe/Brussels", {}, "not_a_timestamp"),
    ("timestamp", "0001-01-01 00:00:00", {}, "date_out_of_range"),
    ("text", "nul\0", {}, "nul_character"),
    ("text", "x" * 100_001, {}, "too_long"),
    ("text", "\ufeffé 👩‍👩‍👧 \u202e", {}, "\ufeffé 👩‍👩‍👧 \u202e"),
]


@pytest.mark.parametrize(("kind", "text", "dialect", "expected"), VALUES)
def test_a_value_is_read_as_declared_or_set_aside(lake, write, kind, text, dialect, expected):
    schema = TableSchema((Column("id", "integer"), Column("v", kind)))
    table = lake.table("one")
    table.create(schema)
    content = f"id;v\n1;{quoted(text)}\n2;\n"
    done = ingest(table, write(content), schema=schema, dialect=Dialect(delimiter=";", **dialect))
    if isinstance(expected, str) and expected in PROBLEMS:
        assert [bad["code"] for bad in rejects_of(done)] == [expected]
    else:
        assert rows_of(table) == [(1, expected), (2, None)]


def test_codes_and_percentages_are_checked(lake, write):
    schema = TableSchema(
        (Column("grade", "text", codes=("a", "l'autre {}")), Column("share", "number", unit="%"))
    )
    table = lake.table("codes")
    table.create(schema)
    done = ingest(table, write("grade,share\na,12.5 %\nl'autre {},3%\nb,4\n"), schema=schema)
    assert rows_of(table) == [("a", 12.5), ("l'autre {}", 3.0)]
    assert rejects_of(done)[0]["code"] == "unknown_code"


def test_the_checks_name_only_known_problems():
    for check in checks(ALL_TYPES, tuple(column.name for column in ALL_TYPES.columns), Dialect()):
        for part in check.problem.split("THEN '")[1:]:
            assert part.split("'")[0] in PROBLEMS
