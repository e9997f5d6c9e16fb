"""The examples of docs/crosswalks as protocols hand them over, and how each looks with one value gone or another.

Knows how sources' records are written, not what becomes of them.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from harvester.fetch import Response
from harvester.protocols.dcat_records import to_document
from harvester.protocols.feed_entries import parse_feed
from harvester.raw import RawRecord, new_raw
from harvester.rdf.reading import RdfReader

EXAMPLES = Path(__file__).resolve().parent / "crosswalks"
_IDENTIFIERS: Mapping[str, str] = {
    "oai_dc": "oai:peat.example:1", "cbd_index": "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
    "cbd_document": "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "informea_decision": "Decisions/sc-3-7",
    "informea_meeting": "Meetings/m-1", "informea_report": "NationalPlans/p-1", "informea_profile": "CountryProfiles/1",
    "informea_contact": "Contacts/1", "informea_site": "Sites/7", "informea_document": "Documents/1",
    "informea_treaty": "Treaties/ramsar", "ogc_record": "peat/cores-1", "protected_area": "7",
    "panorama_solution": "7", "gbif_dataset": "38f06820-08c5-42b2-94f6-47cc3e83a54a",
}  # fmt: skip
_KINDS = (
    "tag", "code", "type", "titleType", "dateType", "contributorType", "descriptionType", "relationType", "function",
)  # fmt: skip
"""Attributes that say what kind an element is of: part of its path, not values."""
_WITH_MEDIA_TYPE = frozenset({"link", "enclosure", "content"})
"""Elements of feeds, whose type is a media type."""
_FORM = frozenset({"ind1", "ind2", "identifierType", "scope", "version", "isPermaLink", "dspaceType"})
"""Attributes of form, which say nothing of the thing."""
_WITH_CLASSES = frozenset({"iso19139", "iso19115_3", "dcat_rdf"})
"""Formats whose elements are classes and properties in turn."""
_LAST_DIGIT = re.compile(r"\d(?=\D*\Z)")
_OTHER_WORDS = ("fr", "sw", "service", "Zzyzx 9")
"""Two languages, a type, and nothing anybody knows."""
_TRIPLE = re.compile(r"(\S+) <([^>]+)> (.+) \.\Z")
_PREFIXES: Mapping[str, str] = {
    "http://www.w3.org/ns/dcat#": "dcat", "http://purl.org/dc/terms/": "dct", "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2006/vcard/ns#": "vcard", "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/ns/adms#": "adms", "http://www.w3.org/2002/07/owl#": "owl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of an example: its path, the example without it, and the example with other values in its place."""

    path: str
    without: bytes
    others: tuple[bytes, ...]


def example_names(form: str) -> list[Path]:
    """Give the example files of a format: ``eml.xml``, or one for each kind, ``cbd_document.measure.json``."""
    return sorted(EXAMPLES.glob(f"{form}.*"))


def to_raw(form: str, body: bytes) -> RawRecord:
    """Give the raw record that the protocol of a format makes of the bytes of its example."""
    if form == "feed_entry":
        return parse_feed(Response(200, {}, body, "https://mires.example/feed")).records[0]
    return new_raw(_IDENTIFIERS.get(form, "1"), body, format=form)


def load_example(form: str, path: Path) -> tuple[bytes, Iterator[Leaf]]:
    """Give an example and its leaves; Turtle is read into the triples a record's payload is."""
    body = path.read_bytes()
    if path.suffix == ".json":
        return body, _json_leaves(json.loads(body))
    if path.suffix == ".ttl":
        payload = _payload(body)
        return payload, _triple_leaves(payload)
    root = etree.fromstring(body, etree.XMLParser(remove_comments=True))
    return body, _xml_leaves(root, classes=form not in _WITH_CLASSES)


def other_texts(text: str) -> tuple[str, ...]:
    """Give texts to stand in the place of one: nearly the same, a language, and nothing anybody knows."""
    before, after = (
        _LAST_DIGIT.sub(lambda found, step=step: str((int(found[0]) + step) % 10), text) for step in (-1, 1)
    )
    longer = f"{text}e"
    return tuple(each for each in (before, after, longer, *_OTHER_WORDS) if each != text)


def _json_leaves(document: Any) -> Iterator[Leaf]:
    for steps in list(_steps(document, ())):
        path = _json_path(document, steps)
        if path == "@context" or path.endswith("].key") or path.startswith("map."):
            continue
        path = re.sub(r"\A(document|row)\.", "", path)
        value = _at(document, steps)
        others = tuple(_with(document, steps, other) for other in _other_values(value))
        yield Leaf(path, _without(document, steps), others)


def _other_values(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1,)
    return other_texts(value) if isinstance(value, str) else ()


def _at(document: Any, steps: tuple[Any, ...]) -> Any:
    for step in steps:
        document = document[step]
    return document


def _with(document: Any, steps: tuple[Any, ...], value: Any) -> bytes:
    changed = copy.deepcopy(document)
    _at(changed, steps[:-1])[steps[-1]] = value
    return json.dumps(changed).encode()


