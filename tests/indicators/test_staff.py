"""The Office's screens: approving, defining, writing queries, the guided form, targets, reporting."""

import html
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from civicthread.core import journal
from civicthread.indicators import actions, computing, guided_forms, queries
from civicthread.indicators.models import Indicator, MethodVersion, Run, Target, Value
from tests import personas
from tests.factories import datahub
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
OFFICE = "/en/indicators/office/"


@pytest.fixture
def steward() -> Client:
    return personas.make("steward").client()


@pytest.fixture
def staff() -> Client:
    return personas.make("staff").client()


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def in_both(**texts: str) -> dict[str, str]:
    return {f"{name}_{code}": text for name, text in texts.items() for code in ("fr", "nl")}


def test_the_list_costs_the_same_with_one_indicator_and_with_three(constant_queries, steward):
    constant_queries(OFFICE, factory.reported, client=steward)


def test_what_waits_for_approval_stands_first(steward):
    quiet, waiting = factory.reported(), factory.reported()
    for year in ("2021", "2022"):
        actions.report_value(waiting, {"period": year, "value": 5}, by=journal.system())
    found = text(steward.get(OFFICE))
    assert "2 figures to approve" in found
    assert found.index(f"/{waiting.code}/") < found.index(f"/{quiet.code}/")


