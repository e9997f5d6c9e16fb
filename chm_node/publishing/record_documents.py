"""The formats a record's address offers, and how a stored fragment becomes a whole document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

XML_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A format at a record's address: suffix, media types (the first is the one sent), stored rendition, label."""

    suffix: str
    media_types: tuple[str, ...]
    format: str
    label: str
    document: Callable[[bytes], bytes]


def _as_it_is(body: bytes) -> bytes:
    return body


def _xml(fragment: bytes) -> bytes:
    return XML_PROLOG + fragment


RECORD_FORMATS = (
    RecordFormat(".json", ("application/json",), "native", "JSON", _as_it_is),
    RecordFormat(".jsonld", ("application/ld+json",), "schema_org", "JSON-LD", _as_it_is),
    RecordFormat(".ttl", ("text/turtle",), "dcat_ttl", "Turtle", _as_it_is),
    RecordFormat(".rdf", ("application/rdf+xml",), "dcat_rdf", "RDF/XML", _xml),
    RecordFormat(".xml", ("text/xml", "application/xml"), "oai_dc", "Dublin Core", _xml),
)
"""In the order they are offered to a client that likes several equally."""
