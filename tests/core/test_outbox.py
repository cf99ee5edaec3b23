import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from civicthread.core import outbox
from civicthread.core.models import OutboxMail

pytestmark = pytest.mark.django_db
State = OutboxMail.State


class Unreachable(BaseEmailBackend):
    """A mail server that does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError("nobody there")

    def send_messages(self, messages) -> int:
        raise ConnectionRefusedError("nobody there")


class Meeting(BaseEmailBackend):
    """A mail server slow enough for two senders to meet before it."""

    both = threading.Barrier(2)
    taken: list[str] = []

    def send_messages(self, messages) -> int:
        self.taken.extend(message.subject for message in messages)
        return len(messages)


UNREACHABLE = f"{__name__}.Unreachable"
MEETING = f"{__name__}.Meeting"


@pytest.fixture
def templates(settings, tmp_path: Path) -> None:
    place = tmp_path / "mail"
    place.mkdir()
    (place / "hello.txt").write_text(
        "{{ name|plain }} — {% translate 'Monday' %}\n\nDear {{ name }}\n", encoding="utf-8"
    )
    (place / "hello.html").write_text("<p>{{ name }}</p>", encoding="utf-8")
    ours = settings.TEMPLATES[0]
    settings.TEMPLATES = [ours | {"DIRS": [tmp_path, *ours["DIRS"]]}]


def write(key: str = "1", **facts: str) -> OutboxMail:
    return outbox.write(
        "mail/hello", key=key, to="citizen@example.org", language="nl", **{"name": "An", **facts}
    )


def make_waiting(count: int = 1) -> None:
    now = timezone.now()
    OutboxMail.objects.bulk_create(
        OutboxMail(
            key=str(n),
            recipient="citizen@example.org",
            subject=f"Mail {n}",
            text="x",
            html="x",
            due_at=now,
            created_at=now,
        )
        for n in range(count)
    )


@pytest.mark.usefixtures("templates")
def test_a_mail_is_written_in_its_readers_language():
    written = write(name="<An>")
    assert written.subject == "<An> — maandag"
    assert written.text == "Dear <An>\n"
    assert written.html == "<p>&lt;An&gt;</p>"


@pytest.mark.usefixtures("templates")
def test_the_same_mail_is_written_once():
    assert write().pk == write(name="Jan").pk
    assert OutboxMail.objects.count() == 1


@pytest.mark.usefixtures("templates")
def test_a_mail_of_an_action_that_failed_is_never_sent():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert outbox.send_due() == 0
    assert mail.outbox == []


def test_a_sent_mail_leaves_no_address_behind():
    make_waiting()
    assert outbox.send_due() == 1
    assert mail.outbox[0].to == ["citizen@example.org"]
    assert mail.outbox[0].alternatives[0].content == "x"
    kept = OutboxMail.objects.get()
    assert (kept.state, kept.recipient, kept.text, kept.html, kept.subject) == (State.SENT, "", "", "", "")
    assert outbox.send_due() == 0


def test_a_mail_not_yet_due_waits():
    make_waiting()
    OutboxMail.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert outbox.send_due() == 0


def test_a_server_that_does_not_answer_is_asked_again_later_and_later_and_then_given_up(settings):
    make_waiting()
    settings.EMAIL_BACKEND = UNREACHABLE
    waits = []
    for _ in outbox.WAITS:
        before = timezone.now()
        assert outbox.send_due() == 0
        kept = OutboxMail.objects.get()
        assert kept.state == State.WAITING
        assert "ConnectionRefusedError" in kept.error
        waits.append(kept.due_at - before)
        OutboxMail.objects.update(due_at=timezone.now())
    assert waits == sorted(waits)
    assert waits[-1] >= outbox.WAITS[-1]
    outbox.send_due()
    assert OutboxMail.objects.get().state == State.PARKED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due() == 0, "a person decides what becomes of it"


def test_a_server_that_answers_again_gets_what_waited(settings):
    make_waiting(3)
    settings.EMAIL_BACKEND = UNREACHABLE
    outbox.send_due()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxMail.objects.update(due_at=timezone.now())
    assert outbox.send_due() == 3


def test_the_mail_of_a_killed_sender_is_taken_up_with_the_same_id(settings):
    make_waiting()
    outbox.send_due()
    first = mail.outbox[0].message()["Message-ID"]
    OutboxMail.objects.all().delete()
    make_waiting()
    OutboxMail.objects.update(state=State.SENDING, due_at=timezone.now() - outbox.SENDING_LIMIT / 2)
    assert outbox.send_due() == 0, "its sender may still be at it"
    OutboxMail.objects.update(due_at=timezone.now() - outbox.SENDING_LIMIT * 2)
    assert outbox.send_due() == 1
    assert mail.outbox[1].message()["Message-ID"] == first


def send_with_another(send) -> list[str]:
    """Two senders at once over 40 mails; what the server received."""
    Meeting.taken = []
    make_waiting(40)
    start = threading.Barrier(2)

    def go(_: int) -> None:
        start.wait()
        send()
        connection.close()

    with ThreadPoolExecutor(2) as senders:
        list(senders.map(go, range(2)))
    return sorted(Meeting.taken)


def send_carelessly() -> None:
    """What send_due would be if it did not claim each mail."""
    backend = Meeting()
    waiting = list(OutboxMail.objects.filter(state=State.WAITING))
    Meeting.both.wait(timeout=30)
    for one in waiting:
        backend.send_messages([mail.EmailMessage(one.subject)])
        OutboxMail.objects.filter(pk=one.pk).update(state=State.SENT)


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_send_the_same_mail(settings):
    settings.EMAIL_BACKEND = MEETING
    assert send_with_another(outbox.send_due) == sorted(f"Mail {n}" for n in range(40))


@pytest.mark.django_db(transaction=True)
def test_two_careless_senders_would():
    assert len(send_with_another(send_carelessly)) == 80


def test_mail_leaves_as_a_file_where_no_server_is_set(settings, tmp_path: Path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    make_waiting(2)
    assert outbox.send_due() == 2
    assert "".join(file.read_text() for file in tmp_path.iterdir()).count("Message-ID") == 2
