"""What changes stakeholders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import free_code
from civicthread.core.text import Text, as_text
from civicthread.stakeholders.models import Body, Mandate, Organisation, Representation


@transaction.atomic
def save_organisation(organisation: Organisation, values: Mapping[str, Any], *, by: Actor) -> Organisation:
    """Write an organisation's entry in the registry; a new one starts as a draft, a published one stays complete."""
    organisation = _locked(organisation)
    policy.require("stakeholders.save", by=by, on=organisation if organisation.pk else None)
    if not organisation.code:
        organisation.code = free_code(Organisation, as_text(values["name"]))
    return _write(organisation, values, verb="stakeholders.save", by=by)


@transaction.atomic
def describe_organisation(
    organisation: Organisation, *, by: Actor, description: Text, website: str
) -> Organisation:
    """What an organisation says of itself; whoever represents it may write it."""
    organisation = _locked(organisation)
    policy.require("stakeholders.describe", by=by, on=organisation)
    values = {"description": description, "website": website}
    return _write(organisation, values, verb="stakeholders.describe", by=by)


def _write(organisation: Organisation, values: Mapping[str, Any], *, verb: str, by: Actor) -> Organisation:
    if changes := saving.write(organisation, values):
        if organisation.is_published:
            publishing.mark_published(organisation)
        journal.record(verb, organisation, by=by, changes=changes, public=organisation.is_published)
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    """The row as it stands now, held until the transaction ends; a new one as it is."""
    if not organisation.pk:
        return organisation
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


@transaction.atomic
def publish_organisation(organisation: Organisation, *, by: Actor) -> Organisation:
    """Show an organisation to the public."""
    organisation = _locked(organisation)
    policy.require("stakeholders.publish", by=by, on=organisation)
    if not organisation.is_published:
        publishing.mark_published(organisation)
        journal.record("stakeholders.publish", organisation, by=by, public=True)
    return organisation


@transaction.atomic
def withdraw_organisation(organisation: Organisation, *, by: Actor, because: Text) -> Organisation:
    """Take an organisation from public view, saying why."""
    organisation = _locked(organisation)
    policy.require("stakeholders.withdraw", by=by, on=organisation)
    publishing.mark_withdrawn(organisation, because=because)
    journal.record("stakeholders.withdraw", organisation, by=by, changes={"because": because}, public=True)
    return organisation


@transaction.atomic
def save_body(body: Body, values: Mapping[str, Any], *, by: Actor) -> Body:
    """Write what a body is called and whose it is; its name stands on decisions, so in all required languages."""
    if body.pk:
        body = Body.objects.select_for_update().get(pk=body.pk)
    policy.require("stakeholders.save_body", by=by, on=body if body.pk else None)
    name = as_text(values.get("name", body.name))
    if missing := name.missing(publishing.required_languages()):
        raise publishing.text_missing(body, {"name": missing})
    if not body.code:
        body.code = free_code(Body, name)
    if changes := saving.write(body, values):
        journal.record("stakeholders.save_body", body, by=by, changes=changes)
    return body


@transaction.atomic
def give_mandate(body: Body, *, by: Actor, organisation: Organisation, office: Text, since: date) -> Mandate:
    """Give an organisation a seat in a body."""
    policy.require("stakeholders.give_mandate", by=by, on=body)
    mandate = Mandate.objects.create(body=body, organisation=organisation, office=office, since=since)
    journal.record(
        "stakeholders.give_mandate", body, by=by, changes={"organisation": [None, organisation.code]}
    )
    return mandate


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Actor, until: date) -> Mandate:
    """Say when a seat in a body ended; it stays readable with its dates."""
    mandate = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("body", "organisation")
        .get(pk=mandate.pk)
    )
    policy.require("stakeholders.end_mandate", by=by, on=mandate.body)
    if until < mandate.since:
        raise Refused("ends-before-start", _("A mandate cannot end before it starts."))
    mandate.until = until
    mandate.save(update_fields=["until"])
    changes = {"organisation": [mandate.organisation.code, None]}
    journal.record("stakeholders.end_mandate", mandate.body, by=by, changes=changes)
    return mandate


@transaction.atomic
def name_representative(organisation: Organisation, *, by: Actor, actor: Actor) -> Representation:
    """Let a person speak for an organisation on the platform."""
    organisation = _locked(organisation)
    policy.require("stakeholders.name_representative", by=by, on=organisation)
    if Representation.objects.filter(actor=actor, organisation=organisation, until__isnull=True).exists():
        raise Refused("already-represents", _("This person already speaks for the organisation."))
    representation = Representation.objects.create(
        actor=actor, organisation=organisation, since=timezone.localdate()
    )
    journal.record("stakeholders.name_representative", organisation, by=by, subject=actor)
    return representation


@transaction.atomic
def end_representation(representation: Representation, *, by: Actor) -> None:
    """From now on the person does not speak for the organisation any more. Ending it twice changes nothing."""
    organisation, actor = representation.organisation, representation.actor
    policy.require("stakeholders.end_representation", by=by, on=organisation)
    current = Representation.objects.filter(pk=representation.pk, until__isnull=True)
    if current.update(until=timezone.localdate()):
        journal.record("stakeholders.end_representation", organisation, by=by, subject=actor)
