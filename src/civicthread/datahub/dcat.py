"""The catalogue in DCAT-AP 3, for the data portals of Belgium and Europe."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civicthread.core.models import JournalEntry
from civicthread.core.text import Text, as_text, in_every_language
from civicthread.datahub import queries, vocabularies
from civicthread.datahub.models import Dataset, DatasetVersion
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area

if TYPE_CHECKING:
    from rdflib import Graph

FORMATS: Final = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}
PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dcatap": "http://data.europa.eu/r5r/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "eli": "http://data.europa.eu/eli/ontology#",
}
AVAILABLE: Final = "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"
Node = str | Text | date | datetime | tuple[Any, ...] | None


def written(extension: str) -> bytes:
    """The catalogue as a file; kept in memory until a dataset or a publisher changes."""
    last = JournalEntry.objects.filter(kind__in=("datahub.dataset", "stakeholders.organisation"))
    key = f"dcat-{extension}-{last.order_by('-id').values_list('id', flat=True).first()}"
    kept: bytes | None = caches["local"].get(key)
    if kept is None:
        kept = catalogue().serialize(format=FORMATS[extension][0], encoding="utf-8")
        caches["local"].set(key, kept, 3600)
    return kept


def catalogue() -> "Graph":
    """Everything published, as a graph."""
    from rdflib import Graph  # noqa: PLC0415  # slow to load, rarely asked for

    graph = Graph()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    published = list(queries.datasets(visible_to=None).select_related("territory").order_by("code"))
    current = {
        v.dataset_id: v for v in DatasetVersion.objects.filter(dataset__in=published).order_by("number")
    }
    office = f"{settings.BASE_URL}/#office"
    _add(graph, office, "foaf:Agent", [("foaf:name", as_text(dict(settings.CITY.office)))])
    _add(graph, address("data:catalogue", "ttl"), "dcat:Catalog", _catalogue(published, office))
    for organisation in {dataset.publisher for dataset in published if dataset.publisher}:
        _add(graph, _agent(organisation), "foaf:Agent", [("foaf:name", organisation.name)])
    for area in {d.territory for d in published if d.territory and not d.territory.nuts}:
        _add(graph, _place(area), "dct:Location", [("skos:prefLabel", area.name)])
    for dataset in published:
        _add_dataset(graph, dataset, current.get(dataset.pk), office)
    return graph


def address(name: str, *args: Any) -> str:
    """The whole address of a page or file."""
    with override(settings.LANGUAGE_CODE):
        return settings.BASE_URL + reverse(name, args=args)


def dataset_iri(dataset: Dataset) -> str:
    """The dataset's own name on the web, in no language: it leads to its page."""
    return address("data:dataset", dataset.code)


def _catalogue(published: Iterable[Dataset], office: str) -> Iterator[tuple[str, Node]]:
    yield "dct:title", in_every_language(_("Data catalogue"))
    yield "dct:description", in_every_language(_("The datasets that the figures of the programme rest on."))
    yield "dct:publisher", ("iri", office)
    yield "foaf:homepage", ("iri", address("datahub:catalogue"), "foaf:Document")
    for code, _name in settings.LANGUAGES:
        if code in vocabularies.LANGUAGES:
            yield "dct:language", ("iri", vocabularies.LANGUAGES[code], "dct:LinguisticSystem")
    for dataset in published:
        yield "dcat:dataset", ("iri", dataset_iri(dataset))


def _add_dataset(graph: "Graph", dataset: Dataset, version: DatasetVersion | None, office: str) -> None:
    iri = dataset_iri(dataset)
    _add(graph, iri, "dcat:Dataset", _description(dataset, version))
    contact = f"{iri}#contact"
    mail = dataset.contact_email or settings.CITY.contact.get("email", "")
    _add(graph, iri, "", [("dcat:contactPoint", ("iri", contact))])
    told: list[tuple[str, Node]] = [("vcard:fn", dataset.contact_name or as_text(dict(settings.CITY.office)))]
    told += [("vcard:hasEmail", ("iri", f"mailto:{mail}"))] if mail else []
    _add(graph, contact, "vcard:Organization", told)
    if not dataset.publisher:
        _add(graph, iri, "", [("dct:publisher", ("iri", office))])
    if version and queries.may_read_rows(dataset, None):
        for kind in vocabularies.MEDIA_TYPES:
            _add_distribution(graph, dataset, version, kind)
    if version and version.covers_from and version.covers_until:
        ends = [("dcat:startDate", version.covers_from), ("dcat:endDate", version.covers_until)]
        _add(graph, f"{iri}#period", "dct:PeriodOfTime", ends)
        _add(graph, iri, "", [("dct:temporal", ("iri", f"{iri}#period"))])


