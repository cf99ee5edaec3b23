"""Targets, paths, scale, comparisons: set by the Office, journaled, drawn, and what statuses rest on."""

import csv
import html
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.indicators import actions, aiming, headlines, queries, waiting
from civicthread.indicators.models import ComparedFigure, Indicator, Trajectory, Value
from civicthread.methods.status import Grade
from tests import personas
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
SYSTEM = journal.system
OFFICE = "/en/indicators/office/"
TODAY = date(2026, 6, 1)
PUBLISHED = Path(__file__).parents[1] / "methods" / "data" / "ec_digital_decade_trajectories.csv"
BELGIUM = {
    "name": {"fr": "Belgique", "nl": "België", "en": "Belgium"},
    "figures": [("2020", 70.0), ("2021", 72.5)],
}


def published(indicator: str, series: str) -> dict[int, float]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if (r["indicator"], r["series"]) == (indicator, series)]
    return {int(row["year"]): float(row["value"]) for row in rows}


def made(values: dict[str, float], *, target: tuple[str, float] | None = None, flags=(), **told) -> Indicator:
    """A published indicator with approved figures; those of the periods in `flags` break the series."""
    indicator = factory.indicator(**{"status_method": "ideal_path", **told})
    for period, value in values.items():
        given = {"period": period, "value": value, "flags": ["break"] if period in flags else []}
        actions.report_value(indicator, given, by=SYSTEM())
    actions.approve_values(indicator, by=SYSTEM())
    if target:
        actions.set_targets(indicator, [{"period": target[0], "value": target[1]}], by=SYSTEM())
    return indicator


def read(indicator: Indicator, today: date = TODAY) -> queries.Reading:
    (reading,) = queries.readings([Indicator.objects.get(pk=indicator.pk)], today=today)
    return reading


def page(client, indicator: Indicator, query: str = "") -> str:
    return html.unescape(client.get(f"/en/indicators/{indicator.code}/{query}").content.decode())


def set_path(indicator: Indicator, role: str, **values) -> Trajectory | None:
    return aiming.set_path(indicator, role, by=SYSTEM(), values=values)


# Paths


def test_the_published_paths_of_the_digital_decade_come_out_of_the_records():
    ideal, baseline = (published("dd_ictspec", f"dd_{name}") for name in ("ideal_2026", "baseline_2023"))
    specialists = made({"2022": 9.3702}, target=("2030", 20))
    set_path(specialists, "ideal", form="linear")
    line = {"start_period": "2022", "start_value": 9.3702, "end_period": "2030", "end_value": 12.043814}
    set_path(specialists, "projected", form="linear", **line)
    paths = read(specialists).paths
    for year, value in ideal.items():
        assert paths.ideal.value_at(date(year, 12, 31)) == pytest.approx(value, abs=1e-5, rel=0)
    for year, value in baseline.items():
        assert paths.projected.value_at(date(year, 12, 31)) == pytest.approx(value, abs=1e-5, rel=0)
    coverage = made({"2022": 81.2}, target=("2030", 100))
    set_path(coverage, "projected", form="logistic", growth=1.90228, ceiling=100)
    path = read(coverage).paths.projected
    for year, value in published("dd_5gc", "dd_baseline_2023").items():
        if year >= 2022:
            assert path.value_at(date(year, 12, 31)) == pytest.approx(value, abs=2e-4, rel=0)


def test_an_s_curve_through_its_own_end_follows_the_published_one():
    points = published("dd_5gc", "dd_baseline_2023")
    coverage = made({"2021": points[2021]}, target=("2030", 100))
    set_path(coverage, "ideal", form="logistic", ceiling=100, end_period="2022", end_value=81.2)
    path = read(coverage).paths.ideal
    for year, value in points.items():
        assert path.value_at(date(year, 12, 31)) == pytest.approx(value, abs=1e-5, rel=0)


def test_a_table_and_a_constant_rate_are_paths_and_the_trend_is_a_projection():
    indicator = made({"2020": 100, "2021": 104}, target=("2030", 200))
    set_path(
        indicator, "ideal", form="milestones", milestones=[("2025", 150.0), ("2020", 100.0), ("2030", 200.0)]
    )
    set_path(indicator, "projected", form="trend")
    paths = read(indicator).paths
    assert paths.ideal.value_at(date(2025, 12, 31)) == 150
    assert paths.projected.value_at(date(2030, 12, 31)) == 140
    set_path(indicator, "ideal", form="compound")
    ideal = read(indicator).paths.ideal
    assert ideal.value_at(date(2025, 12, 31)) == pytest.approx(100 * 2**0.5)


