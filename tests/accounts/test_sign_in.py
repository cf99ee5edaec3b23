"""Signing up, signing in, and what nobody can find out that way."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civicthread.accounts import actions, tasks
from civicthread.accounts.models import Role, Session, User
from civicthread.core import journal
from civicthread.core.models import JournalEntry, OutboxMail
from tests import personas
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": user.email, "password": password} | more)


def link_in(mail):
    address = re.search(rf"{re.escape(settings.BASE_URL)}(\S+)", mail.text)
    assert address, mail.text
    return address[1]


def second_factor(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code(secret, moment=None):
    return totp.format_hotp_value(totp.hotp_value(secret, int((moment or time.time()) // 30)))


def test_someone_signs_up_confirms_the_address_and_signs_in(client):
    answer = client.post(reverse("account_signup"), {"email": "New@Example.org", "password1": PASSWORD})
    assert answer.url == reverse("account_email_verification_sent")
    mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.state) == ("new@example.org", "waiting")
    user = User.objects.get(email="new@example.org")
    assert JournalEntry.objects.get(verb="accounts.sign_up").actor == user.actor
    assert sign_in(client, user).url == reverse("account_email_verification_sent"), (
        "not before it is confirmed"
    )
    page = client.get(link_in(mail))
    assert page.status_code == 200
    client.post(link_in(mail))
    assert EmailAddress.objects.get(user=user).verified
    assert sign_in(client, user).url == reverse("accounts:mine")
    assert client.get(reverse("accounts:mine")).status_code == 200


def test_a_mail_is_in_the_language_of_the_person_it_goes_to(client):
    user = person(language="nl")
    client.post("/en/account/password/reset/", {"email": user.email})
    assert link_in(OutboxMail.objects.get()).startswith("/nl/")


def test_a_mail_leads_to_the_configured_address_whatever_the_host_header_says(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email}, HTTP_HOST="evil.example")
    mail = OutboxMail.objects.get()
    assert "evil" not in mail.text + mail.html
    assert link_in(mail)


def test_a_forgotten_password_is_replaced_and_the_change_is_told_and_journaled(client):
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    form = client.get(link_in(OutboxMail.objects.get()), follow=True)
    address = form.redirect_chain[-1][0]
    answer = client.post(address, {"password1": "another long sentence"})
    assert answer.url == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), user, "another long sentence").url == reverse("accounts:mine")
    assert OutboxMail.objects.filter(key__startswith="accounts/mail/changed").count() == 1
    assert JournalEntry.objects.get(verb="accounts.protect").changes == {"what": "password_reset"}
    again = client.get(link_in(OutboxMail.objects.order_by("pk").first()), follow=True)
    assert "form" not in again.templates[0].name or b"password1" not in again.content, "a link works once"


@pytest.mark.parametrize(
    ("page", "fields"),
    [("account_signup", {"password1": PASSWORD}), ("account_reset_password", {})],
)
def test_known_and_unknown_addresses_get_the_same_answer(page, fields):
    known = person("known@example.org")
    answers = []
    for email in (known.email, "nobody@example.org"):
        client = Client()
        answer = client.post(reverse(page), fields | {"email": email}, follow=True)
        shown = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)
        answers.append((answer.redirect_chain, answer.status_code, shown, sorted(client.cookies)))
    assert answers[0] == answers[1]
    assert OutboxMail.objects.count() == 2, "and each address gets a mail, so the work is the same too"


def test_signing_up_again_does_as_much_work_as_the_first_time(client, hashes):
    person("known@example.org")
    hashes.clear()
    client.post(reverse("account_signup"), {"email": "known@example.org", "password1": PASSWORD})
    known = len(hashes)
    hashes.clear()
    client.post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD})
    assert known == len(hashes) == 1


@pytest.fixture
def hashes(monkeypatch):
    """Counts how often a password is hashed, which is what takes the time."""
    done = []
    hashed = MD5PasswordHasher.encode

    def encode(self, password, salt):
        done.append(password)
        return hashed(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return done


def test_in_dutch_nobody_is_called_by_the_familiar_je(client):
    user, familiar = person(language="nl"), re.compile(r"\b(je|jou|jouw|jij)\b", re.IGNORECASE)

    def told(address, **fields):
        client.post(f"/nl/account/{address}/", fields)
        answer = client.post(f"/nl/account/{address}/", fields, follow=True)
        return re.sub(r"<[^>]+>", " ", answer.content.decode())

    wrong = told("login", login=user.email, password="wrong")
    client.force_login(user)
    changed = told("password/change", oldpassword="wrong", password1=PASSWORD)
    out = told("logout")
    assert "niet juist" in wrong
    assert "niet uw huidige wachtwoord" in changed
    assert not [page for page in (wrong, changed, out) if familiar.search(page)]


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client):
    user = person()
    texts = []
    for email in (user.email, "nobody@example.org"):
        answer = Client().post(reverse("account_login"), {"login": email, "password": "not the password"})
        texts.append((answer.status_code, answer.context["form"].non_field_errors()))
    assert texts[0] == texts[1]
    assert texts[0][1]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "///evil",
    ],
)
def test_nobody_is_sent_to_another_site(client, elsewhere):
    user = person()
    answer = sign_in(client, user, next=elsewhere)
    assert answer.url == reverse("accounts:mine")
    assert client.post(reverse("account_logout"), {"next": elsewhere}).url.startswith("/")
    assert "evil" not in client.post(reverse("account_logout"), {"next": elsewhere}).url


def test_a_page_of_this_site_is_returned_to(client):
    assert sign_in(client, person(), next="/fr/account/profile/").url == "/fr/account/profile/"


def test_the_session_gets_a_new_id_at_sign_in(client):
    user = person()
    session = client.session
    session["started"] = "before"
    session.save()
    before = client.session.session_key
    sign_in(client, user)
    assert client.session.session_key != before
    assert Client(headers={"cookie": f"sessionid={before}"}).get(reverse("accounts:mine")).status_code == 302


def test_a_deactivated_person_is_refused_at_once(client):
    user = person()
    sign_in(client, user)
    assert client.get(reverse("accounts:mine")).status_code == 200
    person(roles=(Role.ADMINISTRATOR,))
    actions.deactivate(user, by=journal.system())
    assert client.get(reverse("accounts:mine")).status_code == 302
    assert sign_in(Client(), user).url == reverse("account_inactive")
    assert not user.sessions.exists()


def test_with_a_second_factor_the_password_alone_opens_nothing(client):
    user = person()
    secret = second_factor(user)
    assert sign_in(client, user).url == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:mine")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get(reverse("accounts:mine")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.get(reverse("accounts:mine")).status_code == 200


def test_a_code_works_once(client):
    user = person()
    secret = second_factor(user)
    shown = code(secret)
    for browser, expected in ((Client(), 200), (Client(), 302)):
        sign_in(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": shown})
        assert browser.get(reverse("accounts:mine")).status_code == expected


def test_a_recovery_code_opens_the_account_once(client):
    user = person()
    second_factor(user)
    recovery = RecoveryCodes.activate(user).get_unused_codes()[0]
    for browser, expected in ((Client(), 200), (Client(), 302)):
        sign_in(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": recovery})
        assert browser.get(reverse("accounts:mine")).status_code == expected


def test_a_copy_of_the_records_gives_nobody_a_second_factor():
    user = person()
    secret = second_factor(user)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_setting_up_a_second_factor_opens_the_role_in_the_same_session(client):
    user = person(roles=(Role.STAFF,))
    sign_in(client, user)
    held_back = client.get(reverse("accounts:people"))
    assert held_back.url.startswith(reverse("mfa_activate_totp"))
    page = client.get(held_back.url)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(page.context["form"].secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(answer.url).context["unused_codes"]) == 10
    assert client.get(reverse("accounts:people")).status_code == 200


def test_a_role_holder_cannot_remove_the_second_factor(client):
    user = person(roles=(Role.STAFF,))
    second_factor(user)
    personas.sign_in(client, user)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_roles_of_a_session_without_second_factor_count_nowhere(client):
    user = person(roles=(Role.ADMINISTRATOR,))
    someone = person()
    personas.sign_in(client, user, second_factor=False)
    answer = client.post(reverse("accounts:grant-role", args=[someone.pk]), {"role": "staff"})
    assert answer.url.startswith(reverse("mfa_activate_totp"))
    someone.actor.refresh_from_db()
    assert someone.actor.roles == []
    user.actor.refresh_from_db()
    assert user.actor.roles == ["administrator"], "holding a role back takes nothing away"


def test_sessions_that_ended_are_forgotten_and_the_others_stay(client):
    other, user = type(client)(), person()
    personas.sign_in(client, user)
    personas.sign_in(other, user)
    ended = Session.objects.filter(session_key=other.session.session_key)
    ended.update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.forget_expired_sessions.call()
    assert not ended.exists()
    assert client.get("/fr/account/").context["user"] == user
    assert other.get("/fr/account/", follow=True).context["user"].is_anonymous


def test_who_signed_in_just_now_is_not_asked_for_the_password_again(client):
    user = person(roles=(Role.STAFF,))
    sign_in(client, user)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def test_the_password_of_somebody_else_is_not_mine(client):
    """A session that another person opened, or a sign-in that was left before its code, proves nothing."""
    one, other = person("one@example.org"), person("other@example.org")
    second_factor(one)
    sign_in(client, one)
    assert client.get(reverse("mfa_activate_totp")).status_code == 302
    client.force_login(other)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
