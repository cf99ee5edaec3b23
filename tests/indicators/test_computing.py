"""From a file to a published figure, by the product's own path; again, and from a changed file."""

import pytest
from django.urls import reverse

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.datahub.models import Dataset
from civicthread.indicators import actions, computing, queries, tasks, waiting
from civicthread.indicators.models import Indicator, Run, Value
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db


def figures(indicator: Indicator) -> list[tuple[str, str, float | None]]:
    published = queries.published_values([indicator])
    return [(v.period, v.area.code if v.area else "", v.value) for v in published]


def compute(indicator: Indicator) -> Run | None:
    return actions.compute(indicator, by=journal.system())


def test_a_file_becomes_a_figure_on_the_page_once_it_is_approved(client, place):
    factory.lamps(place)
    made = factory.indicator(sql=factory.TOTAL)
    run = compute(made)
    assert (run.rows, run.versions) == (2, {"lamps": 1})
    page = reverse("indicators:indicator", args=[made.code])
    assert figures(made) == []
    assert "figures:" not in client.get(page).content.decode()
    assert actions.approve_values(made, by=journal.system()) == 2
    assert figures(made) == [("2020", "", 12.0), ("2021", "", 9.0)]
    html = client.get(page).content.decode()
    assert "/data/lamps@1.csv" in html
    assert "lamps.n" in html


def test_a_figure_is_the_same_in_three_runs_to_the_last_bit(place):
    rows = "".join(f"21001,{2000 + i % 3},{i / 7!r}\n" for i in range(3000))
    columns = [*datahub.COLUMNS[:2], {**datahub.COLUMNS[2], "type": "number"}]
    made = datahub.dataset("lamps", columns=columns, keys=[])
    datahub.load(made, place, f"area,year,n\n{rows}")
    sql = "SELECT CAST(year AS VARCHAR) AS period, AVG(n) AS value FROM lamps GROUP BY year"
    runs = [compute(factory.indicator(sql=sql)) for _ in range(3)]
    assert len({run.digest for run in runs}) == 1
    values = {tuple(v.value.hex() for v in run.values.order_by("period")) for run in runs}
    assert len(values) == 1
    assert len(set(values.pop())) == 3


def test_nothing_is_computed_twice(place):
    factory.lamps(place)
    made = factory.computed()
    assert compute(made) is None
    assert Run.objects.count() == 1


def test_a_changed_file_proposes_only_what_changed(place):
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, factory.CORRECTED)
    compute(made)
    (proposal,) = waiting.proposals(made)
    assert (proposal.value.period, proposal.value.value, proposal.replaces.value) == ("2020", 13.0, 12.0)
    assert figures(made) == [("2020", "", 12.0), ("2021", "", 9.0)]


def test_a_figure_that_the_query_gives_no_more_is_proposed_as_missing(place):
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, "area,year,n\n21001,2020,12\n")
    compute(made)
    (proposal,) = waiting.proposals(made)
    assert (proposal.value.period, proposal.value.value) == ("2021", None)
    actions.approve_values(made, by=journal.system(), reason=factory.BECAUSE)
    (reading,) = queries.readings([made], today=made.published_at.date())
    assert [v.period for v in reading.series] == ["2020"]


def test_a_newer_run_takes_the_place_of_proposals_nobody_decided_on(place):
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, factory.CORRECTED)
    compute(made)
    datahub.load(lamps, place, datahub.ROWS + "21002,2021,1\n")
    compute(made)
    (proposal,) = waiting.proposals(made)
    assert (proposal.value.period, proposal.value.value) == ("2021", 10.0)


def test_only_what_lies_downstream_of_a_changed_dataset_is_computed_again(place):
    lamps = factory.lamps(place)
    other = datahub.dataset("trees")
    datahub.load(other, place)
    downstream, beside = factory.computed(), factory.computed(factory.TOTAL.replace("lamps", "trees"))
    assert tasks.keep_up.call() == 0
    datahub.load(lamps, place, factory.CORRECTED)
    assert tasks.keep_up.call() == 1
    assert [p.value.value for p in waiting.proposals(downstream)] == [13.0]
    assert waiting.proposals(beside) == []
    assert tasks.keep_up.call() == 0


def test_a_query_that_fails_is_told_and_not_tried_again_until_its_data_changes(place):
    lamps = factory.lamps(place)
    made = factory.indicator(sql="SELECT CAST(n AS VARCHAR) AS period, n AS value FROM lamps")
    assert tasks.keep_up.call() == 0
    run = queries.last_run(made)
    assert (run.failed, run.facts["period"]) == ("period-unclear", "5")
    assert tasks.keep_up.call() == 0
    assert Run.objects.count() == 1
    datahub.load(lamps, place, "area,year,n\n21001,2020,2020\n")
    assert tasks.keep_up.call() == 1


def test_an_indicator_of_an_empty_dataset_waits_for_its_first_file():
    datahub.dataset("lamps")
    made = factory.indicator(sql=factory.TOTAL)
    assert tasks.keep_up.call() == 0
    with pytest.raises(Refused) as refused:
        compute(made)
    assert refused.value.code == "no-rows"


def test_areas_are_found_by_any_of_their_names_and_the_region_stands_for_the_whole(place):
    factory.areas()
    rows = "area,year,n\n21001,2020,5\nauderghem,2020,7\nBE10,2020,12\n"
    factory.lamps(place, rows)
    made = factory.computed(factory.BY_AREA, area_level="municipality")
    assert figures(made) == [("2020", "", 12.0), ("2020", "21001", 5.0), ("2020", "21002", 7.0)]


