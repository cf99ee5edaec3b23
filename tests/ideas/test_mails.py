"""Authors hear of each change, in their own language; nobody who was forgotten does."""

import pytest
from django.conf import settings
from django.utils import translation

from civicthread.accounts import actions as accounts
from civicthread.core.models import OutboxMail
from civicthread.core.text import Text
from civicthread.ideas import actions
from civicthread.ideas.models import Idea
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from tests.factories import ideas, programme
from tests.factories.accounts import person
from tests.factories.ideas import ANSWER

State = Idea.State
BECAUSE = Text.of({"fr": "Données privées.", "nl": "Privégegevens.", "en": "Private data."})


def saved(**values):
    """The project that took the idea up, brought up to date."""
    projects.save_project(Project.objects.get(code="takes-it-up"), values, by=ideas.staff())


def changes(need):
    """Each change and what is done for it."""
    return {
        "in_analysis": lambda idea, by: actions.analyse_idea(idea, by=by),
        "retained": lambda idea, by: actions.answer_idea(
            idea, by=by, number=1, state=State.RETAINED, text=ANSWER
        ),
        "merged": lambda idea, by: actions.merge_idea(idea, need, by=by, number=2, text=ANSWER),
        "not_retained": lambda idea, by: actions.answer_idea(
            idea, by=by, number=3, state=State.NOT_RETAINED, text=ANSWER
        ),
        "hidden": lambda idea, by: actions.hide_idea(idea, by=by, because=BECAUSE),
        "shown": lambda idea, by: actions.show_idea(idea, by=by),
        "in_project": lambda idea, by: programme.project(ideas=[idea], code="takes-it-up"),
        "delivered": lambda idea, by: saved(state="completed"),
        "not_delivered": lambda idea, by: saved(state="ongoing"),
        "let_go": lambda idea, by: saved(state="stopped"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_author_hears_of_each_change_in_the_language_of_the_idea(language):
    idea, by = ideas.public(language=language), ideas.staff()
    assert OutboxMail.objects.filter(key__startswith="ideas.received").count() == 1
    events = changes(ideas.need())
    for act in events.values():
        with translation.override("de"):
            act(idea, by)
    mails = OutboxMail.objects.exclude(key__startswith="ideas.confirm").order_by("pk")
    assert [mail.key.split()[0] for mail in mails] == [
        "ideas.received",
        *(f"ideas.{event}" for event in events),
    ]
    address = f"{settings.BASE_URL}/{language}/ideas/{idea.reference}/"
    for mail in mails:
        assert address in mail.text
        assert address in mail.html
        assert f'<html lang="{language}">' in mail.html
        assert idea.title in mail.subject
        assert "&#x27;" not in mail.text
    told = {"fr": "Oui, parce que.", "nl": "Ja, omdat.", "en": "Yes, because."}[language]
    assert [told in mail.text for mail in mails] == [
        e in ("retained", "merged", "not_retained") for e in ["", *events]
    ]
    assert {"fr": "Données privées.", "nl": "Privégegevens.", "en": "Private data."}[language] in mails[
        5
    ].text


@pytest.mark.django_db
def test_who_reads_another_language_than_the_text_is_told_in_which_it_is():
    user = person(language="en")
    idea = ideas.public(by=user.actor, language="fr", email=user.email)
    text = Text.of({"fr": "Oui, parce que.", "nl": "Ja, omdat."})
    actions.answer_idea(idea, by=ideas.staff(), number=1, state=State.RETAINED, text=text)
    mail = OutboxMail.objects.get(key__startswith="ideas.retained")
    assert "Language of what follows: French\n\nOui, parce que." in mail.text
    assert '<blockquote lang="fr"><p>Oui, parce que.</p></blockquote>' in mail.html
    assert '<html lang="en">' in mail.html


@pytest.mark.django_db
def test_who_is_answered_in_a_project_reads_the_answer_and_that_the_idea_stays():
    idea = ideas.public(language="en")
    programme.project(ideas=[idea], code="takes-it-up")
    actions.answer_idea(idea, by=ideas.staff(), number=1, state=State.IN_PROJECT, text=ANSWER)
    mail = OutboxMail.objects.get(key__startswith="ideas.answered")
    assert "It stands where it stood: in a project." in mail.text
    assert "Yes, because." in mail.text
    saved(state="completed")
    saved(state="ongoing")
    told = OutboxMail.objects.filter(key__regex="ideas.(delivered|not_delivered)")
    assert [ANSWER["en"].text in mail.text for mail in told] == [False, False], "an answer is told once"


@pytest.mark.django_db
def test_a_need_is_named_in_the_language_it_has():
    idea = ideas.public(language="en")
    need = ideas.need(title={"fr": "Des bancs", "nl": "Banken"})
    actions.merge_idea(idea, need, by=ideas.staff(), number=1, text=ANSWER)
    assert '<span lang="fr">Des bancs</span>' in OutboxMail.objects.get(key__startswith="ideas.merged").html


@pytest.mark.django_db
def test_who_has_an_account_is_written_to_there_in_the_language_they_chose():
    user = person(language="nl")
    idea = ideas.public(by=user.actor, language="fr", email=user.email)
    actions.analyse_idea(idea, by=ideas.staff())
    for mail in OutboxMail.objects.all():
        assert mail.recipient == user.email
        assert "/nl/ideas/" in mail.text


@pytest.mark.django_db
def test_who_gave_no_address_gets_no_mail():
    given = ideas.submission(email="", phone="02 555 01 23")
    idea, _code = actions.enter_idea(given, by=ideas.staff(), channel=Idea.Channel.PHONE)
    actions.analyse_idea(idea, by=ideas.staff())
    assert not OutboxMail.objects.exists()


@pytest.mark.django_db
def test_nobody_who_was_forgotten_gets_a_mail():
    user = person()
    own, other = ideas.public(by=user.actor, email=user.email), ideas.public(email="gone@example.org")
    by = ideas.staff()
    accounts.erase_account(user, by=user.actor)
    actions.forget_author(other, by=by)
    assert not OutboxMail.objects.exists(), "what was not sent yet is not sent any more"
    for idea in (own, other):
        actions.analyse_idea(idea, by=by)
        actions.answer_idea(idea, by=by, number=1, state=State.RETAINED, text=ANSWER)
    assert not OutboxMail.objects.exists()


@pytest.mark.django_db
def test_a_project_that_takes_up_a_hidden_idea_does_not_write_of_it():
    idea = ideas.hidden()
    OutboxMail.objects.all().delete()
    programme.project(ideas=[idea])
    idea.refresh_from_db()
    assert idea.state == State.IN_PROJECT
    assert not OutboxMail.objects.exists()
