"""How a dataset begins: its first file is looked at again; a draft that never had rows is removed, to begin anew."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.datahub import actions, declaring, incoming, queries
from civicthread.datahub.models import Dataset, Upload


@transaction.atomic
def look_again(upload: Upload, suggestion: Mapping[str, Any], *, by: Actor) -> Upload:
    """Note another suggestion how a first file may be read."""
    policy.require("datahub.receive", by=by, on=upload.dataset)
    upload.suggestion = incoming.without_nul(suggestion)
    upload.save(update_fields=["suggestion"])
    journal.record("datahub.receive", upload, by=by, changes={"file": upload.file_name})
    return upload


def is_removable(dataset: Dataset) -> bool:
    """Whether it was never shown to anyone; that it never had rows is looked at too."""
    return dataset.publication == Publication.DRAFT and not declaring.is_programme_table(dataset)


@transaction.atomic
def remove_dataset(dataset: Dataset, *, by: Actor) -> None:
    """Remove a draft that never had rows. Nothing can rest on it; its name is free again."""
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
    dataset.delete()
