"""The console command as an administrator runs it: processes of its own, in a folder and on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-m", "civicthread.config.cli"]
PATIENCE = 200
"""Seconds for a start, on a machine that does much else."""


def environment(place: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'records.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        "SECRET_KEY": "",
        "LC_ALL": "C",
        **more,
    }


def civicthread(place: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(place, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a command told, on one line."""
    return " ".join(done.stdout.split())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str = "/fr/") -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return int(answer.status)


def until_answered(port: int) -> None:
    """Wait until somebody answers there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            page(port, "/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody answers on port {port}")


@contextmanager
def served(place: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A city that is being served, ready; whatever is left of it is killed."""
    command = [*COMMAND, "serve"]
    server = subprocess.Popen(
        command,
        env=environment(place, PORT=str(port), **more),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    family: set[int] = set()
    try:
        _wait_until_ready(server)
        family = members(server.pid)
        yield server
    finally:
        for pid in {server.pid, *family}:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        server.wait()
        assert server.stdout
        server.stdout.close()


def _wait_until_ready(server: subprocess.Popen[str]) -> None:
    assert server.stdout
    for line in server.stdout:
        if "http://" in line:
            return
    raise AssertionError("the server ended instead")


def members(pid: int) -> set[int]:
    """All processes that this one started, directly or not."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(family: set[int], *, within: float) -> bool:
    """Whether all these processes end in that time."""
    deadline = time.monotonic() + within
    while any(alive(pid) for pid in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
