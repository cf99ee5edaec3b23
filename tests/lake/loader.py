"""A process made to be killed: it loads and compacts a table, and says each version it was acknowledged.

    python loader.py LAKE WORK TASK EVENT

TASK is `load`, `compact`, or `torn`, the negative control: a writer that names a file in the log before it has
written all of it. At event number EVENT in the lake's folder the process kills itself; 0 leaves that to its parent.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

import duckdb

from civicthread.lake import log
from civicthread.lake.ingest import ingest
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.tables import Lake, Table
from civicthread.lake.upkeep import compact

SCHEMA = TableSchema((Column("batch", "integer"), Column("n", "integer")), sort=("n", "batch"))
ROWS = 20_000
EVENTS = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "fcntl.flock")


def say(*words: object) -> None:
    print(*words, flush=True)


def load(table: Table, work: Path) -> None:
    """One batch of 20,000 rows, appended as one version."""
    batch = table.latest() + 1
    path = work / "batch.csv"
    path.write_text("batch,n\n" + "".join(f"{batch},{n}\n" for n in range(ROWS)))
    say(ingest(table, path, schema=SCHEMA, mode="append").version)


def load_and_compact(table: Table, work: Path) -> None:
    load(table, work)
    say(compact(table, expected_version=table.latest()).version)


def torn(table: Table, _work: Path) -> None:
    """Half of the file stands there when the version that names it is committed."""
    batch = table.latest() + 1
    file = table.folder / f"torn-{batch}.parquet"
    duckdb.execute(f"COPY (SELECT {batch} AS batch, range AS n FROM range({ROWS})) TO '{file}'")
    action, content = log.added(file, rows=ROWS, changes=True), file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    log.write(table.place, batch, [action], noted={})
    say("half")
    sys.stdin.read()
    file.write_bytes(content)
    say(batch)


def die_at(number: int, root: str) -> None:
    seen = itertools.count(1)

    def count(event: str, arguments: tuple[object, ...]) -> None:
        elsewhere = event == "open" and not str(arguments[0]).startswith(root)
        if event in EVENTS and not elsewhere and next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main(root: str, work: str, task: str, event: str) -> None:
    table = Lake(root).table("killed")
    once = {"load": load, "compact": load_and_compact, "torn": torn}[task]
    say("ready")
    die_at(int(event), root)
    while True:
        once(table, Path(work))


if __name__ == "__main__":
    main(*sys.argv[1:])
