"""What every screen of the Office does in one manner."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from civicthread.accounts.models import Role
from tests import personas
from tests.factories import datahub, ideas, indicators, programme
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
# What is withdrawn, the screen that asks why, and by what the address names the thing.
WITHDRAWN = [
    (programme.memo, "ambition:withdraw-memo", "code"),
    (programme.objective, "ambition:withdraw-objective", "code"),
    (programme.project, "projects:withdraw", "reference"),
    (programme.milestone, "roadmap:withdraw", "reference"),
    (programme.decision, "governance:withdraw", "reference"),
    (programme.organisation, "stakeholders:withdraw", "code"),
    (indicators.reported, "indicators:withdraw", "code"),
    (ideas.need, "ideas:withdraw-need", "reference"),
    (lambda: datahub.dataset(published=True), "datahub:withdraw", "code"),
]


@pytest.mark.parametrize(("make", "screen", "name"), WITHDRAWN)
def test_withdrawing_names_the_thing_and_its_button_says_so_in_red(client, make, screen, name):
    personas.sign_in(client, person(roles=(Role.STAFF, Role.STEWARD)))
    thing = make()
    answer = client.get(reverse(screen, args=[getattr(thing, name)]))
    page = BeautifulSoup(answer.content, "html.parser")
    assert str(getattr(thing, "title", None) or thing.name) in page.h1.text
    button = page.select_one("main form .ds-button")
    assert (button.text, button["data-color"]) == ("Retirer", "danger")
    assert page.select_one(".staff-nav"), "the menu of the Office stands beside it"
