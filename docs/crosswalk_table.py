"""Writes docs/guides/crosswalks.md: which place of a source's record fills which field, found by leaving it out.

Every example in docs/crosswalks is read once whole and once without each of its values. What changes in the record is
what that value feeds, so that the tables say what the crosswalks do.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from harvester.crosswalks import CROSSWALKS, Context
from harvester.protocols.dcat_records import to_document
from harvester.raw import RawRecord, new_raw
from harvester.rdf.reading import RdfReader
from vocabularies.formats.native import dump_native

EXAMPLES = Path(__file__).resolve().parent / "crosswalks"
NAMES: Mapping[str, str] = {
    "oai_dc": "Dublin Core (OAI-PMH)", "dcat": "DCAT and DCAT-AP", "dcat_us": "DCAT-US (data.json)",
    "schema_org": "schema.org", "ckan": "CKAN", "iso19139": "ISO 19139", "datacite": "DataCite", "mods": "MODS",
    "marcxml": "MARCXML", "eml": "EML", "cbd_index": "CBD index", "informea_decision": "InforMEA decisions",
    "bioland": "Bioland",
}  # fmt: skip
INTRODUCTION = """\
# Crosswalks: which source path fills which field

Each table belongs to one format. The left column is a place in the source's record, the right one the fields of ours
that what stands there fills: those of [columns](columns.md), as a record's JSON names them. The tables are made by
reading an example of `docs/crosswalks` once whole and once without each of its values.

- **kept** is what has no field of its own; it stays with the record, word for word, under `extra`.
- **language of texts** is what says in which language other texts are.
- What changes nothing by itself stands below the table: another value says the same or goes before it, or it is left
  behind on purpose, as the addresses of people are.
"""
_IDENTIFIERS: Mapping[str, str] = {
    "oai_dc": "oai:peat.example:1", "cbd_index": "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
    "informea_decision": "Decisions/sc-3-7",
}  # fmt: skip
_KINDS = (
    "tag", "code", "type", "titleType", "dateType", "contributorType", "descriptionType", "relationType", "function",
    "{http://www.w3.org/XML/1998/namespace}lang",
)  # fmt: skip
"""Attributes that say what kind an element is of: part of its path, not values."""
_UNSAID = frozenset({"id", "provenance", "schemaVersion"})
_FORM = frozenset({"ind1", "ind2", "identifierType", "scope"})
"""Attributes of form, which say nothing of the thing."""
_DEEPER = frozenset({"dates", "details", "temporal", "access"})
_TAGS = frozenset({"en", "fr", "sw", "und"})
_TRIPLE = re.compile(r"(\S+) <([^>]+)> (.+) \.\Z")
Fields = dict[str, Any]
Leaves = Iterator[tuple[str, bytes]]
"""The path of each value of an example, and the example without it."""


def page() -> str:
    """Give the page with a table for every example."""
    parts = [INTRODUCTION]
    for form, name in NAMES.items():
        parts.append(f"## {name}\n\nFormat `{form}`.\n\n" + "\n".join(table(form)) + "\n")
    missing = [f"`{form}`" for form in CROSSWALKS if form not in NAMES]
    parts.append(f"## Without a table\n\nFormats that are read and have no example yet: {', '.join(missing)}.\n")
    return "\n".join(parts)


def table(form: str) -> Iterator[str]:
    """Give the lines of one format's table."""
    found = fed_by(form)
    yield "| source path | field |"
    yield "|---|---|"
    for path, fields in found.items():
        if fields:
            yield f"| `{path}` | {', '.join(sorted(fields))} |"
    silent = ", ".join(f"`{path}`" for path, fields in found.items() if not fields)
    if silent:
        yield from ("", f"Nothing by itself: {silent}.")


def fed_by(form: str) -> dict[str, list[str]]:
    """Give the fields each path of a format's example feeds, in the example's order."""
    example, leaves = load_example(form)
    whole = read(form, example)
    found: dict[str, list[str]] = {}
    for path, without in leaves:
        fields = found.setdefault(path, [])
        fields += [name for name in differences(whole, read(form, without)) if name not in fields]
    return found


def load_example(form: str) -> tuple[bytes, Leaves]:
    """Give a format's example as a protocol would hand it over, and how it looks without each of its values."""
    path = next(EXAMPLES.glob(f"{form}.*"))
    body = path.read_bytes()
    if path.suffix == ".json":
        return body, _json_leaves(json.loads(body))
    if path.suffix == ".ttl":
        payload = _payload(body)
        return payload, _triple_leaves(payload)
    return body, _xml_leaves(etree.fromstring(body), classes=form != "iso19139")


