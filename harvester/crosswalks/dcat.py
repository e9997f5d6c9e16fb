"""DCAT in RDF (DCAT 3, DCAT-AP, GeoDCAT-AP) → Record: one function a target field; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pydantic import ValidationError

from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date, find_period
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.dc_types import DEFAULT_TYPE, find_owner, find_subtype, find_type
from harvester.crosswalks.dcat_files import to_links
from harvester.crosswalks.dcat_reading import DCAT, DCT, FOAF, SCHEMA, Thing
from harvester.crosswalks.described import Described, Topic, to_record
from harvester.crosswalks.shapes import find_shape
from harvester.raw import RawRecord
from harvester.rdf.graph import parse_triples
from vocabularies import namespaces as ns
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.parts import RelationType
from vocabularies.problems import problem
from vocabularies.record import AccessLevel, Contact, Relation, Temporal
from vocabularies.text import UNDETERMINED, LangText

NAME = "dcat"
_SERVICE = f"{DCAT}DataService"
_ACCESS: Mapping[str, AccessLevel] = {
    "PUBLIC": "public", "RESTRICTED": "restricted", "NON_PUBLIC": "withheld", "CONFIDENTIAL": "withheld",
}  # fmt: skip
_RELATIONS: Mapping[str, RelationType] = {
    f"{DCT}isPartOf": "isPartOf", f"{DCAT}inSeries": "isPartOf", f"{DCT}hasPart": "hasPart",
    f"{DCAT}isVersionOf": "isVersionOf", f"{DCT}isVersionOf": "isVersionOf", f"{DCT}replaces": "replaces",
    f"{DCT}isReplacedBy": "isReplacedBy", f"{DCT}references": "references", f"{DCT}source": "derivedFrom",
    f"{ns.PROV}wasDerivedFrom": "derivedFrom", f"{ns.OWL}sameAs": "sameAs", f"{DCT}relation": "related",
    f"{DCT}isReferencedBy": "related", f"{DCT}conformsTo": "references", f"{DCAT}servesDataset": "references",
    f"{DCAT}hasVersion": "hasVersion", f"{DCT}hasVersion": "hasVersion",
}  # fmt: skip
_AGENTS = {
    f"{DCT}publisher": "publisher", f"{DCT}creator": "creator", f"{DCT}contributor": "contributor",
    f"{DCT}rightsHolder": "rightsHolder", f"{SCHEMA}funder": "funder",
}  # fmt: skip
_DATES = {"issued": f"{DCT}issued", "modified": f"{DCT}modified", "created": f"{DCT}created"}


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a dataset's or service's own triples describe, or the problem that stands in the way.

    Contacts keep their names; mail addresses and telephones stay in the raw bytes, as nobody consented to more.
    """
    try:
        thing = find_root(raw)
    except ValueError as error:
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"no N-Triples of ours: {error}"),))
    if thing is None:
        return Parsed(None, (problem("CROSSWALK_FAILED", "", "neither a dataset nor a service is described"),))
    try:
        return Parsed(to_record(to_described(thing), raw, context, namespace=NAME))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def find_root(raw: RawRecord) -> Thing | None:
    """Give what the triples are about: what bears the record's identifier, else what is part of nothing else."""
    graph = parse_triples(raw.payload)
    named = f"<{raw.identifier}>"
    if named in graph:
        return Thing(graph, named)
    wanted = {f"{DCAT}Dataset", _SERVICE, f"{DCAT}DatasetSeries"}
    found = [subject for subject in graph.subjects() if graph.types(subject) & wanted]
    found = found or [subject for subject in graph.subjects() if f"{DCAT}Resource" in graph.types(subject)]
    parts = {value for subject in graph.subjects() for _, value in graph.pairs(subject)}
    found.sort(key=lambda subject: subject in parts)
    return Thing(graph, found[0]) if found else None


def to_described(thing: Thing) -> Described:
    """Give what the triples say, sorted by what it is about; predicates nobody asked for are kept with their names."""
    told = Described(kind=_kind(thing))
    for read in _READERS:
        read(thing, told)
    for predicate, text in thing.unread():
        told.keep(predicate, text)
    return told


