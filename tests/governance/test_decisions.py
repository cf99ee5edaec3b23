"""The register of decisions, and what a decision does to the projects it approves."""

import pytest
from django.urls import reverse

from civicthread.accounts.models import Role
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.governance import actions, queries
from civicthread.governance.models import Decision
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from tests import personas
from tests.factories import programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE, ONLY_FRENCH, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """A browser of the Office."""
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    return client


def approved(project: Project) -> str:
    return Project.objects.values_list("approved", flat=True).get(pk=project.pk)


def test_the_address_of_governance_leads_to_its_decisions(client):
    assert client.get("/fr/governance/").headers["Location"] == "/fr/governance/decisions/"


def test_a_decision_has_a_number_of_its_year():
    numbers = [programme.decision(date=date).reference for date in ("2019-05-02", "2019", "2020-01")]
    assert numbers == ["DECI-2019-0001", "DECI-2019-0002", "DECI-2020-0001"]


@pytest.mark.parametrize(
    ("date", "code"), [("", "date-missing"), ("2/5/19", "date-unclear"), ("2019-02-30", "date-unclear")]
)
def test_a_decision_has_a_date(date, code):
    with pytest.raises(Refused) as refusal:
        programme.decision(date=date)
    assert refusal.value.code == code
    found = programme.decision()
    with pytest.raises(Refused):
        actions.save_decision(found, {"date": date}, by=staff())
    assert Decision.objects.get().date == "2026-03-12"


def test_a_decision_without_dutch_is_not_published():
    with pytest.raises(Refused, match="néerlandais"):
        programme.decision(text={"fr": "Seulement"})
    assert not queries.decisions(visible_to=None).exists()


def test_a_published_decision_stays_complete_and_its_correction_is_told():
    found = programme.decision()
    with pytest.raises(Refused, match="néerlandais"):
        actions.save_decision(found, {"title": {"fr": "Seulement"}}, by=staff())
    actions.save_decision(found, {"number": "2026/17"}, by=staff())
    entry = JournalEntry.objects.get(verb="governance.save")
    assert entry.public
    assert entry.changes == {"number": ["", "2026/17"]}


