"""A person's ideas in their download, and forgotten with them."""

import json

import pytest
from django.urls import reverse

from civicthread.accounts import actions as accounts
from civicthread.core import journal, personal
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.ideas import actions
from civicthread.ideas.models import AuthorContact, Fingerprint, Idea, Report, Support
from tests.factories import ideas
from tests.factories.accounts import person

NAME, ADDRESS, PHONE = "Yellowfeather", "canary.bird@example.org", "02 555 99 88"


def everything() -> str:
    """All that the tables of ideas hold."""
    models = (Idea, AuthorContact, Fingerprint, Report, Support)
    return json.dumps([list(model.objects.values()) for model in models], default=str)


@pytest.mark.django_db
def test_the_download_holds_my_ideas_supports_and_reports():
    user = person(ADDRESS)
    mine = ideas.public(by=user.actor, email=user.email, name=NAME, show_name=True)
    by_mail, other = ideas.public(email=ADDRESS), ideas.public()
    actions.support_idea(other, by=user.actor)
    actions.report_idea(other, by=user.actor, reason="Pourquoi ?")
    data = personal.export_all(user.actor)["ideas"]
    assert [idea["reference"] for idea in data["ideas"]] == [mine.reference, by_mail.reference]
    assert data["ideas"][0]["contact__name"] == NAME
    assert data["supports"][0]["idea"] == data["reports"][0]["idea"] == other.reference
    json.dumps(data)


@pytest.mark.django_db
def test_erasing_a_person_forgets_who_gave_the_ideas_and_keeps_their_words(client):
    user = person(ADDRESS)
    ideas.municipality()
    where = {"longitude": ideas.MIDDLE[0], "latitude": ideas.MIDDLE[1]}
    public = ideas.public(by=user.actor, email=ADDRESS, name=NAME, show_name=True, **where)
    ideas.unconfirmed(email=ADDRESS, name=NAME)
    claimed, code = actions.enter_idea(
        ideas.submission(email="", name=NAME, phone=PHONE), by=ideas.staff(), channel=Idea.Channel.PHONE
    )
    before = claimed.author
    actions.claim_idea(code, by=user.actor)
    other = ideas.public()
    actions.support_idea(other, by=user.actor)
    actions.report_idea(other, by=user.actor, reason="x")
    assert NAME in client.get(public.get_absolute_url()).content.decode()

    accounts.erase_account(user, by=user.actor)

    found = everything()
    assert not any(word in found for word in (NAME, ADDRESS, PHONE, str(ideas.MIDDLE[0])))
    assert set(Idea.objects.all()) == {public, claimed, other}
    html = client.get(public.get_absolute_url()).content.decode()
    assert public.text in html
    assert NAME not in html
    assert Actor.objects.get(pk=before.pk).subject_key == "", "the key from before the claim goes too"
    assert Support.objects.filter(idea=other).count() == 1
    assert Report.objects.get().by is None


@pytest.mark.django_db
def test_the_commitments_of_a_forgotten_author_mean_nothing_any_more():
    idea = ideas.public(name=NAME)
    entry = journal.entries_of(idea).last()
    assert entry.commitments["name"] == journal.commitment(idea.author, "name", NAME)
    actions.forget_author(idea, by=ideas.staff())
    assert journal.commitment(Actor.objects.get(pk=idea.author_id), "name", NAME) == ""


@pytest.mark.django_db
def test_the_office_forgets_an_author_without_an_account_and_no_other():
    idea, own = ideas.public(name=NAME, email=ADDRESS), ideas.public(by=person().actor)
    actions.forget_author(idea, by=ideas.staff())
    assert ADDRESS not in everything()
    assert not idea.fingerprints.exists()
    assert Idea.objects.filter(pk=idea.pk).exists()
    with pytest.raises(Refused) as refusal:
        actions.forget_author(own, by=ideas.staff())
    assert refusal.value.code == "has-account"


@pytest.mark.django_db
def test_a_forgotten_idea_may_be_given_again(client):
    given = ideas.submission(email=ADDRESS)
    first = actions.submit_idea(given, by=None)
    actions.confirm_idea(first, by=first.author)
    actions.forget_author(first, by=ideas.staff())
    assert actions.submit_idea(given, by=None).pk != first.pk
    assert client.get(reverse("ideas:list")).status_code == 200
