"""Identifiers, sources and relations of Dublin Core → typed identifiers, links and relations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from vocabularies.identifiers import (
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    normalise_un_symbol,
    normalise_url,
    parse_oai_identifier,
    parse_record_uri,
)
from vocabularies.record import Link, LinkRelation, Relation, SourceId

_FILE = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|csv|zip|epub|mp4|mp3|jpe?g|png|tiff?)\Z", re.IGNORECASE)
_NAMED = re.compile(r"(cbd|cbd-unique|gbif|informea|wdpa):(\S{1,300})\Z")
"""How clearing-houses write an identifier of a scheme that has no addresses."""
_LOCAL_LENGTH = 32  # of a digest in hexadecimal: 128 bits; changing it would change every such id
_SHORT = 300


@dataclass(slots=True)
class Identifiers:
    """What the identifiers of a record turned out to be."""

    source_ids: dict[tuple[str, str], SourceId] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

    @property
    def landing_url(self) -> str | None:
        """Give the address of the page about the thing."""
        return next((link.url for link in self.links.values() if link.rel == "landing"), None)

    def add(self, scheme: str, value: str) -> None:
        """Add an identifier once."""
        self.source_ids.setdefault((scheme, value), SourceId(scheme=scheme, value=value))


def local_record_id(source_id: str, identifier: str) -> str:
    """Give the record id of a source's identifier: the same for ever, another for every other identifier."""
    return f"urn:chm:{source_id}:{sha256(identifier.encode()).hexdigest()[:_LOCAL_LENGTH]}"


def to_identifiers(raw_identifier: str, texts: Iterable[str]) -> Identifiers:
    """Give typed identifiers and links; the first web address that is no file is the landing page, else the DOI's."""
    found = Identifiers()
    found.add("oai" if parse_oai_identifier(raw_identifier) else "local", raw_identifier)
    for text in texts:
        _sort_in(text, found)
    if found.landing_url is None:
        for (scheme, value), _ in found.source_ids.items():
            if scheme == "doi":
                url = f"https://doi.org/{value}"
                found.links[url] = Link(url=url, rel="landing")
                break
    return found


def _sort_in(text: str, found: Identifiers) -> None:
    lower = text[:40].lower()
    if lower.startswith(("http://", "https://")):
        _sort_in_address(text, found)
    elif "10." in text and (doi := normalise_doi(text)):
        found.add("doi", doi)
    elif parse_record_uri(text):
        found.add("chm", text)
    elif isbn := normalise_isbn(text):
        found.add("isbn", isbn)
    elif issn := normalise_issn(text):
        found.add("issn", issn)
    elif "/" in text and (symbol := normalise_un_symbol(text.removeprefix("un-symbol:"))):
        found.add("un-symbol", symbol)
    elif (named := _NAMED.match(text)) is not None:
        found.add(named[1], named[2])
    elif parse_oai_identifier(text):
        found.add("oai", text)
    else:
        found.add("local", text[:_SHORT])


def _sort_in_address(text: str, found: Identifiers) -> None:
    if "10." in text and (doi := normalise_doi(text)):
        found.add("doi", doi)
    url = normalise_url(text)
    if url is None:
        found.add("local", text[:_SHORT])
        return
    is_file = _FILE.search(url.partition("?")[0]) is not None
    rel: LinkRelation = "document" if is_file or found.landing_url else "landing"
    found.links.setdefault(url, Link(url=text, rel=rel))


def to_relations(texts: Iterable[str]) -> tuple[tuple[Relation, ...], list[str]]:
    """Give a relation for every web address, DOI or record id, and the other texts."""
    relations: dict[str, Relation] = {}
    rest: list[str] = []
    for text in texts:
        target = _target(text)
        if target is None:
            rest.append(text)
        else:
            relations.setdefault(target, Relation(type="related", target=target))
    return tuple(relations.values()), rest


def _target(text: str) -> str | None:
    if text.startswith(("http://", "https://")):
        return text if normalise_url(text) else None
    if parse_record_uri(text):
        return text
    doi = normalise_doi(text) if "10." in text else None
    return f"https://doi.org/{doi}" if doi else None
