"""Texts and people for the tests of what the Office writes."""

from datetime import date
from typing import Any

from civicthread.accounts.models import Role, User
from civicthread.core.models import Actor
from civicthread.editorial import actions
from civicthread.editorial.models import Edition, NewsPage
from civicthread.editorial.trees import folder
from civicthread.editorial.writing import Draft

TITLE = {"fr": "Des vélos comptés", "nl": "Getelde fietsen", "en": "Bicycles counted"}
SLUG = {"fr": "des-velos-comptes", "nl": "getelde-fietsen", "en": "bicycles-counted"}
INTRO = {"fr": "Le Bureau compte.", "nl": "Het Bureau telt.", "en": "The Office counts."}
BODY: tuple[dict[str, Any], ...] = (
    {"kind": "heading", "text": {"fr": "Comment", "nl": "Hoe", "en": "How"}},
    {
        "kind": "paragraph",
        "text": {"fr": "Avec des bornes.", "nl": "Met palen.", "en": "With posts & <care>."},
    },
    {
        "kind": "list",
        "points": [{"fr": "un", "nl": "een", "en": "one"}, {"fr": "deux", "nl": "twee", "en": "two"}],
    },
    {
        "kind": "quote",
        "text": {"fr": "Cela roule.", "nl": "Het rolt.", "en": "It rolls."},
        "source": {"url": "https://example.org/speech", "publisher": "City of Example"},
    },
)


def draft(key: str = "bikes", languages: tuple[str, ...] = ("fr", "nl", "en"), **changes: Any) -> Draft:
    """A news article in those languages."""
    values: dict[str, Any] = {
        "slug": {code: f"{SLUG[code]}-{key}" for code in languages},
        "title": {code: TITLE[code] for code in languages},
        "intro": {code: INTRO[code] for code in languages},
        "body": BODY,
        "dated": date(2026, 6, 3),
        "sources": ({"url": "https://example.org/bikes", "publisher": "City of Example", "date": "2026-05"},),
    }
    return Draft(key=key, **values | changes)


def staff() -> Actor:
    """Someone of the Office."""
    return Actor.objects.create(roles=[Role.STAFF])


def staff_user() -> User:
    """Someone of the Office who can sign in."""
    actor = Actor.objects.create(roles=[Role.STAFF])
    return User.objects.create_user("office@example.org", "correct horse battery", actor=actor)


def published(by: Actor, key: str = "bikes", **changes: Any) -> Edition:
    """A news article everyone can read."""
    return actions.write_news(draft(key, **changes), by=by)


def pages(edition: Edition) -> dict[str, NewsPage]:
    """The pages of an edition by language, fresh from the database."""
    found = NewsPage.objects.filter(translation_key=edition.translation_key).select_related("locale")
    return {page.locale.language_code: page for page in found}


def page_in(edition: Edition, language: str) -> NewsPage:
    """The page of one language."""
    return pages(edition)[language]


def ready_in_french_and_dutch() -> NewsPage:
    """A news article ready in French and Dutch, not yet public."""
    by = staff()
    page = NewsPage(title="Une nouvelle", intro="En bref.", ready=True, live=False)
    folder(NewsPage, "fr").add_child(instance=page)
    page.save_revision()
    actions.add_translations(page, by=by)
    dutch = NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="nl")
    dutch.title, dutch.intro, dutch.ready = "Een bericht", "Kort.", True
    dutch.save_revision()
    return page


def fields(title: str, *, ready: bool = True, **more: str) -> dict[str, str]:
    """What the form of a news article sends."""
    body = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": title,
    }
    comments = {f"comments-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    values = {"title": title, "slug": "", "dated": "2026-06-03", "intro": f"{title}.", "sources-count": "0"}
    return values | body | comments | ({"ready": "on"} if ready else {}) | more
