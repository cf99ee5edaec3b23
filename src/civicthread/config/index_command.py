"""What the console does with a composite index: a pure calculation, which needs no city and writes nothing."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _
from civicthread.lake.spreadsheet import csv_lines
from civicthread.methods.composite import Layer, MethodError, parse, parse_values, score

DESI = Path(__file__).resolve().parents[3] / "examples" / "desi"
INDEX_COLUMNS = ("edition", "area", "level", "code", "score")


def index(method: str, *, edition: str, form: str) -> bytes:
    """Every score of a composite index, from the index down to its indicators, for each area and edition.

    `score` is × 100 and at full precision, empty where a value is missing.
    """
    methods = sorted(folder.name for folder in DESI.iterdir() if folder.is_dir())
    if method not in methods:
        message = _("There is no method “%(method)s”. Known: %(known)s.")
        raise Unusable(message % {"method": method, "known": ", ".join(methods)})
    if form not in {"csv", "json"}:
        raise Unusable(_("The format is one of csv, json."))
    try:
        rows = list(_scores(DESI / method, edition))
    except MethodError as error:
        raise Unusable(str(error)) from None
    if not rows:
        raise Unusable(_("The method has no edition “%(edition)s”.") % {"edition": edition})
    if form == "json":
        return (
            f"{json.dumps([dict(zip(INDEX_COLUMNS, row, strict=True)) for row in rows], indent=1)}\n".encode()
        )
    return csv_lines([INDEX_COLUMNS, *rows])


def _scores(folder: Path, edition: str) -> Iterator[tuple[Any, ...]]:
    """All scores by edition and area, in the order of the method."""
    method = parse(_rows(folder / "method.csv"))
    measured, imputed = (parse_values(_rows(folder / name)) for name in ("values.csv", "imputed.csv"))
    for key in sorted(measured.keys() | imputed.keys()):
        if edition in ("", key[0]):
            layers = {Layer.MEASURED: measured.get(key, {}), Layer.IMPUTED: imputed.get(key, {})}
            for part in score(method, layers).walk():
                yield (*key, part.level, part.code, part.points)


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
