"""Identifiers, files and relations of schema.org things → typed identifiers, links and relations. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harvester.crosswalks.dc_elements import language_of
from harvester.crosswalks.dc_identifiers import Identifiers
from harvester.crosswalks.dc_identifiers import to_identifiers as to_dc_identifiers
from harvester.crosswalks.dc_identifiers import to_relations as to_dc_relations
from harvester.crosswalks.file_sizes import find_bytes
from harvester.crosswalks.schema_values import Node, Thing, addresses_of, as_list, find_text, texts_of, to_values
from vocabularies.identifiers import normalise_doi, normalise_isbn, normalise_issn, normalise_url
from vocabularies.record import Link, LinkRelation, Relation
from vocabularies.text import LangText

_OWN_SCHEMES = frozenset({"cbd", "cbd-unique", "doi", "gbif", "informea", "wdpa", "isbn", "issn", "un-symbol", "oai"})
_RELATIONS: Mapping[str, str] = {
    "isPartOf": "isPartOf", "includedInDataCatalog": "isPartOf", "superEvent": "isPartOf", "partOfSeries": "isPartOf",
    "hasPart": "hasPart", "subEvent": "hasPart", "isBasedOn": "derivedFrom", "isBasedOnUrl": "derivedFrom",
    "translationOfWork": "translates", "citation": "references", "exampleOfWork": "isVersionOf",
    "workTranslation": "hasTranslation", "workExample": "hasVersion",
    "isRelatedTo": "related", "subjectOf": "related", "sameAs": "sameAs",
    "supersededBy": "isReplacedBy",
}  # fmt: skip
_FILES = ("distribution", "encoding", "associatedMedia", "contentUrl", "downloadUrl")
_COVERS = ("image", "thumbnailUrl", "logo")
_SHORT = 300


def to_identifiers(raw_identifier: str, node: Node, thing: Thing) -> Identifiers:
    """Give typed identifiers, and the landing page: the thing's own ``url``, else the page where it alone was found."""
    found = to_dc_identifiers(raw_identifier, [])
    for value in thing.take("identifier", "@id", "sku", "leiCode"):
        _take(value, found)
    for name, normalise in (("isbn", normalise_isbn), ("issn", normalise_issn)):
        for text in texts_of(thing.take(name)):
            if plain := normalise(text):
                found.add(name, plain)
    own = node.get("@id")
    if isinstance(own, str):
        _take(own, found)
    for text in addresses_of(as_list(node.get("sameAs"))):
        if doi := normalise_doi(text) if "10." in text else None:
            found.add("doi", doi)
    found.links.clear()
    pages = addresses_of(thing.take("url"))
    alone = [raw_identifier] if "#" not in raw_identifier and not raw_identifier.endswith((".json", ".jsonld")) else []
    dois = [f"https://doi.org/{value}" for scheme, value in found.source_ids if scheme == "doi"]
    for page in [*pages, *alone, *dois]:
        if (plain := normalise_url(page)) is not None:
            found.links[plain] = Link(url=page, rel="landing")
            break
    for page in pages[1:]:
        if (plain := normalise_url(page)) is not None:
            found.links.setdefault(plain, Link(url=page))
    return found


def _take(value: object, found: Identifiers) -> None:
    """Sort an identifier in: a text, or a PropertyValue whose ``propertyID`` may name the scheme."""
    if isinstance(value, dict):
        scheme = (find_text(value.get("propertyID")) or "").rpartition("/")[2].lower()
        texts = texts_of([value.get("value")]) or addresses_of([value]) or texts_of([value])
        for text in texts[:1]:
            if scheme in _OWN_SCHEMES and scheme not in {"doi", "isbn", "issn"}:
                found.add(scheme, text[:_SHORT])
            else:
                _sort(text, found)
    elif isinstance(value, str) and value.strip() and not value.startswith("_:"):
        _sort(value.strip(), found)


def _sort(text: str, found: Identifiers) -> None:
    if text.startswith(("http://", "https://")):
        if doi := normalise_doi(text) if "10." in text else None:
            found.add("doi", doi)
        else:
            found.add("local", text[:_SHORT])
        return
    sorted_in = to_dc_identifiers(text, [text])
    for (scheme, value), _ in sorted_in.source_ids.items():
        if scheme != "local" or len(sorted_in.source_ids) == 1:
            found.add(scheme, value[:_SHORT])


def to_links(thing: Thing, record_type: str, known: Identifiers, fallback: str) -> tuple[Link, ...]:
    """Give files and pictures as links, each address once."""
    links: dict[str, Link] = {}
    rel: LinkRelation = "data" if record_type == "dataset" else "document"
    for name, relation in ((_FILES, rel), (_COVERS, "cover")):
        for value in thing.take(*name):
            if link := _link(value, relation, fallback):  # type: ignore[arg-type]
                links.setdefault(link.url, link)
    return tuple(link for url, link in links.items() if normalise_url(url) not in known.links)


def _link(value: object, rel: LinkRelation, fallback: str) -> Link | None:
    address = next(iter(addresses_of([value])), None)
    if address is None or normalise_url(address) is None:
        return None
    if not isinstance(value, dict):
        return Link(url=address, rel=rel)
    names = {language_of(stated, fallback): text for text, stated in reversed(to_values(as_list(value.get("name"))))}
    media_type = find_text(value.get("encodingFormat")) or find_text(value.get("fileFormat"))
    kinds = as_list(value.get("@type"))
    return Link(
        url=address,
        name=LangText(names),
        media_type=media_type,
        checksum=find_text(value.get("sha256")),
        bytes=find_bytes(find_text(value.get("contentSize")) or ""),
        rel="api" if {"WebAPI", "EntryPoint"} & {kind for kind in kinds if isinstance(kind, str)} else rel,
    )


def to_relations(thing: Thing, known: Identifiers) -> tuple[Relation, ...]:
    """Give what a thing says of others that have an address or a DOI; the first of two relations to one counts."""
    found: dict[str, Relation] = {}
    for name, relation_type in _RELATIONS.items():
        for value in thing.take(name):
            for relation in _relations_of(value):
                if normalise_url(relation.target) not in known.links:
                    changed = relation.model_copy(update={"type": relation_type, "title": _title(value)})
                    found.setdefault(relation.target, changed)
    return tuple(found.values())


def unrelated(node: Node) -> dict[str, list[Any]]:
    """Give what a thing says of others that have neither address nor DOI: a citation in words, a journal by its name.

    Of a data catalogue the name is kept anyhow.
    """
    values = {name: as_list(node.get(name)) for name in _RELATIONS if name != "includedInDataCatalog"}
    return {name: left for name, each in values.items() if (left := [one for one in each if not _relations_of(one)])}


def _relations_of(value: object) -> Sequence[Relation]:
    targets = addresses_of([value]) or _identifier_texts(value)
    return to_dc_relations(targets[:1])[0]


def _identifier_texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return texts_of([value.get("identifier")])
    return [value] if isinstance(value, str) else []


def _title(value: Any) -> LangText:
    named = to_values(as_list(value.get("name"))) if isinstance(value, dict) else []
    return LangText({language_of(stated, "und"): text for text, stated in reversed(named)})
