import gzip
import threading
from dataclasses import replace

import duckdb
import pytest

from civicthread.lake import staging
from civicthread.lake.dialect import Dialect
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import PROBLEMS, REFUSALS, IngestRefused, StaleWriter
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake
from tests.lake.conftest import COUNTS, FIRST
from tests.lake.reading import rejects_in, rejects_of, rows_of, stray_files


def test_a_file_becomes_one_sorted_version(counts, load):
    done = load(FIRST)
    assert (done.version, done.rows, done.rejected, done.rejects_file) == (1, 3, 0, None)
    assert rows_of(counts) == [("Ixelles", 2020, 3), ("Ixelles", 2021, 7), ("Uccle", 2020, 5)]
    noted = counts.history()[0].metadata
    assert (noted["sha256"], noted["rows"], noted["mode"]) == (done.sha256, 3, "replace")


@pytest.mark.parametrize("mode", ["replace", "append", "upsert"])
def test_the_same_file_twice_changes_nothing(counts, load, mode):
    first = load(FIRST + "Evere,2020,x\n", mode=mode)
    again = load(FIRST + "Evere,2020,x\n", mode=mode)
    assert again.unchanged
    assert (again.version, again.rows, again.rejected) == (first.version, 3, 1)
    assert again.rejects_file == first.rejects_file
    assert counts.latest() == 1


def test_the_same_file_counts_again_after_another(counts, load):
    load(FIRST)
    load(FIRST.replace("5", "6"))
    assert not load(FIRST).unchanged
    assert counts.latest() == 3


def test_the_same_file_counts_again_under_another_declaration(counts, load, write):
    load(FIRST)
    narrower = replace(COUNTS, columns=(*COUNTS.columns[:2], Column("n", "integer", maximum=6)))
    done = ingest(counts, write(FIRST), schema=narrower)
    assert (done.unchanged, done.rejected) == (False, 1)


def test_an_appended_file_is_known_until_the_rows_are_replaced_or_restored(counts, load):
    more = "area,year,n\nEvere,2020,1\n"
    load(FIRST)
    load(more, mode="append")
    load("area,year,n\nForest,2020,1\n", mode="append")
    assert load(more, mode="append").unchanged
    counts.restore(1, expected_version=3)
    assert not load(more, mode="append").unchanged
    load(FIRST)
    assert not load(more, mode="append").unchanged
    assert len(rows_of(counts)) == 4


def test_a_row_added_twice_is_set_aside(counts, load):
    load(FIRST)
    done = load("area,year,n\nUccle,2020,9\nEvere,2020,1\nEvere,2020,2\nForest,2020,1\n", mode="append")
    assert (done.rows, done.rejected) == (2, 2)
    assert [(bad["line"], bad["code"], bad["value"]) for bad in rejects_of(done)] == [
        ("2", "key_exists", "Uccle · 2020"),
        ("4", "duplicate_key", "Evere · 2020"),
    ]
    assert ("Uccle", 2020, 5) in rows_of(counts)


@pytest.mark.parametrize("sort", [("area", "year"), ("year", "area"), ("n", "area"), ()])
def test_a_double_is_found_whatever_the_order(lake, write, sort):
    table = lake.table("sorted")
    schema = replace(COUNTS, sort=sort)
    table.create(schema)
    done = ingest(table, write(FIRST + "Uccle,2021,4\nUccle,2020,9\n"), schema=schema)
    assert (done.rows, [bad["line"] for bad in rejects_of(done)]) == (4, ["6"])


def test_rows_are_updated_by_key(counts, load):
    load(FIRST)
    load("area,year,n\nEvere,2020,1\n", mode="append")
    done = load("area,year,n\nUccle,2020,50\nForest,2020,2\n", mode="upsert")
    assert done.rows == 2
    assert sorted(rows_of(counts)) == [
        ("Evere", 2020, 1),
        ("Forest", 2020, 2),
        ("Ixelles", 2020, 3),
        ("Ixelles", 2021, 7),
        ("Uccle", 2020, 50),
    ]
    assert len(counts.version().files) == 2
    assert len(rows_of(counts, 2)) == 4


