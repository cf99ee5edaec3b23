"""What changes the ambition."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import free_code
from civicthread.core.text import Text, as_text

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def save_direction(direction: Direction, values: Mapping[str, Any], *, by: Actor) -> Direction:
    """Write a strategic direction; it is public at once, since the list of directions is the frame of all else."""
    direction = _locked(direction)
    policy.require("ambition.save_direction", by=by, on=direction if direction.pk else None)
    if not direction.code:
        direction.code = free_code(Direction, as_text(values["name"]))
    if changes := saving.write(direction, values):
        if missing := publishing.missing_texts(direction):
            raise publishing.text_missing(direction, missing)
        journal.record("ambition.save_direction", direction, by=by, changes=changes, public=True)
        search.index(direction)
    return direction


@transaction.atomic
def save_memo(memo: AmbitionMemo, values: Mapping[str, Any], *, by: Actor) -> AmbitionMemo:
    """Write the ambition memo; a new one starts as a draft, a published one stays complete."""
    memo = _locked(memo)
    policy.require("ambition.save_memo", by=by, on=memo if memo.pk else None)
    if not memo.code:
        memo.code = free_code(AmbitionMemo, as_text(values["title"]))
    if changes := saving.write(memo, values):
        if memo.is_published:
            publishing.mark_published(memo)
        journal.record("ambition.save_memo", memo, by=by, changes=changes, public=memo.is_published)
    return memo


@transaction.atomic
def save_objective(objective: Objective, values: Mapping[str, Any], *, by: Actor) -> Objective:
    """Write an objective of the memo; a new one starts as a draft, a published one stays complete."""
    objective = _locked(objective)
    policy.require("ambition.save_objective", by=by, on=objective if objective.pk else None)
    if not objective.code:
        objective.code = free_code(Objective, as_text(values["title"]))
    if changes := saving.write(objective, values):
        if objective.is_published:
            _under_a_public_memo(objective)
            publishing.mark_published(objective)
        journal.record(
            "ambition.save_objective", objective, by=by, changes=changes, public=objective.is_published
        )
    return objective


@transaction.atomic
def publish(thing: AmbitionMemo | Objective, *, by: Actor) -> None:
    """Show the memo, or an objective of a public memo, to the public, in all required languages."""
    thing = _locked(thing)
    policy.require("ambition.publish", by=by, on=thing)
    if not thing.is_published:
        if isinstance(thing, Objective):
            _under_a_public_memo(thing)
        publishing.mark_published(thing)
        journal.record("ambition.publish", thing, by=by, public=True)


@transaction.atomic
def withdraw(thing: AmbitionMemo | Objective, *, by: Actor, because: Text) -> None:
    """Take the memo or an objective from public view, saying why."""
    thing = _locked(thing)
    policy.require("ambition.withdraw", by=by, on=thing)
    publishing.mark_withdrawn(thing, because=because)
    journal.record("ambition.withdraw", thing, by=by, changes={"because": because}, public=True)


def _under_a_public_memo(objective: Objective) -> None:
    if not objective.memo.is_published:
        raise Refused("memo-not-published", _("Publish the ambition memo first: its objectives stand in it."))


def _locked(row: Row) -> Row:
    """The row as it stands now, held until the transaction ends; a new one as it is."""
    if row.pk is None:
        return row
    return type(row)._default_manager.select_for_update().get(pk=row.pk)  # noqa: SLF001
