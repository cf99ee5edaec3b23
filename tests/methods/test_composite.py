import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.methods.composite import (
    Goalposts,
    Layer,
    Method,
    MethodError,
    Missing,
    Part,
    parse,
    parse_values,
    ranks,
    reweigh,
    score,
)

CODES = ("a", "b", "c", "d")
WEIGHTS = st.lists(st.floats(0.01, 100), min_size=4, max_size=4)
CELLS = st.dictionaries(st.sampled_from(CODES), st.floats(-1e3, 1e3))
ROWS = [
    {"level": "index", "code": "top", "parent": "", "weight": "1"},
    {"level": "dimension", "code": "one", "parent": "top", "weight": "3"},
    {"level": "dimension", "code": "two", "parent": "top", "weight": "1"},
    {"level": "indicator", "code": "a", "parent": "one", "weight": "1", "min": "0", "max": "10"},
    {
        "level": "indicator",
        "code": "b",
        "parent": "one",
        "weight": "1",
        "min": "0",
        "max": "2",
        "direction": "-1",
    },
    {
        "level": "indicator",
        "code": "c",
        "parent": "two",
        "weight": "5",
        "min": "0",
        "max": "1",
        "winsorise": "yes",
    },
]


def tree(weights: list[float], missing: Missing = Missing.REFUSE) -> Method:
    """An index of two groups: a and b under one, c and d under two."""
    leaves = [
        Part(code, "indicator", weight, (), Goalposts(0, 10))
        for code, weight in zip(CODES, weights, strict=True)
    ]
    groups = Part("one", "dimension", 2, tuple(leaves[:2])), Part("two", "dimension", 1, tuple(leaves[2:]))
    return Method(Part("top", "index", 1, groups), missing)


def changed(code: str, /, **columns: str) -> list[dict[str, str]]:
    return [row | columns if row["code"] == code else row for row in ROWS]


def test_a_score_is_the_weighted_mean_of_each_level():
    result = score(parse(ROWS), {Layer.MEASURED: {"a": 5, "b": 0.5, "c": 7}})
    assert result.find("one").value == (0.5 + 0.75) / 2
    assert result.find("two").value == 1  # winsorised
    assert result.points == 100 * (0.75 * 0.625 + 0.25 * 1)
    assert [part.contribution for part in result.parts] == [46.875, 25.0]


@given(WEIGHTS, CELLS, st.sampled_from(list(Missing)))
def test_the_parts_of_a_score_add_up_to_it(weights, cells, missing):
    for node in score(tree(weights, missing), {Layer.MEASURED: cells}).walk():
        if node.parts and node.value is not None:
            assert math.fsum(part.weight for part in node.parts) == pytest.approx(1)
            total = math.fsum(part.contribution or 0 for part in node.parts)
            assert total == pytest.approx(node.points, rel=1e-9, abs=1e-6)
            present = [part.value for part in node.parts if part.value is not None]
            assert min(present) - 1e-6 <= node.value <= max(present) + 1e-6


@given(WEIGHTS, CELLS, CELLS, CELLS, CELLS)
def test_coverage_makes_up_the_whole_weight(weights, measured, proxy, recovered, imputed):
    layers = dict(zip(Layer, (measured, proxy, recovered, imputed), strict=True))
    for node in score(tree(weights), layers).walk():
        shares = node.coverage
        assert math.fsum(vars(shares).values()) == pytest.approx(1)
        assert (node.value is None) == (shares.missing > 0)


@given(WEIGHTS, CELLS, st.floats(0.1, 10))
def test_only_the_ratio_of_weights_counts(weights, cells, factor):
    one, two = (
        score(tree(each, Missing.RENORMALISE), {Layer.MEASURED: cells}).value
        for each in (weights, [weight * factor for weight in weights])
    )
    assert two == (one if one is None else pytest.approx(one, rel=1e-9, abs=1e-9))


@given(WEIGHTS, st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4), st.permutations(range(4)))
def test_the_order_of_the_parts_does_not_change_a_bit(weights, values, order):
    leaves = [part for part in tree(weights).root.walk() if part.goalposts]
    cells = {Layer.MEASURED: dict(zip(CODES, values, strict=True))}
    one, two = (
        score(Method(Part("top", "index", 1, tuple(parts))), cells).value
        for parts in (leaves, [leaves[each] for each in order])
    )
    assert one == two


@given(WEIGHTS, CELLS)
def test_a_missing_part_makes_the_index_missing_unless_the_method_renormalises(weights, cells):
    refused = score(tree(weights), {Layer.MEASURED: cells})
    shared = score(tree(weights, Missing.RENORMALISE), {Layer.MEASURED: cells})
    assert (refused.value is None) == (len(cells) < len(CODES))
    assert (shared.value is None) == (not cells)


def test_a_missing_value_is_not_zero():
    method = tree([1, 1, 1, 1], Missing.RENORMALISE)
    missing = score(method, {Layer.MEASURED: {"a": 10, "c": 10, "d": 10}})
    zero = score(method, {Layer.MEASURED: {"a": 10, "b": 0, "c": 10, "d": 10}})
    assert missing.value == pytest.approx(1)
    assert zero.value == pytest.approx(2 / 3)
    assert missing.find("b").contribution is None


