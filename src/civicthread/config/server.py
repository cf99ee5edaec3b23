"""The web server and the background worker beside it."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from granian.constants import Interfaces
from granian.server import Server

from civicthread.children.serve import PR_SET_PDEATHSIG
from civicthread.config import env, holding
from civicthread.config.speech import gettext as _

# People reach it through a proxy or directly; ALLOWED_HOSTS guards names.
EVERYWHERE = "0.0.0.0"  # noqa: S104
SECONDS_TO_END = 10
"""How long a process may go on with what it does when the server is told to stop."""


def serve(*, ready: Callable[[str], None]) -> None:
    """Serve until told to stop. `ready` is called with the address once pages can be read."""
    environment = env.read()
    worker = start_worker()
    threading.Thread(target=_announce, args=(environment, ready), daemon=True).start()
    server = Server(
        "civicthread.config.wsgi:application",
        address=EVERYWHERE,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.workers,
        # More threads than two exhausted the database's connections when measured.
        blocking_threads=2,
        backpressure=64,
        respawn_failed_workers=True,
        log_enabled=False,
        workers_kill_timeout=SECONDS_TO_END,
    )
    try:
        server.serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)
    except SystemExit:
        # A service manager tells all processes at once to end. Those that did so first are no failure.
        if not server.interrupt_signal:
            raise
    finally:
        _end(worker)


def take_port() -> OSError | None:
    """Why nobody can be served on the port, if so; else it is this process's, which alone will listen there.

    The web server itself would share it with whoever listens there.
    """
    with socket.socket() as probe:
        # What an earlier server has not quite closed is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((EVERYWHERE, env.read().port))
        except OSError as fault:
            return fault
    return holding.take_port(env.read().port)


def told(fault: OSError) -> str:
    """That fault of the port in one sentence."""
    port = env.read().port
    if fault.errno == errno.EADDRINUSE:
        return _("Another server listens on port %(port)s already. Choose another one with PORT.") % {
            "port": port
        }
    facts = {"port": port, "reason": fault.strerror}
    return _("Port %(port)s cannot be used (%(reason)s). Choose another one with PORT.") % facts


def start_worker() -> subprocess.Popen[bytes]:
    """The background worker, as a process of its own that ends when this one does.

    Ctrl+C does not reach it: asked twice to end it would leave its task unfinished.
    """
    environment = os.environ | {"CIVICTHREAD_PARENT": str(os.getpid())}
    command = [sys.executable, "-m", "civicthread.config.worker"]
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  # ourselves


def show_first_pages(application: Callable[..., Any]) -> None:
    """Ask for the first page in each language, so that no reader waits for what is read and compiled only once."""
    address = urlsplit(settings.BASE_URL)
    for language in settings.CITY.languages:
        asked: dict[str, Any] = {
            "PATH_INFO": f"/{language}/",
            "HTTP_HOST": address.netloc,
            "HTTP_X_FORWARDED_PROTO": address.scheme,
            "wsgi.url_scheme": address.scheme,
        }
        setup_testing_defaults(asked)
        for _part in application(asked, lambda _status, _headers, _fault=None: None):
            pass
    connections.close_all()  # the threads that serve readers open their own


def _application(parent: int) -> Callable[..., Any]:
    """What a web process serves, loaded there."""
    # Left behind by a killed server it would go on answering, beside the next one.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    # Ctrl+C reaches this process too, and at once the server tells it to end: of the two signals it may lose both.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from civicthread.config.wsgi import application  # noqa: PLC0415  # starts Django

    show_first_pages(application)
    return application


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Ask the worker to end after its task, then in the midst of it: another takes it up again."""
    for stop in (worker.terminate, worker.terminate, worker.kill):
        stop()
        try:
            worker.wait(timeout=SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            continue
        break


def _announce(environment: env.Environment, ready: Callable[[str], None]) -> None:
    """Wait until the first page answers, then say so."""
    # The web processes are forked meanwhile: a module that this thread were just importing would stay locked in them,
    # and they would wait for it for ever. So nothing is imported here before they listen.
    while not _listens(environment.port):
        time.sleep(0.1)
    while not _answers(environment.port):
        time.sleep(0.1)
    ready(environment.base_url)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
