"""What people type is shown as they typed it, and never runs: on pages, in mails, in the API, in feeds."""

import html
import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from civicthread.core.models import OutboxMail
from civicthread.core.text import Text
from civicthread.ideas import actions
from civicthread.ideas.models import Idea
from tests import personas
from tests.factories import ideas

pytestmark = pytest.mark.django_db
PAYLOADS = (
    "<script>marker()</script>",
    '"><img src=x onerror=marker()>',
    "'><svg/onload=marker()>",
    "{{ marker }}{% load marker %}",
    "]]><marker/>",
    "</title><marker>",
    "javascript:marker()",
)


class Found(HTMLParser):
    """What a browser would run or follow of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self._script = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self._script = tag == "script"
        if tag in ("marker", "svg/onload=marker()") or values.get("src") == "x":
            self.dangers.append(tag)
        self.dangers += [
            f"{tag} {name}" for name, value in attrs if name.startswith("on") and "marker" in (value or "")
        ]
        self.dangers += [
            tag for name in ("href", "src", "action") if (values.get(name) or "").startswith("javascript:")
        ]

    def handle_data(self, data):
        if self._script and "marker" in data:
            self.dangers.append("script")


def dangers(page: str) -> list[str]:
    found = Found()
    found.feed(page)
    return found.dangers


def test_the_reader_finds_what_would_run():
    """The negative control: each payload that is markup is seen when it is not escaped."""
    assert [bool(dangers(f"<p>{payload}</p>")) for payload in PAYLOADS[:3]] == [True] * 3
    assert dangers('<a href="javascript:marker()">')
    assert not dangers("<p>&lt;script&gt;marker()&lt;/script&gt;</p>")


@pytest.fixture(params=PAYLOADS)
def payload(request) -> str:
    return request.param


def everywhere(payload: str) -> Idea:
    """An idea, its answer, its need, a report, all made of the payload."""
    text = Text.of({"fr": payload, "nl": payload, "en": payload})
    by = ideas.staff()
    given = ideas.submission(
        title=payload, text=payload, name=payload, show_name=True, place=payload, phone=payload
    )
    idea = actions.submit_idea(given, by=None)
    actions.confirm_idea(idea, by=idea.author)
    actions.answer_idea(idea, by=by, number=1, state="retained", text=text)
    need = ideas.need(by=by, title=text, description=text)
    actions.merge_idea(idea, need, by=by, number=2, text=text)
    actions.report_idea(idea, by=None, reason=payload)
    idea.refresh_from_db()
    return idea


def test_nothing_runs_on_any_page(payload):
    idea = everywhere(payload)
    need = idea.need
    office, visitor = personas.make("staff").client(), Client()
    public = ["", f"{idea.reference}/", f"{idea.reference}/received/", f"{idea.reference}/report/", "needs/"]
    public += [f"needs/{need.reference}/", f"?query={payload}"]
    staff = ["queue/?state=all", "needs/", f"needs/{need.reference}/"]
    staff += [
        f"queue/{idea.reference}/{step}" for step in ("", "answer/", "merge/", "hide/", "forget/", "receipt/")
    ]
    pages = [visitor.get(f"/fr/ideas/{place}") for place in public]
    pages += [office.get(f"/fr/ideas/office/{place}") for place in staff]
    pages += [visitor.get(f"/fr/{place}") for place in ("search/?q=marker", "changes/", "")]
    for page in pages:
        assert page.status_code == 200, page.request["PATH_INFO"]
        assert dangers(page.content.decode()) == [], page.request["PATH_INFO"]
    assert payload in html.unescape(pages[1].content.decode()), "it is shown as it was typed"


def test_nothing_runs_where_a_reason_is_shown(payload):
    idea = ideas.public(title=payload)
    actions.hide_idea(idea, by=ideas.staff(), because=Text.of({"fr": payload, "nl": payload}))
    answer = Client().get(idea.get_absolute_url())
    assert answer.status_code == 410
    assert dangers(answer.content.decode()) == []


def test_nothing_runs_in_a_form_that_comes_back(payload):
    ideas.public(title="Un grand marker dans la ville", text="Un marker.")
    given = {
        "title": f"Un grand marker ville {payload}",
        "text": payload,
        "email": "a@example.org",
        "place": payload,
    }
    for values in (
        given,
        given | {"email": payload},
        given | {"name": payload, "seen": "1", "area": payload},
    ):
        answer = Client().post(reverse("ideas:new"), values)
        assert answer.status_code in {200, 422}
        assert dangers(answer.content.decode()) == []


def test_mails_say_it_in_plain_words(payload):
    everywhere(payload)
    # The mail that asks for a confirmation holds none of it: tests/ideas/test_giving.py.
    mails = list(OutboxMail.objects.exclude(key__startswith="ideas.confirm"))
    assert len(mails) == 3
    for mail in mails:
        assert dangers(mail.html) == []
        assert payload in mail.text or payload in mail.subject
        assert "\n" not in mail.subject


def test_the_api_and_the_feed_carry_it_as_data(payload):
    idea = everywhere(payload)
    answer = Client().get(f"/api/v1/ideas/{idea.reference}")
    shown = json.loads(answer.content)
    assert (shown["title"], shown["text"], shown["author"], shown["place"]) == (payload,) * 4
    assert answer["Content-Type"].startswith("application/json")
    feed = ET.fromstring(Client().get("/fr/changes.atom").content)
    assert payload in "".join(feed.itertext())
    ET.fromstring(Client().get("/sitemap-ideas.idea-1.xml").content)
