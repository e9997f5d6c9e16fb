"""Record → the tree of its DCAT-AP 3 description; every part has an address of its own, none is blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from vocabularies.formats.address import Address
from vocabularies.formats.dcat_terms import (
    access_node,
    concept_node,
    dated,
    find_name,
    language_node,
    licence_node,
    literals,
    media_type_node,
    place_node,
    status_node,
)
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import CREATOR_ROLES, languages_of, places, topics
from vocabularies.formats.rdf_tree import IRI, Literal, Node, Value
from vocabularies.formats.schema_types import schema_type
from vocabularies.record import Agent, Contact, Link, Record, SourceId, Spatial, Temporal, record_details
from vocabularies.text import LangText

_CLASSES = {
    "dataset": ("dcat:Dataset", "dcat:Resource"),
    "organization": ("dcat:Resource", "foaf:Agent", "foaf:Organization"),
    "focalPoint": ("dcat:Resource", "foaf:Agent", "vcard:Kind"),
    "project": ("dcat:Resource", "foaf:Project"),
    "place": ("dcat:Resource", "dct:Location"),
}
_RELATIONS = {
    "isPartOf": "dct:isPartOf",
    "hasPart": "dct:hasPart",
    "replaces": "dct:replaces",
    "isReplacedBy": "dct:isReplacedBy",
    "references": "dct:references",
    "isVersionOf": "dct:isVersionOf",
    "hasVersion": "dct:hasVersion",
    "derivedFrom": "prov:wasDerivedFrom",
    "sameAs": "owl:sameAs",
}
_FILE_RELATIONS = frozenset({"document", "data", "api", "translation"})

Pairs = Iterator[tuple[str, Iterable[Value | None]]]


def to_tree(record: Record, address: Address) -> Node:
    """Give the description of a record (DCAT 3 §6; DCAT-AP 3.0.1): a Dataset, a DataService or another Resource."""
    record = to_public(record)
    classes = _classes(record)
    grouped: dict[str, dict[Value, None]] = {}
    for part in (_words(record, classes), _terms(record), _life(record, address), _people(record, address)):
        _gather(grouped, part)
    _gather(grouped, _files(record, address, classes))
    _gather(grouped, _own(record, classes))
    _gather(grouped, _entry(record, address))
    return Node(address.record_url, classes, tuple([(name, tuple(values)) for name, values in grouped.items()]))


def _gather(grouped: dict[str, dict[Value, None]], pairs: Pairs) -> None:
    for name, values in pairs:
        for value in values:
            if value is not None:
                grouped.setdefault(name, {})[value] = None


def _classes(record: Record) -> tuple[str, ...]:
    kind = f"schema:{schema_type(record.type, record.subtype)}"
    if record.type == "service" and _endpoint(record):
        return ("dcat:DataService", "dcat:Resource", kind)
    return (*_CLASSES.get(record.type, ("dcat:Resource",)), kind)


def _words(record: Record, classes: tuple[str, ...]) -> Pairs:
    yield "dct:identifier", (Literal(record.id),)
    yield "dct:title", literals(record.title)
    if "foaf:Agent" in classes:
        yield "foaf:name", literals(record.title)
    if record.summary:
        yield "dct:description", literals(record.summary)
    elif record.type == "dataset":  # DCAT-AP wants one of every dataset
        yield "dct:description", literals(record.title)
    yield "dct:language", map(language_node, record.languages)
    for keyword in record.keywords:
        yield "dcat:keyword", literals(keyword.label)
    if record.revision > 1:
        yield "dcat:version", (Literal(str(record.revision)),)


def _terms(record: Record) -> Pairs:
    languages = languages_of(record)
    kinds = [("type", record.type), ("subtype", record.subtype)]
    if record.subtype and "foaf:Agent" in _CLASSES.get(record.type, ()):  # DCAT-AP gives an agent one type at most
        kinds = kinds[1:]
    for field, value in kinds:
        if value:
            yield "dct:type", (concept_node(field, value, languages),)
    for field, value in topics(record):
        concept = concept_node(field, value, languages)
        if concept is None:
            yield "dcat:keyword", (Literal(value),)
        else:
            yield "dcat:theme" if field == "subjects" else "dct:subject", (concept,)
    yield "dct:spatial", [place_node(field, value, languages) for field, value in places(record)]


def _life(record: Record, address: Address) -> Pairs:
    dates = record.dates
    yield "dct:created", dated(dates.created)
    yield "dct:issued", dated(dates.issued or dates.published)
    yield "dct:modified", dated(dates.modified)
    yield "adms:status", (status_node(record.status),)
    yield "dct:accessRights", (access_node(record.access.level),)
    if record.license:
        yield "dct:license", (licence_node(record.license),)
    if record.rights:
        labels = (("rdfs:label", literals(record.rights)),)
        yield "dct:rights", (Node(f"{address.record_url}#rights", ("dct:RightsStatement",), labels),)
    if record.temporal:
        yield "dct:temporal", _period(record.temporal, f"{address.record_url}#period")
    if record.spatial:
        yield "dct:spatial", _shape(record.spatial, f"{address.record_url}#place")
    for number, source in enumerate(record.source_ids, 1):
        yield "adms:identifier", (_identifier(source, f"{address.record_url}#identifier-{number}"),)
    for relation in record.relations:
        target = find_name(address.target_url(record.id, relation.target))
        yield _RELATIONS.get(relation.type, "dct:relation"), _iris(target)
    if record.replaces:
        yield "dct:replaces", _iris(find_name(address.target_url(record.id, record.replaces)))
    for entry in record.provenance:
        yield "prov:wasDerivedFrom", _iris(find_name(entry.original_url or ""))


def _people(record: Record, address: Address) -> Pairs:
    publisher = record.publisher
    names = literals(publisher.name or LangText(und=publisher.node))
    if iri := publisher_name(record):
        yield "dct:publisher", (Node(iri, ("foaf:Agent",), (("foaf:name", names),)),)
    for number, contact in enumerate(record.contacts, 1):
        yield "dcat:contactPoint", (_contact(contact, f"{address.record_url}#contact-{number}"),)
    for number, agent in enumerate(_agents(record), 1):
        role = "dct:creator" if agent.role in CREATOR_ROLES | {None} else "dct:contributor"
        yield (
            "schema:funder" if agent.role == "funder" else role,
            (_agent(agent, f"{address.record_url}#agent-{number}"),),
        )


def publisher_name(record: Record) -> str | None:
    """Give the address of who published, and catalogued, a record."""
    return find_name(record.publisher.ref or "") or find_name(f"urn:chm:{record.publisher.node}")


def _entry(record: Record, address: Address) -> Pairs:
    """Give the record's entry in the catalogue: since when it is there, when it changed, and whose it is (DCAT 3 §6.5).

    The profile wants a date of change, so that a record without any date has none.
    """
    dates = record.dates
    changed = dates.modified or dates.published or dates.issued or dates.created
    if changed is None:
        return
    found: list[tuple[str, tuple[Value, ...]]] = [
        ("foaf:primaryTopic", (IRI(address.record_url),)),
        ("dct:identifier", (Literal(address.oai_identifier),)),
        ("dct:issued", dated(dates.published)),
        ("dct:modified", dated(changed)),
        ("dct:publisher", _iris(publisher_name(record))),
        ("dct:language", tuple(node for tag in record.title if (node := language_node(tag)))),
    ]
    kept = tuple([pair for pair in found if pair[1]])
    yield "foaf:isPrimaryTopicOf", (Node(entry_address(address.record_url), ("dcat:CatalogRecord",), kept),)


def entry_address(record_url: str) -> str:
    """Give the address of a record's entry in the catalogue."""
    return f"{record_url}#record"


