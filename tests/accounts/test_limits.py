"""Guessing is slowed down, per address and per place it comes from."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import personas
from tests.accounts.test_sign_in import second_factor, sign_in
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def test_ten_wrong_passwords_close_the_account_to_guessing_from_anywhere():
    user = person()
    for number in range(10):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(
            reverse("account_login"), {"login": user.email, "password": f"guess {number}"}
        )
    answer = sign_in(Client(REMOTE_ADDR="198.51.100.1"), user)
    assert answer.status_code == 200, "the right password is not tried either"
    assert answer.context["form"].errors


def test_an_unknown_address_is_closed_in_the_same_way():
    for number in range(11):
        answer = Client(REMOTE_ADDR=f"192.0.2.{number}").post(
            reverse("account_login"), {"login": "nobody@example.org", "password": "guess"}
        )
    usual = sign_in(Client(), person(), "wrong")
    assert str(answer.context["form"].errors) != str(usual.context["form"].errors)


@pytest.mark.parametrize(
    ("page", "amount", "field"),
    [("account_signup", 20, "password1"), ("account_reset_password", 20, "unused")],
)
def test_forms_that_send_mail_answer_a_place_only_so_often(client, page, amount, field):
    for number in range(amount):
        form = {"email": f"person{number}@example.org", field: "a long enough password"}
        assert client.post(reverse(page), form).status_code == 302
    answer = client.post(reverse(page), {"email": "one.more@example.org", field: "a long enough password"})
    assert answer.status_code == 429
    assert answer.templates[0].name == "429.html"


def test_codes_cannot_be_guessed(client):
    user = person()
    second_factor(user)
    sign_in(client, user)
    texts = {
        str(client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}).context["form"].errors)
        for n in range(12)
    }
    assert len(texts) == 2, "wrong, and then: too many tries"


def test_confirming_ones_password_is_limited(client):
    personas.sign_in(client, person())
    statuses = [
        client.post(reverse("account_reauthenticate"), {"password": f"guess {n}"}).status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


def test_the_counts_are_shared_between_programs(client):
    sign_in(client, person(), "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM core_shared_cache")
        assert cursor.fetchone()[0] > 0
