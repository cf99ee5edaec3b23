import re
from datetime import date

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import journal, thread, walking
from civicthread.core.models import Actor
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


def reached(steps: list[walking.Step]) -> set[tuple[str, int, int]]:
    return {(*step.key, step.distance) for step in steps}


def became(thing: Model, depth: int = 1, visible_to: Actor | None = None) -> list[walking.Step]:
    return walking.walk(thing, visible_to=visible_to, depth=depth).became


def test_the_thread_is_walked_both_ways():
    programme = Programme(projects=1)
    objectives = {("ambition.objective", objective.pk, 1) for objective in programme.objectives}
    project = programme.projects[0]
    assert objectives | {("projects.project", project.pk, 2)} <= reached(became(programme.direction, depth=2))
    came_from = walking.walk(project, visible_to=None, depth=2).came_from
    assert reached(came_from) == {
        *objectives,
        ("stakeholders.organisation", programme.owner.pk, 1),
        ("ambition.direction", programme.direction.pk, 2),
        ("ambition.ambitionmemo", programme.objectives[0].memo_id, 2),
    }
    assert [step.distance for step in came_from] == sorted(step.distance for step in came_from)


def test_a_step_says_how_it_was_reached():
    programme = Programme(projects=1)
    objective, project = programme.objectives[0], programme.projects[0]
    down = next(step for step in became(objective) if step.key == ("projects.project", project.pk))
    back = walking.walk(project, visible_to=None, depth=1).came_from
    up = next(step for step in back if step.key == ("ambition.objective", objective.pk))
    ends = ("ambition.objective", "projects.project")
    link = next(link for link in thread.links() if (link.earlier, link.later) == ends)
    assert (down.relation, up.relation) == (link.led, link.came)
    assert down.hops[0].near == ("ambition.objective", objective.pk)


def test_a_reader_walks_only_through_what_they_may_see():
    programme = Programme(projects=1)
    hidden = ("projects.project", programme.project(9).pk)
    objective = programme.objectives[0]
    assert hidden not in [step.key for step in became(objective)]
    assert hidden in [step.key for step in became(objective, visible_to=journal.system())]


def test_what_is_hidden_hides_what_lies_behind_it():
    programme = Programme(projects=1)
    assert "projects.project" in {step.key[0] for step in became(programme.direction, depth=3)}
    Objective.objects.update(publication="draft")
    assert "projects.project" not in {step.key[0] for step in became(programme.direction, depth=3)}


def test_a_walk_costs_the_same_however_many_things_it_reaches():
    programme = Programme(projects=1)
    with CaptureQueriesContext(connection) as one:
        became(programme.direction, depth=2)
    for number in range(10, 30):
        mark_published(programme.project(number))
    with CaptureQueriesContext(connection) as many:
        assert len(became(programme.direction, depth=2)) == 23
    assert len(many) == len(one) <= 6


def test_every_link_joins_kinds_that_exist_by_columns_that_exist():
    for link in thread.links():
        assert {link.earlier, link.later} <= set(thread.kinds())
        list(link.through().values_list(link.source, link.target)[:1])


def test_in_french_no_step_reads_de_or_que_before_a_vowel():
    """A step is written "relation kind", without an article: "lieu de idée" is what nobody says."""
    with override("fr"):
        steps = {
            words
            for link in thread.links()
            for words in (
                f"{link.led} {thread.kinds()[link.later].label}",
                f"{link.came} {thread.kinds()[link.earlier].label}",
            )
        }
    assert {step for step in steps if re.search(r"\b(de|que|le|la) [aeiouhàâéèêîôœ]", step)} == set()


def test_every_kind_can_be_shown():
    programme = Programme(projects=1)
    for thing in (programme.direction, *programme.objectives, *programme.projects, programme.owner):
        kind = thread.kind_of(thing)
        assert str(kind.title(thing))
        assert kind.url(thing).startswith("/fr/")
        assert isinstance(kind.dated(thing), date | None)


def test_of_things_that_nobody_may_see_nothing_is_told():
    draft = Programme(projects=1).project(9)
    kind = ("projects.project", draft.pk)
    assert walking.shown([kind], visible_to=None) == {}
    assert walking.shown([], visible_to=None) == {}
