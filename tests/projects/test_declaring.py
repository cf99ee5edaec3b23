"""What is declared of a project on the four conditions: with its source, never guessed."""

import pytest
from django.urls import reverse

from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.projects import actions, queries
from civicthread.projects.models import BuildingBlock
from tests.factories import programme
from tests.factories.ideas import staff as office

pytestmark = pytest.mark.django_db
SOURCE = {"url": "https://example.org/report", "publisher": "City", "date": "2026-05", "kind": "primary"}
LINE = "https://example.org/report | City | 2026-05"


def block(kind: str = "regional") -> BuildingBlock:
    return actions.save_block(BuildingBlock(), {"name": programme.named("Carte"), "kind": kind}, by=office())


def answers(project) -> dict[str, bool | None]:
    return {question.about: question.answer for question in queries.questions(project)}


def test_every_question_is_open_until_a_source_answers_it():
    project = programme.project()
    assert set(answers(project).values()) == {None}
    actions.declare(project, {"answer": False, "source": SOURCE}, about="eu_funding", by=office())
    assert answers(project)["eu_funding"] is False
    actions.declare(project, {"answer": None}, about="eu_funding", by=office())
    assert answers(project)["eu_funding"] is None


def test_nothing_is_declared_without_a_source():
    project = programme.project()
    with pytest.raises(Refused, match="source"):
        actions.declare(project, {"answer": True, "source": {}}, about="counter", by=office())
    assert answers(project)["counter"] is None


def test_naming_a_building_block_is_a_yes():
    project, shared = programme.project(), block()
    actions.declare(
        project, {"answer": None, "blocks": [shared], "source": SOURCE}, about="shared_block", by=office()
    )
    assert answers(project)["shared_block"] is True


@pytest.mark.parametrize(
    ("about", "kind"), [("eu_block", "regional"), ("shared_block", "european"), ("post", "regional")]
)
def test_a_building_block_answers_only_its_own_question(about, kind):
    project, other = programme.project(), block(kind)
    with pytest.raises(Refused) as refusal:
        actions.declare(
            project, {"answer": True, "blocks": [other], "source": SOURCE}, about=about, by=office()
        )
    assert refusal.value.code == "block-misplaced"


def test_a_building_block_in_use_keeps_its_kind():
    project, shared = programme.project(), block()
    actions.declare(
        project, {"answer": True, "blocks": [shared], "source": SOURCE}, about="shared_block", by=office()
    )
    with pytest.raises(Refused) as refusal:
        actions.save_block(shared, {"kind": "european"}, by=office())
    assert refusal.value.code == "block-in-use"


def test_a_building_block_is_changed_from_what_it_is_now():
    shared = block()
    seen = BuildingBlock.objects.get(pk=shared.pk)
    actions.save_block(shared, {"name": {"fr": "Carte", "nl": "Kaart"}}, by=office())
    actions.save_block(seen, {"name": {"fr": "Plan", "nl": "Plan"}}, by=office())
    former, _new = JournalEntry.objects.filter(verb="projects.save_block").latest("pk").changes["name"]
    assert former["fr"]["text"] == "Carte"


def test_the_same_answer_twice_is_noted_once():
    project, by = programme.project(), office()
    for _time in range(2):
        actions.declare(project, {"answer": True, "source": SOURCE}, about="post", by=by)
    assert JournalEntry.objects.filter(verb="projects.declare").count() == 1


def test_the_office_answers_a_question_on_its_screen(staff):
    project, shared = programme.project(), block()
    address = reverse("projects:declare", args=[project.reference, "shared_block"])
    refused = staff.post(address, {"answer": "yes"})
    assert refused.status_code == 422
    saved = staff.post(address, {"answer": "yes", "blocks": [shared.code], "source": LINE}, follow=True)
    assert saved.status_code == 200
    (question,) = [q for q in queries.questions(project) if q.about == "shared_block"]
    assert (question.answer, question.source) == (True, SOURCE)
    assert [block.code for block in question.blocks] == [shared.code]


def test_an_unknown_question_has_no_screen(staff):
    address = reverse("projects:declare", args=[programme.project().reference, "weather"])
    assert staff.get(address).status_code == 404


def test_the_office_keeps_the_list_of_building_blocks(staff):
    name = programme.posted("name", {"fr": "Carte partagée", "nl": "Gedeelde kaart"})
    sent = staff.post(reverse("projects:new-block"), {**name, "kind": "regional"}, follow=True)
    assert "Carte partagée" in sent.content.decode()
    found = BuildingBlock.objects.get()
    assert found.code == "carte-partagee"
    name = programme.posted("name", {"fr": "Carte commune", "nl": "Gemeenschappelijke kaart"})
    staff.post(reverse("projects:write-block", args=[found.code]), {**name, "kind": "european"})
    found.refresh_from_db()
    assert (str(found.name), found.kind) == ("Carte commune", "european")


def test_the_list_of_building_blocks_costs_the_same_however_long(constant_queries, staff):
    constant_queries(reverse("projects:blocks"), block, staff)


def test_readers_see_what_is_declared_and_what_is_not_known(client):
    project = programme.project()
    address = reverse("projects:project", args=[project.reference])
    assert 'id="conditions"' not in client.get(address).content.decode()
    actions.declare(project, {"answer": True, "source": SOURCE}, about="eu_funding", by=office())
    page = client.get(address).content.decode()
    assert 'id="conditions"' in page
    assert "https://example.org/report" in page
    assert page.count(">inconnu<") == 7


def test_programs_get_an_open_question_as_null(client):
    project = programme.project()
    actions.declare(project, {"answer": False, "source": SOURCE}, about="eu_funding", by=office())
    told = client.get(f"/api/v1/projects/{project.reference}").json()["conditions"]
    found = {one["about"]: one["answer"] for one in told}
    assert (found["eu_funding"], found["eu_partner"]) == (False, None)
