"""How the verbs of the roadmap are tried."""

from functools import partial

from django.urls import reverse

from civicthread.roadmap import actions
from tests.factories import programme
from tests.factories.ideas import staff
from tests.policy import Case
from tests.projects.policy_cases import project

OWN_OR_OTHER = ("own", "draft", "published")
PLANNED = {"title": {"fr": "Jalon", "nl": "Mijlpaal"}, "planned": "2026"}
REASON = {"because_fr": "Oui", "because_nl": "Ja"}


def milestone(state, persona):
    """A milestone in that state; `own` is of a project that a project lead leads."""
    of = project("own" if state == "own" else "published", persona)
    return programme.milestone(of, published=state != "draft")


def reached(state, persona):
    """The same, said to be reached."""
    return actions.reach(milestone(state, persona), by=staff(), on="2020-05")


def nothing(state, persona):
    return None


def post(name, client, thing, **fields):
    return client.post(reverse(f"roadmap:{name}", args=[thing.reference]), fields)


def read(name, client, thing=None):
    return client.get(reverse(f"roadmap:{name}", args=[thing.reference] if thing else []))


CASES = (
    Case(
        "roadmap.add",
        project,
        lambda found, persona: actions.add_milestone(found, PLANNED, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "add", title_fr="Jalon", title_nl="Mijlpaal", planned="2026"),
    ),
    Case("roadmap.add", nothing, invoke_html=partial(read, "desk")),
    Case("roadmap.add", project, states=("draft",), invoke_html=partial(read, "project-desk")),
    Case(
        "roadmap.save",
        milestone,
        lambda found, persona: actions.save_milestone(found, {"title": programme.named()}, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "write", title_fr="Jalon", title_nl="Mijlpaal", planned="2026"),
    ),
    Case(
        "roadmap.replan",
        milestone,
        lambda found, persona: actions.replan(found, by=persona.actor, to="2027", because=programme.BECAUSE),
        OWN_OR_OTHER,
        partial(post, "replan", to="2027", **REASON),
    ),
    Case(
        "roadmap.reach",
        milestone,
        lambda found, persona: actions.reach(found, by=persona.actor, on="2020-05"),
        OWN_OR_OTHER,
        partial(post, "reach", on="2020-05"),
    ),
    Case(
        "roadmap.correct",
        reached,
        lambda found, persona: actions.correct(found, by=persona.actor, on="2020", because=programme.BECAUSE),
        OWN_OR_OTHER,
        partial(post, "correct", on="2020", **REASON),
    ),
    Case(
        "roadmap.publish",
        milestone,
        lambda found, persona: actions.publish_milestone(found, by=persona.actor),
        OWN_OR_OTHER,
        partial(post, "publish"),
    ),
    Case(
        "roadmap.withdraw",
        milestone,
        lambda found, persona: actions.withdraw_milestone(found, by=persona.actor, because=programme.BECAUSE),
        ("own", "published"),
        partial(post, "withdraw", **REASON),
    ),
)
