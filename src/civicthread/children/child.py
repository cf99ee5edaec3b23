"""One child as its parent sees it: started, spoken to until a deadline, killed and buried."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from civicthread.children import wire
from civicthread.children.errors import ChildDied, ChildRefused, ChildTimeout

# A child sees no secret of its parent: only what a Python, its fonts and its clock need.
KEPT_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "XDG_CACHE_HOME")


@dataclass(frozen=True)
class Order:
    """What a child is told when it starts."""

    modules: tuple[str, ...]
    memory_bytes: int
    warm: str


# The memory limit counts reserved address space too: a malloc arena takes 64 MB, Arrow's usual pool 1 GB.
SMALL_RESERVES = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}


class Child:
    """A running child process, in a process group of its own so that whatever it starts dies with it."""

    def __init__(self, order: Order) -> None:
        told = json.dumps({**asdict(order), "parent": os.getpid()})
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", "civicthread.children.serve", told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 (both are pipes, for the type checker)
        assert self._process.stdout is not None  # noqa: S101
        self._to_child = self._process.stdin.fileno()
        self._from_child = self._process.stdout.fileno()
        os.set_blocking(self._to_child, False)
        self._burial = threading.Lock()
        self._killed = False

    @property
    def alive(self) -> bool:
        """Whether it may be given another call: a killed child may still run for a moment."""
        with self._burial:
            return not self._killed and self._process.poll() is None

    def wait_until_ready(self, seconds: float) -> None:
        """Wait for the end of its imports and warming; ChildTimeout or ChildDied when that fails."""
        self._receive(time.monotonic() + seconds)

    def exchange(self, request: bytes, seconds: float) -> Any:
        """Send a packed call and give its result; ChildRefused when the function raised."""
        deadline = time.monotonic() + seconds
        self._send(request, deadline)
        match self._receive(deadline):
            case ("done", result):
                return result
            case ("refused", str(kind), str(message)):
                raise ChildRefused(kind, message)
        raise ChildDied("its answer was none")

    def kill(self) -> None:
        """End it at once. Safe from any thread, and harmless when it is gone already."""
        with self._burial:
            self._killed = True
            # Once it has been waited for, its number may belong to somebody else.
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def bury(self) -> None:
        """Kill it, wait for its end, close its pipes: nothing of it is left. For its own thread only."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        try:
            while view:
                self._wait(self._to_child, select.POLLOUT, deadline)
                view = view[os.write(self._to_child, view) :]
        except BrokenPipeError:
            raise ChildDied(self._how_it_ended()) from None

    def _receive(self, deadline: float) -> Any:
        try:
            return wire.receive(lambda count: self._read(count, deadline))
        except wire.NotPlain as error:
            raise ChildDied(f"its answer was not plain: {error}") from None

    def _read(self, count: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(self._from_child, select.POLLIN, deadline)
            part = os.read(self._from_child, min(count - len(data), 1 << 20))
            if not part:
                raise ChildDied(self._how_it_ended())
            data += part
        return bytes(data)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        waiter = select.poll()
        waiter.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not waiter.poll(left * 1000):
            raise ChildTimeout

    def _how_it_ended(self) -> str:
        self.kill()
        status = self._process.wait()
        return f"signal {-status}" if status < 0 else f"status {status}"


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, **SMALL_RESERVES, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
