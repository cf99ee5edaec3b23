"""What changes projects."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicthread.core import journal, policy, publishing, saving, search
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.projects.models import Fact, Project


@transaction.atomic
def create_project(values: Mapping[str, Any], *, by: Actor) -> Project:
    """Open a project sheet, as a draft, under a reference number of the year it starts (or of this year)."""
    policy.require("projects.create", by=by)
    start = str(values.get("start", ""))
    year = int(start[:4]) if start[:4].isdigit() else timezone.localdate().year
    project = Project(reference=next_reference("PROJ", year))
    many = {name for name in values if Project._meta.get_field(name).many_to_many}  # noqa: SLF001
    changes = saving.write(project, {name: value for name, value in values.items() if name not in many})
    changes |= saving.write(project, {name: values[name] for name in many})
    journal.record("projects.create", project, by=by, changes=changes)
    return project


@transaction.atomic
def save_project(project: Project, values: Mapping[str, Any], *, by: Actor) -> Project:
    """Bring a project sheet up to date."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    policy.require("projects.save", by=by, on=project)
    if changes := saving.write(project, values):
        journal.record("projects.save", project, by=by, changes=changes, public=project.is_published)
        if project.is_published:
            search.index(project)
    return project


@transaction.atomic
def save_facts(project: Project, facts: Iterable[Mapping[str, Any]], *, by: Actor) -> Project:
    """Write the published figures of a project, in their order, in place of those it had."""
    policy.require("projects.save", by=by, on=project)
    wanted = [Fact(project=project, position=position, **fact) for position, fact in enumerate(facts)]
    before = [_told(fact) for fact in project.facts.all()]
    after = [_told(fact) for fact in wanted]
    if before != after:
        project.facts.all().delete()
        Fact.objects.bulk_create(wanted)
        journal.record(
            "projects.save", project, by=by, changes={"facts": [before, after]}, public=project.is_published
        )
    return project


def _told(fact: Fact) -> dict[str, Any]:
    names = ("label", "value", "text", "unit", "period", "qualifier", "kind", "source", "note")
    return {name: _stored(getattr(fact, name)) for name in names}


def _stored(value: Any) -> Any:
    return value.to_json() if isinstance(value, Text) else value


@transaction.atomic
def publish_project(project: Project, *, by: Actor) -> Project:
    """Show a project to the public, in all required languages."""
    policy.require("projects.publish", by=by, on=project)
    if not project.is_published:
        publishing.mark_published(project)
        journal.record("projects.publish", project, by=by, public=True)
    return project


@transaction.atomic
def withdraw_project(project: Project, *, by: Actor, because: Text) -> Project:
    """Take a project from public view; its address keeps telling why."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    policy.require("projects.withdraw", by=by, on=project)
    publishing.mark_withdrawn(project, because=because)
    journal.record("projects.withdraw", project, by=by, changes={"because": because})
    return project


@transaction.atomic
def name_lead(project: Project, *, by: Actor, lead: Actor) -> Project:
    """Give a project sheet into the hands of its lead."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    policy.require("projects.name_lead", by=by, on=project)
    saving.write(project, {"lead": lead})
    journal.record("projects.name_lead", project, by=by, subject=lead)
    return project