def test_a_withdrawn_decision_tells_why(client):
    found = programme.decision()
    with pytest.raises(Refused, match="néerlandais"):
        actions.withdraw_decision(found, by=staff(), because=ONLY_FRENCH)
    actions.withdraw_decision(found, by=staff(), because=BECAUSE)
    answer = client.get(found.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()


def test_a_public_decision_approves_its_projects_from_its_date(client):
    project = programme.project()
    draft = programme.decision(projects=[project], approves=True, published=False)
    assert approved(project) == ""
    actions.publish_decision(draft, by=staff())
    assert approved(project) == "2026-03-12"
    assert "12 mars 2026" in client.get(project.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert draft.get_absolute_url() in client.get(project.get_absolute_url()).content.decode()


def test_a_decision_that_only_speaks_of_a_project_approves_nothing():
    project = programme.project()
    programme.decision(projects=[project])
    assert approved(project) == ""


def test_a_withdrawn_decision_approves_nothing_any_more():
    project = programme.project()
    first = programme.decision(projects=[project], approves=True, date="2025")
    programme.decision(projects=[project], approves=True, date="2026-05")
    assert approved(project) == "2025"
    actions.withdraw_decision(first, by=staff(), because=BECAUSE)
    assert approved(project) == "2026-05"


def state(project: Project) -> tuple[str, str]:
    return Project.objects.values_list("state", "state_as_of").get(pk=project.pk)


def withdraw(decision: Decision) -> None:
    actions.withdraw_decision(decision, by=staff(), because=BECAUSE)


def test_a_state_that_only_a_decision_said_goes_with_it():
    project = programme.project(state_as_of="2025")
    for _ in range(2):
        found = programme.decision(projects=[project], approves=True, date="2026-11-20")
        assert state(project) == ("in_preparation", "2026-11-20")
        withdraw(found)
        assert state(project) == ("", "2025")
    told = JournalEntry.objects.filter(verb="projects.approve").latest("pk")
    assert told.changes["state"] == ["in_preparation", ""]


def test_a_state_that_another_decision_says_too_is_known_since_that_one():
    project = programme.project()
    first = programme.decision(projects=[project], approves=True, date="2026-11-20")
    second = programme.decision(projects=[project], approves=True, date="2026-12")
    actions.save_decision(first, {"date": "2026-11-25"}, by=staff())
    assert state(project) == ("in_preparation", "2026-11-25")
    withdraw(first)
    assert state(project) == ("in_preparation", "2026-12")
    withdraw(second)
    assert state(project) == ("", "")


@pytest.mark.parametrize(
    "since", [{"state": "ongoing"}, {"state_as_of": "2026-12"}, {"state": "on_hold", "state_as_of": "2027"}]
)
def test_a_state_that_was_written_since_stays_when_the_decision_goes(since):
    project = programme.project()
    found = programme.decision(projects=[project], approves=True, date="2026-11-20")
    projects.save_project(project, since, by=staff())
    known = state(project)
    withdraw(found)
    assert (approved(project), state(project)) == ("", known)


def test_a_state_that_was_known_before_the_decision_stays():
    project = programme.project(state="ongoing", state_as_of="2025")
    withdraw(programme.decision(projects=[project], approves=True))
    assert state(project) == ("ongoing", "2025")


def test_a_corrected_decision_tells_the_projects_it_left_and_those_it_came_to():
    left, kept, new = programme.project(), programme.project(), programme.project()
    found = programme.decision(projects=[left, kept], approves=True)
    actions.save_decision(found, {"projects": [kept, new], "date": "2026-04"}, by=staff())
    assert [approved(project) for project in (left, kept, new)] == ["", "2026-04", "2026-04"]
    actions.save_decision(found, {"approves": False}, by=staff())
    assert {approved(project) for project in (left, kept, new)} == {""}


def test_a_draft_is_for_the_office_only(client):
    draft = programme.decision(published=False)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/decisions/{draft.reference}").status_code == 404
    assert draft.reference not in client.get("/fr/governance/decisions/").content.decode()
    assert draft in queries.decisions(visible_to=staff())


def test_a_decision_leads_to_what_it_decides_on_and_back(client):
    project, objective = programme.project(), programme.objective()
    found = programme.decision(projects=[project], objectives=[objective])
    html = client.get(found.get_absolute_url()).content.decode()
    for thing in (project, objective):
        assert thing.get_absolute_url() in html
        assert found.get_absolute_url() in client.get(thing.get_absolute_url()).content.decode()


def make() -> Decision:
    return programme.decision(projects=[programme.project()], objectives=[programme.objective()])


def test_the_lists_cost_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/fr/governance/decisions/", make)
    constant_queries("/api/v1/decisions", make)


def test_the_office_list_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries(reverse("governance:desk"), make, office)


def test_the_register_is_narrowed_by_body_and_words(client):
    other = programme.decision(body=programme.body())
    found = programme.decision(body=programme.body(), title={"fr": "Les vélos", "nl": "Fietsen"})
    for query in (f"body={found.body.code}", "query=velo"):
        html = client.get(f"/fr/governance/decisions/?{query}").content.decode()
        assert found.get_absolute_url() in html
        assert other.get_absolute_url() not in html
        rows = client.get(f"/api/v1/decisions?{query}").json()["results"]
        assert [row["reference"] for row in rows] == [found.reference]


def test_the_office_records_publishes_corrects_and_withdraws(office):
    body, project, objective = programme.body(), programme.project(), programme.objective()
    values = posted("title", {"fr": "Oui", "nl": "Ja"}) | posted("text", {"fr": "Texte", "nl": "Tekst"})
    values |= {
        "body": body.code,
        "date": "2026-03-12",
        "number": "17",
        "projects": project.reference,
        "approves": "on",
        "objectives": [str(objective.pk)],
        "sources": "https://example.org | Parlement",
    }
    assert office.post(reverse("governance:record"), values).status_code == 302
    found = Decision.objects.get()
    assert (list(found.projects.all()), list(found.objectives.all())) == ([project], [objective])
    office.post(reverse("governance:publish", args=[found.reference]))
    assert approved(project) == "2026-03-12"
    address = reverse("governance:write", args=[found.reference])
    assert project.reference in office.get(address).content.decode()
    assert office.post(address, values | {"number": "18"}).status_code == 302
    found.refresh_from_db()
    assert found.number == "18"
    reason = posted("because", {"fr": "Fini", "nl": "Klaar"})
    assert office.post(reverse("governance:withdraw", args=[found.reference]), reason).status_code == 302
    assert approved(project) == ""


@pytest.mark.parametrize(
    "values",
    [
        {"body": "nobody"},
        {"date": ""},
        {"date": "tomorrow"},
        {"projects": ""},
        {"projects": "PROJ-1999-0001"},
        {"title_nl": ""},
    ],
)
def test_what_makes_no_sense_is_told_on_the_form(office, values):
    project, body = programme.project(), programme.body()
    given = posted("title", {"fr": "Oui", "nl": "Ja"}) | posted("text", {"fr": "Texte", "nl": "Tekst"})
    given |= {"body": body.code, "date": "2026", "projects": project.reference, "approves": "on"}
    answer = office.post(reverse("governance:record"), given | values)
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.content.decode()
    assert not Decision.objects.exists()
