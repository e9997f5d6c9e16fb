"""Record → unqualified Dublin Core for OAI-PMH (oai_dc, 15 elements); pure text, no tree."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from vocabularies import namespaces as ns
from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import CREATOR_ROLES, label_of, labels_of, languages_of, places, topics
from vocabularies.formats.markup import find_iri, language_attribute, plain_text, xml_text
from vocabularies.record import Agent, Record, SourceId
from vocabularies.text import LangText

_HEAD = (
    f'<oai_dc:dc xmlns:oai_dc="{ns.OAI_DC}" xmlns:dc="{ns.DC}" xmlns:xsi="{ns.XSI}"'
    f' xsi:schemaLocation="{ns.OAI_DC} {ns.OAI_DC_XSD}">'
)
_TAIL = "</oai_dc:dc>"
_URI_FORMS = {"doi": "https://doi.org/", "isbn": "urn:isbn:", "issn": "urn:issn:"}


def render(record: Record, address: Address) -> bytes:
    """Write the record as one ``oai_dc:dc`` element (OAI-PMH 2.0 §6; DCMES 1.1): one element a value and language."""
    record = to_public(record)
    languages = languages_of(record)
    out = [_HEAD]
    _texts(out, "title", record.title)
    creators, contributors = _agents(record)
    for creator in creators:
        _texts(out, "creator", creator.name)
    out += [_terms("subject", field, value, languages) for field, value in topics(record)]
    for keyword in record.keywords:
        _texts(out, "subject", keyword.label)
    for tag, text in record.summary.items():
        out.append(_line("description", plain_text(text), tag))
    _texts(out, "publisher", record.publisher.name or LangText(und=record.publisher.node))
    for contributor in contributors:
        _texts(out, "contributor", contributor.name)
    if date := _date(record):
        out.append(_line("date", date))
    out.append(_types(record.type, record.subtype))
    _plain(out, "format", sorted({link.media_type for link in record.links if link.media_type}))
    _plain(out, "identifier", _identifiers(record, address))
    _plain(out, "source", sorted({entry.original_url for entry in record.provenance if entry.original_url}))
    _plain(out, "language", record.languages)
    _plain(out, "relation", _relations(record, address))
    out += [_terms("coverage", field, value, languages) for field, value in places(record)]
    if record.temporal and (record.temporal.start or record.temporal.end):
        out.append(_line("coverage", f"{record.temporal.start or '..'}/{record.temporal.end or '..'}"))
    if record.license:
        out.append(_line("rights", record.license))
    _texts(out, "rights", record.rights)
    out.append(_TAIL)
    return "".join(out).encode()


def _line(element: str, text: str, language: str = "und") -> str:
    return f"<dc:{element}{language_attribute(language)}>{xml_text(text)}</dc:{element}>"


def _texts(out: list[str], element: str, texts: LangText) -> None:
    out += [_line(element, text, tag) for tag, text in texts.items()]


def _plain(out: list[str], element: str, values: Iterable[str]) -> None:
    out += [f"<dc:{element}>{xml_text(value)}</dc:{element}>" for value in values]


@lru_cache(maxsize=65536)
def _terms(element: str, field: str, value: str, languages: tuple[str, ...]) -> str:
    return "".join(_line(element, text, tag) for tag, text in labels_of(field, value, languages))


@lru_cache(maxsize=512)
def _types(record_type: str, subtype: str | None) -> str:
    named = _line("type", label_of("type", record_type), "en")
    return named + _line("type", label_of("subtype", subtype)) if subtype else named


def _agents(record: Record) -> tuple[list[Agent], list[Agent]]:
    """Give (creators, contributors): authors and providers make a thing, everybody else contributes."""
    details = getattr(record, "details", None)
    creators = [*getattr(details, "authors", ()), *getattr(details, "providers", ())]
    contributors = [*getattr(details, "implementers", ()), *getattr(details, "organizers", ())]
    for agent in record.organizations:
        (creators if agent.role in CREATOR_ROLES else contributors).append(agent)
    return creators, contributors


def _date(record: Record) -> str | None:
    details = getattr(record, "details", None)
    of_thing = getattr(details, "publication_date", None) or getattr(details, "date_published", None)
    dates = record.dates
    return dates.issued or of_thing or dates.published or dates.modified or dates.created


def _as_uri(source: SourceId) -> str | None:
    if source.scheme in _URI_FORMS and "/" not in source.value.partition(":")[2]:
        return _URI_FORMS[source.scheme] + source.value
    return find_iri(source.value)


def _identifiers(record: Record, address: Address) -> list[str]:
    details = getattr(record, "details", None)
    found = [address.record_url, record.id]
    found += [f"https://doi.org/{doi}" for doi in [getattr(details, "doi", None)] if doi]
    found += [f"urn:isbn:{isbn}" for isbn in [getattr(details, "isbn", None)] if isbn]
    found += [uri or f"{source.scheme}:{source.value}" for source in record.source_ids for uri in [_as_uri(source)]]
    found += [iri for link in record.links if link.rel == "landing" for iri in [find_iri(link.url)] if iri]
    return list(dict.fromkeys(found))


def _relations(record: Record, address: Address) -> list[str]:
    found = [address.target_url(record.id, relation.target) for relation in record.relations]
    found += [iri for link in record.links if link.rel != "landing" for iri in [find_iri(link.url)] if iri]
    return list(dict.fromkeys(found))