def test_a_steward_defines_measures_and_computes_and_staff_publishes(place, steward, staff, client):
    factory.lamps(place)
    told = in_both(title="Lampes", description="Toutes.", unit="lampes")
    chosen = {"good": "up", "status_method": "share_of_target", "frequency": "yearly", "decimals": "0"}
    answer = steward.post(f"{OFFICE}new/", told | chosen)
    made = Indicator.objects.get()
    assert answer.url == f"{OFFICE}{made.code}/method/"
    answer = steward.post(answer.url, {"sql": factory.TOTAL, **in_both(note="On compte.")})
    assert answer.url == f"{OFFICE}{made.code}/"
    targets = {"targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "0"}
    steward.post(
        f"{OFFICE}{made.code}/targets/", targets | {"targets-0-period": "2099", "targets-0-value": "18"}
    )
    assert Target.objects.get().value == 18.0
    steward.post(f"{OFFICE}{made.code}/compute/")
    desk = staff.get(f"{OFFICE}{made.code}/")
    assert "Publish 2 figures" in text(desk)
    staff.post(f"{OFFICE}{made.code}/approve/", {"seen": desk.context["form"]["seen"].value()})
    staff.post(f"{OFFICE}{made.code}/publish/")
    assert "9" in text(client.get(f"/en/indicators/{made.code}/"))
    assert [v.value for v in queries.published_values([made])] == [12.0, 9.0]


def test_the_overview_says_which_figures_are_overdue(steward):
    factory.reported("2001", 5)
    assert "No recent data" in text(steward.get(OFFICE))


def test_a_definition_needs_the_required_languages(steward):
    told = {
        "title_fr": "Lampes",
        "good": "up",
        "status_method": "none",
        "frequency": "yearly",
        "decimals": "0",
    }
    answer = steward.post(f"{OFFICE}new/", told)
    assert answer.status_code == 422
    assert not Indicator.objects.exists()


HOSTILE = [
    ("DROP TABLE lamps", "not_select"),
    ("SELECT 1 AS value, '2020' AS period; SELECT 2", "not_one_statement"),
    ("WITH gone AS (DELETE FROM lamps RETURNING n) SELECT '2020' AS period, n AS value FROM gone", ""),
    ("SELECT '2020' AS period, size AS value FROM read_text('/etc/passwd')", ""),
    ("SELECT '2020' AS period, n AS value FROM '/etc/passwd.csv'", "unknown_table"),
    ("COPY lamps TO '/tmp/x.csv'", ""),
    ("SELECT '2020' AS period, getenv('SECRET_KEY') AS value", ""),
    ("SELECT '2020' AS period, 1 AS value FROM sqlite_master", "unknown_table"),
    ("SELECT '2020' AS period, 1 AS value FROM accounts_user", "unknown_table"),
    ("SELECT '2020' AS period, random() AS value FROM lamps", "not_repeatable"),
    ("SELECT '2020' AS period, colour AS value FROM lamps", "unknown_column"),
    ("PRAGMA database_list", ""),
    ("SELECT '2020' AS period, n AS value FROM lamps \x00", ""),
    ("SELECT '2020' AS period, 'x' AS value FROM lamps", "not-numeric"),
    ("SELECT '2020' AS period FROM lamps", "columns-missing"),
    ("SELECT n AS value, area FROM lamps", "columns-missing"),
    ("SELECT '2020' AS period, n AS value, n AS flag FROM lamps", "not-text"),
    ("(" * 5000 + "SELECT 1" + ")" * 5000, ""),
]


@pytest.mark.parametrize(("sql", "code"), HOSTILE, ids=[sql[:40] for sql, _ in HOSTILE])
@pytest.mark.parametrize("button", ["preview", "save"])
def test_hostile_sql_is_refused_with_a_sentence_and_nothing_changes(place, steward, sql, code, button):
    factory.lamps(place)
    made = factory.indicator()
    before = {model: model.objects.count() for model in (MethodVersion, Run, Value, Indicator)}
    answer = steward.post(f"{OFFICE}{made.code}/method/", {"sql": sql, **in_both(note="x"), button: "1"})
    assert answer.status_code == 422
    assert {model: model.objects.count() for model in before} == before
    assert 'class="notice" data-tone="danger"' in text(answer) or "There is a problem" in text(answer)


def test_a_mistake_is_told_with_its_line_and_column_in_the_readers_language(place, steward):
    factory.lamps(place)
    made = factory.indicator()
    sql = "SELECT '2020' AS period,\n  colour AS value FROM lamps"
    answer = steward.post(f"{OFFICE}{made.code}/method/", {"sql": sql, **in_both(note="x")})
    assert "Line 2, column 3: There is no column colour here." in text(answer)
    assert "colour AS value" in text(answer)


def test_a_preview_shows_rows_and_keeps_nothing(place, steward):
    factory.lamps(place)
    made = factory.indicator()
    answer = steward.post(f"{OFFICE}{made.code}/method/", {"sql": factory.TOTAL, "preview": "1"})
    assert answer.status_code == 200
    assert [row[0] for row in answer.context["preview"].rows] == ["2020", "2021"]
    assert "There is a problem" not in text(answer)
    assert made.methods.count() == 1
    assert not Run.objects.exists()


def test_a_preview_shows_at_most_fifty_rows(place, steward):
    rows = "".join(f"21001,{1900 + n},1\n" for n in range(60))
    factory.lamps(place, f"area,year,n\n{rows}")
    made = factory.indicator()
    answer = steward.post(f"{OFFICE}{made.code}/method/", {"sql": factory.TOTAL, "preview": "1"})
    preview = answer.context["preview"]
    assert (len(preview.rows), preview.count) == (50, 60)


def test_the_editor_lists_every_dataset_with_its_columns(place, steward):
    factory.lamps(place)
    made = factory.indicator()
    found = text(steward.get(f"{OFFICE}{made.code}/method/"))
    for told in ("lamps<", "<code>year</code>", "How many for 1,000 inhabitants?"):
        assert told in found


LONG = (
    "SELECT CAST(a.year AS VARCHAR) AS period, SUM(a.n * b.n * c.n * d.n) AS value "
    "FROM lamps a, lamps b, lamps c, lamps d GROUP BY a.year"
)


@pytest.fixture
def long_look(place):
    """The Office's page of a query that takes longer than anyone waits, and a steward who tries it out."""
    rows = "".join(f"{area},{1000 + number},1\n" for number in range(2000) for area in ("a", "b"))
    factory.lamps(place, f"area,year,n\n{rows}")
    made, steward = factory.indicator(), personas.make("steward")
    address = f"{OFFICE}{made.code}/method/"

    def look() -> str:
        try:
            return text(steward.client().post(address, {"preview": "1", "sql": LONG}))
        finally:
            connection.close()

    return steward.client(), address, look


@contextmanager
def in_the_background(look) -> Iterator[threading.Thread]:
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(look()))
    started = time.monotonic()
    thread.start()
    yield thread
    thread.join()
    assert time.monotonic() - started < computing.SECONDS_TO_LOOK / 2
    assert "The query was cancelled" in told[0]


