"""Background tasks for the tests of the queue; real workers import them."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def leave_mark(path: str) -> str:
    """Say in a file that the task ran to its end."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("done\n")
    return path


@task()
def wait_then_leave_mark(started: str, allowed: str, path: str) -> None:
    """Tell that it began, wait to be allowed to go on, tell that it ended."""
    Path(started).write_text(str(os.getpid()), encoding="utf-8")
    deadline = time.monotonic() + 60
    while not Path(allowed).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    leave_mark.call(path)


@task()
def fail() -> None:
    raise ZeroDivisionError


@task()
def nothing() -> None:
    """Do nothing."""
