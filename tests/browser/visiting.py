"""The ways of visiting an address: what stands in VISITS, by the address's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civicthread.core.publishing import Publication
from tests.browser.site import Site

Arguments = Callable[[Site], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page for people: by whom, and with which arguments in its address."""

    arguments: Arguments = lambda site: {}  # most addresses have none
    persona: str = "visitor"
    query: str = ""
    status: int = 200


@dataclass(frozen=True)
class File:
    """Something for programs: it must answer, and be no HTML page."""

    arguments: Arguments = lambda site: {}
    persona: str = "visitor"


@dataclass(frozen=True)
class OnlyPost:
    """A form's target: reading it is refused."""

    arguments: Arguments = lambda site: {}
    persona: str = "administrator"


@dataclass(frozen=True)
class Elsewhere:
    """An address that cannot be visited out of its context; a test of its own visits it."""

    reason: str


def published(model: Any, key: str) -> Arguments:
    """The key of a published thing, as the address names it."""
    return lambda site: {
        key: model.objects.filter(publication=Publication.PUBLISHED).values_list(key, flat=True)[0]
    }


def first(model: Any, key: str) -> Arguments:
    return lambda site: {key: model.objects.values_list(key, flat=True)[0]}


Visit = Page | File | OnlyPost | Elsewhere