@pytest.mark.django_db(transaction=True)
def test_a_new_look_ends_the_one_that_the_same_person_waits_for(long_look):
    client, address, look = long_look
    other = personas.make("staff").client()
    with in_the_background(look) as thread:
        assert "No query was running" in text(other.post(address, {"stop": "1"})), "somebody else's goes on"
        while thread.is_alive():
            page = text(client.post(address, {"preview": "1", "sql": factory.TOTAL}))
            thread.join(0.2)
    assert "2,000 figures. Nothing is saved yet." in page


@pytest.mark.django_db(transaction=True)
def test_a_look_can_be_stopped_and_what_was_typed_stays(long_look):
    client, address, look = long_look
    with in_the_background(look) as thread:
        while thread.is_alive():
            page = text(client.post(address, {"stop": "1", "sql": LONG}))
            thread.join(0.2)
    assert "lamps c, lamps d" in page


@pytest.mark.django_db(transaction=True)
def test_a_look_that_nobody_ends_waits_for_its_limit(long_look, monkeypatch):
    """The negative control: the query of these tests is long."""
    _client, _address, look = long_look
    monkeypatch.setattr(computing, "SECONDS_TO_LOOK", 3.0)
    assert "took longer than 3 seconds" in look()


def test_the_guided_form_leads_to_the_editor_with_the_query_and_what_it_gives(place, steward):
    factory.areas()
    factory.lamps(place)
    made = factory.indicator()
    address = f"{OFFICE}{made.code}/method/guide/?figure=sum&dataset=lamps"
    assert "The sum of" in text(steward.get(address))
    answer = steward.post(address, {"summed": "n", "period": "year", "by": "year", "area": "area"})
    assert answer.status_code == 200
    assert "UNION ALL" in answer.context["form"]["sql"].value()
    assert answer.context["preview"].count == 5
    assert made.methods.count() == 1


@pytest.mark.parametrize(
    ("start", "choices", "roll_up"),
    [
        ("figure=sum&dataset=lamps", {"summed": "n"}, "sum"),
        ("figure=count&dataset=lamps", {}, "sum"),
        ("figure=ratio&dataset=lamps", {"summed": "n", "over": "poles", "per": "100"}, "ratio"),
    ],
)
def test_the_guided_form_offers_to_add_up_areas_and_the_method_keeps_it(
    place, steward, start, choices, roll_up
):
    factory.areas()
    columns = (*datahub.COLUMNS, {**datahub.COLUMNS[2], "name": "poles"})
    lamps = datahub.dataset("lamps", columns=columns, area_column="area")
    datahub.load(lamps, place, "area,year,n,poles\n21001,2020,5,5\n21002,2020,7,7\n21001,2021,9,9\n")
    made = factory.indicator(area_level="municipality")
    address = f"{OFFICE}{made.code}/method/guide/?{start}"
    offered = steward.get(address).context["form"]
    assert offered["whole"].value() == "areas", "one row for each area and year"
    chosen = {**choices, "period": "year", "by": "year", "area": "area", "whole": "areas"}
    editor = steward.post(address, chosen)
    form = editor.context["form"]
    sql = form["sql"].value()
    assert "UNION ALL" not in sql
    assert form["roll_up"].value() == roll_up
    # 2020 has both municipalities, 2021 only one: three figures of areas and one of the whole.
    assert editor.context["preview"].count == 4
    note = {"note_fr": "Somme.", "note_nl": "Som.", "note_en": "Sum."}
    steward.post(f"{OFFICE}{made.code}/method/", {"sql": sql, "roll_up": roll_up, **note})
    assert made.methods.last().roll_up == roll_up
    steward.post(f"{OFFICE}{made.code}/compute/")
    desk = text(steward.get(f"{OFFICE}{made.code}/"))
    assert "The whole territory has no figure where an area is missing" in desk
    assert re.search(r"2021: <span[^>]*>Auderghem", desk)


