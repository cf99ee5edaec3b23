"""The programme's own tables: what the apps give away (`core.published`), written to the lake as datasets.

A table becomes a new version only when a row of it changed, or the year did: its period is the year it tells of, so
that an indicator over it has a figure for each year. What was withdrawn is missing from the next version. The public
sees a table from its first row on: a city that begins has nothing to tell yet.
"""

import csv
import hashlib
import logging
from collections.abc import Collection
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, published, publishing, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.published import PublishedTable
from civicthread.core.references import next_reference
from civicthread.core.text import in_every_language
from civicthread.datahub import actions, declaring, tables
from civicthread.datahub.models import Dataset, Frequency, Ingestion
from civicthread.lake.refusals import StaleWriter
from civicthread.stakeholders.models import Organisation
from civicthread.territory import queries as territory
from civicthread.territory.models import Area

logger = logging.getLogger(__name__)

READING: Final = {"format": "csv"}
FAILED: Final = _("Tables not written, or not wholly: %(codes)s. The log of the server says why.")


class Written(NamedTuple):
    """What came of publishing tables: the datasets that have a new version, and the codes of those that failed.

    A table of which some rows were set aside is among both.
    """

    changed: list[Dataset]
    failed: list[str]


def publish_tables(*, by: Actor, codes: Collection[str] = ()) -> Written:
    """Write each table (or these) whose rows changed as a new version of its dataset.

    One that fails is logged, and keeps no other from being written.
    """
    policy.require("datahub.publish_tables", by=by)
    done = Written([], [])
    for table in published.tables():
        if not codes or table.code in codes:
            _publish(table, done, by=by)
    if done.changed:
        _note(done.changed, by=by)
    return done


@transaction.atomic
def _note(changed: list[Dataset], *, by: Actor) -> None:
    """One entry for all: each table's own load is noted beside it."""
    codes = [dataset.code for dataset in changed]
    journal.record("datahub.publish_tables", changed[0], by=by, changes={"tables": codes})


def _publish(table: PublishedTable, done: Written, *, by: Actor) -> None:
    try:
        dataset = _described(table, by=by)
        whole = _write_version(dataset, table, by=by)
    except Exception:
        logger.exception("the table %s could not be written", table.code)
        done.failed.append(table.code)
        return
    if whole is not None:
        done.changed.append(dataset)
    if whole is False:
        done.failed.append(table.code)


def _write_version(dataset: Dataset, table: PublishedTable, *, by: Actor) -> bool | None:
    """Write the rows where they changed; whether all of them are in the new version. None where none was needed."""
    with TemporaryDirectory() as folder:
        file = Path(folder, f"{table.code}.csv")
        count = _write(file, [column.name for column in dataset.columns.all()], table)
        if count and not dataset.is_published:
            _make_public(dataset, by=by)
        if _is_loaded(dataset, file):
            return None
        if count == 0:
            _empty(dataset, file, by=by)
            return True
        load = actions.ingest(dataset, file, by=by, name=file.name)
    if load.outcome == Ingestion.Outcome.REFUSED:
        raise Refused("programme-table-refused", _("The table could not be written."), refusal=load.code)
    if load.rejected:
        logger.error("%s rows of the table %s were set aside", load.rejected, table.code)
    return not load.rejected


@transaction.atomic
def _described(table: PublishedTable, *, by: Actor) -> Dataset:
    """The dataset of the table, with its description and columns brought up to date."""
    dataset = Dataset.objects.select_for_update(of=("self",)).filter(code=table.code).first()
    if dataset is None:
        dataset = Dataset(reference=next_reference("DATA", timezone.localdate().year))
    changes = declaring.write(dataset, _description(table), _columns(table, dataset))
    if changes:
        journal.record("datahub.save", dataset, by=by, changes=changes)
        if dataset.is_published:
            search.index(dataset)
    return dataset


@transaction.atomic
def _make_public(dataset: Dataset, *, by: Actor) -> None:
    publishing.mark_published(dataset)
    journal.record("datahub.publish", dataset, by=by, public=True)


def _description(table: PublishedTable) -> dict[str, Any]:
    city = settings.CITY
    return {
        "code": table.code,
        "title": in_every_language(table.title),
        "description": in_every_language(table.description),
        "publisher": Organisation.objects.filter(code=city.publisher).first() if city.publisher else None,
        "licence_name": city.licence.get("name", ""),
        "licence_url": city.licence.get("url", ""),
        "source_url": settings.BASE_URL,
        "frequency": Frequency.DAILY,
        "access": Dataset.Access.OPEN,
        "territory": next(iter(territory.areas(Area.Level.REGION)), None),
        "reading": READING,
        "keys": list(table.keys),
        "sort": list(table.keys),
        "reference_period": str(timezone.localdate().year),
    }


def _columns(table: PublishedTable, dataset: Dataset) -> list[dict[str, Any]]:
    """The declared columns; those of a language or a version that is no more stay, empty, for the figures on them."""
    declared = [
        {
            "name": column.name,
            "type": column.type,
            "nullable": column.name not in table.keys,
            "unit": column.unit,
            "codes": list(column.codes),
            "title": in_every_language(column.title),
            "description": in_every_language(column.description),
        }
        for column in table.columns
    ]
    names = {column["name"] for column in declared}
    known = dataset.columns.filter(generated=False) if dataset.pk else ()
    kept = ("name", "type", "nullable", "unit", "codes", "title", "description")
    return [
        *declared,
        *({name: getattr(old, name) for name in kept} for old in known if old.name not in names),
    ]


def _write(file: Path, names: list[str], table: PublishedTable) -> int:
    """The rows as a CSV file, in the order the app gives them; how many."""
    count = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        given = [name for name in names if name != "period"]
        writer.writerow(given)
        for row in table.rows():
            writer.writerow(_written(row.get(name)) for name in given)
            count += 1
    return count


def _written(value: Any) -> str:
    """A plain value as the lake reads it back.

    >>> _written(True), _written(None), _written(12), _written(date(2026, 3, 1))
    ('true', '', '12', '2026-03-01')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_loaded(dataset: Dataset, file: Path) -> bool:
    """Whether the newest version holds these very rows, declared in this very way."""
    last = dataset.ingestions.filter(outcome=Ingestion.Outcome.LOADED).order_by("-id").first()
    newest = dataset.versions.values_list("number", flat=True).first()
    if last is None or last.version != newest:
        return False
    return (last.sha256, last.declaration) == (_sha256(file), tables.declaration(dataset).digest())


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@tables.answering()
def _empty(dataset: Dataset, file: Path, *, by: Actor) -> None:
    """A version without rows: a file without rows is refused when a person brings one, and right here."""
    table = tables.table(dataset)
    if not table.exists():
        table.create(tables.schema(dataset))
    declared = tables.declaration(dataset)
    noted: dict[str, Any] = {
        "sha256": _sha256(file),
        "declaration": declared.digest(),
        "mode": declared.mode,
    }
    noted |= {"rows": 0, "rejected": 0, "period": declared.period}
    latest = table.latest()
    try:
        table.swap(
            (), table.version(latest).files, expected_version=latest, metadata=noted, operation="ingest"
        )
    except StaleWriter:
        raise Refused("stale", _("The dataset changed in the meantime. Look again, then decide.")) from None
    actions.catch_up(dataset, by=by)
