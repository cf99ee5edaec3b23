"""What changes indicators: definition, method, figures, targets. A published figure is never silently replaced."""

import logging
import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import free_code, next_reference
from civicthread.core.text import Text, as_text
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, history, places, proposing, queries, rolling, words
from civicthread.indicators.models import Correction, Indicator, MethodVersion, Run, Target, Value
from civicthread.indicators.places import Place, below_the_whole
from civicthread.methods import periods

if TYPE_CHECKING:
    from civicthread.lake.query import CheckedQuery

logger = logging.getLogger(__name__)
Approval, Origin = Value.Approval, Value.Origin


def _locked(indicator: Indicator, *columns: str) -> Indicator:
    """The indicator as it is now, its row locked: figures of one indicator change one after the other.

    Of its columns only those named are read, where some are.
    """
    return Indicator.objects.select_for_update().only(*columns).get(pk=indicator.pk)


@transaction.atomic
def save_indicator(indicator: Indicator | None, values: Mapping[str, Any], *, by: Actor) -> Indicator:
    """Describe what is measured; a new indicator starts as a draft."""
    policy.require("indicators.save", by=by, on=indicator)
    if indicator is not None:
        indicator = _locked(indicator)
    else:
        indicator = Indicator(reference=next_reference("INDI", timezone.localdate().year))
        values = {"code": free_code(Indicator, as_text(values["title"])), **values}
    if changes := saving.write(indicator, values):
        journal.record("indicators.save", indicator, by=by, changes=changes, public=indicator.is_published)
        if indicator.is_published:
            search.index(indicator)
    return indicator


@transaction.atomic
def set_method(
    indicator: Indicator, *, by: Actor, note: Text, sql: str = "", roll_up: str = MethodVersion.RollUp.NONE
) -> MethodVersion:
    """Say how it is measured. A change makes a new version of the method; figures keep the one they came from.

    With a query its figures are computed, and may be rolled up to the whole territory; without one they are reported.
    """
    policy.require("indicators.set_method", by=by, on=indicator)
    query = computing.checked(sql) if sql else None
    roll_up = rolling.checked(roll_up, query) if query else MethodVersion.RollUp.NONE
    indicator = _locked(indicator)
    last = indicator.methods.last()
    if last and (last.sql, last.note, last.roll_up) == (sql, note, roll_up):
        return last
    if indicator.is_published and (missing := note.missing(publishing.required_languages())):
        raise publishing.text_missing(last or MethodVersion(), {"note": missing})
    saving.write(indicator, {"kind": Indicator.Kind.SQL if sql else Indicator.Kind.REPORTED})
    method = MethodVersion.objects.create(
        indicator=indicator,
        number=last.number + 1 if last else 1,
        note=note,
        sql=sql,
        sql_sha256=query.sha256 if query else "",
        roll_up=roll_up,
        lineage=_lineage(query) if query else [],
        checked=query.kept() if query else None,
        at=timezone.now(),
        by=by,
    )
    if query:
        method.datasets.set(Dataset.objects.filter(code__in=query.tables))
    changes = {"method": [last.number if last else None, method.number]}
    journal.record("indicators.set_method", indicator, by=by, changes=changes, public=indicator.is_published)
    return method


def _lineage(query: "CheckedQuery") -> list[list[str]]:
    """Each column of the result with each column of a dataset it comes from."""
    return [[output, *origin] for output, origins in query.lineage.items() for origin in origins]


@transaction.atomic
def set_targets(indicator: Indicator, targets: Iterable[Mapping[str, Any]], *, by: Actor) -> list[Target]:
    """Set the values to be reached, each by the end of its period, in place of those there were."""
    policy.require("indicators.set_targets", by=by, on=indicator)
    indicator = _locked(indicator)
    wanted = sorted((_target(indicator, values) for values in targets), key=lambda target: target.due)
    before, after = [[history.told_target(t) for t in these] for these in (indicator.targets.all(), wanted)]
    if before == after:
        return list(indicator.targets.all())
    if len({(target.period, target.area_id) for target in wanted}) < len(wanted):
        raise Refused("two-targets", _("Two targets are given for the same period: keep one."))
    indicator.targets.all().delete()
    Target.objects.bulk_create(wanted)
    changes = {"targets": [before, after]}
    journal.record("indicators.set_targets", indicator, by=by, changes=changes, public=indicator.is_published)
    return wanted


def _target(indicator: Indicator, values: Mapping[str, Any]) -> Target:
    given = {**values, "area": below_the_whole(values.get("area"))}
    return Target(indicator=indicator, due=_end(given["period"]), **given)


def _end(period: str) -> date:
    try:
        return periods.parse(period).end
    except periods.PeriodError:
        raise words.refused("period-unclear", period=period[:40]) from None


