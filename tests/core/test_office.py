"""What every screen of the Office does in one manner."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from civicthread.accounts.models import Role
from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.indicators import actions
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


FRENCH = {"fr": "En français seulement."}
# What is not published while a text is missing, the address of the button, the form that is led to, the text, and by
# what addresses name the thing.
UNPUBLISHED = [
    (programme.memo, "ambition:publish-memo", "ambition:write-memo", "note", "code"),
    (programme.objective, "ambition:publish-objective", "ambition:write-objective", "note", "code"),
    (programme.project, "projects:publish", "projects:write", "description", "reference"),
    (programme.milestone, "roadmap:publish", "roadmap:write", "note", "reference"),
    (programme.decision, "governance:publish", "governance:write", "text", "reference"),
    (programme.organisation, "stakeholders:publish", "stakeholders:write", "description", "code"),
    (indicators.indicator, "indicators:publish", "indicators:definition", "description", "code"),
    (ideas.need, "ideas:publish-need", "ideas:write-need", "description", "reference"),
    (datahub.dataset, "datahub:publish", "datahub:describe", "changes_made", "code"),
]


@pytest.mark.parametrize(("make", "button", "form", "name", "key"), UNPUBLISHED)
def test_a_text_that_is_missing_is_named_and_led_to(client, make, button, form, name, key):
    personas.sign_in(client, person(roles=(Role.STAFF, Role.STEWARD)))
    thing = make(published=False, **{name: FRENCH})
    address = [getattr(thing, key)]
    answer = client.post(reverse(button, args=address), follow=True)
    page = BeautifulSoup(answer.content, "html.parser")
    told = page.select_one(".messages")
    assert f"{type(thing)._meta.get_field(name).verbose_name} (néerlandais)" in told.text
    assert told.a["href"] == f"{reverse(form, args=address)}#id_{name}_nl"
    mended = BeautifulSoup(client.get(told.a["href"]).content, "html.parser")
    assert mended.select_one(f"#id_{name}_nl"), "the link leads to the very text"
    thing.refresh_from_db()
    assert not thing.is_published


def test_a_method_that_is_missing_in_a_language_is_written_on_its_own_form(client):
    personas.sign_in(client, person(roles=(Role.STAFF, Role.STEWARD)))
    made = indicators.indicator(published=False)
    actions.set_method(made, note=Text.of(FRENCH), sql="", by=journal.system())
    answer = client.post(reverse("indicators:publish", args=[made.code]), follow=True)
    told = BeautifulSoup(answer.content, "html.parser").select_one(".messages")
    assert "méthode (néerlandais)" in told.text
    assert told.a["href"] == reverse("indicators:method", args=[made.code]) + "#id_note_nl"


def test_a_text_missing_from_what_is_public_already_is_told_beside_it(client):
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    made = programme.decision()
    values = {"title_fr": "Titre", "title_nl": "Titel", "text_fr": "Un autre texte", "date": "2026-03-12"}
    address = reverse("governance:write", args=[made.reference])
    answer = client.post(address, values | {"body": made.body.code, "text_nl": str(made.text["nl"].text)})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert "néerlandais" in page.select_one("#id_text_nl_error").text
    assert page.select_one('.ds-error-summary a[href="#id_text_nl"]')
