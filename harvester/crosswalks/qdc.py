"""Qualified Dublin Core (``qualifieddc``, ``dcterms``, ``oai_dcterms``) → Record: one function a target field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from harvester.crosswalks import dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date, find_period
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.xml_records import language_at, read_xml, text_of
from harvester.raw import RawRecord
from harvester.xml import local_name
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_doi, normalise_url
from vocabularies.parts import RelationType
from vocabularies.record import Relation

NAME = "qdc"
Terms = dict[str, list[Value]]
_DATES: Mapping[str, tuple[str, ...]] = {
    "issued": ("issued", "available", "date", "dateCopyrighted"), "created": ("created",), "modified": ("modified",),
}  # fmt: skip
_RELATIONS: Mapping[str, RelationType] = {
    "isPartOf": "isPartOf", "hasPart": "hasPart", "isVersionOf": "isVersionOf", "isFormatOf": "isVersionOf",
    "replaces": "replaces", "isReplacedBy": "isReplacedBy", "references": "references", "source": "derivedFrom",
    "relation": "related", "hasVersion": "related", "hasFormat": "related", "isReferencedBy": "related",
    "requires": "related", "isRequiredBy": "related", "conformsTo": "references",
}  # fmt: skip
_AGENTS: Mapping[str, str] = {
    "creator": "creator", "publisher": "publisher", "contributor": "contributor", "rightsHolder": "rightsHolder",
}  # fmt: skip
_READ = frozenset({
    "title", "alternative", "description", "abstract", "language", "subject", "type", "identifier", "coverage",
    "spatial", "temporal", "license", "rights", "accessRights", "format", "medium", "extent", "bibliographicCitation",
    "accrualPeriodicity", *_RELATIONS, *_AGENTS, *(name for names in _DATES.values() for name in names),
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a container of DCMI terms describes, or the problem that stands in the way."""
    return read_xml(raw, "*", lambda root: to_record(to_described(root), raw, context, namespace=NAME))


def to_described(root: etree._Element) -> Described:
    """Give what the terms of an element say."""
    return from_terms(read_terms(root))


def from_terms(terms: Terms) -> Described:
    """Give what terms say (DCMI Metadata Terms §2 and §3); a term that refines another is read as that one."""
    told = Described(languages=_texts(terms, "language"))
    told.kind, told.kinds = dc_types.to_type(_texts(terms, "type"))
    told.titles = _values(terms, "title", "alternative")
    told.descriptions = _values(terms, "abstract", "description")
    told.keywords = _values(terms, "subject")
    told.agents = [(role, [value]) for name, role in _AGENTS.items() for value in _values(terms, name)]
    told.identifiers = _texts(terms, "identifier")
    told.pages = [text for text in told.identifiers if normalise_url(text) and normalise_doi(text) is None]
    told.dates = to_dates(terms, told)
    told.licences = _values(terms, "license")
    told.rights = _values(terms, "rights", "accessRights")
    told.relations = to_relations(terms, told)
    told.details = {
        "format": "; ".join(_texts(terms, "format", "medium")),
        "pages": "; ".join(_texts(terms, "extent")),
        "citation": "; ".join(_texts(terms, "bibliographicCitation")),
        "update_frequency": "; ".join(_texts(terms, "accrualPeriodicity")),
    }
    _cover(terms, told)
    for name in terms.keys() - _READ:
        told.keep(name, *_texts(terms, name))
    return told


def read_terms(root: etree._Element) -> Terms:
    """Give the values by term, in order, each once; terms that lie deeper (RDF descriptions) belong to the whole."""
    found: Terms = {}
    for child in root.iter():
        if child is root or not isinstance(child.tag, str) or any(isinstance(each.tag, str) for each in child):
            continue
        value = (text_of(child), language_at(child))
        name = local_name(child)
        if value[0] and value not in found.setdefault(name, []):
            found[name].append(value)
    return {name: values for name, values in found.items() if values}


def to_dates(terms: Terms, told: Described) -> dict[str, list[str]]:
    """Give the dates by what they date; the first readable term of each row counts, the others are kept."""
    dates: dict[str, list[str]] = {}
    for field, names in _DATES.items():
        for name in names:
            texts = _texts(terms, name)
            readable = [text for text in texts if find_date(text)]
            if readable and field not in dates:
                dates[field] = readable
                texts = [text for text in texts if text not in readable]
            told.keep(name, *texts)
    return dates


def to_relations(terms: Terms, told: Described) -> list[Relation]:
    """Give relations to addresses and DOIs; other texts are kept, a source as the publication it stands in."""
    found: list[Relation] = []
    for name, kind in _RELATIONS.items():
        for text, language in _values(terms, name):
            doi = normalise_doi(text) if "10." in text else None
            target = f"https://doi.org/{doi}" if doi else text if normalise_url(text) else None
            if target:
                found.append(Relation(type=kind, target=target))
            elif name == "source":
                told.sources.append((text, language))
            else:
                told.keep(name, text)
    return found


def _cover(terms: Terms, told: Described) -> None:
    """Sort spatial, temporal and plain coverage into places, a position and a period."""
    for text in _texts(terms, "temporal"):
        period = find_period(text)
        told.temporal = told.temporal or period
        if period is None:
            told.keep("temporal", text)
    coverage = dc_terms.to_coverage(_values(terms, "spatial", "coverage"))
    told.places += coverage.countries
    told.spatial = coverage.spatial
    told.temporal = told.temporal or coverage.temporal
    told.keep("coverage", *coverage.rest)


def _values(terms: Terms, *names: str) -> list[Value]:
    return [value for name in names for value in terms.get(name, ())]


def _texts(terms: Terms, *names: str) -> list[str]:
    return [text for text, _ in _values(terms, *names)]
