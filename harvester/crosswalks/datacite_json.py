"""DataCite's JSON (its REST API and content negotiation) → Record, by way of the XML it stands for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from lxml import etree
from pydantic import ValidationError

from harvester.crosswalks.context import Context
from harvester.crosswalks.datacite import to_described
from harvester.crosswalks.described import to_record
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.problems import problem

NAME = "datacite_json"
Json = Mapping[str, Any]
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that the JSON of a DOI describes, or the problem that stands in the way."""
    try:
        return Parsed(to_record(to_described(to_xml(orjson.loads(raw.payload))), raw, context, namespace=NAME))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def to_xml(given: Json) -> etree._Element:
    """Give the ``resource`` element (DataCite 4) that says the same."""
    root = etree.Element("resource")
    for text in _texts(given.get("doi")) or _texts(given.get("id"))[:1]:
        _put(root, "identifier", text, identifierType="DOI")
    _people(root, given)
    _several(root, "titles", "title", given.get("titles"), text="title", kind="titleType")
    publisher = given.get("publisher")
    for text in _texts(publisher.get("name") if isinstance(publisher, Mapping) else publisher):
        _put(root, "publisher", text)
    year = given.get("publicationYear") or given.get("publication-year")
    for name, value in (
        ("publicationYear", year),
        ("language", given.get("language")),
        ("version", given.get("version")),
    ):
        for text in _texts(value)[:1]:
            _put(root, name, text)
    _type(root, given)
    _several(root, "subjects", "subject", given.get("subjects"), text="subject", kind="subjectScheme")
    _several(root, "dates", "date", given.get("dates"), text="date", kind="dateType")
    _several(root, "descriptions", "description", given.get("descriptions"), text="description", kind="descriptionType")
    _several(
        root,
        "rightsList",
        "rights",
        given.get("rightsList") or given.get("rights_list"),
        text="rights",
        kind="rightsURI",
    )
    _related(root, given)
    _several(root, "formats", "format", given.get("formats"), text="format", kind="")
    _several(root, "sizes", "size", given.get("sizes"), text="size", kind="")
    for funding in _objects(given.get("fundingReferences")):
        element = _below(_list_of(root, "fundingReferences"), "fundingReference")
        for name in ("funderName", "awardNumber", "awardTitle"):
            for text in _texts(funding.get(name))[:1]:
                _put(element, name, text)
    _places(root, given)
    return root


def _people(root: etree._Element, given: Json) -> None:
    for one in ("creator", "contributor"):
        for person in _objects(given.get(f"{one}s")):
            element = _below(_list_of(root, f"{one}s"), one)
            if role := "".join(_texts(person.get("contributorType"))[:1]):
                element.set("contributorType", role)
            for name, key in ((f"{one}Name", "name"), ("givenName", "givenName"), ("familyName", "familyName")):
                for text in _texts(person.get(key))[:1]:
                    _put(element, name, text)


def _type(root: etree._Element, given: Json) -> None:
    types = given.get("types")
    told: Json = types if isinstance(types, Mapping) else {}
    general = "".join(_texts(told.get("resourceTypeGeneral"))[:1])
    words = "".join(_texts(told.get("resourceType"))[:1])
    if general or words:
        _put(root, "resourceType", words, resourceTypeGeneral=general)


def _related(root: etree._Element, given: Json) -> None:
    for each in _objects(given.get("identifiers")):
        text = "".join(_texts(each.get("identifier") or each.get("Identifier"))[:1])
        kind = "".join(_texts(each.get("identifierType"))[:1])
        if text and kind.upper() != "DOI":
            _put(_list_of(root, "alternateIdentifiers"), "alternateIdentifier", text, alternateIdentifierType=kind)
    for each in _objects(given.get("relatedIdentifiers")):
        for text in _texts(each.get("relatedIdentifier"))[:1]:
            kinds = {name: "".join(_texts(each.get(name))[:1]) for name in ("relatedIdentifierType", "relationType")}
            _put(_list_of(root, "relatedIdentifiers"), "relatedIdentifier", text, **kinds)


def _places(root: etree._Element, given: Json) -> None:
    for each in _objects(given.get("geoLocations")):
        element = _below(_list_of(root, "geoLocations"), "geoLocation")
        for text in _texts(each.get("geoLocationPlace"))[:1]:
            _put(element, "geoLocationPlace", text)
        for name in ("geoLocationPoint", "geoLocationBox"):
            if isinstance(where := each.get(name), Mapping):
                part = _below(element, name)
                for key, value in where.items():
                    for text in _texts(value)[:1]:
                        _put(part, str(key), text)


def _several(root: etree._Element, group: str, one: str, value: object, *, text: str, kind: str) -> None:
    """Put a list of objects, or of plain texts, as elements with the kind of each as attribute."""
    for each in value if isinstance(value, list) else []:
        told = each if isinstance(each, Mapping) else {text: each}
        said = "".join(
            _texts(told.get(kind) or told.get(kind.replace("URI", "Uri")))[:1]
        )  # rightsURI is rightsUri here
        words = "".join(_texts(told.get(text))[:1]) or said
        if words:
            attributes = {kind: said} if kind else {}
            element = _put(_list_of(root, group), one, words, **attributes)
            if language := "".join(_texts(told.get("lang"))[:1]):
                element.set(_LANG, language)


def _list_of(root: etree._Element, name: str) -> etree._Element:
    found = root.find(name)
    return _below(root, name) if found is None else found


def _below(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, name)


def _put(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    element = _below(parent, name)
    element.text = "".join(filter(_is_xml, text))
    for key, value in attributes.items():
        if value:
            element.set(key, "".join(filter(_is_xml, value)))
    return element


def _is_xml(char: str) -> bool:
    """Say whether XML can hold a character (XML 1.0 §2.2)."""
    return char >= " " and char not in "\ufffe\uffff" and not "\ud800" <= char <= "\udfff" or char in "\t\n\r"


def _objects(value: object) -> Iterator[Json]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield each


def _texts(value: object) -> list[str]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, str | int | float):
        return [str(value).strip()] if str(value).strip() else []
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []
