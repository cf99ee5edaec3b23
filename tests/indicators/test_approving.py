"""Approval, refusal, correction, reporting by hand, targets, publication."""

from datetime import date

import pytest
from django.utils import translation

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.core.text import Text
from civicthread.indicators import actions, figures, queries, waiting
from civicthread.indicators.models import Correction, Indicator, Target, Value
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
SYSTEM = journal.system


def told(indicator: Indicator, today: date = date(2022, 1, 1)) -> figures.Told:
    (reading,) = queries.readings([indicator], today=today)
    return figures.told(reading)


def test_replacing_a_published_figure_asks_for_the_reason_and_tells_the_correction(place):
    lamps = factory.lamps(place)
    made = factory.computed()
    datahub.load(lamps, place, factory.CORRECTED)
    actions.compute(made, by=SYSTEM())
    for reason in (None, Text.of({"fr": "Corrigé"})):
        with pytest.raises(Refused):
            actions.approve_values(made, by=SYSTEM(), reason=reason)
    assert not Correction.objects.exists()
    assert actions.approve_values(made, by=SYSTEM(), reason=factory.BECAUSE) == 1
    correction = queries.corrections(made).get()
    assert (correction.old.value, correction.new.value, correction.reason) == (12.0, 13.0, factory.BECAUSE)
    assert correction.old.superseded_at is not None
    assert JournalEntry.objects.filter(verb="indicators.correct", public=True).exists()


def test_a_figure_of_a_draft_is_replaced_without_a_public_correction():
    made = factory.indicator(published=False)
    for value in (5, 6):
        actions.report_value(made, {"period": "2020", "value": value}, by=SYSTEM())
        actions.approve_values(made, by=SYSTEM())
    assert [v.value for v in queries.published_values([made])] == [6.0]
    assert not Correction.objects.exists()


def test_what_was_proposed_since_one_looked_is_not_approved_unseen():
    made = factory.indicator()
    first = actions.report_value(made, {"period": "2020", "value": 5}, by=SYSTEM())
    actions.report_value(made, {"period": "2021", "value": 6}, by=SYSTEM())
    for act in (actions.approve_values, actions.refuse_values):
        with pytest.raises(Refused) as refused:
            act(made, by=SYSTEM(), seen=first.pk)
        assert refused.value.code == "stale"
    assert not queries.published_values([made]).exists()


def test_refused_figures_stay_on_record_and_are_never_shown():
    made = factory.indicator()
    actions.report_value(made, {"period": "2020", "value": 5}, by=SYSTEM())
    assert actions.refuse_values(made, by=SYSTEM()) == 1
    value = Value.objects.get()
    assert (value.approval, value.superseded_at is None) == ("refused", False)
    assert waiting.proposals(made) == []
    assert told(made).value == ""


def test_conflicting_figures_are_both_kept_and_one_counts():
    made = factory.reported("2019", 120_000, good="up")
    other = {"period": "2019", "value": 103_957, "retained": False, "reason": factory.BECAUSE}
    actions.report_value(made, other, by=SYSTEM())
    actions.approve_values(made, by=SYSTEM())
    assert [v.value for v in queries.published_values([made])] == [120_000.0]
    assert [v.value for v in queries.published_values([made], retained=False)] == [103_957.0]


def test_the_same_report_twice_is_one_figure():
    made = factory.indicator()
    values = {"period": "2020", "value": 5, "source": {"publisher": "BRIC", "url": "https://example.org/"}}
    assert actions.report_value(made, values, by=SYSTEM()) == actions.report_value(made, values, by=SYSTEM())
    assert Value.objects.count() == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    made = factory.indicator()
    with pytest.raises(Refused) as refused:
        actions.report_value(made, {"period": "2020", "value": value}, by=SYSTEM())
    assert refused.value.code == "not-a-number"
    assert not Value.objects.exists()


