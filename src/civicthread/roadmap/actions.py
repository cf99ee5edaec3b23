"""What changes the roadmap."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.methods import periods
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone, Replanning


@transaction.atomic
def add_milestone(project: Project, values: Mapping[str, Any], *, by: Actor) -> Milestone:
    """Add a dated step to a project, as a draft."""
    policy.require("roadmap.add", by=by, on=project)
    milestone = Milestone(project=project, reference=next_reference("MILE", timezone.localdate().year))
    changes = saving.write(milestone, _dated(milestone, values))
    journal.record("roadmap.add", milestone, by=by, changes=changes)
    return milestone


@transaction.atomic
def save_milestone(milestone: Milestone, values: Mapping[str, Any], *, by: Actor) -> Milestone:
    """Bring a milestone up to date. A new planned date goes through `replan`, which asks for the reason."""
    milestone = Milestone.objects.select_for_update().select_related("project").get(pk=milestone.pk)
    policy.require("roadmap.save", by=by, on=milestone)
    if changes := saving.write(milestone, _dated(milestone, values)):
        journal.record("roadmap.save", milestone, by=by, changes=changes, public=milestone.is_published)
        if milestone.is_published:
            search.index(milestone)
    return milestone


@transaction.atomic
def replan(milestone: Milestone, *, by: Actor, to: str, because: Text, source: Mapping[str, str] | None = None) -> Milestone:
    """Give a milestone a new date, with the reason; the dates it had stay readable."""
    milestone = Milestone.objects.select_for_update().select_related("project").get(pk=milestone.pk)
    policy.require("roadmap.replan", by=by, on=milestone)
    if milestone.actual:
        raise Refused("milestone-reached", _("This milestone is reached; it cannot be planned again."))
    if not because:
        raise Refused("reason-missing", _("Give the reason for the new date: it stands beside it in public."))
    last = milestone.replannings.aggregate(last=Max("number"))["last"] or 0
    Replanning.objects.create(
        milestone=milestone, number=last + 1, date=_understood(to), reason=because, at=timezone.now(), source=source or {}
    )
    saving.write(milestone, {"due": periods.parse(to).end})
    journal.record("roadmap.replan", milestone, by=by, changes={"date": to}, public=milestone.is_published)
    return milestone


@transaction.atomic
def reach(milestone: Milestone, *, by: Actor, on: str) -> Milestone:
    """Say when a milestone was reached."""
    milestone = Milestone.objects.select_for_update().select_related("project").get(pk=milestone.pk)
    policy.require("roadmap.reach", by=by, on=milestone)
    changes = saving.write(milestone, {"actual": _understood(on), "due": periods.parse(on).end})
    if changes:
        journal.record("roadmap.reach", milestone, by=by, changes=changes, public=milestone.is_published)
    return milestone


@transaction.atomic
def publish_milestone(milestone: Milestone, *, by: Actor) -> Milestone:
    """Show a milestone to the public, in all required languages."""
    policy.require("roadmap.publish", by=by, on=milestone)
    if not milestone.is_published:
        publishing.mark_published(milestone)
        journal.record("roadmap.publish", milestone, by=by, public=True)
    return milestone


@transaction.atomic
def withdraw_milestone(milestone: Milestone, *, by: Actor, because: Text) -> Milestone:
    """Take a milestone from public view, saying why."""
    policy.require("roadmap.withdraw", by=by, on=milestone)
    publishing.mark_withdrawn(milestone, because=because)
    journal.record("roadmap.withdraw", milestone, by=by, changes={"because": because})
    return milestone


def _dated(milestone: Milestone, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with `due`: the day the milestone was reached, is planned again for, or was planned for."""
    planned = str(values.get("planned", milestone.planned))
    actual = str(values.get("actual", milestone.actual))
    latest = milestone.replannings.last() if milestone.pk else None
    date = _understood(actual or (latest.date if latest else planned))
    return {**values, "due": periods.parse(date).end if date else None}


def _understood(date: str) -> str:
    """The date as written, once it is known to be one."""
    if date:
        try:
            periods.parse(date)
        except periods.PeriodError:
            raise Refused(
                "date-unclear", _("Write the date as 2026, 2026-09 or 2026-09-30, not “%(date)s”.") % {"date": date}
            ) from None
    return date
