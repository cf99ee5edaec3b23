"""What changes governance: decisions are recorded, published, never erased."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.partial_dates import understood
from civicthread.core.publishing import Publication
from civicthread.core.references import free_code, next_reference
from civicthread.core.text import Text, as_text
from civicthread.governance.models import Decision
from civicthread.projects import actions as projects
from civicthread.projects.models import Project


@transaction.atomic
def record_decision(values: Mapping[str, Any], *, by: Actor) -> Decision:
    """Enter a decision of a body into the register, as a draft, under a reference number of its year."""
    policy.require("governance.record", by=by)
    date = _given(str(values["date"]))
    decision = Decision(reference=next_reference("DECI", int(date[:4])))
    if "code" not in values:
        decision.code = free_code(Decision, as_text(values["title"]))
    changes = saving.write(decision, values)
    journal.record("governance.record", decision, by=by, changes=changes)
    return decision


@transaction.atomic
def save_decision(decision: Decision, values: Mapping[str, Any], *, by: Actor) -> Decision:
    """Correct a decision's entry; a published one stays complete, and what it was stays in the journal."""
    decision = _locked(decision)
    policy.require("governance.save", by=by, on=decision)
    _given(str(values.get("date", decision.date)))
    approved = _approved(decision)
    if changes := saving.write(decision, values):
        if decision.is_published:
            publishing.mark_published(decision)
        journal.record("governance.save", decision, by=by, changes=changes, public=decision.is_published)
        _tell_projects(decision, approved, by=by)
    return decision


@transaction.atomic
def publish_decision(decision: Decision, *, by: Actor) -> Decision:
    """Show a decision to the public, in all required languages; the projects it approves are approved from its date."""
    decision = _locked(decision)
    policy.require("governance.publish", by=by, on=decision)
    if not decision.is_published:
        publishing.mark_published(decision)
        journal.record("governance.publish", decision, by=by, public=True)
        _tell_projects(decision, [], by=by)
    return decision


@transaction.atomic
def withdraw_decision(decision: Decision, *, by: Actor, because: Text) -> Decision:
    """Take a decision from public view, saying why; it approves nothing any more."""
    decision = _locked(decision)
    policy.require("governance.withdraw", by=by, on=decision)
    approved = _approved(decision)
    publishing.mark_withdrawn(decision, because=because)
    journal.record("governance.withdraw", decision, by=by, changes={"because": because}, public=True)
    _tell_projects(decision, approved, by=by)
    return decision


def _approved(decision: Decision) -> list[Project]:
    """The projects that stand approved by this decision."""
    return list(decision.projects.order_by("pk")) if decision.approves and decision.is_published else []


def _tell_projects(decision: Decision, before: list[Project], *, by: Actor) -> None:
    """Tell the projects what the published decisions now say of them: those it approved before, those it approves."""
    now = _approved(decision)
    for project in before:
        standing = project.decisions.filter(approves=True, publication=Publication.PUBLISHED)
        first = standing.aggregate(first=Min("date"))["first"] or ""
        if project not in now or first != project.approved:
            projects.take_back_approval(project, by=by, remaining=first)
    for project in now:
        projects.approve(project, by=by, on=decision.date)


def _locked(decision: Decision) -> Decision:
    """The row as it stands now, held until the transaction ends."""
    return Decision.objects.select_for_update().get(pk=decision.pk)


def _given(date: str) -> str:
    """A date that must be there."""
    if not date:
        raise Refused("date-missing", _("Give the date of the decision."))
    return understood(date)
