"""Ideas given by telephone, by post, at the counter or on paper, and claimed later on the web."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry, OutboxMail
from civicthread.ideas import actions, intake
from civicthread.ideas.models import AuthorContact, Idea
from tests import personas
from tests.factories import ideas
from tests.factories.accounts import person
from tests.racing import Together, race

ENTERED = {
    "channel": "phone",
    "language": "nl",
    "title": "Een bank in de schaduw",
    "text": "Ik kan nergens zitten.",
    "name": "Joris Voorbeeld",
    "phone": "02 555 01 23",
}


@pytest.fixture
def office(db) -> Client:
    """A browser of somebody of the Office."""
    return personas.make("staff").client()


def enter(client: Client, **values: str):
    return client.post(reverse("ideas:enter"), ENTERED | values)


def code_on(page: str) -> str:
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)
    assert found
    return found[0]


def test_an_idea_given_by_telephone_is_public_at_once_and_gets_a_receipt(office):
    answer = enter(office)
    idea = Idea.objects.get()
    assert (idea.channel, idea.language, idea.visibility) == ("phone", "nl", "public")
    assert answer.url == reverse("ideas:receipt", args=[idea.reference])
    page = office.get(answer.url).content.decode()
    assert idea.reference in page
    assert f'<article class="receipt stack" lang="{idea.language}">' in page
    assert "/nl/ideas/claim/" in page
    assert AuthorContact.objects.get().claim_digest == intake.claim_digest(code_on(page))
    assert code_on(page) not in str(AuthorContact.objects.values_list())


def test_the_code_is_shown_only_to_whoever_made_it(office):
    address = enter(office).url
    other = personas.make("staff").client()
    assert not re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", other.get(address).content.decode())


def test_a_lost_receipt_gets_a_new_code_and_the_old_one_ends(office):
    address = enter(office).url
    idea, old = Idea.objects.get(), code_on(office.get(address).content.decode())
    office.post(reverse("ideas:renew", args=[idea.reference]))
    new = code_on(office.get(address).content.decode())
    citizen = person().actor
    assert new != old
    with pytest.raises(Refused):
        actions.claim_idea(old, by=citizen)
    assert actions.claim_idea(new, by=citizen).author == citizen
    with pytest.raises(Refused) as refusal:
        actions.renew_claim_code(idea, by=ideas.staff())
    assert refusal.value.code == "not-claimable"


def test_an_idea_from_the_web_has_no_receipt(db):
    with pytest.raises(Refused) as refusal:
        actions.renew_claim_code(ideas.public(), by=ideas.staff())
    assert refusal.value.code == "not-claimable"


def test_the_same_idea_of_the_same_person_is_refused_whatever_the_channel(office):
    enter(office)
    answer = enter(office, channel="counter", phone="02/555.01.23", title="Een BANK in de schaduw", seen="1")
    assert answer.status_code == 422
    assert Idea.objects.get().reference in answer.content.decode()
    assert Idea.objects.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        {"phone": "+32 2 555 01 23"},
        {"phone": "0032 (0)2 555 01 23"},
        {"phone": "(02) 555.01.23 (na 18u)", "name": "J. Voorbeeld"},
        {"email": "joris@example.org"},
        {"email": "joris@example.org", "phone": "+3225550123"},
    ],
)
def test_the_same_person_is_known_again_by_any_notation_and_by_anything_known_of_them(office, again):
    enter(office)
    answer = enter(office, **again, seen="1")
    assert answer.status_code == 422
    assert Idea.objects.get().reference in answer.content.decode()


@pytest.mark.parametrize("given", [{"phone": "02 555 01 24"}, {"phone": "", "email": "an@example.org"}])
def test_the_same_words_of_somebody_else_are_another_idea(office, given):
    enter(office)
    assert enter(office, **given, seen="1").status_code == 302
    assert Idea.objects.count() == 2


def test_a_telephone_number_has_one_notation():
    written = ["02 555 12 34", "+32 2 555.12.34", "0032 (0)2/555 12 34", "tel. (02) 555-12-34, na 18u"]
    assert {intake.dialled(phone) for phone in written} == {"25551234"}
    assert intake.dialled("0470 12 34 56 (avond)") == intake.dialled("+32470123456") == "70123456"
    assert intake.dialled("") == ""


def test_an_idea_nobody_confirmed_is_confirmed_by_a_call(office):
    idea = ideas.unconfirmed(title=ENTERED["title"], text=ENTERED["text"], email="joris@example.org")
    OutboxMail.objects.all().delete()
    answer = enter(office, email="Joris@example.org")
    assert answer.url == reverse("ideas:receipt", args=[idea.reference])
    idea = Idea.objects.get()
    assert (idea.visibility, idea.channel) == ("public", "phone")
    assert (idea.contact.name, idea.contact.phone) == (ENTERED["name"], ENTERED["phone"])
    assert OutboxMail.objects.get().key.startswith("ideas.received")
    code = code_on(office.get(answer.url).content.decode())
    late = Client().get(reverse("ideas:confirm", args=[intake.confirmation_token(idea.pk)]))
    assert late.url == idea.get_absolute_url()
    assert enter(office, email="joris@example.org", seen="1").status_code == 422
    assert enter(office, seen="1").status_code == 422, "known by the telephone number that was added"
    citizen = person().actor
    assert actions.claim_idea(code, by=citizen).author == citizen


def test_an_idea_given_on_the_web_and_again_at_the_counter_is_refused(office):
    given = ideas.submission()
    known = actions.submit_idea(given, by=None)
    actions.confirm_idea(known, by=known.author)
    with pytest.raises(Refused) as refusal:
        actions.enter_idea(given, by=ideas.staff(), channel=Idea.Channel.COUNTER)
    assert refusal.value.facts == {"reference": known.reference}


def test_ideas_that_look_alike_are_shown_before_it_is_kept(office):
    other = ideas.public(title="Een bank in de schaduw bij de halte", language="nl")
    page = enter(office)
    assert page.status_code == 200
    assert other.title in page.content.decode()
    assert Idea.objects.count() == 1
    assert enter(office, seen="1").status_code == 302


def test_somebody_must_be_known_by_something_and_the_form_says_so_beforehand(office):
    with translation.override("en"):
        assert "Give at least one of the three" in office.get(reverse("ideas:enter")).content.decode()
    answer = enter(office, name="", phone="")
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not Idea.objects.exists()


@pytest.mark.parametrize(("phone", "status"), [("abc", 422), ("12 34", 422), ("0470 12 34 56 (avond)", 302)])
def test_a_telephone_number_is_one_that_somebody_can_be_called_at(office, phone, status):
    assert enter(office, phone=phone).status_code == status


def test_an_address_given_on_the_telephone_gets_a_mail_in_the_persons_language(office):
    enter(office, email="joris@example.org")
    mail = OutboxMail.objects.get()
    assert mail.recipient == "joris@example.org"
    assert "/nl/ideas/" in mail.text


def test_an_idea_given_by_telephone_is_claimed_on_the_web(office):
    code = code_on(office.get(enter(office, email="joris@example.org").url).content.decode())
    user = person()
    client = Client()
    personas.sign_in(client, user)
    typed = code.lower().replace("-", " ")
    answer = client.post(reverse("ideas:claim"), {"code": typed})
    idea = Idea.objects.get()
    assert answer.url == idea.get_absolute_url()
    assert idea.author == user.actor
    assert (idea.contact.email, idea.contact.phone, idea.contact.claim_digest) == ("", "", "")
    OutboxMail.objects.all().delete()
    actions.analyse_idea(idea, by=ideas.staff())
    assert OutboxMail.objects.get().recipient == user.email


def test_a_code_opens_once(office):
    code = code_on(office.get(enter(office).url).content.decode())
    first, second = person().actor, person().actor
    actions.claim_idea(code, by=first)
    with pytest.raises(Refused) as refusal:
        actions.claim_idea(code, by=second)
    assert refusal.value.code == "code-unknown"
    assert Idea.objects.get().author == first


@pytest.mark.django_db(transaction=True)
def test_a_code_claimed_by_two_at_once_goes_to_one():
    idea, code = actions.enter_idea(ideas.submission(), by=ideas.staff(), channel=Idea.Channel.PHONE)
    claimers = [person().actor for _ in range(4)]
    outcome = race(4, lambda number: actions.claim_idea(code, by=claimers[number]).author_id)
    assert len(outcome.results) == 1
    assert [type(fault) for fault in outcome.faults] == [Refused] * 3
    idea.refresh_from_db()
    assert idea.author_id == outcome.results[0]


@pytest.mark.django_db(transaction=True)
def test_the_same_race_finds_a_claim_that_only_looks():
    """The negative control: without the lock, everyone who saw the code gets the idea."""
    idea, code = actions.enter_idea(ideas.submission(), by=ideas.staff(), channel=Idea.Channel.PHONE)
    claimers, looked = [person().actor for _ in range(4)], Together(4)

    def unguarded(number: int) -> int:
        contact = AuthorContact.objects.get(claim_digest=intake.claim_digest(code))
        looked.wait()
        intake.hand_over(contact.idea, to=claimers[number])
        return claimers[number].pk

    assert sorted(race(4, unguarded).results) == sorted(claimer.pk for claimer in claimers)
    assert not Idea.objects.get(pk=idea.pk).contact.claim_digest


def test_codes_are_not_guessed_one_after_the_other(db):
    client = personas.make("citizen").client()
    answers = [client.post(reverse("ideas:claim"), {"code": f"AAAA-BBBB-CC{n:02}"}) for n in range(11)]
    words = [str(answer.context["form"].errors["code"]) for answer in answers]
    assert {answer.status_code for answer in answers} == {422}
    assert words[9] != words[10]
    assert words[0] == words[9]


def test_only_the_office_enters_ideas_for_others(db):
    citizen = personas.make("citizen")
    with pytest.raises(Forbidden):
        actions.enter_idea(ideas.submission(), by=citizen.actor, channel=Idea.Channel.PHONE)
    assert citizen.client().get(reverse("ideas:enter")).status_code == 403
    assert not JournalEntry.objects.filter(verb="ideas.enter").exists()


def test_a_claim_code_is_long_and_easy_to_read_aloud():
    codes = {intake.new_claim_code() for _ in range(50)}
    assert len(codes) == 50
    assert not set("".join(codes)) & set("IO01")
    assert intake.claim_digest("k7qf 2mwx 9rta") == intake.claim_digest("K7QF-2MWX-9RTA")
