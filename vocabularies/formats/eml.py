"""Record of a dataset → Ecological Metadata Language 2.2.0, as biodiversity networks read it; pure text, no tree."""

from __future__ import annotations

from collections.abc import Iterator

from vocabularies import namespaces as ns
from vocabularies.formats.address import Address
from vocabularies.formats.dcat_terms import licence_node
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import CREATOR_ROLES, find_concept, label_of, labels_of, languages_of, places, topics
from vocabularies.formats.markup import find_iri, language_attribute, plain_text, xml_attribute, xml_text
from vocabularies.record import Agent, Contact, DatasetDetails, DatasetRecord, Record
from vocabularies.text import UNDETERMINED, LangText

EML_XSD = "https://eml.ecoinformatics.org/eml-2.2.0/eml.xsd"
TYPES = frozenset({"dataset"})
"""Record types EML can say anything of."""

_ROLES = {"publisher": "publisher", "owner": "owner", "editor": "editor", "distributor": "distributor"}
_DOWNLOADS = frozenset({"data", "document"})


def render(record: Record, address: Address) -> bytes:
    """Write a dataset as one ``eml:eml`` element (EML 2.2.0, module eml); ValueError for a record of another type.

    The empty default namespace is declared on purpose: the element is put into documents that have another one.
    """
    record = to_public(record)
    if not isinstance(record, DatasetRecord):
        raise ValueError(f"EML describes datasets; this is a record of the type {record.type}")
    language = next((tag for tag in (*record.languages, *record.title) if tag != UNDETERMINED), "en")
    out = [
        f'<eml:eml xmlns:eml="{ns.EML}" xmlns="" xmlns:xsi="{ns.XSI}" xsi:schemaLocation="{ns.EML} {EML_XSD}"'
        f' packageId="{xml_attribute(record.id)}" system="{xml_attribute(address.base_url)}"'
        f' scope="system" xml:lang="{language}"><dataset>'
    ]
    out += _resource(record, address, language)
    out += _dataset(record, address)
    out.append("</dataset>")
    out += _additional(record)
    out.append("</eml:eml>")
    return "".join(out).encode()


def _resource(record: DatasetRecord, address: Address, language: str) -> Iterator[str]:
    """Give what EML says of any resource, in the order its schema wants (module eml-resource)."""
    for identifier in dict.fromkeys(_identifiers(record, address)):
        yield _line("alternateIdentifier", identifier)
    yield _texts("title", record.title) or _line("title", address.record_url)
    creators, others = _agents(record)
    names = [_texts("organizationName", agent.name) for agent in creators]
    for name in [name for name in names if name] or [_publisher(record, address)]:
        yield f"<creator>{name}</creator>"
    for agent in others:
        if name := _texts("organizationName", agent.name):
            role = _ROLES.get(agent.role or "", "contentProvider")
            yield f"<associatedParty>{name}<role>{role}</role></associatedParty>"
    if issued := record.dates.issued or record.dates.published:
        yield f"<pubDate>{_calendar_date(issued)}</pubDate>"
    yield _line("language", language)
    yield _block("abstract", _paragraphs(record.summary))
    yield from _keyword_sets(record)
    yield _block("intellectualRights", _paragraphs(record.rights) or _rights_line(record))
    yield _licensed(record)
    yield _online(address.record_url, "information")
    for link in record.links:
        if iri := find_iri(link.url):
            described = _line("onlineDescription", (link.name.best(language) or ("", ""))[1])
            yield _online(iri, "download" if link.rel in _DOWNLOADS else "information", described)
    yield _block("coverage", "".join(_coverage(record, language)))


def _additional(record: DatasetRecord) -> Iterator[str]:
    """Give what EML has no elements for: the citation as GBIF writes it, and dates in DCMI terms."""
    found = [f"<gbif>{citation}</gbif>"] if (citation := _line("citation", record.details.citation or "")) else []
    for name, date in (("created", record.dates.created), ("modified", record.dates.modified)):
        found += [f'<dcterms:{name} xmlns:dcterms="{ns.DCTERMS}">{date}</dcterms:{name}>'] if date else []
    for each in found:
        yield f"<additionalMetadata><metadata>{each}</metadata></additionalMetadata>"


def _online(url: str, function: str, described: str = "") -> str:
    address = f'<url function="{function}">{xml_text(url)}</url>'
    return f"<distribution><online>{described}{address}</online></distribution>"


def _dataset(record: DatasetRecord, address: Address) -> Iterator[str]:
    """Give what EML says of a dataset beyond any resource (module eml-dataset)."""
    details: DatasetDetails = record.details
    if frequency := _line("para", details.update_frequency or ""):
        yield f"<maintenance><description>{frequency}</description></maintenance>"
    contacts = [_contact(contact) for contact in record.contacts]
    own = f"{_publisher(record, address)}<onlineUrl>{xml_text(address.base_url)}</onlineUrl>"
    for contact in [contact for contact in contacts if contact] or [own]:
        yield f"<contact>{contact}</contact>"
    yield f"<publisher>{_publisher(record, address)}</publisher>"
    if methods := _paragraphs(details.methods):
        yield f"<methods><methodStep><description>{methods}</description></methodStep></methods>"


