"""A city in which nothing stands yet: each list says what will stand there and leads the Office to where it begins."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import personas

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
