"""How the verbs of composite indices are tried."""

from django.core.files.uploadedfile import SimpleUploadedFile

from civicthread.core import journal
from civicthread.core.publishing import Publication
from civicthread.indices import actions, queries
from civicthread.indices.models import CompositeIndex
from tests.factories import indices as factory
from tests.policy import Case

STATES = ("published", "draft")
OFFICE = "/fr/indices/office/"


def make(state, persona):
    """An index with scores that wait for approval."""
    made = factory.noted()
    if state == "published":
        run = queries.proposed_run(made)
        CompositeIndex.objects.filter(pk=made.pk).update(
            publication=Publication.PUBLISHED, published_at=run.at
        )
        made.refresh_from_db()
    return made


def approved(state, persona):
    """The same with approved scores."""
    made = make(state, persona)
    actions.approve_run(made, by=journal.system())
    return made


def at(path, **fields):
    """Send a form to an address of this index."""
    return lambda client, made: client.post(f"{OFFICE}{made.code}/{path}", fields)


def decided(path):
    """Decide on the run that waits."""
    return lambda client, made: client.post(
        f"{OFFICE}{made.code}/{path}", {"seen": queries.proposed_run(made).pk}
    )


def in_both(name, text):
    return {f"{name}_{code}": text for code in ("fr", "nl")}


def file(text):
    return SimpleUploadedFile("file.csv", text.encode())


OTHER = factory.METHOD.replace("indicator,wifi,city,1", "indicator,wifi,city,3")
CASES = (
    Case(
        "indices.save",
        make,
        lambda made, persona: actions.save_index(made, {"family": "lamps"}, by=persona.actor),
        STATES,
        at("definition/", **in_both("title", "Indice"), **in_both("description", "x"), family="lamps"),
    ),
    Case(
        "indices.set_method",
        make,
        lambda made, persona: actions.set_method(
            made, factory.rows(OTHER), sql=factory.SQL, note=factory.NOTE, by=persona.actor
        ),
        STATES,
        lambda client, made: client.post(
            f"{OFFICE}{made.code}/method/",
            {"file": file(OTHER), "sql": factory.SQL, "missing": "refuse", **in_both("note", "Autre")},
        ),
    ),
    Case(
        "indices.set_areas",
        make,
        lambda made, persona: actions.set_areas(
            made, [{"code": "A", "name": {"fr": "Alpha", "nl": "Alfa"}}], by=persona.actor
        ),
        STATES,
        lambda client, made: client.post(
            f"{OFFICE}{made.code}/areas/", {"file": file("code,label_fr,label_nl\nA,Alpha,Alfa\n")}
        ),
    ),
    Case(
        "indices.compute",
        make,
        lambda made, persona: actions.compute(made, by=persona.actor),
        STATES,
        at("compute/"),
    ),
    Case(
        "indices.approve",
        make,
        lambda made, persona: actions.approve_run(made, by=persona.actor),
        STATES,
        decided("approve/"),
    ),
    Case(
        "indices.refuse",
        make,
        lambda made, persona: actions.refuse_run(made, by=persona.actor),
        STATES,
        decided("refuse/"),
    ),
    Case(
        "indices.publish",
        approved,
        lambda made, persona: actions.publish_index(made, by=persona.actor),
        STATES,
        at("publish/"),
    ),
    Case(
        "indices.withdraw",
        make,
        lambda made, persona: actions.withdraw_index(made, by=persona.actor, because=factory.BECAUSE),
        STATES,
        at("withdraw/", **in_both("because", "Faux")),
    ),
)
