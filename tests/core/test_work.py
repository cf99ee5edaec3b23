import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from civicthread.core import work
from civicthread.core.models import Heartbeat, Schedule
from tests.core import jobs

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_else_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own background work stays out of these tests."""
    monkeypatch.setattr(work, "_recurring", {})
    DBTaskResult.objects.all().delete()


def ours() -> DBTaskResult:
    """The task of this test; a real worker enqueues the product's own beside it."""
    return DBTaskResult.objects.get(task_path__startswith=jobs.__name__)


def until(condition: Callable[[], object]) -> None:
    """Wait for what another process does; a deadline only so that a failure ends."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real background worker on the database of this test."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    environment.pop("CIVICTHREAD_PARENT", None)
    running = subprocess.Popen([sys.executable, "-m", "civicthread.config.worker"], env=environment)
    yield running
    running.kill()
    running.wait()


def state() -> str:
    return str(ours().status)


def work_through(name: str = "second") -> None:
    """Let a worker do all that is ready."""
    work.make_worker(name, batch=True, interval=0).run()


def work_through_without_keeping() -> None:
    """The same with django-tasks-db's own worker, which keeps nothing."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="plain",
        excluded_queue_names=[],
    ).run()


def make_silent() -> None:
    """As if a minute had passed since the last sign of life of any worker."""
    Heartbeat.objects.update(seen_at=timezone.now() - work.SILENT * 2)


@pytest.fixture
def killed_in_the_middle(worker: subprocess.Popen[bytes], tmp_path: Path) -> Path:
    """A task whose worker died by kill -9 while it ran; the file it would have written."""
    started, allowed, mark = tmp_path / "started", tmp_path / "allowed", tmp_path / "mark"
    jobs.wait_then_leave_mark.enqueue(str(started), str(allowed), str(mark))
    until(started.exists)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    allowed.touch()
    assert state() == TaskResultStatus.RUNNING
    assert not mark.exists()
    return mark


def test_the_task_of_a_killed_worker_is_finished_by_another(killed_in_the_middle: Path):
    assert work.take_up_abandoned() == 0, "its worker was alive a moment ago"
    make_silent()
    assert work.take_up_abandoned() == 1
    work_through()
    assert state() == TaskResultStatus.SUCCESSFUL
    assert killed_in_the_middle.read_text() == "done\n"


def test_without_the_keeper_it_would_run_for_ever(killed_in_the_middle: Path):
    make_silent()
    work_through_without_keeping()
    assert state() == TaskResultStatus.RUNNING
    assert not killed_in_the_middle.exists()


def run_by(worker: str, *before: str) -> DBTaskResult:
    """A task that this worker runs, after others did."""
    jobs.nothing.enqueue()
    result = ours()
    for name in (*before, worker):
        result.claim(name)
    return result


def test_the_task_of_a_living_worker_is_left_alone():
    run_by("first")
    work.beat("first")
    assert work.take_up_abandoned() == 0
    assert state() == TaskResultStatus.RUNNING


def test_a_task_taken_from_the_dead_belongs_to_the_living():
    run_by("second", "first")
    work.beat("second")
    assert work.take_up_abandoned() == 0


def test_eight_keepers_take_up_a_task_once():
    run_by("first")
    start = threading.Barrier(8)

    def take(_: int) -> int:
        start.wait()
        taken = work.take_up_abandoned()
        connection.close()
        return taken

    with ThreadPoolExecutor(8) as keepers:
        assert sum(keepers.map(take, range(8))) == 1
    assert state() == TaskResultStatus.READY


def test_a_task_that_fells_every_worker_is_given_up():
    run_by("last", *(f"victim {n}" for n in range(len(work.WAITS))))
    assert work.take_up_abandoned() == 0
    assert state() == TaskResultStatus.FAILED
    assert work.retry_failed() == 0


