"""A city and a port belong to one process at a time, and to nobody once it ended, however it did."""

import errno
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civicthread.config import holding
from tests.config.serving import free_port

HOLDER = """
import pathlib, sys, time
from civicthread.config import holding

place, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
assert holding.take_city(place, alone=True) and holding.take_port(port) is None
print("taken", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def taken(monkeypatch) -> Iterator[None]:
    """What a test takes it gives back."""
    monkeypatch.setattr(holding, "_taken", [])
    yield
    for one in holding._taken:
        one.close()


@contextmanager
def another(place: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has taken the city and the port."""
    command = [sys.executable, "-c", HOLDER, str(place), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "taken\n"
        yield holder
        holder.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no port is shared")
def test_of_two_that_look_at_once_only_one_has_the_port(tmp_path):
    port = free_port()
    with another(tmp_path, port):
        fault = holding.take_port(port)
        assert fault
        assert fault.errno == errno.EADDRINUSE
        # The control: nobody listens yet, so looking at the port alone lets both through.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))


def test_a_city_has_one_server_unless_its_servers_share_it(tmp_path):
    assert holding.take_city(tmp_path, alone=False)
    assert holding.take_city(tmp_path, alone=False)
    assert not holding.take_city(tmp_path, alone=True)
    assert holding.take_city(tmp_path / "other", alone=True)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_taken_by_a_process_that_ended(tmp_path, end):
    port = free_port()
    with another(tmp_path, port) as holder:
        assert not holding.take_city(tmp_path, alone=True)
        holder.send_signal(end)
        holder.wait()
        assert holding.take_city(tmp_path, alone=True)
        assert holding.take_port(port) is None
