"""How the verbs of governance are tried."""

from functools import partial

from django.urls import reverse

from civicthread.governance import actions
from tests.factories import programme
from tests.policy import Case


def decision(state, persona):
    return programme.decision(published=state != "draft")


def nothing(state, persona):
    return None


def post(name, client, thing, **fields):
    return client.post(reverse(f"governance:{name}", args=[thing.reference]), fields)


def read(name, client, thing=None):
    return client.get(reverse(f"governance:{name}", args=[thing.reference] if thing else []))


def record(body, persona):
    values = {"title": programme.named(), "text": programme.named(), "date": "2026", "body": body}
    actions.record_decision(values, by=persona.actor)


def body(state, persona):
    return programme.body()


def read_record(client, body):
    return read("record", client)


CASES = (
    Case("governance.record", body, record, invoke_html=read_record),
    Case("governance.record", nothing, invoke_html=partial(read, "desk")),
    Case(
        "governance.save",
        decision,
        lambda found, persona: actions.save_decision(found, {"title": programme.named()}, by=persona.actor),
        ("draft", "published"),
        partial(post, "write", title_fr="Titre", title_nl="Titel"),
    ),
    Case(
        "governance.publish",
        decision,
        lambda found, persona: actions.publish_decision(found, by=persona.actor),
        ("draft",),
        partial(post, "publish"),
    ),
    Case(
        "governance.withdraw",
        decision,
        lambda found, persona: actions.withdraw_decision(found, by=persona.actor, because=programme.BECAUSE),
        ("published",),
        partial(post, "withdraw", because_fr="Oui", because_nl="Ja"),
    ),
)
