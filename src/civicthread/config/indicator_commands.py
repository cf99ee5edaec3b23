"""What the console does with indicators: compute them, ask the lake."""

import io
import json
from collections.abc import Callable
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
