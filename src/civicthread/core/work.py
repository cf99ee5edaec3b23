"""The background worker: django-tasks' queue in the records database, with what it lacks.

django-tasks-db keeps tasks and runs them. This adds schedules, retries with back-off, and taking up again the
tasks of a worker that died: docs/decisions/0002 says why. Tasks must bear being run twice.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from civicthread.core.models import Heartbeat, Schedule

logger = logging.getLogger(__name__)

BEAT = timedelta(seconds=10)
SILENT = timedelta(seconds=60)
# A task that failed runs again after these waits; then it stays failed, for a person to see.
WAITS = [timedelta(seconds=s) for s in (10, 60, 300, 1800)]
KEPT = timedelta(days=14)
# A worker that holds more than this when it has nothing left to do begins afresh.
LARGEST_MB = 250


@dataclass(frozen=True)
class Recurring:
    """A task and how often it runs."""

    task: Task[..., Any]
    every: timedelta


_recurring: dict[str, Recurring] = {}


def every(interval: timedelta) -> Callable[[Task[..., Any]], Task[..., Any]]:
    """Run this task again and again: `@every(timedelta(hours=1))` above `@task()`."""

    def register(task: Task[..., Any]) -> Task[..., Any]:
        _recurring[task.module_path] = Recurring(task, interval)
        return task

    return register


def enqueue_due(now: datetime | None = None) -> int:
    """Put every scheduled task that is due into the queue, once, however many workers ask."""
    now, enqueued = now or timezone.now(), 0
    for name, recurring in _recurring.items():
        schedule, _ = Schedule.objects.get_or_create(name=name, defaults={"due_at": now})
        with transaction.atomic():
            due = Schedule.objects.filter(pk=schedule.pk, due_at__lte=now)
            if due.update(due_at=now + recurring.every, last_started_at=now):
                recurring.task.enqueue()
                enqueued += 1
    return enqueued


def beat(worker: str) -> None:
    """Say that this worker is alive."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": timezone.now()})


def take_up_abandoned() -> int:
    """Make ready again the running tasks whose worker fell silent; how many.

    A task that fells every worker that takes it is given up like one that fails again and again.
    """
    limit = timezone.now() - SILENT
    alive = set(Heartbeat.objects.filter(seen_at__gte=limit).values_list("worker", flat=True))
    taken = 0
    for result in DBTaskResult.objects.running():
        if not alive.intersection(result.worker_ids[-1:]):
            # Named by its start too: another keeper may have taken it up, and a living worker claimed it, by now.
            running = DBTaskResult.objects.filter(
                pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
            )
            if len(result.worker_ids) > len(WAITS):
                running.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
            else:
                taken += running.update(status=TaskResultStatus.READY, started_at=None)
    Heartbeat.objects.filter(seen_at__lt=limit).delete()
    return taken


def retry_failed() -> int:
    """Make ready again, after a wait that grows, the tasks that failed and have tries left; how many."""
    retried = 0
    for result in DBTaskResult.objects.failed().filter(finished_at__gte=timezone.now() - timedelta(days=1)):
        tries = len(result.worker_ids)
        if tries <= len(WAITS):
            failed = DBTaskResult.objects.filter(
                pk=result.pk, status=TaskResultStatus.FAILED, finished_at=result.finished_at
            )
            due = result.finished_at + WAITS[tries - 1]
            retried += failed.update(status=TaskResultStatus.READY, run_after=due, finished_at=None)
    return retried


def forget_old() -> None:
    """Finished tasks are kept two weeks."""
    DBTaskResult.objects.filter(
        Q(finished_at__lt=timezone.now() - KEPT),
        status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED],
    ).delete()


def megabytes() -> float:
    """The memory this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class KeptWorker(Worker):
    """A worker of django-tasks-db that also keeps the queue: schedules, retries, recovery.

    `outgrown`: it stopped because of what its tasks left in memory; whoever ran it starts another in its place.
    """

    outgrown = False

    def run_task(self, db_task_result: "DBTaskResult[..., Any]") -> None:
        """Run the task; after the last one that waits, stop where loading and computing left too much behind."""
        super().run_task(db_task_result)
        if (
            self.running
            and not self.batch
            and megabytes() > LARGEST_MB
            and not DBTaskResult.objects.ready().exists()
        ):
            self.outgrown, self.running = True, False

    def run(self) -> None:
        """Work until told to stop; a second thread beats even while a long task runs."""
        beat(self.worker_id)  # before the first task is claimed, or it would look abandoned
        stopped = threading.Event()
        beating = threading.Thread(target=self._keep, args=(stopped,), daemon=True, name="queue-keeper")
        beating.start()
        try:
            super().run()
        finally:
            stopped.set()
            beating.join(timeout=5)

    def _keep(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                keep(self.worker_id)
            except Exception:
                # The queue must outlive a database that is away for a moment.
                logger.exception("The queue could not be kept; trying again")
            close_old_connections()
            stopped.wait(BEAT.total_seconds())
        connections.close_all()


def keep(worker: str) -> None:
    """One round of keeping the queue."""
    beat(worker)
    take_up_abandoned()
    retry_failed()
    enqueue_due()


def make_worker(worker_id: str, *, batch: bool = False, interval: float = 0.5) -> KeptWorker:
    """A worker on the default queue; `batch` ends when nothing is left to do."""
    return KeptWorker(
        queue_names=["default"],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
