"""What changes datasets: their description, their rows, what the public sees."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.datahub import alarms, declaring, fetching, incoming, tables
from civicthread.datahub.models import Alarm, Dataset, DatasetVersion, Fetch, Ingestion, Source, Upload
from civicthread.lake.fetch import FetchRefused
from civicthread.lake.refusals import IngestRefused, StaleWriter, StoreFailed, UnknownVersion

if TYPE_CHECKING:
    from civicthread.lake.connection import Progress
    from civicthread.lake.ingest import Ingested
    from civicthread.lake.tables import Commit

Outcome = Ingestion.Outcome


@transaction.atomic
def save_dataset(
    dataset: Dataset | None,
    values: Mapping[str, Any],
    *,
    by: Actor,
    columns: Iterable[Mapping[str, Any]] | None = None,
) -> Dataset:
    """Describe a dataset and declare its columns (without any, they stay); a new one is a draft without rows.

    Once rows are loaded, columns may be added and explained, but not removed nor given another type.
    """
    policy.require("datahub.save", by=by, on=dataset)
    if dataset is None:
        dataset = Dataset(reference=next_reference("DATA", timezone.localdate().year))
    else:
        dataset = _locked(dataset)
        declaring.refuse_by_hand(dataset)
    changes = declaring.write(dataset, values, columns)
    if changes:
        journal.record("datahub.save", dataset, by=by, changes=changes)
        if dataset.is_published:
            declaring.check_licence(dataset)
            search.index(dataset)
    return dataset


def _locked(dataset: Dataset, *columns: str) -> Dataset:
    """The dataset as it is now, its row locked; of its columns only those named, where some are."""
    return Dataset.objects.select_for_update(of=("self",)).only(*columns).get(pk=dataset.pk)


@transaction.atomic
def receive_file(
    file: incoming.Received,
    *,
    by: Actor,
    dataset: Dataset | None = None,
    suggestion: Mapping[str, Any] | None = None,
) -> Upload:
    """Note a file that stands in the incoming folder and is to be loaded in the background."""
    policy.require("datahub.receive", by=by, on=dataset)
    declaring.refuse_by_hand(dataset)
    values = {
        "key": file.key,
        "file_name": file.name[:200],
        "size": file.size,
        "suggestion": incoming.without_nul(suggestion or {}),
    }
    upload = Upload.objects.create(dataset=dataset, at=timezone.now(), by=by, **values)
    changes = {"file": upload.file_name, "bytes": upload.size, "dataset": dataset}
    journal.record("datahub.receive", upload, by=by, changes=changes)
    return upload


@transaction.atomic
def assign_upload(upload: Upload, dataset: Dataset, *, by: Actor) -> Upload:
    """Say which dataset the received file belongs to, once."""
    policy.require("datahub.receive", by=by, on=dataset)
    declaring.refuse_by_hand(dataset)
    upload = incoming.undecided(upload)
    upload.dataset = dataset
    upload.save(update_fields=["dataset"])
    journal.record("datahub.receive", upload, by=by, changes={"dataset": dataset})
    return upload


@transaction.atomic
def discard_upload(upload: Upload, *, by: Actor) -> None:
    """Remove a received file that will not be loaded."""
    policy.require("datahub.discard", by=by, on=upload)
    upload = incoming.undecided(upload)
    journal.record("datahub.discard", upload, by=by, changes={"file": upload.file_name})
    key = upload.key
    upload.delete()
    transaction.on_commit(lambda: incoming.remove(key))


def load_upload(upload: Upload, *, by: Actor) -> Ingestion:
    """Load a received file into its dataset; the file is removed once its outcome is written down."""
    dataset = upload.dataset
    if dataset is None:
        raise Refused("no-dataset", _("Describe the dataset first, then load its file."))
    path = incoming.path_of(upload.key)
    done = Ingestion.objects.filter(upload=upload).first()
    done = done or ingest(dataset, path, by=by, name=upload.file_name, upload=upload)
    incoming.remove(upload.key)
    return done


def give_up_upload(upload: Upload, *, by: Actor) -> Ingestion:
    """Note that a received file could not be loaded through no fault of the file."""
    assert upload.dataset is not None  # noqa: S101  # only a file of a dataset is ever loaded
    policy.require("datahub.ingest", by=by, on=upload.dataset)
    noted = {"dataset": upload.dataset, "by": by, "file_name": upload.file_name, "upload": upload}
    return _note_refusal(noted, "failed", {}, None)


def ingest(  # noqa: PLR0913  # a load has these parts
    dataset: Dataset,
    path: Path,
    *,
    by: Actor,
    name: str = "",
    mode: str = "",
    upload: Upload | None = None,
    progress: "Progress" = lambda _stage, _share: None,
) -> Ingestion:
    """Load a file as a new version of the dataset, and write down what came of it, refusals too.

    The lake commits first, then the record is written. After a crash between the two the version is readable, and
    the next load, or the background pass, writes the record that is missing (`catch_up`).
    """
    policy.require("datahub.ingest", by=by, on=dataset)
    noted = {"dataset": dataset, "by": by, "file_name": (name or path.name)[:200], "upload": upload}
    done = _load(noted, path, mode=mode, progress=progress)
    alarms.look(dataset, today=timezone.localdate(), last=done.load, versions=done.versions)
    return done.load


class _Noted(NamedTuple):
    """What came of a load; where it made a version, that one and the one before it."""

    load: Ingestion
    versions: list[DatasetVersion] | None = None


def _load(noted: dict[str, Any], path: Path, *, mode: str, progress: "Progress") -> _Noted:
    from civicthread.lake.ingest import ingest as lake_ingest  # noqa: PLC0415  # heavy: no reader of a page needs it

    dataset: Dataset = noted["dataset"]
    declared = tables.declaration(dataset, mode=mode)
    try:
        catch_up(dataset, by=noted["by"])
        done = lake_ingest(
            tables.ready_for(dataset, declared.schema),
            path,
            schema=declared.schema,
            dialect=declared.dialect,
            mode=declared.mode,
            reference_period=declared.period,
            bad_share=dataset.bad_share / 100,
            progress=progress,
        )
    except IngestRefused as refused:
        return _Noted(_note_refusal(noted, refused.code, refused.params, refused.rejects_file))
    except StaleWriter:
        return _Noted(_note_refusal(noted, "stale", {}, None))
    except StoreFailed as failed:
        return _Noted(_note_refusal(noted, failed.code, failed.params, None))
    return _note_load({**noted, "declaration": declared.digest()}, done)


def _note_load(noted: dict[str, Any], done: "Ingested") -> _Noted:
    """Write down a load. One that a background pass noted after a crash gets the name it lacked."""
    dataset: Dataset = noted["dataset"]
    same = {"outcome": Outcome.LOADED, "sha256": done.sha256, "declaration": noted["declaration"]}
    known = dataset.ingestions.filter(**same).order_by("-id").first() if done.unchanged else None
    if known is None:
        return _note_version(noted, done)
    return _Noted(_create(noted, done, Outcome.UNCHANGED) if known.file_name else _name(known, noted))


@transaction.atomic
def _name(known: Ingestion, noted: dict[str, Any]) -> Ingestion:
    saving.write(known, {name: noted[name] for name in ("file_name", "by", "upload")})
    return known


def _create(noted: dict[str, Any], done: "Ingested", outcome: str) -> Ingestion:
    return Ingestion.objects.create(
        **noted,
        at=timezone.now(),
        outcome=outcome,
        version=done.version,
        rows=done.rows,
        rejected=done.rejected,
        rejects_file=_inside_lake(done.rejects_file),
        sha256=done.sha256,
        facts={"repeated": done.repeated} if done.repeated else {},
    )


def _note_version(noted: dict[str, Any], done: "Ingested") -> _Noted:
    from civicthread.datahub import versions  # noqa: PLC0415  # heavy: no reader of a page needs it

    dataset: Dataset = noted["dataset"]
    known_versions = DatasetVersion.objects.filter(dataset=dataset)
    earlier = known_versions.filter(number__lt=done.version).defer("sample")
    before = earlier.first() if done.version > 1 else None  # a table's version 0 holds no rows
    found = versions.contents(dataset, done, before=before)
    made: DatasetVersion | None = None
    with transaction.atomic():
        dataset = _locked(dataset, "publication")
        if known_versions.filter(number=done.version).exists():
            loads = dataset.ingestions.filter(outcome=Outcome.LOADED, version=done.version)
            if known := loads.first():
                return _Noted(_name(known, noted) if noted["file_name"] else known)
        else:
            own = {"number": done.version, "at": timezone.now(), "by": noted["by"]}
            made = DatasetVersion.objects.create(dataset=dataset, **own, **vars(found))
        facts = {"version": done.version, "rows": done.rows, "rejected": done.rejected}
        journal.record("datahub.ingest", dataset, by=noted["by"], changes=facts, public=dataset.is_published)
        load = _create(noted, done, Outcome.LOADED)
    return _Noted(load, [version for version in (made, before) if version] if made else None)


@transaction.atomic
def _note_refusal(noted: dict[str, Any], code: str, facts: dict[str, Any], rejects: Path | None) -> Ingestion:
    ingestion = Ingestion.objects.create(
        **noted,
        at=timezone.now(),
        outcome=Outcome.REFUSED,
        code=code,
        facts={key: str(value)[:500].replace("\0", "") for key, value in facts.items()},
        rejects_file=_inside_lake(rejects),
    )
    journal.record("datahub.ingest", noted["dataset"], by=noted["by"], changes={"refused": code})
    return ingestion


def _inside_lake(path: Path | None) -> str:
    return str(path.relative_to(tables.place().folder)) if path else ""


def catch_up(dataset: Dataset, *, by: Actor) -> int:
    """Write the records of versions that the lake has and a crash kept from being noted; how many."""
    from civicthread.datahub import versions  # noqa: PLC0415  # heavy: no reader of a page needs it

    policy.require("datahub.ingest", by=by, on=dataset)
    table = tables.table(dataset)
    if not table.exists():
        return 0
    last = dataset.versions.values_list("number", flat=True).first()
    missing = versions.unnoted(table, after=-1 if last is None else last)
    for commit in reversed(missing):
        if commit.operation == "ingest":
            _note_version(_unnamed(dataset, commit, by), versions.loaded(table, commit))
        else:
            _note_restored(dataset, commit.version, restored=commit.metadata["restored"], by=by)
    return len(missing)


def _unnamed(dataset: Dataset, commit: "Commit", by: Actor) -> dict[str, Any]:
    return {"dataset": dataset, "by": by, "file_name": "", "declaration": commit.metadata["declaration"]}


@tables.answering()
def restore_version(dataset: Dataset, *, by: Actor, version: int) -> int:
    """Make an earlier version the current one, as a new version; the number of the new one."""
    policy.require("datahub.restore", by=by, on=dataset)
    declaring.refuse_by_hand(dataset)
    catch_up(dataset, by=by)
    table = tables.table(dataset)
    if not table.exists() or version >= table.latest():
        raise Refused("version-current", _("Only an earlier version can be restored."))
    try:
        restored = table.restore(version, expected_version=table.latest())
    except StaleWriter:
        raise Refused("stale", _("The dataset changed in the meantime. Look again, then decide.")) from None
    except UnknownVersion:
        raise Refused("version-gone", _("The rows of this version are not kept any more.")) from None
    _note_restored(dataset, restored.version, restored=version, by=by)
    alarms.look(dataset, today=timezone.localdate())
    return restored.version


@transaction.atomic
def _note_restored(dataset: Dataset, number: int, *, restored: int, by: Actor) -> None:
    """The rows are those of the old version, and so is what is known of them; nothing is read again."""
    from civicthread.datahub.versions import KEPT  # noqa: PLC0415  # heavy: no reader of a page needs it

    dataset = _locked(dataset)
    if dataset.versions.filter(number=number).exists():
        return
    old = dataset.versions.filter(number=restored).first()
    known = {name: getattr(old, name) for name in KEPT} if old else {}
    DatasetVersion.objects.create(
        dataset=dataset, number=number, at=timezone.now(), by=by, restored_from=restored, **known
    )
    changes = {"restored": restored, "version": number}
    journal.record("datahub.restore", dataset, by=by, changes=changes, public=dataset.is_published)


@transaction.atomic
def publish_dataset(dataset: Dataset, *, by: Actor, at: datetime | None = None) -> Dataset:
    """Show a dataset in the public catalogue, in all required languages."""
    policy.require("datahub.publish", by=by, on=dataset)
    dataset = _locked(dataset)
    declaring.check_licence(dataset)
    if not dataset.is_published:
        publishing.mark_published(dataset, at=at)
        journal.record("datahub.publish", dataset, by=by, public=True)
    return dataset


@transaction.atomic
def withdraw_dataset(dataset: Dataset, *, by: Actor, because: Text) -> Dataset:
    """Take a dataset from the public catalogue, saying why; its versions stay for the figures that rest on them."""
    policy.require("datahub.withdraw", by=by, on=dataset)
    dataset = _locked(dataset)
    declaring.refuse_by_hand(dataset)
    publishing.mark_withdrawn(dataset, because=because)
    journal.record("datahub.withdraw", dataset, by=by, changes={"because": because}, public=True)
    return dataset


@transaction.atomic
def save_source(
    dataset: Dataset, *, by: Actor, address: str, every: str, due_at: datetime | None = None
) -> Source | None:
    """Say where the dataset's file is fetched and how often, first at once or `due_at` a time; without an address it is
    not fetched any more.
    """
    policy.require("datahub.save_source", by=by, on=dataset)
    dataset = _locked(dataset)
    source = Source.objects.select_for_update().filter(dataset=dataset).first()
    if not address:
        if source:
            source.delete()
            journal.record("datahub.save_source", dataset, by=by, changes={"address": [source.address, ""]})
        return None
    declaring.refuse_by_hand(dataset)
    values: dict[str, Any] = {"address": address, "every": every}
    if source is None or source.every != every:
        values["due_at"] = None if every == Source.Every.ASKED else due_at or timezone.now()
    if source is None or source.address != address:
        values |= {"etag": "", "last_modified": ""}
    source = source or Source(dataset=dataset)
    if changes := saving.write(source, values):
        journal.record("datahub.save_source", dataset, by=by, changes=changes)
    return source


def fetch_source(source: Source, *, by: Actor) -> Fetch:
    """Fetch the file of a source and load it, unless it is the one that is loaded; the last good version stays."""
    dataset = source.dataset
    policy.require("datahub.fetch", by=by, on=dataset)
    path = fetching.place()
    try:
        found = fetching.bring(source, path)
        if found.path is None:
            done = fetching.note(source, {"outcome": Fetch.Outcome.UNCHANGED}, by=by, known=found.known)
        else:
            load = ingest(dataset, path, by=by, name=found.name)
            done = fetching.note(source, fetching.loaded(load, found), by=by, known=found.known)
    except FetchRefused as refused:
        done = fetching.note(source, fetching.failed(refused), by=by)
    finally:
        path.unlink(missing_ok=True)
    alarms.look(dataset, today=timezone.localdate())
    return done


@transaction.atomic
def end_alarm(alarm: Alarm, *, by: Actor) -> None:
    """Say that all is well with a dataset although it looked otherwise: the new figures are right."""
    policy.require("datahub.end_alarm", by=by, on=alarm.dataset)
    if alarms.close(alarm):
        journal.record("datahub.end_alarm", alarm.dataset, by=by, changes={"alarm": alarm.kind})


@transaction.atomic
def show_again(dataset: Dataset, *, by: Actor) -> int:
    """Make preview and profile anew where the rule on small cells changed since; of how many versions."""
    from civicthread.datahub import versions  # noqa: PLC0415  # heavy: no reader of a page needs it

    policy.require("datahub.show_again", by=by, on=dataset)
    if made := versions.show_again(dataset):
        journal.record("datahub.show_again", dataset, by=by, changes={"versions": made})
    return made
