"""The whole thread as linked data: PROV-O in JSON-LD."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from civicthread.core import thread, walking
from civicthread.core.models import Actor, SearchEntry
from civicthread.core.thread import Key
from civicthread.core.walking import Hop, Walk

CONTENT_TYPE = "application/ld+json"
CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "label": "rdfs:label",
    "kind": "dcterms:type",
    "page": {"@id": "foaf:page", "@type": "@id"},
    "date": {"@id": "dcterms:date", "@type": "xsd:date"},
}
# The types of dates that are known to a year or a month only, by their length.
ROUGHLY = {len("2026"): "xsd:gYear", len("2026-09"): "xsd:gYearMonth"}


def document(found: Walk, *, visible_to: Actor | None) -> dict[str, Any]:
    """Every thing on the thread, the one it is the thread of first: its names, its pages, what it comes from."""
    nodes = {key: _node(key, list(told.entries.values())) for key, told in found.told.items() if told.entries}
    for key, date in _known_roughly([key for key in nodes if "date" not in nodes[key]], visible_to):
        nodes[key]["date"] = {"@value": date, "@type": ROUGHLY[len(date)]}
    for hop in (hop for step in (*found.came_from, *found.became) for hop in step.hops):
        if hop.near in nodes and hop.far in nodes:
            _state(nodes, hop)
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def _known_roughly(keys: Iterable[Key], visible_to: Actor | None) -> Iterator[tuple[Key, str]]:
    """The dates known to a month or a year only: no index has them, so they are read, a kind at a time."""
    for name, pks in walking.by_kind(keys).items():
        kind = thread.kinds()[name]
        for thing in kind.visible(visible_to).filter(pk__in=pks) if kind.when else ():
            if kind.when and len(date := kind.when(thing)) in ROUGHLY:
                yield (name, thing.pk), date


def address(key: Key) -> str:
    """What a thing is called among linked data: the address of its own thread, in no language."""
    kind = thread.kinds()[key[0]]
    return f"{settings.BASE_URL}{reverse('api:core.thread', args=[kind.short_name, key[1]])}"


def _node(key: Key, entries: list[SearchEntry]) -> dict[str, Any]:
    kind = thread.kinds()[key[0]]
    with override("en"):
        label = str(kind.label)
    types = ["prov:Plan", "prov:Entity"] if kind.prov == "Plan" else [f"prov:{kind.prov}"]
    node = {
        "@id": address(key),
        "@type": types,
        "kind": label,
        "label": [{"@value": entry.title, "@language": entry.language} for entry in entries],
        "page": [f"{settings.BASE_URL}/{entry.language}{entry.url}" for entry in entries],
    }
    return node | ({"date": entries[0].dated.isoformat()} if entries[0].dated else {})


def _state(nodes: dict[Key, dict[str, Any]], hop: Hop) -> None:
    """Say the link of the thing its PROV term is said of, once."""
    earlier, later = (hop.near, hop.far) if hop.way == "to" else (hop.far, hop.near)
    term = hop.link.prov
    subject, other = (earlier, later) if term.startswith("^") else (later, earlier)
    said = nodes[subject].setdefault(f"prov:{term.lstrip('^')}", [])
    reference = {"@id": address(other)}
    if reference not in said:
        said.append(reference)