def test_an_update_into_an_empty_table_or_of_new_keys_only_adds(counts, load):
    load(FIRST, mode="upsert")
    load("area,year,n\nEvere,2020,1\n", mode="upsert")
    assert len(rows_of(counts)) == 4


def test_a_table_without_keys_cannot_be_updated_by_key(lake, write):
    table = lake.table("plain")
    schema = replace(COUNTS, keys=())
    table.create(schema)
    with pytest.raises(IngestRefused, match="keys"):
        ingest(table, write(FIRST), schema=schema, mode="upsert")


def test_bad_rows_are_set_aside_with_line_column_reason_and_text(counts, load):
    done = load(
        "area,year,n\r\n"
        'Uccle,"2020",5\r\n'
        "Evere,x,-1\r\n"
        '"Two\r\nlines",2020,1.5\r\n'
        "\r\n"
        "Forest,2020,1,9\r\n"
        "Jette\r\n"
        ",2020,1\r\n"
        "Ganshoren,2020,9223372036854775808\r\n"
        'Anderlecht,2020,"=cmd|calc"\r\n'
        "Uccle,2021,1\r\nUccle,2022,1\r\nUccle,2023,1\r\nUccle,2024,1\r\nUccle,2025,1\r\nUccle,2026,1\r\n"
        "Uccle,2027,11.0\r\n"
    )
    assert (done.rows, done.rejected) == (8, 7)
    assert [(bad["line"], bad["column"], bad["code"], bad["value"]) for bad in rejects_of(done)] == [
        ("3", "n", "out_of_range", "'-1"),
        ("3", "year", "not_an_integer", "x"),
        ("4", "n", "not_an_integer", "1.5"),
        ("7", "", "too_many_values", ""),
        ("8", "", "too_few_values", ""),
        ("9", "area", "missing", ""),
        ("10", "n", "too_large", "9223372036854775808"),
        ("11", "n", "not_an_integer", "'=cmd|calc"),
    ]
    assert rejects_of(done)[3]["row"] == "Forest,2020,1,9"
    assert all(bad["reason"] == PROBLEMS[bad["code"]] for bad in rejects_of(done))


def test_too_many_bad_rows_refuse_the_file_and_list_them(counts, load):
    load(FIRST)
    with pytest.raises(IngestRefused) as refused:
        load("area,year,n\nUccle,2020,x\nEvere,2020,y\nForest,2020,1\n")
    assert (refused.value.code, refused.value.params) == ("too_many_bad_rows", {"bad": 2, "total": 3})
    assert [bad["line"] for bad in rejects_in(refused.value.rejects_file)] == ["2", "3"]
    assert counts.latest() == 1


def test_the_share_of_bad_rows_can_be_declared(tmp_path, write):
    table = Lake(tmp_path / "strict").table("counts")
    table.create(COUNTS)
    file = write(FIRST + "Evere,2020,x\n")
    with pytest.raises(IngestRefused, match="1 of 4"):
        ingest(table, file, schema=COUNTS, bad_share=0.24)
    assert ingest(table, file, schema=COUNTS, bad_share=0.25).rejected == 1


