"""What changes indicators: definition, method, figures, targets. A published figure is never silently replaced."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, places
from civicthread.indicators.models import Correction, Indicator, MethodVersion, Run, Target, Value
from civicthread.methods import periods

Approval, Origin = Value.Approval, Value.Origin


@transaction.atomic
def save_indicator(indicator: Indicator | None, values: Mapping[str, Any], *, by: Actor) -> Indicator:
    """Describe what is measured; a new indicator starts as a draft."""
    policy.require("indicators.save", by=by, on=indicator)
    if indicator is None:
        indicator = Indicator(reference=next_reference("INDI", timezone.localdate().year))
    if changes := saving.write(indicator, values):
        journal.record("indicators.save", indicator, by=by, changes=changes, public=indicator.is_published)
        if indicator.is_published:
            search.index(indicator)
    return indicator


@transaction.atomic
def set_method(indicator: Indicator, *, by: Actor, note: Text, sql: str = "") -> MethodVersion:
    """Say how it is measured. A change makes a new version of the method; figures keep the one they came from."""
    policy.require("indicators.set_method", by=by, on=indicator)
    query = computing.checked(sql) if sql else None
    last = indicator.methods.select_for_update().last()
    if last and last.sql == sql and last.note == note:
        return last
    method = MethodVersion.objects.create(
        indicator=indicator,
        number=last.number + 1 if last else 1,
        note=note,
        sql=sql,
        sql_sha256=query.sha256 if query else "",
        lineage=[[output, *origin] for output, origins in query.lineage.items() for origin in origins] if query else [],
        at=timezone.now(),
        by=by,
    )
    if query:
        method.datasets.set(Dataset.objects.filter(code__in=query.tables))
    journal.record(
        "indicators.set_method",
        indicator,
        by=by,
        changes={"method": [last.number if last else None, method.number]},
        public=indicator.is_published,
    )
    return method


@transaction.atomic
def set_targets(indicator: Indicator, targets: Iterable[Mapping[str, Any]], *, by: Actor) -> list[Target]:
    """Set the values to be reached, each by the end of its period, in place of those there were."""
    policy.require("indicators.set_targets", by=by, on=indicator)
    wanted = [Target(indicator=indicator, due=periods.parse(t["period"]).end, **t) for t in targets]
    before = [[target.period, target.value, target.area_id] for target in indicator.targets.all()]
    after = [[target.period, target.value, target.area_id] for target in sorted(wanted, key=lambda t: t.due)]
    if before != after:
        indicator.targets.all().delete()
        Target.objects.bulk_create(wanted)
        changes = {"targets": [before, after]}
        journal.record(
            "indicators.set_targets", indicator, by=by, changes=changes, public=indicator.is_published
        )
    return wanted


def compute(indicator: Indicator, *, by: Actor, versions: Mapping[str, int] | None = None) -> Run | None:
    """Compute the figures from the current versions of the datasets; None when nothing changed since the last run.

    New and changed figures wait for approval. The query runs before the transaction: a long one locks nobody out.
    """
    policy.require("indicators.compute", by=by, on=indicator)
    method = indicator.methods.last()
    if method is None or not method.sql:
        raise Refused("no-query", _("This indicator has no query to compute it with."))
    query = computing.checked(method.sql)
    used = dict(versions or computing.latest_versions(query))
    last = method.runs.order_by("-id").first()
    if last and last.versions == used and last.sql_sha256 == query.sha256:
        return None
    done = computing.compute(query, used, owner=f"actor {by.pk}")
    with transaction.atomic():
        run = Run.objects.create(
            method=method,
            at=timezone.now(),
            by=by,
            engine=done.engine,
            sql_sha256=query.sha256,
            versions=used,
            rows=len(done.figures),
            digest=done.digest,
        )
        changed = _propose(indicator, run, done.figures)
        journal.record("indicators.compute", indicator, by=by, changes={"run": run.pk, "figures": changed})
    return run


def _propose(indicator: Indicator, run: Run, figures: Iterable[computing.Figure]) -> int:
    """Write the figures that differ from what stands there, to be approved; how many."""
    now = timezone.now()
    found = places.resolve({figure.area for figure in figures}, level=indicator.area_level)
    standing = {
        (value.period, value.area_id, value.breakdown_key, value.approval): value
        for value in indicator.values.filter(superseded_at__isnull=True, retained=True)
    }
    new: list[Value] = []
    outdated: list[int] = []
    for figure in figures:
        area = found[figure.area]
        key = "; ".join(f"{name}={value}" for name, value in figure.breakdown)[:200]
        place = (figure.period, area.pk if area else None, key)
        approved, proposed = standing.get((*place, Approval.APPROVED)), standing.get((*place, Approval.PROPOSED))
        if approved is not None and approved.value == figure.value:
            continue
        if proposed is not None:
            if proposed.value == figure.value:
                continue
            outdated.append(proposed.pk)
        new.append(_computed(indicator, run, figure, area=area, key=key))
    Value.objects.filter(pk__in=outdated).update(superseded_at=now)
    Value.objects.bulk_create(new)
    return len(new)


def _computed(indicator: Indicator, run: Run, figure: computing.Figure, *, area: Any, key: str) -> Value:
    return Value(
        indicator=indicator,
        period=figure.period,
        period_end=periods.parse(figure.period).end,
        area=area,
        breakdown=dict(figure.breakdown),
        breakdown_key=key,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        origin=Origin.COMPUTED,
        run=run,
        recorded_at=timezone.now(),
    )


@transaction.atomic
def report_value(indicator: Indicator, values: Mapping[str, Any], *, by: Actor) -> Value:
    """Write down a figure that a source publishes, or that somebody counted, to be approved."""
    policy.require("indicators.report", by=by, on=indicator)
    period = str(values["period"])
    try:
        end = periods.parse(period).end
    except periods.PeriodError:
        message = _("“%(period)s” is not a period such as 2026, 2026-Q3, 2026-09 or 2026-09-30.")
        raise Refused("period-unclear", message % {"period": period}) from None
    given = {"retained": True, **values}
    standing = indicator.values.filter(
        period=period, area=given.get("area"), breakdown_key="", superseded_at__isnull=True
    )
    if same := standing.filter(value=given["value"], retained=given["retained"], source=given.get("source", {})).first():
        return same
    if given["retained"]:
        standing.filter(retained=True, approval=Approval.PROPOSED).update(superseded_at=timezone.now())
    value = Value.objects.create(
        indicator=indicator, period_end=end, recorded_at=timezone.now(), **{"origin": Origin.REPORTED, **given}
    )
    journal.record("indicators.report", indicator, by=by, changes={"period": period, "value": [None, value.value]})
    return value


@transaction.atomic
def approve_values(indicator: Indicator, *, by: Actor, reason: Text | None = None) -> int:
    """Make all proposed figures public. Where one replaces a published figure, the correction is told, with its reason."""
    policy.require("indicators.approve", by=by, on=indicator)
    now = timezone.now()
    current = indicator.values.select_for_update().filter(superseded_at__isnull=True)
    published = {_place(v): v for v in current.filter(approval=Approval.APPROVED, retained=True)}
    proposed = list(current.filter(approval=Approval.PROPOSED))
    replaced = [(published[_place(v)], v) for v in proposed if v.retained and _place(v) in published]
    if replaced and indicator.is_published and not reason:
        raise Refused(
            "reason-missing",
            _("Some of these figures replace published ones. Give the reason: it is shown with the correction."),
        )
    Value.objects.filter(pk__in=[old.pk for old, _new in replaced]).update(superseded_at=now)
    Value.objects.filter(pk__in=[v.pk for v in proposed]).update(
        approval=Approval.APPROVED, approved_at=now, approved_by=by
    )
    if indicator.is_published:
        _tell_corrections(indicator, replaced, by=by, reason=reason)
    if proposed:
        journal.record(
            "indicators.approve", indicator, by=by, changes={"figures": len(proposed)}, public=indicator.is_published
        )
    return len(proposed)


def _place(value: Value) -> tuple[str, Any, str]:
    return value.period, value.area_id, value.breakdown_key


def _tell_corrections(
    indicator: Indicator, replaced: list[tuple[Value, Value]], *, by: Actor, reason: Text | None
) -> None:
    for old, new in replaced:
        Correction.objects.create(
            indicator=indicator, old=old, new=new, reason=reason or Text(), at=timezone.now(), by=by
        )
    if replaced:
        journal.record("indicators.correct", indicator, by=by, changes={"figures": len(replaced)}, public=True)


@transaction.atomic
def refuse_values(indicator: Indicator, *, by: Actor) -> int:
    """Send back all proposed figures; they stay on record, unpublished."""
    policy.require("indicators.refuse", by=by, on=indicator)
    proposed = indicator.values.filter(approval=Approval.PROPOSED, superseded_at__isnull=True)
    refused = proposed.update(approval=Approval.REFUSED, superseded_at=timezone.now())
    journal.record("indicators.refuse", indicator, by=by, changes={"figures": refused})
    return refused


@transaction.atomic
def publish_indicator(indicator: Indicator, *, by: Actor) -> Indicator:
    """Show an indicator to the public, in all required languages, once its method is written down."""
    policy.require("indicators.publish", by=by, on=indicator)
    if not indicator.methods.aggregate(last=Max("number"))["last"]:
        raise Refused("method-missing", _("Write down how it is measured, then publish."))
    if not indicator.is_published:
        publishing.mark_published(indicator)
        journal.record("indicators.publish", indicator, by=by, public=True)
    return indicator


@transaction.atomic
def withdraw_indicator(indicator: Indicator, *, by: Actor, because: Text) -> Indicator:
    """Take an indicator from public view, saying why."""
    policy.require("indicators.withdraw", by=by, on=indicator)
    publishing.mark_withdrawn(indicator, because=because)
    journal.record("indicators.withdraw", indicator, by=by, changes={"because": because})
    return indicator
