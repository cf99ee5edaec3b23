"""The invented ideas, needs and answers of the demonstration, told as such on every page."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from civicthread.config.programme import Programme
from civicthread.config.programme.ideas import Idea as IdeaFile
from civicthread.config.programme.rows import Track, known
from civicthread.config.speech import gettext as _
from civicthread.core.models import Actor
from civicthread.core.text import as_text
from civicthread.ideas import actions as ideas
from civicthread.ideas import regrouping
from civicthread.ideas.intake import Recorded, Submission
from civicthread.ideas.models import Idea, Need
from civicthread.projects import actions as projects
from civicthread.projects.models import Project
from civicthread.territory.models import Area


def load_ideas(programme: Programme, *, by: Actor, track: Track) -> None:
    """The needs, the ideas with the path they went, and the projects that took them up."""
    needs, rows, areas = known(Need), known(Idea), known(Area)
    for need in programme.participation.needs:
        values: dict[str, Any] = {
            "code": need.code,
            "title": need.title,
            "description": need.description,
            "demonstration": True,
        }
        needs[need.code] = regrouping.publish_need(
            regrouping.save_need(needs.get(need.code), values, by=by), by=by
        )
    for entry in track(programme.participation.ideas, _("ideas")):
        if entry.code not in rows:
            need_of_idea = needs[entry.need] if entry.need else None
            rows[entry.code] = ideas.record_past_idea(
                _submission(entry, areas), _past(entry), need=need_of_idea, by=by
            )
    _join(programme, needs, rows, by=by)


def _submission(entry: IdeaFile, areas: Mapping[str, Area]) -> Submission:
    longitude, latitude = entry.place or (None, None)
    return Submission(
        title=entry.title,
        text=entry.text,
        language=entry.language,
        name=entry.author.name,
        show_name=True,
        email=entry.author.email or "",
        area=areas[entry.area] if entry.area else None,
        longitude=longitude,
        latitude=latitude,
    )


def _past(entry: IdeaFile) -> Recorded:
    return Recorded(
        code=entry.code,
        channel=entry.channel,
        state=entry.state,
        received_at=_noon(datetime.combine(entry.received, time(12))),
        answer=as_text(entry.answer.text) if entry.answer else None,
        answered_at=_noon(datetime.combine(entry.answer.date, time(12))) if entry.answer else None,
        demonstration=entry.demonstration,
    )


def _noon(moment: datetime) -> datetime:
    return timezone.make_aware(moment)


def _join(programme: Programme, needs: Mapping[str, Need], rows: Mapping[str, Idea], *, by: Actor) -> None:
    """Tell each project which ideas and needs it answers."""
    taken = programme.participation
    for project in known(Project).values():
        values = {
            "ideas": [rows[idea.code] for idea in taken.ideas if project.code in idea.projects],
            "needs": [needs[need.code] for need in taken.needs if project.code in need.projects],
        }
        projects.save_project(project, values, by=by)
