"""A city of its own with empty records, and pieces of work measured in processes of their own beside it."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from benchmarks.serving import ROOT

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What a piece of work took: seconds, seconds of processor, megabytes at its peak, and what it gave back.

    The start of its process is left out. `cpu` counts its children, such as the engine's; `peak` does not.
    """

    seconds: float
    cpu: float
    peak: float
    told: Any


@dataclass(frozen=True)
class Place:
    """A folder with the records and the lake of a city."""

    folder: Path

    def spend(self, work: str, *arguments: object) -> Spent:
        """Run "module:function" with plain arguments in a new process that has Django set up."""
        environment = os.environ | {
            "DATA_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "benchmarks.apart", work, json.dumps(arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return Spent(**json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def place() -> Iterator[Place]:
    """A place with its tables made, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="civicthread-bench-") as folder:
        made = Place(Path(folder))
        (made.folder / "var").mkdir()
        made.spend("benchmarks.apart:make")
        yield made


def make() -> None:
    """Folders and tables."""
    from civicthread.config import installation  # noqa: PLC0415  # needs Django

    installation.make_folders()
    installation.migrate()


def measured(work: Callable[..., Any], *arguments: Any) -> Spent:
    """Do it here and now."""
    before, began = processor(), time.perf_counter()
    told = work(*arguments)
    seconds, used = time.perf_counter() - began, processor() - before
    return Spent(seconds, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, told)


def processor() -> float:
    """Seconds of processor this process and its children have used, those that still run included."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(map(_ticks, _children())) / TICKS


def _children() -> Iterator[str]:
    for listed in Path("/proc/self/task").glob("*/children"):
        yield from listed.read_text(encoding="ascii").split()


def _ticks(pid: str) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


class _WithoutPandas(MetaPathFinder):
    """Finds that pandas is not there. Nothing standing in its place in `sys.modules` would make Arrow fail instead."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(work: str, arguments: str) -> None:
    from civicthread.config.starting import start_django  # noqa: PLC0415  # the parent measures without it

    # Pandas comes with the tests only, and Arrow loads it wherever it finds it: a plain installation has none.
    sys.meta_path.insert(0, _WithoutPandas())
    start_django()
    module, _, name = work.partition(":")
    function = getattr(__import__(module, fromlist=[name]), name)
    print(json.dumps(asdict(measured(function, *json.loads(arguments)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