def _description(dataset: Dataset, version: DatasetVersion | None) -> Iterator[tuple[str, Node]]:
    yield "dct:title", dataset.title
    yield "dct:description", dataset.description
    yield "dct:identifier", dataset.reference
    if dataset.publisher:
        yield "dct:publisher", ("iri", _agent(dataset.publisher))
    yield "dcat:landingPage", ("iri", address("datahub:dataset", dataset.code), "foaf:Document")
    yield "dct:accrualPeriodicity", ("iri", vocabularies.FREQUENCIES[dataset.frequency], "dct:Frequency")
    yield "dct:accessRights", ("iri", vocabularies.ACCESS[dataset.access], "dct:RightsStatement")
    yield "dct:issued", dataset.published_at
    yield "dct:modified", version.at if version else None
    yield "dcat:version", str(version.number) if version else None
    if dataset.source_url:
        yield "dct:source", ("iri", dataset.source_url, "rdfs:Resource")
    if dataset.high_value:
        yield "dcatap:hvdCategory", ("iri", vocabularies.HIGH_VALUE[dataset.high_value], "skos:Concept")
        yield "dcatap:applicableLegislation", ("iri", vocabularies.HIGH_VALUE_LAW, "eli:LegalResource")
    if dataset.territory:
        yield "dct:spatial", ("iri", _place(dataset.territory), "dct:Location")


def _place(area: Area) -> str:
    """A territory as Europe names it; one that Europe has no code for, by our own page of it."""
    return vocabularies.NUTS + area.nuts[0] if area.nuts else address("territory:area", area.code)


def _add_distribution(graph: "Graph", dataset: Dataset, version: DatasetVersion, kind: str) -> None:
    file = address("data:file", dataset.code, kind)
    media = MEDIA_TYPE + vocabularies.MEDIA_TYPES[kind]
    values: list[tuple[str, Node]] = [
        ("dcat:accessURL", ("iri", file, "rdfs:Resource")),
        ("dcat:downloadURL", ("iri", file, "rdfs:Resource")),
        ("dct:format", ("iri", vocabularies.FILE_TYPES[kind], "dct:MediaTypeOrExtent")),
        ("dcat:mediaType", ("iri", media, "dct:MediaType")),
        ("dct:modified", version.at),
        ("dcatap:availability", ("iri", AVAILABLE)),
    ]
    values += _licence(graph, dataset)
    if dataset.high_value:
        values.append(("dcatap:applicableLegislation", ("iri", vocabularies.HIGH_VALUE_LAW)))
    _add(graph, f"{file}#distribution", "dcat:Distribution", values)
    _add(graph, dataset_iri(dataset), "", [("dcat:distribution", ("iri", f"{file}#distribution"))])


def _licence(graph: "Graph", dataset: Dataset) -> Iterator[tuple[str, Node]]:
    """The licence by its address; one that has none is described by its name."""
    if not (dataset.licence_url or dataset.licence_name):
        return
    iri = vocabularies.licence(dataset.licence_url) or f"{dataset_iri(dataset)}#licence"
    if not dataset.licence_url:
        _add(graph, iri, "", [("dct:title", dataset.licence_name)])
    yield "dct:license", ("iri", iri, "dct:LicenseDocument")


def _agent(organisation: Organisation) -> str:
    return address("stakeholders:organisation", organisation.code) + "#organisation"


def _add(graph: "Graph", subject: str, kind: str, values: Iterable[tuple[str, Node]]) -> None:
    """Say of the subject what it is and what is known of it; an `("iri", address, class)` also says what that is."""
    from rdflib import Literal, URIRef  # noqa: PLC0415  # slow to load, rarely asked for

    me = URIRef(subject)
    if kind:
        graph.add((me, _term("rdf:type"), _term(kind)))
    for name, value in values:
        if isinstance(value, tuple):
            graph.add((me, _term(name), URIRef(value[1])))
            if len(value) > 2:
                graph.add((URIRef(value[1]), _term("rdf:type"), _term(value[2])))
        elif isinstance(value, Text):
            for language, version in value.items():
                graph.add((me, _term(name), Literal(version.text, lang=language)))
        elif value is not None:
            graph.add((me, _term(name), Literal(value)))


def _term(name: str) -> Any:
    from rdflib import URIRef  # noqa: PLC0415  # slow to load, rarely asked for

    prefix, _colon, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)
