"""A city in which nothing stands yet: each list says what will stand there and leads the Office to where it begins."""

import pytest
from django.test import Client
from django.urls import reverse

from civicthread.core import journal
from civicthread.territory import actions
from tests import personas
from tests.factories import programme, territory

pytestmark = pytest.mark.django_db
BEGINNINGS = {
    "projects:list": "projects:desk",
    "ambition:memo": "ambition:desk",
    "roadmap:roadmap": "roadmap:desk",
    "governance:decisions": "governance:desk",
    "stakeholders:organisations": "stakeholders:desk",
    "ideas:needs": "ideas:need-desk",
    "indicators:list": "indicators:overview",
    "indices:index": "indices:overview",
    "dashboard:dashboard": "indicators:overview",
    "datahub:catalogue": "datahub:overview",
    "editorial:news": "wagtailadmin_home",
    "editorial:pages": "wagtailadmin_home",
    "portal:home": "wagtailadmin_home",
}


@pytest.mark.parametrize(("place", "desk"), BEGINNINGS.items())
def test_an_empty_list_leads_who_fills_it_to_where_it_begins(place: str, desk: str):
    button = f'<a class="ds-button" href="{reverse(desk)}">'
    assert button in personas.make("staff").client().get(reverse(place)).content.decode()
    for reader in (Client(), personas.make("citizen").client()):
        page = reader.get(reverse(place)).content.decode()
        assert 'class="empty"' in page
        assert button not in page


def test_a_dashboard_without_figures_offers_neither_filters_nor_reports(client: Client):
    page = client.get("/fr/dashboard/").content.decode()
    assert "report.pdf" not in page
    assert "dashboard-filters" not in page
    assert "tabs-line" not in page


def test_a_column_in_which_nothing_would_stand_is_left_out(client: Client):
    first = territory.area("H1", boundary=territory.square())
    assert "Codes postaux" not in client.get("/fr/territory/").content.decode()
    actions.save_area(first, {"postal_codes": ["8400"]}, by=journal.system())
    assert "Codes postaux" in client.get("/fr/territory/").content.decode()


def test_an_objective_is_offered_once_there_is_a_memo_and_a_direction_for_it():
    staff = personas.make("staff")
    desk, place = staff.client(), reverse("ambition:new-objective")
    assert place not in desk.get(reverse("ambition:desk")).content.decode()
    programme.memo()
    assert "d’abord" in desk.get(reverse("ambition:desk")).content.decode()
    programme.direction()
    assert place in desk.get(reverse("ambition:desk")).content.decode()
