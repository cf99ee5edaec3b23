"""Ideas and needs for programs."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from civicthread.core.models import OutboxMail
from civicthread.ideas import actions
from civicthread.ideas.models import Idea
from tests import personas
from tests.factories import ideas
from tests.factories.accounts import person
from tests.factories.ideas import ANSWER

pytestmark = pytest.mark.django_db
API = "/api/v1"
GIVEN = {"title": "Des bancs", "text": "À l’ombre.", "language": "nl", "email": "Camille@example.org"}


def listed(query: str = "") -> list[str]:
    return [idea["reference"] for idea in Client().get(f"{API}/ideas{query}").json()["results"]]


def test_an_idea_is_told_whole():
    area = ideas.municipality()
    where = {"area": area, "place": "Place", "longitude": 4.3525, "latitude": 50.8467}
    idea = ideas.answered(name="Camille", show_name=True, language="nl", **where)
    actions.support_idea(idea, by=person().actor)
    found = Client().get(f"{API}/ideas/{idea.reference}").json()
    answers = found.pop("answers")
    received = found.pop("received_at")
    assert found == {
        "reference": idea.reference,
        "title": idea.title,
        "text": idea.text,
        "language": "nl",
        "state": "retained",
        "channel": "web",
        "author": "Camille",
        "area": "21004",
        "place": "Place",
        "longitude": 4.3525,
        "latitude": 50.8467,
        "need": None,
        "supports": 1,
        "demonstration": False,
        "address": f"{settings.BASE_URL}/nl/ideas/{idea.reference}/",
    }
    assert answers[0]["text"] == {"fr": "Oui, parce que.", "nl": "Ja, omdat.", "en": "Yes, because."}
    assert timezone.datetime.fromisoformat(received).tzinfo


def test_nothing_personal_is_told():
    idea = ideas.public(name="Dominique", phone="02 555 01 23")
    text = (
        Client().get(f"{API}/ideas").content.decode()
        + Client().get(f"{API}/ideas/{idea.reference}").content.decode()
    )
    for kept in ("Dominique", "02 555", idea.contact.email):
        assert kept not in text


def test_what_is_not_public_is_not_there():
    ideas.hidden()
    ideas.taken_back()
    staff = personas.make("staff").client()
    assert staff.get(f"{API}/ideas/{ideas.unconfirmed().reference}").status_code == 404
    assert staff.get(f"{API}/ideas/IDEA-1999-0001").status_code == 404
    assert listed() == []


@pytest.mark.parametrize("who", ["visitor", "staff"])
def test_what_is_public_no_more_says_why(who):
    client = personas.make("staff").client() if who == "staff" else Client()
    for idea, told in ((ideas.hidden(), "Données privées."), (ideas.taken_back(), "Son auteur l’a reprise")):
        answer = client.get(f"{API}/ideas/{idea.reference}", headers={"Accept-Language": "fr"})
        problem = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.status_code, problem["status"]) == (410, 410)
        assert problem["type"] == f"urn:civicthread:{idea.visibility.replace('_', '-')}"
        assert problem["title"].startswith(told)
        assert idea.title not in answer.content.decode()


def test_filters_and_order():
    area = ideas.municipality()
    here, dutch = ideas.public(title="Velours", area=area), ideas.public(title="Fluweel", language="nl")
    silk = ideas.answered(title="Soie")
    assert listed() == [silk.reference, dutch.reference, here.reference]
    assert listed("?order=title") == [dutch.reference, silk.reference, here.reference]
    assert listed("?area=21004") == listed("?query=velours") == [here.reference]
    assert listed("?language=nl") == [dutch.reference]
    assert listed("?state=retained") == [silk.reference]


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "order=x",
        "limit=0",
        "limit=101",
        "limit=x",
        "area=%00",
        "language=a%20b",
        "language=zz",
        "area=99999",
        "query=" + "x" * 201,
    ],
)
def test_a_value_that_makes_no_sense_is_told(query):
    answer = Client().get(f"{API}/ideas?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_long_list_is_read_by_following_the_addresses():
    made = [ideas.public().reference for _ in range(5)]
    shown, address = [], f"{API}/ideas?limit=2&order=newest"
    while address:
        page = Client().get(address.removeprefix(settings.BASE_URL)).json()
        shown.append([idea["reference"] for idea in page["results"]])
        address = page["next"]
    assert shown == [made[4:2:-1], made[2:0:-1], made[:1]]
    assert page["previous"]


def test_lists_cost_the_same_however_long(constant_queries):
    constant_queries(f"{API}/ideas", lambda: ideas.public(name="C", show_name=True))
    constant_queries(f"{API}/needs", ideas.need)


def test_needs_are_told_with_how_many_ideas_they_regroup():
    need, idea = ideas.need(), ideas.public()
    ideas.need(published=False)
    actions.merge_idea(idea, need, by=ideas.staff(), number=1, text=ANSWER)
    page = Client().get(f"{API}/needs").json()
    assert [(found["reference"], found["ideas"]) for found in page["results"]] == [(need.reference, 1)]
    assert Client().get(f"{API}/needs/{need.reference}").json() == page["results"][0]
    assert Client().get(f"{API}/ideas/{idea.reference}").json()["need"] == need.reference
    assert Client().get(f"{API}/needs/NEED-1999-0001").status_code == 404


def give(client: Client, **values):
    return client.post(f"{API}/ideas", GIVEN | values, content_type="application/json")


def test_an_idea_without_an_account_waits_for_its_mail():
    answer = give(Client())
    assert (answer.status_code, answer.json()) == (
        202,
        {"confirmed": False, "reference": None, "address": None},
    )
    idea = Idea.objects.get()
    assert (idea.visibility, idea.language, idea.contact.email) == (
        "unconfirmed",
        "nl",
        "camille@example.org",
    )
    assert "/nl/ideas/confirm/" in OutboxMail.objects.get().text


def test_an_idea_of_a_person_with_an_account_is_public():
    answer = give(personas.make("citizen").client())
    idea = Idea.objects.get()
    assert (answer.status_code, answer.json()["reference"]) == (201, idea.reference)
    assert idea.visibility == "public"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"title": None}, "title"),
        ({"language": "de-BE"}, "language"),
        ({"longitude": 4.35}, "latitude"),
        ({"latitude": 50.85}, "longitude"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"area": "99999"}, "area"),
        ({"language": "de"}, "language"),
        ({"longitude": 2.35, "latitude": 48.85}, "place"),
        ({"longitude": 181, "latitude": 1}, "longitude"),
    ],
)
def test_what_is_missing_or_wrong_is_told(values, field):
    answer = give(Client(), **values)
    assert answer.status_code == 422
    assert [mistake["field"] for mistake in answer.json()["errors"]] == [field]
    assert not Idea.objects.exists()


def test_the_same_limits_hold_as_on_the_page():
    answers = [give(Client(), title=f"Idée {number}").status_code for number in range(6)]
    assert answers == [202] * 5 + [429]
    assert give(Client(), title="One more").json()["type"] == "urn:civicthread:too-many"


def test_a_person_supports_once_and_takes_it_back():
    idea, client = ideas.public(), personas.make("citizen").client()
    for way, backing in (
        ("support", {"supports": 1, "supported": True}),
        ("support", {"supports": 1, "supported": True}),
        ("support/withdraw", {"supports": 0, "supported": False}),
    ):
        assert client.post(f"{API}/ideas/{idea.reference}/{way}").json() == backing


def test_a_session_changes_nothing_without_its_token():
    idea, persona = ideas.public(), personas.make("citizen")
    strict = Client(enforce_csrf_checks=True)
    personas.sign_in(strict, persona.user)
    for path, values in ((f"ideas/{idea.reference}/support", {}), ("ideas", GIVEN)):
        assert strict.post(f"{API}/{path}", values, content_type="application/json").status_code == 403
        assert strict.post(f"{API}/{path}", "{}", content_type="text/plain").status_code == 403
    assert (idea.supports.count(), Idea.objects.count()) == (0, 1)
    strict.get(idea.get_absolute_url())
    token = strict.cookies["csrftoken"].value
    answer = strict.post(f"{API}/ideas/{idea.reference}/support", headers={"X-CSRFToken": token})
    assert answer.json() == {"supports": 1, "supported": True}
