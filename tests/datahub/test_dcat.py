"""The catalogue for the data portals of Belgium and Europe, checked with our own shapes."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, Graph, Namespace, URIRef

from civicthread.core import journal
from civicthread.datahub import dcat
from civicthread.stakeholders import actions as stakeholders
from civicthread.stakeholders.models import Organisation
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests.factories.datahub import dataset, load

pytestmark = pytest.mark.django_db
SHAPES = Path(__file__).with_name("shapes.ttl")
SH = Namespace("http://www.w3.org/ns/shacl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
# A pass of shapes that found nothing to check says nothing, so the nodes are counted: 1 catalogue, 3 datasets with
# their contacts, 6 distributions, 2 periods, 2 places, 2 agents.
FOCUS_NODES = 19
# What only some datasets have: a contact of their own, and a law that makes them high-value.
MORE = {
    "contact_name": {"fr": "Service données", "nl": "Dienst data"},
    "contact_email": "data@example.org",
    "high_value": "mobility",
}


@pytest.fixture
def published(place):
    """An open dataset with everything, one for the Office, one without rows."""
    by = journal.system()
    region = territory.save_area(
        Area(code="04000"),
        {"level": "region", "name": {"fr": "Région", "nl": "Gewest"}, "nuts": ["BE1"]},
        by=by,
    )
    commune = territory.save_area(
        Area(code="21001"), {"level": "municipality", "name": {"fr": "Anderlecht", "nl": "Anderlecht"}}, by=by
    )
    names = {"helix": "public", "name": {"fr": "Statbel (FR)", "nl": "Statbel (NL)"}}
    publisher = stakeholders.save_organisation(Organisation(code="statbel"), names, by=by)
    full = dataset(publisher=publisher, territory=region, source_url="https://statbel.fgov.be", **MORE)
    load(full, place)
    other = dataset(
        licence_url="https://www.apache.org/licenses/LICENSE-2.0", period_column="", reference_period="2023"
    )
    load(other, place)
    dataset(access="office", territory=commune)
    return full


def read(content, extension):
    return Graph().parse(data=content, format=dcat.FORMATS[extension][0])


def focus_nodes(graph, shapes):
    targets = set(shapes.objects(None, SH.targetClass))
    return {node for target in targets for node in graph.subjects(RDF.type, target)}


def test_the_catalogue_passes_our_shapes(client, published):
    graph = read(client.get("/data/catalogue.ttl").content, "ttl")
    shapes = Graph().parse(SHAPES)
    conforms, _report, text = validate(graph, shacl_graph=shapes)
    assert conforms, text
    assert len(focus_nodes(graph, shapes)) == FOCUS_NODES


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (DCT.title, "title"),
        (DCT.publisher, "publisher"),
        (DCT.license, "license"),
        (DCAT.contactPoint, "contactPoint"),
        (DCAT.startDate, "startDate"),
    ],
)
def test_the_shapes_find_what_is_missing(published, lost, told):
    graph = dcat.catalogue()
    graph.remove((None, lost, None))
    conforms, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert not conforms
    assert told in text


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD
def test_three_ways_of_writing_say_the_same(client, published):
    graphs = [read(client.get(f"/data/catalogue.{kind}").content, kind) for kind in dcat.FORMATS]
    assert {len(graph) for graph in graphs} == {len(graphs[0])}
    assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])
    assert client.get("/data/catalogue.xml").status_code == 404


def test_words_are_those_of_the_european_vocabularies(published):
    graph, me = dcat.catalogue(), URIRef(dcat.dataset_iri(published))
    authority = "http://publications.europa.eu/resource/authority/"
    assert graph.value(me, DCT.accrualPeriodicity) == URIRef(authority + "frequency/ANNUAL")
    assert graph.value(me, DCT.spatial) == URIRef("http://data.europa.eu/nuts/code/BE1")
    licences = {str(licence) for licence in graph.objects(None, DCT.license)}
    assert licences == {authority + "licence/CC_BY_4_0", "https://www.apache.org/licenses/LICENSE-2.0"}
    assert {title.language for title in graph.objects(me, DCT.title)} == {"fr", "nl", "en"}


@pytest.mark.parametrize("name", ["CC0", "Licence of the city of Ixelles"])
def test_a_licence_without_an_address_passes_our_shapes(client, place, name):
    load(dataset(licence_name=name, licence_url=""), place)
    graph = read(client.get("/data/catalogue.ttl").content, "ttl")
    conforms, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert conforms, text
    (licence,) = set(graph.objects(None, DCT.license))
    assert str(licence).endswith("/licence/CC0") or str(graph.value(licence, DCT.title)) == name


def test_a_new_dataset_is_in_the_catalogue_at_once(client, published):
    before = client.get("/data/catalogue.ttl").content
    late = dataset()
    assert f"/data/{late.code}>".encode() not in before
    assert f"/data/{late.code}>".encode() in client.get("/data/catalogue.ttl").content


def test_a_dataset_tells_its_contact_its_place_and_the_law_of_high_value_data(client, published):
    graph = read(client.get("/data/catalogue.ttl").content, "ttl")
    dcatap, vcard = Namespace("http://data.europa.eu/r5r/"), Namespace("http://www.w3.org/2006/vcard/ns#")
    (high,) = graph.subjects(dcatap.hvdCategory, None)
    assert str(high).endswith(published.code)
    contact = graph.value(high, DCAT.contactPoint)
    assert str(graph.value(contact, vcard.hasEmail)) == "mailto:data@example.org"
    assert {str(name) for name in graph.objects(contact, vcard.fn)} == {"Service données", "Dienst data"}
    files = list(graph.objects(high, DCAT.distribution))
    assert len(files) == 3
    assert all(graph.value(file, dcatap.applicableLegislation) for file in files)
    places = {str(place) for place in graph.objects(None, DCT.spatial)}
    assert "http://data.europa.eu/nuts/code/BE1" in places
    assert any(place.endswith("/21001/") for place in places)


def test_a_high_value_dataset_without_its_law_fails_the_shapes(client, published):
    graph = read(client.get("/data/catalogue.ttl").content, "ttl")
    dcatap = Namespace("http://data.europa.eu/r5r/")
    for subject in list(graph.subjects(dcatap.hvdCategory, None)):
        graph.remove((subject, dcatap.applicableLegislation, None))
    conforms, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert not conforms
    assert "applicableLegislation" in text
