"""A process beside the test that works on the same records and lake, and is killed in the middle of it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

PROGRAM = Path(__file__).with_name("crash_child.py")


def rounds(usual: int) -> int:
    """How often to kill, or to race: `make soak` asks for more than every run of the suite does."""
    return int(os.environ.get("CIVICTHREAD_SOAK_ROUNDS", usual))


@contextmanager
def worker() -> Iterator["Worker"]:
    """The process, once it is ready; needs a test that commits (`transactional_db`)."""
    name = str(connections["default"].settings_dict["NAME"])
    server = os.environ["DATABASE_URL"].rpartition("/")[0] if "postgres" in os.environ["DATABASE_URL"] else ""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        "DATA_DIR": str(settings.DATA_DIR),
        "LAKE": str(settings.LAKE),
        "LAKE_COPIES": str(settings.LAKE_COPIES),
        "DATABASE_URL": f"{server}/{name}" if server else f"sqlite:///{name}",
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, str(PROGRAM)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as child:
        assert child.stdout.readline() == "ready\n"
        yield Worker(child)
        child.stdin.close()


class Worker:
    """Starts tasks, kills them after a while, and tells what they acknowledged."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child

    def do(
        self,
        task: str,
        *,
        kill_after: float | None = None,
        started: Callable[[int], None] = lambda _pid: None,
    ) -> int | None:
        """The number a task acknowledged, or None when it was killed before; `started` hears who does it."""
        self.child.stdin.write(f"{task}\n")
        acknowledged = None
        while not (line := self.child.stdout.readline()).startswith("ended"):
            assert line, "the process beside the test has ended"
            if line.startswith("started"):
                started(int(line.split()[1]))
            if line.startswith("started") and kill_after is not None:
                timer = threading.Timer(kill_after, kill, [int(line.split()[1])])
                timer.start()
            if line.startswith("done"):
                acknowledged = int(line.split()[1])
        if kill_after is not None:
            timer.cancel()
        return acknowledged


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
