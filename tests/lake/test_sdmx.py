"""Statistics in SDMX: one configuration for each conflict rule, on small files written by hand."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from civicthread.lake.dialect import Dialect
from civicthread.lake.formulas import FormulaError, compile_formula
from civicthread.lake.import_configuration import CONCEPTS, Configuration, parse
from civicthread.lake.ingest import ingest
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.sdmx import FLAGS
from tests.lake.reading import rows_of

DATA = Path(__file__).parent / "data" / "sdmx"
SCHEMA = TableSchema(
    (
        *(Column(name, "text") for name in CONCEPTS),
        Column("value", "number"),
        Column("flags", "text"),
        *(Column(name, "boolean") for name in FLAGS),
    ),
    keys=("indicator", "area", "period"),
    sort=("area", "period"),
)
WITH_BREAKDOWN = replace(SCHEMA, keys=("indicator", "breakdown", "area", "period"))


@pytest.fixture
def observations(lake):
    """Load a file with a configuration; its rows as (breakdown, area, unit, period, value, flags)."""

    def loaded(file, configuration, schema=WITH_BREAKDOWN):
        told = parse(json.dumps(configuration) if isinstance(configuration, dict) else configuration)
        table = lake.table("statistics")
        table.create(schema)
        done = ingest(table, DATA / file, schema=schema, dialect=Dialect(format="sdmx", sdmx=told))
        assert done.rejected == 0
        return [row[1:7] for row in rows_of(table)], rows_of(table)

    return loaded


def configuration(name):
    return json.loads((DATA / name).read_text())


def test_a_territory_with_several_codes_is_kept_once_and_flags_are_carried(observations):
    shown, rows = observations("refuse.csv", configuration("refuse.json"))
    assert sorted(shown, key=str) == [
        ("F", "BE1", "PC_GRAD", "2020", 1.25, "ep"),
        ("F", "BE1", "PC_GRAD", "2021", None, "c"),
        ("TOTAL", "BE1", "PC_GRAD", "2020", 3.5, "b"),
        ("TOTAL", "EU", "PC_GRAD", "2020", 4.5, "i"),
    ]
    marks = {row[1:5]: dict(zip(FLAGS, row[7:], strict=True)) for row in rows}
    assert marks["F", "BE1", "PC_GRAD", "2020"]["estimated"]
    assert marks["F", "BE1", "PC_GRAD", "2020"]["provisional"]
    assert marks["F", "BE1", "PC_GRAD", "2021"]["confidential"]
    assert not marks["TOTAL", "EU", "PC_GRAD", "2020"]["confidential"]


def test_several_observations_for_one_are_refused_unless_a_rule_says_otherwise(observations):
    told = {**configuration("refuse.json"), "filters": {}}
    with pytest.raises(IngestRefused) as refused:
        observations("refuse.csv", told)
    assert refused.value.code == "sdmx_conflict"
    assert "EU" in str(refused.value)


def test_values_are_summed_and_a_sum_with_a_missing_part_is_missing(observations):
    shown, _ = observations("sum.csv", configuration("sum.json"), replace(SCHEMA, keys=("area", "period")))
    assert shown == [(None, "BE", "MIO", "2020", 12.5, "ep"), (None, "BE", "MIO", "2021", None, "c")]


def test_one_territory_is_never_summed_twice(observations):
    told = {**configuration("refuse.json"), "conflict_resolution": "SUM_VALUES", "breakdown": ""}
    told["filters"] = {"isced11": ["ED5-8"], "sex": ["T"]}
    shown, _ = observations("refuse.csv", told, replace(SCHEMA, keys=("area", "period")))
    assert ("BE1", 3.5) in [(row[1], row[4]) for row in shown]


def test_a_formula_makes_one_value_of_several(observations):
    shown, _ = observations("formula.csv", configuration("formula.json"))
    assert shown == [
        ("total", "BE", "T", "2020", 80.0, "e"),
        ("total", "BE", "T", "2021", None, None),  # nothing collected: no share
        ("total", "FR", "T", "2020", None, None),  # a part is missing
    ]


@pytest.mark.parametrize("file", ["generic.xml", "specific.xml", "data.json"])
def test_messages_in_xml_and_json_give_the_same_observations(observations, file):
    told = {
        "constants": {"indicator": "ict_grad"},
        "dimensions": {"breakdown": "sex", "area": "geo", "unit": "unit", "period": "TIME_PERIOD"},
    }
    shown, _ = observations(file, told)
    assert sorted(shown, key=str) == [
        ("F", "BE10", "PC", "2020", 1.25, None),
        ("T", "BE10", "PC", "2020", 3.5, "b"),
        ("T", "BE10", "PC", "2021", None, "c"),
    ]


def test_the_same_file_with_another_configuration_is_another_load(lake, tmp_path):
    file = shutil.copy(DATA / "refuse.csv", tmp_path)
    table = lake.table("statistics")
    table.create(WITH_BREAKDOWN)
    told = parse((DATA / "refuse.json").read_text())
    versions = [
        ingest(table, Path(file), schema=WITH_BREAKDOWN, dialect=Dialect(format="sdmx", sdmx=one)).version
        for one in (told, told, {**told, "multiplier": 2.0})
    ]
    assert versions == [1, 1, 2]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"conflict": "guess"}, "guess"),
        ({"constants": {}}, "indicator"),
        ({"dimensions": {"area": "geo", "period": "time", "colour": "c"}}, "colour"),
        ({"conflict": "formula", "formula": "A + B", "symbols": {"A": {"x": "y"}}}, "B"),
        ({"surprise": 1}, "surprise"),
        ({"dimensions": 3}, "shape"),
        ({"filters": {"sex": "T"}}, "filters"),
        ({"mappings": {"unit": ["PC"]}}, "mappings"),
        ({"multiplier": float("inf")}, "multiplier"),
        ({"multipliers": {"flow": {"IMP": "-1"}}}, "multipliers"),
        ({"decimals": 1.5}, "decimals"),
        ({"period_start": "2000"}, "period_start"),
        ({"same_areas": [3]}, "shape"),
        ({"conflict_resolution": "SUM_VALUES", "conflict_formula": 3}, "shape"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused_before_any_file(change, word):
    with pytest.raises(IngestRefused, match=word):
        Configuration.from_dict({**configuration("sum.json"), **change})


@pytest.mark.parametrize("text", ["not json", "[1, 2]", "3", "[" * 90_000, "9" * 5000])
def test_a_text_that_is_no_configuration_is_refused(text):
    with pytest.raises(IngestRefused, match="configuration"):
        parse(text)


@pytest.mark.parametrize(
    "content",
    [
        b"<not-sdmx/>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
        b"{}",
        b'{"dataSets": 3}',
        b"<broken",
    ],
)
def test_what_is_no_message_is_refused(lake, write, content):
    table = lake.table("statistics")
    table.create(SCHEMA)
    told = parse((DATA / "sum.json").read_text())
    with pytest.raises(IngestRefused):
        ingest(table, write(content), schema=SCHEMA, dialect=Dialect(format="sdmx", sdmx=told))
    assert table.latest() == 0


@pytest.mark.parametrize(
    "text",
    ["A ** 9", "A if A else B", "f(A)", "A.b", "'a'", "A[0]", "True", "A or B", "1j", "lambda: A", "", "A +"],
)
def test_a_formula_is_arithmetic_and_nothing_else(text):
    with pytest.raises(FormulaError):
        compile_formula(text, {"A": "a", "B": "b"})


@pytest.mark.parametrize("text", ["1" * 400, "A + 1e999", "-1e400"])
def test_a_number_without_end_is_refused(text):
    with pytest.raises(FormulaError) as refused:
        compile_formula(text, {"A": "a"})
    assert refused.value.code == "formula_number"
    assert compile_formula("1" * 300, {}).startswith("1.11")


def test_a_dimension_the_file_lacks_is_named(observations):
    told = {**configuration("sum.json"), "filters": {"colour": ["red"]}}
    with pytest.raises(IngestRefused, match="colour"):
        observations("sum.csv", told)
