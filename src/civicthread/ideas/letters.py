"""Mail to the authors of ideas, in their language."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from civicthread.core import journal, outbox, thread
from civicthread.core.text import Text
from civicthread.ideas import intake, queries
from civicthread.ideas.models import AuthorContact, Idea


def ask_for_confirmation(idea: Idea) -> None:
    """Ask the author to confirm the idea; one mail a day at most, however often the form is sent."""
    token = intake.confirmation_token(idea.pk)
    with override(idea.language):
        facts = {"action_url": _address("ideas:confirm", token), "action_label": gettext("Confirm my idea")}
        key = f"ideas.confirm {idea.pk} {timezone.localdate()}"
        _write("ideas/mail/confirm", key, idea.contact.email, idea, **facts)


def tell_author(
    idea: Idea, event: str, *, because: Text | None = None, projects: Collection[Model] = ()
) -> None:
    """Tell the author where their idea stands, why where that is known, and which projects brought it there.

    By mail, if they gave an address.
    """
    user = getattr(idea.author, "user", None)
    contact = AuthorContact.objects.filter(idea=idea).first()
    address = user.email if user else contact.email if contact else ""
    newest = journal.entries_of(idea).first()
    if not address or newest is None:
        return
    with override((user.language if user else "") or idea.language):
        facts = {
            "event": event,
            "quoted": _quoted(idea, event, because),
            "need": idea.need,
            "projects": [thread.shown(project) for project in projects],
            "base_url": settings.BASE_URL,
            "action_url": _address("ideas:idea", idea.reference),
            "action_label": gettext("See what becomes of it"),
        }
        _write("ideas/mail/changed", f"ideas.{event} {idea.pk} {newest.pk}", address, idea, **facts)


def _quoted(idea: Idea, event: str, because: Text | None) -> Text | None:
    """The words of the Office that go with what happened: why, or the answer where it is the answer that happened."""
    if because or event == "hidden":
        return because or idea.hidden_because
    answer = idea.answers.last()
    answers = event == "answered" or (answer and event == answer.state and event not in queries.FOLLOWED)
    return answer.text if answer and answers else None


def _write(template: str, key: str, to: str, idea: Idea, **facts: Any) -> None:
    language = get_language() or settings.LANGUAGE_CODE
    outbox.write(template, key=key, to=to, language=language, idea=idea, **facts)


def _address(name: str, *args: str) -> str:
    return settings.BASE_URL + reverse(name, args=args)
