"""What is wrong with a dataset: noticed after each load and fetch and once a day, told once, ended when mended."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from civicthread.accounts.models import Role, User
from civicthread.accounts.queries import people
from civicthread.core import journal, outbox, published
from civicthread.datahub import queries, rejects, words
from civicthread.datahub.models import Alarm, Dataset, DatasetVersion, Fetch, Ingestion
from civicthread.lake.places import NAMES

Facts = Mapping[str, Any]
Kind = Alarm.Kind
UNDECIDED: Final[Facts] = {"undecided": True}
"""What happened last says neither that it is wrong nor that it is mended."""

# Refusals that say that the columns of the file are not those that were declared.
DRIFTED: Final = frozenset(
    {
        *("missing_columns", "unknown_columns", "duplicate_headings", "empty_heading", "merged_headings"),
        *("sheet_unknown", "crs_differs", "table_differs"),
    }
)


def look(
    dataset: Dataset,
    *,
    today: date,
    last: Ingestion | None = None,
    versions: list[DatasetVersion] | None = None,
) -> None:
    """Look at everything that may be wrong with a dataset; raise and end its alarms.

    `last` is its last load, `versions` its newest two, newest first, for those who know them.
    """
    last = last or dataset.ingestions.order_by("-id").first()
    open_alarms = {alarm.kind: alarm for alarm in dataset.alarms.filter(ended_at__isnull=True).order_by()}
    if versions is None:
        versions = list(dataset.versions.defer("sample")[:2])
    baseline = _baseline(dataset, open_alarms, versions)
    found: dict[str, Facts] = {
        Kind.STALE: stale(dataset, versions[0] if versions else None, today),
        Kind.FETCH: unfetched(dataset, last),
        Kind.DRIFT: drifted(dataset, versions, baseline.get(Kind.DRIFT), last),
        Kind.JUMP: jumped(dataset, versions, baseline.get(Kind.JUMP)),
    }
    for kind, facts in found.items():
        if facts is not UNDECIDED and bool(facts) != (kind in open_alarms):
            _raise(dataset, kind, facts) if facts else _end(open_alarms[kind])


def _baseline(
    dataset: Dataset, open_alarms: Mapping[str, Alarm], versions: list[DatasetVersion]
) -> dict[str, DatasetVersion | None]:
    """The last version that was plausible: an open alarm remembers it, else it is the one before the newest."""
    before = versions[1] if len(versions) > 1 else None
    found: dict[str, DatasetVersion | None] = {}
    for kind in (Kind.DRIFT, Kind.JUMP):
        number = open_alarms[kind].facts.get("against") if kind in open_alarms else None
        found[kind] = dataset.versions.filter(number=number).first() if number is not None else before
    return found


def stale(dataset: Dataset, current: DatasetVersion | None, today: date) -> Facts:
    """New data should have come by now."""
    if current is None:
        return {}
    latest = current.covers_until or timezone.localdate(current.at)
    found = queries.freshness(dataset.frequency, latest, today)
    return {"latest": found.latest, "expected": found.expected} if found.stale else {}


def unfetched(dataset: Dataset, load: Ingestion | None) -> Facts:
    """The file could not be fetched, or what came could not be used; the last good version stays.

    A table that the program writes is nobody's to look after: its last load is looked at, unless its columns changed.
    """
    if load and load.outcome == Ingestion.Outcome.REFUSED and published.find(dataset.code):
        return {} if load.code in DRIFTED else {"code": load.code, "params": load.facts, "refused": True}
    fetches = Fetch.objects.filter(source__dataset=dataset).order_by("-id")
    outcome, code, facts = fetches.values_list("outcome", "code", "facts").first() or ("", "", {})
    if outcome not in (Fetch.Outcome.FAILED, Fetch.Outcome.REFUSED):
        return {}
    return {"code": code, "params": facts, "refused": outcome == Fetch.Outcome.REFUSED}


def drifted(
    dataset: Dataset, versions: list[DatasetVersion], before: DatasetVersion | None, last: Ingestion | None
) -> Facts:
    """The file's columns are not those declared, a column lost all its values, or codes came that nobody declared."""
    found = _drift(versions, before, last) if last else {}
    return {} if last and found and _is_settled(dataset, Kind.DRIFT, last.at) else found


