"""My account: profile, download, erasure."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civicthread.accounts import actions
from civicthread.accounts.models import Role, Session, User
from civicthread.core import journal, outbox, personal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import Actor, JournalEntry, OutboxMail
from tests import personas
from tests.factories.accounts import PASSWORD, person

ADDRESS, NAME = "canary.bird@example.org", "Yellowfeather"


@pytest.mark.django_db
def test_a_profile_is_changed_and_the_journal_keeps_no_name(client):
    user = person()
    personas.sign_in(client, user)
    client.post(reverse("accounts:profile"), {"name": NAME, "language": "nl"})
    user.refresh_from_db()
    assert (user.name, user.language) == (NAME, "nl")
    entry = JournalEntry.objects.get(verb="accounts.change_profile")
    assert entry.changes == {"language": ["", "nl"]}
    assert entry.commitments == {"name": journal.commitment(user.actor, "name", NAME)}
    assert NAME not in json.dumps([entry.changes, entry.commitments])


@pytest.mark.django_db
def test_an_unknown_language_is_refused_with_a_sentence(client):
    user = person()
    personas.sign_in(client, user)
    answer = client.post(reverse("accounts:profile"), {"name": NAME, "language": "xx"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["language"]
    user.refresh_from_db()
    assert user.name == ""


@pytest.mark.django_db
def test_nobody_changes_the_profile_of_another():
    user, other = person(), person(roles=(Role.ADMINISTRATOR,))
    with pytest.raises(Forbidden):
        actions.change_profile(user, by=other.actor, name="x", language="fr")
    assert not JournalEntry.objects.filter(verb="accounts.change_profile").exists()


@pytest.mark.django_db
def test_the_download_holds_what_every_app_holds_about_me_and_nobody_else(client):
    user, other = person(name=NAME), person("other@example.org")
    personas.sign_in(client, user)
    answer = client.get(reverse("accounts:download"))
    data = json.loads(answer.content)
    assert sorted(data) == sorted(personal.export_all(user.actor))
    assert (data["accounts"]["email"], data["accounts"]["name"]) == (user.email, NAME)
    assert other.email not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_address_of_a_download_opens_nothing_in_another_session(client):
    user = person()
    personas.sign_in(client, user)
    assert Client().get(reverse("accounts:download")).status_code == 302
    client.post(reverse("account_logout"))
    assert client.get(reverse("accounts:download")).status_code == 302


@pytest.mark.django_db
def test_erasing_asks_for_the_password_first(client):
    user = person()
    client.force_login(user)
    assert client.post(reverse("accounts:erase")).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.django_db
def test_who_signs_in_elsewhere_erases_only_soon_after_signing_in(client):
    user = person()
    user.set_unusable_password()
    user.save()
    SocialAccount.objects.create(user=user, provider="oidc", uid="1")
    client.force_login(user)
    answer = client.post(reverse("accounts:erase"))
    assert answer.status_code == 409
    assert User.objects.filter(pk=user.pk).exists()
    personas.sign_in(client, user)
    client.post(reverse("accounts:erase"))
    assert not User.objects.filter(pk=user.pk).exists()


@pytest.mark.django_db
def test_the_last_administrator_cannot_leave(client):
    last = person(roles=(Role.ADMINISTRATOR,))
    personas.sign_in(client, last)
    answer = client.post(reverse("accounts:erase"))
    assert answer.status_code == 409
    for leave in (actions.erase_account, actions.deactivate):
        with pytest.raises(Refused, match="administrat"):
            leave(last, by=last.actor)
    person(roles=(Role.ADMINISTRATOR,))
    actions.erase_account(last, by=last.actor)
    assert not User.objects.filter(pk=last.pk).exists()


def traces(*words: str) -> set[str]:
    """The tables, and on SQLite the file, in which any of the words can be read; sessions are decoded."""
    opened = [str(session.get_decoded()) for session in Session.objects.all()]
    found = {"sessions" for content in opened if any(word in content for word in words)}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word.lower() in str(row).lower() for row in cursor.fetchall() for word in words):
                found.add(table)
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path = Path(connection.settings_dict["NAME"])
            content = b"".join(
                file.read_bytes() for file in path.parent.glob(f"{path.name}*") if "pristine" not in file.name
            )
            found |= {"file" for word in words if word.lower().encode() in content.lower()}
    return found


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_leaves_no_trace_in_the_records(client):
    client.post(reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD})
    user = User.objects.get(email=ADDRESS)
    user.emailaddress_set.update(verified=True)
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    client.post(reverse("accounts:profile"), {"name": NAME, "language": "fr"})
    SocialAccount.objects.create(user=user, provider="oidc", uid="7", extra_data={"email": ADDRESS})
    Client().post(reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD})
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    Client().post(reverse("account_login"), {"login": ADDRESS, "password": "wrong"})
    actor, pk = user.actor, user.pk
    before = traces(ADDRESS, NAME)
    assert before >= {"accounts_user", "account_emailaddress", "core_outboxmail", "sessions"}, (
        "the search finds them"
    )
    client.post(reverse("account_reauthenticate") + "?next=/", {"password": PASSWORD})
    assert client.post(reverse("accounts:erase")).url == reverse("accounts:erased")

    assert traces(ADDRESS, NAME) == set()
    actor = Actor.objects.get(pk=actor.pk)
    assert (actor.subject_key, actor.roles, bool(actor.erased_at)) == ("", [], True)
    assert JournalEntry.objects.filter(verb="accounts.erase", object_id=str(pk)).exists(), (
        "that it was done stays"
    )
    assert client.get(reverse("accounts:mine")).status_code == 302


@pytest.mark.django_db
def test_erasing_is_all_or_nothing(monkeypatch):
    user = person(name=NAME)
    mail = outbox.write("account/email/password_reset_key", key="one", to=user.email, language="fr")

    def fail(actor):
        raise RuntimeError("an eraser failed")

    monkeypatch.setitem(personal._erasers, "aaa", fail)  # the last to be asked
    with pytest.raises(RuntimeError):
        actions.erase_account(user, by=user.actor)
    assert User.objects.filter(pk=user.pk).exists()
    assert OutboxMail.objects.filter(pk=mail.pk).exists()
    user.actor.refresh_from_db()
    assert user.actor.subject_key


@pytest.mark.django_db
def test_sessions_of_people_who_did_not_sign_in_end_within_the_hour(client):
    session = client.session
    session["half"] = "way"
    session.save()
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(hours=1)
    personas.sign_in(client, person())
    assert Session.objects.get(user__isnull=False).expire_date > timezone.now() + timedelta(days=1)