def compute(indicator: Indicator, *, by: Actor, versions: computing.Versions | None = None) -> Run | None:
    """Compute the figures from the current versions of the datasets; None when nothing changed since the last run.

    New and changed figures wait for approval. The query runs before the transaction: a long one locks nobody out.
    `versions` are those of a whole batch: the engine opens the files of all of them once.
    """
    policy.require("indicators.compute", by=by, on=indicator)
    method = indicator.methods.last()
    if method is None or not method.sql:
        raise words.refused("no-query")
    return _compute(method, method.runs.last(), by=by, versions=versions)


def _compute(
    method: MethodVersion, last: Run | None, *, by: Actor, versions: computing.Versions | None
) -> Run | None:
    """Compute by a method whose last run is known."""
    indicator, codes = method.indicator, computing.datasets_of(method)
    used: dict[str, int] = {}
    try:
        known = versions if versions is not None else computing.latest_versions(codes)
        used = {code: known[code] for code in codes}
        query = computing.query_of(method, used)
        if last and not last.failed and (last.versions, last.sql_sha256) == (used, query.sha256):
            return None
        done = computing.compute(query, known, owner=f"actor {by.pk}")
        return _note_run(indicator, method, done, after=last, by=by)
    except Refused as refusal:
        if refusal.code not in words.TRANSIENT:
            _note_failure(indicator, method, refusal, versions=used, by=by)
        raise


@transaction.atomic
def _note_run(
    indicator: Indicator, method: MethodVersion, done: computing.Computation, *, after: Run | None, by: Actor
) -> Run | None:
    """Write down a run and propose what is new in it, unless another run was faster."""
    indicator = _locked(indicator, "area_level")
    methods = MethodVersion.objects.filter(indicator=indicator).order_by("-number", "-runs__pk")
    if methods.values_list("pk", "runs__pk").first() != (method.pk, after.pk if after else None):
        return None
    placed = places.placed(done.figures, level=indicator.area_level)
    found = rolling.rolled(placed, by=method.roll_up, level=indicator.area_level)
    run = Run.objects.create(
        method=method,
        at=timezone.now(),
        by=by,
        engine=done.engine,
        sql_sha256=done.sql_sha256,
        versions=dict(done.versions),
        rows=len(done.figures),
        digest=done.digest,
        facts={"incomplete": found.incomplete} if found.incomplete else {},
    )
    proposed = proposing.propose(indicator, run, found.figures)
    journal.record("indicators.compute", indicator, by=by, changes={"run": run.pk, "figures": proposed})
    return run


@transaction.atomic
def _note_failure(
    indicator: Indicator, method: MethodVersion, refusal: Refused, *, versions: dict[str, int], by: Actor
) -> None:
    told = computing.failed(refusal, sql_sha256=method.sql_sha256, versions=versions)
    run = Run.objects.create(method=method, at=timezone.now(), by=by, **told)
    journal.record("indicators.compute", indicator, by=by, changes={"run": run.pk, "refused": refusal.code})


def compute_outdated(*, by: Actor) -> list[Run]:
    """Compute again what lies downstream of a dataset that changed, and nothing else; the runs that gave figures."""
    policy.require("indicators.compute", by=by)
    outdated, versions = queries.outdated()
    runs = []
    for method, last in outdated:
        try:
            runs.append(_compute(method, last, by=by, versions=versions))
        except Refused as refusal:
            logger.warning("%s could not be computed: %s", method.indicator.code, refusal.code)
    return [run for run in runs if run]


@transaction.atomic
def report_value(indicator: Indicator, values: Mapping[str, Any], *, by: Actor) -> Value:
    """Write down a figure that a source publishes, or that somebody counted, to be approved."""
    policy.require("indicators.report", by=by, on=indicator)
    indicator = _locked(indicator)
    end = _end(str(values["period"]))
    if not math.isfinite(values["value"]):
        raise Refused("not-a-number", _("A figure must be a number."))
    if unknown := [flag for flag in values.get("flags", ()) if flag not in words.FLAGS]:
        raise words.refused("flag-unknown", flag=unknown[0], known=", ".join(words.FLAGS))
    given = {"retained": True, **values, "area": below_the_whole(values.get("area"))}
    standing = indicator.values.filter(
        period=given["period"], area=given["area"], breakdown_key="", superseded_at__isnull=True
    )
    if same := standing.filter(**{name: given.get(name, empty) for name, empty in _TOLD.items()}).first():
        return same
    if given["retained"]:
        standing.filter(retained=True, approval=Approval.PROPOSED).update(superseded_at=timezone.now())
    value = Value.objects.create(
        indicator=indicator,
        period_end=end,
        recorded_at=timezone.now(),
        **{"origin": Origin.REPORTED, "author": by, **given},
    )
    changes = {"period": value.period, "value": [None, value.value]}
    journal.record("indicators.report", indicator, by=by, changes=changes)
    return value


