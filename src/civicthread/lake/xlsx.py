"""Excel workbooks: read in a limited child, since one unpacks to far more than it weighs and all its texts are held."""

import resource
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from civicthread.children.pool import ChildError, ChildRefused, Pool
from civicthread.lake.connection import SMALL
from civicthread.lake.dialect import Dialect
from civicthread.lake.notes import Note
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import Form, Source

if TYPE_CHECKING:
    from civicthread.lake.workbook import Heading

CHILD: Final = "civicthread.lake.workbook"
MEMORY: Final = 1 << 30
"""A quarter of it is Python with its libraries; the rest holds some five million different texts."""
SECONDS: Final = 1800.0
SHOWN: Final = 3
"""So many merged ranges are named."""


def read(path: Path, dialect: Dialect, work: Path) -> Source:
    """One sheet as a source. IngestRefused for bombs, broken workbooks, merged headings and unsaved formulas, and where
    reading it takes more memory or time than it may.
    """
    target = work / "sheet.csv"
    headings, merged = (_here if _is_limited() or _is_small(path) else _in_child)(path, dialect, target)
    shown = ", ".join(merged[:SHOWN]) + (" …" if len(merged) > SHOWN else "")
    notes = (Note("merged_cells", {"cells": shown}),) if merged else ()
    return Source(headings, partial(Form(len(headings)).located, target), notes=notes)


def _is_limited() -> bool:
    """Whether this process is such a child itself."""
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _is_small(path: Path) -> bool:
    """Whether reading it takes so little memory that starting a child would take longer than that."""
    from civicthread.lake.workbook import unpacked_size  # noqa: PLC0415 slow to load, only needed for workbooks

    return path.stat().st_size <= SMALL and unpacked_size(path) <= SMALL


def _here(path: Path, dialect: Dialect, target: Path) -> "Heading":
    from civicthread.lake.workbook import convert  # noqa: PLC0415 as above

    return convert(path, dialect.sheet, dialect.skip, target)


def _in_child(path: Path, dialect: Dialect, target: Path) -> "Heading":
    call = f"{CHILD}:converted", str(path), dialect.sheet, dialect.skip, str(target)
    try:
        with Pool(CHILD, memory_bytes=MEMORY) as pool:
            found = pool.call(*call, timeout=SECONDS)
    except ChildError as failed:
        kind = failed.kind if isinstance(failed, ChildRefused) else "MemoryError"
        if kind == "OSError":  # such as a full disk, which is told as that
            raise OSError(str(failed)) from None
        if kind != "MemoryError":
            raise
        raise IngestRefused("workbook_too_heavy") from None
    if "refused" in found:
        raise IngestRefused(found["refused"], **found["facts"])
    return tuple(found["headings"]), tuple(found["merged"])
