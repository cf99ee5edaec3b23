"""From cells to scores: what holds for any cells, in any order."""

import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civicthread.core.errors import Refused
from civicthread.indices import scoring
from civicthread.indices.scoring import cells_of, digest, scored
from civicthread.methods import composite
from civicthread.methods.composite import Goalposts, Layer, Method, Part

TREE = composite.parse(
    [
        {"level": "index", "code": "city", "parent": "", "weight": "1"},
        {"level": "group", "code": "light", "parent": "city", "weight": "2"},
        {"level": "indicator", "code": "wifi", "parent": "city", "weight": "1", "min": "0", "max": "50"},
        {"level": "indicator", "code": "lit", "parent": "light", "weight": "1", "min": "0", "max": "100"},
        {
            "level": "indicator",
            "code": "dark",
            "parent": "light",
            "weight": "1",
            "min": "0",
            "max": "10",
            "direction": "-1",
        },
    ]
)
CELLS = st.lists(
    st.tuples(
        st.sampled_from(["2023", "2024"]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["lit", "dark", "wifi"]),
        st.sampled_from([layer.value for layer in Layer]),
        st.floats(-1e6, 1e6) | st.none(),
    ),
    unique_by=lambda cell: cell[:4],
    max_size=16,
)
# A busy machine draws slowly; that says nothing of the scores.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = ("edition", "area", "code", "layer", "value")


def rows(cells):
    return [dict(zip(NAMES, cell, strict=True)) for cell in cells]


@PATIENT
@given(CELLS, st.integers(0, 1000))
def test_the_order_of_the_rows_changes_no_digit(cells, seed):
    shuffled = list(cells)
    random.Random(seed).shuffle(shuffled)
    one, other = (tuple(scored(TREE, cells_of(rows(of), ("cells",)))) for of in (cells, shuffled))
    assert digest(one) == digest(other)
    assert sorted(one, key=repr) == sorted(other, key=repr)


@PATIENT
@given(CELLS)
def test_every_place_has_every_part_and_its_coverage_makes_one(cells):
    found = list(scored(TREE, cells_of(rows(cells), ("cells",))))
    assert len(found) == 5 * len({cell[:2] for cell in cells})
    for row in found:
        assert math.fsum((row.measured, row.proxy, row.recovered, row.imputed, row.missing)) == pytest.approx(
            1
        )
        assert (row.raw is None) == (row.layer == "")
        assert row.points is None or math.isfinite(row.points)


@PATIENT
@given(CELLS)
def test_a_cell_comes_from_the_first_layer_that_has_it(cells):
    known = {cell[:4]: cell[4] for cell in cells if cell[4] is not None}
    for row in scored(TREE, cells_of(rows(cells), ("cells",))):
        if row.part in {"lit", "dark", "wifi"}:
            layers = [layer for layer in Layer if (row.edition, row.area, row.part, layer.value) in known]
            assert row.layer == (layers[0].value if layers else "")
            assert row.raw == (known[row.edition, row.area, row.part, layers[0].value] if layers else None)


def test_a_value_that_is_no_number_is_missing_and_a_second_one_refused():
    row = {"edition": "2023", "area": "A", "code": "lit", "layer": "measured"}
    found = cells_of([{**row, "value": math.nan}, {**row, "value": 5.0}], ("cells",))
    assert found["2023", "A"][Layer.MEASURED]["lit"].value == 5.0
    with pytest.raises(Refused) as refused:
        cells_of([{**row, "value": 5.0}, {**row, "value": 6.0}], ("cells",))
    assert refused.value.facts == {"part": "lit", "area": "A", "edition": "2023"}


def test_the_row_of_a_cell_names_its_area_in_the_dataset():
    row = {
        "edition": "2023",
        "area": "04000",
        "code": "lit",
        "layer": "proxy",
        "value": 5.0,
        "source_area": "BE",
    }
    cell = cells_of([row], ("cells",))["2023", "04000"][Layer.PROXY]["lit"]
    assert (cell.dataset, cell.row) == ("cells", "2023, BE, lit")
    (cell,) = cells_of([{**row, "dataset": "two"}], ("one", "two"))["2023", "04000"][Layer.PROXY].values()
    assert cell.dataset == "two"


def test_a_name_that_is_too_long_is_refused():
    row = {"edition": "2" * 61, "area": "A", "code": "lit", "layer": "measured", "value": 5.0}
    with pytest.raises(Refused) as refused:
        cells_of([row], ("cells",))
    assert refused.value.code == "index-too-long"


def test_digest_sees_the_last_bit():
    method = Method(Part("top", "index", 1, (), Goalposts(0, 1)))
    row = {"edition": "2023", "area": "A", "code": "top", "layer": "measured"}
    one, other = (
        tuple(scored(method, cells_of([{**row, "value": value}], ("cells",))))
        for value in (0.1, math.nextafter(0.1, 1))
    )
    assert digest(one) != digest(other)
    assert isinstance(one[0], scoring.Row)


def test_a_run_from_before_the_layer_of_recovered_values_keeps_its_fingerprint():
    shares = (1.0, 0.0, 0.0, 0.0)
    old = scoring.Row(
        "2023", "A", "top", "index", 50.0, 1.0, 0.5, "measured", "cells", "2023, A, top", *shares
    )
    assert old.line == (
        "Row(edition='2023', area='A', part='top', level='index', points=50.0, weight=1.0, raw=0.5, "
        "layer='measured', dataset='cells', row='2023, A, top', measured=1.0, proxy=0.0, imputed=0.0, missing=0.0)"
    )
    assert old._replace(measured=0.0, recovered=1.0).line.endswith("missing=0.0, recovered=1.0)")
