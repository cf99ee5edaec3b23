"""Needs: what several ideas ask for, written down, published, withdrawn."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicthread.core import journal, policy, publishing, saving
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.ideas import following
from civicthread.ideas.models import Need


@transaction.atomic
def save_need(need: Need | None, values: Mapping[str, Any], *, by: Actor) -> Need:
    """Write down what several ideas ask for; a new need starts as a draft, a published one stays complete."""
    policy.require("ideas.save_need", by=by, on=need)
    if need is None:
        need = Need(reference=next_reference("NEED", timezone.localdate().year))
    else:
        need = Need.objects.select_for_update().get(pk=need.pk)
    if changes := saving.write(need, values):
        if need.is_published:
            publishing.mark_published(need)
        journal.record("ideas.save_need", need, by=by, changes=changes, public=need.is_published)
    return need


@transaction.atomic
def publish_need(need: Need, *, by: Actor) -> Need:
    """Show a need to the public, in all required languages."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    policy.require("ideas.publish_need", by=by, on=need)
    if not need.is_published:
        publishing.mark_published(need)
        journal.record("ideas.publish_need", need, by=by, public=True)
        following.follow_projects([], needs=[need.pk], by=by)
    return need


@transaction.atomic
def withdraw_need(need: Need, *, by: Actor, because: Text) -> Need:
    """Take a need from public view; its address keeps telling why, and its ideas stand by themselves again."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    policy.require("ideas.withdraw_need", by=by, on=need)
    publishing.mark_withdrawn(need, because=because)
    journal.record("ideas.withdraw_need", need, by=by, changes={"because": because}, public=True)
    following.follow_projects([], needs=[need.pk], by=by, because=because)
    return need
