"""The screens on which the Office and project leads write sheets."""

import pytest
from django.test import Client
from django.urls import reverse

from civicthread.accounts.models import Role
from civicthread.ideas import actions as idea_actions
from civicthread.projects.models import Project
from tests import personas
from tests.factories import ideas, indicators, programme
from tests.factories.accounts import person
from tests.factories.programme import posted

pytestmark = pytest.mark.django_db
SHEET = posted("title", {"fr": "Lampes", "nl": "Lampen"}) | posted(
    "summary", {"fr": "Moins.", "nl": "Minder."}
)
SHEET |= {"budget_qualifier": "exact"}
HOSTILE = "\"><script>alert('x')</script>"


@pytest.fixture
def office(client):
    """A browser of the Office."""
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    return client


def test_a_sheet_that_names_a_hidden_idea_is_saved_as_it_is_shown(office):
    direction, hidden = programme.direction(), ideas.public()
    made = programme.project(directions=[direction], ideas=[hidden])
    idea_actions.hide_idea(hidden, by=ideas.staff(), because=ideas.BECAUSE)
    shown = {"directions": [direction.pk], "ideas": hidden.reference}
    assert hidden.reference in office.get(at("join", made)).content.decode()
    assert office.post(at("join", made), shown).status_code == 302
    other = ideas.hidden()
    answer = office.post(at("join", made), shown | {"ideas": f"{hidden.reference} {other.reference}"})
    assert answer.status_code == 422
    assert office.post(at("join", made), shown | {"ideas": ""}).status_code == 302
    assert office.post(at("join", made), shown).status_code == 422


@pytest.fixture
def lead():
    """A browser of a project lead."""
    client, user = Client(), person()
    personas.sign_in(client, user)
    client.project = programme.lead(programme.project(), user.actor)
    return client


def at(name: str, made: Project, *more: int) -> str:
    return reverse(f"projects:{name}", args=[made.reference, *more])


def test_a_sheet_is_opened_joined_published_and_withdrawn(office):
    owner, partner = programme.organisation(), programme.organisation()
    direction, objective = programme.direction(), programme.objective()
    idea, need, indicator = ideas.public(), ideas.need(), indicators.indicator()
    values = {
        "owner": owner.code,
        "partners": [partner.code],
        "state": "ongoing",
        "state_as_of": "2026-05",
        "nature": "pilot",
        "start": "2025",
        "end": "2027-12-31",
        "budget": "1250000.50",
        "budget_kind": "total",
        "website": "https://example.org",
        "sources": "https://example.org/a | Ville | 2026\nhttps://example.org/b | Presse |  | secondary",
    }
    answer = office.post(reverse("projects:new"), SHEET | values)
    made = Project.objects.get()
    assert answer["Location"] == at("join", made)
    assert (made.owner, list(made.partners.all())) == (owner, [partner])
    assert (made.reference, str(made.budget), made.state_as_of) == ("PROJ-2025-0001", "1250000.50", "2026-05")
    assert [source["kind"] for source in made.sources] == ["primary", "secondary"]
    joined = {
        "directions": [str(direction.pk)],
        "objectives": [str(objective.pk)],
        "ideas": idea.reference.lower(),
        "needs": f"{need.reference},",
        "indicators": indicator.reference,
    }
    assert office.post(at("join", made), joined).status_code == 302
    for name, thing in (
        ("ideas", idea),
        ("needs", need),
        ("indicators", indicator),
        ("directions", direction),
    ):
        assert list(getattr(made, name).all()) == [thing]
    assert idea.reference in office.get(at("join", made)).content.decode()
    office.post(at("publish", made))
    assert "Lampen" in Client().get(f"/nl/projects/{made.reference}/").content.decode()
    office.post(at("withdraw", made), posted("because", {"fr": "Fini", "nl": "Klaar"}))
    assert Client().get(f"/nl/projects/{made.reference}/").status_code == 410


def test_an_indicator_is_named_by_its_number_or_by_the_code_of_its_address(office):
    made, direction = programme.project(), programme.direction()
    first, second = indicators.indicator(), indicators.indicator(code="Ecoles-fibre")
    names = f"{first.reference.lower()}; {first.code.upper()} ECOLES-fibre"
    values = {"directions": [str(direction.pk)]}
    assert office.post(at("join", made), values | {"indicators": names}).status_code == 302
    assert list(made.indicators.order_by("pk")) == [first, second]
    answer = office.post(at("join", made), values | {"indicators": "Ecoles-fibres"})
    assert answer.status_code == 422
    assert "Il n’y a pas de Ecoles-fibres." in answer.content.decode().replace("\xa0", " ")


def test_a_sheet_shows_the_office_all_that_was_entered(office):
    values = {
        "partners": [programme.organisation(published=False).code],
        "state": "ongoing",
        "state_as_of": "2026-05",
        "nature": "pilot",
        "start": "2025-02",
        "end": "2027-12-31",
        "budget": "1250000.50",
        "budget_kind": "total",
        "budget_qualifier": "about",
        "website": "https://example.org/pilote",
        "sources": "https://example.org/a | La source | 2026",
    }
    for name, words in (("other_partners", "Une école"), ("budget_covers", "Les lampes")):
        values |= posted(name, {"fr": words, "nl": words})
    office.post(reverse("projects:new"), SHEET | values)
    made = Project.objects.get()
    html = office.get(at("sheet", made)).content.decode().replace("\xa0", " ").replace("\u202f", " ")
    for shown in (
        *(
            "Projet pilote",
            "février 2025",
            "31 décembre 2027",
            "mai 2026",
            "environ 1 250 000,50 €",
            "(au total)",
        ),
        *("Les lampes", "https://example.org/pilote", "La source", "Une école"),
        str(made.partners.get().name),
    ):
        assert shown in html, shown