def test_one_territory_under_two_codes_is_refused_and_never_summed(place):
    factory.areas()
    factory.lamps(place, "area,year,n\nBE1,2020,5\nBE10,2020,5\n")
    made = factory.indicator(sql=factory.BY_AREA)
    with pytest.raises(Refused) as refused:
        compute(made)
    assert refused.value.code == "two-spellings"
    assert not Value.objects.exists()


REFUSED = [
    (
        "unknown",
        "SELECT '2020' AS period, 1 AS value, 'Gotham' AS area FROM lamps WHERE n = 9",
        "area-unknown",
    ),
    ("doubled", "SELECT '2020' AS period, n AS value FROM lamps", "two-values"),
    ("no period", "SELECT NULLIF('x', 'x') AS period, n AS value FROM lamps WHERE n = 9", "period-missing"),
    ("no area", "SELECT '2020' AS period, 1 AS value, NULLIF(area, area) AS area FROM lamps", "area-missing"),
]


@pytest.mark.parametrize(("sql", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_rows_that_make_no_sense_are_refused_with_a_sentence_and_nothing_changes(place, sql, code):
    factory.areas()
    factory.lamps(place)
    made = factory.indicator(sql=sql)
    with pytest.raises(Refused) as refused:
        compute(made)
    assert refused.value.code == code
    assert len(str(refused.value.message)) > 20
    assert not Value.objects.exists()


def test_missing_is_not_zero(place):
    datahub.load(datahub.dataset("lamps"), place, "area,year,n\n21001,2020,\n21001,2021,0\n")
    made = factory.computed()
    assert figures(made) == [("2021", "", 0.0)]


def test_a_query_is_run_as_it_was_checked_when_saved_and_checked_again_where_a_column_is_another(place):
    factory.lamps(place)
    method = factory.indicator(sql=factory.TOTAL).methods.get()
    assert computing.query_of(method, {"lamps": 1}) == computing.checked(factory.TOTAL)
    method.checked["sql"] = "SELECT 1"
    assert computing.query_of(method, {"lamps": 1}).sql == "SELECT 1"
    method.checked["read"]["lamps"]["n"] = "text"
    assert computing.query_of(method, {"lamps": 1}) == computing.checked(factory.TOTAL)
    method.checked = None
    assert computing.query_of(method, {"lamps": 1}) == computing.checked(factory.TOTAL)
    assert computing.datasets_of(method) == ["lamps"]


def test_numerator_and_denominator_are_kept_and_dividing_by_zero_gives_no_figure(place):
    factory.lamps(place, "area,year,n\n21001,2020,0\n21001,2021,8\n")
    sql = (
        "SELECT CAST(year AS VARCHAR) AS period, 100.0 * 2 / n AS value, 2 AS numerator, n AS denominator "
        "FROM lamps"
    )
    (value,) = queries.published_values([factory.computed(sql)])
    assert (value.period, value.value, value.numerator, value.denominator) == ("2021", 25.0, 2.0, 8.0)


def test_further_columns_are_a_breakdown(place):
    factory.lamps(place)
    sql = "SELECT CAST(year AS VARCHAR) AS period, n AS value, area AS district FROM lamps"
    found = queries.published_values([factory.computed(sql)])
    assert {v.breakdown_key: v.value for v in found if v.period == "2020"} == {
        "district=21001": 5.0,
        "district=21002": 7.0,
    }


def test_a_new_version_of_the_method_keeps_the_figures_of_the_old_one(place):
    factory.lamps(place)
    made = factory.computed()
    twice = factory.TOTAL.replace("SUM(n)", "2 * SUM(n)").replace("GROUP BY", "WHERE year = 2021 GROUP BY")
    method = actions.set_method(made, note=factory.NOTE, sql=twice, by=journal.system())
    assert method.number == 2
    compute(made)
    actions.approve_values(made, by=journal.system(), reason=factory.BECAUSE)
    old = Value.objects.get(indicator=made, period="2021", superseded_at__isnull=False)
    assert (old.value, old.run.method.number, old.approval) == (9.0, 1, "approved")
    now = Value.objects.get(indicator=made, period="2021", superseded_at__isnull=True)
    assert (now.value, now.run.method.number) == (18.0, 2)


def test_the_same_method_makes_no_new_version():
    made = factory.indicator()
    assert actions.set_method(made, note=factory.NOTE, by=journal.system()).number == 1


def test_a_run_that_was_overtaken_writes_nothing(place, monkeypatch):
    """Two people compute at once: the query of the first runs while the second one finishes."""
    factory.lamps(place)
    made = factory.indicator(sql=factory.TOTAL)
    usual = actions.computing.compute

    def slow(*given, **options):
        monkeypatch.setattr(actions.computing, "compute", usual)
        assert compute(made) is not None
        return usual(*given, **options)

    monkeypatch.setattr(actions.computing, "compute", slow)
    assert compute(made) is None
    assert Run.objects.count() == 1
    assert Value.objects.count() == 2


def test_a_check_reads_only_the_datasets_that_the_text_names(place, django_assert_num_queries):
    factory.lamps(place)
    for number in range(5):
        datahub.dataset(f"trees_{number}")
    with django_assert_num_queries(2):
        actions.computing.checked(factory.TOTAL)
    assert Dataset.objects.count() == 6
