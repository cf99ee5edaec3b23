"""The public dashboard: the state at a glance, groups, filters, cards, the board's view, the same for programs."""

import csv
import io
import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from civicthread.core import journal, walking
from civicthread.dashboard import actions as snapshots
from civicthread.dashboard import downloads, queries, standing
from civicthread.dashboard.queries import Filters
from civicthread.ideas import actions as idea_actions
from civicthread.indicators import actions
from civicthread.indicators import queries as indicators
from civicthread.methods.status import Grade
from civicthread.portal import queries as portal
from civicthread.stakeholders import actions as stakeholders
from tests import personas
from tests.dashboard.policy_cases import seat
from tests.factories import ideas, programme
from tests.factories import indicators as factory
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
HOME = "/fr/dashboard/"
NOW = timezone.localdate().year


def aimed(value: float, target: float, **values):
    """An indicator whose figure of last year stands so far from its target."""
    made = factory.reported(str(NOW - 1), value, **values)
    actions.set_targets(made, [{"period": str(NOW + 2), "value": target}], by=journal.system())
    return made


def page(client, query: str = "") -> str:
    answer = client.get(f"{HOME}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client, query: str = "") -> list[dict[str, str]]:
    """The indicators that the filters leave, from the file."""
    return list(csv.DictReader(io.StringIO(client.get(f"{HOME}figures.csv?{query}").content.decode())))


def codes(client, query: str = "") -> set[str]:
    return {row["indicator"] for row in shown(client, query)}


def test_the_glance_counts_each_indicator_once_under_its_status(client):
    aimed(10, 10), aimed(8, 10), aimed(6, 10), aimed(1, 10)
    factory.reported(str(NOW - 9), 3), factory.reported(str(NOW - 1), 3)
    factory.indicator(), factory.indicator(status_method="none")
    found = queries.counts(standing.programme().standings)
    assert found == dict.fromkeys((*Grade, "not_judged"), 1)
    told = page(client)
    for name in found:
        assert f"status={name}" in told
        assert [row["status"] for row in shown(client, f"status={name}")] == [name]
    assert client.get("/api/v1/dashboard").json()["counts"] == found
    assert snapshots.freeze(NOW, by=journal.system()).counts == found
    frozen = client.get(f"{HOME}snapshots/{NOW}.csv").content.decode()
    assert sorted(row["status"] for row in csv.DictReader(io.StringIO(frozen))) == sorted(found)


def test_old_figures_are_told_to_be_old_whether_they_are_judged_or_not(client, place):
    factory.areas()
    factory.lamps(place)
    parts = factory.computed(factory.BY_AREA, area_level="municipality")
    unjudged = factory.reported(str(NOW - 9), 3, status_method="none")
    assert codes(client, "status=no_recent_data") == {parts.code, unjudged.code}
    for made in (parts, unjudged):
        assert 'data-state="no_recent_data"' in client.get(made.get_absolute_url()).content.decode()


def test_one_figure_far_above_its_target_does_not_hide_those_that_lag():
    aimed(308, 10), aimed(2, 10), aimed(1, 10)
    assert standing.summed(standing.programme().standings).median_share == pytest.approx(0.2)


def test_an_indicator_stands_under_its_direction_objective_project_organisation_and_body(client):
    direction = programme.direction()
    owner = programme.organisation()
    made = aimed(5, 10, direction=direction.code, owner=owner)
    objective = programme.objective(direction=direction, indicators=[made])
    project = programme.project(indicators=[made])
    body = programme.body()
    programme.decision(body=body, projects=[project])
    other = aimed(5, 10)
    for query in (
        f"direction={direction.code}",
        f"objective={objective.code}",
        f"project={project.reference}",
        f"owner={owner.code}",
        f"body={body.code}",
    ):
        assert codes(client, query) == {made.code}, query
    for by, name in (
        ("direction", direction.name),
        ("objective", objective.title),
        ("project", project.title),
    ):
        told = page(client, f"by={by}")
        assert str(name) in told
        assert made.get_absolute_url() in told
        assert other.get_absolute_url() in told, "what belongs to no group is shown too"


def test_drafts_of_projects_and_decisions_group_nothing(client):
    made = aimed(5, 10)
    hidden = programme.project(published=False, indicators=[made])
    assert str(hidden.title) not in page(client, "by=project")
    assert hidden.reference not in standing.programme().names["project"]


def test_a_grouping_without_any_group_is_not_offered(client):
    aimed(5, 10)
    assert "by=owner" not in page(client)
    aimed(5, 10, owner=programme.organisation())
    assert "by=owner" in page(client)


def test_filters_that_nobody_knows_are_left_aside(client):
    made = aimed(5, 10)
    for query in (
        "direction=nowhere",
        "status=%00",
        "kind='",
        "period=1800",
        "area=BE10",
        "page=99",
        "page=-1",
    ):
        assert made.get_absolute_url() in page(client, query)


def test_a_period_shows_the_state_at_its_end(client):
    made = factory.reported(str(NOW - 3), 2)
    actions.set_targets(made, [{"period": str(NOW + 2), "value": 10}], by=journal.system())
    actions.report_value(made, {"period": str(NOW - 1), "value": 10}, by=journal.system())
    actions.approve_values(made, by=journal.system())
    (then,) = shown(client, f"period={NOW - 3}")
    (now,) = shown(client)
    assert (then["value"], then["status"]) == ("2.0", "away")
    assert (now["value"], now["status"]) == ("10.0", "achieved")
    (then,) = standing.programme(period=str(NOW - 3)).standings
    assert then.reading.today == date(NOW - 3, 12, 31)


def test_a_year_that_another_reader_pushes_out_meanwhile_is_shown_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
):
    aimed(10, 10)
    monkeypatch.setattr(standing, "MOST_KEPT", 1)
    kept = standing.programme(period=str(NOW - 1))
    ideas.public()  # no change of the dashboard: the database is asked whether it is one
    others = [str(NOW - 2)]

    def another_asks(execute, sql, *rest):
        answer = execute(sql, *rest)
        if others and " IN (" in sql:
            standing.programme(period=others.pop())
        return answer

    with connection.execute_wrapper(another_asks):
        assert standing.programme(period=str(NOW - 1)) == kept
    assert others == []


