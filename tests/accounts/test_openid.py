"""Signing in with an OpenID Connect provider, over real HTTP, and every token that must not pass."""

import time
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as installed
from django.test import Client
from django.urls import reverse

from civicthread.accounts.models import User
from civicthread.core.models import OutboxMail
from tests import personas
from tests.accounts import identity_provider
from tests.accounts.identity_provider import CLIENT, OTHER_KEY, signed, signed_with_the_public_key, unsigned
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    with identity_provider.running() as running:
        app = {
            "provider_id": "oidc",
            "name": "The Region",
            "client_id": CLIENT,
            "secret": "shared",
            "settings": {"server_url": running.server},
        }
        ours = installed.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": ours | {"APPS": [app]}}
        yield running


def leave(client, **query):
    """Press the button; where the page sends the browser."""
    page = client.post(reverse("openid_connect_login", args=["oidc"]), query)
    assert page.status_code == 200, (
        "a page, since form-action 'self' stops a form that is redirected elsewhere"
    )
    return page.context["address"]


def come_back(client, provider, change=lambda address: address):
    return client.get(change(provider.authorize(leave(client))))


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_a_new_person_signs_in_and_has_an_account(client, provider):
    answer = come_back(client, provider)
    assert answer.url == reverse("accounts:mine")
    user = User.objects.get(email="citizen@example.org")
    assert signed_in(client)
    assert (user.name, user.actor.roles, user.has_usable_password()) == ("A Citizen", [], False)
    assert EmailAddress.objects.get(user=user).verified
    assert SocialAccount.objects.get(user=user).extra_data == {"sub": "person-1"}, (
        "no more than needed is kept"
    )
    assert provider.told["code_verifier"], "PKCE"
    assert client.get(reverse("accounts:mine")).status_code == 200


def test_the_second_time_it_is_the_same_person(client, provider):
    come_back(client, provider)
    come_back(again := Client(), provider)
    assert signed_in(again)
    assert User.objects.filter(email="citizen@example.org").count() == 1


def test_the_sign_in_page_offers_the_provider(client, provider):
    assert "The Region" in client.get(reverse("account_login")).content.decode()


def test_without_configuration_there_is_no_provider(client):
    assert client.post(reverse("openid_connect_login", args=["oidc"])).status_code == 404
    assert client.get(reverse("openid_connect_callback", args=["oidc"])).status_code == 404


def test_signing_in_returns_to_the_page_and_language_one_came_from(client, provider):
    client.post("/nl/account/provider/oidc/")
    address = client.post("/nl/account/provider/oidc/").context["address"]
    assert client.get(provider.authorize(address)).url == "/nl/account/"
    assert User.objects.get(email="citizen@example.org").language == "nl"


