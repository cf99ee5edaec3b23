"""One's own ideas: found by following links, claimed with a code, taken over from before one had an account."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from civicthread.accounts import actions as accounts
from civicthread.core.models import JournalEntry
from civicthread.ideas import actions
from civicthread.ideas.models import Idea
from tests import personas
from tests.factories import ideas
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    personas.sign_in(client, user)
    return client


def links(client: Client, address: str) -> set[str]:
    """Where a page leads."""
    return set(re.findall(r'href="([^"]*)"', client.get(address).content.decode()))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_links_lead_from_the_lists_the_thanks_and_the_account_to_ones_own_ideas(language):
    user = person()
    client, idea = signed_in(user), ideas.public(by=user.actor, email=user.email)
    claim, mine = f"/{language}/ideas/claim/", f"/{language}/ideas/mine/"
    assert claim in links(Client(), f"/{language}/ideas/")
    assert mine in links(Client(), f"/{language}/ideas/{idea.reference}/received/")
    assert {claim, mine} <= links(client, f"/{language}/account/")
    own = links(client, mine)
    assert {claim, f"/{language}/ideas/{idea.reference}/"} <= own
    assert f"/{language}/ideas/{idea.reference}/take-back/" in links(
        client, f"/{language}/ideas/{idea.reference}/"
    )


def test_a_visitor_who_follows_the_link_signs_in_first():
    for name in ("ideas:mine", "ideas:claim"):
        assert Client().get(reverse(name)).url.startswith("/fr/account/")


def test_an_idea_given_without_an_account_is_taken_over_and_taken_back():
    idea = ideas.public(email="later@example.org")
    user = person("later@example.org")
    client = signed_in(user)
    assert idea.get_absolute_url() in links(client, reverse("ideas:mine"))
    assert client.post(reverse("ideas:adopt")).url == reverse("ideas:mine")
    idea.refresh_from_db()
    assert (idea.author, idea.contact.email) == (user.actor, "")
    assert JournalEntry.objects.get(verb="ideas.claim").actor == user.actor
    client.post(reverse("ideas:take-back", args=[idea.reference]))
    assert Idea.objects.get().visibility == Idea.Visibility.TAKEN_BACK
    page = client.get(reverse("ideas:mine")).content.decode()
    assert idea.title in page
    assert reverse("ideas:adopt") not in page


def test_nobody_takes_over_what_somebody_with_an_account_gave_or_nobody_confirmed():
    owner, address = person(), "shared@example.org"
    ideas.public(by=owner.actor, email=address)
    ideas.unconfirmed(email=address)
    forgotten = ideas.public(email=address)
    actions.forget_author(forgotten, by=ideas.staff())
    ideas.public(email="other@example.org")
    assert actions.adopt_ideas(by=person(address).actor) == 0


def test_an_address_that_is_not_confirmed_takes_nothing_over():
    ideas.public(email="later@example.org")
    user = person("later@example.org")
    user.emailaddress_set.update(verified=False)
    assert actions.adopt_ideas(by=user.actor) == 0


def test_who_is_erased_after_taking_over_is_forgotten_with_their_ideas():
    idea = ideas.public(email="later@example.org")
    user = person("later@example.org")
    assert actions.adopt_ideas(by=user.actor) == 1
    first = Idea.objects.get().contact.given_by
    accounts.erase_account(user, by=user.actor)
    first.refresh_from_db()
    assert first.subject_key == ""
    assert not hasattr(Idea.objects.get(pk=idea.pk), "contact")


def test_ones_own_ideas_cost_the_same_however_many(constant_queries):
    user = person()
    constant_queries(
        "/fr/ideas/mine/", lambda: ideas.public(by=user.actor, email=user.email), signed_in(user)
    )
