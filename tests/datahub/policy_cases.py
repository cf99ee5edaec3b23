"""How the verbs of datahub are tried."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from civicthread.core import journal, policy
from civicthread.core.text import Text
from civicthread.datahub import actions, drafts, incoming, programme, tidying
from civicthread.datahub.models import Dataset
from tests.factories.datahub import COLUMNS, ROWS, dataset, load
from tests.policy import Case

STATES = ("open", "office", "draft")
OFFICE = "/fr/datahub/office/"
ADDRESS = "http://127.0.0.1:9/lamps.csv"
BECAUSE = Text.of({"fr": "Faux", "nl": "Fout"})


def make(state, persona):
    """A dataset without rows: open, published for the Office only, or a draft."""
    return dataset(published=state != "draft", access="office" if state == "office" else "open")


def with_rows(state, persona):
    made = make(state, persona)
    with tempfile.TemporaryDirectory() as folder:
        load(made, Path(folder))
    return made


def with_two_versions(state, persona):
    made = with_rows(state, persona)
    with tempfile.TemporaryDirectory() as folder:
        load(made, Path(folder), ROWS + "21009,2020,1\n")
    return made


def received(state, persona):
    """A file that waits for its description."""
    return actions.receive_file(incoming.keep("lamps.csv", [ROWS.encode()]), by=journal.system())


def ingest(made, persona):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lamps.csv")
        file.write_text(ROWS)
        actions.ingest(made, file, by=persona.actor)


def save(made, persona):
    actions.save_dataset(made, {"licence_name": "CC0"}, columns=COLUMNS, by=persona.actor)


def receive(made, persona):
    actions.receive_file(incoming.Received("0" * 32, "lamps.csv", 1), by=persona.actor, dataset=made)


def with_source(state, persona):
    """A dataset whose file is at an address inside, which is never reached."""
    made = make(state, persona)
    actions.save_source(made, by=journal.system(), address=ADDRESS, every="day")
    return made


def fetch(made, persona):
    actions.fetch_source(made.source, by=persona.actor)


def with_alarm(state, persona):
    made = with_source(state, persona)
    actions.fetch_source(made.source, by=journal.system())
    return made


def end_alarm(made, persona):
    actions.end_alarm(made.alarms.get(), by=persona.actor)


def end_alarm_on_screen(client, made):
    return client.post(f"{OFFICE}{made.code}/alarms/{made.alarms.get().pk}/end/")


def code_of(thing):
    return thing.code if isinstance(thing, Dataset) else thing.key


def at(path, **fields):
    """Send a form to an address that has the dataset's code, or the file's key, in it."""
    return lambda client, thing: client.post(OFFICE + path.format(code_of(thing)), fields)


def read(path):
    return lambda client, thing: client.get(path.format(code_of(thing)))


def send_file(client, made):
    return client.post(f"{OFFICE}{made.code}/load/", {"file": SimpleUploadedFile("lamps.csv", ROWS.encode())})


CASES = (
    Case(
        "datahub.read_rows",
        with_rows,
        states=STATES,
        invoke_html=read("/data/{}.csv"),
        invoke_api=read("/api/v1/datasets/{}/rows"),
    ),
    Case("datahub.keep", make, states=STATES, invoke_html=read(OFFICE + "{}/")),
    Case(
        "datahub.save",
        make,
        save,
        STATES,
        at("{}/description/", title_fr="Lampes", title_nl="Lampen", frequency="once", access="open"),
    ),
    Case("datahub.receive", make, receive, STATES, send_file),
    Case(
        "datahub.discard",
        received,
        lambda upload, persona: actions.discard_upload(upload, by=persona.actor),
        invoke_html=at("uploads/{}/discard/"),
        apart=True,
    ),
    Case("datahub.ingest", make, ingest, STATES, apart=True),
    Case(
        "datahub.publish_tables",
        lambda state, persona: None,
        lambda _, persona: programme.publish_tables(by=persona.actor, codes=["programme_needs"]),
        invoke_html=lambda client, _: client.post(f"{OFFICE}tables/publish/"),
    ),
    Case(
        "datahub.restore",
        with_two_versions,
        lambda made, persona: actions.restore_version(made, by=persona.actor, version=1),
        ("open",),
        at("{}/versions/1/restore/"),
        apart=True,
    ),
    Case(
        "datahub.tidy",
        with_rows,
        lambda made, persona: tidying.tidy(made, by=persona.actor),
        ("open",),
        apart=True,
    ),
    Case(
        "datahub.publish",
        make,
        lambda made, persona: actions.publish_dataset(made, by=persona.actor),
        STATES,
        at("{}/publish/"),
    ),
    Case(
        "datahub.remove",
        make,
        lambda made, persona: drafts.remove_dataset(made, by=persona.actor),
        ("draft",),
        at("{}/remove/"),
    ),
    Case(
        "datahub.save_source",
        make,
        lambda made, persona: actions.save_source(made, by=persona.actor, address=ADDRESS, every="day"),
        STATES,
        at("{}/source/", address=ADDRESS, every="day"),
    ),
    Case("datahub.fetch", with_source, fetch, ("open",), at("{}/source/fetch/")),
    Case(
        "datahub.raise_alarm",
        make,
        lambda made, persona: policy.require("datahub.raise_alarm", by=persona.actor, on=made),
    ),
    Case("datahub.end_alarm", with_alarm, end_alarm, ("open",), end_alarm_on_screen),
    Case("datahub.show_again", make, lambda made, persona: actions.show_again(made, by=persona.actor)),
    Case(
        "datahub.withdraw",
        make,
        lambda made, persona: actions.withdraw_dataset(made, by=persona.actor, because=BECAUSE),
        STATES,
        at("{}/withdraw/", because_fr="Faux", because_nl="Fout"),
    ),
)
