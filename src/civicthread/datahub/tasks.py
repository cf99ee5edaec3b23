"""Background doors of the data catalogue: files are loaded here, so that no web worker reads them."""

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from civicthread.core import journal, work
from civicthread.datahub import actions, incoming, queries, upkeep
from civicthread.datahub.models import Dataset, Upload

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
        actions.discard_upload(upload, by=journal.system())
    waiting = set(queries.waiting_uploads().values_list("key", flat=True))
    for stray in incoming.strays(waiting, before=now - LOST):
        stray.unlink(missing_ok=True)


@work.every(timedelta(days=1))
@task()
def keep_the_lake() -> None:
    """Rewrite tables of many files in their order, and let go what no version that is kept needs."""
    by, needed = journal.system(), upkeep.needed()
    for dataset in Dataset.objects.all():
        upkeep.tidy(dataset, by=by)
        upkeep.let_go(dataset, by=by, needed=needed)


@work.every(timedelta(days=1))
@task()
def forget_uploads() -> None:
    """An upload whose outcome is written down for a month is not looked at any more."""
    Upload.objects.filter(ingestion__isnull=False, at__lt=timezone.now() - timedelta(days=30)).delete()
