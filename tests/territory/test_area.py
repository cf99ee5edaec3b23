"""The page of a municipality: what people ask for there, and what the programme does."""

import pytest

from civicthread.core import journal, walking
from civicthread.core.listed import SHOWN
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests import personas
from tests.factories import ideas, programme
from tests.following import follow, links

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(db) -> Area:
    return ideas.municipality()


def test_a_municipality_shows_its_ideas_and_projects_and_leads_to_their_lists(client, area):
    here, elsewhere = ideas.public(area=area), ideas.public()
    project, other = programme.project(areas=[area]), programme.project()
    shown = links(client, area.get_absolute_url())
    assert {here.title, str(project.title)} <= shown.keys()
    assert not {elsewhere.get_absolute_url(), other.get_absolute_url()} & set(shown.values())
    asked = links(client, shown["Dans la liste : 1 idée"])
    assert here.title in asked
    assert elsewhere.get_absolute_url() not in asked.values()
    done = links(client, shown["Dans la liste : 1 projet"])
    assert str(project.title) in done
    assert str(other.title) not in done


def test_of_many_ideas_the_newest_are_shown_beside_all_projects(client, area):
    given = [ideas.public(area=area) for _ in range(SHOWN + 2)]
    project = programme.project(areas=[area])
    shown = links(client, area.get_absolute_url())
    addresses = set(shown.values())
    assert {idea.get_absolute_url() for idea in given[2:]} <= addresses
    assert not {idea.get_absolute_url() for idea in given[:2]} & addresses
    assert str(project.title) in shown
    assert follow(client, area.get_absolute_url(), f"Dans la liste : {SHOWN + 2} idées")


def test_what_is_not_public_stands_on_no_page_of_a_municipality(client, area):
    ideas.unconfirmed(area=area)
    programme.project(areas=[area], published=False)
    assert not [words for words in links(client, area.get_absolute_url()) if "Dans la liste" in words]


@pytest.mark.parametrize("reader", ["visitor", "citizen"])
def test_the_page_of_a_municipality_costs_the_same_with_one_and_with_three(constant_queries, area, reader):
    def make() -> None:
        ideas.public(area=area)
        programme.project(areas=[area])

    constant_queries(area.get_absolute_url(), make, personas.make(reader).client())


def test_the_thread_goes_on_from_a_municipality_and_not_back_to_it(client, area):
    idea = ideas.public(area=area)
    project = programme.project(areas=[area], ideas=[idea])
    became = walking.walk(area, visible_to=None).became
    assert {step.key[1] for step in became if step.kind.short_name == "project"} == {project.pk}
    came_from = walking.walk(project, visible_to=None).came_from
    assert {step.kind.short_name for step in came_from} == {"idea"}
    whole = follow(client, area.get_absolute_url(), "Tout le fil, de ses sources à ses résultats")
    assert project.get_absolute_url() in links(client, whole).values()


def test_a_region_shows_what_names_it_and_leads_to_no_list(client):
    values = {"level": "region", "name": {"fr": "Région", "nl": "Gewest"}}
    region = territory.save_area(Area(code="04000"), values, by=journal.system())
    project = programme.project(areas=[region])
    shown = links(client, region.get_absolute_url())
    assert str(project.title) in shown
    assert not [words for words in shown if "Dans la liste" in words]
