"""Walks along the thread: all that a thing comes from and all that became of it, as far as the reader may see.

The links are followed by keys alone, one query at each distance. Then one query tells which of the things the reader
may see and in which state they are, and one what they are called. So a walk costs the same number of queries however
many things there are, and of however many kinds; only what is not public, and so in no index, is read kind by kind.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.db.models import CharField, F, IntegerField, Model, Q, QuerySet, Value
from django.http import Http404
from django.utils.translation import get_language, gettext

from civicthread.core import journal, listed, publishing, search, thread
from civicthread.core.addresses import address
from civicthread.core.listed import Listed
from civicthread.core.models import Actor, SearchEntry
from civicthread.core.thread import Key, Kind, Link, Shown, Times

Way = Literal["from", "to"]
WAYS: tuple[Way, Way] = ("from", "to")
FARTHEST = 8
# Links followed at each distance: a thread of thousands of steps tells nobody anything.
MOST, MOST_BESIDE = 200, 40
LONGEST_KEY = 18


@dataclass(frozen=True)
class Hop:
    """One link found between two things: from the near one, where the walk stands, to the far one."""

    link: Link
    way: Way
    near: Key
    far: Key


@dataclass(frozen=True)
class Step:
    """One thing on the walk: how far it lies, and the links by which one comes there."""

    key: Key
    distance: int
    hops: list[Hop]

    @property
    def kind(self) -> Kind:
        return thread.kinds()[self.key[0]]

    @property
    def relation(self) -> Any:
        """How it is joined to what it was first reached from."""
        hop = self.hops[0]
        return hop.link.led if hop.way == "to" else hop.link.came


@dataclass(frozen=True)
class Told:
    """What is said of a thing: its entry in each language it has, its state, its times."""

    entries: dict[str, SearchEntry] = field(default_factory=dict)
    state: str = ""
    times: Times | None = None


@dataclass(frozen=True)
class Walk:
    """A walk both ways from one thing, nearest steps first. `more` says that there are links it did not follow."""

    start: Key
    came_from: list[Step]
    became: list[Step]
    told: Mapping[Key, Told]
    more: bool


def walk(
    thing: Model, *, visible_to: Actor | None, depth: int = FARTHEST, most: int = MOST, lists: bool = True
) -> Walk:
    """Walk both ways, through what this reader may see only; `lists` says whether through links with a list too."""
    start = (thread.kind_of(thing).name, thing.pk)
    hops, more = _followed(start, depth, most, lists=lists)
    states = _visible({hop.far for hop in hops}, visible_to)
    came_from, became = (_reached(start, (h for h in hops if h.way == way), states) for way in WAYS)
    on_the_way = dict.fromkeys([start, *(step.key for step in (*came_from, *became))])
    told = {key: Told(state=states.get(key, "")) for key in on_the_way}
    _name(told, visible_to)
    return Walk(start, came_from, became, told, more)


def find(kind_name: str, which: str, *, visible_to: Actor | None) -> Model:
    """The thing that an address names: by its kind ("project") and its reference number, code or primary key."""
    kind = next((k for k in thread.kinds().values() if kind_name in (k.short_name, k.name)), None)
    if kind is None:
        raise Http404
    named, visible = _named_by(kind, which), kind.visible(visible_to)
    if issubclass(kind.model, publishing.Publishable):
        thing: Model = publishing.find(visible, named)
        return thing
    found: Model | None = visible.filter(named).first()
    if found is None:
        raise Http404
    return found


def _named_by(kind: Kind, which: str) -> Q:
    named = Q(pk__in=[])
    for name in {column.name for column in kind.model._meta.fields} & {"reference", "code"}:  # noqa: SLF001
        named |= Q(**{name: which})
    if which.isascii() and which.isdecimal() and len(which) <= LONGEST_KEY:
        named |= Q(pk=int(which))
    return named


def _followed(start: Key, depth: int, most: int, *, lists: bool) -> tuple[list[Hop], bool]:
    """All links both ways, and whether there are more than were followed."""
    found: list[Hop] = []
    seen: dict[Way, set[Key]] = {way: {start} for way in WAYS}
    frontier, more = {way: {start} for way in WAYS}, False
    for _distance in range(depth):
        hops = _hops(frontier, most + 1, lists=lists)
        more, hops = more or len(hops) > most, hops[:most]
        found += hops
        frontier = {way: {hop.far for hop in hops if hop.way == way} - seen[way] for way in WAYS}
        for way in WAYS:
            seen[way] |= frontier[way]
        if not any(frontier.values()):
            break
    return found, more


@dataclass(frozen=True)
class _Path:
    """A link as one walks it: the kinds on the near and the far side, and the columns that name their things."""

    link: Link
    way: Way
    here: str
    there: str
    near: str
    far: str


@cache
def _paths() -> tuple[_Path, ...]:
    return tuple(
        _Path(link, way, link.earlier, link.later, link.source, link.target)
        if way == "to"
        else _Path(link, way, link.later, link.earlier, link.target, link.source)
        for way in WAYS
        for link in thread.links()
        if way == "to" or not link.listed
    )


def _hops(frontier: Mapping[Way, Collection[Key]], most: int, *, lists: bool) -> list[Hop]:
    """The links that leave these things, in one query (in none where no link can leave them)."""
    ids = {way: by_kind(keys) for way, keys in frontier.items()}
    asked = [
        _asked(number, ids[path.way][path.here])
        for number, path in enumerate(_paths())
        if path.here in ids[path.way] and (lists or not path.link.listed)
    ]
    if not asked:
        return []
    text = " UNION ALL ".join(sql for sql, _ in asked)
    values = [value for _, some in asked for value in some]
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY 1, 2, 3 LIMIT {most:d}", values)
        rows = cursor.fetchall()
    found = ((_paths()[number], near, far) for number, near, far in rows)
    return [Hop(path.link, path.way, (path.here, near), (path.there, far)) for path, near, far in found]


def _asked(number: int, pks: list[int]) -> tuple[str, list[Any]]:
    """The query for the far ends of one link from these things, and its values."""
    room = 1 << (len(pks) - 1).bit_length()
    sql, values = _written(number, room)
    placed = [*pks, *pks[-1:] * (room - len(pks))]
    return sql, [placed[-1 - value] if isinstance(value, int) and value < 0 else value for value in values]


@lru_cache(maxsize=1024)
def _written(number: int, room: int) -> tuple[str, tuple[Any, ...]]:
    """The query of one link for so many keys; negative numbers hold their places.

    Django takes longer to write such a query than the records to answer it, and links do not change while it runs.
    """
    path = _paths()[number]
    places = [-1 - place for place in range(room)]
    rows = path.link.through().filter(**{f"{path.near}__in": places, f"{path.far}__isnull": False}).order_by()
    hop = Value(number, IntegerField())
    named = rows.annotate(hop=hop, near_id=F(path.near), far_id=F(path.far))
    return named.values_list("hop", "near_id", "far_id").query.sql_with_params()  # type: ignore[no-any-return]


def by_kind(keys: Iterable[Key]) -> dict[str, list[Any]]:
    """The primary keys of the things of each kind, in order."""
    ids: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in keys:
        ids[kind].append(pk)
    return {kind: sorted(pks) for kind, pks in sorted(ids.items())}


def _visible(keys: Collection[Key], visible_to: Actor | None) -> dict[Key, str]:
    """Those of the things that this reader may see, with their states; one query for all kinds."""
    queries = [_states(thread.kinds()[kind], pks, visible_to) for kind, pks in by_kind(keys).items()]
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    return {(kind, pk): state or "" for kind, pk, state in rows}


def _states(kind: Kind, pks: Collection[Any], visible_to: Actor | None) -> QuerySet[Any, Any]:
    rows = kind.visible(visible_to).order_by().filter(pk__in=pks)
    state = F(kind.state) if kind.states else Value("", CharField())
    named = rows.annotate(kind_name=Value(kind.name, CharField()), state_name=state)
    return named.values_list("kind_name", "pk", "state_name")  # type: ignore[no-any-return]


def _reached(start: Key, hops: Iterable[Hop], seen: Mapping[Key, str]) -> list[Step]:
    """What one comes to through visible things only, nearest first."""
    leaving: dict[Key, list[Hop]] = defaultdict(list)
    for hop in hops:
        if hop.far in seen and hop.far != start:
            leaving[hop.near].append(hop)
    found: dict[Key, Step] = {}
    frontier, distance = [start], 0
    while frontier:
        distance, following = distance + 1, []
        for hop in (hop for near in frontier for hop in leaving[near]):
            if hop.far not in found:
                found[hop.far] = Step(hop.far, distance, [])
                following.append(hop.far)
            found[hop.far].hops.append(hop)
        frontier = following
    return list(found.values())


def shown(keys: Collection[Key], *, visible_to: Actor | None) -> dict[Key, Shown]:
    """Those of the things that this reader may see, as a page shows them; in two queries however many kinds."""
    told = {key: Told(state=state) for key, state in _visible(keys, visible_to).items()}
    _name(told, visible_to)
    found = {key: _shown(key, known) for key, known in told.items()}
    return {key: one for key, one in found.items() if one}


def given(kind: str, pks: Collection[Any]) -> dict[Any, dict[str, list[Model]]]:
    """The states that public things which followed give to each of these things, each with the things that give it.

    Two queries for each link.
    """
    found: dict[Any, dict[str, list[Model]]] = defaultdict(lambda: defaultdict(list))
    for link in thread.links():
        if link.gives and link.earlier == kind:
            joined = link.through().filter(**{f"{link.source}__in": pks}).order_by()
            ends = list(joined.values_list(link.source, link.target))
            later = thread.kinds()[link.later].visible(None).in_bulk({far for _near, far in ends})
            for near, far in ends:
                if far in later:
                    found[near][link.gives(later[far])].append(later[far])
    return found


def _name(told: dict[Key, Told], visible_to: Actor | None) -> None:
    """Tell what the things are called in each language: the index knows the public ones, the records the others."""
    if not told:
        return
    indexed = Q()
    for kind, pks in by_kind(told).items():
        indexed |= Q(kind=kind, object_id__in=[str(pk) for pk in pks])
    by_text = {(kind, str(pk)): entry for (kind, pk), entry in told.items()}
    for entry in SearchEntry.objects.filter(indexed).defer("words", "summary"):
        by_text[entry.kind, entry.object_id].entries[entry.language] = entry
    _read(told, (key for key, known in told.items() if not known.entries), visible_to)


def _read(told: dict[Key, Told], keys: Iterable[Key], visible_to: Actor | None) -> None:
    """What the records themselves tell, times included."""
    for name, pks in by_kind(keys).items():
        kind = thread.kinds()[name]
        for thing in kind.visible(visible_to).filter(pk__in=pks):
            entries = {entry.language: entry for entry in search.names(thing)}
            told[name, thing.pk] = Told(
                entries, told[name, thing.pk].state, kind.times(thing) if kind.times else None
            )


def ends(thing: Model, *, visible_to: Actor | None) -> dict[str, Any]:
    """One step each way, as the detail layout shows them; kinds that stand on a timeline come with their times."""
    kind = thread.kind_of(thing)
    reader = visible_to.pk if visible_to else "everyone"
    name = f"ends-{kind.name}-{thing.pk}-{reader}-{get_language()}"
    came_from, became, lists = journal.kept(name, lambda: _ends(thing, visible_to))
    named = kind.short_name, thread.key_of(thing)
    return {
        "came_from": came_from,
        "became": became,
        "lists": lists,
        "unpublished": publishing.unpublished(thing),
        "thread_url": address("core:thread", *named),
        "linked_data": address("api:core.thread", *named),
    }


def _ends(thing: Model, visible_to: Actor | None) -> tuple[list[Shown], list[Shown], list[Listed]]:
    came_from, became = _beside(thing, visible_to)
    lists = list(listed.listed(thing, visible_to=visible_to))
    told = {key: Told(state=state) for one in lists for key, state in one.newest.items()}
    _name(told, visible_to)
    newest = (
        _shown(key, told[key], relation=one.relation, note=one.notes.get(key, ""))
        for one in lists
        for key in one.newest
    )
    return came_from, [*became, *_there(newest)], lists


def _beside(thing: Model, visible_to: Actor | None) -> tuple[list[Shown], list[Shown]]:
    """What stands beside a thing, by what it means to a reader: a figure comes from its dataset, wherever it stands."""
    found = walk(thing, visible_to=visible_to, depth=1, most=MOST_BESIDE, lists=False)
    told = dict(found.told)
    _read(told, (step.key for step in found.became if step.kind.times is not None), visible_to)
    made_of_it, came_from = _parted(found.came_from)
    made_of, became = _parted(found.became)

    def told_of(*steps: Step) -> list[Shown]:
        return _there(_shown(step.key, told[step.key], relation=step.relation) for step in steps)

    return told_of(*came_from, *made_of), told_of(*became, *made_of_it)


def _parted(steps: Collection[Step]) -> tuple[list[Step], list[Step]]:
    """Steps along links to what something is made from, and the others."""
    return (
        [step for step in steps if step.hops[0].link.is_source],
        [step for step in steps if not step.hops[0].link.is_source],
    )


def from_top_to_bottom(found: Walk) -> list[Shown]:
    """A walk as a page shows it: what came first, the thing itself, what followed."""
    before = [_before(found, step) for step in reversed(found.came_from)]
    here = _shown(found.start, found.told[found.start], current=True)
    return _there([*before, here, *(_after(found, step) for step in found.became)])


def _before(found: Walk, step: Step) -> Shown | None:
    hop = step.hops[0]
    facts = {"relation": hop.link.led, "title": _title(found.told[hop.near])}
    return _shown(step.key, found.told[step.key], note=gettext("%(relation)s: %(title)s") % facts)


def _after(found: Walk, step: Step) -> Shown | None:
    hop = step.hops[0]
    near = hop.near == found.start
    note = "" if near else gettext("from: %(title)s") % {"title": _title(found.told[hop.near])}
    return _shown(step.key, found.told[step.key], relation=step.relation, note=note)


def _there(steps: Iterable[Shown | None]) -> list[Shown]:
    return [step for step in steps if step]


def _title(told: Told) -> str:
    entry = _best(told.entries)
    return entry.title if entry else ""


def _best(entries: Mapping[str, SearchEntry]) -> SearchEntry | None:
    """The entry for this reader: in their language, else in the first the city requires."""
    wanted = (get_language() or settings.LANGUAGE_CODE, *settings.CITY.required, *settings.CITY.languages)
    return next((entries[code] for code in wanted if code in entries), None)


def _shown(
    key: Key, told: Told, *, relation: Any = "", note: str = "", current: bool = False
) -> Shown | None:
    kind, entry, reader = thread.kinds()[key[0]], _best(told.entries), get_language()
    if entry is None:
        return None
    return Shown(
        kind=str(kind.label),
        title=entry.title,
        url=f"/{reader}{entry.url}",
        relation=str(relation),
        lang="" if entry.language == reader else entry.language,
        date=entry.dated,
        state=told.state,
        state_label=str(kind.states(told.state).label) if kind.states and told.state else "",
        times=told.times,
        note=note,
        current=current,
    )
