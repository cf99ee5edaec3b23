"""How the verbs of the dashboard are tried."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from civicthread.core.text import Text
from civicthread.dashboard import actions
from civicthread.stakeholders import actions as stakeholders
from tests.factories import programme
from tests.factories.ideas import staff
from tests.factories.indicators import reported
from tests.policy import Case


def something_to_freeze(state, persona):
    return reported()


def seated(state, persona):
    """The organisation that the representative speaks for sits on a board, or sat there."""
    if persona.name == "representative":
        organisation = persona.actor.representations.get().organisation
        mandate = seat(organisation)
        if state == "own seat that ended":
            stakeholders.end_mandate(mandate, by=staff(), until=date(2021, 1, 1))


def seat(organisation, kind="board"):
    body, since = programme.body(kind=kind), date(2020, 1, 1)
    return stakeholders.give_mandate(body, by=staff(), organisation=organisation, office=Text(), since=since)


CASES = (
    Case(
        "dashboard.read_board",
        seated,
        states=("own seat", "own seat that ended"),
        invoke_html=lambda client, thing: client.get(reverse("dashboard:board")),
    ),
    Case(
        "dashboard.freeze",
        something_to_freeze,
        lambda made, persona: actions.freeze(timezone.localdate().year, by=persona.actor),
        invoke_html=lambda client, made: client.post(
            reverse("dashboard:freeze"), {"year": timezone.localdate().year}
        ),
    ),
)