@pytest.mark.parametrize("period", ["", "soon", "2020-13", "0001-02-30", "2020\0"])
def test_what_is_no_period_is_refused(period):
    made = factory.indicator()
    for act in (
        lambda: actions.report_value(made, {"period": period, "value": 1}, by=SYSTEM()),
        lambda: actions.set_targets(made, [{"period": period, "value": 1}], by=SYSTEM()),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "period-unclear"
    assert not Value.objects.exists()
    assert not Target.objects.exists()


def test_targets_are_set_in_place_of_those_there_were():
    made = factory.indicator()
    actions.set_targets(made, [{"period": "2025", "value": 10}, {"period": "2020", "value": 5}], by=SYSTEM())
    assert list(made.targets.values_list("period", flat=True)) == ["2020", "2025"]
    entries = JournalEntry.objects.filter(verb="indicators.set_targets").count()
    same = [{"period": "2020", "value": 5}, {"period": "2025", "value": 10}]
    actions.set_targets(made, same, by=SYSTEM())
    assert JournalEntry.objects.filter(verb="indicators.set_targets").count() == entries
    with pytest.raises(Refused):
        actions.set_targets(made, [same[0], same[0]], by=SYSTEM())
    assert made.targets.count() == 2


STATUSES = [
    ("reached", 10, date(2021, 6, 1), "target reached", "100"),
    ("on pace", 8, date(2021, 6, 1), "on pace", "80"),
    ("behind", 6, date(2021, 6, 1), "behind", "60"),
    ("far behind", 1, date(2021, 6, 1), "far behind", "10"),
    ("too old", 8, date(2024, 6, 1), "no recent data", "80"),
]


@pytest.mark.parametrize(
    ("value", "today", "word", "share"), [s[1:] for s in STATUSES], ids=[s[0] for s in STATUSES]
)
def test_the_status_is_told_in_words_with_the_share_of_the_target(value, today, word, share):
    made = factory.reported("2020", value)
    actions.set_targets(made, [{"period": "2030", "value": 10}], by=SYSTEM())
    with translation.override("en"):
        found = told(made, today)
        assert str(found.state_label) == word
    assert found.meaning.startswith(share)


def test_without_a_figure_or_a_target_the_status_says_so():
    with translation.override("en"):
        assert str(told(factory.indicator()).state_label) == "not measured"
        assert str(told(factory.reported("2020", 5), date(2021, 6, 1)).state_label) == "no target"
        assert told(factory.indicator(status_method="none")).state_label == ""


@pytest.mark.parametrize("unjudged", [{"status_method": "none"}, {"good": "neither"}])
def test_of_an_indicator_that_is_not_judged_it_is_told_that_its_figures_are_old_and_nothing_else(unjudged):
    made = factory.reported("2020", 5, **unjudged)
    recent, old = told(made, date(2022, 12, 31)), told(made, date(2023, 1, 1))
    assert (recent.state, old.state) == ("", "no_recent_data")
    actions.set_targets(made, [{"period": "2021", "value": 5}], by=SYSTEM())
    assert (told(made, date(2022, 12, 31)).state, told(made, date(2023, 1, 1)).state) == (
        "",
        "no_recent_data",
    )


def test_the_target_that_counts_is_the_next_one():
    made = factory.reported("2020", 5)
    goals = [{"period": "2021", "value": 6}, {"period": "2025", "value": 9}]
    actions.set_targets(made, goals, by=SYSTEM())
    at = {
        year: queries.readings([made], today=date(year, 6, 1))[0].target.period for year in (2020, 2022, 2030)
    }
    assert at == {2020: "2021", 2022: "2025", 2030: "2025"}


def test_areas_without_a_whole_are_told_as_a_range_and_not_judged(place):
    factory.areas()
    factory.lamps(place)
    made = factory.computed(factory.BY_AREA, area_level="municipality")
    (reading,) = queries.readings([made], today=date(2021, 6, 1))
    assert reading.status is None
    assert [v.period for v in reading.latest_of_areas] == ["2021"]
    assert figures.told(reading).value == "9"
    assert told(made, date(2026, 1, 1)).state == "no_recent_data", "that they are old is told all the same"


def test_a_jump_is_pointed_out_before_it_is_published():
    made = factory.reported("2020", 100)
    for period, value in (("2021", 149), ("2022", 151)):
        actions.report_value(made, {"period": period, "value": value}, by=SYSTEM())
    assert {p.value.period: p.is_jump for p in waiting.proposals(made)} == {"2021": False, "2022": True}


def test_an_indicator_without_a_method_is_not_published():
    values = {"title": {"fr": "a", "nl": "a"}, "unit": {"fr": "a", "nl": "a"}, "good": "up"}
    made = actions.save_indicator(None, values, by=SYSTEM())
    with pytest.raises(Refused) as refused:
        actions.publish_indicator(made, by=SYSTEM())
    assert refused.value.code == "method-missing"
    actions.set_method(made, note=Text.of({"fr": "seulement"}), by=SYSTEM())
    with pytest.raises(Refused) as refused:
        actions.publish_indicator(made, by=SYSTEM())
    assert refused.value.code == "text-missing"


def test_two_indicators_of_one_title_have_two_codes():
    values = {"title": {"fr": "Lampes", "nl": "Lampen"}, "unit": {"fr": "a", "nl": "a"}, "good": "up"}
    codes = [actions.save_indicator(None, values, by=SYSTEM()).code for _ in range(2)]
    assert len(set(codes)) == 2