def read(form: str, payload: bytes) -> Fields:
    """Give the fields of the record a payload becomes; none where it becomes none."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    context = Context("example", "Example", "https://peat.example/", None, None, now)
    record = CROSSWALKS[form](new_raw(_IDENTIFIERS.get(form, "1"), payload, format=form), context).record
    found: Fields = {}
    for name, value in json.loads(dump_native(record)).items() if record else ():
        if name in _DEEPER and isinstance(value, dict):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        elif name not in _UNSAID:
            found[name] = value
    return found


def differences(whole: Fields, without: Fields) -> list[str]:
    """Give the names of the fields that differ; texts that only lost their language are told together.

    With another type a record has other details, which the type alone stands for.
    """
    if whole.get("type") != without.get("type"):
        return ["`type`"]
    found: list[str] = []
    for name in sorted(whole.keys() | without.keys()):
        before, after = whole.get(name), without.get(name)
        if before == after:
            continue
        if name == "extra":
            found.append("kept")
        elif _without_tags(before) == _without_tags(after):
            found.append("language of texts")
        else:
            found.append(f"`{name}`")
    return list(dict.fromkeys(found))


def _without_tags(value: Any) -> Any:
    if isinstance(value, dict):
        if value and value.keys() <= _TAGS:
            return sorted(value.values())
        return {name: _without_tags(each) for name, each in value.items() if name != "language"}
    return [_without_tags(each) for each in value] if isinstance(value, list) else value


def _json_leaves(document: Any) -> Leaves:
    for steps in list(_steps(document, ())):
        changed = copy.deepcopy(document)
        holder = changed
        for step in steps[:-1]:
            holder = holder[step]
        del holder[steps[-1]]
        path = _json_path(document, steps)
        if path not in ("@context", "languages[]") and not path.endswith("].key"):
            yield path, json.dumps(changed).encode()


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


def _xml_leaves(root: etree._Element, *, classes: bool) -> Leaves:
    for element in [each for each in root.iter() if isinstance(each.tag, str)]:
        path = _xml_path(element, classes)
        for name, value in list(element.attrib.items()):
            if name not in _FORM and (name not in _KINDS or name.endswith("lang")):
                label = "xml:lang" if name.endswith("}lang") else etree.QName(name).localname
                del element.attrib[name]
                yield f"{path}/@{label}", etree.tostring(root)
                element.set(name, value)
        if len(element) == 0 and (element.text or "").strip():
            text, element.text = element.text, None
            yield path, etree.tostring(root)
            element.text = text


def _xml_path(element: etree._Element, classes: bool) -> str:
    steps = []
    for each in (*reversed(list(element.iterancestors())), element):
        name = etree.QName(each).localname
        if classes or not name[0].isupper():
            kind = next((each.get(kind) for kind in _KINDS[:-1] if each.get(kind)), None)
            steps.append(f"{name}[{kind}]" if kind else name)
    return "/".join(steps[1:] if len(steps) > 1 and classes else steps) or etree.QName(element).localname


def _payload(turtle: bytes) -> bytes:
    with RdfReader() as reader:
        entries = to_document(reader.read(turtle, "turtle", url="https://peat.example/"), "example").entries
        return next(entry.payload for entry in entries if isinstance(entry, RawRecord))


def _triple_leaves(payload: bytes) -> Leaves:
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
        yield path, "\n".join(each for each in lines if each != line).encode()


def _short(predicate: str) -> str:
    prefixes = {"http://www.w3.org/ns/dcat#": "dcat", "http://purl.org/dc/terms/": "dct"}
    prefixes |= {"http://xmlns.com/foaf/0.1/": "foaf", "http://www.w3.org/2006/vcard/ns#": "vcard"}
    prefixes |= {"http://www.w3.org/2004/02/skos/core#": "skos", "http://www.w3.org/ns/adms#": "adms"}
    prefixes |= {"http://www.w3.org/2002/07/owl#": "owl"}
    start, name = re.fullmatch(r"(.*[/#])([^/#]+)", predicate).groups()  # type: ignore[union-attr]
    return f"{prefixes.get(start, start)}:{name}"