def _agents(record: Record) -> Iterator[Agent]:
    details: Any = record_details(record)
    for name, role in (("authors", "author"), ("providers", "provider"), ("implementers", "implementer")):
        for agent in getattr(details, name, ()):
            yield agent if agent.role else agent.model_copy(update={"role": role})
    yield from record.organizations


def _agent(agent: Agent, iri: str) -> Node | None:
    if not agent.name:
        return None
    return Node(find_name(agent.ref or "") or iri, ("foaf:Agent",), (("foaf:name", literals(agent.name)),))


def _contact(contact: Contact, iri: str) -> Node | None:
    names = [Literal(contact.name)] if contact.name else list(literals(contact.organization))
    if not names:
        return None
    found: list[tuple[str, tuple[Value, ...]]] = [("vcard:fn", tuple(names))]
    if contact.name and contact.organization:
        found.append(("vcard:organization-name", literals(contact.organization)))
    if contact.role:
        found.append(("vcard:role", (Literal(contact.role),)))
    if contact.consent:  # to_public leaves none without it; said twice on purpose
        found.append(("vcard:hasEmail", _iris(find_name(f"mailto:{contact.email}") if contact.email else None)))
        phone = "".join(contact.phone.split()) if contact.phone else None
        found.append(("vcard:hasTelephone", _iris(find_name(f"tel:{phone}") if phone else None)))
    kind = "vcard:Individual" if contact.name else "vcard:Organization"
    return Node(iri, ("vcard:Kind", kind), tuple([pair for pair in found if pair[1]]))


