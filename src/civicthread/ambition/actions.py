"""What changes the ambition."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.models import Actor
from civicthread.core.text import Text


@transaction.atomic
def save_direction(direction: Direction, values: Mapping[str, Any], *, by: Actor) -> Direction:
    """Write a strategic direction; it is public at once, since the list of directions is the frame of all else."""
    policy.require("ambition.save_direction", by=by, on=direction if direction.pk else None)
    if changes := saving.write(direction, values):
        journal.record("ambition.save_direction", direction, by=by, changes=changes)
        search.index(direction)
    return direction


@transaction.atomic
def save_memo(memo: AmbitionMemo, values: Mapping[str, Any], *, by: Actor) -> AmbitionMemo:
    """Write the ambition memo; a new one starts as a draft."""
    policy.require("ambition.save_memo", by=by, on=memo if memo.pk else None)
    if changes := saving.write(memo, values):
        journal.record("ambition.save_memo", memo, by=by, changes=changes, public=memo.is_published)
    return memo


@transaction.atomic
def save_objective(objective: Objective, values: Mapping[str, Any], *, by: Actor) -> Objective:
    """Write an objective of the memo; a new one starts as a draft."""
    policy.require("ambition.save_objective", by=by, on=objective if objective.pk else None)
    if changes := saving.write(objective, values):
        journal.record(
            "ambition.save_objective", objective, by=by, changes=changes, public=objective.is_published
        )
        if objective.is_published:
            search.index(objective)
    return objective


@transaction.atomic
def publish(thing: AmbitionMemo | Objective, *, by: Actor) -> None:
    """Show the memo or an objective to the public, in all required languages."""
    policy.require("ambition.publish", by=by, on=thing)
    if not thing.is_published:
        publishing.mark_published(thing)
        journal.record("ambition.publish", thing, by=by, public=True)


@transaction.atomic
def withdraw(thing: AmbitionMemo | Objective, *, by: Actor, because: Text) -> None:
    """Take the memo or an objective from public view, saying why."""
    policy.require("ambition.withdraw", by=by, on=thing)
    publishing.mark_withdrawn(thing, because=because)
    journal.record("ambition.withdraw", thing, by=by, changes={"because": because})
