import math

import pytest

from civicthread.methods.composite import Goalposts, Layer, Missing, Score, ranks, score
from tests.methods import desi

TOLERANCE_2020 = 2e-4  # the published figures have six significant digits
IMPUTED_2022 = {"CY", "CZ", "EL", "FI", "HR", "LU", "MT", "PL"}
# The worked example of DESI 2022 to the digits printed, and the indices quoted beside it.
PRINTED_2022 = {
    ("BE", "1"): 48.6909939393939,
    ("BE", "2"): 39.8268,
    ("BE", "3"): 47.9588,
    ("BE", "4"): 64.7530,
    ("BE", "desi"): 50.30739,
    ("DE", "desi"): 52.8830,
    ("EU", "desi"): 52.2752,
    ("FI", "desi"): 69.5976,
    ("DK", "desi"): 69.3338,
    ("RO", "desi"): 30.5849,
}


@pytest.fixture(scope="module")
def desi2020() -> dict[desi.Key, Score]:
    return desi.scores("desi-2020")


@pytest.fixture(scope="module")
def desi2022() -> dict[desi.Key, Score]:
    return desi.scores("desi-2022")


def index_of(scores: dict[desi.Key, Score], edition: str) -> dict[str, float | None]:
    """The index of each Member State; the EU is no competitor in the ranking."""
    return {area: one.points for (year, area), one in scores.items() if year == edition and area != "EU"}


def published(figure: str) -> dict[tuple[desi.Key, str], float]:
    return {
        ((row["edition"], row["area"]), row["code"]): float(row["value"])
        for row in desi.rows("desi-2020", "published")
        if row["figure"] == figure
    }


def test_desi_2020_replays_all_contributions_of_measured_cells(desi2020):
    measured = {
        (key, node.code): node.contribution
        for key, one in desi2020.items()
        for node in one.walk()
        if node.cell and node.cell.layer is Layer.MEASURED
    }
    expected = published("contribution")
    assert len(measured) == 5_574
    assert max(abs(value - expected[each]) for each, value in measured.items()) <= TOLERANCE_2020


def test_desi_2020_replays_the_contributions_of_every_group(desi2020):
    expected = published("contribution")
    groups = {
        (key, node.code): node.contribution
        for key, one in desi2020.items()
        for node in one.walk()
        if node.level in ("dimension", "subdimension")
    }
    assert len(groups) == 174 * 17
    assert max(abs(value - expected[each]) for each, value in groups.items()) <= TOLERANCE_2020


def test_desi_2020_replays_all_scores(desi2020):
    expected = published("score")
    parts = published("contribution")
    for key in desi2020:  # the index is published as the sum of its five contributions
        expected[key, "desi"] = math.fsum(parts[key, part.code] for part in desi2020[key].parts)
    assert len(expected) == 1_044
    worst = max(abs(desi2020[key].find(code).points - value) for (key, code), value in expected.items())
    assert worst <= TOLERANCE_2020


def test_desi_2020_fills_864_cells_from_published_contributions(desi2020):
    expected = published("contribution")
    imputed = [
        (key, node) for key, one in desi2020.items() for node in one.walk() if node.cell and
        node.cell.layer is Layer.IMPUTED
    ]  # fmt: skip
    assert len(imputed) == 864
    assert all(abs(node.contribution - expected[key, node.code]) < 1e-9 for key, node in imputed)


def test_belgium_in_desi_2020_reads_as_published(desi2020):
    belgium = desi2020["2020", "BE"]
    assert [round(part.points, 2) for part in belgium.parts] == [52.03, 50.39, 61.16, 65.87, 71.73]
    history = [round(desi2020[str(year), "BE"].points, 2) for year in range(2015, 2021)]
    assert history == [42.82, 46.40, 48.93, 50.15, 52.96, 58.71]
    assert ranks(index_of(desi2020, "2020"))["BE"] == 9
    assert ranks(index_of(desi2020, "2020"))["FI"] == 1
    assert round(desi2020["2020", "EU"].points, 1) == 52.6


def test_the_arithmetic_of_belgian_connectivity_is_explained_down_to_the_cell(desi2020):
    connectivity = desi2020["2020", "BE"].find("desi_1_conn")
    assert [round(part.points, 3) for part in connectivity.parts] == [51.984, 77.350, 34.159, 51.586]
    assert [part.weight for part in connectivity.parts] == [0.25, 0.25, 0.35, 0.15]
    assert round(math.fsum(part.contribution for part in connectivity.parts), 4) == 52.0274
    mobile = connectivity.find("desi_1c2_mbbtu")
    assert (mobile.cell.value, mobile.goalposts) == (77.9903, Goalposts(25, 200))
    assert mobile.contribution == pytest.approx(7.57004, abs=5e-6)


