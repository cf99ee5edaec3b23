"""A pool of warm children and the queue in front of it.

    with Pool("civicthread.lake.duck_child", size=2, memory_bytes=2 << 30) as pool:
        pool.call("civicthread.lake.duck_child:run", sql, files, timeout=30, owner="person 12")

Each child belongs to one thread of the pool, which starts it, speaks with it and buries it. That thread must
outlive the child: the kernel kills a child when the *thread* that started it ends, and web threads come and
go.
"""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Self

from civicthread.children import wire
from civicthread.children.child import Child, Order
from civicthread.children.errors import (
    ChildCancelled,
    ChildDied,
    ChildError,
    ChildRefused,
    ChildTimeout,
    PoolClosed,
    QueueFull,
    QuotaExceeded,
)

__all__ = [
    "ChildCancelled",
    "ChildDied",
    "ChildError",
    "ChildRefused",
    "ChildTimeout",
    "Pool",
    "PoolClosed",
    "Queue",
    "QueueFull",
    "QuotaExceeded",
    "close_all",
]

logger = logging.getLogger(__name__)

SECONDS_TO_START = 60.0
SECONDS_TO_BURY = 30.0


@dataclass(frozen=True)
class Queue:
    """How many calls may wait, in all and per owner, and how many seconds. The empty owner has no quota."""

    longest: int = 32
    per_owner: int = 3
    patience: float = 60.0


def _begin(thread: threading.Thread) -> None:
    try:
        thread.start()
    except RuntimeError as error:  # the machine has no room for one more; the next call tries again
        raise ChildDied(f"its thread could not start: {error}") from None


@dataclass(eq=False)
class _Job:
    request: bytes
    timeout: float
    owner: str
    token: Hashable
    taken: threading.Event = field(default_factory=threading.Event)
    result: Future[Any] = field(default_factory=Future)
    child: Child | None = None
    cancelled: bool = False