def test_the_measured_value_goes_before_the_proxy_the_recovered_and_the_imputed():
    layers = {
        Layer.IMPUTED: dict.fromkeys(CODES, 3.0),
        Layer.RECOVERED: {"c": 2.5},
        Layer.PROXY: {"a": 2, "b": 2},
        Layer.MEASURED: {"a": 1},
    }
    result = score(tree([1, 1, 1, 1]), layers)
    assert [result.find(code).cell.layer for code in CODES] == ["measured", "proxy", "recovered", "imputed"]
    assert (result.coverage.measured, result.coverage.proxy) == pytest.approx((1 / 3, 1 / 3))


@given(st.floats(-100, 100), st.floats(0.1, 100), st.floats(-1e3, 1e3), st.booleans())
def test_turning_the_direction_mirrors_the_score(low, width, value, winsorise):
    up, down = (Goalposts(low, low + width, sign, winsorise).normalise(value) for sign in (1, -1))
    assert up + down == pytest.approx(1, abs=1e-9)
    assert not winsorise or 0 <= up <= 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(MethodError, match=r"b: .* is not a number"):
        score(tree([1, 1, 1, 1]), {Layer.MEASURED: {"a": 1, "b": value}})


@given(WEIGHTS, st.floats(0.01, 100))
def test_what_if_weights_change_only_the_parts_named(weights, weight):
    method = tree(weights)
    other = reweigh(method, {"a": weight})
    assert other == tree([weight, *weights[1:]])
    assert reweigh(other, {"a": weights[0]}) == method


def test_a_weight_of_zero_takes_an_indicator_out():
    cells = {Layer.MEASURED: {"a": 10, "c": 10, "d": 10}}
    assert score(tree([1, 1, 1, 1]), cells).value is None
    assert score(reweigh(tree([1, 1, 1, 1]), {"b": 0}), cells).value == pytest.approx(1)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"z": 1}, "no z"),
        ({"a": -1}, "from zero up"),
        ({"a": 0, "b": 0}, "at least one"),
        ({"a": math.nan}, "zero up"),
    ],
)
def test_impossible_what_if_weights_are_refused(weights, message):
    with pytest.raises(MethodError, match=message):
        reweigh(tree([1, 1, 1, 1]), weights)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "Exactly one row"),
        ([*ROWS, {**ROWS[0], "code": "other"}], "Exactly one row"),
        ([*ROWS, ROWS[3]], "a: this code is used 2 times"),
        ([*ROWS, {**ROWS[0], "parent": "top"}], "top: this code is used 2 times"),
        (changed("a", code=""), "no code"),
        (changed("a", parent="nowhere"), "a: not under the index"),
        (changed("one", parent="a", min=""), "a, b, one: not under the index"),
        (changed("a", weight="much"), r"a: 'much' is not a number \(weight\)"),
        (changed("a", weight="nan"), "a: 'nan' is not a number"),
        (changed("a", weight="-1"), "a: a weight"),
        (changed("a", min="10"), "a: The minimum"),
        (changed("a", min=""), r"a: '' is not a number \(min\)"),
        (changed("a", min="", max=""), "a: an indicator has goalposts"),
        (changed("one", min="0", max="1"), "one: an indicator has goalposts"),
        (changed("b", direction="down"), "b: direction is 1 or -1"),
        (changed("c", winsorise="perhaps"), "c: direction is 1 or -1, winsorise"),
    ],
)
def test_rows_that_make_no_method_are_refused_with_the_code_at_fault(rows, message):
    with pytest.raises(MethodError, match=message):
        parse(rows)


def test_other_columns_and_short_rows_are_left_alone():
    rows = [row | {"label": "x", "winsorise": row.get("winsorise")} for row in ROWS]
    assert parse(rows) == parse(ROWS)


def test_an_empty_value_is_missing_not_zero():
    rows = [{"edition": "2022", "area": "BE", "code": "a", "value": " "}]
    assert parse_values(rows) == {("2022", "BE"): {}}


@pytest.mark.parametrize("values", [["1", "2"], ["x"], ["1,5"], ["inf"]])
def test_a_second_value_and_a_text_are_refused(values):
    with pytest.raises(MethodError, match="a: "):
        parse_values({"edition": "2022", "area": "BE", "code": "a", "value": value} for value in values)


@given(st.dictionaries(st.text(min_size=1), st.none() | st.integers(0, 5), max_size=10))
def test_equal_scores_share_a_rank(values):
    result = ranks(values)
    assert set(result) == {area for area, value in values.items() if value is not None}
    for one in result:
        for other in result:
            assert (values[one] > values[other]) == (result[one] < result[other])


def test_an_index_of_one_indicator_is_that_indicator():
    rows = [{"level": "index", "code": "top", "parent": "", "weight": "1", "min": "0", "max": "4"}]
    result = score(parse(rows), {Layer.PROXY: {"top": 1}})
    assert (result.points, result.coverage.proxy) == (25.0, 1.0)


@given(WEIGHTS, st.fixed_dictionaries({code: st.floats(-1e3, 1e3) for code in CODES}))
def test_a_better_value_never_lowers_the_index(weights, cells):
    method = tree(weights)
    better = {**cells, "a": cells["a"] + 1}
    assert score(method, {Layer.MEASURED: better}).value >= score(method, {Layer.MEASURED: cells}).value
