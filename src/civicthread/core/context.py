"""What every page knows: the city, the navigation, the languages. Costs no query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language

from civicthread.core import policy
from civicthread.core.addresses import address
from civicthread.core.models import Actor
from civicthread.core.policy import actor_of


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Language:
    """The page in another language."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class Site:
    """The Office that answers for this site, in the reader's language."""

    name: str
    office: str
    phone: str
    email: str
    post: str
    counter: str
    phone_hours: str
    counter_hours: str
    demonstration: bool

    @property
    def elsewhere(self) -> bool:
        """Whether one may also call, write and come: only then does a page say so."""
        return bool(self.phone and self.post and self.counter)

    @property
    def reachable(self) -> bool:
        """Whether the Office said any way to reach it."""
        return bool(self.phone or self.post or self.counter or self.email)


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    languages, actor = page_languages(request), actor_of(request)
    return {
        "site": office(),
        "navigation": places(settings.NAVIGATION, request.path),
        # Whether one leads a project is a query: asked where the screens are listed, not on every page.
        "staff_navigation": SimpleLazyObject(lambda: _screens(request.path, actor)),
        "footer": places(settings.FOOTER, request.path),
        "languages": languages,
        "alternates": [(language.code, settings.BASE_URL + language.url) for language in languages],
        "base_url": settings.BASE_URL,
        "canonical": settings.BASE_URL + request.path,
        "actor": actor,
    }


def _screens(path: str, actor: Actor | None) -> list[Place]:
    """The screens of the Office that this person may open."""
    may = {
        verb: policy.may(verb, actor) for verb in dict.fromkeys(row[2] for row in settings.STAFF_NAVIGATION)
    }
    allowed = [(name, label) for name, label, verb in settings.STAFF_NAVIGATION if may[verb]]
    return places(allowed, path)


def office() -> Site:
    """The Office in the active language."""
    city, language = settings.CITY, get_language() or settings.LANGUAGE_CODE
    return Site(
        name=city.in_language(city.name, language),
        office=city.in_language(city.office, language),
        phone=city.contact.get("phone", ""),
        email=city.contact.get("email", ""),
        post=city.in_language(city.post, language),
        counter=city.in_language(city.counter, language),
        phone_hours=city.in_language(city.phone_hours, language),
        counter_hours=city.in_language(city.counter_hours, language),
        demonstration=city.demonstration,
    )


def places(names: Sequence[tuple[str, str | Promise]], path: str) -> list[Place]:
    """Entries of the navigation or the footer, with the place the page stands in marked."""
    found = [(address(name), str(label)) for name, label in names]
    return [Place(url, label, path.startswith(url)) for url, label in found]


def page_languages(request: HttpRequest) -> list[Language]:
    """The page in each language of the city. A view whose page has another address there sets `request.addresses`."""
    current = get_language()
    addresses = getattr(request, "addresses", None) or {}
    rest = request.path[3:] if request.path[1:3] in dict(settings.LANGUAGES) else "/"
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        Language(code, name, addresses.get(code) or f"/{code}{rest}{query}", code == current)
        for code, name in settings.LANGUAGES
    ]