def test_a_register_of_events_is_counted_from_its_rows(place, steward):
    factory.areas()
    rows = datahub.dataset("events", keys=[], area_column="area")
    datahub.load(rows, place)
    made = factory.indicator()
    address = f"{OFFICE}{made.code}/method/guide/?figure=count&dataset=events"
    assert steward.get(address).context["form"]["whole"].value() == "rows"
    chosen = {"period": "year", "by": "year", "area": "area", "whole": "rows"}
    editor = steward.post(address, chosen)
    assert "UNION ALL" in editor.context["form"]["sql"].value()
    assert editor.context["form"]["roll_up"].value() == "none"


def test_the_guided_form_counts_for_so_many_inhabitants(place, steward):
    factory.areas()
    factory.lamps(place)
    columns = ({"name": "nis", "type": "text"}, {"name": "heads", "type": "integer"})
    declared = [{**column, "header": column["name"]} for column in columns]
    people = datahub.dataset("people", columns=declared, keys=["nis"], sort=["nis"], period_column="")
    datahub.load(people, place, "nis,heads\n21001,100\n21002,300\n")
    made = factory.indicator(area_level="municipality")
    address = f"{OFFICE}{made.code}/method/guide/?figure=rate&dataset=lamps&people=people"
    asked = steward.get(address).context["form"]
    assert {"inhabitants", "people_area", "people_period", "per"} <= asked.fields.keys()
    assert "over" not in asked.fields
    chosen = {"summed": "", "period": "year", "by": "year", "area": "area", "inhabitants": "heads"}
    chosen |= {"per": "1000", "whole": "rows", "people_period": guided_forms.ONE_YEAR}
    refused = steward.post(address, chosen)
    assert refused.status_code == 422
    assert "Say where the area of the inhabitants stands." in text(refused)
    editor = steward.post(address, chosen | {"people_area": "nis"})
    assert editor.context["preview"].count == 5
    sql = editor.context["form"]["sql"].value()
    note = in_both(note="On compte.")
    assert steward.post(f"{OFFICE}{made.code}/method/", {"sql": sql, **note}).status_code == 302
    steward.post(f"{OFFICE}{made.code}/compute/")
    found = {(v.period, v.area.code if v.area else ""): v.value for v in made.values.select_related("area")}
    assert found["2020", "21001"] == 1000 * 1 / 100
    assert found["2020", ""] == 1000 * 2 / 400


@pytest.mark.parametrize("query", ["figure=rate&dataset=lamps", "figure=x&dataset=lamps", "dataset=nothing"])
def test_a_start_that_makes_no_sense_is_told(place, steward, query):
    factory.lamps(place)
    made = factory.indicator()
    assert steward.get(f"{OFFICE}{made.code}/method/guide/?{query}").status_code == 422


def test_the_guided_form_asks_for_what_is_missing(place, steward):
    factory.lamps(place)
    made = factory.indicator()
    address = f"{OFFICE}{made.code}/method/guide/?figure=count&dataset=lamps"
    wrong = {"period": "year", "by": "year", "only": "n", "equals": "many'; DROP"}
    assert steward.post(address, wrong).status_code == 422


def test_a_figure_by_hand_waits_for_approval(steward, staff):
    made = factory.indicator(symbol="%")
    given = {
        "period": "2020",
        "numerator": "1",
        "denominator": "4",
        "qualifier": "exact",
        "publisher": "BRIC",
    }
    steward.post(f"{OFFICE}{made.code}/report/", given | {"retained": "on"})
    value = Value.objects.get()
    assert (value.value, value.numerator, value.denominator) == (25.0, 1.0, 4.0)
    assert (value.approval, value.source) == ("proposed", {"publisher": "BRIC"})
    assert steward.post(f"{OFFICE}{made.code}/approve/", {"seen": value.pk}).status_code == 403
    staff.post(f"{OFFICE}{made.code}/approve/", {"seen": value.pk})
    assert queries.published_values([made]).count() == 1


BAD_REPORTS = [
    {"period": "soon"},
    {"value": ""},
    {"value": "nan"},
    {"value": "1e999"},
    {"denominator": "0"},
    {"area": "Gotham"},
    {"url": "javascript:alert()"},
    {"retained": ""},
    {"publisher": ""},
]


