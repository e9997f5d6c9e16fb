"""Links and references of a record of the CBD → links, relations and identifiers. Pure; understands no topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from harvester.crosswalks.cbd_told import Field, Told, split_reference
from harvester.crosswalks.language_codes import find_language
from vocabularies.identifiers import normalise_url
from vocabularies.record import Link, LinkRelation, Relation
from vocabularies.text import LangText

LANDING = ("url", "urls")
DOCUMENTS = (
    "documentLinks", "resourceLinks", "documents", "unofficialDocuments", "attachments", "linkedAttachments", "files",
    "additionalDocuments", "relevantDocuments", "otherDocuments", "permitFiles", "picDocuments", "matDocuments",
    "projectDocument", "resultsOutputs", "links", "descriptionLinks", "applicationLinks", "applicationDocuments",
    "detectionMethodLinks", "profileLink", "websites", "website", "specimens", "taxonomies", "progressTrackingUrl",
    "publications", "annex.additionalDocuments",
)  # fmt: skip
_OTHERS: Mapping[str, LinkRelation] = {
    "documentTranslations": "translation", "covers": "cover", "cover": "cover", "logo": "cover", "gisFiles": "data",
    "globalDataSources": "data",
}  # fmt: skip
_RELATIONS: Mapping[str, str] = {
    "amendedMeasures": "replaces", "amendedRecords": "replaces", "broaderProjects": "isPartOf",
    "primaryNationalTarget": "implementsTarget", "otherNationalTargets": "implementsTarget",
    "target": "references", "modifiedOrganisms": "references", "riskAssessments": "references",
    "absIRCCs": "references", "resultsReference": "hasPart", "sameRequests": "related",
}  # fmt: skip
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{11,128}@\d+")
_MEDIA_TYPE = ("mediaType", "mimeType", "contentType")
_SITES = {"CHM": "chm", "ABS": "absch", "BCH": "bch", "ORT": "ort"}


def to_links(told: Told, base_url: str) -> tuple[Link, ...]:
    """Give the landing page and everything a record links to; an address without host is one of the API."""
    found: dict[str, Link] = {}
    for address in told.words(*LANDING):
        _add(found, address, base_url, rel="document" if found else "landing")
    if not found and (page := _page(told)):
        _add(found, page, base_url, rel="landing")
    for name in (*DOCUMENTS, *_OTHERS):
        for value in _links_of(told, name):
            _add_link(found, value, base_url, told, rel=_OTHERS.get(name, "document"))
    return tuple(found.values())


def to_relations(told: Told, root: str) -> tuple[Relation, ...]:
    """Give a relation for every reference to another document; its target is the document's address."""
    found: dict[str, Relation] = {}
    for name, stated in references(told.fields):
        identifier = split_reference(stated)[0]
        told_as: Any = _RELATIONS.get(name.rpartition(".")[2], "related")
        target = f"{root}/documents/{quote(identifier, safe='')}"
        found.setdefault(target, Relation(type=told_as, target=target))
    return tuple(found.values())


def references(fields: Mapping[str, Field]) -> Iterable[tuple[str, str]]:
    """Give the field and the ``GUID@revision`` of every reference to another document (EReference)."""
    for name, each in fields.items():
        for value in each.values:
            if _is_reference(value):
                yield name, _stated(value)
            elif isinstance(value, dict):  # of a section, such as the target a report tells of
                for inner, each_inner in value.items():
                    if _is_reference(each_inner):
                        yield f"{name}.{inner}", _stated(each_inner)


def are_references(each: Field) -> bool:
    """Say whether all values of a field are references to other documents."""
    return bool(each.values) and all(map(_is_reference, each.values))


def _is_reference(value: Any) -> bool:
    stated = value.get("identifier") if isinstance(value, dict) else None
    return isinstance(stated, str) and bool(_REFERENCE.fullmatch(stated) or isinstance(value.get("version"), int))


def _stated(reference: Mapping[str, Any]) -> str:
    """Give a reference with its revision, wherever that stands: ``GUID@12``, or ``version`` beside the identifier."""
    identifier, revision = split_reference(reference["identifier"])
    version = revision or reference.get("version")
    return identifier if version is None else f"{identifier}@{version}"


def find_address(text: str, base_url: str) -> str | None:
    """Give the whole web address of a text, or None."""
    plain = text.strip()
    if plain.startswith("/"):
        plain = urljoin(base_url, plain)
    elif plain.startswith("www."):
        plain = f"https://{plain}"
    return plain if normalise_url(plain) else None


def _links_of(told: Told, name: str) -> list[Any]:
    return [*told.objects(name), *(text for text in told.words(name) if "/" in text)]


def _add_link(found: dict[str, Link], value: Any, base_url: str, told: Told, *, rel: LinkRelation) -> None:
    if isinstance(value, str):
        _add(found, value, base_url, rel=rel)
        return
    named = Field()
    named.take(value.get("name") or value.get("title"))
    language = find_language(str(value.get("language") or value.get("locale") or ""))
    name = Told({"name": named}, language or told.fallback).text("name")
    size = value.get("size") or value.get("contentSize")
    _add(
        found, str(value.get("url") or ""), base_url,
        rel=rel,
        name=name if not _repeats(name, value) else LangText(),
        language=language,
        media_type=next((text for key in _MEDIA_TYPE if isinstance(text := value.get(key), str)), None),
        bytes=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
    )  # fmt: skip


def _repeats(name: LangText, value: Mapping[str, Any]) -> bool:
    return list(name.values()) == [value.get("url")]


def _add(found: dict[str, Link], address: str, base_url: str, **more: Any) -> None:
    url = find_address(address, base_url)
    if url is not None:
        found.setdefault(url, Link(url=url, **more))


def _page(told: Told) -> str | None:
    """Give the page of a document at its clearing-house, by its number."""
    number, realm = told.word("documentId"), told.word("realm") or ""
    site = _SITES.get(realm.upper())
    return (
        f"https://{site}.cbd.int/database/record?documentID={number}" if site and (number or "").isdecimal() else None
    )


def api_of(base_url: str) -> str:
    """Give the root of the API that documents are asked of, for the address of a source."""
    parts = urlsplit(base_url)
    path = parts.path.partition("/api/v2013")[0]
    return f"{parts.scheme}://{parts.netloc}{path}/api/v2013"
