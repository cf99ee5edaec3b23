"""Several people do the same thing at the same moment, each on a database connection of their own."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass
class Outcome:
    """What every racer got back, and what was raised to the others."""

    results: list[Any] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)


@contextmanager
def switching_often() -> Iterator[None]:
    """Within, threads take turns in the middle of everything, as they rarely do otherwise."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class Together:
    """Hands out one moment: whoever waits goes on when all are there."""

    def __init__(self, racers: int) -> None:
        self._barrier = threading.Barrier(racers, timeout=60)

    def wait(self) -> None:
        self._barrier.wait()


def race(racers: int, act: Callable[[int], Any]) -> Outcome:
    """Let that many threads call `act(number)` at once; needs a test that commits (`transaction=True`)."""
    outcome, start = Outcome(), Together(racers)

    def run(number: int) -> None:
        try:
            start.wait()
            outcome.results.append(act(number))
        except Exception as fault:  # noqa: BLE001  # whatever was raised is what the test asks about
            outcome.faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome
