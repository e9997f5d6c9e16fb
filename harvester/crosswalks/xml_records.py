"""What the crosswalks of library and data formats in XML share: opening the bytes, texts by path, the rest. Pure."""

from __future__ import annotations

from collections.abc import Callable, Set

from lxml import etree
from pydantic import ValidationError

from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.iso_elements import find_all
from harvester.raw import RawRecord
from harvester.xml import local_name, parse_fragment
from vocabularies.formats.native import Parsed
from vocabularies.problems import problem
from vocabularies.record import Record

MAX_TEXTS = 500
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PRIVATE = frozenset({
    "electronicMailAddress", "phone", "address", "email", "deliveryPoint", "postalCode", "addressLine", "voice",
})  # fmt: skip
"""Of persons, and nobody agreed to publish it; it stays in the raw bytes."""


def read_xml(raw: RawRecord, root_name: str, make: Callable[[etree._Element], Record]) -> Parsed:
    """Give the record made of the first element of that local name, or the problem that stands in the way.

    The element may be wrapped (``oai_datacite``, ``modsCollection``). Its namespace is not looked at: versions differ
    in it and many sources get it wrong.
    """
    try:
        found = find_root(parse_fragment(raw.payload), root_name)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return Parsed(None, (problem("XML_SYNTAX", "", str(error.msg), line=str(line), column=str(column)),))
    if isinstance(found, str):
        told = f"expected an element “{root_name}” and found “{found[:80]}”"
        return Parsed(None, (problem("CROSSWALK_FAILED", "", told),))
    try:
        return Parsed(make(found))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def find_root(root: etree._Element, name: str) -> etree._Element | str:
    """Give the first element of a local name at the root or below it, or the root's name where there is none."""
    return next((each for each in root.iter("{*}" + name)), local_name(root))


def text_of(element: etree._Element | None) -> str:
    """Give all text of an element as one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def language_at(element: etree._Element) -> str | None:
    """Give the language stated on the element or on what holds it."""
    for each in (element, *element.iterancestors()):
        if stated := each.get(XML_LANG) or each.get("lang"):
            return stated
    return None


def values_at(root: etree._Element, path: str) -> list[Value]:
    """Give the texts at a path of local names with their languages, without the empty ones, each once."""
    found = [(text_of(each), language_at(each)) for each in find_all(root, path)]
    return list(dict.fromkeys(value for value in found if value[0]))


def texts_at(root: etree._Element, *paths: str) -> list[str]:
    """Give the texts at paths of local names, without the empty ones, each once."""
    return list(dict.fromkeys(text for path in paths for each in find_all(root, path) if (text := text_of(each))))


def to_rest(root: etree._Element, mapped: Set[str]) -> dict[str, list[str]]:
    """Give the leaf texts below the paths that are not mapped, by path; no address or number of a person."""
    rest: dict[str, list[str]] = {}
    count = 0
    stack = [(child, local_name(child)) for child in reversed(root)]
    while stack and count < MAX_TEXTS:
        here, path = stack.pop()
        name = path.rpartition("/")[2]
        if not name or path in mapped or name in _PRIVATE:
            continue
        children = [child for child in here if isinstance(child.tag, str)]
        text = " ".join((here.text or "").split())
        if text and text not in rest.setdefault(path, []):
            rest[path].append(text)
            count += 1
        stack += [(child, f"{path}/{local_name(child)}") for child in reversed(children)]
    return {path: texts for path, texts in rest.items() if texts}
