"""Giving an idea on the web: with and without an account."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from civicthread.core.models import Actor, JournalEntry, OutboxMail
from civicthread.ideas import actions, intake, tasks
from civicthread.ideas.models import Idea
from tests import personas
from tests.factories import ideas
from tests.factories.accounts import person
from tests.racing import race

GIVEN = {
    "title": "Des bancs à l’ombre",
    "text": "Il fait trop chaud pour attendre le tram.",
    "email": "Camille@Example.org",
    "name": "Camille",
}


def give(client: Client, **values: str):
    return client.post(reverse("ideas:new"), GIVEN | values)


def link(idea: Idea) -> str:
    return reverse("ideas:confirm", args=[intake.confirmation_token(idea.pk)])


@pytest.mark.django_db
def test_an_idea_without_an_account_waits_for_its_mail(client):
    assert give(client).url == reverse("ideas:sent")
    idea = Idea.objects.get()
    assert (idea.visibility, idea.contact.email, idea.language) == (
        "unconfirmed",
        "camille@example.org",
        "fr",
    )
    mail = OutboxMail.objects.get()
    assert mail.recipient == "camille@example.org"
    assert idea.reference in mail.subject
    assert link(idea).rsplit("/", 2)[0] in mail.text
    assert client.get(idea.get_absolute_url()).status_code == 404
    assert idea.title not in client.get(reverse("ideas:list")).content.decode()


@pytest.mark.django_db
def test_nobody_has_the_office_mail_their_words_to_an_address_that_is_not_theirs(client):
    words = {
        "title": "Gagnez sur attrape.example",
        "text": "Voyez https://attrape.example",
        "name": "Marchand",
    }
    give(client, **words)
    mail = OutboxMail.objects.get()
    told = mail.subject + mail.text + mail.html
    assert not any(word in told for word in ("Gagnez", "attrape", "Marchand"))


@pytest.mark.django_db
def test_the_idea_keeps_the_language_of_the_page_it_was_given_on(client):
    with translation.override("nl"):
        give(client)
    assert Idea.objects.get().language == "nl"
    assert "/nl/" in OutboxMail.objects.get().text


@pytest.mark.django_db
def test_looking_at_the_link_changes_nothing_and_the_button_confirms(client):
    idea = ideas.unconfirmed()
    page = client.get(link(idea))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    idea.refresh_from_db()
    assert idea.visibility == "unconfirmed"
    assert client.post(link(idea)).url == reverse("ideas:received", args=[idea.reference])
    idea.refresh_from_db()
    assert idea.visibility == "public"
    assert client.get(reverse("ideas:received", args=[idea.reference])).status_code == 200


@pytest.mark.django_db
def test_confirming_twice_changes_nothing_more(client):
    idea = ideas.unconfirmed()
    client.post(link(idea))
    entries = JournalEntry.objects.count()
    assert client.post(link(idea)).status_code == 302
    assert client.get(link(idea)).url == idea.get_absolute_url()
    assert JournalEntry.objects.count() == entries
    assert OutboxMail.objects.filter(key__startswith="ideas.received").count() == 1


@pytest.mark.django_db
def test_a_link_that_is_too_old_or_not_ours_opens_nothing(client, monkeypatch):
    idea = ideas.unconfirmed()
    forged = [
        "x",
        intake.confirmation_token(idea.pk)[:-1],
        signing.dumps(idea.pk, salt="another"),
        signing.dumps("text", salt=intake.SALT),
        signing.dumps([idea.pk], salt=intake.SALT),
    ]
    with monkeypatch.context() as past:
        old = timezone.now() - timedelta(days=intake.CONFIRMATION_DAYS, seconds=5)
        past.setattr("django.core.signing.time.time", old.timestamp)
        forged.append(intake.confirmation_token(idea.pk))
    for token in forged:
        address = reverse("ideas:confirm", args=[token])
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    idea.refresh_from_db()
    assert idea.visibility == "unconfirmed"


@pytest.mark.django_db
def test_a_person_with_an_account_needs_no_mail(client):
    user = person()
    personas.sign_in(client, user)
    assert 'name="email"' not in client.get(reverse("ideas:new")).content.decode()
    answer = give(client)
    idea = Idea.objects.get()
    assert answer.url == reverse("ideas:received", args=[idea.reference])
    assert (idea.visibility, idea.author) == ("public", user.actor)
    assert idea.contact.email == user.email


@pytest.mark.django_db
def test_an_account_whose_address_is_not_confirmed_confirms_by_mail(client):
    user = person()
    user.emailaddress_set.update(verified=False)
    personas.sign_in(client, user)
    assert give(client).url == reverse("ideas:sent")
    assert Idea.objects.get().visibility == "unconfirmed"


@pytest.mark.django_db
def test_the_same_idea_of_the_same_person_is_one_idea_and_one_mail_a_day(client):
    give(client)
    assert give(client, title="des BANCS à l'ombre ", text=GIVEN["text"], seen="1").url == reverse(
        "ideas:sent"
    )
    give(client, seen="1")
    assert Idea.objects.count() == 2, "an apostrophe of another kind is another text"
    assert OutboxMail.objects.count() == 2
    first = Idea.objects.earliest("pk")
    actions.confirm_idea(first, by=first.author)
    give(client, seen="1")
    assert Idea.objects.count() == 2


@pytest.mark.django_db
def test_signing_in_with_the_address_confirms_what_waited_for_the_mail(client):
    user = person("camille@example.org")
    give(client)
    personas.sign_in(client, user)
    give(client)
    idea = Idea.objects.get()
    assert (idea.visibility, idea.author) == ("public", user.actor)


@pytest.mark.django_db(transaction=True)
def test_the_same_idea_sent_many_times_at_once_is_one():
    given = ideas.submission()
    outcome = race(8, lambda number: actions.submit_idea(given, by=None).pk)
    assert outcome.faults == []
    assert len(set(outcome.results)) == 1
    assert Idea.objects.count() == 1
    assert OutboxMail.objects.count() == 1
    assert JournalEntry.objects.filter(verb="ideas.submit").count() == 1


@pytest.mark.django_db
def test_a_filled_trap_gets_the_same_thanks_and_nothing_is_kept(client):
    answer = give(client, website="https://example.org/buy")
    assert answer.url == reverse("ideas:sent")
    assert not Idea.objects.exists()
    assert not OutboxMail.objects.exists()
    assert not Actor.objects.exists()


@pytest.mark.django_db
def test_people_do_not_meet_the_trap(client):
    html = client.get(reverse("ideas:new")).content.decode()
    trap = html.partition('aria-hidden="true"><label')[2].partition("</div>")[0]
    assert 'name="website"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


@pytest.mark.django_db
def test_one_address_of_the_net_gives_only_so_many_ideas_an_hour(client):
    for number in range(20):
        give(client, title=f"Idée {number}", email=f"author{number}@example.org", seen="1")
    answer = give(client, title="One more", email="more@example.org", seen="1")
    assert answer.status_code == 429
    assert Idea.objects.count() == 20
    give(Client(REMOTE_ADDR="10.9.8.7"), title="From elsewhere", seen="1")
    assert Idea.objects.count() == 21


@pytest.mark.django_db
def test_one_mail_address_gets_only_so_many_mails_an_hour():
    for number in range(5):
        give(Client(REMOTE_ADDR=f"10.0.0.{number}"), title=f"Idée {number}", seen="1")
    assert give(Client(REMOTE_ADDR="10.0.0.9"), title="One more", seen="1").status_code == 429
    assert OutboxMail.objects.count() == 5


@pytest.mark.django_db
def test_what_is_missing_or_wrong_is_said_at_its_field(client):
    answer = client.post(reverse("ideas:new"), {"title": " ", "email": "nobody", "area": "99999"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"title", "text", "email", "area"}
    assert not Idea.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("length", [150, 151])
def test_a_title_has_room_for_150_letters(client, length):
    answer = give(client, title="é" * length)
    assert answer.status_code == (302 if length == 150 else 422)


@pytest.mark.django_db
def test_what_no_feed_or_mail_can_carry_is_taken_out(client):
    give(client, title="Un\nbanc\x08 \u202egrand\x00", text="Un\r\ntexte\x0b\ufffe")
    idea = Idea.objects.get()
    assert (idea.title, idea.text) == ("Un banc grand", "Un\ntexte")
    assert "\n" not in OutboxMail.objects.get().subject


@pytest.mark.django_db
def test_a_position_tells_the_municipality(client):
    area = ideas.municipality()
    give(
        client,
        longitude=str(ideas.MIDDLE[0]) + "123",
        latitude=str(ideas.MIDDLE[1]),
        place="Place Sainte-Catherine",
    )
    idea = Idea.objects.get()
    assert (idea.area, idea.longitude, idea.latitude) == (area, *ideas.MIDDLE)
    assert idea.place == "Place Sainte-Catherine"


@pytest.mark.django_db
@pytest.mark.parametrize("point", [("2.35", "48.85"), ("nan", "50.8"), ("181", "50.8"), ("4.35", "inf")])
def test_a_position_outside_the_territory_is_a_mistake(client, point):
    ideas.municipality()
    assert give(client, longitude=point[0], latitude=point[1]).status_code == 422
    assert not Idea.objects.exists()


@pytest.mark.django_db
def test_half_a_position_is_none(client):
    give(client, longitude="4.35", latitude="")
    idea = Idea.objects.get()
    assert (idea.longitude, idea.latitude) == (None, None)


@pytest.mark.django_db
def test_ideas_that_look_alike_are_shown_before_yours_is_sent(client):
    other = ideas.public(title="Plus de bancs à l’ombre des arbres")
    ideas.public(title="Un pont sur le canal", text="Pour passer.")
    page = give(client)
    html = page.content.decode()
    assert page.status_code == 200
    assert other.title in html
    assert "Un pont" not in html
    assert Idea.objects.count() == 2
    hidden = {name: GIVEN[name] for name in GIVEN}
    assert all(f'value="{value}"' in html or value in html for value in hidden.values())
    changed = give(client, change="1")
    assert changed.status_code == 200
    assert changed.templates[0].name == "ideas/new.html"
    assert give(client, seen="1").url == reverse("ideas:sent")
    assert Idea.objects.count() == 3


@pytest.mark.django_db
def test_who_sends_again_what_was_hidden_reads_why():
    citizen = personas.make("citizen")
    client = citizen.client()
    first = give(client)
    idea = Idea.objects.get()
    assert first.url == reverse("ideas:received", args=[idea.reference])
    actions.hide_idea(idea, by=ideas.staff(), because=ideas.BECAUSE)
    again = give(client)
    assert again.url == idea.get_absolute_url()
    assert ideas.BECAUSE["fr"].text in client.get(again.url).content.decode()


@pytest.mark.django_db
def test_hidden_and_unconfirmed_ideas_are_never_shown_as_alike(client):
    title = "Plus de bancs à l’ombre"
    ideas.unconfirmed(title=title)
    ideas.hidden(title=title)
    assert give(client).url == reverse("ideas:sent")


@pytest.mark.django_db
def test_what_nobody_confirmed_is_forgotten_after_its_link_ended():
    stale, fresh, known = ideas.unconfirmed(), ideas.unconfirmed(), ideas.public()
    old = timezone.now() - timedelta(days=intake.CONFIRMATION_DAYS + 2)
    Idea.objects.filter(pk__in=[stale.pk, known.pk]).update(received_at=old)
    assert tasks.discard_unconfirmed.call() == 1
    assert set(Idea.objects.all()) == {fresh, known}
    assert Actor.objects.get(pk=stale.author_id).subject_key == ""
    assert not OutboxMail.objects.filter(recipient=stale.contact.email).exists()
    assert tasks.discard_unconfirmed.call() == 0