# What makes two reports of a figure the same, with what is meant where nothing is said.
_TOLD: Mapping[str, Any] = {
    "value": None,
    "retained": True,
    "source": {},
    "numerator": None,
    "denominator": None,
    "flags": [],
    "evidence": "",
}


@transaction.atomic
def approve_values(
    indicator: Indicator, *, by: Actor, reason: Text | None = None, seen: int | None = None
) -> int:
    """Make all proposed figures public; how many. Where one replaces a published figure, the correction is told.

    `seen` is the newest proposal the person looked at: what came since is not approved unseen.
    """
    policy.require("indicators.approve", by=by, on=indicator)
    indicator = _locked(indicator)
    now, reason = timezone.now(), reason or Text()
    proposed = _proposed(indicator, seen)
    standing = indicator.values.filter(approval=Approval.APPROVED, **_CURRENT).only(*_DECIDED_BY)
    published = {Place.of(value): value for value in standing}
    replaced = [(published[Place.of(v)], v) for v in proposed if v.retained and Place.of(v) in published]
    if replaced and indicator.is_published:
        _require_reason(reason)
    Value.objects.filter(pk__in=[old.pk for old, _new in replaced]).update(superseded_at=now)
    Value.objects.filter(pk__in=[v.pk for v in proposed]).update(
        approval=Approval.APPROVED, approved_at=now, approved_by=by
    )
    if indicator.is_published:
        _tell_corrections(indicator, replaced, by=by, reason=reason)
    if proposed:
        changes = {"figures": len(proposed)}
        journal.record("indicators.approve", indicator, by=by, changes=changes, public=indicator.is_published)
    return len(proposed)


_CURRENT = {"superseded_at__isnull": True, "retained": True}
_DECIDED_BY = ("indicator", "period", "area", "breakdown_key", "retained")


def _proposed(indicator: Indicator, seen: int | None) -> list[Value]:
    found = indicator.values.filter(approval=Approval.PROPOSED, superseded_at__isnull=True)
    proposed = list(found.order_by("pk").only(*_DECIDED_BY))
    if seen is not None and (proposed[-1].pk if proposed else 0) != seen:
        raise Refused("stale", _("Other figures were proposed in the meantime. Look again, then decide."))
    return proposed


def _require_reason(reason: Text) -> None:
    if not reason:
        raise Refused(
            "reason-missing",
            _(
                "Some of these figures replace published ones. Give the reason: it is shown with the correction."
            ),
        )
    if missing := reason.missing(publishing.required_languages()):
        raise publishing.texts_missing(missing)


def _tell_corrections(
    indicator: Indicator, replaced: list[tuple[Value, Value]], *, by: Actor, reason: Text
) -> None:
    now = timezone.now()
    Correction.objects.bulk_create(
        Correction(indicator=indicator, old=old, new=new, reason=reason, at=now, by=by)
        for old, new in replaced
    )
    if replaced:
        changes = {"figures": len(replaced), "reason": reason}
        journal.record("indicators.correct", indicator, by=by, changes=changes, public=True)


@transaction.atomic
def refuse_values(indicator: Indicator, *, by: Actor, seen: int | None = None) -> int:
    """Send back all proposed figures; they stay on record, unpublished."""
    policy.require("indicators.refuse", by=by, on=indicator)
    indicator = _locked(indicator)
    proposed = _proposed(indicator, seen)
    refused = Value.objects.filter(pk__in=[value.pk for value in proposed]).update(
        approval=Approval.REFUSED, superseded_at=timezone.now()
    )
    if refused:
        journal.record("indicators.refuse", indicator, by=by, changes={"figures": refused})
    return refused


@transaction.atomic
def publish_indicator(indicator: Indicator, *, by: Actor) -> Indicator:
    """Show an indicator to the public, in all required languages, once its method is written down."""
    policy.require("indicators.publish", by=by, on=indicator)
    indicator = _locked(indicator)
    method = indicator.methods.last()
    if method is None:
        raise Refused("method-missing", _("Write down how it is measured, then publish."))
    if missing := method.note.missing(publishing.required_languages()):
        raise publishing.text_missing(method, {"note": missing})
    if hidden := queries.hidden_datasets(method):
        raise words.refused("dataset-hidden", name=str(hidden[0].title))
    if not indicator.is_published:
        publishing.mark_published(indicator)
        journal.record("indicators.publish", indicator, by=by, public=True)
    return indicator


@transaction.atomic
def withdraw_indicator(indicator: Indicator, *, by: Actor, because: Text) -> Indicator:
    """Take an indicator from public view, saying why."""
    policy.require("indicators.withdraw", by=by, on=indicator)
    indicator = _locked(indicator)
    publishing.mark_withdrawn(indicator, because=because)
    journal.record("indicators.withdraw", indicator, by=by, changes={"because": because}, public=True)
    return indicator