def test_an_area_shows_its_own_figures_and_only_its_own_target(client, place):
    areas = factory.areas()
    factory.lamps(place)
    made = factory.computed(factory.BY_AREA, area_level="municipality")
    aimed(5, 10)
    actions.set_targets(
        made, [{"period": str(NOW + 2), "value": 9, "area": areas["21001"]}], by=journal.system()
    )
    assert codes(client, "area=21001") == {made.code}
    (one,), (other,) = shown(client, "area=21001"), shown(client, "area=21002")
    assert (one["period"], one["value"], one["target"]) == ("2021", "9.0", "9.0")
    assert (other["period"], other["value"], other["target"]) == ("2020", "7.0", "")
    assert "Anderlecht" in page(client, "by=area")


def test_a_change_is_seen_at_once(client):
    made = aimed(5, 10)
    assert shown(client)[0]["value"] == "5.0"
    actions.report_value(made, {"period": str(NOW), "value": 6}, by=journal.system())
    assert shown(client)[0]["value"] == "5.0", "a proposed figure is not public"
    actions.approve_values(made, by=journal.system())
    assert shown(client)[0]["value"] == "6.0"
    actions.withdraw_indicator(made, by=journal.system(), because=factory.BECAUSE)
    assert shown(client) == []


def grouped():
    """An indicator that stands in a group of every kind."""
    owner, direction = programme.organisation(), programme.direction()
    made = aimed(5, 10, owner=owner, direction=direction.code)
    project = programme.project(indicators=[made])
    programme.decision(projects=[project], objectives=[programme.objective(indicators=[made])])


def cost(query: str) -> int:
    with CaptureQueriesContext(connection) as found:
        page(Client(), query)
    return len(found)


@pytest.mark.parametrize("query", ["", "view=table", "view=cards", "by=body", "by=area", "status=behind"])
def test_a_page_costs_the_same_with_one_indicator_and_with_three_and_one_query_when_nothing_changed(query):
    factory.areas()
    grouped()
    page(Client(), query)
    grouped()
    after_one, unchanged = cost(query), cost(query)
    grouped(), grouped()
    assert cost(query) == after_one <= 12
    assert unchanged <= 3, "no figure is read again"
    assert cost(query) == unchanged


def test_a_long_list_is_cut_into_pages_that_hold_everything_once(client):
    made = {aimed(5, 10).get_absolute_url() for _ in range(26)}
    first, second = page(client, "view=cards"), page(client, "view=cards&page=2")
    assert {url for url in made if url in first} | {url for url in made if url in second} == made
    assert not [url for url in made if url in first and url in second]
    assert "view=cards&amp;page=2" in first


def test_every_link_keeps_the_filters(client):
    direction = programme.direction()
    aimed(5, 10, direction=direction.code)
    answer = page(client, f"direction={direction.code}")
    address = next(part for part in answer.split('"') if "report.pdf" in part).replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query) == {"direction": [direction.code]}


def test_the_files_say_the_same(client):
    made = aimed(5, 10)
    (row,) = shown(client)
    told = json.loads(client.get(f"{HOME}figures.json").content)["figures"][0]
    assert row["indicator"] == told["indicator"] == made.code
    assert float(row["target"]) == told["target"] == 10
    assert row["status"] == told["status"] == "behind"


DECLARED = (
    "SELECT CAST(year AS VARCHAR) AS period, 100.0 * SUM(n) / SUM(n) AS value, SUM(n) AS numerator, "
    "SUM(n) AS denominator, 'declared' AS flag FROM lamps GROUP BY year"
)


