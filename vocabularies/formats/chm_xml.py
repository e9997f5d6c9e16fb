"""Record ↔ the federation's own XML (metadataPrefix ``chm``): an element a property, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree
from pydantic import JsonValue

from vocabularies import namespaces as ns
from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.markup import xml_text
from vocabularies.formats.native import Parsed, parse_native_object
from vocabularies.formats.record_shape import Property, record_shape, shape_of
from vocabularies.problems import problem
from vocabularies.record import RECORD_CLASSES, Record

_LANGUAGE = f"{{{ns.XML}}}lang"
_HEAD = f'<record xmlns="{ns.CHM}" xmlns:xsi="{ns.XSI}">'

Shape = Mapping[str, Property]


def render(record: Record, address: Address) -> bytes:
    """Write the record as one ``record`` element; ``parse_chm`` gives it back as it was."""
    values = to_public(record).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    out = [_HEAD]
    _write(out, values, record_shape(record.type), record.type)
    out.append("</record>")
    return "".join(out).encode()


def details_type(record_type: str) -> str:
    """Give the name of the schema type that describes the details of a record type."""
    return f"{record_type[0].upper()}{record_type[1:]}Details"


def _write(out: list[str], values: Mapping[str, Any], shape: Shape, record_type: str = "") -> None:
    for name, value in values.items():
        known = shape[name]
        if known.kind == "text" and not known.repeated:
            if value is not None:
                out.append(f"<{name}>{xml_text(value)}</{name}>")
            continue
        for member in value if known.repeated else (value,):
            _write_one(out, member, known, record_type)


def _write_one(out: list[str], value: Any, known: Property, record_type: str) -> None:
    name = known.name
    if known.kind == "languages":
        out += [f'<{name} xml:lang="{tag}">{xml_text(text)}</{name}>' for tag, text in value.items()]
    elif known.part is not None:
        named = f' xsi:type="{details_type(record_type)}"' if record_type and name == "details" else ""
        out.append(f"<{name}{named}>")
        _write(out, value, shape_of(known.part))
        out.append(f"</{name}>")
    elif known.kind == "json":
        out.append(f"<{name}>{xml_text(json.dumps(value, separators=(',', ':')))}</{name}>")
    elif value is not None:
        text = value if isinstance(value, str) else json.dumps(value)
        out.append(f"<{name}>{xml_text(text)}</{name}>")


def parse_chm(payload: bytes) -> Parsed:
    """Read one ``record`` element; what is wrong with it comes back as Problems, never as an exception.

    Entities, document types and documents beyond libxml2's usual limits are refused.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return _syntax_problem(error.msg or "", line, column)
    if root.getroottree().docinfo.doctype:
        return _syntax_problem("<!DOCTYPE>", 1, 1)
    return to_record(root)


def to_record(root: etree._Element) -> Parsed:
    """Give the record a parsed ``record`` element holds."""
    if root.tag != f"{{{ns.CHM}}}record":
        return _syntax_problem(str(root.tag), root.sourceline or 1, 1)
    record_type = (root.findtext(f"{{{ns.CHM}}}type") or "").strip()
    known = record_type if record_type in RECORD_CLASSES else "resource"
    return parse_native_object(_read(root, record_shape(known)))


def _syntax_problem(value: str, line: int, column: int) -> Parsed:
    return Parsed(None, (problem("XML_SYNTAX", "", value[:200], line=str(line), column=str(column)),))


def _read(element: etree._Element, shape: Shape) -> dict[str, JsonValue]:
    values: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        known = shape.get(name)
        if known is None:
            _add_unknown(values, name, child)
        elif known.kind == "languages":
            values.setdefault(name, {})[child.get(_LANGUAGE, "und")] = child.text or ""
        elif known.repeated:
            values.setdefault(name, []).append(_value(child, known))
        else:
            values[name] = _value(child, known)
    return values


def _value(element: etree._Element, known: Property) -> JsonValue:
    if known.part is not None:
        shape = shape_of(known.part)
        empty: dict[str, JsonValue] = {
            name: {} for name, inner in shape.items() if inner.required and inner.kind == "languages"
        }
        return {**empty, **_read(element, shape)}
    text = element.text or ""
    if known.kind in ("text", "instant"):
        return text
    try:
        parsed: JsonValue = json.loads(text)
    except ValueError:
        return text
    return parsed


def _add_unknown(values: dict[str, Any], name: str, element: etree._Element) -> None:
    """Keep an element a later version of the format added, so that the reader can say so and nothing is lost."""
    text: JsonValue = _read(element, {}) if len(element) else element.text or ""
    if name in values:
        held = values[name]
        values[name] = [*held, text] if isinstance(held, list) else [held, text]
    else:
        values[name] = text
