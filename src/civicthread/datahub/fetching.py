"""From a source's address to a load: the file is fetched into the incoming folder, and its outcome written down."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.models import Actor
from civicthread.datahub import incoming
from civicthread.datahub.models import Fetch, Ingestion, Source, new_upload_key
from civicthread.lake.fetch import Bounds, Fetched, FetchRefused, Known, fetch

Outcome = Fetch.Outcome
WAITS: Final = {
    Source.Every.HOUR: timedelta(hours=1),
    Source.Every.DAY: timedelta(days=1),
    Source.Every.WEEK: timedelta(days=7),
    Source.Every.MONTH: timedelta(days=30),
}
# What the load of a file that came says of the fetch.
OUTCOMES: Final = {
    Ingestion.Outcome.LOADED: Outcome.LOADED,
    Ingestion.Outcome.UNCHANGED: Outcome.UNCHANGED,
    Ingestion.Outcome.REFUSED: Outcome.REFUSED,
}


def next_time(every: str, now: datetime) -> datetime | None:
    """When it is to be fetched again; None where only when asked."""
    wait = WAITS.get(Source.Every(every))
    return now + wait if wait else None


def place() -> Path:
    """Where a file that is being fetched stands; what a crash leaves there is swept away with other strays."""
    return incoming.path_of(new_upload_key()).with_suffix(incoming.UNFINISHED)


def bring(source: Source, path: Path) -> Fetched:
    """Fetch the file, unless the server says that the one we loaded is still the newest."""
    known = Known(source.etag, source.last_modified)
    return fetch(source.address, path, known=known, bounds=_bounds())


def bring_first(address: str, path: Path) -> Fetched:
    """Fetch a file of which nothing is known yet."""
    return fetch(address, path, bounds=_bounds())


def _bounds() -> Bounds:
    return Bounds(
        size=settings.FETCH_BYTES, seconds=settings.FETCH_SECONDS, allow=tuple(settings.FETCH_ALLOW)
    )


def facts_of(refused: FetchRefused) -> dict[str, str]:
    """What stands in the sentence that tells why a file did not come."""
    return {name: str(value)[:200] for name, value in refused.params.items()}


def failed(refused: FetchRefused) -> dict[str, Any]:
    """What is written down of a fetch that failed."""
    return {"outcome": Outcome.FAILED, "code": refused.code, "facts": facts_of(refused)}


def loaded(done: Ingestion, found: Fetched) -> dict[str, Any]:
    """What is written down of a fetch whose file was given to the loader."""
    return {
        "outcome": OUTCOMES[Ingestion.Outcome(done.outcome)],
        "code": done.code,
        "facts": done.facts,
        "size": found.size,
        "ingestion": done,
    }


@transaction.atomic
def note(source: Source, values: dict[str, Any], *, by: Actor, known: Known | None = None) -> Fetch:
    """Write a fetch down. What the server said of the file is kept only where the file could be used: one that was
    refused is fetched again, since the declaration may be mended meanwhile.
    """
    source = Source.objects.select_for_update(of=("self",)).select_related("dataset").get(pk=source.pk)
    if known is not None and values["outcome"] in (Outcome.LOADED, Outcome.UNCHANGED):
        source.etag, source.last_modified = known.etag, known.last_modified
        source.save(update_fields=["etag", "last_modified"])
    done = Fetch.objects.create(source=source, at=timezone.now(), by=by, **values)
    changes = {"address": source.address, "outcome": done.outcome, "code": done.code}
    journal.record("datahub.fetch", source.dataset, by=by, changes=changes)
    return done
