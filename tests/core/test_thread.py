from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import journal, thread
from civicthread.core.publishing import mark_published
from civicthread.projects.models import Project
from tests.core.things import publish_organisation

pytestmark = pytest.mark.django_db
NAME = {"fr": "Nom", "nl": "Naam"}


class Programme:
    """A direction, two objectives under it, and projects that serve them."""

    def __init__(self, projects: int = 2) -> None:
        memo = AmbitionMemo.objects.create(code="memo", title=NAME)
        self.direction = Direction.objects.create(code="direction", kind="dimension", position=1, name=NAME)
        self.objectives = [
            Objective.objects.create(memo=memo, direction=self.direction, code=code, position=1, title=NAME)
            for code in ("first", "second")
        ]
        self.owner = publish_organisation()
        self.projects = [self.project(number) for number in range(projects)]
        for thing in (memo, *self.objectives, *self.projects):
            mark_published(thing)

    def project(self, number: int) -> Project:
        project = Project.objects.create(
            reference=f"PROJECT-2026-{number:04d}", code=f"project-{number}", title=NAME, owner=self.owner
        )
        project.objectives.set(self.objectives)
        return project


def names(steps: list[thread.Step]) -> list[tuple[str, int, int]]:
    return [(step.kind.name, step.thing.pk, step.distance) for step in steps]


def test_the_thread_is_walked_both_ways():
    programme = Programme(projects=1)
    down = names(thread.walk(programme.direction, "to", visible_to=None, depth=2))
    assert set(down) == {
        *(("ambition.objective", objective.pk, 1) for objective in programme.objectives),
        ("projects.project", programme.projects[0].pk, 2),
    }
    up = names(thread.walk(programme.projects[0], "from", visible_to=None, depth=2))
    assert set(up) == {
        *(("ambition.objective", objective.pk, 1) for objective in programme.objectives),
        ("stakeholders.organisation", programme.owner.pk, 1),
        ("ambition.direction", programme.direction.pk, 2),
    }
    assert [distance for _, _, distance in up] == sorted(distance for _, _, distance in up)


def test_a_step_says_how_it_was_reached():
    programme = Programme(projects=1)
    objective = programme.objectives[0]
    down = next(s for s in thread.walk(objective, "to", visible_to=None) if s.thing == programme.projects[0])
    up = next(s for s in thread.walk(programme.projects[0], "from", visible_to=None) if s.thing == objective)
    link = next(
        link
        for link in thread.links()
        if (link.earlier, link.later) == ("ambition.objective", "projects.project")
    )
    assert (down.relation, up.relation) == (link.led, link.came)
    assert down.reached_from == ("ambition.objective", objective.pk)


def test_a_reader_walks_only_through_what_they_may_see():
    programme = Programme(projects=1)
    hidden = programme.project(9)
    reached = thread.walk(programme.objectives[0], "to", visible_to=None)
    assert hidden not in [step.thing for step in reached]
    assert hidden in [
        step.thing for step in thread.walk(programme.objectives[0], "to", visible_to=journal.system())
    ]


def test_what_is_hidden_hides_what_lies_behind_it():
    programme = Programme(projects=1)
    Objective.objects.update(publication="draft")
    reached = thread.walk(programme.direction, "to", visible_to=None, depth=3)
    assert "projects.project" not in {step.kind.name for step in reached}


def test_a_step_costs_the_same_however_many_things_it_reaches():
    programme = Programme(projects=1)
    with CaptureQueriesContext(connection) as one:
        thread.walk(programme.direction, "to", visible_to=None, depth=2)
    for number in range(10, 30):
        mark_published(programme.project(number))
    with CaptureQueriesContext(connection) as many:
        assert len(thread.walk(programme.direction, "to", visible_to=None, depth=2)) == 23
    assert len(many) == len(one) <= 6


def test_every_link_joins_kinds_that_exist_by_columns_that_exist():
    for link in thread.links():
        assert {link.earlier, link.later} <= set(thread.kinds())
        list(link.through().values_list(link.source, link.target)[:1])


def test_every_kind_can_be_shown():
    programme = Programme(projects=1)
    for thing in (programme.direction, *programme.objectives, *programme.projects, programme.owner):
        kind = thread.kind_of(thing)
        assert str(kind.title(thing))
        assert kind.url(thing).startswith("/fr/")
        assert isinstance(kind.dated(thing), date | None)