def _kind(thing: Thing) -> str:
    """Give the record type: that of the class, of any other resource the one it names as its type."""
    classes = thing.types()
    if _SERVICE in classes:
        return "service"
    if f"{DCAT}Resource" not in classes or {f"{DCAT}Dataset", f"{DCAT}DatasetSeries"} & classes:
        return "dataset"
    named = (find_type(text) or find_owner(text) for text, _ in thing.texts(f"{DCT}type"))
    return next(filter(None, named), DEFAULT_TYPE)


def _types(thing: Thing, told: Described) -> None:
    texts = [text for text, _ in thing.texts(f"{DCT}type")]
    told.subtype = next(filter(None, (find_subtype(told.kind, text) for text in texts)), None)
    told.keep("type", *(text for text in texts if told.kind != find_type(text) and not find_subtype(told.kind, text)))


def _words(thing: Thing, told: Described) -> None:
    told.titles = thing.texts(f"{DCT}title", f"{ns.DC}title", f"{SCHEMA}name", f"{ns.RDFS}label", f"{FOAF}name")
    told.descriptions = thing.texts(f"{DCT}description", f"{ns.DC}description", f"{SCHEMA}description")
    told.languages = [text for text, _ in thing.texts(f"{DCT}language", f"{ns.DC}language")]
    told.keywords = thing.texts(f"{DCAT}keyword", f"{ns.DC}subject", f"{SCHEMA}keywords")
    told.details["citation"] = _first(thing.texts(f"{DCT}bibliographicCitation"))
    told.details["update_frequency"] = _short(_first(thing.texts(f"{DCT}accrualPeriodicity")))


def _themes(thing: Thing, told: Described) -> None:
    for theme in thing.things(f"{DCAT}theme", f"{DCT}subject"):
        told.topics.append(Topic(theme.address, theme.labels()))
    told.keywords += thing.literals(f"{DCAT}theme", f"{DCT}subject")


def _places(thing: Thing, told: Described) -> None:
    for text, _ in thing.literals(f"{DCT}spatial"):
        told.spatial = told.spatial or find_shape(text)
        told.places += [] if find_shape(text) else [text]
    for place in thing.things(f"{DCT}spatial"):
        geometries = place.texts(f"{DCAT}bbox", f"{ns.LOCN}geometry", f"{DCAT}centroid", f"{ns.GEOSPARQL}asWKT")
        for geometry in place.things(f"{ns.LOCN}geometry", f"{ns.GEOSPARQL}hasGeometry"):
            geometries += geometry.texts(f"{ns.GEOSPARQL}asWKT")
        shape = next(filter(None, (find_shape(text) for text, _ in geometries)), None)
        told.spatial = told.spatial or shape
        labels = [text for text, _ in place.labels()]
        if place.address or labels:
            told.places.append(_place_name(place.address, labels))


def _place_name(address: str | None, labels: list[str]) -> str:
    if address and ("/authority/country/" in address or not labels):
        return address
    return labels[0]


def _period(thing: Thing, told: Described) -> None:
    for text, _ in thing.literals(f"{DCT}temporal"):
        told.temporal = told.temporal or find_period(text)
        if find_period(text) is None:
            told.keep("temporal", text)
    for period in thing.things(f"{DCT}temporal"):
        start = _date(period, f"{DCAT}startDate", f"{SCHEMA}startDate", _beginning("hasBeginning"))
        end = _date(period, f"{DCAT}endDate", f"{SCHEMA}endDate", _beginning("hasEnd"))
        if start or end:
            told.temporal = told.temporal or Temporal(start=start, end=end)
        else:
            told.keep("temporal", *(text for text, _ in period.labels()), period.address or "")


def _beginning(name: str) -> str:
    return f"http://www.w3.org/2006/time#{name}"


def _date(period: Thing, *predicates: str) -> str | None:
    texts = period.literals(*predicates)
    for moment in period.things(*predicates):
        texts += moment.literals(*(_beginning(name) for name in ("inXSDDate", "inXSDDateTime", "inXSDDateTimeStamp")))
    return next(filter(None, (find_date(text) for text, _ in texts)), None)