@pytest.mark.parametrize("wrong", BAD_REPORTS, ids=str)
def test_a_report_that_makes_no_sense_changes_nothing(steward, wrong):
    made = factory.indicator()
    given = {"period": "2020", "value": "5", "qualifier": "exact", "publisher": "BRIC", "retained": "on"}
    answer = steward.post(f"{OFFICE}{made.code}/report/", given | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert not Value.objects.exists()
    assert steward.post(f"{OFFICE}{made.code}/report/", given).status_code == 302


def test_replacing_a_published_figure_asks_for_the_reason(staff):
    made = factory.reported("2020", 5)
    value = actions.report_value(made, {"period": "2020", "value": 6}, by=journal.system())
    page = staff.get(f"{OFFICE}{made.code}/")
    assert "Why published figures change" in text(page)
    address = f"{OFFICE}{made.code}/approve/"
    assert staff.post(address, {"seen": value.pk}).status_code == 422
    assert queries.corrections(made).count() == 0
    staff.post(address, {"seen": value.pk, **in_both(reason="Faute de frappe")})
    assert queries.corrections(made).get().reason["fr"].text == "Faute de frappe"


def test_what_was_proposed_since_the_page_was_read_is_not_approved(staff):
    made = factory.indicator()
    first = actions.report_value(made, {"period": "2020", "value": 5}, by=journal.system())
    actions.report_value(made, {"period": "2021", "value": 6}, by=journal.system())
    assert staff.post(f"{OFFICE}{made.code}/approve/", {"seen": first.pk}).status_code == 422
    assert staff.post(f"{OFFICE}{made.code}/refuse/", {"seen": first.pk}).status_code == 409
    assert not queries.published_values([made]).exists()


def test_an_implausible_jump_is_pointed_out(staff):
    made = factory.reported("2020", 5)
    actions.report_value(made, {"period": "2021", "value": 500}, by=journal.system())
    found = text(staff.get(f"{OFFICE}{made.code}/"))
    assert "1 figure differs by more than half from the one before." in found


def test_a_computation_that_fails_is_told_on_the_desk_and_published_figures_stay(place, steward):
    lamps = factory.lamps(place)
    made = factory.computed()
    actions.set_method(
        made, note=factory.NOTE, sql="SELECT area AS period, n AS value FROM lamps", by=journal.system()
    )
    steward.post(f"{OFFICE}{made.code}/compute/")
    found = text(steward.get(f"{OFFICE}{made.code}/"))
    assert "“21001” is not a period" in found
    assert "Could not be computed" in text(steward.get(OFFICE))
    assert queries.published_values([made]).count() == 2
    assert lamps.methods.count() == 2


def test_targets_that_make_no_sense_change_nothing(steward):
    made = factory.indicator()
    actions.set_targets(made, [{"period": "2030", "value": 9}], by=journal.system())
    address = f"{OFFICE}{made.code}/targets/"
    head = {"targets-TOTAL_FORMS": "2", "targets-INITIAL_FORMS": "0"}
    for wrong in (
        {"targets-0-period": "soon", "targets-0-value": "1"},
        {"targets-0-period": "2030"},
        {"targets-0-period": "2030", "targets-0-value": "nan"},
        {f"targets-{n}-{name}": told for n in (0, 1) for name, told in (("period", "2030"), ("value", "1"))},
    ):
        assert steward.post(address, head | wrong).status_code == 422, wrong
    assert (
        steward.post(address, {"targets-TOTAL_FORMS": "0", "targets-INITIAL_FORMS": "0"}).status_code == 422
    )
    assert [t.value for t in made.targets.all()] == [9.0]


def test_taking_the_period_away_takes_the_target_away_and_others_keep_their_source(steward):
    made = factory.indicator()
    source = {"publisher": "BRIC", "url": "https://example.org/"}
    goals = [{"period": "2030", "value": 9, "source": source}, {"period": "2035", "value": 10}]
    actions.set_targets(made, goals, by=journal.system())
    head = {"targets-TOTAL_FORMS": "2", "targets-INITIAL_FORMS": "2"}
    rows = {"targets-0-period": "2030", "targets-0-value": "9", "targets-1-period": "", "targets-1-value": ""}
    steward.post(f"{OFFICE}{made.code}/targets/", head | rows)
    assert [(t.period, t.source) for t in made.targets.all()] == [("2030", source)]


def test_withdrawing_asks_for_the_reason(staff, client):
    made = factory.reported()
    address = f"{OFFICE}{made.code}/withdraw/"
    assert staff.post(address, {"because_fr": "Faux"}).status_code == 422
    staff.post(address, in_both(because="Faux"))
    assert client.get(reverse("indicators:indicator", args=[made.code])).status_code == 410


def test_an_indicator_that_is_not_there_is_not_found(staff):
    for name in ("", "definition/", "method/", "method/guide/", "targets/", "report/", "withdraw/"):
        assert staff.get(f"{OFFICE}nothing/{name}").status_code == 404


def test_a_dataset_for_the_office_may_feed_an_indicator(place, steward):
    office = datahub.dataset("lamps", access="office")
    datahub.load(office, place)
    made = factory.indicator()
    answer = steward.post(f"{OFFICE}{made.code}/method/", {"sql": factory.TOTAL, "preview": "1"})
    assert answer.context["preview"].count == 2


def test_a_mistake_is_marked_in_the_text(place, steward):
    factory.lamps(place)
    made = factory.indicator()
    wrong = {"sql": "SELECT '2020' AS period,\r\n       colour AS value\r\nFROM lamps", **in_both(note="x")}
    for button in ({"preview": "1"}, {}):
        answer = text(steward.post(f"{OFFICE}{made.code}/method/", wrong | button))
        assert "<mark>colour</mark> AS value" in answer
        assert "Line 2" in answer


def test_a_worked_example_can_be_begun_with(steward):
    made = factory.indicator()
    found = text(steward.get(f"{OFFICE}{made.code}/method/?example=1"))
    assert "FROM collisions" in found.partition("</textarea>")[0]
    for nonsense in ("0", "99", "x", "²"):
        assert steward.get(f"{OFFICE}{made.code}/method/?example={nonsense}").status_code == 200
    assert not MethodVersion.objects.filter(sql__contains="collisions").exists()


def test_what_is_refused_is_not_published_and_what_came_since_still_waits(staff, steward, client):
    made = factory.reported()
    later = actions.report_value(made, {"period": "2021", "value": 77}, by=journal.system())
    desk = f"{OFFICE}{made.code}/"
    assert steward.post(f"{desk}refuse/", {"seen": later.pk}).status_code == 403
    for seen in ("", "nonsense", later.pk - 1):
        staff.post(f"{desk}refuse/", {"seen": seen})
        later.refresh_from_db()
        assert later.approval == "proposed", "another figure than those that were seen"
    answer = staff.post(f"{desk}refuse/", {"seen": later.pk}, follow=True)
    assert "1 figure is refused." in text(answer)
    later.refresh_from_db()
    assert later.approval == "refused"
    assert [value.period for value in queries.published_values([made])] == ["2020"]


def test_a_definition_is_changed_on_its_form(steward, client):
    made = factory.reported()
    address = f"{OFFICE}{made.code}/definition/"
    told = in_both(title="Lampadaires", description="Tous.", unit="lampes")
    chosen = {"good": "down", "status_method": "share_of_target", "frequency": "yearly", "decimals": "1"}
    assert steward.post(address, told | chosen | {"title_nl": ""}).status_code == 422
    assert steward.post(address, told | chosen).status_code == 302
    made.refresh_from_db()
    assert (made.title["fr"].text, made.good, made.decimals) == ("Lampadaires", "down", 1)
    assert "Lampadaires" in text(client.get(f"/fr/indicators/{made.code}/"))


def test_an_indicator_waits_for_its_datasets_to_be_public(place, staff):
    rows = datahub.dataset("lamps", published=False)
    datahub.load(rows, place)
    made = factory.indicator(published=False, sql=factory.TOTAL)
    desk = text(staff.get(f"{OFFICE}{made.code}/"))
    assert "Its data are not public" in desk
    assert "/en/datahub/office/lamps/" in desk
    refused = staff.post(f"{OFFICE}{made.code}/publish/", follow=True)
    assert "publish that dataset first" in text(refused)
    made.refresh_from_db()
    assert not made.is_published
    datahub.actions.publish_dataset(rows, by=journal.system())
    assert "Its data are not public" not in text(staff.get(f"{OFFICE}{made.code}/"))
    staff.post(f"{OFFICE}{made.code}/publish/")
    made.refresh_from_db()
    assert made.is_published
