"""Links whose later things stand in a list of their own: of hundreds, a page shows the newest and leads to the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Model, Value, Window
from django.utils.translation import gettext

from civicthread.core import formats, thread
from civicthread.core.models import Actor
from civicthread.core.thread import Key, Link

SHOWN = 6


@dataclass(frozen=True)
class Listed:
    """What hangs on a thing by one such link: the newest with their states; the list of all, if there is one."""

    relation: str
    newest: dict[Key, str]
    url: str
    label: str


def listed(thing: Model, *, visible_to: Actor | None) -> Iterator[Listed]:
    """What this reader may see on each such link of a thing; one query a link."""
    kind = thread.kind_of(thing)
    for link in thread.links():
        if link.earlier == kind.name and link.listed and (found := _newest(link, thing.pk, visible_to)):
            newest = {(link.later, pk): state or "" for pk, state, _count in found}
            yield Listed(str(link.led), newest, link.listed(thing), _label(link, found[0][2]))


def _newest(link: Link, start: Any, visible_to: Actor | None) -> list[tuple[Any, str, int]]:
    """The keys of the newest things and their states, each with the number of all of them."""
    kind = thread.kinds()[link.later]
    joined = link.through().filter(**{link.source: start}).order_by().values(link.target)
    found = kind.visible(visible_to).filter(pk__in=joined).order_by("-pk")
    state = F(kind.state) if kind.states else Value("", CharField())
    told = found.annotate(state_name=state, in_all=Window(Count("pk")))
    return list(told.values_list("pk", "state_name", "in_all")[:SHOWN])


def _label(link: Link, count: int) -> str:
    kind = thread.kinds()[link.later]
    words = {"count": formats.number(count), "things": kind.label if count == 1 else kind.plural}
    return gettext("In the list: %(count)s %(things)s") % words