def _line(element: str, text: str, tag: str = UNDETERMINED) -> str:
    """Give an element with text, nothing for a blank one: EML wants every element filled."""
    return f"<{element}{language_attribute(tag)}>{xml_text(text)}</{element}>" if text.strip() else ""


def _texts(element: str, texts: LangText) -> str:
    return "".join(_line(element, text, tag) for tag, text in texts.items())


def _block(element: str, inner: str) -> str:
    return f"<{element}>{inner}</{element}>" if inner else ""


def _paragraphs(texts: LangText) -> str:
    return "".join(_line("para", plain_text(text), tag) for tag, text in texts.items())


def _publisher(record: Record, address: Address) -> str:
    named = _texts("organizationName", record.publisher.name) or _line("organizationName", record.publisher.node)
    return named or _line("organizationName", address.base_url)


def _identifiers(record: DatasetRecord, address: Address) -> Iterator[str]:
    if record.details.doi:
        yield f"https://doi.org/{record.details.doi}"
    yield from (record.id, address.record_url)
    yield from (f"{source.scheme}:{source.value}" for source in record.source_ids)


def _agents(record: DatasetRecord) -> tuple[list[Agent], list[Agent]]:
    creators = [agent for agent in record.organizations if agent.role in CREATOR_ROLES]
    return creators, [agent for agent in record.organizations if agent.role not in CREATOR_ROLES]


def _contact(contact: Contact) -> str:
    name = _line("surName", contact.name or "")
    party = f"<individualName>{name}</individualName>" if name else ""
    party += _texts("organizationName", contact.organization)
    if not party:
        return ""
    if contact.consent:  # to_public leaves no address without it; said twice on purpose
        party += _line("phone", contact.phone or "") + _line("electronicMailAddress", contact.email or "")
    return party


def _keyword_sets(record: DatasetRecord) -> Iterator[str]:
    languages = languages_of(record)
    sets: dict[str, list[str]] = {}
    for field, value in (*topics(record), *places(record)):  # a country without coordinates has no other place in EML
        concept = find_concept(field, value)
        scheme = concept.uri.rpartition(":")[0] if concept else ""
        sets.setdefault(scheme, []).extend(
            _line("keyword", label, tag) for tag, label in labels_of(field, value, languages)
        )
    for keyword in record.keywords:
        sets.setdefault("", []).append(_texts("keyword", keyword.label))
    for scheme, keywords in sets.items():
        if listed := "".join(keywords):
            yield f"<keywordSet>{listed}{_line('keywordThesaurus', scheme)}</keywordSet>"


def _rights_line(record: Record) -> str:
    return _line("para", label_of("license", record.license)) if record.license else ""


def _licensed(record: Record) -> str:
    if not record.license or not (name := _line("licenseName", label_of("license", record.license))):
        return ""
    node = licence_node(record.license)
    return f"<licensed>{name}{_line('url', node.iri if node else '')}</licensed>"


def _coverage(record: DatasetRecord, language: str) -> Iterator[str]:
    yield _geography(record, language)
    period = record.temporal
    if period and period.start and period.end:
        begin, end = (_calendar_date(date) for date in (period.start, period.end))
        yield (
            f"<temporalCoverage><rangeOfDates><beginDate><calendarDate>{begin}</calendarDate></beginDate>"
            f"<endDate><calendarDate>{end}</calendarDate></endDate></rangeOfDates></temporalCoverage>"
        )
    elif period and (single := period.start or period.end):
        date = f"<calendarDate>{_calendar_date(single)}</calendarDate>"
        yield f"<temporalCoverage><singleDateTime>{date}</singleDateTime></temporalCoverage>"
    taxa = (_line("taxonRankValue", taxon) for taxon in record.details.taxa)
    if listed := "".join(f"<taxonomicClassification>{taxon}</taxonomicClassification>" for taxon in taxa if taxon):
        yield f"<taxonomicCoverage>{listed}</taxonomicCoverage>"


def _geography(record: DatasetRecord, language: str) -> str:
    spatial = record.spatial
    if spatial is None:
        return ""
    named = "; ".join(label_of(field, value, language) for field, value in places(record))
    if box := spatial.box:
        edges = [("west", box.west), ("east", box.east), ("north", box.north), ("south", box.south)]
    elif point := spatial.point:
        edges = [(edge, point.longitude) for edge in ("west", "east")]
        edges += [(edge, point.latitude) for edge in ("north", "south")]
    else:
        return ""
    bounds = "".join(f"<{edge}BoundingCoordinate>{_decimal(at)}</{edge}BoundingCoordinate>" for edge, at in edges)
    description = _line("geographicDescription", named or (record.title.best(language) or ("", ""))[1])
    description = description or _line("geographicDescription", ", ".join(_decimal(at) for _, at in edges))
    return f"<geographicCoverage>{description}<boundingCoordinates>{bounds}</boundingCoordinates></geographicCoverage>"


def _decimal(degrees: float) -> str:
    """Give degrees as ``xs:decimal`` has them: no exponent."""
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


def _calendar_date(partial: str) -> str:
    """Give ``YYYY`` or ``YYYY-MM-DD``: EML knows no month without its day."""
    return partial[:10] if len(partial) >= 10 else partial[:4]
