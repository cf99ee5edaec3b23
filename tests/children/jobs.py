"""Functions that the children of these tests run."""

import contextlib
import os
import stat
import subprocess
import sys
import time
from os import system  # noqa: F401 (what a module imports must not become callable)
from pathlib import Path

warmed = False


def warm() -> None:
    global warmed  # noqa: PLW0603 (the child keeps what it warmed)
    warmed = True


def break_while_warming() -> None:
    raise RuntimeError("no chart engine here")


def was_warmed() -> bool:
    return warmed


def add(left: int, right: int) -> int:
    return left + right


def echo(value: object) -> object:
    return value


def own_pid() -> int:
    return os.getpid()


def fail() -> None:
    raise ValueError("a value is missing")


def give_an_object() -> object:
    return object()


def take_memory(count: int) -> int:
    return len(bytearray(count))


def say_and_hang(path: str) -> None:
    Path(path).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)


def start_a_grandchild_and_hang(path: str) -> None:
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(path).write_text(str(grandchild.pid), encoding="utf-8")
    time.sleep(600)


def end_at_once() -> None:
    os._exit(3)


def print_much() -> str:
    print("noise " * 1000, flush=True)
    os.write(1, b"more noise")
    return "clean"


def environment() -> list[str]:
    return sorted(os.environ)


def _hidden() -> int:
    return 1


def say_to_the_parent(payload: bytes) -> None:
    """Write into the pipe of the answers, as a child would that was taken over."""
    for number in range(3, 20):
        with contextlib.suppress(OSError):
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, payload)
