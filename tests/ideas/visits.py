"""How the crawler visits ideas."""

from typing import Any

from civicthread.ideas import intake
from civicthread.ideas.models import Idea, Need
from tests.browser.site import Site
from tests.browser.visiting import Elsewhere, OnlyPost, Page, Visit, bare, forms, published, targets
from tests.factories import ideas

NEED = published(Need, "reference")


def idea(_site: Site) -> dict[str, Any]:
    """An idea that everyone may read."""
    found = Idea.objects.filter(visibility=Idea.Visibility.PUBLIC)
    return {"reference": found.values_list("reference", flat=True)[0]}


def token(_site: Site) -> dict[str, Any]:
    """What the mail to an author holds who has not confirmed yet."""
    return {"token": intake.confirmation_token(ideas.unconfirmed().pk)}


VISITS: dict[str, list[Visit]] = {
    "ideas:list": [Page(), Page(query="q=zzzz"), Page(persona="citizen")],
    "ideas:idea": [Page(idea), Page(idea, persona="citizen"), Page(idea, persona="staff")],
    "ideas:needs": [Page()],
    "ideas:need": [Page(NEED)],
    "ideas:new": [Page(), Page(persona="citizen")],
    "ideas:sent": [Page()],
    "ideas:received": [Page(idea)],
    "ideas:confirm": [Page(token)],
    "ideas:claim": [Page(persona="citizen")],
    "ideas:mine": [Page(persona="citizen")],
    "ideas:adopt": [OnlyPost()],
    "ideas:report": [Page(idea, persona="citizen")],
    "ideas:take-back": [Elsewhere("for its author only: tests/ideas")],
    "ideas:receipt": [Elsewhere("once, after an entry: tests/ideas/test_entry.py")],
    **forms("ideas", bare, "enter queue need-desk new-need"),
    **forms("ideas", idea, "desk answer merge forget hide"),
    **forms("ideas", NEED, "write-need withdraw-need"),
    **targets("ideas", idea, "analyse dismiss renew show take-out"),
    **targets("ideas", NEED, "publish-need"),
    "ideas:support": [OnlyPost(idea, persona="citizen")],
    "ideas:withdraw": [OnlyPost(idea, persona="citizen")],
}
