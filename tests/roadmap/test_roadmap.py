"""Milestones: planned, planned again with a reason, reached."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from civicthread.accounts.models import Role
from civicthread.core import journal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import SearchEntry
from civicthread.core.text import as_text
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from civicthread.roadmap import actions, queries
from civicthread.roadmap.models import Milestone
from tests import personas
from tests.factories import programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE, ONLY_FRENCH, posted
from tests.following import follow, links

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """A browser of the Office."""
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    return client


@pytest.fixture(autouse=True)
def today(monkeypatch) -> date:
    """A day in the middle of 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 6, 15))
    return date(2026, 6, 15)


def standing(milestone: Milestone) -> Milestone.State:
    return queries.milestones(visible_to=journal.system()).get(pk=milestone.pk).state


def under_way() -> Project:
    """A project that is known to be under way."""
    return programme.project(state="ongoing")


@pytest.mark.parametrize(
    ("planned", "state"),
    [("2026-06", "planned"), ("2026-06-14", "late"), ("2025", "late"), ("2026", "planned")],
)
def test_a_date_has_passed_once_its_last_day_has(today, planned, state):
    assert standing(programme.milestone(under_way(), planned=planned)) == state


def test_nobody_says_that_a_project_is_late_whose_sources_fell_silent(today):
    assert standing(programme.milestone(planned="2025")) == "unknown"
    assert standing(programme.milestone(planned="2027")) == "planned"


def test_a_milestone_is_planned_again_with_a_reason(today, client):
    milestone = programme.milestone(under_way(), planned="2026-05")
    assert standing(milestone) == "late"
    actions.replan(milestone, by=staff(), to="2026-09", because=BECAUSE)
    actions.replan(milestone, by=staff(), to="2027", because=BECAUSE)
    assert standing(milestone) == "replanned"
    html = client.get(milestone.get_absolute_url()).content.decode()
    assert "septembre 2026" in html
    assert "Fusionné avec un autre." in html
    assert "mai 2026" in client.get("/fr/roadmap/").content.decode()
    milestone.refresh_from_db()
    assert milestone.due == date(2027, 12, 31)
    assert [again.number for again in milestone.replannings.all()] == [1, 2]


def test_a_reached_milestone_stands_on_the_day_it_was_reached():
    milestone = programme.milestone(planned="2026-05")
    actions.reach(milestone, by=staff(), on="2026-04-12")
    assert standing(milestone) == "reached"
    assert SearchEntry.objects.filter(kind="roadmap.milestone")[0].dated == date(2026, 4, 12)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda m: actions.replan(m, by=staff(), to="soon", because=BECAUSE), "date-unclear"),
        (lambda m: actions.replan(m, by=staff(), to="", because=BECAUSE), "date-missing"),
        (lambda m: actions.replan(m, by=staff(), to="2027", because=ONLY_FRENCH), "text-missing"),
        (lambda m: actions.replan(m, by=staff(), to=m.planned, because=BECAUSE), "date-unchanged"),
        (lambda m: actions.reach(m, by=staff(), on="2026-02-30"), "date-unclear"),
        (lambda m: actions.reach(m, by=staff(), on="2099-01-01"), "date-ahead"),
        (lambda m: actions.reach(m, by=staff(), on="2026-06-16"), "date-ahead"),
        (lambda m: actions.reach(m, by=staff(), on="2026-07"), "date-ahead"),
        (lambda m: actions.correct(m, by=staff(), on="2026-05", because=BECAUSE), "not-reached"),
        (lambda m: programme.milestone(m.project, actual="2027"), "date-ahead"),
        (lambda m: actions.save_milestone(m, {"planned": "2027"}, by=staff()), "date-promised"),
        (lambda m: actions.save_milestone(m, {"note": {"fr": "Seul"}}, by=staff()), "text-missing"),
        (lambda m: actions.withdraw_milestone(m, by=staff(), because=ONLY_FRENCH), "text-missing"),
        (lambda m: programme.milestone(m.project, planned=""), "date-missing"),
        (lambda m: programme.milestone(m.project, title={"fr": "Seul"}), "text-missing"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(act, code):
    milestone = programme.milestone()
    before = Milestone.objects.values().get(pk=milestone.pk)
    with pytest.raises(Refused) as refusal:
        act(milestone)
    assert refusal.value.code == code
    assert Milestone.objects.values().get(pk=milestone.pk) == before


def test_what_is_reached_is_not_planned_again():
    milestone = actions.reach(programme.milestone(), by=staff(), on="2026")
    with pytest.raises(Refused) as refusal:
        actions.replan(milestone, by=staff(), to="2027", because=BECAUSE)
    assert refusal.value.code == "milestone-reached"


@pytest.mark.parametrize("on", ["2026-06-15", "2026-06", "2026"])
def test_a_milestone_is_reached_on_its_day_at_the_earliest(on):
    assert actions.reach(programme.milestone(), by=staff(), on=on).actual == on


def test_a_milestone_is_not_planned_again_for_the_date_it_has():
    milestone = actions.replan(programme.milestone(), by=staff(), to="2027", because=BECAUSE)
    with pytest.raises(Refused) as refusal:
        actions.replan(milestone, by=staff(), to="2027", because=BECAUSE)
    assert refusal.value.code == "date-unchanged"
    assert actions.replan(milestone, by=staff(), to="2027-03", because=BECAUSE).due == date(2027, 3, 31)


def test_the_date_it_was_reached_is_corrected_with_a_reason_that_stays_readable(office):
    milestone = actions.reach(programme.milestone(planned="2026-05"), by=staff(), on="2026-05")
    with pytest.raises(Refused) as refusal:
        actions.reach(milestone, by=staff(), on="2026-04")
    assert refusal.value.code == "milestone-reached"
    desk = reverse("roadmap:project-desk", args=[milestone.project.reference])
    form = follow(office, desk, "Corriger la date")
    assert office.post(form, {"on": "2026-04-12"}).status_code == 422, "a reason is asked for"
    reason = posted("because", {"fr": "Erreur de saisie", "nl": "Tikfout"})
    assert office.post(form, reason | {"on": "2027"}).status_code == 422
    assert office.post(form, reason | {"on": "2026-04-12"}).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.actual, milestone.due) == ("2026-04-12", date(2026, 4, 12))
    entry = journal.entries_of(milestone).first()
    assert (entry.verb, entry.public) == ("roadmap.correct", True)
    assert entry.changes["actual"] == ["2026-05", "2026-04-12"]
    html = type(office)().get(milestone.get_absolute_url()).content.decode()
    assert "Erreur de saisie" in html
    assert "mai 2026" in html


