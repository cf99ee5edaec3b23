"""Upkeep of the lake: tables of many files are rewritten in their order, and what nobody needs any more is let go."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from civicthread.core import journal, policy
from civicthread.core.models import Actor
from civicthread.datahub import actions, tables, versions
from civicthread.datahub.models import Dataset, DatasetVersion
from civicthread.lake.refusals import StaleWriter
from civicthread.lake.tables import Table
from civicthread.lake.upkeep import compact, recent_versions, remove_lists, vacuum, whole

logger = logging.getLogger(__name__)

MANY_FILES: Final = 24
"""A table of so many files is rewritten as one: reading 24 files takes about twice as long as reading one."""
REFUSED: Final = timedelta(days=30)
"""So long the rows of a refused file that broke the rules can be looked at."""
UNDER_WAY: Final = timedelta(days=1)
"""A file without a version may belong to a load under way for this long."""


def tidy(dataset: Dataset, *, by: Actor) -> int | None:
    """Rewrite a table of many files as one, in its sort order: a new version with the same rows; its number.

    None where there is nothing to do, or where somebody else loads a file just now. As with a load, the lake
    commits first; a record that a crash kept from being written is written the next time.
    """
    policy.require("datahub.tidy", by=by, on=dataset)
    actions.catch_up(dataset, by=by)
    table = tables.table(dataset)
    if not table.exists():
        return None
    latest = table.version()
    if len(latest.files) >= MANY_FILES:
        try:
            latest = compact(table, expected_version=latest.version)
        except StaleWriter:
            return None
    newest = table.history(1)[0]
    return _note(dataset, newest.version, by=by) if newest.operation == "compact" else None


@transaction.atomic
def _note(dataset: Dataset, number: int, *, by: Actor) -> int | None:
    """The rows are those of the version before, and so is what is known of them."""
    dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    before = dataset.versions.first()
    if before is None or before.number >= number:
        return None
    known = {name: getattr(before, name) for name in versions.KEPT}
    same = {"added": 0, "removed": 0, "changed": 0}
    DatasetVersion.objects.create(dataset=dataset, number=number, at=timezone.now(), by=by, **same, **known)
    journal.record("datahub.tidy", dataset, by=by, changes={"version": [before.number, number]})
    return number


def needed() -> Mapping[str, set[int]]:
    """The versions of each dataset that anything in the records rests on.

    Whatever rests on versions names them in a JSON field `versions`, as {code of the dataset: number}: a run, a
    score, a frozen figure. So no app above has to be asked, and none can forget to answer.
    """
    found: dict[str, set[int]] = {}
    for model in resting_on_versions():
        # An order by another field would make the same names come more than once.
        for named in model._base_manager.values_list("versions", flat=True).order_by().distinct():  # noqa: SLF001
            for code, number in named.items():
                found.setdefault(code, set()).add(int(number))
    return found


def resting_on_versions() -> list[type[models.Model]]:
    """The models that name versions of datasets."""
    return [
        model
        for model in apps.get_models()
        if any(
            field.name == "versions" and isinstance(field, models.JSONField)
            for field in model._meta.get_fields()  # noqa: SLF001  # Django's public, if underlined, description
        )
    ]


def let_go(dataset: Dataset, *, by: Actor, needed: Mapping[str, set[int]]) -> list[str]:
    """Remove the files that no version needs which is kept; their names.

    Kept are all versions, or where the dataset or KEEP_VERSIONS_DAYS says for how many days, those of so many days,
    the one that was current before them, and every older one that the records rest on.
    """
    policy.require("datahub.tidy", by=by, on=dataset)
    table = tables.table(dataset)
    if not table.exists():
        return []
    days = dataset.keep_days or settings.KEEP_VERSIONS_DAYS
    numbers = needed.get(dataset.code, set()) if days else {commit.version for commit in table.history()}
    kept = whole(table, sorted(numbers))
    if gone := sorted(numbers - set(kept)):
        logger.warning("versions %s of %s are not in the lake any more", gone, table.name)
    before = timezone.now() - max(UNDER_WAY, timedelta(days=days))
    _let_go_lists(dataset, table, {*kept, *recent_versions(table, before)})
    return vacuum(table, keep=kept, before=before)


def _let_go_lists(dataset: Dataset, table: Table, kept: set[int]) -> None:
    """Remove the lists of rows set aside, but those of versions that are kept and those of files refused lately.

    A version that is let go may be readable still, where later ones share its files; the rows set aside are not.
    """
    loads = dataset.ingestions.exclude(rejects_file="").values_list("rejects_file", "version", "at")
    lately = timezone.now() - REFUSED
    named = {
        file.rpartition("/")[2]
        for file, number, at in loads
        if (at >= lately if number is None else number in kept)
    }
    remove_lists(table, keep=named, before=timezone.now() - UNDER_WAY)
