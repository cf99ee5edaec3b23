"""Wagtail's back office stands behind our sign-in and our roles."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.admin.views import account as wagtail_account

from civicthread.accounts.models import Role
from civicthread.core.checks import url_patterns
from tests import personas
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db


def test_none_of_wagtails_own_sign_in_views_has_an_address():
    own = {view for view in vars(wagtail_account).values() if isinstance(view, type)}
    classes = {getattr(pattern.callback, "view_class", None) for pattern in url_patterns(get_resolver())}
    reachable = {view for view in classes & own if view.__module__ == wagtail_account.__name__}
    assert reachable == set()


@pytest.mark.parametrize(
    "address", ["/cms/", "/cms/login/", "/cms/pages/", "/cms/users/", "/cms/login/?next=/cms/"]
)
def test_a_visitor_is_sent_to_our_sign_in(client, address):
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[-1][0].split("?")[0] == reverse("account_login")


def test_wagtails_sign_in_takes_no_password(client):
    user = person(roles=(Role.ADMINISTRATOR,))
    client.post("/cms/login/", {"username": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/cms/password_reset/", "/cms/password_reset/confirm/MQ/set-password/"])
def test_wagtail_resets_no_password(client, address):
    answer = client.get(address, follow=True)
    assert answer.status_code == 404 or answer.redirect_chain[-1][0].split("?")[0] == reverse("account_login")


@pytest.mark.parametrize("role", Role)
def test_the_back_office_opens_with_a_second_factor_only(role):
    user = person(roles=(role,))
    browser = Client()
    personas.sign_in(browser, user, second_factor=False)
    answer = browser.get("/cms/")
    if role != Role.STAFF:
        assert browser.get("/cms/", follow=True).status_code == 403, "nobody else has anything to do there"
        return
    assert answer.url.startswith(reverse("mfa_activate_totp"))
    personas.sign_in(browser, user)
    assert browser.get("/cms/").status_code == 200


def test_citizens_are_kept_out(client):
    personas.sign_in(client, person())
    assert client.get("/cms/", follow=True).status_code == 403


@pytest.mark.parametrize("address", ["/cms/users/", "/cms/users/new/", "/cms/groups/", "/cms/groups/new/"])
def test_nobody_changes_users_or_groups_in_wagtail(client, address):
    personas.sign_in(client, person(roles=tuple(Role)))
    assert client.get(address).url == reverse("wagtailadmin_home")


def test_wagtails_account_page_is_ours(client):
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    assert client.get("/cms/account/").url == reverse("accounts:mine")


@pytest.mark.parametrize(
    ("roles", "permission", "allowed"),
    [
        ((Role.STAFF,), "wagtailadmin.access_admin", True),
        ((Role.STAFF,), "wagtailimages.add_image", True),
        ((Role.STAFF,), "wagtailcore.change_site", False),
        ((Role.STAFF,), "accounts.delete_user", False),
        ((Role.STAFF,), "auth.add_group", False),
        ((Role.ADMINISTRATOR,), "wagtailadmin.access_admin", False),
        ((Role.STEWARD,), "wagtailadmin.access_admin", False),
        ((), "wagtailadmin.access_admin", False),
    ],
)
def test_roles_answer_wagtails_questions(roles, permission, allowed):
    user = person(roles=roles)
    assert user.has_perm(permission) is allowed
    assert user.has_module_perms(permission.partition(".")[0]) is allowed
    user.is_active = False
    assert not user.has_perm(permission)
