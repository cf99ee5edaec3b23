"""What changes stakeholders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.stakeholders.models import Body, Mandate, Organisation, Representation


@transaction.atomic
def save_organisation(organisation: Organisation, values: Mapping[str, Any], *, by: Actor) -> Organisation:
    """Write an organisation's entry in the registry; a new one starts as a draft."""
    policy.require("stakeholders.save", by=by, on=organisation if organisation.pk else None)
    if changes := saving.write(organisation, values):
        journal.record("stakeholders.save", organisation, by=by, changes=changes)
        if organisation.is_published:
            search.index(organisation)
    return organisation


@transaction.atomic
def publish_organisation(organisation: Organisation, *, by: Actor) -> Organisation:
    """Show an organisation to the public."""
    policy.require("stakeholders.publish", by=by, on=organisation)
    if not organisation.is_published:
        publishing.mark_published(organisation)
        journal.record("stakeholders.publish", organisation, by=by, public=True)
    return organisation


@transaction.atomic
def withdraw_organisation(organisation: Organisation, *, by: Actor, because: Text) -> Organisation:
    """Take an organisation from public view, saying why."""
    policy.require("stakeholders.withdraw", by=by, on=organisation)
    publishing.mark_withdrawn(organisation, because=because)
    journal.record("stakeholders.withdraw", organisation, by=by, changes={"because": because})
    return organisation


@transaction.atomic
def save_body(body: Body, values: Mapping[str, Any], *, by: Actor) -> Body:
    """Write what a body is called and whose it is."""
    policy.require("stakeholders.save_body", by=by, on=body if body.pk else None)
    if changes := saving.write(body, values):
        journal.record("stakeholders.save_body", body, by=by, changes=changes)
    return body


@transaction.atomic
def give_mandate(body: Body, *, by: Actor, organisation: Organisation, office: Text, since: date) -> Mandate:
    """Give an organisation a seat in a body."""
    policy.require("stakeholders.give_mandate", by=by, on=body)
    mandate = Mandate.objects.create(body=body, organisation=organisation, office=office, since=since)
    journal.record("stakeholders.give_mandate", body, by=by, changes={"organisation": [None, organisation.code]})
    return mandate


@transaction.atomic
def name_representative(organisation: Organisation, *, by: Actor, actor: Actor) -> Representation:
    """Let a person speak for an organisation on the platform."""
    policy.require("stakeholders.name_representative", by=by, on=organisation)
    if Representation.objects.filter(actor=actor, organisation=organisation, until__isnull=True).exists():
        raise Refused("already-represents", _("This person already speaks for the organisation."))
    representation = Representation.objects.create(
        actor=actor, organisation=organisation, since=timezone.localdate()
    )
    journal.record("stakeholders.name_representative", organisation, by=by, subject=actor)
    return representation
