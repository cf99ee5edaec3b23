"""How the verbs of stakeholders are tried."""

from datetime import date
from functools import partial

from django.urls import reverse

from civicthread.stakeholders import actions
from tests.factories import programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.policy import Case

NAMES = {"name_fr": "Nom", "name_nl": "Naam"}
BECAUSE = programme.BECAUSE


def prepare(people):
    """The representative speaks for an organisation."""
    represent(people["representative"].actor)


def represent(actor):
    organisation = programme.organisation()
    actions.name_representative(organisation, by=staff(), actor=actor)
    return organisation


def organisation(state, persona):
    """An organisation in that state; `own` is the one a representative speaks for."""
    if state == "own" and persona.name == "representative":
        return represent(persona.actor)
    return programme.organisation(published=state != "draft")


def body(state, persona):
    return programme.body()


def body_with_member(state, persona):
    """A body, and the organisation that would sit in it."""
    made = programme.body()
    made.member = programme.organisation()
    return made


def with_candidate(state, persona):
    """An organisation, and who would speak for it next."""
    made = organisation(state, persona)
    made.candidate = person().actor
    return made


def nothing(state, persona):
    return None


def seat(state, persona):
    given = {"organisation": programme.organisation(), "office": programme.named(), "since": date(2026, 1, 1)}
    return actions.give_mandate(programme.body(), by=staff(), **given)


def representation(state, persona):
    return actions.name_representative(programme.organisation(), by=staff(), actor=person().actor)


def post(name, client, thing, **fields):
    return client.post(reverse(f"stakeholders:{name}", args=[thing.code]), fields)


def read(name, client, thing=None):
    return client.get(reverse(f"stakeholders:{name}", args=[thing.code] if thing else []))


def end_seat(client, found):
    address = reverse("stakeholders:end-mandate", args=[found.body.code, found.pk])
    return client.post(address, {"until": "2026-12-31"})


def end_representation(client, found):
    return client.post(reverse("stakeholders:end-representation", args=[found.organisation.code, found.pk]))


CASES = (
    Case(
        "stakeholders.save",
        organisation,
        lambda found, persona: actions.save_organisation(
            found, {"name": programme.named()}, by=persona.actor
        ),
        ("draft", "published", "own"),
        partial(post, "write", helix="public", **NAMES),
    ),
    Case("stakeholders.save", nothing, invoke_html=partial(read, "desk")),
    Case("stakeholders.save", organisation, states=("draft",), invoke_html=partial(read, "entry")),
    Case(
        "stakeholders.describe",
        organisation,
        lambda found, persona: actions.describe_organisation(
            found, by=persona.actor, description=BECAUSE, website=""
        ),
        ("own", "published"),
        partial(post, "describe", website="https://example.org"),
    ),
    Case(
        "stakeholders.publish",
        organisation,
        lambda found, persona: actions.publish_organisation(found, by=persona.actor),
        ("draft", "own"),
        partial(post, "publish"),
    ),
    Case(
        "stakeholders.withdraw",
        organisation,
        lambda found, persona: actions.withdraw_organisation(found, by=persona.actor, because=BECAUSE),
        ("published", "own"),
        partial(post, "withdraw", because_fr="Oui", because_nl="Ja"),
    ),
    Case(
        "stakeholders.save_body",
        body,
        lambda found, persona: actions.save_body(found, {"name": programme.named()}, by=persona.actor),
        invoke_html=partial(post, "write-body", kind="board", **NAMES),
    ),
    Case("stakeholders.save_body", nothing, invoke_html=partial(read, "bodies")),
    Case("stakeholders.save_body", body, invoke_html=partial(read, "body")),
    Case(
        "stakeholders.give_mandate",
        body_with_member,
        lambda found, persona: actions.give_mandate(
            found, by=persona.actor, organisation=found.member, office=BECAUSE, since=date(2026, 1, 1)
        ),
        invoke_html=partial(read, "give-mandate"),
    ),
    Case(
        "stakeholders.end_mandate",
        seat,
        lambda found, persona: actions.end_mandate(found, by=persona.actor, until=date(2026, 12, 31)),
        invoke_html=end_seat,
    ),
    Case(
        "stakeholders.name_representative",
        with_candidate,
        lambda found, persona: actions.name_representative(found, by=persona.actor, actor=found.candidate),
        ("published", "own"),
        partial(post, "name-representative", email="someone@example.org"),
    ),
    Case(
        "stakeholders.end_representation",
        representation,
        lambda found, persona: actions.end_representation(found, by=persona.actor),
        invoke_html=end_representation,
    ),
)
