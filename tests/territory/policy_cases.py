"""How the verbs of the territory are tried."""

from itertools import count

from civicthread.core import journal
from civicthread.territory import actions
from civicthread.territory.models import Area
from tests.policy import Case

_numbers = count(90_001)
NAMES = {"name": {"fr": "Un lieu", "nl": "Een plek"}}


def new(state, persona):
    return Area(code=str(next(_numbers)), level=Area.Level.MUNICIPALITY)


def known(state, persona):
    return actions.save_area(new(state, persona), NAMES, by=journal.system())


def save(area, persona):
    actions.save_area(area, {"name": {"fr": "Un autre nom", "nl": "Een andere naam"}}, by=persona.actor)


def spell(area, persona):
    actions.set_spellings(area, [f"Lieu {area.code}"], by=persona.actor)


CASES = (
    Case("territory.save_area", new, save, ("new",)),
    Case("territory.save_area", known, save, ("known",)),
    Case("territory.set_spellings", known, spell),
)