def _life(thing: Thing, told: Described) -> None:
    for name, predicate in _DATES.items():
        told.dates[name] = [text for text, _ in thing.texts(predicate)]
    for entry in thing.things(f"{FOAF}isPrimaryTopicOf"):  # the entry in the catalogue, where it is named and described
        told.dates["modified"] = told.dates["modified"] or [text for text, _ in entry.literals(f"{DCT}modified")]
    told.keep("version", *(text for text, _ in thing.texts(f"{DCAT}version", f"{ns.OWL}versionInfo")))


def _identity(thing: Thing, told: Described) -> None:
    told.identifiers = [text for text, _ in thing.texts(f"{DCT}identifier", f"{ns.DC}identifier")]
    for other in thing.things(f"{ns.ADMS}identifier"):
        told.identifiers += [text for text, _ in other.literals(f"{ns.SKOS}notation", f"{DCT}identifier")]
        told.identifiers += [other.address] if other.address and "doi.org/" in other.address else []
    told.identifiers += [text for text, _ in thing.literals(f"{ns.ADMS}identifier")]
    pages = [text for text, _ in thing.texts(f"{DCAT}landingPage")] or ([thing.address] if thing.address else [])
    told.pages = [page for page in [*pages, *(text for text, _ in thing.texts(f"{FOAF}page"))] if normalise_url(page)]


def _people(thing: Thing, told: Described) -> None:
    for predicate, role in _AGENTS.items():
        told.agents += [(role, agent.labels() or [(agent.address or "", None)]) for agent in thing.things(predicate)]
        told.agents += [(role, [text]) for text in thing.literals(predicate)]
    for contact in thing.things(f"{DCAT}contactPoint", f"{ns.ADMS}contactPoint"):
        name = _first(contact.literals(f"{ns.VCARD}fn", f"{ns.VCARD}hasFN", f"{FOAF}name"))
        organization = _first(contact.literals(f"{ns.VCARD}organization-name"))
        if name or organization:
            told.contacts.append(
                Contact(name=name or None, organization=LangText({UNDETERMINED: organization} if organization else {}))
            )


def _terms_of_use(thing: Thing, told: Described) -> None:
    told.licences = _statements(thing, f"{DCT}license")
    if not told.licences:
        for file in thing.things(f"{DCAT}distribution"):
            told.licences += [found for found in _statements(file, f"{DCT}license") if found not in told.licences]
    told.rights = _statements(thing, f"{DCT}rights", by_label=True)
    for text, language in _statements(thing, f"{DCT}accessRights"):
        level = _ACCESS.get(_short(text))
        told.access = told.access or level
        told.rights += [] if level else [(text, language)]


def _statements(thing: Thing, predicate: str, *, by_label: bool = False) -> list[Value]:
    found = thing.literals(predicate)
    for statement in thing.things(predicate):
        address = statement.address
        labels = statement.labels() if by_label or not address else []
        found += labels or ([(address, UNDETERMINED)] if address else [])
    return found


def _relations(thing: Thing, told: Described) -> None:
    for predicate, kind in _RELATIONS.items():
        for other in thing.things(predicate):
            if other.address and normalise_url(other.address):
                title = LangText({language or UNDETERMINED: text for text, language in other.labels()})
                told.relations.append(Relation(type=kind, target=other.address, title=title))
        told.keep(_short(predicate), *(text for text, _ in thing.literals(predicate)))


def _service(thing: Thing, told: Described) -> None:
    told.details["url"] = _first(thing.texts(f"{DCAT}endpointURL"))
    told.details["documentation"] = _first(thing.texts(f"{DCAT}endpointDescription"))
    if told.kind == "service":
        told.details["api_type"] = _first(thing.texts(f"{DCT}conformsTo"))


def _files(thing: Thing, told: Described) -> None:
    for file in thing.things(f"{DCAT}distribution", f"{ns.ADMS}sample"):
        told.links += to_links(file)
        told.keep("distribution/description", *(text for text, _ in file.literals(f"{DCT}description")))


def _first(values: Iterable[Value]) -> str:
    return next((text for text, _ in values), "")


def _short(address: str) -> str:
    return address.rstrip("/#").replace("#", "/").rpartition("/")[2]


_READERS: tuple[Callable[[Thing, Described], None], ...] = (
    _types, _words, _themes, _places, _period, _life, _identity, _people, _terms_of_use, _relations, _service, _files,
)  # fmt: skip
