"""What changes composite indices: description, method, areas, runs and their approval."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import free_code, next_reference
from civicthread.core.text import Text, as_text
from civicthread.datahub.models import Dataset
from civicthread.indicators import actions as indicators
from civicthread.indicators import computing
from civicthread.indicators.models import Indicator
from civicthread.indicators.words import TRANSIENT
from civicthread.indices import feeding, queries, reading, scoring, words
from civicthread.indices.models import CompositeIndex, IndexArea, IndexMethod, IndexRun, Score

logger = logging.getLogger(__name__)
Approval = IndexRun.Approval
# SQLite takes at most 32,766 values in one statement; a score has 15.
BATCH = 2_000


def _locked(index: CompositeIndex) -> CompositeIndex:
    """The index as it is now, its row locked: methods and runs of one index change one after the other."""
    return CompositeIndex.objects.select_for_update().get(pk=index.pk)


@transaction.atomic
def save_index(index: CompositeIndex | None, values: Mapping[str, Any], *, by: Actor) -> CompositeIndex:
    """Describe an index; a new one starts as a draft. An indicator it feeds becomes one of the kind composite."""
    policy.require("indices.save", by=by, on=index)
    if index is not None:
        index = _locked(index)
    else:
        index = CompositeIndex(reference=next_reference("INDX", timezone.localdate().year))
        values = {"code": free_code(CompositeIndex, as_text(values["title"])), **values}
    fed: Indicator | None = values.get("indicator")
    if fed and fed.kind != Indicator.Kind.COMPOSITE:
        if fed.kind == Indicator.Kind.SQL:
            raise Refused("indicator-computed", _("That indicator is computed by a query of its own."))
        indicators.save_indicator(fed, {"kind": Indicator.Kind.COMPOSITE}, by=by)
    if changes := saving.write(index, values):
        journal.record("indices.save", index, by=by, changes=changes, public=index.is_published)
        if index.is_published:
            search.index(index)
    return index


@transaction.atomic
def set_method(
    index: CompositeIndex, rows: Iterable[Mapping[str, str]], *, by: Actor, sql: str, **told: Any
) -> IndexMethod:
    """Say how the index is worked out. A change makes a new version; runs keep the one they came from.

    `rows` are those of a method file, one for each part; `told` may give note, missing and source_url.
    """
    policy.require("indices.set_method", by=by, on=index)
    query, read = scoring.checked(sql), reading.method(rows)
    index = _locked(index)
    note = as_text(told.get("note") or {})
    values = {"missing": told.get("missing") or "refuse", "source_url": told.get("source_url") or ""}
    digest = reading.digest(read, sql=sql, **values)
    last = index.methods.last()
    if last and (last.digest, last.note) == (digest, note):
        return last
    if index.is_published and (missing := note.missing(publishing.required_languages())):
        raise publishing.text_missing(last or IndexMethod(), {"note": missing})
    now = timezone.now()
    index.methods.filter(superseded_at__isnull=True).update(superseded_at=now)
    method = IndexMethod.objects.create(
        index=index,
        number=last.number + 1 if last else 1,
        note=note,
        sql=sql,
        sql_sha256=query.sha256,
        digest=digest,
        at=now,
        by=by,
        **values,
    )
    reading.write_parts(method, read)
    method.datasets.set(Dataset.objects.filter(code__in=query.tables))
    changes = {"method": [last.number if last else None, method.number]}
    journal.record("indices.set_method", index, by=by, changes=changes, public=index.is_published)
    return method


@transaction.atomic
def set_areas(index: CompositeIndex, areas: Iterable[Mapping[str, Any]], *, by: Actor) -> int:
    """Say what the areas of the data are called and which of them compete, in place of what was said; how many."""
    policy.require("indices.set_areas", by=by, on=index)
    index = _locked(index)
    wanted = [IndexArea(index=index, **{**area, "name": as_text(area["name"])}) for area in areas]
    codes = [area.code for area in wanted]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise words.refused("index-area-twice", part=twice[0])
    before, after = (
        # PostgreSQL gives the languages back in an order of its own.
        sorted((area.code, area.ranked, json.dumps(area.name.to_json(), sort_keys=True)) for area in these)
        for these in (index.areas.all(), wanted)
    )
    if before != after:
        index.areas.all().delete()
        IndexArea.objects.bulk_create(wanted)
        changes = {"areas": [[code for code, *_rest in told] for told in (before, after)]}
        journal.record("indices.set_areas", index, by=by, changes=changes, public=index.is_published)
    return len(wanted)


def compute(index: CompositeIndex, *, by: Actor) -> IndexRun | None:
    """Compute every score from the current versions of the datasets; None where neither they nor the method changed.

    What comes of it waits for approval. A run that fails is noted with its reason.
    """
    policy.require("indices.compute", by=by, on=index)
    method = index.methods.last()
    if method is None:
        raise words.refused("index-no-method")
    last, used = method.runs.order_by("pk").last(), {}
    try:
        codes = method.datasets.values_list("code", flat=True)
        used = computing.latest_versions(codes)
        if last and not last.failed and last.versions == used:
            return None
        done = scoring.compute(method, used, owner=f"actor {by.pk}")
        return _note_run(index, method, done, after=last, by=by)
    except Refused as refusal:
        if refusal.code not in TRANSIENT:
            _note_failure(index, method, refusal, versions=used, by=by)
        raise


@transaction.atomic
def _note_run(
    index: CompositeIndex, method: IndexMethod, done: scoring.Scores, *, after: IndexRun | None, by: Actor
) -> IndexRun | None:
    """Write down a run with all its scores, unless another was faster. Earlier proposals give way."""
    index, now = _locked(index), timezone.now()
    if index.methods.last() != method or method.runs.order_by("pk").last() != after:
        return None
    proposals = IndexRun.objects.filter(method__index=index, approval=Approval.PROPOSED, failed="")
    proposals.filter(superseded_at__isnull=True).update(superseded_at=now)
    run = IndexRun.objects.create(
        method=method,
        at=now,
        by=by,
        engine=done.engine,
        sql_sha256=done.sql_sha256,
        versions=dict(done.versions),
        rows=len(done.rows),
        digest=done.digest,
    )
    Score.objects.bulk_create((Score(run=run, **row._asdict()) for row in done.rows), batch_size=BATCH)
    journal.record("indices.compute", index, by=by, changes={"run": run.pk, "scores": run.rows})
    return run


@transaction.atomic
def _note_failure(
    index: CompositeIndex, method: IndexMethod, refusal: Refused, *, versions: dict[str, int], by: Actor
) -> None:
    told = computing.failed(refusal, sql_sha256=method.sql_sha256, versions=versions)
    run = IndexRun.objects.create(method=method, at=timezone.now(), by=by, **told)
    journal.record("indices.compute", index, by=by, changes={"run": run.pk, "refused": refusal.code})


def compute_outdated(*, by: Actor) -> list[IndexRun]:
    """Compute again what lies downstream of a dataset that changed, and nothing else; the runs that gave scores."""
    policy.require("indices.compute", by=by)
    runs = []
    for index in queries.outdated():
        try:
            runs.append(compute(index, by=by))
        except Refused as refusal:
            logger.warning("%s could not be computed: %s", index.code, refusal.code)
    return [run for run in runs if run]


@transaction.atomic
def approve_run(index: CompositeIndex, *, by: Actor, seen: int | None = None) -> IndexRun:
    """Make the proposed scores those that everyone sees; the indicator that the index feeds gets its figures.

    `seen` is the run the person looked at: one that came since is not approved unseen. The figures wait for approval
    with the indicator, like any other.
    """
    policy.require("indices.approve", by=by, on=index)
    index, now = _locked(index), timezone.now()
    run = _proposed(index, seen)
    IndexRun.objects.filter(
        method__index=index, approval=Approval.APPROVED, superseded_at__isnull=True
    ).update(superseded_at=now)
    saving.write(run, {"approval": Approval.APPROVED, "approved_at": now, "approved_by": by})
    changes = {"run": run.pk, "scores": run.rows}
    journal.record("indices.approve", index, by=by, changes=changes, public=index.is_published)
    if index.indicator:
        for figure in feeding.figures(index, run):
            indicators.report_value(index.indicator, figure, by=by)
    return run


@transaction.atomic
def refuse_run(index: CompositeIndex, *, by: Actor, seen: int | None = None) -> IndexRun:
    """Send back the proposed scores; they stay on record, unpublished."""
    policy.require("indices.refuse", by=by, on=index)
    index = _locked(index)
    run = _proposed(index, seen)
    saving.write(run, {"approval": Approval.REFUSED, "superseded_at": timezone.now()})
    journal.record("indices.refuse", index, by=by, changes={"run": run.pk})
    return run


def _proposed(index: CompositeIndex, seen: int | None) -> IndexRun:
    run = queries.proposed_run(index)
    if run is None:
        raise Refused("nothing-proposed", _("No scores wait for approval."))
    if seen is not None and run.pk != seen:
        raise Refused("stale", _("Other scores were proposed in the meantime. Look again, then decide."))
    return run


@transaction.atomic
def publish_index(index: CompositeIndex, *, by: Actor) -> CompositeIndex:
    """Show an index to the public, in all required languages, once its method is told and scores are approved."""
    policy.require("indices.publish", by=by, on=index)
    index = _locked(index)
    method = index.methods.last()
    if method is None:
        raise words.refused("index-no-method")
    if missing := method.note.missing(publishing.required_languages()):
        raise publishing.text_missing(method, {"note": missing})
    if queries.approved_run(index) is None:
        raise Refused("no-scores", _("Compute and approve its scores, then publish."))
    if not index.is_published:
        publishing.mark_published(index)
        journal.record("indices.publish", index, by=by, public=True)
    return index


@transaction.atomic
def withdraw_index(index: CompositeIndex, *, by: Actor, because: Text) -> CompositeIndex:
    """Take an index from public view, saying why."""
    policy.require("indices.withdraw", by=by, on=index)
    index = _locked(index)
    publishing.mark_withdrawn(index, because=because)
    journal.record("indices.withdraw", index, by=by, changes={"because": because}, public=True)
    return index
