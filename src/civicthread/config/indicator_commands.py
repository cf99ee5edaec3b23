"""What the console does with indicators: compute them, ask the lake, work out an index."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import track

from civicthread.config.speech import Unusable
from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.indicators import actions, computing
from civicthread.indicators.models import Indicator, Run, Value
from civicthread.lake.spreadsheet import csv_lines
from civicthread.methods.composite import Layer, MethodError, parse, parse_values, score

DESI = Path(__file__).resolve().parents[3] / "examples" / "desi"
INDEX_COLUMNS = ("edition", "area", "level", "code", "score")


def compute(codes: list[str], *, console: Console) -> int:
    """Compute these indicators, or all that are computed; how many could not be. Each is told in one line."""
    found = list(Indicator.objects.filter(kind=Indicator.Kind.SQL).order_by("code"))
    known = {indicator.code: indicator for indicator in found}
    if unknown := [code for code in codes if code not in known]:
        message = _("There is no computed indicator “%(code)s”. Known: %(known)s.")
        raise Unusable(message % {"code": unknown[0], "known": ", ".join(known) or "-"})
    chosen = [known[code] for code in codes] if codes else found
    failed = 0
    for indicator in track(chosen, _("Computing"), console=console, transient=True):
        try:
            told = _computed(actions.compute(indicator, by=journal.system()))
        except Refused as refusal:
            failed += 1
            told = str(refusal.message)
        console.print(f"{indicator.code}: {told}", highlight=False, markup=False)
    return failed


def _computed(run: Run | None) -> str:
    if run is None:
        return _("nothing changed since the last run.")
    waiting = run.values.filter(approval=Value.Approval.PROPOSED).count()
    rows = ngettext("run %(run)s, %(rows)s figure,", "run %(run)s, %(rows)s figures,", run.rows)
    new = ngettext("%(count)s to be approved.", "%(count)s to be approved.", waiting)
    return f"{rows % {'run': run.pk, 'rows': run.rows}} {new % {'count': waiting}}"


def query(sql: str, *, form: str) -> bytes:
    """The rows of one SELECT over the current versions of the datasets, as CSV, JSON or Parquet."""
    if form not in FORMS:
        raise Unusable(_("The format is one of csv, json, parquet."))
    try:
        checked = computing.any_query(sql)
        answer = computing.run(checked, computing.latest_versions(checked.tables))
    except Refused as refusal:
        raise Unusable(str(refusal.message)) from None
    return FORMS[form](answer)


def _as_csv(answer: Any) -> bytes:
    rows = (tuple(row.values()) for row in answer.to_pylist())
    return csv_lines([tuple(answer.column_names), *rows])


def _as_json(answer: Any) -> bytes:
    text = json.dumps(
        answer.to_pylist(), ensure_ascii=False, indent=1, default=lambda value: value.isoformat()
    )
    return f"{text}\n".encode()


def _as_parquet(answer: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(answer, sink)
    return sink.getvalue()


FORMS: dict[str, Callable[[Any], bytes]] = {"csv": _as_csv, "json": _as_json, "parquet": _as_parquet}


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