class Pool:
    """Children that serve calls of the functions of some modules, one call at a time each.

    `target` names the allowed modules, separated by spaces; `warm` a function ("module:function") that each
    child runs when it starts. Children start with the first call, or with `start()`.
    """

    def __init__(
        self, target: str, *, size: int = 1, memory_bytes: int, warm: str = "", queue: Queue | None = None
    ) -> None:
        self._order = Order(tuple(target.split()), memory_bytes, warm)
        self._queue = queue or Queue()
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._running: list[_Job] = []
        self._children: set[Child] = set()
        self._size = size
        # Made as they start: one made before a fork need not be able to start after it.
        self._threads: list[threading.Thread] = []
        self._started = False
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start and warm the children in the background, unless that was done already."""
        with self._changed:
            if self._started or self._closed:
                return
            while len(self._threads) < self._size:
                thread = threading.Thread(target=self._serve, daemon=True)
                _begin(thread)
                self._threads.append(thread)
            self._started = True
        _started.add(self)

    def call(
        self,
        function: str,
        *args: Any,
        timeout: float,
        owner: str = "",
        token: Hashable = None,
        alone: bool = False,
    ) -> Any:
        """The result of `function` ("package.module:function") in a child that has `timeout` seconds for it.

        `alone` takes the place of all calls that were made with its token.

        Arguments and result are plain values (numbers, text, bytes, dates, collections of them). Raises
        ChildRefused when the function raised, ChildTimeout, ChildDied, ChildCancelled (see `cancel`),
        QuotaExceeded or QueueFull when too many calls wait, PoolClosed.
        """
        if function.partition(":")[0] not in self._order.modules:
            raise ValueError(f"{function} is not in the modules of this pool")
        job = _Job(wire.pack((function, args)), timeout, owner, token)
        self.start()
        for replaced in self._enqueue(job, alone=alone):
            self._cancel(replaced)
        try:
            if not job.taken.wait(self._queue.patience):
                self._withdraw(job)
            return job.result.result(SECONDS_TO_BURY + SECONDS_TO_START + timeout)
        except TimeoutError:
            self._cancel(job)
            raise ChildTimeout from None
        except (KeyboardInterrupt, SystemExit):
            self._cancel(job)
            raise

    def cancel(self, token: Hashable) -> bool:
        """End the calls that were made with this token, waiting or running; False when there are none."""
        with self._changed:
            jobs = self._called_with(token)
        for job in jobs:
            self._cancel(job)
        return bool(jobs)

    def close(self) -> None:
        """Kill the children and refuse every call under way. Closing twice is harmless."""
        with self._changed:
            self._closed = True
            for child in self._children:
                child.kill()
            for job in self._waiting:
                job.taken.set()
                job.result.set_exception(PoolClosed())
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        _started.discard(self)

    def _called_with(self, token: Hashable) -> list[_Job]:
        return [job for job in (*self._waiting, *self._running) if job.token == token]

    def _enqueue(self, job: _Job, *, alone: bool) -> list[_Job]:
        """Let it wait; gives the calls whose place it takes."""
        with self._changed:
            if self._closed:
                raise PoolClosed
            if len(self._waiting) >= self._queue.longest:
                raise QueueFull
            if (
                job.owner
                and sum(other.owner == job.owner for other in self._waiting) >= self._queue.per_owner
            ):
                raise QuotaExceeded
            replaced = self._called_with(job.token) if alone else []
            self._waiting.append(job)
            self._changed.notify()
            return replaced

    def _withdraw(self, job: _Job) -> None:
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                raise QueueFull

    def _cancel(self, job: _Job) -> None:
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.taken.set()
                job.result.set_exception(ChildCancelled())
            elif job in self._running:
                job.cancelled = True
                if job.child:
                    job.child.kill()

    def _serve(self) -> None:
        """What each thread of the pool does: keep a child warm, give it the next call, bury a killed one."""
        child: Child | None = None
        while True:
            child = self._warmed(child)
            job = self._next_job()
            if job is None:
                break
            child = self._warmed(child)
            self._run(job, child)
        if child:
            self._bury(child)

    def _warmed(self, child: Child | None) -> Child | None:
        """The child itself while it is fit, a fresh one otherwise, None when none can be started."""
        if child and child.alive:
            return child
        if child:
            self._bury(child)
        try:
            return self._started_child()
        except Exception as error:  # noqa: BLE001 (no process, no memory: the next call may find some)
            if not self._closed:
                logger.error("a child for %s could not start: %r", self._order.modules, error)  # noqa: TRY400
            return None

    def _started_child(self) -> Child:
        fresh = Child(self._order)
        with self._changed:
            self._children.add(fresh)
            if self._closed:
                fresh.kill()
        try:
            fresh.wait_until_ready(SECONDS_TO_START)
        except BaseException:
            self._bury(fresh)
            raise
        return fresh

    def _bury(self, child: Child) -> None:
        with self._changed:
            self._children.discard(child)
        child.bury()

    def _next_job(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            job = self._waiting.popleft()
            self._running.append(job)
            job.taken.set()
            return job

    def _run(self, job: _Job, child: Child | None) -> None:
        try:
            result = self._ask(job, child)
        except Exception as error:  # noqa: BLE001 (whatever it is, the caller hears it and the thread lives on)
            self._leave(job)
            job.result.set_exception(self._reason(job, error))
        else:
            self._leave(job)
            job.result.set_result(result)

    def _ask(self, job: _Job, child: Child | None) -> Any:
        with self._changed:
            if job.cancelled:
                raise ChildCancelled
            if child is None:
                raise ChildDied("it could not start")
            job.child = child
        try:
            return child.exchange(job.request, job.timeout)
        except Exception as error:
            # After a MemoryError nobody knows what the child has left half done.
            if not isinstance(error, ChildRefused) or error.kind == "MemoryError":
                child.kill()
            raise

    def _leave(self, job: _Job) -> None:
        """From here on nobody may kill the child for this call: the next one may have it."""
        with self._changed:
            self._running.remove(job)
            job.child = None

    def _reason(self, job: _Job, error: Exception) -> ChildError:
        if not isinstance(error, ChildError):
            return ChildDied(repr(error))
        if isinstance(error, ChildDied) and job.cancelled:
            return ChildCancelled()
        if isinstance(error, ChildDied) and self._closed:
            return PoolClosed()
        return error


_started: set[Pool] = set()


@atexit.register
def close_all() -> None:
    """Close every pool of this process. A program put in its place would not know its children, nor bury them."""
    for pool in list(_started):
        pool.close()
