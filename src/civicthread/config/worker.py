"""The background worker process: `python -m civicthread.config.worker`."""

import os
import secrets
import sys
import threading
import time

from civicthread.children.pool import close_all
from civicthread.config import speech
from civicthread.config.starting import start_django


def main() -> None:
    """Work until told to stop, or until the server that started this worker is gone."""
    start_django()
    if "CIVICTHREAD_PARENT" not in os.environ:  # a server looked before it started this worker
        _require_current()
    from civicthread.core.work import make_worker  # noqa: PLC0415  # needs the settings above

    worker = make_worker(f"{os.uname().nodename[:20]}-{os.getpid()}-{secrets.token_hex(4)}")
    worker.configure_signals()
    if parent := os.environ.get("CIVICTHREAD_PARENT"):
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    worker.run()
    if worker.outgrown:
        close_all()
        # Under the same number, so that the server that started this worker still knows it.
        os.execv(sys.executable, [sys.executable, "-m", "civicthread.config.worker"])  # noqa: S606  # ourselves


def _require_current() -> None:
    from django.conf import settings  # noqa: PLC0415  # needs a start

    from civicthread.config import installation  # noqa: PLC0415  # needs Django

    speech.speak(settings.CITY.languages[0])
    try:
        installation.require_current()
    except speech.Unusable as mistake:
        sys.exit(str(mistake))


def _end_with(parent: int) -> None:
    """A worker left behind by a killed server would go on unseen, beside the next one: it ends too."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main()
