"""Public things to publish, find and link in the tests of core: organisations, and what hangs from them."""

import itertools
from collections.abc import Mapping
from typing import Any

from civicthread.core import search
from civicthread.core.publishing import mark_published
from civicthread.stakeholders.models import Helix, Organisation

_numbers = itertools.count(1)


def make_organisation(name: Mapping[str, str] | None = None, **values: Any) -> Organisation:
    """A draft; with a name in all required languages unless another is given."""
    number = next(_numbers)
    name = name if name is not None else {"fr": f"Organisation {number}", "nl": f"Organisatie {number}"}
    return Organisation.objects.create(code=f"organisation-{number}", name=name, helix=Helix.PUBLIC, **values)


def publish_organisation(name: Mapping[str, str] | None = None, **values: Any) -> Organisation:
    organisation = make_organisation(name, **values)
    mark_published(organisation)
    return organisation


def found(kind: str, query: str) -> list[str]:
    """The primary keys of the things of that kind that a search in French finds."""
    hits = search.find(query, language="fr")
    return list(dict.fromkeys(key for name, key, _entry in hits if name == kind))
