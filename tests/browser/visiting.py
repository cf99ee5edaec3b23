"""The ways of visiting an address: what stands in VISITS, by the address's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civicthread.core.publishing import Publication
from tests.browser.site import Site

Arguments = Callable[[Site], dict[str, Any]]


def bare(_site: Site) -> dict[str, Any]:
    """Most addresses hold no arguments."""
    return {}


@dataclass(frozen=True)
class Page:
    """A page for people: by whom, and with which arguments in its address."""

    arguments: Arguments = bare
    persona: str = "visitor"
    query: str = ""
    status: int = 200


@dataclass(frozen=True)
class File:
    """Something for programs: it must answer, and be no HTML page. `once`: in one language, as making it is dear."""

    arguments: Arguments = bare
    persona: str = "visitor"
    query: str = ""
    once: bool = False


@dataclass(frozen=True)
class OnlyPost:
    """A form's target: reading it is refused."""

    arguments: Arguments = bare
    persona: str = "administrator"


@dataclass(frozen=True)
class Elsewhere:
    """An address that cannot be visited out of its context; a test of its own visits it."""

    reason: str


def published(model: Any, key: str, name: str = "") -> Arguments:
    """The key of a published thing, under the name it has in the address."""
    found = model.objects.filter(publication=Publication.PUBLISHED).values_list(key, flat=True)
    return lambda site: {name or key: found.all()[0]}


def first(model: Any, key: str) -> Arguments:
    return lambda site: {key: model.objects.values_list(key, flat=True)[0]}


Visit = Page | File | OnlyPost | Elsewhere


def forms(app: str, arguments: Arguments, names: str, persona: str = "staff") -> dict[str, list[Visit]]:
    """Pages of the Office on the same thing."""
    return {f"{app}:{name}": [Page(arguments, persona)] for name in names.split()}


def targets(app: str, arguments: Arguments, names: str, persona: str = "staff") -> dict[str, list[Visit]]:
    """Targets of forms about the same thing."""
    return {f"{app}:{name}": [OnlyPost(arguments, persona)] for name in names.split()}
