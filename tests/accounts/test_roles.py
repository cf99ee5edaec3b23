"""Roles: who grants them, what they open, and the screen they are granted on."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from civicthread.accounts import actions
from civicthread.accounts.models import Role, User
from civicthread.core import journal, policy
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from tests import personas
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return person("boss@example.org", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def browser(client, administrator):
    personas.sign_in(client, administrator)
    return client


def test_a_role_is_granted_and_revoked_on_the_staff_screen(browser, administrator):
    user = person()
    browser.post(reverse("accounts:grant-role", args=[user.pk]), {"role": "staff"})
    user = User.objects.get(pk=user.pk)
    assert (user.actor.roles, user.is_superuser) == (["staff"], True)
    entry = JournalEntry.objects.get(verb="accounts.grant_role", actor=administrator.actor)
    assert entry.changes == {"roles": [[], ["staff"]]}
    assert not entry.public
    browser.post(reverse("accounts:revoke-role", args=[user.pk]), {"role": "staff"})
    user = User.objects.get(pk=user.pk)
    assert (user.actor.roles, user.is_superuser) == ([], False)


def test_granting_twice_changes_nothing_the_second_time(administrator):
    user = person(roles=(Role.STEWARD,))
    before = JournalEntry.objects.count()
    assert actions.grant_role(user, Role.STEWARD, by=administrator.actor).actor.roles == ["steward"]
    assert JournalEntry.objects.count() == before


def test_the_last_administrator_keeps_the_role(browser, administrator):
    answer = browser.post(reverse("accounts:revoke-role", args=[administrator.pk]), {"role": "administrator"})
    assert answer.status_code == 409
    other = person(roles=(Role.ADMINISTRATOR,))
    actions.deactivate(other, by=administrator.actor)
    with pytest.raises(Refused):
        actions.revoke_role(administrator, Role.ADMINISTRATOR, by=administrator.actor)
    actions.reactivate(other, by=administrator.actor)
    assert actions.revoke_role(administrator, Role.ADMINISTRATOR, by=other.actor).actor.roles == []


def test_an_account_is_closed_and_opened_again_on_the_staff_screen(browser, client):
    user = person("someone@example.org")
    theirs = type(client)()
    personas.sign_in(theirs, user)
    page = reverse("accounts:person", args=[user.pk])
    assert browser.post(reverse("accounts:deactivate", args=[user.pk]))["Location"] == page
    user.refresh_from_db()
    assert not user.is_active
    assert theirs.get("/fr/account/", follow=True).context["user"].is_anonymous
    browser.post(reverse("accounts:reactivate", args=[user.pk]))
    user.refresh_from_db()
    assert user.is_active
    assert browser.post(reverse("accounts:deactivate", args=[10**9])).status_code == 404


def test_an_account_is_closed_once_and_opened_once(administrator):
    user = person()
    for act in (actions.deactivate, actions.deactivate, actions.reactivate, actions.reactivate):
        act(user, by=administrator.actor)
    told = JournalEntry.objects.filter(object_id=str(user.pk), verb__contains="activate").values_list(
        "verb", flat=True
    )
    assert sorted(told) == ["accounts.deactivate", "accounts.reactivate"]


def test_an_unknown_role_is_not_found(browser):
    user = person()
    assert browser.post(reverse("accounts:grant-role", args=[user.pk]), {"role": "king"}).status_code == 404
    assert browser.post(reverse("accounts:grant-role", args=[10**9]), {"role": "staff"}).status_code == 404


def test_the_list_shows_role_holders_and_anyone_else_by_exact_address(browser):
    holder, citizen = person(roles=(Role.STAFF,)), person("someone@example.org")
    page = browser.get(reverse("accounts:people"))
    assert holder.email in page.content.decode()
    assert citizen.email not in page.content.decode()
    for typed, found in (
        ("Someone@example.org ", True),
        ("someone", False),
        ("%", False),
        ("\0someone", False),
    ):
        page = browser.get(reverse("accounts:people"), {"email": typed})
        assert [row[0].pk for row in page.context["rows"]] == ([citizen.pk] if found else []), typed


def test_the_list_is_paged_by_key_and_costs_the_same_however_long(browser, constant_queries):
    for _ in range(30):
        person(roles=(Role.STEWARD,))
    first = browser.get(reverse("accounts:people"))
    second = browser.get(reverse("accounts:people"), {"page": first.context["page"].next})
    shown = [row[0].pk for page in (first, second) for row in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 31
    constant_queries(reverse("accounts:people"), lambda: person(roles=(Role.STEWARD,)), browser)


def test_staff_read_the_list_and_change_nothing(client):
    user = person()
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    page = client.get(reverse("accounts:person", args=[user.pk]))
    assert page.status_code == 200
    assert "grant" not in page.content.decode()
    assert (
        client.post(reverse("accounts:grant-role", args=[user.pk]), {"role": "administrator"}).status_code
        == 403
    )


def test_names_are_shown_as_text(browser):
    user = person(roles=(Role.STAFF,), name="<script>alert(1)</script>")
    for page in (reverse("accounts:people"), reverse("accounts:person", args=[user.pk])):
        assert "<script>alert" not in browser.get(page).content.decode()


def test_only_the_program_invites_an_administrator(administrator, client):
    link = actions.invite_administrator("First@example.org", by=journal.system())
    user = User.objects.get(email="first@example.org")
    assert user.actor.roles == ["administrator"]
    path = link.partition("://")[2].partition("/")[2]
    form = client.get(f"/{path}", follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a very long password"})
    answer = client.post(reverse("account_login"), {"login": user.email, "password": "a very long password"})
    assert answer.url == reverse("accounts:mine")
    with pytest.raises(Refused):
        actions.invite_administrator("first@example.org", by=journal.system())
    assert not policy.may("accounts.invite_administrator", administrator.actor)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once():
    first, second = person(roles=(Role.ADMINISTRATOR,)), person(roles=(Role.ADMINISTRATOR,))
    start, refused = threading.Barrier(2), []

    def remove(other, by):
        start.wait()
        try:
            actions.revoke_role(other, Role.ADMINISTRATOR, by=by.actor)
        except Refused:
            refused.append(other)
        finally:
            connections.close_all()

    running = [threading.Thread(target=remove, args=pair) for pair in ((second, first), (first, second))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    left = [user for user in User.objects.all() if Role.ADMINISTRATOR in user.actor.roles]
    assert (len(left), len(refused)) == (1, 1)


def test_whose_role_is_not_open_yet_is_led_to_the_second_factor():
    staff, citizen = personas.make("staff"), personas.make("citizen")
    waiting = Client()
    personas.sign_in(waiting, staff.user, second_factor=False)
    place = f'<a href="{reverse("mfa_index")}">L’installer</a>'
    assert place in waiting.get("/fr/account/").content.decode()
    assert place not in citizen.client().get("/fr/account/").content.decode()