def test_the_distance_to_the_path_that_was_set_decides():
    slow = {"2020": 100.0, "2024": 110.0, "2030": 200.0}
    indicator = made({"2020": 100, "2024": 110}, target=("2030", 200), frequency="irregular")
    assert read(indicator).status.grade is Grade.AWAY
    set_path(indicator, "ideal", form="milestones", milestones=list(slow.items()))
    assert read(indicator).status.grade is Grade.ON_PACE
    aiming.set_path(indicator, "ideal", by=SYSTEM(), values=None)
    assert read(indicator).status.grade is Grade.AWAY


NO_PATHS = [
    ("no target to lead to", {}, {"form": "linear"}),
    ("a trend of one figure", {"target": ("2030", 9)}, {"form": "trend"}),
    ("through zero", {"target": ("2030", -9)}, {"form": "compound"}),
    ("over its ceiling", {"target": ("2030", 9)}, {"form": "logistic", "ceiling": 4.0, "growth": 1.0}),
    ("two on a day", {}, {"form": "milestones", "milestones": [("2020", 1.0), ("2020-12", 2.0)]}),
    ("not finite", {}, {"form": "milestones", "milestones": [("2020", float("inf"))]}),
    ("no period", {}, {"form": "milestones", "milestones": [("soon", 1.0)]}),
    (
        "backwards",
        {},
        {
            "form": "linear",
            "start_period": "2030",
            "start_value": 1.0,
            "end_period": "2020",
            "end_value": 2.0,
        },
    ),
]


@pytest.mark.parametrize(("told", "values"), [row[1:] for row in NO_PATHS], ids=[row[0] for row in NO_PATHS])
def test_numbers_that_make_no_path_are_refused_with_a_sentence(told, values):
    indicator = made({"2020": 5}, **told)
    with pytest.raises(Refused) as refused:
        set_path(indicator, "projected", **values)
    assert len(str(refused.value.message)) > 20
    assert not Trajectory.objects.exists()


