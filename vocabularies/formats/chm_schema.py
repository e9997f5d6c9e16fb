"""The XML Schema of the federation's own XML, made from the models themselves, so that it cannot differ from them."""

from __future__ import annotations

from functools import cache

from vocabularies import namespaces as ns
from vocabularies.formats.chm_xml import details_type
from vocabularies.formats.record_shape import Property, record_shape, shape_of
from vocabularies.record import RECORD_CLASSES, RECORD_TYPES, Part

_SIMPLE = {"integer": "xs:integer", "number": "xs:double", "boolean": "xs:boolean", "instant": "xs:dateTime"}
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{ns.CHM}" targetNamespace="{ns.CHM}"\
 elementFormDefault="qualified" version="1">
<xs:annotation><xs:documentation xml:lang="en">One record of the CHM federation. Elements bear the names of the JSON\
 properties; a text in several languages is repeated with xml:lang; extra and fieldMap hold JSON.</xs:documentation>\
</xs:annotation>
<xs:element name="record" type="Record"/>
<xs:complexType name="LanguageText"><xs:simpleContent><xs:extension base="xs:string">\
<xs:anyAttribute namespace="{ns.XML}" processContents="lax"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Details" abstract="true"><xs:sequence/></xs:complexType>
"""


@cache
def chm_xsd() -> bytes:
    """Give the schema document of the namespace ``urn:chm:ns:record:1`` (XML Schema 1.0)."""
    parts: dict[str, type[Part]] = {}
    out = [_HEAD, _record_type(parts)]
    for record_type in RECORD_TYPES:
        out.append(_details(record_type, parts))
    written: set[str] = set()
    while waiting := sorted(set(parts) - written):
        for name in waiting:
            written.add(name)
            out.append(_part(parts[name], parts))
    out.append("</xs:schema>\n")
    return "".join(out).encode()


def _record_type(parts: dict[str, type[Part]]) -> str:
    common = record_shape(RECORD_TYPES[0])
    elements = "".join(_element(known, parts) for name, known in common.items() if name not in ("type", "details"))
    kind = f'<xs:element name="type">{_choice(RECORD_TYPES)}</xs:element>'
    head, middle, tail = elements.partition('<xs:element name="subtype"')
    body = f'{head}{kind}{middle}{tail}<xs:element name="details" type="Details" minOccurs="0"/>'
    return f'<xs:complexType name="Record"><xs:sequence>{body}</xs:sequence></xs:complexType>\n'


def _details(record_type: str, parts: dict[str, type[Part]]) -> str:
    part = shape_of(RECORD_CLASSES[record_type])["details"].part
    elements = "".join(_element(known, parts) for known in shape_of(part).values()) if part else ""
    content = f'<xs:extension base="Details"><xs:sequence>{elements}</xs:sequence></xs:extension>'
    name = details_type(record_type)
    return f'<xs:complexType name="{name}"><xs:complexContent>{content}</xs:complexContent></xs:complexType>\n'


def _part(part: type[Part], parts: dict[str, type[Part]]) -> str:
    elements = "".join(_element(known, parts) for known in shape_of(part).values())
    return f'<xs:complexType name="{part.__name__}"><xs:sequence>{elements}</xs:sequence></xs:complexType>\n'


def _element(known: Property, parts: dict[str, type[Part]]) -> str:
    fewest = "" if known.required else ' minOccurs="0"'
    most = ' maxOccurs="unbounded"' if known.repeated or known.kind == "languages" else ""
    if known.kind == "languages":
        return f'<xs:element name="{known.name}" type="LanguageText" minOccurs="0"{most}/>'
    if known.part is not None:
        parts[known.part.__name__] = known.part
        return f'<xs:element name="{known.name}" type="{known.part.__name__}"{fewest}{most}/>'
    if known.choices:
        return f'<xs:element name="{known.name}"{fewest}{most}>{_choice(known.choices)}</xs:element>'
    return f'<xs:element name="{known.name}" type="{_SIMPLE.get(known.kind, "xs:string")}"{fewest}{most}/>'


def _choice(values: tuple[str, ...]) -> str:
    listed = "".join(f'<xs:enumeration value="{value}"/>' for value in values)
    return f'<xs:simpleType><xs:restriction base="xs:string">{listed}</xs:restriction></xs:simpleType>'
