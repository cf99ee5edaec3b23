"""The whole thread: one step each way on every page, a page of its own, linked data."""

import pytest
import rdflib
from django.conf import settings
from django.utils import translation

from civicthread.core import journal, prov, thread, walking
from civicthread.core.publishing import mark_withdrawn
from civicthread.core.text import Text
from civicthread.projects.models import Project
from civicthread.roadmap.actions import replan
from tests.core.test_thread import NAME, Programme
from tests.factories import ideas
from tests.factories import programme as made
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE

pytestmark = pytest.mark.django_db


def key(thing) -> tuple[str, int]:
    return thread.kind_of(thing).name, thing.pk


def test_what_is_not_public_is_told_to_those_who_may_see_it():
    programme = Programme(projects=1)
    draft = key(programme.project(9))
    assert draft not in walking.walk(programme.objectives[0], visible_to=None).told
    office = walking.walk(programme.objectives[0], visible_to=journal.system())
    assert office.told[draft].entries["fr"].title == "Nom"


def test_a_walk_that_leaves_something_out_says_so():
    programme = Programme(projects=3)
    assert not walking.walk(programme.direction, visible_to=None).more
    assert walking.walk(programme.direction, visible_to=None, most=2).more


def test_one_step_each_way_is_told_with_its_state():
    programme = Programme(projects=1)
    Project.objects.update(state="ongoing")
    (shown,) = walking.ends(programme.objectives[0], visible_to=None)["became"]
    assert (shown.title, shown.url) == ("Nom", programme.projects[0].get_absolute_url())
    assert (shown.state, shown.state_label) == ("ongoing", Project.State.ONGOING.label)


def test_a_title_in_another_language_is_marked():
    programme = Programme(projects=1)
    with translation.override("en"):
        (shown,) = walking.ends(programme.objectives[0], visible_to=None)["became"]
    assert (shown.title, shown.lang) == ("Nom", "fr")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_whole_thread_is_a_page_of_its_own(client, language):
    programme = Programme(projects=1)
    page = client.get(f"/{language}/thread/project/{programme.projects[0].reference}/")
    html = page.content.decode()
    assert html.count('class="thread-step"') == 6
    assert 'aria-current="step"' in html
    memo = programme.objectives[0].memo
    for thing in (programme.direction, memo, *programme.objectives, programme.owner):
        with translation.override(language):
            assert thing.get_absolute_url() in html


def test_the_title_of_a_citizen_keeps_its_language_on_the_whole_thread(client):
    idea = ideas.public(title="Een <b>bank</b> in de schaduw", language="nl")
    html = client.get(f"/fr/thread/idea/{idea.reference}/").content.decode()
    marked = '<span lang="nl">Een &lt;b&gt;bank&lt;/b&gt; in de schaduw</span>'
    lead = html[html.index('class="lead"') :]
    assert marked in lead[: lead.index("</p>")]
    crumbs = html[html.index("ds-breadcrumbs") :]
    assert marked in crumbs[: crumbs.index("</nav>")]
    own = client.get(f"/nl/thread/idea/{idea.reference}/").content.decode()
    assert 'lang="nl">Een' not in own


def test_a_page_with_a_thread_names_its_linked_data(client):
    programme = Programme(projects=1)
    for thing in (programme.direction, *programme.objectives, *programme.projects, programme.owner):
        kind = thread.kind_of(thing)
        address = f"/api/v1/thread/{kind.short_name}/{thread.key_of(thing)}"
        html = client.get(thing.get_absolute_url()).content.decode()
        assert f'<link rel="alternate" type="application/ld+json" href="{address}">' in html
        assert client.get(address)["Content-Type"] == "application/ld+json"


def test_a_page_leads_to_the_whole_thread(client):
    programme = Programme(projects=1)
    address = f"/fr/thread/objective/{programme.objectives[0].code}/"
    assert address in client.get(programme.objectives[0].get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["project/nothing", "nothing/1", "project/999999", "project/99999999999999999999999", "session/1"],
)
def test_a_thread_of_nothing_is_not_found(client, address):
    assert client.get(f"/fr/thread/{address}/").status_code == 404
    assert client.get(f"/api/v1/thread/{address}").status_code == 404


def test_the_thread_of_a_draft_is_not_found_and_of_something_withdrawn_is_gone(client):
    programme = Programme(projects=1)
    draft = programme.project(9)
    assert client.get(f"/fr/thread/project/{draft.reference}/").status_code == 404
    assert client.get(f"/api/v1/thread/project/{draft.pk}").status_code == 404
    mark_withdrawn(programme.projects[0], because=Text.of({"fr": "Fini", "nl": "Klaar"}))
    assert client.get(f"/api/v1/thread/project/{programme.projects[0].reference}").status_code == 410


# rdflib reads JSON-LD with classes that it gives up itself.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_the_thread_is_linked_data_that_other_programs_read(client):
    programme = Programme(projects=1)
    project = programme.projects[0]
    answer = client.get(f"/api/v1/thread/project/{project.reference}")
    assert answer["Content-Type"] == "application/ld+json"
    graph = rdflib.Graph()
    graph.parse(data=answer.content.decode(), format="json-ld")
    named = {key(thing): rdflib.URIRef(prov.address(key(thing))) for thing in (project, programme.owner)}
    prov_o = rdflib.Namespace("http://www.w3.org/ns/prov#")
    node, owner = named[key(project)], named[key(programme.owner)]
    assert (node, rdflib.RDF.type, prov_o.Activity) in graph
    assert (owner, rdflib.RDF.type, prov_o.Agent) in graph
    assert (node, prov_o.wasAssociatedWith, owner) in graph
    assert len(list(graph.objects(node, prov_o.used))) == 2
    titles = {str(label.language): str(label) for label in graph.objects(node, rdflib.RDFS.label)}
    assert titles == NAME


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_linked_data_has_dates_as_precise_as_they_are_known(client):
    """A day, a month or a year, each by the type that says so; a milestone by its newest date."""
    project = made.project()
    steps = {date: made.milestone(project, planned=date) for date in ("2027-03-31", "2027-03", "2027")}
    moved = made.milestone(project, planned="2027")
    replan(moved, by=staff(), to="2028-05", because=BECAUSE)
    decided = made.decision(projects=[project], date="2026-02")
    graph = rdflib.Graph()
    answer = client.get(f"/api/v1/thread/project/{project.reference}")
    graph.parse(data=answer.content.decode(), format="json-ld")

    def date_of(thing) -> tuple[str, rdflib.URIRef | None]:
        found = graph.value(rdflib.URIRef(prov.address(key(thing))), rdflib.DCTERMS.date)
        return str(found), found.datatype

    types = {"2027-03-31": rdflib.XSD.date, "2027-03": rdflib.XSD.gYearMonth, "2027": rdflib.XSD.gYear}
    assert {date: date_of(step) for date, step in steps.items()} == {
        date: (date, kind) for date, kind in types.items()
    }
    assert date_of(moved) == ("2028-05", rdflib.XSD.gYearMonth)
    assert date_of(decided) == ("2026-02", rdflib.XSD.gYearMonth)


def test_what_linked_data_calls_a_thing_leads_to_its_thread(client):
    programme = Programme(projects=1)
    address = prov.address(key(programme.projects[0])).removeprefix(settings.BASE_URL)
    assert client.get(address).json()["@graph"][0]["@id"].endswith(address)
