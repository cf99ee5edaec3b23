"""What changes projects."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, saving
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.partial_dates import first_day, last_day, understood
from civicthread.core.references import free_code, next_reference
from civicthread.core.text import Text, as_text
from civicthread.ideas.models import Idea
from civicthread.projects import following, letters
from civicthread.projects.models import BuildingBlock, Declaration, Fact, Project

DATES = ("state_as_of", "start", "end")
STATE = ("state", "state_as_of")
# What joins a project to the rest of the programme; a lead keeps the sheet, the Office keeps these.
JOINS = frozenset({"directions", "objectives", "areas", "ideas", "needs", "indicators"})
# The questions whose answer names building blocks, and of which kind.
OF_BLOCKS = {
    Declaration.About.SHARED_BLOCK: BuildingBlock.Kind.REGIONAL,
    Declaration.About.EU_BLOCK: BuildingBlock.Kind.EUROPEAN,
}


@transaction.atomic
def create_project(values: Mapping[str, Any], *, by: Actor) -> Project:
    """Open a project sheet, as a draft, under a reference number of the year it starts (or of this year)."""
    policy.require("projects.create", by=by)
    start = str(values.get("start", ""))
    year = int(start[:4]) if start[:4].isdigit() else timezone.localdate().year
    project = Project(reference=next_reference("PROJ", year))
    if "code" not in values:
        project.code = free_code(Project, as_text(values["title"]))
    changes = saving.write(project, _checked(project, values))
    journal.record("projects.create", project, by=by, changes=changes)
    return project


@transaction.atomic
def save_project(project: Project, values: Mapping[str, Any], *, by: Actor) -> Project:
    """Bring a project sheet up to date; a published one stays complete, and the ideas it took up follow it."""
    project = _locked(project)
    policy.require("projects.save", by=by, on=project)
    if JOINS & values.keys():
        policy.require("projects.join", by=by, on=project)
    if changes := saving.write(project, _checked(project, values)):
        if project.is_published:
            publishing.mark_published(project)
        journal.record("projects.save", project, by=by, changes=changes, public=project.is_published)
        if project.is_published and {"ideas", "needs", "state"} & changes.keys():
            following.lead_ideas(project, by=by, changes=changes)
    return project


@transaction.atomic
def save_facts(project: Project, facts: Iterable[Mapping[str, Any]], *, by: Actor) -> Project:
    """Write the published figures of a project, in their order, in place of those it had."""
    project = _locked(project)
    policy.require("projects.save", by=by, on=project)
    wanted = [Fact(project=project, position=position, **fact) for position, fact in enumerate(facts)]
    if any(fact.value is None and not fact.text for fact in wanted):
        raise Refused("fact-empty", _("A figure or statement has either a value or words."))
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
def declare(project: Project, values: Mapping[str, Any], *, by: Actor, about: str) -> Project:
    """Write what is declared on one question of the conditions; an `answer` of None opens the question again.

    Without a source nobody could check it; its date is as precise as known. Named blocks make the answer a yes.
    """
    project = _locked(project)
    policy.require("projects.declare", by=by, on=project)
    known = project.declarations.filter(about=about).first()
    before = _declared(known)
    blocks = list(values.get("blocks", ()))
    answer = True if blocks else values["answer"]
    if answer is None:
        project.declarations.filter(about=about).delete()
        known = None
    else:
        _check_declaration(about, blocks, values["source"])
        known = known or Declaration(project=project, about=about)
        given = {"answer": answer, "note": values.get("note", {}), "source": values["source"]}
        saving.write(known, given | {"blocks": blocks})
    if before != (after := _declared(known)):
        changes = {about: [before, after]}
        journal.record("projects.declare", project, by=by, changes=changes, public=project.is_published)
    return project


def _check_declaration(about: str, blocks: list[BuildingBlock], source: Mapping[str, str]) -> None:
    understood(source.get("date", ""))
    if not source.get("url"):
        raise Refused("source-missing", _("What is declared needs its source: address | publisher | date."))
    if any(block.kind != OF_BLOCKS.get(Declaration.About(about)) for block in blocks):
        raise Refused("block-misplaced", _("This building block does not answer that question."))


def _declared(declaration: Declaration | None) -> dict[str, Any] | None:
    if declaration is None:
        return None
    blocks = sorted(declaration.blocks.values_list("code", flat=True))
    told = {"answer": declaration.answer, "source": declaration.source, "blocks": blocks}
    return told | {"note": declaration.note.to_json()}


@transaction.atomic
def save_block(block: BuildingBlock, values: Mapping[str, Any], *, by: Actor) -> BuildingBlock:
    """Write what a building block is called, of which kind it is and who provides it."""
    if block.pk:
        block = BuildingBlock.objects.select_for_update().get(pk=block.pk)
    policy.require("projects.save_block", by=by, on=block if block.pk else None)
    name = as_text(values.get("name", block.name))
    if missing := name.missing(publishing.required_languages()):
        raise publishing.text_missing(block, {"name": missing})
    if not block.code:
        block.code = free_code(BuildingBlock, name)
    if block.pk and values.get("kind", block.kind) != block.kind and block.declarations.exists():
        raise Refused("block-in-use", _("Projects use this building block: its kind cannot change any more."))
    if changes := saving.write(block, values):
        journal.record("projects.save_block", block, by=by, changes=changes)
    return block


@transaction.atomic
def publish_project(project: Project, *, by: Actor) -> Project:
    """Show a project to the public, in all required languages; the ideas it took up follow it."""
    project = _locked(project)
    policy.require("projects.publish", by=by, on=project)
    if not project.is_published:
        publishing.mark_published(project)
        journal.record("projects.publish", project, by=by, public=True)
        following.lead_ideas(project, by=by, changes={})
    return project


@transaction.atomic
def withdraw_project(project: Project, *, by: Actor, because: Text) -> Project:
    """Take a project from public view; its address keeps telling why, and so do mails to whose ideas it held."""
    project = _locked(project)
    policy.require("projects.withdraw", by=by, on=project)
    publishing.mark_withdrawn(project, because=because)
    journal.record("projects.withdraw", project, by=by, changes={"because": because}, public=True)
    following.lead_ideas(project, by=by, changes={}, because=following.withdrawn(project))
    return project


@transaction.atomic
def name_lead(project: Project, *, by: Actor, lead: Actor | None) -> Project:
    """Give a project sheet into the hands of its lead, who hears it by mail; None takes it back."""
    project = _locked(project)
    policy.require("projects.name_lead", by=by, on=project)
    former = project.lead
    if lead != former:
        saving.write(project, {"lead": lead})
        entry = journal.record("projects.name_lead", project, by=by, subject=lead or former)
        letters.tell_lead(project, key=f"projects.name_lead {entry.pk}")
    return project


@transaction.atomic
def approve(project: Project, *, by: Actor, on: str) -> Project:
    """A decision of that date approves the project; the first one counts. Governance calls this."""
    project = _locked(project)
    policy.require("projects.approve", by=by, on=project)
    if project.approved and project.approved <= on:
        return project
    values = {"approved": understood(on)}
    if not project.state:
        values |= {"state": Project.State.IN_PREPARATION, "state_as_of": on}
    changes = saving.write(project, values)
    journal.record("projects.approve", project, by=by, changes=changes, public=project.is_published)
    return project


@transaction.atomic
def take_back_approval(project: Project, *, by: Actor, remaining: str = "") -> Project:
    """The decision that approved the project stands no more; `remaining` is the date of one that still does."""
    project = _locked(project)
    policy.require("projects.approve", by=by, on=project)
    values = {"approved": understood(remaining), **_state_without(project, remaining)}
    if changes := saving.write(project, values):
        journal.record("projects.approve", project, by=by, changes=changes)
    return project


def _state_without(project: Project, remaining: str) -> dict[str, str]:
    """The state of a project once an approval goes: what it was, or what another decision says of it.

    Only where approvals alone said it: what somebody wrote on the sheet since then stays.
    """
    told = journal.entries_of(project).filter(changes__has_any_keys=STATE)
    before: dict[str, str] = {}
    for entry in takewhile(lambda entry: entry.verb == "projects.approve", told):
        before |= {name: entry.changes[name][0] for name in STATE if name in entry.changes}
    return {"state_as_of": remaining} if before and remaining else before


def _locked(project: Project) -> Project:
    """The row as it stands now, held until the transaction ends."""
    return Project.objects.select_for_update().get(pk=project.pk)


def _checked(project: Project, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, once their dates are dates, in their order, and the budget is one."""
    given = {name: values.get(name, getattr(project, name)) for name in (*DATES, "budget")}
    start, end = understood(given["start"]), understood(given["end"])
    understood(given["state_as_of"])
    if start and end and first_day(start) > last_day(end):
        raise Refused("ends-before-start", _("The project cannot end before it starts."))
    if given["budget"] is not None and not given["budget"] > 0:
        raise Refused(
            "budget-not-positive", _("A budget is more than nothing; leave it empty if it is not known.")
        )
    _refuse_turned_down(project, values.get("ideas", ()))
    return values


def _refuse_turned_down(project: Project, ideas: Iterable[Idea]) -> None:
    """An idea whose public answer says no is answered anew before a project takes it up."""
    there = set(project.ideas.values_list("pk", flat=True)) if project.pk else set()
    turned_down = [idea for idea in ideas if idea.state == Idea.State.NOT_RETAINED and idea.pk not in there]
    if turned_down:
        message = _(
            "%(number)s was answered “not retained”: answer it anew first, so that its author understands."
        )
        raise Refused("idea-not-retained", message % {"number": turned_down[0].reference})
