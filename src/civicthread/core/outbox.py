"""Outgoing mail: written in the action's transaction, sent afterwards, retried, never lost, never doubled."""

import hashlib
import logging
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from civicthread.core.context import office
from civicthread.core.models import OutboxMail

logger = logging.getLogger(__name__)

# A mail that could not be sent after these waits (about two days in all) is parked for the administrator.
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440)]
# How long a mail may stay "being sent" before its sender is taken for dead.
SENDING_LIMIT = timedelta(minutes=10)


def write(template: str, *, key: str, to: str, language: str, **facts: Any) -> OutboxMail:
    """Put a mail into the outbox, in the reader's language. The same `key` again changes nothing.

    `template` names `<template>.txt` (first line: subject) and `<template>.html`.
    """
    with override(language):
        facts = {"site": office()} | facts | {"language": language}
        subject, _, text = _plain(f"{template}.txt", facts).partition("\n")
        html = render_to_string(f"{template}.html", facts)
    now = timezone.now()
    values = {"recipient": to, "subject": subject.strip()[:200], "text": text.lstrip("\n"), "html": html}
    mail, _created = OutboxMail.objects.get_or_create(
        key=key[:120], defaults=values | {"due_at": now, "created_at": now}
    )
    return mail


def _plain(template: str, facts: dict[str, Any]) -> str:
    """A text for a reader of text: nothing in it is escaped for HTML."""
    engine = Engine.get_default()
    return engine.get_template(template).render(Context(facts, autoescape=False))


def send_due(limit: int = 100) -> int:
    """Send what is due; how many left. Claims each mail first, so two senders never send the same one."""
    _take_up_abandoned()
    sent = 0
    due = OutboxMail.objects.filter(state=OutboxMail.State.WAITING, due_at__lte=timezone.now())
    connection = get_connection()
    for pk in list(due.order_by("due_at").values_list("pk", flat=True)[:limit]):
        claimed = due.filter(pk=pk).update(state=OutboxMail.State.SENDING, due_at=timezone.now())
        if claimed:
            sent += _send(OutboxMail.objects.get(pk=pk), connection)
    connection.close()
    return sent


def _send(mail: OutboxMail, connection: Any) -> bool:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.recipient],
        connection=connection,
        # The same mail has the same id however often it leaves, so a receiving server drops a second copy.
        headers={"Message-ID": f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:40]}@civicthread>"},
    )
    message.attach_alternative(mail.html, "text/html")
    try:
        connection.open()
        message.send()
    except Exception as fault:  # noqa: BLE001  # whatever the mail server does, the mail is kept and the fault told
        _postpone(mail, fault)
        connection.close()  # the next mail starts with a fresh one
        return False
    OutboxMail.objects.filter(pk=mail.pk).update(
        state=OutboxMail.State.SENT,
        sent_at=timezone.now(),
        recipient="",
        subject="",
        text="",
        html="",
        error="",
    )
    return True


def _postpone(mail: OutboxMail, fault: Exception) -> None:
    logger.warning("Mail %s could not be sent: %s", mail.pk, type(fault).__name__)
    parked = mail.attempts >= len(WAITS)
    OutboxMail.objects.filter(pk=mail.pk).update(
        state=OutboxMail.State.PARKED if parked else OutboxMail.State.WAITING,
        attempts=mail.attempts + 1,
        due_at=timezone.now() + (timedelta() if parked else WAITS[mail.attempts]),
        error=f"{type(fault).__name__}: {fault}"[:300],
    )


@transaction.atomic
def _take_up_abandoned() -> None:
    """A sender that died leaves its mail claimed: after a while it is due again."""
    OutboxMail.objects.filter(
        state=OutboxMail.State.SENDING, due_at__lt=timezone.now() - SENDING_LIMIT
    ).update(state=OutboxMail.State.WAITING)
