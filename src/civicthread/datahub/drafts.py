"""How a dataset begins: its first file is fetched from an address, looked at again, described; a draft that never had
rows is removed, to begin anew.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, saving
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.datahub import actions, declaring, fetching, incoming, queries, reader, tables
from civicthread.datahub.models import Dataset, Upload
from civicthread.lake.fetch import FetchRefused


@transaction.atomic
def look_again(upload: Upload, suggestion: Mapping[str, Any], *, by: Actor) -> Upload:
    """Note another suggestion how a first file may be read."""
    policy.require("datahub.receive", by=by, on=upload.dataset)
    upload = incoming.undecided(upload)
    upload.suggestion = incoming.without_nul(suggestion)
    upload.save(update_fields=["suggestion"])
    journal.record("datahub.receive", upload, by=by, changes={"file": upload.file_name})
    return upload


@transaction.atomic
def receive_address(address: str, every: str, *, by: Actor) -> Upload:
    """Note where the first file of a dataset is to be fetched, in the background, and how often from then on."""
    policy.require("datahub.receive", by=by)
    name = address.rpartition("/")[2][:200] or address[:200]
    values = {"file_name": name, "size": 0, "address": address, "every": every}
    upload = Upload.objects.create(at=timezone.now(), by=by, **values)
    journal.record("datahub.receive", upload, by=by, changes={"address": address, "every": every})
    return upload


@transaction.atomic
def ask_again(upload: Upload, *, by: Actor) -> Upload:
    """Forget why a first file could not be had: it is to be fetched once more."""
    policy.require("datahub.receive", by=by)
    upload = incoming.undecided(upload)
    upload.suggestion = {}
    upload.save(update_fields=["suggestion"])
    journal.record("datahub.receive", upload, by=by, changes={"address": upload.address})
    return upload


def fetch_first(upload: Upload, *, by: Actor) -> Upload:
    """Fetch a first file from its address and note how it may be read, or why it cannot be had."""
    policy.require("datahub.fetch", by=by)
    path = fetching.place()
    values: dict[str, Any] = {}
    try:
        found = fetching.bring_first(upload.address, path)
        told = reader.first_look(path, found.name, {})
        values = {"file_name": found.name[:200] or upload.file_name, "size": found.size}
        if "refused" not in told:
            path.rename(incoming.path_of(upload.key))
    except FetchRefused as refused:
        told = {"refused": refused.code, "facts": fetching.facts_of(refused)}
    finally:
        path.unlink(missing_ok=True)
    return _note_fetched(upload, {**values, "suggestion": incoming.without_nul(told)}, by=by)


@transaction.atomic
def _note_fetched(upload: Upload, values: Mapping[str, Any], *, by: Actor) -> Upload:
    if not Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).exists():
        incoming.remove(upload.key)  # somebody removed it while it was on its way
        return upload
    saving.write(upload, values)
    changes = {"address": upload.address, "refused": upload.suggestion.get("refused", "")}
    journal.record("datahub.fetch", upload, by=by, changes=changes)
    return upload


@transaction.atomic
def begin(
    upload: Upload, values: Mapping[str, Any], columns: Iterable[Mapping[str, Any]], *, by: Actor
) -> Dataset:
    """Make the dataset of a first file, which is then to be loaded; one that was fetched will be fetched again."""
    dataset = actions.save_dataset(None, values, columns=columns, by=by)
    actions.assign_upload(upload, dataset, by=by)
    if upload.address:
        due_at = fetching.next_time(upload.every, timezone.now())
        actions.save_source(dataset, by=by, address=upload.address, every=upload.every, due_at=due_at)
    return dataset


def is_removable(dataset: Dataset) -> bool:
    """Whether it was never shown to anyone; that it never had rows is looked at too."""
    return dataset.publication == Publication.DRAFT and not declaring.is_programme_table(dataset)


@transaction.atomic
def remove_dataset(dataset: Dataset, *, by: Actor) -> None:
    """Remove a draft that never had rows. Nothing can rest on it; its name is free again."""
    from civicthread.lake.upkeep import remove_lists  # noqa: PLC0415  # heavy: no reader of a page needs it

    policy.require("datahub.remove", by=by, on=dataset)
    declaring.refuse_by_hand(dataset)
    actions.catch_up(dataset, by=by)
    dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    if not is_removable(dataset) or dataset.versions.exists():
        raise Refused("dataset-in-use", _("Only a draft that never had rows can be removed."))
    if queries.waiting_uploads().filter(dataset=dataset).exists():
        raise Refused("file-on-its-way", _("A file is on its way: wait for its outcome first."))
    journal.record("datahub.remove", dataset, by=by, changes={"code": dataset.code})
    dataset.ingestions.all().delete()
    table = tables.table(dataset)
    dataset.delete()
    transaction.on_commit(partial(remove_lists, table, before=timezone.now()))
