"""What changes governance: decisions are recorded, published, never erased."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.governance.models import Decision
from civicthread.methods import periods


@transaction.atomic
def record_decision(values: Mapping[str, Any], *, by: Actor) -> Decision:
    """Enter a decision of a body into the register, as a draft, under a reference number of its year."""
    policy.require("governance.record", by=by)
    try:
        year = periods.parse(str(values["date"])).start.year
    except periods.PeriodError:
        message = _("Write the date as 2026, 2026-09 or 2026-09-30, not “%(date)s”.")
        raise Refused("date-unclear", message % {"date": values["date"]}) from None
    many = {name: values[name] for name in ("projects", "objectives") if name in values}
    decision = Decision(reference=next_reference("DECI", year))
    changes = saving.write(decision, {name: value for name, value in values.items() if name not in many})
    changes |= saving.write(decision, many)
    journal.record("governance.record", decision, by=by, changes=changes)
    return decision


@transaction.atomic
def save_decision(decision: Decision, values: Mapping[str, Any], *, by: Actor) -> Decision:
    """Correct a decision's entry; what it was stays in the journal."""
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    policy.require("governance.save", by=by, on=decision)
    if changes := saving.write(decision, values):
        journal.record("governance.save", decision, by=by, changes=changes, public=decision.is_published)
        if decision.is_published:
            search.index(decision)
    return decision


@transaction.atomic
def publish_decision(decision: Decision, *, by: Actor) -> Decision:
    """Show a decision to the public, in all required languages."""
    policy.require("governance.publish", by=by, on=decision)
    if not decision.is_published:
        publishing.mark_published(decision)
        journal.record("governance.publish", decision, by=by, public=True)
    return decision


@transaction.atomic
def withdraw_decision(decision: Decision, *, by: Actor, because: Text) -> Decision:
    """Take a decision from public view, saying why."""
    policy.require("governance.withdraw", by=by, on=decision)
    publishing.mark_withdrawn(decision, because=because)
    journal.record("governance.withdraw", decision, by=by, changes={"because": because})
    return decision
