"""Links whose later things stand in a list of their own: of hundreds, a page shows the newest and leads to the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Window
from django.utils.translation import gettext

from civicthread.core import formats, thread
from civicthread.core.models import Actor
from civicthread.core.thread import Key, Link

SHOWN = 6


@dataclass(frozen=True)
class Listed:
    """What hangs on a thing by one such link: the newest of them; the list of all with its words, if there is one."""

    relation: str
    newest: list[Key]
    url: str
    label: str


def listed(thing: Model, *, visible_to: Actor | None) -> Iterator[Listed]:
    """What this reader may see on each such link of a thing; one query a link."""
    kind = thread.kind_of(thing)
    for link in thread.links():
        if link.earlier == kind.name and link.listed and (found := _newest(link, thing.pk, visible_to)):
            keys = [(link.later, pk) for pk, _count in found]
            yield Listed(str(link.led), keys, link.listed(thing), _label(link, found[0][1]))


def _newest(link: Link, start: Any, visible_to: Actor | None) -> list[tuple[Any, int]]:
    """The keys of the newest things, each with the number of all of them."""
    joined = link.through().filter(**{link.source: start}).order_by().values(link.target)
    found = thread.kinds()[link.later].visible(visible_to).filter(pk__in=joined).order_by("-pk")
    return list(found.annotate(in_all=Window(Count("pk"))).values_list("pk", "in_all")[:SHOWN])


def _label(link: Link, count: int) -> str:
    kind = thread.kinds()[link.later]
    words = {"count": formats.number(count), "things": kind.label if count == 1 else kind.plural}
    return gettext("In the list: %(count)s %(things)s") % words