def test_a_file_of_bad_rows_only_is_refused_whatever_the_share(counts, write):
    with pytest.raises(IngestRefused, match="1 of 1"):
        ingest(counts, write("area,year,n\nEvere,2020,x\n"), schema=COUNTS, bad_share=1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("\n\n\n", "empty_file"),
        ("area,year,n\n", "no_rows"),
        ("area,year\nUccle,2020\n", "missing_columns"),
        ("area,year,n,more\nUccle,2020,5,1\n", "unknown_columns"),
        ("area,year,n,n\nUccle,2020,5,1\n", "duplicate_headings"),
        ("area,,n\nUccle,2020,5\n", "empty_heading"),
        ('area,year,n\nUccle,2020,"5\nEvere,2020,1\n', "unclosed_quote"),
        ('area,year,n\nUccle,2020,"5\n' + "Evere,2020,1\n" * 2000, "unclosed_quote"),
        (b"area,year,n\nUccle,2020,5\nFor\xeat,2020,x\n", "wrong_encoding"),
        (b"ar\xe9a,year,n\nUccle,2020,5\n", "wrong_encoding"),
        (b"PK\x03\x04 and more", "not_text"),
        (b"%PDF-1.7 and more", "not_text"),
        (gzip.compress(b"", mtime=0), "empty_file"),
        (gzip.compress(FIRST.encode(), mtime=0)[:-9], "bad_gzip"),
        (gzip.compress(bytes(80 << 20), compresslevel=1, mtime=0), "bomb"),
        ("area,year,n\nUccle,2020,x\n", "too_many_bad_rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_changes(counts, load, content, code):
    load(FIRST)
    with pytest.raises(IngestRefused) as refused:
        load(content)
    assert refused.value.code == code
    assert str(refused.value) == REFUSALS[code] % refused.value.params
    assert counts.latest() == 1
    assert len(rows_of(counts)) == 3
    assert stray_files(counts) == set()
    assert list((counts.folder / "_work").iterdir()) == []


def test_a_file_that_is_not_there_is_refused(counts, tmp_path):
    with pytest.raises(IngestRefused, match="cannot be opened"):
        ingest(counts, tmp_path / "nothing.csv", schema=COUNTS)


def test_a_schema_that_is_not_the_table_s_is_refused(counts, write):
    other = replace(COUNTS, columns=(*COUNTS.columns[:2], Column("n", "number")))
    with pytest.raises(IngestRefused, match="not the declared ones: n"):
        ingest(counts, write(FIRST), schema=other)


def test_a_stale_ingestion_is_refused(counts, load):
    load(FIRST)
    with pytest.raises(StaleWriter):
        load(FIRST, expected_version=0)


def test_two_ingestions_at_once_commit_or_are_refused(counts, write):
    """Each holds its own rows; the one that comes second is refused and, repeated, loses nothing."""
    files = [write(f"area,year,n\nA,{n},1\nB,{n},1\n", f"{n}.csv") for n in range(4)]
    start = threading.Barrier(4)
    outcomes: list[object] = []

    def loader(path):
        start.wait()
        while True:
            try:
                outcomes.append(ingest(counts, path, schema=COUNTS, mode="append").version)
            except StaleWriter as refused:
                outcomes.append(refused)
            else:
                return

    threads = [threading.Thread(target=loader, args=(path,)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome for outcome in outcomes if isinstance(outcome, int)) == [1, 2, 3, 4]
    assert len(rows_of(counts)) == 8
    assert stray_files(counts) == set()


def test_a_progress_that_raises_cancels_and_changes_nothing(counts, load):
    def cancel(stage, share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(FIRST, progress=cancel)
    assert counts.latest() == 0
    assert stray_files(counts) == set()


def test_progress_names_its_stages(counts, load):
    seen = []
    load(FIRST + "Evere,2020,x\n", progress=lambda stage, share: seen.append((stage, share)))
    assert {stage for stage, _ in seen} == {"reading", "writing", "committing"}
    assert seen[-1] == ("committing", 1.0)
    assert all(0 <= share <= 1 for _, share in seen)


def test_a_reference_period_fills_the_period_column(lake, write):
    schema = TableSchema((Column("area", "text"), Column("period", "integer")))
    table = lake.table("dated")
    table.create(schema)
    ingest(table, write("area\nUccle\n\nEvere\n"), schema=schema, reference_period="2024")
    assert rows_of(table) == [("Uccle", 2024), ("Evere", 2024)]
    with pytest.raises(IngestRefused, match="period"):
        ingest(table, write("area\nUccle\n", "again.csv"), schema=schema)


def test_a_reference_period_needs_its_column(counts, load):
    with pytest.raises(IngestRefused, match="no column named"):
        load(FIRST, reference_period="2024")


def test_headings_may_differ_from_column_names_and_be_ignored(lake, write):
    schema = TableSchema((Column("no2", "number", source="NO₂ (µg/m³)"),))
    table = lake.table("air")
    table.create(schema)
    ingest(table, write("Extra,NO₂ (µg/m³)\nx,12.5\n"), schema=schema, dialect=Dialect(ignore=("Extra",)))
    assert rows_of(table) == [(12.5,)]


def test_an_old_file_cannot_fill_an_added_column_that_it_lacks(counts, load, write):
    load(FIRST)
    wider = replace(COUNTS, columns=(*COUNTS.columns, Column("note", "text")))
    counts.change_schema(wider, expected_version=1)
    with pytest.raises(IngestRefused, match="Missing from the file: note"):
        ingest(counts, write(FIRST), schema=wider)
    ingest(counts, write("area,year,n,note\nEvere,2020,1,new\n"), schema=wider, mode="append")
    assert ("Evere", 2020, 1, "new") in rows_of(counts)


LARGE = TableSchema(
    (Column("area", "text"), Column("day", "date"), Column("n", "integer"), Column("kind", "text")),
    sort=("area", "day"),
)


def large_file(path, *, odd: str = ""):
    """Above the size from which text columns are read as dictionaries."""
    sql = "SELECT 'area ' || (i * 7) % 19 AS area, DATE '2020-01-01' + (i % 900)::INT AS day, i AS n, "
    sql += "['dry', 'wet'][1 + i % 2] AS kind FROM range(1_400_000) t(i)"
    duckdb.execute(f"COPY ({sql}) TO '{path}' (HEADER)")
    with path.open("a") as file:
        file.write(odd)
    return path


@pytest.mark.parametrize(
    ("odd", "rejected"),
    [("", 0), ("a place of its own,2021-05-05,1,dry\n", 0), ("area 1,2021-13-05,1,dry\n", 1)],
)
def test_a_large_file_is_read_whole_and_sorted_whatever_words_it_holds(lake, tmp_path, odd, rejected):
    table = lake.table("large")
    table.create(LARGE)
    done = ingest(table, large_file(tmp_path / "large.csv", odd=odd), schema=LARGE)
    assert (done.rows, done.rejected) == (1_400_000 + bool(odd) - rejected, rejected)
    file = table.version().files[0]
    order = duckdb.execute(
        f"SELECT count(*) FROM (SELECT (area, day) < lag((area, day)) OVER (ORDER BY file_row_number) AS back "
        f"FROM read_parquet('{file}', file_row_number = true)) WHERE back"
    ).fetchone()
    assert order == (0,)
    total = duckdb.execute(f"SELECT sum(n), count(DISTINCT area) FROM '{file}'").fetchone()
    base = sum(range(1_400_000))
    assert total == ((base + 1, 20) if "own" in odd else (base, 19))


def test_repeated_rows_are_counted_where_no_key_tells(lake, write, monkeypatch):
    loose = TableSchema(COUNTS.columns)
    table = lake.table("loose")
    table.create(loose)
    text = FIRST + "Uccle,2020,5\nUccle,2020,\nUccle,2020,\n"
    done = ingest(table, write(text), schema=loose)
    assert (done.rows, done.repeated, done.rejected) == (6, 2, 0)
    assert ingest(table, write(text), schema=loose).repeated == 2, "the log tells it again"
    more = ingest(table, write(text + "Evere,x,1\n"), schema=loose, mode="append")
    assert (more.rows, more.repeated, more.rejected) == (6, 2, 1)
    monkeypatch.setattr(staging, "COUNTABLE", 3)
    assert ingest(table, write(text + "Evere,1,1\n"), schema=loose).repeated == 0, "a large file is not asked"
