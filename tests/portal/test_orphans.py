"""What hangs on no thread: counted, listed, and gone from the list once it is joined."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicthread.ideas.models import Idea
from civicthread.indicators import actions as indicator_actions
from civicthread.portal import orphans, queries
from civicthread.projects import actions as projects
from tests.factories import ideas, indicators, programme
from tests.factories.ideas import staff

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    found = queries.counts()
    return {name: found.get(name, 0) for name in orphans.TOLD}


NONE = dict.fromkeys(orphans.TOLD, 0)


def test_an_idea_waits_until_it_is_answered():
    ideas.public()
    assert counts() == NONE | {"ideas": 1}
    ideas.answered()
    ideas.hidden()
    ideas.unconfirmed()
    assert counts() == NONE | {"ideas": 1}


def test_an_objective_waits_for_a_public_project():
    objective = programme.objective()
    programme.objective(published=False)
    draft = programme.project(published=False, objectives=[objective])
    assert counts()["objectives"] == 1
    projects.publish_project(draft, by=staff())
    assert counts()["objectives"] == 0


def test_a_project_waits_for_an_indicator_and_an_indicator_for_a_target():
    project, indicator = programme.project(), indicators.indicator()
    assert counts() == NONE | {"projects": 1}
    projects.save_project(project, {"indicators": [indicator]}, by=staff())
    assert counts() == NONE | {"indicators": 1}
    indicator_actions.set_targets(indicator, [{"period": "2030", "value": 10.0}], by=staff())
    assert counts() == NONE


def test_a_decision_waits_for_a_project():
    programme.decision()
    assert counts()["decisions"] == 1
    programme.decision(projects=[programme.project()])
    assert counts()["decisions"] == 1


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_lists_them_with_their_numbers(client, language):
    made = [ideas.public() for _ in range(orphans.FIRST + 2)]
    html = client.get(f"/{language}/orphans/").content.decode()
    assert html.count("/ideas/IDEA-") == orphans.FIRST
    assert "?list=ideas" in html
    whole = client.get(f"/{language}/orphans/?list=ideas").content.decode()
    for idea in made:
        assert f"/{language}/ideas/{idea.reference}/" in whole
    assert client.get(f"/{language}/orphans/?list=nonsense").status_code == 200


def test_a_citizens_title_is_marked_with_its_language(client):
    ideas.public(language="nl", title="Bankjes")
    assert '<a href="/fr/ideas/IDEA-' in client.get("/fr/orphans/").content.decode()
    assert 'lang="nl">Bankjes' in client.get("/fr/orphans/").content.decode()


def test_the_pages_cost_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/fr/orphans/", ideas.public)
    constant_queries("/fr/orphans/?list=ideas", ideas.public)


def test_the_home_page_costs_the_same_with_one_and_with_three(constant_queries):
    def make():
        ideas.public()
        programme.project(objectives=[programme.objective()])
        programme.decision()
        measured()

    constant_queries("/fr/", make)


def measured(value: float = 10.0):
    """An indicator that stands at that value, with a target of 10 by the end of the year."""
    indicator, year = indicators.indicator(status_method="share_of_target"), timezone.localdate().year
    indicator_actions.set_targets(indicator, [{"period": str(year), "value": 10.0}], by=staff())
    for period, figure in ((str(year - 2), 0.0), (str(year - 1), value)):
        values = {"period": period, "value": figure}
        indicator_actions.report_value(indicator, values, by=staff())
    indicator_actions.approve_values(indicator, by=staff())
    return indicator


def test_the_home_page_tells_how_many_indicators_are_on_target(client):
    measured(10.0)
    measured(0.5)
    indicators.indicator()
    assert queries.home().on_target == (1, 2)
    html = client.get("/en/").content.decode()
    assert "of 2 with a target and recent figures" in html


def test_all_indicators_are_read_again_only_when_something_is_done_to_one():
    measured()
    assert queries.home().on_target == (1, 1)
    ideas.public()
    with CaptureQueriesContext(connection) as asked:
        assert queries.home().on_target == (1, 1)
    assert not [query for query in asked if "indicators_value" in query["sql"]]
    measured()
    assert queries.home().on_target == (2, 2)


def test_the_home_page_leads_to_what_it_counts(client):
    ideas.answered()
    ideas.public()
    html = client.get("/en/").content.decode()
    for address in ("/en/orphans/", "/en/projects/", "/en/dashboard/", "/en/ideas/"):
        assert f'<p class="stat-label"><a href="{address}">' in html
    assert "of 2 received" in html
    assert Idea.objects.count() == 2
