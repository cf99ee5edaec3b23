"""Links whose later things stand in a list of their own: of hundreds, a page shows the newest and leads to the list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Model, QuerySet, Subquery, Value
from django.utils.translation import gettext

from civicthread.core import formats, thread
from civicthread.core.models import Actor
from civicthread.core.thread import Key, Link

SHOWN = 6


@dataclass(frozen=True)
class Listed:
    """What hangs on a thing by one such link: the newest with their states and notes; the list of all, if any."""

    relation: str
    newest: dict[Key, str]
    notes: Mapping[Key, str]
    url: str
    label: str


def listed(thing: Model, *, visible_to: Actor | None) -> Iterator[Listed]:
    """What this reader may see on each such link of a thing; one query for all links, and one for the notes of each."""
    kind = thread.kind_of(thing)
    links = [
        link for link in thread.links() if link.earlier == kind.name and link.listed and link.leaves(thing)
    ]
    for link, found in zip(links, _newest(links, thing.pk, visible_to), strict=True):
        if found and link.listed:
            newest = {(link.later, pk): state or "" for pk, state, _count in found}
            notes = link.notes(thing, [pk for pk, _state, _count in found]) if link.notes else {}
            said = {(link.later, pk): note for pk, note in notes.items()}
            yield Listed(str(link.led), newest, said, link.listed(thing), _label(link, found[0][2]))


def _newest(links: list[Link], start: Any, visible_to: Actor | None) -> list[list[tuple[Any, str, int]]]:
    """By link: the keys of the newest things and their states, each with the number of all of them."""
    found: list[list[tuple[Any, str, int]]] = [[] for _link in links]
    if links:
        first, *others = (_asked(place, link, start, visible_to) for place, link in enumerate(links))
        for place, pk, state, count in sorted(first.union(*others, all=True), key=lambda row: -row[1]):
            found[place].append((pk, state, count))
    return found


def _asked(place: int, link: Link, start: Any, visible_to: Actor | None) -> QuerySet[Any, Any]:
    kind = thread.kinds()[link.later]
    visible = kind.visible(visible_to)
    found = _joined(link, start, visible)
    # Both are read off an index; to number all rows beside each other would take them all, of thousands too.
    newest = found.order_by("-pk").values("pk")[:SHOWN]
    count = found.order_by().values(by_link=Value(place)).annotate(in_all=Count("pk")).values("in_all")
    facts = (
        visible.filter(pk__in=newest)
        .order_by()
        .annotate(
            by_link=Value(place),
            state_name=F(kind.state) if kind.states else Value("", CharField()),
            in_all=Subquery(count),
        )
    )
    return facts.values_list("by_link", "pk", "state_name", "in_all")  # type: ignore[no-any-return]


def _joined(link: Link, start: Any, among: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """All of these that a link leads to."""
    joined = link.through().filter(**{link.source: start})
    if joined.model is among.model and link.target == among.model._meta.pk.name:  # noqa: SLF001  # Django's own name
        return among & joined
    return among.filter(pk__in=joined.order_by().values(link.target))


def _label(link: Link, count: int) -> str:
    kind = thread.kinds()[link.later]
    words = {"count": formats.number(count), "things": kind.label if count == 1 else kind.plural}
    return gettext("In the list: %(count)s %(things)s") % words