def test_a_task_that_fails_is_tried_again_later_and_later_and_then_left():
    jobs.fail.enqueue()
    work_through_without_keeping()
    waits = []
    for wait in work.WAITS:
        result = ours()
        assert result.status == TaskResultStatus.FAILED
        failed_at = result.finished_at
        assert work.retry_failed() == 1
        result.refresh_from_db()
        assert result.status == TaskResultStatus.READY
        assert result.run_after - failed_at == wait
        waits.append(wait)
        work_through_without_keeping()
        assert state() == TaskResultStatus.READY, "not before its time"
        DBTaskResult.objects.update(run_after=timezone.now())
        work_through_without_keeping()
    assert waits == sorted(set(waits))
    assert work.retry_failed() == 0
    assert "ZeroDivisionError" in ours().traceback


class Recurring:
    """A recurring task; how often it was enqueued."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, every: timedelta) -> None:
        self.every = every
        monkeypatch.setattr(work, "_recurring", {"tests.nothing": work.Recurring(jobs.nothing, every)})

    @property
    def count(self) -> int:
        return DBTaskResult.objects.count()


@pytest.fixture
def hourly(monkeypatch: pytest.MonkeyPatch) -> Recurring:
    return Recurring(monkeypatch, timedelta(hours=1))


def test_a_recurring_task_runs_at_once_and_then_each_time_it_is_due(hourly: Recurring):
    now = timezone.now()
    assert [work.enqueue_due(now + hourly.every * part / 4) for part in range(9)] == [
        1,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        1,
    ]
    assert hourly.count == 3


def test_a_night_without_workers_leaves_no_heap_of_work(hourly: Recurring):
    work.enqueue_due()
    assert work.enqueue_due(timezone.now() + timedelta(hours=12)) == 1
    assert work.enqueue_due(timezone.now() + timedelta(hours=12)) == 0


def with_eight(ask: Callable[[], int]) -> int:
    start = threading.Barrier(8)

    def go(_: int) -> int:
        start.wait()
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        return sum(workers.map(go, range(8)))


def test_eight_workers_enqueue_what_is_due_once(hourly: Recurring):
    for round_number in range(1, 6):
        later = timezone.now() + hourly.every * 2 * round_number
        assert with_eight(lambda later=later: work.enqueue_due(later)) == 1
        assert hourly.count == round_number


def test_eight_careless_workers_would_enqueue_it_more_often(hourly: Recurring):
    Schedule.objects.create(name="tests.nothing", due_at=timezone.now())
    seen = threading.Barrier(8)

    def enqueue_carelessly() -> int:
        schedule = Schedule.objects.get()
        due = schedule.due_at <= timezone.now()
        seen.wait()
        if due:
            jobs.nothing.enqueue()
            Schedule.objects.update(due_at=timezone.now() + hourly.every)
        return due

    assert with_eight(enqueue_carelessly) == 8


def test_finished_work_is_forgotten_after_two_weeks(tmp_path: Path):
    jobs.leave_mark.enqueue(str(tmp_path / "mark"))
    work_through()
    work.forget_old()
    assert DBTaskResult.objects.exists()
    DBTaskResult.objects.update(finished_at=timezone.now() - work.KEPT * 2)
    work.forget_old()
    assert not DBTaskResult.objects.exists()


def test_a_worker_shows_that_it_is_alive_before_it_takes_work():
    work_through("quick")
    assert Heartbeat.objects.filter(worker="quick").exists()


def test_silent_workers_are_forgotten():
    work.beat("first")
    make_silent()
    work.keep("second")
    assert list(Heartbeat.objects.values_list("worker", flat=True)) == ["second"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_tasks_left_much_in_memory_does_what_waits_and_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LARGEST_MB", 1)
    for number in range(3):
        jobs.leave_mark.enqueue(str(tmp_path / f"{number}"))
    worker = work.make_worker("large", interval=0)
    worker.run()
    assert worker.outgrown
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.django_db
def test_a_worker_that_holds_little_goes_on(monkeypatch):
    monkeypatch.setattr(work, "LARGEST_MB", 1_000_000)
    jobs.nothing.enqueue()
    worker = work.make_worker("small", interval=0)
    worker.run_task(DBTaskResult.objects.ready().get())
    assert (worker.running, worker.outgrown) == (True, False)


def test_the_memory_of_this_process_is_known():
    assert 20 < work.megabytes() < 20_000
