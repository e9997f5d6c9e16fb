"""Where in a source's record its values stand, as paths people can read: of JSON, XML and triples. Pure.

The same paths are the left column of docs/guides/crosswalks.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson
from lxml import etree

from harvester.xml import parse_fragment

MAX_BYTES = 1_000_000
MAX_PLACES = 5_000
Steps = tuple[str | int, ...]
"""Keys and positions from the top of a JSON document to one of its values."""
_KINDS = (
    "tag", "code", "type", "titleType", "dateType", "contributorType", "descriptionType", "relationType", "function",
)  # fmt: skip
"""Attributes that say what kind an element is of: part of its path, not values."""
_FORM = frozenset({"ind1", "ind2", "identifierType", "scope", "version", "isPermaLink", "dspaceType"})
"""Attributes of form, which say nothing of the thing."""
_WITH_MEDIA_TYPE = frozenset({"link", "enclosure", "content"})
"""Elements of feeds, whose type is a media type."""
_WITH_CLASSES = frozenset({"iso19139", "iso19115_3", "dcat_rdf"})
"""Formats whose elements are classes and properties in turn."""
_WRAPPED = re.compile(r"\A(?:document|row)\.")
"""What protocols put a document or a row in, beside what else they know of it."""
_TRIPLE = re.compile(r"(\S+) <([^>]+)> (.+) \.\Z")
_NAME = re.compile(r"(.*[/#])([^/#]+)")
_PREFIXES: Mapping[str, str] = {
    "http://www.w3.org/ns/dcat#": "dcat", "http://purl.org/dc/terms/": "dct", "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2006/vcard/ns#": "vcard", "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/ns/adms#": "adms", "http://www.w3.org/2002/07/owl#": "owl",
}  # fmt: skip


def list_places(form: str, payload: bytes) -> list[str]:
    """Give the paths of the values of a payload, each once; none of one that is very large or cannot be read."""
    if len(payload) > MAX_BYTES:
        return []
    try:
        return list(dict.fromkeys(islice(_places(form, payload), MAX_PLACES)))
    except (ValueError, etree.XMLSyntaxError):  # JSON's and Unicode's errors are ValueErrors
        return []


def _places(form: str, payload: bytes) -> Iterator[str]:
    if form == "dcat":
        return (path for _, path, _ in triple_places(payload.decode().splitlines()))
    if payload.lstrip()[:1] in (b"{", b"["):
        return (path for _, path in json_places(orjson.loads(payload)))
    return _xml_places(form, parse_fragment(payload))


def json_places(document: Any) -> Iterator[tuple[Steps, str]]:
    """Give the steps to each value of a JSON document, and its path; members of lists are told by their ``key``."""
    for steps in _steps(document, ()):
        path, here = "", document
        for step in steps:
            here = here[step]
            if isinstance(step, int):
                path += f"[{here['key']}]" if isinstance(here, dict) and "key" in here else "[]"
            else:
                path += f".{step}" if path else step
        yield steps, _WRAPPED.sub("", path)


def _steps(value: Any, above: Steps) -> Iterator[Steps]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield above
        return
    for key, each in inner:
        yield from _steps(each, (*above, key))


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Give the attributes of an element that hold values, by name: the last step of their paths."""
    kinds = _kinds_of(element)
    names = [str(name) for name in element.attrib if name not in _FORM and name not in kinds]
    return {name: "xml:lang" if name.endswith("}lang") else etree.QName(name).localname for name in names}


def xml_path(form: str, element: etree._Element) -> str:
    """Give an element's path below the root; of ISO metadata and RDF without the classes between the properties."""
    classes = form in _WITH_CLASSES
    steps = []
    for each in (*reversed(list(element.iterancestors())), element):
        name = etree.QName(each).localname
        if not classes:
            kind = _kind_of(each)
            steps.append(f"{name}[{kind}]" if kind else name)
        elif not name[0].isupper():
            steps.append(name)
    return "/".join(steps if classes or len(steps) == 1 else steps[1:]) or etree.QName(element).localname


def _xml_places(form: str, root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        path = xml_path(form, element)
        yield from (f"{path}/@{name}" for name in attributes_of(element).values())
        if len(element) == 0 and (element.text or "").strip():
            yield path


def _kinds_of(element: etree._Element) -> tuple[str, ...]:
    """Give the attributes that say what kind an element is of, those that say more than one of them together."""
    if element.get("element"):  # of DSpace: <field mdschema="dc" element="title" qualifier="alternative">
        return ("mdschema", "element", "qualifier")
    return ("rel",) if etree.QName(element).localname in _WITH_MEDIA_TYPE else _KINDS


def _kind_of(element: etree._Element) -> str:
    names = _kinds_of(element)
    said = [value for name in names if (value := element.get(name))]
    return ".".join(said) if "mdschema" in names else next(iter(said), "")


def triple_places(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give each triple that says a value, the path from the thing described to it, and the value as it is written."""
    triples = [(line, *found.groups()) for line in lines if (found := _TRIPLE.match(line))]
    above = {value: (subject, predicate) for _, subject, predicate, value in triples}
    subjects = {subject for _, subject, _, _ in triples}
    for line, subject, predicate, value in triples:
        if predicate.endswith("#type") or value in subjects:
            continue
        path, node, seen = _short(predicate), subject, {subject}
        while node in above and above[node][0] not in seen:
            node, over = above[node]
            seen.add(node)
            path = f"{_short(over)}/{path}"
        yield line, path, value


def _short(predicate: str) -> str:
    found = _NAME.fullmatch(predicate)
    return f"{_PREFIXES.get(found[1], found[1])}:{found[2]}" if found else predicate