def test_a_milestone_that_was_not_reached_after_all_is_planned_as_before():
    milestone = actions.replan(programme.milestone(under_way()), by=staff(), to="2027", because=BECAUSE)
    actions.reach(milestone, by=staff(), on="2026")
    actions.correct(milestone, by=staff(), on="", because=BECAUSE)
    assert standing(milestone) == "replanned"
    milestone.refresh_from_db()
    assert milestone.due == date(2027, 12, 31)
    assert [one.since for one in queries.corrections([milestone])[milestone.pk]] == [""]


def test_what_nothing_else_dates_keeps_a_date():
    milestone = programme.milestone(planned="", actual="2026")
    with pytest.raises(Refused) as refusal:
        actions.correct(milestone, by=staff(), on="", because=BECAUSE)
    assert refusal.value.code == "date-missing"


def test_a_correction_without_a_reason_in_each_language_is_refused():
    milestone = actions.reach(programme.milestone(), by=staff(), on="2026")
    with pytest.raises(Refused) as refusal:
        actions.correct(milestone, by=staff(), on="2025", because=ONLY_FRENCH)
    assert refusal.value.code == "text-missing"


def test_a_milestone_is_public_only_with_its_project(client):
    project = programme.project(published=False)
    milestone = programme.milestone(project, published=False)
    with pytest.raises(Refused) as refusal:
        actions.publish_milestone(milestone, by=staff())
    assert refusal.value.code == "project-not-published"
    projects.publish_project(project, by=staff())
    actions.publish_milestone(milestone, by=staff())
    assert client.get(milestone.get_absolute_url()).status_code == 200
    projects.withdraw_project(project, by=staff(), because=BECAUSE)
    answer = client.get(milestone.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()
    assert milestone not in queries.milestones(visible_to=None)


def test_a_milestone_is_found_only_while_its_project_is_public():
    milestone, draft = programme.milestone(), programme.milestone(published=False)
    for one in (milestone, draft):
        projects.withdraw_project(one.project, by=staff(), because=BECAUSE)
    actions.save_milestone(milestone, {"note": {"fr": "Note", "nl": "Nota"}}, by=staff())
    actions.reach(milestone, by=staff(), on="2026-05")
    assert not SearchEntry.objects.filter(kind="roadmap.milestone").exists()
    for one in (milestone, draft):
        projects.publish_project(one.project, by=staff())
    found = SearchEntry.objects.filter(kind="roadmap.milestone")
    assert set(found.values_list("object_id", flat=True)) == {str(milestone.pk)}


def test_a_withdrawn_milestone_tells_why(client):
    milestone = programme.milestone()
    actions.withdraw_milestone(milestone, by=staff(), because=BECAUSE)
    answer = client.get(milestone.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()


def test_a_lead_plans_their_own_project_only():
    project = programme.lead(programme.project(), person().actor)
    lead = project.lead
    milestone = programme.milestone(project, published=False, by=lead)
    assert milestone in queries.milestones(visible_to=lead)
    assert milestone not in queries.milestones(visible_to=person().actor)
    actions.replan(milestone, by=lead, to="2027", because=BECAUSE)
    with pytest.raises(Forbidden):
        actions.publish_milestone(milestone, by=lead)
    with pytest.raises(Forbidden):
        actions.reach(programme.milestone(), by=lead, on="2026")


def test_the_roadmap_shows_what_comes_next(today, client):
    past, coming = programme.milestone(planned="2025"), programme.milestone(planned="2026-09")
    everything = client.get("/fr/roadmap/").content.decode()
    assert everything.index(coming.get_absolute_url()) < everything.index(past.get_absolute_url())
    ahead = client.get("/fr/roadmap/?show=coming").content.decode()
    assert coming.get_absolute_url() in ahead
    assert past.get_absolute_url() not in ahead


def make() -> Milestone:
    milestone = actions.replan(programme.milestone(), by=staff(), to="2027", because=BECAUSE)
    actions.reach(milestone, by=staff(), on="2026-05")
    return actions.correct(milestone, by=staff(), on="2026-04", because=BECAUSE)


def test_the_lists_cost_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/fr/roadmap/", make)
    constant_queries("/api/v1/milestones", make)


def test_the_office_list_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries(reverse("roadmap:desk"), make, office)


def test_the_api_tells_the_dates_a_milestone_had(today, client):
    milestone = actions.replan(programme.milestone(planned="2026-05"), by=staff(), to="2027", because=BECAUSE)
    row = client.get(f"/api/v1/milestones/{milestone.reference}").json()
    assert (row["planned"], row["state"], row["project"]) == (
        "2026-05",
        "replanned",
        milestone.project.reference,
    )
    (again,) = row["replanned"]
    assert (again["date"], again["source"], again["reason"]["nl"]) == (
        "2027",
        None,
        "Samengevoegd met een ander.",
    )
    assert timezone.datetime.fromisoformat(again["at"]).tzinfo
    assert row["corrections"] == []
    listed = client.get(f"/api/v1/milestones?state=replanned&project={milestone.project.reference}").json()
    assert [one["reference"] for one in listed["results"]] == [milestone.reference]
    assert client.get("/api/v1/milestones?state=late").json()["results"] == []


def test_the_api_tells_what_was_corrected(today, client):
    milestone, other = make(), programme.milestone()
    rows = client.get("/api/v1/milestones").json()["results"]
    told = {row["reference"]: row["corrections"] for row in rows}
    (correction,) = told[milestone.reference]
    assert timezone.datetime.fromisoformat(correction.pop("at")).tzinfo
    assert correction == {
        "before": "2026-05",
        "since": "2026-04",
        "reason": {"fr": "Fusionné avec un autre.", "nl": "Samengevoegd met een ander.", "en": "Merged."},
    }
    assert told[other.reference] == []
    alone = client.get(f"/api/v1/milestones/{milestone.reference}").json()
    assert len(alone["corrections"]) == 1


def test_a_reached_milestone_keeps_its_promises_in_sight(today, client):
    """On the page of its project and on the roadmap: when it was planned, again and why, reached, and corrected."""
    late, so = {"fr": "Livraison tardive", "nl": "Late levering"}, {"fr": "Erreur", "nl": "Fout"}
    milestone = programme.milestone(planned="2026-03")
    actions.replan(milestone, by=staff(), to="2026-05", because=as_text(late))
    actions.reach(milestone, by=staff(), on="2026-06-10")
    actions.correct(milestone, by=staff(), on="2026-06-12", because=as_text(so))
    for address in (milestone.project.get_absolute_url(), "/fr/roadmap/"):
        html = client.get(address).content.decode().replace("\xa0", " ")
        assert "Prévu : mars 2026, puis mai 2026." in html
        assert "Livraison tardive" in html
        assert "12 juin 2026" in html
    html = client.get(milestone.project.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert re.search(r"Annoncé comme atteint : <s>10 juin 2026</s>\s+Erreur", html)


def test_a_milestone_reached_as_planned_says_its_date_once(today, client):
    milestone = actions.reach(programme.milestone(planned="2026-05"), by=staff(), on="2026-05")
    html = client.get(milestone.project.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert (html.count("mai 2026"), "Prévu" in html) == (1, False)


def test_the_office_adds_replans_reaches_publishes_and_withdraws(office):
    project = programme.project()
    values = posted("title", {"fr": "Ouverture", "nl": "Opening"}) | {"planned": "2026-05"}
    assert office.post(reverse("roadmap:add", args=[project.reference]), values).status_code == 302
    milestone = Milestone.objects.get()
    where = [milestone.reference]
    assert (
        office.post(reverse("roadmap:write", args=where), values | {"planned": "2026-06"}).status_code == 302
    )
    office.post(reverse("roadmap:publish", args=where))
    assert 'name="planned"' not in office.get(reverse("roadmap:write", args=where)).content.decode()
    reason = posted("because", {"fr": "Pluie", "nl": "Regen"})
    assert office.post(reverse("roadmap:replan", args=where), reason | {"to": "2026-09"}).status_code == 302
    assert office.post(reverse("roadmap:reach", args=where), {"on": "2026-06-14"}).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.planned, milestone.actual) == ("2026-06", "2026-06-14")
    refused = office.post(reverse("roadmap:replan", args=where), reason | {"to": "2027"})
    assert refused.status_code == 422
    assert "ds-error-summary" in refused.content.decode()
    assert office.post(reverse("roadmap:withdraw", args=where), reason).status_code == 302
    assert type(office)().get(milestone.get_absolute_url()).status_code == 410


def test_a_lead_finds_no_other_projects_milestones(client):
    user, other = person(), programme.milestone()
    project = programme.lead(programme.project(), user.actor)
    personas.sign_in(client, user)
    assert client.get(reverse("roadmap:project-desk", args=[project.reference])).status_code == 200
    assert client.get(reverse("roadmap:project-desk", args=[other.project.reference])).status_code == 404
    assert client.get(reverse("roadmap:write", args=[other.reference])).status_code == 404


FIRST = posted("title", {"fr": "Ouverture", "nl": "Opening"}) | {"planned": "2027-05"}


@pytest.mark.parametrize("published", [True, False])
def test_the_office_comes_from_a_sheet_to_its_first_milestone_by_links_alone(office, published):
    project = programme.project(published=published)
    sheet = follow(office, "/fr/", "Smart City Office", "Projets", str(project.title))
    form = follow(office, sheet, "Jalons de ce projet", "Ajouter un jalon")
    assert office.post(form, FIRST).status_code == 302
    assert Milestone.objects.get().project == project


def test_the_office_comes_from_the_public_page_and_from_the_roadmap_to_a_first_milestone(office):
    project = programme.project()
    by_page = follow(office, project.get_absolute_url(), "Écrire ses jalons", "Ajouter un jalon")
    desk = follow(office, "/fr/ambition/office/", "Jalons")
    assert follow(office, desk, str(project.title), "Ajouter un jalon") == by_page
    programme.milestone(project)
    assert "Projets sans jalon" not in office.get(desk).content.decode()


def test_a_lead_finds_a_draft_sheet_and_adds_its_first_milestone_by_links_alone(client):
    user = person()
    project = programme.lead(programme.project(published=False), user.actor)
    other = programme.project()
    personas.sign_in(client, user)
    sheet = follow(client, "/fr/", "Mon compte", "Projets", str(project.title))
    form = follow(client, sheet, "Jalons de ce projet", "Ajouter un jalon")
    assert client.post(form, FIRST).status_code == 302
    assert Milestone.objects.get().project == project
    desk = follow(client, "/fr/", "Mon compte", "Jalons")
    assert str(other.title) not in links(client, desk)
    assert "Écrire ses jalons" not in links(client, other.get_absolute_url())


def test_who_leads_nothing_finds_no_screen_of_the_office(client):
    personas.sign_in(client, person())
    assert not {"Projets sans jalon", "Smart City Office"} & links(client, "/fr/account/").keys()
    assert "/fr/projects/office/" not in links(client, "/fr/account/").values()


def test_the_list_of_projects_without_a_milestone_is_short(office, monkeypatch):
    monkeypatch.setattr(queries, "MOST_WITHOUT", 2)
    first, *later = (programme.project() for _ in range(3))
    shown = links(office, reverse("roadmap:desk"))
    assert {str(project.title) for project in later} <= shown.keys()
    assert str(first.title) not in shown
