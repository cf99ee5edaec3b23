"""What the reading child runs: rows of a version for a page, a download as a file, a first look at an upload.

Nothing of Django is known here, and a web worker never opens the lake itself.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from civicthread.lake.export import ExportFormat, export
from civicthread.lake.profile import preview
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import TableVersion
from civicthread.lake.smallcells import publish
from civicthread.lake.suggest import names_for, suggest
from civicthread.lake.suppression import SUPPRESSED, SmallCells
from civicthread.lake.tables import Lake
from civicthread.lake.upkeep import difference

LONGEST_CELL = 200


def warm() -> None:
    """Loading the modules above is all the warmth there is."""


@dataclass(frozen=True)
class Wanted:
    """Which rows: a version of a table; and where small cells are hidden, the rule, the keys and the file that keeps
    the rows as they are published.
    """

    lake: str
    name: str
    version: int
    rule: dict[str, Any] | None = None
    keys: tuple[str, ...] = ()
    kept: str = ""

    def found(self) -> TableVersion:
        """The version, or what is published of it."""
        version = Lake(self.lake).table(self.name).version(self.version)
        if self.rule is None:
            return version
        place = Path(self.kept)
        if place.exists():
            return replace(version, files=(self.kept,), columns={**version.columns, SUPPRESSED: "text"})
        place.parent.mkdir(parents=True, exist_ok=True)
        return publish(version, SmallCells.from_dict(self.rule), place, keys=self.keys)


def rows(wanted: dict[str, Any], page: tuple[int, int]) -> list[dict[str, Any]]:
    """Some rows of a version: `page` is how many, after how many."""
    limit, offset = page
    return preview(Wanted(**wanted).found(), limit=limit, offset=offset)


def write(wanted: dict[str, Any], kind: ExportFormat, target: str) -> int:
    """Write a version as a file, whole or not at all; its size in bytes."""
    return _written(Path(target), lambda: export(Wanted(**wanted).found(), kind))


def changes(old: dict[str, Any], new: dict[str, Any], keys: tuple[str, ...], target: str) -> int:
    """Write how one version differs from another as JSON, whole or not at all; its size in bytes."""
    found = difference(Wanted(**old).found(), Wanted(**new).found(), keys)
    return _written(Path(target), lambda: [json.dumps(vars(found), default=str).encode()])


def _written(place: Path, made: Callable[[], Iterable[bytes]]) -> int:
    place.parent.mkdir(parents=True, exist_ok=True)
    pieces = made()
    with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".new", delete=False) as file:
        try:
            size = sum(file.write(piece) for piece in pieces)
            file.flush()
        except BaseException:
            os.unlink(file.name)  # noqa: PTH108  # half a download is none
            raise
    Path(file.name).replace(place)
    return size


def first_look(path: str, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """How a file may be read, or why not: plain values for JSON. `told` are parts of the dialect a person knows."""
    try:
        found = suggest(Path(path), name=name, told=told)
    except IngestRefused as refused:
        return {"refused": refused.code, "facts": {key: str(value) for key, value in refused.params.items()}}
    (code,) = names_for([name.partition(".")[0]])
    return {
        "code": code,
        "schema": found.schema.as_dict(),
        "dialect": found.dialect.as_dict(),
        "notes": [[note.code, dict(note.params)] for note in found.notes],
        "sheets": list(found.sheets),
        "period": found.period,
        "headings": list(found.rows[0]) if found.rows else [],
        "rows": [[cell and cell[:LONGEST_CELL] for cell in row.values()] for row in found.rows],
    }
