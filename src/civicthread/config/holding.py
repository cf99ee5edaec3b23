"""Who has a city or a port: taken for as long as this process lives, and given back by the kernel however it ends."""

import fcntl
import socket
import sys
from pathlib import Path
from typing import Any

from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _

# What a process took stays open in it, and in what it forks; a program it starts does not inherit it.
_taken: list[Any] = []


def take_city(folder: Path, *, alone: bool) -> bool:
    """Whether the city in that folder is this process's from now on: alone, or shared with others that share it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "in-use.lock").open("w")
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _taken.append(lock)
    return True


def require_city(folder: Path, *, alone: bool) -> None:
    """The same; Unusable where others have it."""
    if not take_city(folder, alone=alone):
        told = _("The city in %(folder)s is being served, restored or upgraded just now. Stop that first.")
        raise Unusable(told % {"folder": folder})


def take_port(port: int) -> OSError | None:
    """Why this process cannot have the port, if so: another one of ours has it, even if it does not listen yet.

    The web server lets its processes share the port it listens on, and whoever says so too; so a name is taken beside
    it, which only one can have.
    """
    if sys.platform != "linux":  # elsewhere the web server shares nothing, and is refused itself
        return None
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0civicthread-{port}")
    except OSError as fault:
        name.close()
        return fault
    _taken.append(name)
    return None