def test_less_is_better_where_the_method_says_so(desi2020):
    never_used = desi2020["2020", "BE"].find("desi_3a1_notiu")
    assert never_used.cell.value == 0.0693649
    assert never_used.contribution == pytest.approx(42.2928, abs=5e-5)


def test_desi_2022_replays_the_worked_examples_to_the_digits_printed(desi2022):
    for (area, code), printed in PRINTED_2022.items():
        digits = len(str(printed).partition(".")[2])
        assert desi2022["2022", area].find(code).points == pytest.approx(printed, abs=0.5000001 * 10**-digits)


def test_desi_2022_publishes_the_figures_of_its_example_file(desi2022):
    for row in desi.rows("desi-2022", "published"):
        digits = len(row["value"].partition(".")[2])
        points = desi2022[row["edition"], row["area"]].find(row["code"]).points
        assert points == pytest.approx(float(row["value"]), abs=0.5000001 * 10**-digits), row


def test_desi_2022_normalises_belgian_skills_as_in_the_worked_example(desi2022):
    skills = desi2022["2022", "BE"].find("1")
    values = [node.value for node in skills.walk() if node.cell]
    assert values == pytest.approx([0.542318, 0.399052, 0.560688, 0.56, 0.392, 0.652356, 0.22], abs=5e-7)
    assert [part.value for part in skills.parts] == pytest.approx([0.511094, 0.462726], abs=5e-7)
    assert [part.weight for part in skills.parts[0].parts] == [0.5, 0.25, 0.25]


def test_one_country_has_a_score_and_a_rank_under_each_method(desi2020, desi2022):
    assert round(desi2020["2017", "BE"].points, 2) == 48.93
    assert round(desi2022["2017", "BE"].points, 2) == 35.73
    assert ranks(index_of(desi2020, "2017"))["BE"] == 9
    assert ranks(index_of(desi2022, "2017"))["BE"] == 13
    assert ranks(index_of(desi2022, "2022"))["BE"] == 16


def test_without_imputed_cells_exactly_the_eight_countries_that_have_one_change():
    renormalising, refusing = desi.method("desi-2022", Missing.RENORMALISE), desi.method("desi-2022")
    changed, refused = set(), set()
    for (edition, area), layers in desi.layers("desi-2022").items():
        if edition == "2022":
            full, bare = (score(renormalising, cells) for cells in (layers, {**layers, Layer.IMPUTED: {}}))
            changed |= {area} if full.value != bare.value else set()
            refused |= {area} if score(refusing, {**layers, Layer.IMPUTED: {}}).value is None else set()
    assert changed == refused == IMPUTED_2022


def test_renormalising_instead_of_imputing_would_flatter_croatia(desi2022):
    layers = desi.layers("desi-2022")["2022", "HR"]
    bare = score(desi.method("desi-2022", Missing.RENORMALISE), {Layer.MEASURED: layers[Layer.MEASURED]})
    assert bare.find("2").points - desi2022["2022", "HR"].find("2").points == pytest.approx(2.73, abs=0.005)


def test_the_imputed_share_of_the_weight_is_told(desi2022):
    coverage = desi2022["2022", "HR"].coverage
    assert coverage.imputed == pytest.approx(0.25 * 0.25 / 3)  # 2a3: a third of 2a, a quarter of 2, of 4
    assert coverage.measured == pytest.approx(1 - 0.25 * 0.25 / 3)
    assert desi2022["2022", "BE"].coverage.measured == pytest.approx(1)


def test_only_gigabit_take_up_is_winsorised():
    winsorised = [part.code for part in desi.method("desi-2022").indicators() if part.goalposts.winsorise]
    assert winsorised == ["2a3"]
    assert not any(part.goalposts.winsorise for part in desi.method("desi-2020").indicators())


def test_a_score_may_pass_one_but_not_where_the_method_winsorises():
    layers = desi.layers("desi-2022")["2022", "BE"]
    high = {**layers, Layer.MEASURED: {**layers[Layer.MEASURED], "2a3": 0.9, "3c3": 0.9}}
    result = score(desi.method("desi-2022"), high)
    assert result.find("2a3").value == 1
    assert result.find("3c3").value == 3.6


def test_published_scores_do_pass_one(desi2020, desi2022):
    assert any(node.value > 1 for one in desi2020.values() for node in one.walk() if node.cell)
    assert all(node.value <= 1 for one in desi2022.values() for node in one.walk() if node.code == "2a3")
