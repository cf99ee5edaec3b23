"""Organisations, the ambition, projects, milestones and decisions for tests, made by the product's own actions."""

from itertools import count
from typing import Any

from civicthread.ambition import actions as ambition
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.governance import actions as governance
from civicthread.governance.models import Decision
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from civicthread.roadmap import actions as roadmap
from civicthread.roadmap.models import Milestone
from civicthread.stakeholders import actions as stakeholders
from civicthread.stakeholders.models import Body, Organisation
from tests.factories.ideas import staff

_numbers = count(1)
BECAUSE = Text.of({"fr": "Fusionné avec un autre.", "nl": "Samengevoegd met een ander.", "en": "Merged."})
ONLY_FRENCH = Text.of({"fr": "Fusionné avec un autre."})


def named(word: str = "Nom") -> dict[str, str]:
    """A text in both required languages, of its own each time."""
    number = next(_numbers)
    return {"fr": f"{word} {number}", "nl": f"{word} nl {number}"}


def organisation(*, published: bool = True, by: Actor | None = None, **values: Any) -> Organisation:
    by = by or staff()
    given = {"name": named("Organisation"), "helix": "public"} | values
    saved = stakeholders.save_organisation(Organisation(), given, by=by)
    return stakeholders.publish_organisation(saved, by=by) if published else saved


def body(by: Actor | None = None, **values: Any) -> Body:
    return stakeholders.save_body(
        Body(), {"name": named("Conseil"), "kind": "board"} | values, by=by or staff()
    )


def direction(by: Actor | None = None, **values: Any) -> Direction:
    given = {
        "name": named("Direction"),
        "description": named("Sens"),
        "kind": "dimension",
        "position": next(_numbers),
    }
    return ambition.save_direction(Direction(), given | values, by=by or staff())


def memo(*, published: bool = True, by: Actor | None = None, **values: Any) -> AmbitionMemo:
    by = by or staff()
    given = {"title": named("Mémo"), "intro": named("Intro")} | values
    saved = ambition.save_memo(AmbitionMemo(), given, by=by)
    if published:
        ambition.publish(saved, by=by)
        saved.refresh_from_db()
    return saved


def objective(*, published: bool = True, by: Actor | None = None, **values: Any) -> Objective:
    by = by or staff()
    given = {"title": named("Objectif"), "description": named("Texte"), "position": next(_numbers)} | values
    given.setdefault("memo", AmbitionMemo.objects.first() or memo(by=by))
    given.setdefault("direction", Direction.objects.first() or direction(by=by))
    saved = ambition.save_objective(Objective(), given, by=by)
    if published:
        ambition.publish(saved, by=by)
        saved.refresh_from_db()
    return saved


def project(*, published: bool = True, by: Actor | None = None, **values: Any) -> Project:
    by = by or staff()
    given = {"title": named("Projet"), "summary": named("Résumé")} | values
    saved = projects.create_project(given, by=by)
    return projects.publish_project(saved, by=by) if published else saved


def milestone(
    of: Project | None = None, *, published: bool = True, by: Actor | None = None, **values: Any
) -> Milestone:
    by = by or staff()
    given = {"title": named("Jalon"), "planned": "2026-06"} | values
    saved = roadmap.add_milestone(of or project(by=by), given, by=by)
    return roadmap.publish_milestone(saved, by=by) if published else saved


def decision(*, published: bool = True, by: Actor | None = None, **values: Any) -> Decision:
    by = by or staff()
    given = {"title": named("Décision"), "text": named("Texte"), "date": "2026-03-12"} | values
    given.setdefault("body", Body.objects.first() or body(by=by))
    saved = governance.record_decision(given, by=by)
    return governance.publish_decision(saved, by=by) if published else saved


def lead(of: Project, actor: Actor) -> Project:
    """The project in the hands of that lead."""
    return projects.name_lead(of, by=staff(), lead=actor)


def posted(name: str, texts: dict[str, str]) -> dict[str, str]:
    """A text in several languages as a browser sends it."""
    return {f"{name}_{code}": text for code, text in texts.items()}
