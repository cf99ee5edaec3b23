"""Project sheets: written, published, withdrawn, led, approved; the ideas they take up follow them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from civicthread.core import journal, personal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.core.partial_dates import first_day, last_day
from civicthread.ideas import actions as idea_actions
from civicthread.ideas.models import Idea
from civicthread.projects import actions, queries
from civicthread.projects.models import Project
from tests.factories import ideas, indicators, programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE, ONLY_FRENCH

pytestmark = pytest.mark.django_db
FACT = {
    "label": {"fr": "Lampes", "nl": "Lampen"},
    "value": 12.0,
    "source": {"url": "https://example.org", "publisher": "Ville", "date": "", "kind": "primary"},
}


def state_of(idea: Idea) -> str:
    return Idea.objects.values_list("state", flat=True).get(pk=idea.pk)


def test_a_sheet_has_a_number_of_the_year_it_starts_and_a_code_of_its_title():
    made = programme.project(start="2019-05", title={"fr": "L’été connecté", "nl": "Zomer"})
    assert (made.reference, made.code) == ("PROJ-2019-0001", "l-ete-connecte")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"start": "2026-13"}, "date-unclear"),
        ({"end": "soon"}, "date-unclear"),
        ({"state_as_of": "0001"}, "date-unclear"),
        ({"start": "9999-12-31"}, "date-unclear"),
        ({"start": "2026", "end": "2025"}, "ends-before-start"),
        ({"start": "2026", "end": "2025-12"}, "ends-before-start"),
        ({"start": "2026-05", "end": "2026-04-30"}, "ends-before-start"),
        ({"start": "2026-01-01", "end": "2025"}, "ends-before-start"),
        ({"budget": -1}, "budget-not-positive"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(values, code):
    made = programme.project()
    with pytest.raises(Refused) as refusal:
        actions.save_project(made, values, by=staff())
    assert refusal.value.code == code
    with pytest.raises(Refused):
        programme.project(**values)
    made.refresh_from_db()
    assert (made.start, made.end, made.budget) == ("", "", None)
    assert Project.objects.count() == 1


PRECISE = ["", "2025", "2026", "2026-03", "2026-03-31", "2026-04-01", "2026-12", "2027"]


@pytest.mark.parametrize("start", PRECISE)
@pytest.mark.parametrize("end", PRECISE)
def test_a_project_starts_no_later_than_the_last_day_it_may_end(start, end):
    """However precise the two dates are; the database keeps to it too."""
    possible = not (start and end) or first_day(start) <= last_day(end)
    made = programme.project(published=False)
    sheet = Project.objects.filter(pk=made.pk)
    if possible:
        actions.save_project(made, {"start": start, "end": end}, by=staff())
        assert sheet.values_list("start", "end").get() == (start, end)
        return
    with pytest.raises(Refused, match="avant"):
        actions.save_project(made, {"start": start, "end": end}, by=staff())
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.update(start=start, end=end)


def test_a_project_without_dutch_is_not_published():
    draft = programme.project(published=False, title={"fr": "Seulement"})
    with pytest.raises(Refused, match="néerlandais"):
        actions.publish_project(draft, by=staff())


def test_a_published_project_stays_complete():
    made = programme.project()
    with pytest.raises(Refused, match="néerlandais"):
        actions.save_project(made, {"description": {"fr": "Seulement"}}, by=staff())


def test_a_withdrawn_project_tells_why(client):
    made = programme.project()
    with pytest.raises(Refused, match="néerlandais"):
        actions.withdraw_project(made, by=staff(), because=ONLY_FRENCH)
    actions.withdraw_project(made, by=staff(), because=BECAUSE)
    for language, reason in (("fr", "Fusionné avec un autre."), ("nl", "Samengevoegd met een ander.")):
        answer = client.get(f"/{language}/projects/{made.reference}/")
        assert answer.status_code == 410
        assert reason in answer.content.decode()
    assert made.get_absolute_url() not in client.get("/fr/projects/").content.decode()
    assert client.get(f"/api/v1/projects/{made.reference}").status_code == 410


def test_a_draft_is_seen_by_the_office_and_its_lead(client):
    draft = programme.lead(programme.project(published=False), person().actor)
    assert draft not in queries.projects(visible_to=None)
    assert draft not in queries.projects(visible_to=person().actor)
    assert draft in queries.projects(visible_to=draft.lead)
    assert draft in queries.projects(visible_to=staff())
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/projects/{draft.reference}").status_code == 404


def test_a_lead_writes_their_own_sheet_and_joins_nothing():
    made = programme.lead(programme.project(), person().actor)
    lead = made.lead
    assert actions.save_project(made, {"start": "2026"}, by=lead).start == "2026"
    with pytest.raises(Forbidden):
        actions.save_project(made, {"ideas": []}, by=lead)
    with pytest.raises(Forbidden):
        actions.save_project(programme.project(), {"start": "2026"}, by=lead)
    actions.name_lead(made, by=staff(), lead=None)
    with pytest.raises(Forbidden):
        actions.save_project(made, {"start": "2027"}, by=lead)


def test_naming_the_same_lead_again_changes_nothing():
    made = programme.lead(programme.project(), person().actor)
    actions.name_lead(made, by=staff(), lead=made.lead)
    assert JournalEntry.objects.filter(verb="projects.name_lead").count() == 1


def test_what_is_held_about_a_lead_is_exported_and_erased():
    made = programme.lead(programme.project(), person().actor)
    assert personal.export_all(made.lead)["projects"] == {"leads": [made.reference]}
    personal.erase_all(made.lead)
    made.refresh_from_db()
    assert made.lead is None


def test_figures_are_written_in_their_order_and_only_when_they_differ():
    made = programme.project()
    for _ in range(2):
        actions.save_facts(
            made, [FACT, FACT | {"value": None, "text": {"fr": "Peu", "nl": "Weinig"}}], by=staff()
        )
    assert [fact.position for fact in made.facts.all()] == [0, 1]
    assert JournalEntry.objects.filter(verb="projects.save").count() == 1
    with pytest.raises(Refused) as refusal:
        actions.save_facts(made, [FACT | {"value": None}], by=staff())
    assert refusal.value.code == "fact-empty"
    assert made.facts.count() == 2


def test_the_first_approval_counts_and_opens_the_preparation():
    made = programme.project()
    actions.approve(made, by=staff(), on="2026-03-12")
    again = actions.approve(made, by=staff(), on="2026-09")
    assert (again.approved, again.state, again.state_as_of) == ("2026-03-12", "in_preparation", "2026-03-12")
    assert JournalEntry.objects.filter(verb="projects.approve").count() == 1
    earlier = actions.approve(made, by=staff(), on="2026-01")
    assert (earlier.approved, earlier.state_as_of) == ("2026-01", "2026-03-12")


def test_an_approval_leaves_a_known_state_alone():
    made = programme.project(state="ongoing")
    assert actions.approve(made, by=staff(), on="2026").state == "ongoing"


def test_an_idea_follows_the_published_project_that_takes_it_up():
    idea, made = ideas.public(), programme.project()
    OutboxMail.objects.all().delete()
    actions.save_project(made, {"ideas": [idea]}, by=staff())
    assert state_of(idea) == Idea.State.IN_PROJECT
    assert OutboxMail.objects.get().recipient == idea.contact.email
    actions.save_project(made, {"state": "in_service"}, by=staff())
    assert state_of(idea) == Idea.State.DELIVERED
    assert OutboxMail.objects.count() == 2


def test_an_idea_follows_a_draft_only_once_it_is_public():
    idea = ideas.public()
    draft = programme.project(published=False, ideas=[idea])
    assert state_of(idea) == Idea.State.RECEIVED
    actions.publish_project(draft, by=staff())
    assert state_of(idea) == Idea.State.IN_PROJECT


def test_the_ideas_of_a_need_follow_too():
    idea, need = ideas.public(), ideas.need()
    idea_actions.merge_idea(idea, need, by=staff(), number=1, text=ideas.ANSWER)
    programme.project(needs=[need], state="completed")
    assert state_of(idea) == Idea.State.DELIVERED


def test_a_change_of_the_sheet_moves_no_idea_and_mails_nobody():
    idea = ideas.public()
    made = programme.project(ideas=[idea])
    OutboxMail.objects.all().delete()
    actions.save_project(made, {"start": "2026", "ideas": [idea]}, by=staff())
    assert not OutboxMail.objects.exists()


def test_what_one_project_delivered_another_does_not_take_back():
    idea = ideas.public()
    programme.project(ideas=[idea], state="completed")
    programme.project(ideas=[idea], state="ongoing")
    assert state_of(idea) == Idea.State.DELIVERED


def test_a_leads_new_state_moves_the_ideas_though_a_lead_decides_nothing_about_them():
    idea = ideas.public()
    made = programme.lead(programme.project(ideas=[idea]), person().actor)
    actions.save_project(made, {"state": "completed"}, by=made.lead)
    assert state_of(idea) == Idea.State.DELIVERED


def test_the_program_itself_leaves_past_ideas_as_they_were():
    idea, by = ideas.public(), journal.system()
    made = programme.project()
    actions.save_project(made, {"ideas": [idea], "state": "completed"}, by=by)
    assert state_of(idea) == Idea.State.RECEIVED


def test_the_thread_leads_from_an_idea_to_the_project_and_back(client):
    idea, objective, indicator = ideas.public(), programme.objective(), indicators.indicator()
    made = programme.project(ideas=[idea], objectives=[objective], indicators=[indicator])
    html = client.get(made.get_absolute_url()).content.decode()
    for thing in (idea, objective, indicator):
        assert thing.get_absolute_url() in html
        assert made.get_absolute_url() in client.get(thing.get_absolute_url()).content.decode()


def test_the_thread_stays_within_the_readers_rights(client):
    objective = programme.objective(published=False)
    made = programme.project(objectives=[objective], ideas=[ideas.hidden()])
    html = client.get(made.get_absolute_url()).content.decode()
    assert str(objective.title) not in html
    assert "/ideas/IDEA" not in html


def test_milestones_stand_on_the_page_in_the_order_of_their_dates(client):
    made = programme.project()
    later = programme.milestone(made, planned="2027")
    sooner = programme.milestone(made, planned="2026-05")
    draft = programme.milestone(made, planned="2026-06", published=False)
    html = client.get(made.get_absolute_url()).content.decode()
    assert html.index(sooner.get_absolute_url()) < html.index(later.get_absolute_url())
    assert draft.get_absolute_url() not in html
    assert html.count(later.get_absolute_url()) == 1


def test_an_organisation_that_is_not_public_is_named_but_not_linked(client):
    owner = programme.organisation(published=False)
    partner = programme.organisation(published=False)
    made = programme.project(owner=owner, partners=[partner])
    html = client.get(made.get_absolute_url()).content.decode()
    assert str(owner.name) in html
    assert owner.get_absolute_url() not in html
    assert str(partner.name) not in html


def full() -> Project:
    """A project with one of everything."""
    made = programme.project(
        owner=programme.organisation(),
        partners=[programme.organisation()],
        directions=[programme.direction()],
        objectives=[programme.objective()],
        ideas=[ideas.public()],
        needs=[ideas.need()],
        indicators=[indicators.indicator()],
        areas=[],
    )
    actions.save_facts(made, [FACT], by=staff())
    programme.milestone(made)
    programme.decision(projects=[made])
    return made


def test_the_lists_cost_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/fr/projects/", full)
    constant_queries("/api/v1/projects", full)


def test_a_full_sheet_costs_at_most_twelve_queries_signed_in_or_not(client, django_assert_max_num_queries):
    made = programme.lead(full(), person().actor)
    for reader in (Client(), signed_in(made.lead.user)):
        reader.get(made.get_absolute_url())
        with django_assert_max_num_queries(12):
            assert reader.get(made.get_absolute_url()).status_code == 200


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_is_narrowed(client):
    direction, owner, area = programme.direction(), programme.organisation(), ideas.municipality()
    found = programme.project(
        title={"fr": "Des vélos", "nl": "Fietsen"},
        areas=[area],
        directions=[direction],
        owner=owner,
        state="ongoing",
        nature="pilot",
    )
    other = programme.project()
    asked = [
        "query=velo",
        f"direction={direction.code}",
        f"owner={owner.code}",
        f"area={area.code}",
        "state=ongoing",
        "nature=pilot",
    ]
    for query in asked:
        html = client.get(f"/fr/projects/?{query}").content.decode()
        assert found.get_absolute_url() in html, query
        assert other.get_absolute_url() not in html, query
        rows = client.get(f"/api/v1/projects?{query}").json()["results"]
        assert [row["reference"] for row in rows] == [found.reference], query
    assert client.get("/fr/projects/?state=nonsense&query=%00&page=zzz").status_code == 200
    assert client.get("/api/v1/projects?state=nonsense").status_code == 422


def test_the_api_pages_by_cursor_to_the_last_project(client):
    made = [programme.project().reference for _ in range(5)]
    address, seen = "/api/v1/projects?limit=2", []
    while address:
        page = client.get(address).json()
        seen += [row["reference"] for row in page["results"]]
        address = page["next"]
    assert seen == sorted(made)


def test_the_api_shows_a_sheet_with_what_is_public(client):
    made = full()
    actions.save_project(made, {"objectives": [programme.objective(published=False)]}, by=staff())
    row = client.get(f"/api/v1/projects/{made.reference}").json()
    assert row["objectives"] == []
    assert row["ideas"] == [made.ideas.get().reference]
    assert row["facts"][0]["value"] == 12
    assert row["facts"][0]["label"] == FACT["label"]
    assert row["budget"] is None


def test_a_lead_hears_in_their_language_where_their_sheet_is_written():
    user = person(language="nl")
    made = programme.lead(programme.project(published=False), user.actor)
    mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.subject) == (user.email, f"U leidt een project: {made.title['nl'].text}")
    assert f"/nl/projects/office/{made.reference}/" in mail.text
    programme.lead(made, user.actor)
    actions.name_lead(made, by=staff(), lead=None)
    assert OutboxMail.objects.count() == 1, "told once, and not of being lead no more"


def test_a_lead_who_is_named_again_hears_it_again():
    user, made = person(), programme.project()
    for lead in (user.actor, None, user.actor):
        actions.name_lead(made, by=staff(), lead=lead)
    assert OutboxMail.objects.filter(recipient=user.email).count() == 2


def test_an_idea_that_was_not_retained_is_answered_anew_before_a_project_takes_it_up():
    idea, made = ideas.answered(Idea.State.NOT_RETAINED), programme.project()
    with pytest.raises(Refused, match=idea.reference) as refused:
        actions.save_project(made, {"ideas": [idea]}, by=staff())
    assert refused.value.code == "idea-not-retained"
    assert state_of(idea) == Idea.State.NOT_RETAINED
    idea_actions.answer_idea(idea, by=staff(), number=2, state=Idea.State.RETAINED, text=ideas.ANSWER)
    actions.save_project(made, {"ideas": [Idea.objects.get(pk=idea.pk)]}, by=staff())
    assert state_of(idea) == Idea.State.IN_PROJECT


def test_a_budget_without_a_kind_stands_alone(client):
    made = programme.project(budget=Decimal("12500.50"))
    told = "12\u202f500,50\xa0€"
    assert f"{told}</dd>" in client.get(made.get_absolute_url()).content.decode()
    actions.save_project(made, {"budget_kind": "yearly"}, by=staff())
    assert (
        f'{told} <span class="quiet">(par an)</span>' in client.get(made.get_absolute_url()).content.decode()
    )