def test_a_share_stands_beside_what_it_is_a_share_of_and_a_declared_one_says_so(client, place):
    factory.lamps(place)
    made = factory.computed(DECLARED, symbol="%", status_method="none")
    address = made.get_absolute_url().replace("/fr/", "/en/")
    for told in (address, "/en/indicators/", "/en/dashboard/?view=cards"):
        assert "9 of 9 · declared · 2021" in client.get(told).content.decode()
    (row,) = shown(client)
    assert (row["value"], row["numerator"], row["denominator"], row["flags"]) == (
        "100.0",
        "9.0",
        "9.0",
        "declared",
    )
    (overview, figures) = downloads.report_sheets(indicators.readings([made], today=timezone.localdate()))
    assert overview.rows[0][5:8] == [9.0, 9.0, "déclaré"]
    assert "déclaré" in figures.rows[0]


def test_what_waits_is_told_to_the_office_the_steward_and_the_board_only(client):
    made = factory.indicator()
    actions.report_value(made, {"period": str(NOW), "value": 6}, by=journal.system())
    draft = factory.indicator(published=False)
    actions.report_value(draft, {"period": str(NOW), "value": 6}, by=journal.system())
    loose = programme.project()
    assert client.get(f"{HOME}board/").status_code == 302
    told = personas.make("staff").client().get(f"{HOME}board/").content.decode()
    assert str(made.title) in told
    assert str(draft.title) in told
    assert str(loose.title) in told
    waiting = queries.waiting(visible_to=None)
    assert waiting.counts["proposed"] == 1, "who may not see drafts hears nothing of them"


def test_reported_ideas_wait_for_the_office_and_for_nobody_else():
    idea = ideas.answered()
    idea_actions.report_idea(idea, by=None, reason="x")
    desk = reverse("ideas:desk", args=[idea.reference])
    assert desk in personas.make("staff").client().get(f"{HOME}board/").content.decode()
    assert queries.waiting(visible_to=ideas.staff()).counts["reported"] == 1
    for other in (None, personas.make("steward").actor):
        assert queries.waiting(visible_to=other).reported == []


def test_a_seat_on_the_board_opens_what_waits_and_a_seat_in_a_jury_does_not():
    for kind, status in (("board", 200), ("jury", 403)):
        user = person()
        organisation = programme.organisation()

        stakeholders.name_representative(organisation, by=programme.staff(), actor=user.actor)
        seat(organisation, kind)
        browser = Client()
        personas.sign_in(browser, user)
        assert browser.get(f"{HOME}board/").status_code == status


def test_programs_read_the_same_counts(client):
    direction = programme.direction()
    made = aimed(5, 10, direction=direction.code)
    told = client.get("/api/v1/dashboard?by=direction").json()
    assert told["counts"]["behind"] == 1
    assert told["median_share"] == 0.5
    assert told["groups"][0]["code"] == direction.code
    assert told["groups"][0]["indicators"] == [made.code]
    assert client.get("/api/v1/dashboard?status=achieved").json()["groups"] == []


def test_an_address_of_filters_is_always_the_same():
    assert Filters(direction="a", period="2024").address() == "direction=a&period=2024"
    assert Filters().address(by="area") == "by=area"
    assert Filters(direction="a").active == 1


def test_the_board_lists_what_the_loose_ends_count(client):
    """An objective or a project is measured, whatever the status is judged by; a figure of the city aims at nothing."""
    loose = factory.reported(str(NOW - 1), 5, status_method="none")
    draft, reached = factory.indicator(published=False), aimed(5, 10)
    neither, alone = factory.indicator(good="neither"), factory.indicator()
    bare = programme.project(indicators=[draft])
    programme.objective(indicators=[loose, reached, neither])
    waiting = queries.waiting(visible_to=None)
    assert waiting.without_target == [loose]
    assert waiting.unmeasured == [alone]
    assert waiting.unmeasured_projects == [bare], "a draft tells nobody whether it works"
    assert waiting.counts["without_target"] == portal.counts()["indicators"]
    assert waiting.counts["unmeasured_projects"] == portal.counts()["projects"]


def test_the_page_of_an_area_shows_what_is_measured_there_with_its_latest_figure(client, place):
    areas = factory.areas()
    factory.lamps(place)
    parts = factory.computed(factory.BY_AREA, area_level="municipality", decimals=1)
    whole = factory.reported(str(NOW), 12)
    factory.reported(str(NOW), 3).values.update(approval="proposed", approved_at=None)
    town = client.get(areas["21001"].get_absolute_url()).content.decode()
    assert parts.get_absolute_url() in town
    assert "9\u00a0lampes · 2021" in town
    assert "?area=21001" in town
    assert whole.get_absolute_url() not in town
    region = client.get(areas["region"].get_absolute_url()).content.decode()
    assert whole.get_absolute_url() in region
    assert f"12\u00a0lampes · {NOW}" in region
    assert parts.get_absolute_url() not in region
    became = {step.key[1] for step in walking.walk(areas["21001"], visible_to=None).became}
    assert parts.pk in became
    assert walking.walk(parts, visible_to=None).came_from == [], "it does not come from where it measures"


def test_the_page_of_an_area_costs_the_same_however_much_is_measured_there(constant_queries, place):
    areas = factory.areas()
    factory.lamps(place)
    constant_queries(
        areas["21001"].get_absolute_url(),
        lambda: factory.computed(factory.BY_AREA, area_level="municipality"),
    )
