"""The web server and the background worker beside it."""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from granian.constants import Interfaces
from granian.server import Server

from civicthread.config import env


def serve(*, ready: Callable[[str], None]) -> None:
    """Serve until told to stop. `ready` is called with the address once pages can be read."""
    environment = env.read()
    worker = start_worker()
    threading.Thread(target=_announce, args=(environment, ready), daemon=True).start()
    server = Server(
        "civicthread.config.wsgi:application",
        address="0.0.0.0",  # noqa: S104  # people reach it through a proxy or directly; ALLOWED_HOSTS guards names
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.workers,
        # More threads than two exhausted the database's connections when measured.
        blocking_threads=2,
        backpressure=64,
        respawn_failed_workers=True,
        log_enabled=False,
    )
    try:
        server.serve()
    finally:
        worker.terminate()
        worker.wait(timeout=20)


def start_worker() -> subprocess.Popen[bytes]:
    """The background worker, as a process of its own that ends when this one does."""
    environment = os.environ | {"CIVICTHREAD_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "civicthread.config.worker"], env=environment)


def _announce(environment: env.Environment, ready: Callable[[str], None]) -> None:
    """Wait until the first page answers, then say so."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{environment.port}/robots.txt", timeout=5).close()
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
        else:
            break
    ready(environment.base_url)
