"""How the verbs of the ambition are tried."""

from functools import partial

from django.urls import reverse

from civicthread.ambition import actions
from tests.factories import programme
from tests.policy import Case

TITLES = {"title_fr": "Titre", "title_nl": "Titel"}
BECAUSE = programme.BECAUSE


def direction(state, persona):
    return programme.direction()


def memo(state, persona):
    return programme.memo(published=state != "draft")


def objective(state, persona):
    return programme.objective(published=state != "draft")


def nothing(state, persona):
    return None


def post(name, client, thing, **fields):
    return client.post(reverse(f"ambition:{name}", args=[thing.code]), fields)


def read(name, client, thing=None):
    return client.get(reverse(f"ambition:{name}", args=[thing.code] if thing else []))


def publish(thing, persona):
    actions.publish(thing, by=persona.actor)


def withdraw(thing, persona):
    actions.withdraw(thing, by=persona.actor, because=BECAUSE)


REASONS = {"because_fr": "Oui", "because_nl": "Ja"}
CASES = (
    Case(
        "ambition.save_direction",
        direction,
        lambda found, persona: actions.save_direction(found, {"name": programme.named()}, by=persona.actor),
        invoke_html=partial(post, "write-direction", name_fr="Nom", name_nl="Naam"),
    ),
    Case(
        "ambition.save_memo",
        memo,
        lambda found, persona: actions.save_memo(found, {"title": programme.named()}, by=persona.actor),
        ("draft", "published"),
        partial(post, "write-memo", **TITLES),
    ),
    Case(
        "ambition.save_objective",
        objective,
        lambda found, persona: actions.save_objective(found, {"title": programme.named()}, by=persona.actor),
        ("draft", "published"),
        partial(post, "write-objective", **TITLES),
    ),
    Case("ambition.save_objective", nothing, invoke_html=partial(read, "desk")),
    Case("ambition.publish", memo, publish, ("draft",), partial(post, "publish-memo")),
    Case("ambition.publish", objective, publish, ("draft",), partial(post, "publish-objective")),
    Case("ambition.withdraw", memo, withdraw, ("published",), partial(post, "withdraw-memo", **REASONS)),
    Case(
        "ambition.withdraw",
        objective,
        withdraw,
        ("published",),
        partial(post, "withdraw-objective", **REASONS),
    ),
)
