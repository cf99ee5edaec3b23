"""Areas roll up to the whole territory: each once, none invented, ratios by their sums; and the run can be repeated."""

import pytest

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.indicators import actions, queries
from civicthread.indicators.models import Indicator, MethodVersion, Run, Value
from civicthread.indicators.reproducing import reproduce
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
SYSTEM = journal.system
# 2020: both municipalities, 2021: one of them.
RATIO = (
    "SELECT CAST(year AS VARCHAR) AS period, area, n AS numerator, n + 5 AS denominator, "
    "100.0 * n / (n + 5) AS value FROM lamps"
)


def made(sql: str = factory.BY_AREA, *, roll_up: str = "sum", level: str = "municipality") -> Indicator:
    indicator = factory.indicator(area_level=level)
    actions.set_method(indicator, by=SYSTEM(), note=factory.NOTE, sql=sql, roll_up=roll_up)
    actions.compute(indicator, by=SYSTEM())
    actions.approve_values(indicator, by=SYSTEM())
    return indicator


def wholes(indicator: Indicator) -> dict[str, float]:
    return {value.period: value.value for value in queries.published_values([indicator]) if not value.area}


def test_the_whole_is_the_sum_of_its_areas_and_has_no_figure_where_one_is_missing(place):
    factory.areas()
    factory.lamps(place)
    indicator = made()
    assert wholes(indicator) == {"2020": 12}
    assert Run.objects.get().facts == {"incomplete": {"2021": ["21002"]}}
    assert queries.published_values([indicator]).count() == 4


def test_nothing_is_added_up_unless_the_method_says_so(place):
    factory.areas()
    factory.lamps(place)
    assert wholes(made(roll_up="none")) == {}


def test_a_ratio_is_rolled_up_by_its_sums(place):
    factory.areas()
    factory.lamps(place)
    indicator = made(RATIO, roll_up="ratio")
    (value,) = [value for value in queries.published_values([indicator]) if not value.area]
    assert (value.numerator, value.denominator) == (12, 22)
    assert value.value == pytest.approx(100 * 12 / 22)
    assert value.value != pytest.approx((50 + 100 * 7 / 12) / 2)


@pytest.mark.parametrize(
    "rows",
    [
        # The Region stands in the table under its European codes: its figure is taken, nothing is added to it.
        "21001,2020,5\n21002,2020,7\nBE1,2020,99\n",
        "21001,2020,5\n21002,2020,7\nBE10,2020,99\n",
    ],
)
def test_the_figure_that_the_data_give_of_the_whole_stands_and_is_no_part_of_itself(place, rows):
    factory.areas()
    factory.lamps(place, f"area,year,n\n{rows}")
    assert wholes(made()) == {"2020": 99}


@pytest.mark.parametrize("twice", ["BE1,2020,99\nBE10,2020,99", "21001,2020,5\nAnderlecht,2020,5"])
def test_one_territory_under_two_codes_is_refused_rather_than_counted_twice(place, twice):
    factory.areas()
    factory.lamps(place, f"area,year,n\n21002,2020,7\n{twice}\n")
    with pytest.raises(Refused) as refused:
        made()
    assert refused.value.code == "two-spellings"
    assert not Value.objects.exists()


def test_areas_of_another_level_are_not_added_to_those_they_lie_in(place):
    towns = factory.areas()
    factory.sector(towns["21001"])
    factory.lamps(place, "area,year,n\n21001,2020,5\n21002,2020,7\n21001A00-,2020,4\n")
    assert wholes(made(level="")) == {"2020": 12}


def test_groups_are_rolled_up_each_by_itself_and_a_doubt_about_a_part_holds_of_the_whole(place):
    factory.areas()
    factory.lamps(place, "area,year,n\n21001,2020,5\n21002,2020,7\n")
    sql = (
        "SELECT CAST(year AS VARCHAR) AS period, area, n AS value, 'lit' AS state, "
        "CASE WHEN n = 7 THEN 'e' END AS flag FROM lamps "
        "UNION ALL SELECT CAST(year AS VARCHAR), area, 2 * n, 'dark', NULL FROM lamps WHERE n = 5"
    )
    indicator = made(sql)
    found = [value for value in queries.published_values([indicator]) if not value.area]
    assert [(value.breakdown_key, value.value, value.flags) for value in found] == [
        ("state=lit", 12, ["estimated"])
    ]
    assert Run.objects.get().facts == {"incomplete": {"2020 state=dark": ["21002"]}}


def test_a_whole_that_loses_an_area_is_withdrawn_and_not_left_standing(place):
    factory.areas()
    lamps = factory.lamps(place, "area,year,n\n21001,2020,5\n21002,2020,7\n")
    indicator = made()
    assert wholes(indicator) == {"2020": 12}
    datahub.load(lamps, place, "area,year,n\n21001,2020,5\n")
    actions.compute(indicator, by=SYSTEM())
    actions.approve_values(indicator, by=SYSTEM(), reason=factory.BECAUSE)
    assert wholes(indicator) == {}


def test_another_roll_up_is_another_version_of_the_method_and_is_computed_again(place):
    factory.areas()
    factory.lamps(place)
    indicator = made(roll_up="none")
    actions.set_method(indicator, by=SYSTEM(), note=factory.NOTE, sql=factory.BY_AREA, roll_up="sum")
    assert [method.roll_up for method in indicator.methods.all()][1:] == ["none", "sum"]
    assert actions.compute(indicator, by=SYSTEM()) is not None
    actions.approve_values(indicator, by=SYSTEM())
    assert wholes(indicator) == {"2020": 12}
    same = actions.set_method(indicator, by=SYSTEM(), note=factory.NOTE, sql=factory.BY_AREA, roll_up="sum")
    assert same.number == 3


def test_a_rolled_up_run_is_reproduced_and_a_tampered_whole_is_found(place):
    factory.areas()
    factory.lamps(place)
    made()
    run = Run.objects.get()
    assert reproduce(run).same
    run.values.filter(area=None).update(value=13.0)
    (difference,) = reproduce(run).differences
    assert (difference.place, difference.computed) == ("2020", 12.0)


@pytest.mark.parametrize(
    ("sql", "roll_up", "code"),
    [
        (factory.TOTAL, "sum", "nothing-to-roll-up"),
        (factory.BY_AREA, "ratio", "nothing-to-roll-up"),
        (RATIO.replace("/ (n + 5)", "/ (n + 6)"), "ratio", "not-a-ratio"),
    ],
)
def test_what_cannot_be_rolled_up_is_refused_in_one_sentence(place, sql, roll_up, code):
    factory.areas()
    factory.lamps(place)
    with pytest.raises(Refused) as refused:
        made(sql, roll_up=roll_up)
    assert refused.value.code == code


def test_the_page_and_the_api_say_how_the_whole_follows_from_the_areas(place, client):
    factory.areas()
    factory.lamps(place)
    indicator = made()
    told = client.get(f"/en/indicators/{indicator.code}/").content.decode()
    assert "The whole territory: the sum of its areas." in told
    assert client.get(f"/api/v1/indicators/{indicator.code}").json()["method"]["roll_up"] == "sum"
    other = factory.computed()
    assert "The whole territory:" not in client.get(f"/en/indicators/{other.code}/").content.decode()


def test_figures_by_hand_have_nothing_to_roll_up():
    indicator = factory.indicator()
    method = actions.set_method(indicator, by=SYSTEM(), note=factory.BECAUSE, roll_up="sum")
    assert method.roll_up == MethodVersion.RollUp.NONE
