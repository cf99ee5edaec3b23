"""What a copy of a lake in a folder is made of, while others go on loading into it."""

import os
import shutil
from collections.abc import Iterator
from itertools import count, takewhile
from pathlib import Path

from civicthread.lake.log import LOG, POINTER, path_of
from civicthread.lake.schema import NAME
from civicthread.lake.store import DRAFT, WORK


def standing(lake: Path, aside: Path) -> Iterator[tuple[str, Path]]:
    """The files in the folder of a lake that are whole: the name of each there, and where it can be read.

    Copied one by one as they come they make a lake: of each table first the log up to some entry, then the rows, among
    which are all that this log names. A file may be gone when its turn has come: then no version needs it any more.
    `aside` is an empty folder, for copies of the one file of a table that changes.

    >>> from tempfile import TemporaryDirectory
    >>> from civicthread.lake.tables import Column, Lake, TableSchema
    >>> from civicthread.lake.upkeep import work_folder
    >>> with TemporaryDirectory() as folder, TemporaryDirectory() as aside:
    ...     table = Lake(folder).table("counts")
    ...     version = table.create(TableSchema((Column("n", "integer"),)))
    ...     with work_folder(table) as work:
    ...         (work / "new.parquet").touch()
    ...         [name for name, _path in standing(Path(folder), Path(aside))]
    ['counts/_delta_log/00000000000000000000.json']
    """
    for table in sorted(path for path in lake.glob("*") if NAME.fullmatch(path.name)):
        pointer = table / LOG / POINTER
        if pointer.exists():  # read before what it names is listed
            yield f"{table.name}/{LOG}/{POINTER}", shutil.copyfile(pointer, aside / table.name)
        for path in (*_log(table), *_rows(table)):
            yield str(path.relative_to(lake)), path


def _log(table: Path) -> list[Path]:
    """Checkpoints, listed first, so that each stands for entries that are listed; then these, without a gap."""
    checkpoints = sorted((table / LOG).glob("*.checkpoint*.parquet"))
    return [*checkpoints, *takewhile(Path.exists, (path_of(table, number) for number in count()))]


def _rows(table: Path) -> Iterator[Path]:
    """All else but what is being written just now."""
    for folder, below, names in os.walk(table):
        below[:] = sorted(set(below) - {LOG, WORK})
        yield from (Path(folder, name) for name in sorted(names) if not name.endswith(DRAFT))
