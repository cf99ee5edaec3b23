"""Every page of accounts, in every language, in our own layout."""

import re
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import override

from civicthread.accounts import sign_in_urls, urls
from civicthread.accounts.models import Role
from tests import personas
from tests.accounts.test_sign_in import second_factor
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
NAMES = [pattern.name for pattern in sign_in_urls.urlpatterns] + [
    f"accounts:{p.name}" for p in urls.urlpatterns
]
LANGUAGES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture
def browser(client):
    user = person(roles=(Role.ADMINISTRATOR, Role.STAFF))
    second_factor(user)
    RecoveryCodes.activate(user)
    personas.sign_in(client, user)
    return client


def pages(client, language):
    """Every page that a GET shows, with its name."""
    with override(language):
        for name in NAMES:
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            answer = client.get(address)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                yield name, answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["visitor", "administrator"])
def test_each_page_stands_in_our_layout_with_one_heading(client, request, language, who):
    if who == "administrator":
        request.getfixturevalue("browser")
    shown = []
    for name, answer in pages(client, language):
        text = answer.content.decode()
        assert len(re.findall(r"<h1[ >]", text)) == 1, name
        assert f'<html lang="{language}"' in text, name
        assert "placeholder=" not in text, name
        assert answer.context["site"].office, f"{name}: allauth's site hides ours"
        assert all(
            template.origin.name.startswith(str(settings.PACKAGE)) or "django/forms" in template.origin.name
            for template in answer.templates
            if template.origin
        ), name
        shown.append(name)
    assert len(shown) >= (7 if who == "visitor" else 12), shown


def test_no_page_of_allauth_is_shown_in_its_own_template():
    ours = Path(settings.PACKAGE, "accounts", "templates")
    views = [
        pattern.callback.view_class
        for pattern in sign_in_urls.urlpatterns
        if hasattr(pattern.callback, "view_class")
    ]
    missing = {view.template_name for view in views if not (ours / view.template_name).exists()}
    assert missing == set()


def test_pages_of_allauth_that_we_do_not_use_do_not_exist(client):
    for path in (
        "2fa/webauthn/",
        "login/code/",
        "phone/change/",
        "3rdparty/",
        "sessions/",
        "password/reset/confirm/",
    ):
        assert client.get(f"/fr/account/{path}").status_code == 404, path


def test_my_account_costs_few_queries(browser, django_assert_max_num_queries):
    browser.get(reverse("accounts:mine"))
    with django_assert_max_num_queries(6):
        browser.get(reverse("accounts:mine"))


def test_a_visitor_comes_back_to_the_page_that_was_asked_for(client):
    asked = reverse("accounts:profile")
    answer = client.get(asked)
    assert answer.url == f"{reverse('account_login')}?next={asked.replace('/', '%2F')}"
    assert resolve(reverse("account_login")).url_name == "account_login"
    assert client.post(asked, {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "trop court"), ("nl", "te kort"), ("en", "too short")]
)
def test_a_password_that_is_too_short_is_refused_in_the_language_of_the_page(client, language, words):
    with override(language):
        told = client.post(reverse("account_signup"), {"email": "a@example.org", "password1": "123"})
    assert words in told.content.decode()