def test_the_database_refuses_half_a_path():
    indicator = made({"2020": 5})
    for values in (
        {"role": "ideal", "form": "trend"},
        {"role": "ideal", "form": "logistic"},
        {"role": "ideal", "form": "linear", "start_period": "2020"},
        {"role": "projected", "form": "linear", "end_value": 2.0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Trajectory.objects.create(indicator=indicator, **values)


def test_a_path_is_set_on_a_form_journaled_and_drawn(client):
    indicator = made({"2020": 10, "2021": 14}, target=("2030", 50))
    steward = personas.make("steward").client()
    form = {"form": "milestones", "milestones": "2025 20\n2020 10\n2030: 50"}
    assert steward.post(f"{OFFICE}{indicator.code}/paths/ideal/", form).status_code == 302
    assert steward.post(f"{OFFICE}{indicator.code}/paths/projected/", {"form": "trend"}).status_code == 302
    entries = JournalEntry.objects.filter(verb="indicators.set_path", public=True)
    assert entries.count() == 2
    told = page(client, indicator)
    assert "projection" in told
    for cell in (
        "Ideal path",
        "Projection",
        "2029",
        '<td class="number">20</td>',
        '<td class="number">50</td>',
    ):
        assert cell in told, cell
    form = steward.get(f"{OFFICE}{indicator.code}/paths/ideal/").content.decode()
    assert "2025 20" in form
    assert steward.get(f"{OFFICE}{indicator.code}/paths/neither/").status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"form": "milestones", "milestones": "2025"},
        {"form": "milestones", "milestones": "2025 much"},
        {"form": "milestones", "milestones": "2025 1\n2025 2"},
        {"form": "milestones", "milestones": ""},
        {"form": "linear", "start_period": "2020"},
        {"form": "logistic", "growth": "1"},
        {"form": "circle"},
    ],
)
def test_a_form_with_mistakes_is_shown_again_with_them(form):
    indicator = made({"2020": 10}, target=("2030", 50))
    steward = personas.make("steward").client()
    answer = steward.post(f"{OFFICE}{indicator.code}/paths/ideal/", form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Trajectory.objects.exists()


# Targets of areas


def test_an_area_has_its_own_target_and_status(client, place):
    factory.areas()
    factory.lamps(place)
    indicator = factory.computed(factory.BY_AREA, area_level="municipality", frequency="irregular")
    steward = personas.make("steward").client()
    form = {"targets-TOTAL_FORMS": "2", "targets-INITIAL_FORMS": "0"}
    for number, (area, value) in enumerate((("21001", "9"), ("21002", "20"))):
        form |= {
            f"targets-{number}-period": "2099",
            f"targets-{number}-value": value,
            f"targets-{number}-area": area,
        }
    assert steward.post(f"{OFFICE}{indicator.code}/targets/", form).status_code == 302
    reading = read(indicator)
    assert {s.grade for s in reading.area_statuses.values()} == {Grade.ACHIEVED, Grade.AWAY}
    assert reading.target is None
    told = page(client, indicator)
    assert "20 (2099)" in told
    assert "far behind" in told
    api = client.get(f"/api/v1/indicators/{indicator.code}").json()
    assert [(t["area"], t["value"]) for t in api["targets"]] == [("21001", 9.0), ("21002", 20.0)]
    form |= {"targets-0-area": "99999"}
    assert steward.post(f"{OFFICE}{indicator.code}/targets/", form).status_code == 422


# The scale, the baseline, breaks


def test_own_cuts_move_the_grades_and_the_methods_are_the_default():
    indicator = made({"2025": 70}, target=("2030", 100), status_method="share_of_target")
    assert read(indicator).status.grade is Grade.BEHIND
    aiming.set_scale(indicator, {"on_pace_at": 0.7}, by=SYSTEM())
    assert read(indicator).status.grade is Grade.ON_PACE
    for crossed in ({"on_pace_at": 0.4}, {"behind_at": 0.8}):
        with pytest.raises(Refused):
            aiming.set_scale(indicator, crossed, by=SYSTEM())
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.filter(pk=indicator.pk).update(on_pace_at=0.1, behind_at=0.2)


def test_cuts_are_typed_in_per_cent_and_those_of_the_method_are_named():
    indicator = made({"2025": 70}, target=("2030", 100), status_method="pace")
    steward = personas.make("steward").client()
    address = f"{OFFICE}{indicator.code}/scale/"
    assert "Empty: 95, as the method has it." in steward.get(address).content.decode()
    assert steward.post(address, {"on_pace_at": "80.5", "baseline_period": "2025"}).status_code == 302
    indicator.refresh_from_db()
    assert (indicator.on_pace_at, indicator.behind_at, indicator.baseline_period) == (0.805, None, "2025")
    assert steward.post(address, {"on_pace_at": "-1"}).status_code == 422


def test_the_way_starts_at_the_period_that_is_named_else_the_figure_reported_as_baseline_else_the_first():
    indicator = made({"2018": 10, "2020": 30, "2025": 40}, target=("2030", 50), status_method="share_of_way")
    assert (read(indicator).known.baseline, read(indicator).known.start.value) == (None, 10)
    figure = {"period": "2019", "value": 20, "origin": "baseline"}
    actions.report_value(indicator, figure, by=SYSTEM())
    actions.approve_values(indicator, by=SYSTEM())
    assert read(indicator).known.baseline.value == 20
    aiming.set_scale(indicator, {"baseline_period": "2020"}, by=SYSTEM())
    reading = read(indicator)
    assert (reading.known.baseline.value, reading.status.measure) == (30, 0.5)


def test_no_status_compares_across_a_break_unless_told(client):
    values, target = {"2020": 80, "2024": 20, "2025": 30}, ("2030", 40)
    indicator = made(values, target=target, flags=("2024",), status_method="share_of_way")
    assert read(indicator).status.measure == 0.5
    assert "break in the series" in page(client, indicator)
    aiming.set_scale(indicator, {"across_breaks": True}, by=SYSTEM())
    assert read(indicator).status.measure == pytest.approx((30 - 80) / (40 - 80))


def test_the_statuses_that_are_counted_are_those_of_the_pages():
    """They are told from fewer columns: the break, the baseline, the path and the target must still count."""
    values, target = {"2020": 80, "2024": 20, "2025": 30}, ("2030", 40)
    way = {"target": target, "status_method": "share_of_way"}
    broken, whole = made(values, flags=("2024",), **way), made(values, **way)
    with_path = made(values, target=target)
    set_path(with_path, "ideal", form="milestones", milestones=[["2024", 25.0], ["2030", 40.0]])
    based = made(values, **way)
    aiming.set_scale(based, {"baseline_period": "2024"}, by=SYSTEM())
    chosen = [broken, whole, with_path, based, made({"2025": 1}), factory.indicator(status_method="pace")]
    told = headlines.statuses([Indicator.objects.get(pk=one.pk) for one in chosen], today=TODAY)
    assert told == [read(indicator).status for indicator in chosen]
    assert told[0] != told[1]


def test_the_note_of_a_path_stands_on_the_page_while_there_is_a_target(client):
    indicator = made({"2020": 10}, target=("2030", 50))
    set_path(indicator, "ideal", form="linear", note={"fr": "Dix par an.", "nl": "Tien per jaar."})
    told = page(client, indicator)
    assert "Ideal path:" in told
    assert "Dix par an." in told
    actions.set_targets(indicator, [], by=SYSTEM())
    assert "Dix par an." not in page(client, indicator)


# Comparisons


def test_comparisons_stand_in_chart_table_and_api(client):
    indicator = made({"2020": 60, "2021": 66})
    aiming.set_comparisons(indicator, [BELGIUM], by=SYSTEM())
    told = page(client, indicator)
    assert "Compared with:" in told
    assert '<td class="number">73</td>' in told
    (found,) = client.get(f"/api/v1/indicators/{indicator.code}").json()["comparisons"]
    assert found["figures"] == [{"period": "2020", "value": 70.0}, {"period": "2021", "value": 72.5}]


def test_comparisons_are_pasted_on_a_form_and_end_when_they_are_emptied(client):
    indicator = made({"2020": 60, "2021": 66})
    steward = personas.make("steward").client()
    address = f"{OFFICE}{indicator.code}/comparisons/"
    form = {"comparisons-TOTAL_FORMS": "1", "comparisons-INITIAL_FORMS": "0"}
    names = {"comparisons-0-name_fr": "Belgique", "comparisons-0-name_nl": "België"}
    pasted = {"comparisons-0-figures": "2020\t70\n2021\t72.5", "comparisons-0-url": "https://example.org/be"}
    assert steward.post(address, form | pasted).status_code == 422
    assert steward.post(address, form | names).status_code == 422
    assert steward.post(address, form | names | pasted).status_code == 302
    assert [f.value for f in ComparedFigure.objects.all()] == [70.0, 72.5]
    assert steward.post(address, form).status_code == 302
    assert read(indicator).compared == []
    assert ComparedFigure.objects.count() == 2


def test_a_changed_figure_of_a_comparison_stays_on_record():
    indicator = made({"2020": 60})
    aiming.set_comparisons(indicator, [BELGIUM], by=SYSTEM())
    before = timezone.now()
    aiming.set_comparisons(indicator, [BELGIUM | {"figures": [("2020", 71.0)]}], by=SYSTEM())
    (now,), (then,) = (
        read(indicator).compared,
        queries.readings([indicator], today=TODAY, at=before)[0].compared,
    )
    assert [f.value for f in now.figures] == [71.0]
    assert [f.value for f in then.figures] == [70.0, 72.5]
    with pytest.raises(Refused):
        aiming.set_comparisons(indicator, [BELGIUM, BELGIUM], by=SYSTEM())


# As it stood


def test_page_csv_json_and_api_give_the_figures_as_they_stood_on_a_day(client):
    indicator = made({"2020": 111}, target=("2099", 500))
    weeks_ago = timezone.now() - timedelta(days=20)
    indicator.values.update(approved_at=weeks_ago)
    actions.report_value(indicator, {"period": "2020", "value": 222}, by=SYSTEM())
    actions.approve_values(indicator, by=SYSTEM(), reason=factory.BECAUSE)
    day = (weeks_ago + timedelta(days=5)).date().isoformat()
    for address in ("/en/indicators/{}.csv", "/en/indicators/{}.json", "/api/v1/indicators/{}"):
        now, then = (
            client.get(address.format(indicator.code) + query).content.decode()
            for query in ("", f"?at={day}")
        )
        assert "222.0" in now.replace("222,", "222.0,"), address
        assert "222.0" not in then, address
        assert "111.0" in then, address
    told = page(client, indicator, f"?at={day}")
    assert "How it stood then" in told
    assert "111" in told
    assert "222" not in told
    assert f"/en/indicators/{indicator.code}.csv?at={day}" in told
    early = (weeks_ago - timedelta(days=5)).date().isoformat()
    assert "111" not in page(client, indicator, f"?at={early}")


def backdated(days: int) -> str:
    """All that was done so far was done so many days ago; the day after it."""
    then = timezone.now() - timedelta(days=days)
    JournalEntry.objects.filter(at__gt=then).update(at=then)
    Value.objects.filter(approved_at__gt=then).update(approved_at=then)
    return timezone.localdate(then + timedelta(days=1)).isoformat()


def test_targets_paths_scale_unit_and_status_stand_as_they_did_on_the_day(client):
    year = timezone.localdate().year
    indicator = made({str(year - 2): 10, str(year - 1): 40}, target=(str(year + 2), 100))
    set_path(indicator, "ideal", form="milestones", milestones=[[str(year - 2), 10], [str(year - 1), 20]])
    first = backdated(30)
    actions.set_targets(indicator, [{"period": str(year + 3), "value": 333}], by=SYSTEM())
    aiming.set_path(indicator, "ideal", by=SYSTEM(), values=None)
    second = backdated(20)
    changed = {
        "status_method": "share_of_target",
        "symbol": "%",
        "unit": {"fr": "pour cent", "nl": "procent"},
        "title": {"fr": "Part des lampes", "nl": "Aandeel lampen", "en": "Share of lamps"},
    }
    actions.save_indicator(indicator, changed, by=SYSTEM())
    aiming.set_scale(indicator, {"on_pace_at": 0.1, "behind_at": 0.05}, by=SYSTEM())
    third = backdated(10)
    actions.set_targets(indicator, [], by=SYSTEM())

    def told(query: str) -> tuple:
        found = client.get(f"/api/v1/indicators/{indicator.code}{query}").json()
        targets = [target["value"] for target in found["targets"]]
        own = [path["own"] for path in found["paths"]]
        return targets, own, (found["status"] or {}).get("measure"), found["cuts"]["on_pace"]

    assert told(f"?at={first}") == ([100], [True], pytest.approx(20 / 90), -0.05)
    targets, own, behind, _cut = told(f"?at={second}")
    assert (targets, own) == ([333], [False])
    assert behind < 0.0
    assert told(f"?at={third}") == ([333], [False], pytest.approx(40 / 333), 0.1)
    assert told("")[0] == []
    page_then, page_now = page(client, indicator, f"?at={first}"), page(client, indicator)
    assert "distance to the ideal path" in page_then
    assert "share of target" in page_now
    assert ("Share of lamps" in page_then, "Share of lamps" in page_now) == (False, True)
    assert (
        client.get(f"/api/v1/indicators/{indicator.code}?at={first}")
        .json()["title"]["en"]
        .startswith("Lamps")
    )
    assert ">333<" in page(client, indicator, f"?at={third}")
    files = {
        day: client.get(f"/en/indicators/{indicator.code}.csv?at={day}").content for day in (second, third)
    }
    assert (b",lamps," in files[second], b",%," in files[third]) == (True, True)


def test_a_target_of_an_area_and_the_age_of_a_figure_are_of_the_day_asked(client):
    areas = factory.areas()
    year = timezone.localdate().year
    indicator = made({str(year - 5): 50}, target=(str(year + 2), 100), status_method="share_of_target")
    aims = [{"period": str(year), "value": 7, "area": areas["21001"]}, {"period": str(year), "value": 8}]
    actions.set_targets(indicator, aims, by=SYSTEM())
    day = backdated(365 * 4)
    actions.set_targets(indicator, [{"period": str(year), "value": 9}], by=SYSTEM())
    address = f"/api/v1/indicators/{indicator.code}"
    then, now = (client.get(address + query).json() for query in (f"?at={day}", ""))
    assert {(target["area"], target["value"]) for target in then["targets"]} == {("21001", 7), (None, 8)}
    assert (now["status"]["grade"], then["status"]["grade"]) == ("no_recent_data", "achieved")


def test_how_an_indicator_stood_is_read_in_two_queries_more_however_many_there_are(django_assert_num_queries):
    def stood(count: int) -> list[queries.Reading]:
        chosen = list(queries.indicators(visible_to=None).order_by("pk")[:count])
        return queries.readings(chosen, today=TODAY, at=timezone.now() - timedelta(days=1))

    town = factory.areas()["21001"]
    for _each in range(3):
        indicator = made({"2020": 1}, target=("2099", 5))
        actions.set_targets(indicator, [{"period": "2099", "value": 6, "area": town}], by=SYSTEM())
    backdated(5)
    for indicator in Indicator.objects.all():
        actions.set_targets(indicator, [{"period": "2099", "value": 7}], by=SYSTEM())
    for count in (1, 3):
        with django_assert_num_queries(5):
            readings = stood(count)
        assert [[t.value for t in reading.area_targets] for reading in readings] == [[6.0]] * count


@pytest.mark.parametrize("at", ["yesterday", "2020-13-01", "%00", "2020"])
def test_a_day_that_is_none_is_told_in_one_sentence(client, at):
    indicator = made({"2020": 111})
    for address in ("/en/indicators/{}/", "/en/indicators/{}.csv", "/api/v1/indicators/{}"):
        answer = client.get(address.format(indicator.code) + f"?at={at}")
        assert answer.status_code in {409, 422}, address


# Flags and notes from a query, groups


FLAGGED = (
    "SELECT CAST(year AS VARCHAR) AS period, SUM(n) AS value, CASE WHEN year = 2021 THEN 'b, p' END AS flag, "
    "CASE WHEN year = 2021 THEN 'Compté autrement' END AS note FROM lamps GROUP BY year"
)


def test_a_query_sets_flags_and_notes(client, place):
    factory.lamps(place)
    indicator = factory.computed(FLAGGED)
    plain, flagged = queries.published_values([indicator])
    assert (plain.flags, str(plain.note)) == ([], "")
    assert (flagged.flags, str(flagged.note), flagged.breakdown) == (
        ["break", "provisional"],
        "Compté autrement",
        {},
    )
    told = page(client, indicator)
    assert "break in the series, provisional; Compté autrement" in told
    assert "break provisional" in client.get(f"/en/indicators/{indicator.code}.csv").content.decode()


def test_a_flag_alone_is_a_change_that_waits_for_approval(place):
    factory.lamps(place)
    indicator = factory.computed()
    actions.set_method(indicator, note=factory.NOTE, sql=FLAGGED, by=SYSTEM())
    actions.compute(indicator, by=SYSTEM())
    (proposal,) = waiting.proposals(indicator)
    assert (proposal.value.period, proposal.value.flags) == ("2021", ["break", "provisional"])


def test_an_unknown_flag_is_refused(place):
    factory.lamps(place)
    indicator = factory.indicator(sql=FLAGGED.replace("b, p", "guessed"))
    with pytest.raises(Refused) as refused:
        actions.compute(indicator, by=SYSTEM())
    assert refused.value.code == "flag-unknown"


def test_a_figure_without_flags_keeps_the_fingerprint_it_always_had(place):
    from civicthread.indicators.computing import Figure, digest

    before = "Figure(period='2020', value=5.0, area='', numerator=None, denominator=None, breakdown=())"
    assert Figure("2020", 5.0).line == before
    assert digest((Figure("2020", 5.0),)) != digest((Figure("2020", 5.0, flags=("break",)),))


def test_groups_are_narrowed_on_the_page_and_in_the_files(client, place):
    factory.lamps(place)
    indicator = factory.computed(
        "SELECT CAST(year AS VARCHAR) AS period, n AS value, area AS district FROM lamps"
    )
    told = page(client, indicator, "?group_district=21001")
    assert "By group, as chosen" in told
    assert '<td class="number">5</td>' in told
    assert '<td class="number">7</td>' not in told
    rows = client.get(f"/en/indicators/{indicator.code}.json?group_district=21001").json()["values"]
    assert [(row["period"], row["value"]) for row in rows] == [("2020", 5.0), ("2021", 9.0)]
    assert client.get(f"/en/indicators/{indicator.code}.json?group_district=none").json()["values"] == []
    assert client.get(f"/en/indicators/{indicator.code}/?group_district=none").status_code == 200


def test_what_a_ratio_is_made_of_stands_in_the_table_and_a_report_keeps_author_and_evidence(client):
    indicator = factory.indicator(symbol="%")
    reporter = personas.make("steward")
    form = {
        "period": "2025",
        "numerator": "12345",
        "denominator": "67890",
        "qualifier": "exact",
        "publisher": "BRIC",
        "evidence": "Minutes of the board, 3 March",
        "flags": ["estimated"],
        "baseline": "on",
        "retained": "on",
    }
    assert reporter.client().post(f"{OFFICE}{indicator.code}/report/", form).status_code == 302
    actions.approve_values(indicator, by=SYSTEM())
    (value,) = queries.published_values([indicator])
    assert (value.author, value.origin, value.flags) == (reporter.actor, "baseline", ["estimated"])
    assert value.value == pytest.approx(100 * 12345 / 67890)
    told = page(client, indicator)
    for cell in ("Numerator", "12,345", "67,890", "Evidence: Minutes of the board, 3 March", "estimated"):
        assert cell in told, cell
