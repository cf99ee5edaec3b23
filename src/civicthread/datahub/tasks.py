"""Background doors of the data catalogue: files are loaded here, so that no web worker reads them."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from civicthread.core import journal, work
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.datahub import actions, alarms, drafts, fetching, incoming, programme, queries
from civicthread.datahub.models import Dataset, Fetch, Source, Upload

logger = logging.getLogger(__name__)

# A load that takes longer than this was lost, not slow; a file nobody described for a day is left over.
LOST = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)


@task()
def load(key: str) -> str:
    """Load a received file; its outcome, or nothing where the file is gone already."""
    upload = queries.upload(key)
    if upload is None:
        return ""
    try:
        return str(actions.load_upload(upload, by=upload.by).outcome)
    except Exception:
        # Whatever went wrong, the steward hears that it did, and the file that was good stays.
        logger.exception("a received file could not be loaded")
        return str(actions.give_up_upload(upload, by=journal.system()).outcome)


@task()
def fetch_first(key: str) -> bool:
    """Fetch the first file of a dataset; whether it can be described now."""
    upload = queries.upload(key)
    if upload is None or upload.dataset or upload.suggestion:
        return False
    return drafts.fetch_first(upload, by=upload.by).is_looked_at


@work.every(timedelta(minutes=10))
@task()
def keep_up() -> None:
    """Finish what a crash interrupted: versions without a record, files without an outcome, files without a record."""
    for dataset in Dataset.objects.all():
        actions.catch_up(dataset, by=journal.system())
    now = timezone.now()
    for upload in queries.waiting_uploads().filter(dataset__isnull=False, at__lt=now - LOST):
        load.enqueue(upload.key)
    for upload in queries.waiting_uploads().filter(dataset__isnull=True, at__lt=now - FORGOTTEN):
        with suppress(Refused):  # somebody makes a dataset of it at this moment
            actions.discard_upload(upload, by=journal.system())
    for dataset in Dataset.objects.all():
        actions.show_again(dataset, by=journal.system())
    waiting = set(queries.waiting_uploads().values_list("key", flat=True))
    for stray in incoming.strays(waiting, before=now - LOST):
        stray.unlink(missing_ok=True)


@task()
def fetch(pk: int, by: int) -> str:
    """Fetch the file of a source for the person who asked, or for the schedule; its outcome."""
    source = queries.source(pk)
    return str(actions.fetch_source(source, by=Actor.objects.get(pk=by)).outcome) if source else ""


@work.every(timedelta(minutes=5))
@task()
def fetch_due() -> int:
    """Ask for every source whose time has come, once; how many."""
    asked = 0
    for source in queries.due_sources(timezone.now()):
        following = fetching.next_time(source.every, timezone.now())
        if Source.objects.filter(pk=source.pk, due_at=source.due_at).update(due_at=following):
            fetch.enqueue(source.pk, journal.system().pk)
            asked += 1
    return asked


@task()
def show_again(pk: int) -> None:
    """Make preview and profile anew after the rule on small cells changed."""
    dataset = Dataset.objects.filter(pk=pk).first()
    if dataset:
        actions.show_again(dataset, by=journal.system())


@work.every(timedelta(hours=12))
@task()
def look_at_all() -> None:
    """Time passes without a load: what was up to date yesterday may be stale today."""
    for dataset in Dataset.objects.all():
        alarms.look(dataset, today=timezone.localdate())


@work.every(timedelta(hours=1))
@task()
def publish_tables() -> int:
    """Write the programme's own tables to the lake where their rows changed; how many did."""
    return len(programme.publish_tables(by=journal.system()).changed)


@work.every(timedelta(days=1))
@task()
def keep_the_lake() -> None:
    """Rewrite tables of many files in their order, and let go what no version that is kept needs."""
    from civicthread.datahub import tidying  # noqa: PLC0415  # heavy: only the worker that does it needs it

    by, needed = journal.system(), tidying.needed()
    for dataset in Dataset.objects.all():
        tidying.tidy(dataset, by=by)
        tidying.let_go(dataset, by=by, needed=needed)


@work.every(timedelta(days=1))
@task()
def forget_uploads() -> None:
    """An upload whose outcome is written down for a month is not looked at any more, nor an old fetch."""
    month = timezone.now() - timedelta(days=30)
    Upload.objects.filter(ingestion__isnull=False, at__lt=month).delete()
    Fetch.objects.filter(outcome=Fetch.Outcome.UNCHANGED, at__lt=month).delete()
