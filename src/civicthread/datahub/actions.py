"""What changes datasets: their description, their rows, what the public sees."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset, DatasetColumn, Ingestion
from civicthread.lake.connection import Progress
from civicthread.lake.ingest import Ingested
from civicthread.lake.ingest import ingest as lake_ingest
from civicthread.lake.refusals import IngestRefused, StaleWriter
from civicthread.lake.tables import Table


@transaction.atomic
def save_dataset(
    dataset: Dataset | None, values: Mapping[str, Any], columns: Iterable[Mapping[str, Any]], *, by: Actor
) -> Dataset:
    """Describe a dataset and declare its columns; a new one starts as a draft, without rows."""
    policy.require("datahub.save", by=by, on=dataset)
    if dataset is None:
        dataset = Dataset(reference=next_reference("DATA", timezone.localdate().year))
    changes = saving.write(dataset, values) | _write_columns(dataset, list(columns))
    if changes:
        journal.record("datahub.save", dataset, by=by, changes=changes)
        if dataset.is_published:
            search.index(dataset)
    return dataset


def _write_columns(dataset: Dataset, columns: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Declare the columns in their order; those not named any more are dropped from the declaration."""
    known = {column.name: column for column in dataset.columns.all()}
    changes: dict[str, list[Any]] = {}
    for position, values in enumerate(columns):
        column = known.pop(values["name"], None) or DatasetColumn(dataset=dataset)
        if saving.write(column, {"position": position, **values}):
            changes[f"column {column.name}"] = [None, column.type]
    for column in known.values():
        changes[f"column {column.name}"] = [column.type, None]
        column.delete()
    return changes


def ingest(  # noqa: PLR0913  # a load has these parts
    dataset: Dataset,
    path: Path,
    *,
    by: Actor,
    name: str = "",
    mode: str = "",
    progress: Progress = lambda _stage, _share: None,
) -> Ingestion:
    """Load a file as a new version of the dataset, and write down what came of it, refusals too.

    The lake commits first, then the record is written: a crash between the two leaves a readable version, and
    the same file loaded again finds it and writes the record that is missing.
    """
    policy.require("datahub.ingest", by=by, on=dataset)
    noted = {"dataset": dataset, "by": by, "file_name": (name or path.name)[:200]}
    try:
        done = lake_ingest(
            _table_for(dataset),
            path,
            schema=tables.schema(dataset),
            dialect=tables.dialect(dataset),
            mode=mode or dataset.mode,  # type: ignore[arg-type]  # a choice of the lake's own modes
            reference_period=dataset.reference_period or None,
            progress=progress,
        )
    except IngestRefused as refused:
        return _note_refusal(noted, refused.code, refused.params, refused.rejects_file)
    except StaleWriter:
        return _note_refusal(noted, "stale", {}, None)
    return _note_load(noted, done)


def _table_for(dataset: Dataset) -> Table:
    """The dataset's table, made at its first load, with columns added since."""
    table, wanted = tables.table(dataset), tables.schema(dataset)
    if not table.exists():
        table.create(wanted)
    else:
        stored = {column.name for column in table.schema().columns}
        if {column.name for column in wanted.columns} - stored:
            table.change_schema(wanted, expected_version=table.latest())
    return table


@transaction.atomic
def _note_load(noted: dict[str, Any], done: Ingested) -> Ingestion:
    dataset: Dataset = noted["dataset"]
    known = Ingestion.objects.filter(dataset=dataset, version=done.version, outcome=Ingestion.Outcome.LOADED)
    unchanged = done.unchanged and known.exists()
    ingestion = Ingestion.objects.create(
        **noted,
        at=timezone.now(),
        outcome=Ingestion.Outcome.UNCHANGED if unchanged else Ingestion.Outcome.LOADED,
        version=done.version,
        rows=done.rows,
        rejected=done.rejected,
        rejects_file=_inside_lake(done.rejects_file),
        sha256=done.sha256,
        profile={column.name: asdict(column) for column in done.profile},
    )
    if not unchanged:
        facts = {"version": done.version, "rows": done.rows, "rejected": done.rejected}
        journal.record("datahub.ingest", dataset, by=noted["by"], changes=facts, public=dataset.is_published)
    return ingestion


@transaction.atomic
def _note_refusal(noted: dict[str, Any], code: str, facts: dict[str, Any], rejects: Path | None) -> Ingestion:
    ingestion = Ingestion.objects.create(
        **noted,
        at=timezone.now(),
        outcome=Ingestion.Outcome.REFUSED,
        code=code,
        facts={key: str(value) for key, value in facts.items()},
        rejects_file=_inside_lake(rejects),
    )
    journal.record("datahub.ingest", noted["dataset"], by=noted["by"], changes={"refused": code})
    return ingestion


def _inside_lake(path: Path | None) -> str:
    return str(path.relative_to(settings.LAKE)) if path else ""


@transaction.atomic
def restore_version(dataset: Dataset, *, by: Actor, version: int) -> int:
    """Make an earlier version the current one, as a new version; the number of the new one."""
    policy.require("datahub.restore", by=by, on=dataset)
    table = tables.table(dataset)
    try:
        restored = table.restore(version, expected_version=table.latest())
    except StaleWriter:
        raise Refused("stale", _("The dataset changed in the meantime. Look again, then decide.")) from None
    changes = {"restored": version, "version": restored.version}
    journal.record("datahub.restore", dataset, by=by, changes=changes, public=dataset.is_published)
    return restored.version


@transaction.atomic
def publish_dataset(dataset: Dataset, *, by: Actor) -> Dataset:
    """Show a dataset in the public catalogue, in all required languages."""
    policy.require("datahub.publish", by=by, on=dataset)
    if dataset.access == Dataset.Access.OPEN and not dataset.licence_name:
        raise Refused("licence-missing", _("Open data needs a licence: say which, then publish."))
    if not dataset.is_published:
        publishing.mark_published(dataset)
        journal.record("datahub.publish", dataset, by=by, public=True)
    return dataset


@transaction.atomic
def withdraw_dataset(dataset: Dataset, *, by: Actor, because: Text) -> Dataset:
    """Take a dataset from the public catalogue, saying why; its versions stay for the figures that rest on them."""
    policy.require("datahub.withdraw", by=by, on=dataset)
    publishing.mark_withdrawn(dataset, because=because)
    journal.record("datahub.withdraw", dataset, by=by, changes={"because": because})
    return dataset