def _drift(versions: list[DatasetVersion], before: DatasetVersion | None, last: Ingestion) -> Facts:
    if last.outcome == Ingestion.Outcome.REFUSED:
        return {"code": last.code, "params": last.facts} if last.code in DRIFTED else UNDECIDED
    if strange := list(_new_codes(last)):
        return {"code": "new_codes", "params": {"columns": ", ".join(strange)}}
    emptied = list(_emptied(versions[0], before)) if versions and before else []
    if emptied and before:
        return {"code": "emptied", "params": {"columns": ", ".join(emptied)}, "against": before.number}
    return {}


def _new_codes(done: Ingestion) -> Iterator[str]:
    path = rejects.path_of(done) if done.rejected else None
    return iter(sorted(rejects.columns_with(path, "unknown_code"))) if path else iter(())


def _emptied(current: DatasetVersion, before: DatasetVersion) -> Iterator[str]:
    for name, told in current.profile.items():
        old = before.profile.get(name)
        if old and told["rows"] and told["nulls"] == told["rows"] and old["nulls"] < old["rows"]:
            yield name


def jumped(dataset: Dataset, versions: list[DatasetVersion], before: DatasetVersion | None) -> Facts:
    """The rows, or the sum of a column of numbers, moved by more than the declared share.

    What tells rows apart is no measure: the sum of years says nothing. A restored version is a steward's own choice.
    """
    if not versions or before is None or before.number == versions[0].number:
        return {}
    current = versions[0]
    if current.restored_from is not None and before.number == versions[1].number:
        return {}
    found = _jump(dataset, current, before)
    return {} if found and _is_settled(dataset, Kind.JUMP, current.at) else found


def _jump(dataset: Dataset, current: DatasetVersion, before: DatasetVersion) -> Facts:
    share = dataset.jump_share / 100
    told = {"against": before.number, "version": current.number}
    if before.rows and abs(current.rows - before.rows) > share * before.rows:
        return {**told, "what": "", "before": before.rows, "after": current.rows}
    aside = {*dataset.keys, dataset.period_column, *chain.from_iterable(NAMES)}
    for name, old in before.totals.items():
        new = current.totals.get(name)
        if name not in aside and old and new is not None and abs(new - old) > share * abs(old):
            return {**told, "what": name, "before": old, "after": new}
    return {}


def _is_settled(dataset: Dataset, kind: str, moment: datetime) -> bool:
    """Whether an alarm about what came at that moment was ended since: a steward saw it and said that all is well."""
    return dataset.alarms.filter(kind=kind, ended_at__gte=moment).exists()


@transaction.atomic
def _raise(dataset: Dataset, kind: str, facts: Facts) -> None:
    """Write the alarm down, once however many notice it, and tell the stewards."""
    Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    if dataset.alarms.filter(kind=kind, ended_at__isnull=True).exists():
        return
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    alarm = Alarm.objects.create(dataset=dataset, kind=kind, since=timezone.now(), facts=plain)
    journal.record("datahub.raise_alarm", dataset, by=journal.system(), changes={"alarm": kind, **plain})
    for user in stewards():
        _tell(user, alarm)


def close(alarm: Alarm) -> bool:
    """The alarm is over; whether it was open until now. Call inside a transaction."""
    found = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if found.ended_at is not None:
        return False
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    return True


@transaction.atomic
def _end(alarm: Alarm) -> None:
    """What was wrong is mended."""
    if close(alarm):
        changes = {"alarm": alarm.kind}
        journal.record("datahub.end_alarm", alarm.dataset, by=journal.system(), changes=changes)


def stewards() -> list[User]:
    """Who is told: the data stewards, or the Office's staff where there is none."""
    found = [user for user in people(visible_to=journal.system()) if user.is_active]
    keep = [user for user in found if Role.STEWARD in user.actor.role_names]
    return keep or [user for user in found if Role.STAFF in user.actor.role_names]


def _tell(user: User, alarm: Alarm) -> None:
    language = user.language or settings.LANGUAGE_CODE
    with override(language):
        told = {
            "dataset": alarm.dataset,
            "sentence": words.alarm(alarm.kind, alarm.facts),
            "action_url": settings.BASE_URL + reverse("datahub:desk", args=[alarm.dataset.code]),
            "action_label": gettext("Look at the dataset"),
        }
    key = f"datahub.alarm {alarm.pk} {user.pk}"
    outbox.write("datahub/mail/alarm", key=key, to=user.email, language=language, **told)