def _without(document: Any, steps: tuple[Any, ...]) -> bytes:
    changed = copy.deepcopy(document)
    del _at(changed, steps[:-1])[steps[-1]]
    return json.dumps(changed).encode()


def _steps(value: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield above
        return
    for key, each in inner:
        yield from _steps(each, (*above, key))


def _json_path(document: Any, steps: tuple[Any, ...]) -> str:
    path, here = "", document
    for step in steps:
        here = here[step]
        if isinstance(step, int):
            path += f"[{here['key']}]" if isinstance(here, dict) and "key" in here else "[]"
        else:
            path += f".{step}" if path else step
    return path


def _xml_leaves(root: etree._Element, *, classes: bool) -> Iterator[Leaf]:
    for element in [each for each in root.iter() if isinstance(each.tag, str)]:
        path = _xml_path(element, classes)
        for name, value in list(element.attrib.items()):
            label = "xml:lang" if name.endswith("}lang") else etree.QName(name).localname
            if name in _FORM or name in _kinds_of(element):
                continue
            others = [_with_attribute(root, element, name, other) for other in other_texts(value)]
            del element.attrib[name]
            yield Leaf(f"{path}/@{label}", etree.tostring(root), tuple(others))
            element.set(name, value)
        if len(element) == 0 and (text := element.text or "").strip():
            others = [_with_text(root, element, other) for other in other_texts(text)]
            without = _with_text(root, element, None)
            element.text = text
            yield Leaf(path, without, tuple(others))


def _with_attribute(root: etree._Element, element: etree._Element, name: str, value: str) -> bytes:
    before = element.attrib[name]
    element.set(name, value)
    changed = etree.tostring(root)
    element.set(name, before)
    return changed


def _with_text(root: etree._Element, element: etree._Element, text: str | None) -> bytes:
    before, element.text = element.text, text
    changed = etree.tostring(root)
    element.text = before
    return changed


def _kinds_of(element: etree._Element) -> tuple[str, ...]:
    """Give the attributes that say what kind an element is of, those that say more than one of them together."""
    if element.get("element"):  # of DSpace: <field mdschema="dc" element="title" qualifier="alternative">
        return ("mdschema", "element", "qualifier")
    return ("rel",) if etree.QName(element).localname in _WITH_MEDIA_TYPE else _KINDS


def _kind_of(element: etree._Element) -> str:
    names = _kinds_of(element)
    said = [value for name in names if (value := element.get(name))]
    return ".".join(said) if "mdschema" in names else next(iter(said), "")


def _xml_path(element: etree._Element, classes: bool) -> str:
    """Give the path below the root; of ISO metadata and RDF without the classes that stand between the properties."""
    steps = []
    for each in (*reversed(list(element.iterancestors())), element):
        name = etree.QName(each).localname
        if classes or not name[0].isupper():
            kind = _kind_of(each) if classes else ""
            steps.append(f"{name}[{kind}]" if kind else name)
    return "/".join(steps[1:] if len(steps) > 1 and classes else steps) or etree.QName(element).localname


def _payload(turtle: bytes) -> bytes:
    with RdfReader() as reader:
        entries = to_document(reader.read(turtle, "turtle", url="https://peat.example/"), "example").entries
        return next(entry.payload for entry in entries if isinstance(entry, RawRecord))


def _triple_leaves(payload: bytes) -> Iterator[Leaf]:
    lines = payload.decode().splitlines()
    triples = [found.groups() for line in lines if (found := _TRIPLE.match(line))]
    above = {value: (subject, predicate) for subject, predicate, value in triples}
    for line in sorted(lines, key=lambda each: each.partition(" ")[2]):
        found = _TRIPLE.match(line)
        if found is None or found[2].endswith("#type") or any(found[3] == subject for subject, _, _ in triples):
            continue
        path, node = _short(found[2]), found[1]
        while node in above:
            node, predicate = above[node]
            path = f"{_short(predicate)}/{path}"
        others = [line.replace(found[3], other) for other in _other_terms(found[3])]
        yield Leaf(path, _lines(lines, line, None), tuple(_lines(lines, line, other) for other in others))


def _other_terms(term: str) -> Iterator[str]:
    """Give RDF terms of the same kind: another address, a literal with another text or another language."""
    literal = re.fullmatch(r'"(.*)"(@\S+|\^\^\S+)?', term)
    if literal is None:
        yield f"{term[:-1]}x>"
        return
    text, said = literal[1], literal[2] or ""
    yield from (f'"{other}"{said}' for other in other_texts(text))
    if said.startswith("@"):
        yield f'"{text}"@sw'


def _lines(lines: list[str], line: str, instead: str | None) -> bytes:
    changed = [instead if each == line else each for each in lines]
    return "\n".join(each for each in changed if each is not None).encode()


def _short(predicate: str) -> str:
    start, name = re.fullmatch(r"(.*[/#])([^/#]+)", predicate).groups()  # type: ignore[union-attr]
    return f"{_PREFIXES.get(start, start)}:{name}"
