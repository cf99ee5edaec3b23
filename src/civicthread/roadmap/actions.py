"""What changes the roadmap."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.partial_dates import first_day, last_day, understood
from civicthread.core.references import free_code, next_reference
from civicthread.core.text import Text, as_text
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone, Replanning


@transaction.atomic
def add_milestone(project: Project, values: Mapping[str, Any], *, by: Actor) -> Milestone:
    """Add a dated step to a project, as a draft."""
    policy.require("roadmap.add", by=by, on=project)
    if not (values.get("planned") or values.get("actual")):
        raise Refused(
            "date-missing", _("A milestone has a date: when it is planned, or when it was reached.")
        )
    milestone = Milestone(project=project, reference=next_reference("MILE", timezone.localdate().year))
    if "code" not in values:
        milestone.code = free_code(Milestone, as_text(values["title"]))
    changes = saving.write(milestone, _dated(milestone, values))
    journal.record("roadmap.add", milestone, by=by, changes=changes)
    return milestone


@transaction.atomic
def save_milestone(milestone: Milestone, values: Mapping[str, Any], *, by: Actor) -> Milestone:
    """Bring a milestone up to date; a published one stays complete.

    What was promised in public is planned again with a reason (`replan`), never rewritten; only the program itself
    corrects it, from the files it was loaded from.
    """
    milestone = _locked(milestone)
    policy.require("roadmap.save", by=by, on=milestone)
    promised = milestone.is_published and values.get("planned", milestone.planned) != milestone.planned
    if promised and not by.is_system:
        raise Refused("date-promised", _("This date was published. Plan the milestone again, and say why."))
    if changes := saving.write(milestone, _dated(milestone, values)):
        if milestone.is_published:
            publishing.mark_published(milestone)
        journal.record("roadmap.save", milestone, by=by, changes=changes, public=milestone.is_published)
    return milestone


@transaction.atomic
def replan(
    milestone: Milestone, *, by: Actor, to: str, because: Text, source: Mapping[str, str] | None = None
) -> Milestone:
    """Give a milestone a new date, with the reason; the dates it had stay readable."""
    milestone = _locked(milestone)
    policy.require("roadmap.replan", by=by, on=milestone)
    if milestone.actual:
        raise Refused("milestone-reached", _("This milestone is reached; it cannot be planned again."))
    _explained(because)
    last = milestone.replannings.last()
    if _given(to) == (last.date if last else milestone.planned):
        raise Refused("date-unchanged", _("The milestone is planned for that date already."))
    Replanning.objects.create(
        milestone=milestone,
        number=last.number + 1 if last else 1,
        date=to,
        reason=because,
        at=timezone.now(),
        source=source or {},
    )
    saving.write(milestone, {"due": last_day(to)})
    _index(milestone)
    journal.record("roadmap.replan", milestone, by=by, changes={"date": to}, public=milestone.is_published)
    return milestone


@transaction.atomic
def reach(milestone: Milestone, *, by: Actor, on: str) -> Milestone:
    """Say when a milestone was reached. What was said once is corrected with a reason (`correct`)."""
    milestone = _locked(milestone)
    policy.require("roadmap.reach", by=by, on=milestone)
    if milestone.actual and milestone.actual != on:
        raise Refused("milestone-reached", _("This milestone is reached. Correct the date, and say why."))
    if changes := saving.write(milestone, _dated(milestone, {"actual": _given(on)})):
        _index(milestone)
        journal.record("roadmap.reach", milestone, by=by, changes=changes, public=milestone.is_published)
    return milestone


@transaction.atomic
def correct(milestone: Milestone, *, by: Actor, on: str, because: Text) -> Milestone:
    """Correct when a milestone was reached, saying why; without a date, it is not reached after all."""
    milestone = _locked(milestone)
    policy.require("roadmap.correct", by=by, on=milestone)
    if not milestone.actual:
        raise Refused("not-reached", _("Nobody said yet that this milestone is reached."))
    _explained(because)
    if not (on or milestone.planned):
        raise Refused("date-missing", _("Give the date: nothing else dates this milestone."))
    if changes := saving.write(milestone, _dated(milestone, {"actual": on})):
        _index(milestone)
        told = changes | {"because": because}
        journal.record("roadmap.correct", milestone, by=by, changes=told, public=milestone.is_published)
    return milestone


@transaction.atomic
def publish_milestone(milestone: Milestone, *, by: Actor) -> Milestone:
    """Show a milestone of a public project to the public, in all required languages."""
    milestone = _locked(milestone)
    policy.require("roadmap.publish", by=by, on=milestone)
    if not milestone.is_published:
        if not milestone.project.is_published:
            raise Refused(
                "project-not-published", _("Publish the project first: its milestones stand on its page.")
            )
        publishing.mark_published(milestone)
        journal.record("roadmap.publish", milestone, by=by, public=True)
    return milestone


@transaction.atomic
def withdraw_milestone(milestone: Milestone, *, by: Actor, because: Text) -> Milestone:
    """Take a milestone from public view, saying why."""
    milestone = _locked(milestone)
    policy.require("roadmap.withdraw", by=by, on=milestone)
    publishing.mark_withdrawn(milestone, because=because)
    journal.record("roadmap.withdraw", milestone, by=by, changes={"because": because}, public=True)
    return milestone


def _index(milestone: Milestone) -> None:
    """Its date stands in the index."""
    if milestone.is_published and milestone.project.is_published:
        search.index(milestone)


def _locked(milestone: Milestone) -> Milestone:
    """The row as it stands now, held until the transaction ends."""
    return Milestone.objects.select_for_update(of=("self",)).select_related("project").get(pk=milestone.pk)


def _dated(milestone: Milestone, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with `due`: the day the milestone was reached, is planned again for, or was planned for."""
    planned, actual = (str(values.get(name, getattr(milestone, name))) for name in ("planned", "actual"))
    latest = milestone.replannings.last() if milestone.pk else None
    date = understood(actual) or (latest.date if latest else understood(planned))
    understood(planned)
    if actual and first_day(actual) > timezone.localdate():
        raise Refused("date-ahead", _("This date lies ahead: nothing is reached before its day."))
    return {**values, "due": last_day(date) if date else None}


def _explained(because: Text) -> None:
    """A reason is there in all required languages."""
    if missing := because.missing(publishing.required_languages()):
        raise publishing.texts_missing(missing)


def _given(date: str) -> str:
    """A date that must be there."""
    if not date:
        raise Refused("date-missing", _("Give the date."))
    return understood(date)