def test_saving_what_the_form_shows_changes_nothing(office):
    made = programme.project(
        start="2025-05",
        owner=programme.organisation(),
        partners=[programme.organisation()],
        budget=12,
        sources=[{"url": "https://example.org", "publisher": "Ville", "date": "2026", "kind": "secondary"}],
    )
    form = office.get(at("write", made)).context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if hasattr(value, "to_json"):
            sent |= posted(field.html_name, {code: version.text for code, version in value.items()})
        else:
            sent[field.html_name] = "" if value is None else value
    before = Project.objects.values().get()
    assert office.post(at("write", made), sent).status_code == 302
    assert Project.objects.values().get() == before
    assert list(made.partners.all()) == list(Project.objects.get().partners.all())


@pytest.mark.parametrize(
    "values",
    [
        {"start": "2026-13"},
        {"end": "31/13/2026"},
        {"budget": "-3"},
        {"budget": "NaN"},
        {"website": "javascript:alert(1)"},
        {"owner": "nobody"},
        {"partners": "nobody"},
        {"sources": "not an address"},
        {"sources": "https://example.org"},
        {"sources": "https://example.org | Ville | tomorrow"},
        {"state": "nonsense"},
        {"title_nl": ""},
        {"title_fr": "x" * 201},
        {"start": "2026", "end": "2025"},
        {"title_fr": "a\0b", "summary_nl": ""},
    ],
)
def test_what_makes_no_sense_is_told_on_the_form(office, values):
    made = programme.project()
    before = Project.objects.values().get()
    answer = office.post(at("write", made), SHEET | values)
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.content.decode()
    assert Project.objects.values().get() == before


def test_hostile_words_stay_words(office):
    texts = {code: f"{HOSTILE} {code}" for code in ("fr", "nl", "en")}
    values = posted("title", texts) | posted("summary", texts) | posted("description", texts)
    values |= posted("other_partners", texts) | posted("budget_covers", texts) | {"budget": "1"}
    values["sources"] = f"https://example.org/ | {HOSTILE}"
    office.post(reverse("projects:new"), SHEET | values)
    made = Project.objects.get()
    office.post(at("publish", made))
    pages = (
        *(f"/{language}/projects/{made.reference}/" for language in ("fr", "nl", "en")),
        *(at(name, made) for name in ("sheet", "write", "join")),
        "/fr/projects/",
        reverse("projects:desk"),
        f"/fr/thread/project/{made.reference}/",
        "/fr/changes/",
    )
    for page in pages:
        html = office.get(page).content.decode()
        assert "<script>alert" not in html, page
        assert "&lt;script&gt;" in html or "Numéro" in html, page


def test_figures_are_added_corrected_and_removed(office):
    made = programme.project()
    fact = posted("label", {"fr": "Lampes", "nl": "Lampen"}) | {
        "value": "12.5",
        "qualifier": "about",
        "kind": "measured",
        "period": "2026",
        "source": "https://example.org | Ville",
    }
    assert office.post(at("new-fact", made), fact).status_code == 302
    assert office.post(at("new-fact", made), fact | {"value": "3"}).status_code == 302
    assert office.post(at("write-fact", made, 0), fact | {"value": "13"}).status_code == 302
    assert [row.value for row in made.facts.all()] == [13, 3]
    assert office.post(at("new-fact", made), fact | {"value": ""}).status_code == 422
    assert office.post(at("new-fact", made), fact | {"value": "inf"}).status_code == 422
    assert office.post(at("new-fact", made), fact | {"source": ""}).status_code == 422
    assert office.get(at("write-fact", made, 7)).status_code == 404
    office.post(at("remove-fact", made, 0))
    assert [row.value for row in made.facts.all()] == [3]


def test_a_lead_sees_their_own_sheets_only(lead):
    made, other = lead.project, programme.project()
    html = lead.get(reverse("projects:desk")).content.decode()
    assert made.reference in html
    assert other.reference not in html
    assert at("sheet", made) in lead.get(made.get_absolute_url()).content.decode()
    assert lead.get(at("sheet", other)).status_code == 404
    assert lead.post(at("write", made), SHEET).status_code == 302
    assert lead.get(at("join", made)).status_code == 403
    sheet = lead.get(at("sheet", made)).content.decode()
    assert at("join", made) not in sheet
    assert at("withdraw", made) not in sheet


def test_a_lead_is_named_and_taken_back(office):
    made, user = programme.project(), person("lead@example.org")
    assert office.post(at("name-lead", made), {"email": "nobody@example.org"}).status_code == 422
    assert office.post(at("name-lead", made), {"email": "lead@example.org"}).status_code == 302
    made.refresh_from_db()
    assert made.lead == user.actor
    assert "lead@example.org" not in Client().get(made.get_absolute_url()).content.decode()
    office.post(at("end-lead", made))
    made.refresh_from_db()
    assert made.lead is None


def test_the_list_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries(
        reverse("projects:desk"), lambda: programme.lead(programme.project(), person().actor), office
    )
    assert (
        "PROJ-"
        not in office.get(reverse("projects:desk") + "?query=nothing").content.decode().split("results")[1]
    )
