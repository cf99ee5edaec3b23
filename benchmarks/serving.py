"""A city that runs for a measurement, and what its processes use."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class City:
    """A running installation."""

    url: str
    pid: int
    data_dir: Path

    def get(self, path: str, **headers: str) -> bytes:
        """The body of a page; an error status raises."""
        asked = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            body: bytes = answer.read()
        return body


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], *, folder: Path, data_dir: Path, **environment: str) -> Iterator[City]:
    """Start a command that serves a city, wait for its first page, stop it with all its processes."""
    port = free_port()
    settings = os.environ | {"PORT": str(port), "DATA_DIR": str(data_dir)} | environment
    with (data_dir.parent / f"{data_dir.name}.log").open("wb") as log:
        served = subprocess.Popen(
            command, cwd=folder, env=settings, stdout=log, stderr=log, start_new_session=True
        )
    try:
        city = City(f"http://localhost:{port}", served.pid, data_dir)
        _wait_for_page(city, served)
        yield city
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        try:
            served.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(served.pid, signal.SIGKILL)
            served.wait()


def _wait_for_page(city: City, served: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        if served.poll() is not None:
            raise RuntimeError(f"The city did not start: see {city.data_dir}.log")
        try:
            city.get("/fr/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The city did not answer within fifteen minutes.")


def family(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    below: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[1]) == pid:
            below += family(int(status.parent.name))
    return [pid, *below]


def seconds_of_processor(pids: list[int]) -> float:
    """What these processes have used so far, to the nanosecond."""
    nanoseconds = 0
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            nanoseconds += int(thread.read_text(encoding="utf-8").split()[0])
    return nanoseconds / 1e9


def megabytes(pid: int, *, most: bool = False) -> float:
    """The memory a process holds, or the most it ever held."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:" if most else "VmRSS:"):
            return int(line.split()[1]) / 1000
    return 0.0


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def wait_for_rest(city: City) -> None:
    """Until the background worker has used hardly any processor for half a minute; five minutes at most."""
    workers = [pid for pid in family(city.pid) if "config.worker" in command_of(pid)]
    quiet = 0
    for _ in range(30):
        before = seconds_of_processor(workers)
        time.sleep(10)
        quiet = quiet + 1 if seconds_of_processor(workers) - before < 1 else 0
        if quiet == 3:
            return
