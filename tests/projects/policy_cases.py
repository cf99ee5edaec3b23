"""How the verbs of projects are tried."""

from functools import partial

from django.urls import reverse

from civicthread.projects import actions
from civicthread.projects.models import BuildingBlock
from tests.factories import programme
from tests.factories.accounts import person
from tests.policy import Case

SHEET = {"title_fr": "Titre", "title_nl": "Titel", "summary_fr": "Quoi", "summary_nl": "Wat"}
OWN_OR_OTHER = ("own", "draft", "published")


def prepare(people):
    """The project lead leads a project."""
    programme.lead(programme.project(), people["project lead"].actor)


def project(state, persona):
    """A project in that state; `own` is the one a project lead leads."""
    made = programme.project(published=state != "draft")
    return programme.lead(made, persona.actor) if state == "own" and persona.name == "project lead" else made


def with_candidate(state, persona):
    """The same, with who would lead it next."""
    made = project(state, persona)
    made.candidate = person().actor
    return made


def nothing(state, persona):
    return None


def post(name, client, thing, **fields):
    return client.post(reverse(f"projects:{name}", args=[thing.reference]), fields)


def read(name, client, thing=None):
    return client.get(reverse(f"projects:{name}", args=[thing.reference] if thing else []))


def remove_fact(client, thing):
    return client.post(reverse("projects:remove-fact", args=[thing.reference, 0]))


CASES = (
    Case(
        "projects.create",
        nothing,
        lambda _, persona: actions.create_project({"title": programme.named()}, by=persona.actor),
        invoke_html=partial(read, "new"),
    ),
    Case(
        "projects.save",
        project,
        lambda found, persona: actions.save_project(found, {"title": programme.named()}, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "write", **SHEET),
    ),
    Case(
        "projects.save",
        project,
        lambda found, persona: actions.save_facts(found, [], by=persona.actor),
        OWN_OR_OTHER,
        remove_fact,
    ),
    Case("projects.save", project, states=("draft",), invoke_html=partial(read, "sheet")),
    Case("projects.save", nothing, invoke_html=partial(read, "desk")),
    Case(
        "projects.declare",
        project,
        lambda found, persona: actions.declare(found, {"answer": None}, about="eu_funding", by=persona.actor),
        OWN_OR_OTHER,
        lambda client, thing: client.post(
            reverse("projects:declare", args=[thing.reference, "eu_funding"]), {"answer": ""}
        ),
    ),
    Case(
        "projects.save_block",
        nothing,
        lambda _, persona: actions.save_block(
            BuildingBlock(), {"name": programme.named(), "kind": "regional"}, by=persona.actor
        ),
        invoke_html=partial(read, "blocks"),
    ),
    Case("projects.save_block", nothing, invoke_html=partial(read, "new-block")),
    Case(
        "projects.join",
        project,
        lambda found, persona: actions.save_project(found, {"ideas": []}, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "join"),
    ),
    Case(
        "projects.approve",
        project,
        lambda found, persona: actions.approve(found, by=persona.actor, on="2026-03-12"),
        OWN_OR_OTHER,
    ),
    Case(
        "projects.approve",
        project,
        lambda found, persona: actions.take_back_approval(found, by=persona.actor),
        OWN_OR_OTHER,
    ),
    Case(
        "projects.publish",
        project,
        lambda found, persona: actions.publish_project(found, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "publish"),
    ),
    Case(
        "projects.withdraw",
        project,
        lambda found, persona: actions.withdraw_project(found, by=persona.actor, because=programme.BECAUSE),
        ("own", "published"),
        partial(post, "withdraw", because_fr="Oui", because_nl="Ja"),
    ),
    Case(
        "projects.name_lead",
        with_candidate,
        lambda found, persona: actions.name_lead(found, by=persona.actor, lead=found.candidate),
        OWN_OR_OTHER,
        partial(post, "end-lead"),
    ),
)
