"""The thread: what kinds of public things there are, how they are linked, and the walk along the links.

Each app describes itself in `thread.py`: `KINDS` says what its things are called, where they stand and who may
see them; `LINKS` names foreign keys that already exist ("led to", "decided by"). Nothing is stored twice.
The same description serves search, the sitemap, "what changed" and the linked-data export.
"""

import datetime
import importlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.db.models import CharField, F, Model, QuerySet, Value
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from civicthread.core.models import Actor
from civicthread.core.text import Text

Direction = Literal["from", "to"]


@dataclass(frozen=True)
class Kind:
    """A kind of public thing. `visible` gives the things that this actor (None: everyone) may see."""

    model: type[Model]
    label: str | Promise
    plural: str | Promise
    title: Callable[[Any], Text | str]
    url: Callable[[Any], str]
    visible: Callable[[Actor | None], QuerySet[Any]]
    summary: Callable[[Any], Text | str] = lambda thing: ""  # noqa: ARG005
    words: Callable[[Any], Iterable[Text | str]] = lambda thing: ()  # noqa: ARG005
    language: Callable[[Any], str] = lambda thing: ""  # noqa: ARG005  # for plain strings: the language they are in
    dated: Callable[[Any], datetime.date | None] = lambda thing: None  # noqa: ARG005
    state: Callable[[Any], tuple[str, str | Promise] | None] = lambda thing: None  # noqa: ARG005  # slug and word
    prov: Literal["Entity", "Activity", "Plan"] = "Entity"
    name: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.model._meta.label_lower)  # noqa: SLF001


@dataclass(frozen=True)
class Link:
    """Two kinds joined by columns of `through`: the earlier thing in `source`, the later in `target`.

    `led` tells the step forward ("led to"), `came` the step back ("comes from").
    """

    earlier: str
    later: str
    through: Callable[[], QuerySet[Any]]
    source: str
    target: str
    led: str | Promise
    came: str | Promise


@dataclass(frozen=True)
class Step:
    """One thing reached on the walk, and how: from which thing, by which link, at what distance."""

    kind: Kind
    thing: Model
    relation: str | Promise
    distance: int
    reached_from: tuple[str, Any]


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of public things, by model label."""
    return {kind.name: kind for kind in _declared("KINDS")}


@cache
def links() -> tuple[Link, ...]:
    """All links between kinds."""
    return tuple(_declared("LINKS"))


def kind_of(thing: Model) -> Kind:
    """The kind a thing is of."""
    return kinds()[thing._meta.label_lower]  # noqa: SLF001


def _declared(name: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.name.startswith("civicthread.") and module_has_submodule(config.module, "thread"):
            yield from getattr(importlib.import_module(f"{config.name}.thread"), name, ())


def walk(
    thing: Model, direction: Direction, *, visible_to: Actor | None, depth: int = 1
) -> list[Step]:
    """The things upstream ("from") or downstream ("to") of a thing, nearest first, as far as the reader may see.

    Costs one query for the links and one per kind reached, at each distance, however many things there are.
    """
    seen: set[tuple[str, Any]] = {(kind_of(thing).name, thing.pk)}
    frontier = seen.copy()
    steps: list[Step] = []
    for distance in range(1, depth + 1):
        reached = {key: how for key, how in _neighbours(frontier, direction).items() if key not in seen}
        found = _visible(reached, visible_to)
        steps += [
            Step(kinds()[key[0]], found[key], relation, distance, origin)
            for key, (relation, origin) in reached.items()
            if key in found
        ]
        frontier = set(found)
        seen |= frontier
        if not frontier:
            break
    return steps


@dataclass(frozen=True)
class Shown:
    """One step as a page shows it."""

    kind: str | Promise
    title: str
    url: str
    relation: str | Promise
    lang: str = ""
    date: datetime.date | None = None
    state: str = ""
    state_label: str | Promise = ""


def ends(thing: Model, *, visible_to: Actor | None) -> dict[str, list[Shown]]:
    """Where a thing comes from and what became of it, one step each way, as the detail layout shows them."""
    return {
        "came_from": [shown(step) for step in walk(thing, "from", visible_to=visible_to)],
        "became": [shown(step) for step in walk(thing, "to", visible_to=visible_to)],
    }


def shown(step: Step) -> Shown:
    """A step with its title in the reader's language."""
    title = step.kind.title(step.thing)
    best = title.shown() if isinstance(title, Text) else None
    lang = best.language if best and best.fallback else ""
    state, label = step.kind.state(step.thing) or ("", "")
    when = step.kind.dated(step.thing)
    return Shown(step.kind.label, str(title), step.kind.url(step.thing), step.relation, lang, when, state, label)


def _neighbours(
    frontier: Collection[tuple[str, Any]], direction: Direction
) -> dict[tuple[str, Any], tuple[str | Promise, tuple[str, Any]]]:
    """The next things along every link, in one query: each with the relation and the thing it was reached from."""
    ids: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in frontier:
        ids[kind].append(pk)
    queries: list[QuerySet[Any, Any]] = []
    used: list[tuple[Link, str, str]] = []
    for link in links():
        here, there = (link.earlier, link.later) if direction == "to" else (link.later, link.earlier)
        near, far = (link.source, link.target) if direction == "to" else (link.target, link.source)
        if here in ids:
            used.append((link, here, there))
            queries.append(
                link.through()
                .filter(**{f"{near}__in": ids[here], f"{far}__isnull": False})
                .order_by()
                .annotate(
                    hop=Value(str(len(used) - 1), CharField()), near_id=F(near), far_id=F(far)
                )
                .values_list("hop", "near_id", "far_id")
            )
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    reached: dict[tuple[str, Any], tuple[str | Promise, tuple[str, Any]]] = {}
    for hop, near_id, far_id in rows:
        link, here, there = used[int(hop)]
        reached.setdefault((there, far_id), (link.led if direction == "to" else link.came, (here, near_id)))
    return reached


def _visible(keys: Iterable[tuple[str, Any]], visible_to: Actor | None) -> dict[tuple[str, Any], Model]:
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    return {
        (kind, thing.pk): thing
        for kind, pks in by_kind.items()
        for thing in kinds()[kind].visible(visible_to).filter(pk__in=pks)
    }
