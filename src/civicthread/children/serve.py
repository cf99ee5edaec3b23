"""The child's side: limit yourself, import what was ordered, then answer calls until the pool goes away.

Nothing heavy may be imported above `main`: the memory limit must stand before it.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from civicthread.children import wire

PR_SET_PDEATHSIG = 1


class FunctionRefused(Exception):
    """The call names something that is not a public function of an allowed module."""


def main() -> None:
    """Serve the pool that started this child; the order (JSON) is the only argument."""
    order = json.loads(sys.argv[1])
    _die_with(order["parent"])
    _limit(order["memory_bytes"])
    requests, answers = _private_pipes()
    if order["warm"]:
        _function(order["warm"], order["modules"])()
    for module in order["modules"]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what stands now stays for good: no call need look through it for garbage
    _write(answers, wire.pack(("ready",)))
    while True:
        try:
            name, arguments = wire.receive(lambda count: _read(requests, count))
        except EOFError:
            return
        _write(answers, _answer(name, arguments, order["modules"]))


def _die_with(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes away from file descriptors 0 and 1, so that no library prints into an answer."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _read(requests: BinaryIO, count: int) -> bytes:
    data = requests.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _write(answers: BinaryIO, message: bytes) -> None:
    answers.write(message)
    answers.flush()


def _answer(name: str, arguments: tuple[Any, ...], modules: list[str]) -> bytes:
    try:
        return wire.pack(("done", _function(name, modules)(*arguments)))
    except Exception as error:  # noqa: BLE001 (whatever it is, the caller hears it and the child lives on)
        return wire.pack(("refused", type(error).__name__, str(error)))


def _function(name: str, modules: list[str]) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    if module not in modules or function.startswith("_"):
        raise FunctionRefused(name)
    found = getattr(importlib.import_module(module), function, None)
    # What a module merely imported is not its own: "module:system" must not reach os.system.
    if not callable(found) or getattr(found, "__module__", None) != module:
        raise FunctionRefused(name)
    return found  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
