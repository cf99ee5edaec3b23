"""Reads of core: what changed, search results, health."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from civicthread.core import journal, paging, policy, thread, walking, work
from civicthread.core.models import Heartbeat, JournalEntry, SearchEntry
from civicthread.core.thread import Key, Shown
from civicthread.lake.refusals import StoreFailed
from civicthread.lake.store import Place


@dataclass(frozen=True)
class Change:
    """One line of "what changed"."""

    when: datetime
    text: str | Promise
    title: str
    url: str
    lang: str
    pk: int


@dataclass(frozen=True)
class Found:
    """One search result."""

    kind: str | Promise
    title: str
    summary: str
    url: str
    language: str


def changes(*, key: str, size: int = paging.SIZE) -> paging.Page[Any]:
    """A page of what changed; things the public may no longer see are left out."""
    page = paging.page(journal.public_entries(), order="-id", key=key, size=size)
    keys = {entry.pk: _key(entry) for entry in page.rows if entry.kind in thread.kinds()}
    things = walking.shown(set(keys.values()), visible_to=None)
    rows = [_change(e, things[keys[e.pk]]) for e in page.rows if keys.get(e.pk) in things]
    return paging.Page(rows, page.previous, page.next)


def _key(entry: JournalEntry) -> Key:
    model = thread.kinds()[entry.kind].model
    return entry.kind, model._meta.pk.to_python(entry.object_id)  # noqa: SLF001  # Django's own description


def _change(entry: JournalEntry, thing: Shown) -> Change:
    says = policy.table()[entry.verb].says
    return Change(entry.at, says, thing.title, thing.url, thing.lang, entry.pk)


def results(entries: Iterable[SearchEntry]) -> list[Found]:
    """Search results, each thing once: in the reader's language where it has one."""
    best: dict[tuple[str, str], SearchEntry] = {}
    for entry in entries:
        best.setdefault((entry.kind, entry.object_id), entry)
    reader = get_language()
    return [
        Found(thread.kinds()[e.kind].label, e.title, e.summary, f"/{reader}{e.url}", e.language)
        for e in best.values()
        if e.kind in thread.kinds()
    ]


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
