"""Putting a checked programme into the records, through the same actions a person would use.

Running it again changes nothing that has not changed in the files.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from civicthread.ambition import actions as ambition
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.config.programme import Programme
from civicthread.config.programme.parts import Published
from civicthread.config.programme.projects import Declaration as Declared
from civicthread.config.programme.projects import Project as ProjectFile
from civicthread.config.programme.rows import Track, conflicts, known, period, source, sources
from civicthread.config.programme.schema import Area as AreaFile
from civicthread.config.speech import gettext as _
from civicthread.core.models import Actor
from civicthread.core.text import as_text
from civicthread.governance import actions as governance
from civicthread.governance.models import Decision
from civicthread.projects import actions as projects
from civicthread.projects.models import BuildingBlock, Project
from civicthread.roadmap import actions as roadmap
from civicthread.roadmap.models import Milestone
from civicthread.stakeholders import actions as stakeholders
from civicthread.stakeholders.models import Body, Organisation
from civicthread.territory import actions as territory
from civicthread.territory.models import Area


def load_programme(programme: Programme, *, by: Actor, track: Track) -> None:
    """Load the whole programme. `track` wraps each list with a progress bar."""
    load_areas(programme, by=by, track=track)
    load_stakeholders(programme, by=by, track=track)
    load_ambition(programme, by=by, track=track)
    load_projects(programme, by=by, track=track)
    load_milestones(programme, by=by, track=track)
    load_decisions(programme, by=by, track=track)


def load_areas(programme: Programme, *, by: Actor, track: Track) -> None:
    """The Region first, then what lies in it, each with its boundary."""
    boundaries: dict[str, Any] = {}
    if programme.boundaries:
        features = json.loads(programme.boundaries.read_text(encoding="utf-8"))["features"]
        boundaries = {str(feature["properties"]["code"]): feature["geometry"] for feature in features}
    areas = known(Area)
    for area in track(_from_above(programme.areas), _("areas")):
        values = {
            "level": area.level,
            "name": area.name,
            "parent": areas[area.parent] if area.parent else None,
            "aliases": list(area.aliases),
            "nuts": list(area.nuts),
            "postal_codes": list(area.postal_codes),
            "boundary": boundaries.get(area.code),
        }
        areas[area.code] = territory.save_area(areas.get(area.code) or Area(code=area.code), values, by=by)


def _from_above(areas: Sequence[AreaFile]) -> list[AreaFile]:
    """Each area after the one it lies in, however deep it lies."""
    parents = {area.code: area.parent for area in areas}

    def depth(area: AreaFile) -> int:
        above, steps = area.parent, 0
        while above:
            above, steps = parents[above], steps + 1
        return steps

    return sorted(areas, key=depth)


def load_stakeholders(programme: Programme, *, by: Actor, track: Track) -> None:
    """Organisations, published at once, and the bodies that decide."""
    areas, organisations, bodies = known(Area), known(Organisation), known(Body)
    for entry in track(programme.stakeholders.organisations, _("organisations")):
        values = {
            "helix": entry.helix,
            "domain": entry.domain or "",
            "name": entry.name,
            "short_name": entry.short_name or {},
            "description": entry.description or {},
            "municipality": areas[entry.municipality] if entry.municipality else None,
            "website": entry.website or "",
            "former_names": list(entry.former_names),
            "sources": sources(entry.sources),
        }
        organisation = organisations.get(entry.code) or Organisation(code=entry.code)
        organisations[entry.code] = stakeholders.save_organisation(organisation, values, by=by)
        stakeholders.publish_organisation(organisations[entry.code], by=by)
    for body in programme.stakeholders.bodies:
        owner = organisations[body.organisation] if body.organisation else None
        values = {"kind": body.kind, "name": body.name, "organisation": owner}
        stakeholders.save_body(bodies.get(body.code) or Body(code=body.code), values, by=by)


def load_ambition(programme: Programme, *, by: Actor, track: Track) -> None:
    """The directions, the memo and its objectives."""
    directions, objectives = known(Direction), known(Objective)
    for position, entry in enumerate(programme.directions, start=1):
        values: dict[str, Any] = {
            "kind": entry.kind,
            "position": position,
            "name": entry.name,
            "description": entry.description,
            "sources": sources(entry.sources),
        }
        direction = directions.get(entry.code) or Direction(code=entry.code)
        directions[entry.code] = ambition.save_direction(direction, values, by=by)
    if (plan := programme.ambition) is None:
        return
    memo = known(AmbitionMemo).get(plan.code) or AmbitionMemo(code=plan.code)
    memo_values = {
        "date": period(plan.date),
        "title": plan.title,
        "intro": plan.intro,
        "note": plan.note,
        "assumption": plan.assumption,
        "sources": sources(plan.sources),
        "conflicts": conflicts(plan.conflicts),
    }
    ambition.publish(ambition.save_memo(memo, memo_values, by=by), by=by)
    for position, objective in enumerate(track(plan.objectives, _("objectives")), start=1):
        values = {
            "memo": memo,
            "direction": directions[objective.direction],
            "position": position,
            "title": objective.title,
            "description": objective.description,
            "note": objective.note or {},
            "assumption": objective.assumption,
            "sources": sources(objective.sources),
        }
        row = objectives.get(objective.code) or Objective(code=objective.code)
        ambition.publish(ambition.save_objective(row, values, by=by), by=by)


def load_projects(programme: Programme, *, by: Actor, track: Track) -> None:
    """The project sheets with their facts, published at once."""
    named: dict[str, dict[str, Any]] = {
        "organisation": known(Organisation),
        "direction": known(Direction),
        "objective": known(Objective),
        "area": known(Area),
    }
    rows, blocks = known(Project), load_blocks(programme, named["organisation"], by=by)
    for sheet in track(programme.projects, _("projects")):
        values = _sheet(sheet, named)
        if sheet.code in rows:
            project = projects.save_project(rows[sheet.code], values, by=by)
        else:
            project = projects.create_project({"code": sheet.code, **values}, by=by)
        projects.save_facts(project, [_fact(fact) for fact in sheet.facts], by=by)
        _declare(project, sheet, blocks, by=by)
        projects.publish_project(project, by=by)


def load_blocks(
    programme: Programme, organisations: Mapping[str, Organisation], *, by: Actor
) -> dict[str, BuildingBlock]:
    """What projects can use instead of making it again."""
    rows = known(BuildingBlock)
    for entry in programme.blocks:
        values = {
            "name": entry.name,
            "kind": entry.kind,
            "provider": organisations[entry.provider] if entry.provider else None,
            "sources": sources(entry.sources),
        }
        block = rows.get(entry.code) or BuildingBlock(code=entry.code)
        rows[entry.code] = projects.save_block(block, values, by=by)
    return rows


def _declare(project: Project, sheet: ProjectFile, blocks: Mapping[str, BuildingBlock], *, by: Actor) -> None:
    """What sources say on the conditions; a question the file does not answer is open."""
    said: dict[str, Declared] = {declared.about: declared for declared in sheet.conditions}
    for about in {*said, *project.declarations.values_list("about", flat=True)}:
        values: dict[str, Any] = {"answer": None}
        if declared := said.get(about):
            values = {
                "answer": declared.answer,
                "blocks": [blocks[code] for code in declared.blocks],
                "note": declared.note or {},
                "source": source(declared.source),
            }
        projects.declare(project, values, about=about, by=by)


def _sheet(sheet: ProjectFile, named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    organisations = named["organisation"]
    values: dict[str, Any] = {
        "title": sheet.title,
        "summary": sheet.summary,
        "description": sheet.description,
        "owner": organisations[sheet.owner] if sheet.owner else None,
        "partners": [organisations[code] for code in sheet.partners],
        "other_partners": sheet.other_partners or {},
        "directions": [named["direction"][code] for code in sheet.directions],
        "objectives": [named["objective"][code] for code in sheet.objectives],
        "areas": [named["area"][code] for code in sheet.areas],
        "editorial_classification": sheet.classification == "editorial",
        "state": sheet.state.value if sheet.state else "",
        "state_as_of": str(sheet.state.as_of) if sheet.state else "",
        "nature": sheet.nature.value if sheet.nature else "",
        "start": period(sheet.start),
        "end": period(sheet.end),
        "website": sheet.website or "",
        "sources": sources(sheet.sources),
        "conflicts": conflicts(sheet.conflicts),
    }
    if budget := sheet.budget:
        values |= {
            "budget": budget.amount,
            "budget_kind": budget.kind,
            "budget_qualifier": budget.qualifier,
            "budget_covers": budget.covers,
        }
    return values


def _fact(fact: Published) -> dict[str, Any]:
    return {
        "label": fact.label,
        "value": fact.value,
        "text": fact.text or {},
        "unit": fact.unit or {},
        "period": fact.period or "",
        "qualifier": fact.qualifier,
        "kind": fact.kind,
        "source": source(fact.source),
        "note": fact.note or {},
    }


def load_milestones(programme: Programme, *, by: Actor, track: Track) -> None:
    """The dated steps of the projects, with every date they had."""
    projects_by_code, rows = known(Project), known(Milestone)
    for entry in track(programme.milestones, _("milestones")):
        values = {
            "title": entry.title,
            "note": entry.note or {},
            "planned": period(entry.planned),
            "actual": period(entry.actual),
            "sources": sources(entry.sources),
        }
        if entry.code in rows:
            milestone = roadmap.save_milestone(rows[entry.code], values, by=by)
        else:
            # A milestone that was reached is entered as planned first: one cannot plan again what is reached.
            first = {"code": entry.code, **values, "actual": "" if entry.planned else values["actual"]}
            milestone = roadmap.add_milestone(projects_by_code[entry.project], first, by=by)
            for change in entry.replanned:
                roadmap.replan(
                    milestone,
                    to=str(change.date),
                    because=as_text(change.reason),
                    source=source(change.source),
                    by=by,
                )
            if values["actual"]:
                milestone = roadmap.reach(milestone, on=str(values["actual"]), by=by)
        roadmap.publish_milestone(milestone, by=by)


def load_decisions(programme: Programme, *, by: Actor, track: Track) -> None:
    """The published decisions of the bodies."""
    bodies, rows = known(Body), known(Decision)
    known_projects, known_objectives = known(Project), known(Objective)
    for entry in track(programme.decisions, _("decisions")):
        values = {
            "number": entry.number or "",
            "date": str(entry.date),
            "body": bodies[entry.body],
            "title": entry.title,
            "text": entry.text,
            "projects": [known_projects[code] for code in entry.projects],
            "objectives": [known_objectives[code] for code in entry.objectives],
            "sources": sources(entry.sources),
            "conflicts": conflicts(entry.conflicts),
        }
        if entry.code in rows:
            decision = governance.save_decision(rows[entry.code], values, by=by)
        else:
            decision = governance.record_decision({"code": entry.code, **values}, by=by)
        governance.publish_decision(decision, by=by)
