"""Record ↔ bytes, a leaf module each; FORMATS says which there are. Nothing here reads a file, a clock or a socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vocabularies.formats import chm_xml, dcat, eml, feeds, native, oai_dc, schema_org
from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.record import Record

__all__ = ["FORMATS", "ON_REQUEST", "Address", "Format", "Rendering", "format_named"]

Rendering = Callable[[Record, Address], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a record: its name, its media type, the suffix of its address, and who writes it.

    ``render`` gives a fragment that declares its own namespaces and has no prolog: a page is made by joining fragments.
    """

    name: str
    media_type: str
    suffix: str
    render: Rendering


def _render_native(record: Record, address: Address) -> bytes:
    return native.dump_native(to_public(record))


_ALL = (
    Format("native", "application/json", ".json", _render_native),
    Format("chm", "text/xml", ".xml", chm_xml.render),
    Format("oai_dc", "text/xml", ".xml", oai_dc.render),
    Format("dcat_jsonld", "application/ld+json", ".jsonld", dcat.render_jsonld),
    Format("dcat_ttl", "text/turtle", ".ttl", dcat.render_turtle),
    Format("dcat_rdf", "application/rdf+xml", ".rdf", dcat.render_rdfxml),
    Format("schema_org", "application/ld+json", ".jsonld", schema_org.render),
    Format("atom", "application/atom+xml", ".atom", feeds.render_atom),
    Format("rss", "application/rss+xml", ".rss", feeds.render_rss),
    Format("rss1", "application/rdf+xml", ".rdf", feeds.render_rss1),
)
FORMATS: Mapping[str, Format] = MappingProxyType({entry.name: entry for entry in _ALL})
"""Every format by name; of formats with one suffix, the record's address offers one (oai_dc, schema_org, dcat_rdf)."""

ON_REQUEST: Mapping[str, Format] = MappingProxyType(
    {entry.name: entry for entry in (Format("eml", "text/xml", ".xml", eml.render),)}
)
"""Formats of one record type only, made when somebody asks: nobody stores them for every record."""


def format_named(name: str) -> Format:
    """Give a format, stored or made on request, by its name; KeyError for an unknown one."""
    return FORMATS[name] if name in FORMATS else ON_REQUEST[name]
