"""Reads of core: what changed, search results, health."""

import math
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext

from civicthread.core import journal, paging, policy, publishing, search, spelling, thread, walking, work
from civicthread.core.models import Heartbeat, JournalEntry, SearchEntry
from civicthread.core.text import Text, as_text
from civicthread.core.thread import Key, Shown
from civicthread.lake.refusals import StoreFailed
from civicthread.lake.store import Place


@dataclass(frozen=True)
class Change:
    """One line of "what changed"; `because` is why something was withdrawn."""

    when: datetime
    text: str | Promise
    title: str
    url: str
    lang: str
    pk: int
    because: Text


@dataclass(frozen=True)
class Found:
    """One search result."""

    kind: str | Promise
    title: str
    summary: str
    url: str
    language: str
    note: str = ""
    """Which language holds the words, where it is another one than what is shown."""


def changes(*, key: str, size: int = paging.SIZE) -> paging.Page[Any]:
    """A page of what changed; what is hidden for the sake of persons is left out, what was withdrawn is not."""
    page = paging.page(journal.public_entries(), order="-id", key=key, size=size)
    keys = {entry.pk: _key(entry) for entry in page.rows if entry.kind in thread.kinds()}
    things = walking.shown(set(keys.values()), visible_to=None)
    things |= _withdrawn(keys.values() - things.keys())
    rows = [_change(e, things[keys[e.pk]]) for e in page.rows if keys.get(e.pk) in things]
    return paging.Page(rows, page.previous, page.next)


def _key(entry: JournalEntry) -> Key:
    model = thread.kinds()[entry.kind].model
    return entry.kind, model._meta.pk.to_python(entry.object_id)  # noqa: SLF001  # Django's own description


def _withdrawn(keys: Collection[Key]) -> dict[Key, Shown]:
    """What of this was public: it is told by its name, and its address tells why it is withdrawn."""
    return {
        (kind, thing.pk): thread.shown(thing)
        for kind, pks in walking.by_kind(keys).items()
        for thing in publishing.withdrawn(thread.kinds()[kind].model, pks)
    }


def _change(entry: JournalEntry, thing: Shown) -> Change:
    says = policy.table()[entry.verb].told(entry.changes)
    withdrawal = entry.verb.partition(".")[2].startswith("withdraw")
    because = as_text(entry.changes["because"]) if withdrawal else Text()
    return Change(entry.at, says, thing.title, thing.url, thing.lang, entry.pk, because)


@dataclass(frozen=True)
class Results:
    """A page of search results: `more` where the words stand in so many things that only the newest are compared.

    Where nothing was found: `idle` where the words stand everywhere, `meant` what finds something.
    """

    found: list[Found]
    count: int
    more: bool
    idle: bool
    meant: str
    previous: str
    next: str


def results(query: str, *, page: str = "", size: int = paging.SIZE) -> Results:
    """A page of what the words find, each thing once: told in the reader's language, whatever language matched."""
    ranked, best = search.find(query, language=str(get_language())), dict[tuple[str, str], int]()
    for kind, thing, pk in ranked:
        if kind in thread.kinds():
            best.setdefault((kind, thing), pk)
    last = max(math.ceil(len(best) / size), 1)
    number = min(max(int(page), 1), last) if page.isdecimal() and len(page) < 9 else 1
    shown = list(best.values())[(number - 1) * size : number * size]
    known = SearchEntry.objects.in_bulk(shown)
    return Results(
        _each([known[pk] for pk in shown if pk in known]),
        len(best),
        len(ranked) >= search.MOST,
        search.says_nothing(query),
        "" if best else spelling.meant(query),
        str(number - 1) if number > 1 else "",
        str(number + 1) if number < last else "",
    )


def _each(entries: Iterable[SearchEntry]) -> list[Found]:
    best = {(entry.kind, entry.object_id): entry for entry in entries}
    told = best | _told(best, str(get_language()))
    return [_found(told[key], matched=entry.language) for key, entry in best.items()]


def _told(found: Mapping[tuple[str, str], SearchEntry], language: str) -> dict[tuple[str, str], SearchEntry]:
    """What that language calls those of the things that another language found."""
    foreign = {key for key, entry in found.items() if entry.language != language}
    if not foreign:
        return {}
    kinds, numbers = zip(*foreign, strict=True)
    entries = SearchEntry.objects.filter(language=language, kind__in=set(kinds), object_id__in=set(numbers))
    told = {(entry.kind, entry.object_id): entry for entry in entries}
    return {key: told[key] for key in foreign & told.keys()}


def _found(entry: SearchEntry, *, matched: str) -> Found:
    url, kind = f"/{get_language()}{entry.url}", thread.kinds()[entry.kind].label
    note = ""
    if matched != entry.language:
        note = gettext("Found in: %(language)s") % {"language": get_language_info(matched)["name_translated"]}
    return Found(kind, entry.title, entry.summary, url, entry.language, note)


def health() -> dict[str, Any]:
    """What answers and what does not."""
    parts = {"records": _records(), "worker": _worker(), "lake": _lake()}
    return {"healthy": all(parts.values()), **parts}


def _records() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def _worker() -> bool:
    try:
        limit = timezone.now() - work.SILENT - timedelta(seconds=30)
        return Heartbeat.objects.filter(seen_at__gte=limit).exists()
    except DatabaseError:
        return False


def _lake() -> bool:
    place = Place.at(settings.LAKE, settings.LAKE_COPIES)
    if place.store is None:
        return place.folder.is_dir() and os.access(place.folder, os.W_OK)
    try:
        place.store.look()
    except StoreFailed:
        return False
    return True