NOW = int(time.time())
FALSE_TOKENS = {
    "another nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"without": ("nonce",)},
    "another audience": {"claims": {"aud": "another-client"}},
    "several audiences and none in charge": {"claims": {"aud": [CLIENT, "another-client"]}},
    "another party in charge": {"claims": {"azp": "another-client"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": NOW - 3600}},
    "no expiry": {"without": ("exp",)},
    "not yet valid": {"claims": {"nbf": NOW + 3600}},
    "no subject": {"without": ("sub",)},
    "alg none": {"token": unsigned},
    "alg HS256 with the public key": {"token": signed_with_the_public_key},
    "another key under the known name": {"token": partial(signed, key=OTHER_KEY)},
    "an unknown key": {"token": partial(signed, key=OTHER_KEY, kid="two")},
    "a key named by the token itself": {
        "token": partial(signed, key=OTHER_KEY, kid="two", jku="http://127.0.0.1/k")
    },
    "a changed payload": {"token": lambda claims: _tampered(signed(claims))},
    "no token": {"token": lambda _: ""},
    "no token at all": {"token": lambda _: "not.a.token"},
    "a description of another server": {"description": {"issuer": "https://evil.example"}},
    "a description without keys": {"description": {"jwks_uri": ""}},
    "userinfo of someone else": {
        "without": ("email",),
        "userinfo": {"sub": "person-2", "email": "other@example.org"},
    },
}


def _tampered(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-4]}AAAA.{signature}"


@pytest.mark.parametrize("wrong", FALSE_TOKENS)
def test_a_token_that_does_not_hold_opens_nothing(client, provider, wrong):
    address = provider.authorize(leave(client))
    for name, value in FALSE_TOKENS[wrong].items():
        setattr(provider, name, value)
    answer = client.get(address)
    assert answer.status_code == 401
    assert answer.templates[0].name == "socialaccount/authentication_error.html"
    assert not signed_in(client)
    assert not User.objects.exists()


def test_another_state_opens_nothing(client, provider):
    answer = come_back(client, provider, lambda address: address.split("&state=")[0] + "&state=guessed")
    assert (answer.status_code, signed_in(client)) == (401, False)


def test_a_state_works_once_and_in_its_own_browser(client, provider):
    address = provider.authorize(leave(client))
    assert Client().get(address).status_code == 401
    client.get(address)
    client.post(reverse("account_logout"))
    assert (client.get(address).status_code, signed_in(client)) == (401, False)


def test_a_provider_that_does_not_answer_is_told_calmly(client, provider, settings):
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    silent = ours["APPS"][0] | {"settings": {"server_url": "http://127.0.0.1:9"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": ours | {"APPS": [silent]}}
    answer = client.post(reverse("openid_connect_login", args=["oidc"]))
    assert (answer.status_code, answer.templates[0].name) == (401, "socialaccount/authentication_error.html")


def test_who_changes_their_mind_there_is_told_so(client, provider):
    address = provider.authorize(leave(client)).replace("code=the-code", "error=access_denied")
    assert client.get(address).url == reverse("socialaccount_login_cancelled")


@pytest.mark.parametrize("told", [False, "true", "false", 1, None])
def test_an_address_the_provider_did_not_confirm_is_confirmed_by_us(client, provider, told):
    provider.claims = {"email_verified": told}
    answer = come_back(client, provider)
    assert answer.url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    assert not EmailAddress.objects.get(email="citizen@example.org").verified
    assert OutboxMail.objects.get().recipient == "citizen@example.org"


def test_a_providers_word_does_not_open_an_account_made_here(client, provider):
    user = person("citizen@example.org")
    answer = come_back(client, provider)
    assert not signed_in(client)
    assert answer.url == reverse("account_email_verification_sent"), "and tells nobody that there is one"
    assert not SocialAccount.objects.filter(user=user).exists()


def test_its_owner_links_the_provider_once_signed_in(client, provider):
    user = person("citizen@example.org")
    personas.sign_in(client, user)
    page = client.get(reverse("socialaccount_connections"))
    assert "process=connect" in page.content.decode()
    address = client.post(reverse("openid_connect_login", args=["oidc"]) + "?process=connect").context[
        "address"
    ]
    client.get(provider.authorize(address))
    assert SocialAccount.objects.get().user == user
    come_back(other := Client(), provider)
    assert other.session["_auth_user_id"] == str(user.pk)


def test_userinfo_is_asked_only_when_the_token_tells_no_address(client, provider):
    provider.without = ("email", "email_verified")
    provider.userinfo = {"sub": "person-1", "email": "from.userinfo@example.org", "email_verified": True}
    come_back(client, provider)
    assert User.objects.get().email == "from.userinfo@example.org"


def test_the_address_of_the_page_changes_nothing_of_what_is_asked(client, provider):
    query = "?auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example%26nonce%3Dx&scope=everything"
    page = client.post(reverse("openid_connect_login", args=["oidc"]) + query)
    assert "evil" not in page.context["address"]
    assert "everything" not in page.context["address"]
    assert client.get(provider.authorize(page.context["address"])).url == reverse("accounts:mine")
