"""A Sail server, as docs/operate/cluster.md starts it: in a process of its own.

In the process of the tests, a query that was cut off went on computing for as long as the tests did.

With `SPARK_CONNECT=sc://host:15002` the tests speak to that server instead, one's own Apache Spark for instance.
"""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("sail")


@contextmanager
def served(log: Path, **settings: str) -> Iterator[str]:
    """The address of a server that is gone afterwards; `settings` are Sail's own, by the names of its environment."""
    if own := os.environ.get("SPARK_CONNECT"):
        yield own
        return
    if importlib.util.find_spec("pysail") is None:
        pytest.skip("pysail is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Threads enough that a query which keeps every core busy does not keep the server from listening.
    environment = os.environ | {"TOKIO_WORKER_THREADS": "8"} | settings
    command = [str(PROGRAM), "spark", "server", "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        _wait_for(port, server)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not listen")
