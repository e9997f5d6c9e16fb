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

from harvester.crosswalks.source_paths import Steps, attributes_of, json_places, triple_places, xml_path
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
_LAST_DIGIT = re.compile(r"\d(?=\D*\Z)")
_OTHER_WORDS = ("fr", "sw", "service", "Zzyzx 9")
"""Two languages, a type, and nothing anybody knows."""


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
        return payload, _triple_leaves(payload.decode().splitlines())
    return body, _xml_leaves(form, etree.fromstring(body, etree.XMLParser(remove_comments=True)))


def other_texts(text: str) -> tuple[str, ...]:
    """Give texts to stand in the place of one: nearly the same, a language, and nothing anybody knows."""
    before, after = (
        _LAST_DIGIT.sub(lambda found, step=step: str((int(found[0]) + step) % 10), text) for step in (-1, 1)
    )
    longer = f"{text}e"
    return tuple(each for each in (before, after, longer, *_OTHER_WORDS) if each != text)


def _json_leaves(document: Any) -> Iterator[Leaf]:
    for steps, path in list(json_places(document)):
        if path == "@context" or path.endswith("].key") or path.startswith("map."):
            continue
        others = tuple(_with(document, steps, other) for other in _other_values(_at(document, steps)))
        yield Leaf(path, _without(document, steps), others)


def _other_values(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1,)
    return other_texts(value) if isinstance(value, str) else ()


def _at(document: Any, steps: Steps) -> Any:
    for step in steps:
        document = document[step]
    return document


def _with(document: Any, steps: Steps, value: Any) -> bytes:
    changed = copy.deepcopy(document)
    _at(changed, steps[:-1])[steps[-1]] = value
    return json.dumps(changed).encode()


def _without(document: Any, steps: Steps) -> bytes:
    changed = copy.deepcopy(document)
    del _at(changed, steps[:-1])[steps[-1]]
    return json.dumps(changed).encode()


def _xml_leaves(form: str, root: etree._Element) -> Iterator[Leaf]:
    for element in root.iter(etree.Element):
        path = xml_path(form, element)
        for name, label in attributes_of(element).items():
            value = element.attrib[name]
            others = [_with_attribute(root, element, name, other) for other in other_texts(value)]
            del element.attrib[name]
            yield Leaf(f"{path}/@{label}", etree.tostring(root), tuple(others))
            element.set(name, value)
        if len(element) == 0 and (text := element.text or "").strip():
            others = [_with_text(root, element, other) for other in other_texts(text)]
            yield Leaf(path, _with_text(root, element, None), tuple(others))


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


def _payload(turtle: bytes) -> bytes:
    with RdfReader() as reader:
        entries = to_document(reader.read(turtle, "turtle", url="https://peat.example/"), "example").entries
        return next(entry.payload for entry in entries if isinstance(entry, RawRecord))


def _triple_leaves(lines: list[str]) -> Iterator[Leaf]:
    for line, path, value in triple_places(sorted(lines, key=lambda each: each.partition(" ")[2])):
        others = [line.replace(value, other) for other in _other_terms(value)]
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
