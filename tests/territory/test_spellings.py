"""Other ways to write an area, kept by the Office on its page."""

import pytest
from django.utils.html import escape

from civicthread.core.models import JournalEntry
from civicthread.territory import places
from tests import personas
from tests.factories.territory import area

pytestmark = pytest.mark.django_db


def test_a_steward_adds_a_spelling_on_the_page_of_the_area():
    known, steward = area("21009"), personas.make("steward").client()
    address = f"/en/territory/office/{known.code}/"
    page = steward.get(f"/en/territory/{known.code}/").content.decode()
    assert "Change the spellings" in page
    saved = steward.post(address, {"spellings": " Ixelles-Elsene \n\nXL\nXL"})
    assert saved.status_code == 302
    known.refresh_from_db()
    assert known.aliases == ["Ixelles-Elsene", "XL"]
    assert places.gazetteer().find("xl") == known
    assert JournalEntry.objects.filter(verb="territory.set_spellings").count() == 1
    assert "XL" in steward.get(address).content.decode()


def test_a_spelling_of_another_area_is_refused():
    known, other = area("21009"), area("21010")
    steward = personas.make("steward").client()
    refused = steward.post(f"/en/territory/office/{known.code}/", {"spellings": "place 21010"})
    assert refused.status_code == 422
    assert escape(f"“place 21010” is {other.name} already.") in refused.content.decode()
    long = steward.post(f"/en/territory/office/{known.code}/", {"spellings": "x" * 101})
    assert long.status_code == 422
    known.refresh_from_db()
    assert known.aliases == []


def test_others_are_not_offered_it(client):
    known = area("21009")
    assert "Change the spellings" not in client.get(known.get_absolute_url()).content.decode()
    citizen = personas.make("citizen").client()
    assert citizen.get(f"/en/territory/office/{known.code}/").status_code == 403
