"""Areas are written, checked, journaled and found."""

import pytest

from civicthread.core import journal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry
from civicthread.territory import actions
from civicthread.territory.models import Area
from tests import personas
from tests.core import things
from tests.factories.territory import area, square

pytestmark = pytest.mark.django_db
BOW = {"type": "Polygon", "coordinates": [[[4, 50], [5, 51], [5, 50], [4, 51], [4, 50]]]}
NAMES = {"name": {"fr": "Uccle", "nl": "Ukkel"}}


def entries():
    return JournalEntry.objects.filter(verb="territory.save_area").order_by("id")


@pytest.mark.parametrize("name", ["citizen", "staff", "steward"])
def test_only_an_administrator_draws_the_territory(name):
    known = area()
    with pytest.raises(Forbidden):
        actions.save_area(known, NAMES, by=personas.make(name).actor)
    with pytest.raises(Forbidden):
        actions.save_area(Area(code="21016", level="municipality"), NAMES, by=personas.make(name).actor)
    known.refresh_from_db()
    assert (str(known.name), Area.objects.count()) == (f"Lieu {known.code}", 1)
    actions.save_area(known, NAMES, by=personas.make("administrator").actor)
    assert str(Area.objects.get().name) == "Uccle"


def test_the_journal_tells_what_changed_but_not_each_number_of_a_boundary():
    known = area("21016", boundary=square())
    actions.save_area(known, NAMES | {"boundary": square(1)}, by=journal.system())
    made, changed = entries()
    assert made.changes["boundary"] is True
    assert set(changed.changes) == {"name", "boundary"}
    assert changed.changes["name"][1]["fr"]["text"] == "Uccle"
    assert changed.changes["boundary"] is True
    assert (changed.kind, changed.object_id, changed.public) == ("territory.area", str(known.pk), False)
    actions.save_area(known, {"postal_codes": ["1180"]}, by=journal.system())
    assert entries().last().changes == {"postal_codes": [[], ["1180"]], "boundary": False}


def test_saving_the_same_again_is_not_journaled():
    known = area("21016", boundary=square(), postal_codes=["1180"])
    same = {"postal_codes": ["1180"], "boundary": square(), "name": known.name}
    actions.save_area(known, same, by=journal.system())
    assert entries().count() == 1


def test_an_area_is_changed_from_what_it_is_now():
    known = area("21016")
    seen = Area.objects.get(pk=known.pk)
    actions.save_area(known, {"postal_codes": ["1180"]}, by=journal.system())
    actions.save_area(seen, {"postal_codes": ["1190"]}, by=journal.system())
    assert entries().last().changes["postal_codes"] == [["1180"], ["1190"]]


def test_a_boundary_is_mended_before_it_is_kept():
    kept = area(boundary=BOW)
    kept.refresh_from_db()
    assert kept.boundary["type"] == "MultiPolygon"


@pytest.mark.parametrize("boundary", [None, {}])
def test_a_boundary_can_be_taken_away(boundary):
    known = area(boundary=square())
    actions.save_area(known, {"boundary": boundary}, by=journal.system())
    known.refresh_from_db()
    assert not known.boundary


@pytest.mark.parametrize(
    ("coordinates", "sentence"),
    [
        ([[[0, 0], [40, 0], [40, 10], [0, 0]]], "La limite est large comme un continent."),
        ([], "La limite n’enferme rien."),
    ],
)
def test_an_area_with_an_unusable_boundary_is_refused_whole(coordinates, sentence):
    known = area(boundary=square())
    bad = {"type": "Polygon", "coordinates": coordinates}
    with pytest.raises(Refused) as refusal:
        actions.save_area(known, NAMES | {"boundary": bad}, by=journal.system())
    assert (refusal.value.code, str(refusal.value)) == ("territory.boundary", sentence)
    known.refresh_from_db()
    assert (known.boundary, str(known.name)) == (square(), f"Lieu {known.code}")
    assert entries().count() == 1


def test_an_area_is_found_by_its_names_its_aliases_and_its_postal_codes():
    known = area("21016", aliases=["La Bascule"], postal_codes=["1180"], **NAMES)
    for query in ("ukkel", "bascule", "1180"):
        assert things.found("territory.area", query) == [str(known.pk)]
    actions.save_area(known, {"aliases": []}, by=journal.system())
    assert things.found("territory.area", "bascule") == []