def _files(record: Record, address: Address, classes: tuple[str, ...]) -> Pairs:
    is_dataset = classes[0] == "dcat:Dataset"
    for number, link in enumerate(record.links, 1):
        iri = find_name(link.url)
        if iri is None:
            continue
        if link.rel == "landing":
            yield "dcat:landingPage", (Node(iri, ("foaf:Document",)),)
        elif link.rel == "cover":
            yield "foaf:depiction", (IRI(iri),)
        elif is_dataset and link.rel in _FILE_RELATIONS:
            name = f"{address.record_url}#distribution-{number}"
            yield "dcat:distribution", (_distribution(record, link, iri, name),)
        else:
            yield "foaf:page", (Node(iri, ("foaf:Document",), _described(link)),)


def _described(link: Link) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    found: list[tuple[str, tuple[Value | None, ...]]] = [("dct:title", literals(link.name))]
    found.append(("dcat:mediaType", (media_type_node(link.media_type or ""),)))
    if link.language:
        found.append(("dct:language", (language_node(link.language),)))
    kept = [(name, tuple([value for value in values if value is not None])) for name, values in found]
    return tuple([(name, values) for name, values in kept if values])


def _distribution(record: Record, link: Link, iri: str, name: str) -> Node:
    found: list[tuple[str, tuple[Value, ...]]] = [("dcat:accessURL", (IRI(iri),)), *_described(link)]
    if link.rel in ("data", "document"):
        found.append(("dcat:downloadURL", (IRI(iri),)))
    if link.bytes is not None:
        found.append(("dcat:byteSize", (Literal(str(link.bytes), datatype="xsd:nonNegativeInteger"),)))
    if record.license and (licence := licence_node(record.license)):
        found.append(("dct:license", (licence,)))
    return Node(name, ("dcat:Distribution",), tuple(found))


def _own(record: Record, classes: tuple[str, ...]) -> Pairs:
    """Say what only one record type knows of itself."""
    details: Any = record_details(record)
    if record.type == "service":
        if classes[0] == "dcat:DataService":
            yield "dcat:endpointURL", _iris(_endpoint(record))
        yield "dcat:endpointDescription", _iris(find_name(details.documentation or ""))
    elif record.type == "dataset":
        yield "dct:bibliographicCitation", (Literal(details.citation) if details.citation else None,)
        yield "owl:sameAs", _iris(find_name(f"https://doi.org/{details.doi}") if details.doi else None)
    elif record.type == "organization":
        yield "foaf:homepage", _iris(find_name(details.website or ""))
        yield "vcard:organization-name", literals(details.acronym)
    elif record.type == "focalPoint":
        yield "vcard:fn", [Literal(details.person)] if details.person else literals(record.title)
        yield "vcard:role", literals(details.designation)
    elif record.type == "event":
        yield "schema:startDate", dated(details.start)
        yield "schema:endDate", dated(details.end)


def _endpoint(record: Record) -> str | None:
    return find_name(getattr(record_details(record), "url", None) or "")


def _iris(address: str | None) -> tuple[IRI, ...]:
    return (IRI(address),) if address else ()


def _period(period: Temporal, iri: str) -> tuple[Node, ...]:
    found = (("dcat:startDate", dated(period.start)), ("dcat:endDate", dated(period.end)))
    kept = tuple([pair for pair in found if pair[1]])
    return (Node(iri, ("dct:PeriodOfTime",), kept),) if kept else ()


def _shape(spatial: Spatial, iri: str) -> tuple[Node, ...]:
    found: list[tuple[str, tuple[Value, ...]]] = []
    if box := spatial.box:
        corners = ((box.west, box.south), (box.east, box.south), (box.east, box.north), (box.west, box.north))
        ring = ", ".join(f"{east} {north}" for east, north in (*corners, corners[0]))
        found.append(("dcat:bbox", (Literal(f"POLYGON(({ring}))", datatype="gsp:wktLiteral"),)))
    if point := spatial.point:
        wkt = f"POINT({point.longitude} {point.latitude})"
        found.append(("dcat:centroid", (Literal(wkt, datatype="gsp:wktLiteral"),)))
    return (Node(iri, ("dct:Location",), tuple(found)),) if found else ()


def _identifier(source: SourceId, iri: str) -> Node:
    notation = ("skos:notation", (Literal(source.value),))
    return Node(iri, ("adms:Identifier",), (notation, ("adms:schemaAgency", (Literal(source.scheme),))))
