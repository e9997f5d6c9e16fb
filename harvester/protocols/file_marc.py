"""MARC 21 as ISO 2709 and as JSON → MARCXML, record by record; understands no field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from lxml import etree

from harvester.protocols.json_answers import find_text
from harvester.raw import RawRecord, new_raw
from vocabularies import namespaces as ns
from vocabularies.problems import Problem

FORMAT = "marcxml"
_LEADER = re.compile(rb"\d{5}[a-z ][\x20-\x7e]{4}22\d{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}")
_END_OF_RECORD, _END_OF_FIELD, _SUBFIELD = b"\x1d", b"\x1e", b"\x1f"
_ESCAPE = b"\x1b"
_USUAL_SETS = re.compile(rb"\x1b(?:\(B|\)!E|s)")
"""Escapes back to the sets a record begins with: ASCII and ANSEL."""
_LEADER_BYTES, _ENTRY_BYTES = 24, 12
_SINGLE: Mapping[int, str] = (
    dict(zip(range(0xA1, 0xB0), "ŁØĐÞÆŒʹ·♭®±ƠƯʼ\ufffd", strict=True))
    | dict(zip(range(0xB0, 0xBE), "ʻłøđþæœʺı£ððơư", strict=True))
    | dict(zip(range(0xC0, 0xC9), "°ℓ℗©♯¿¡ß€", strict=True))
)
_ABOVE = (0x309, 0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x30C, 0x30A, 0xFE20, 0xFE21, 0x315, 0x30B,
          0x310, 0x327, 0x328, 0x323, 0x324, 0x325, 0x333, 0x332, 0x326, 0x31C, 0x32E, 0xFE22, 0xFE23)  # fmt: skip
_COMBINING: Mapping[int, str] = {0xE0 + at: chr(code) for at, code in enumerate(_ABOVE)} | {0xFE: "\u0313"}
"""ANSEL, the usual second half of MARC-8 (Library of Congress, code tables): marks stand before their letter."""


class Unreadable(ValueError):
    """A record cannot be read; the text says why."""


def is_iso2709(body: bytes) -> bool:
    """Tell whether a file begins with a leader of MARC and holds ends of fields."""
    return _LEADER.match(body) is not None and _END_OF_FIELD in body[:100_000]


def is_marc_json(given: Mapping[str, object]) -> bool:
    """Tell MARC-in-JSON: a leader and a list of fields by tag."""
    return isinstance(given.get("leader"), str) and isinstance(given.get("fields"), list)


def cut_iso2709(body: bytes, *, url: str) -> Iterator[RawRecord | Problem]:
    """Give each record as MARCXML; one that cannot be read is a problem and costs no other (ISO 2709 §4)."""
    parts = [part.lstrip(b"\r\n\x00 \x1a") for part in body.split(_END_OF_RECORD)]
    for number, part in enumerate(filter(None, parts), 1):
        try:
            yield _to_raw(_parse(part), f"{url}#{number}")
        except (Unreadable, ValueError) as error:
            yield Problem("ENCODING", "error", "", f"record {number}: {error}"[:500], {"encoding": "MARC-8"})


def from_json(given: Mapping[str, object], *, url: str) -> RawRecord:
    """Give a record of MARC-in-JSON as MARCXML; what is no field is left out."""
    record = _begin(str(given["leader"]))
    fields = given["fields"]
    for each in fields if isinstance(fields, list) else []:
        for tag, value in each.items() if isinstance(each, Mapping) else ():
            if isinstance(value, str):
                _control(record, str(tag), value)
            elif isinstance(value, Mapping):
                pairs = [
                    pair for part in value.get("subfields") or () if isinstance(part, Mapping) for pair in part.items()
                ]
                marks = f"{value.get('ind1') or ' '}{value.get('ind2') or ' '}"
                _data(record, str(tag), marks, [(str(code), str(text)) for code, text in pairs])
    return _to_raw(record, url)


def _parse(part: bytes) -> etree._Element:
    if len(part) < _LEADER_BYTES or not part[12:17].isdigit():
        raise Unreadable("it has no leader")
    begin = int(part[12:17])
    directory = part[_LEADER_BYTES : begin - 1]
    is_utf8 = part[9:10] == b"a"
    record = _begin(part[:_LEADER_BYTES].decode("ascii", "replace"))
    for at in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        entry = directory[at : at + _ENTRY_BYTES]
        if not entry[3:].isdigit():
            raise Unreadable("its directory is no list of numbers")
        start = begin + int(entry[7:])
        value = part[start : start + int(entry[3:7])].rstrip(_END_OF_FIELD)
        _field(record, entry[:3].decode("ascii", "replace"), value, is_utf8)
    return record


def _field(record: etree._Element, tag: str, value: bytes, is_utf8: bool) -> None:
    if tag.startswith("00"):
        _control(record, tag, _decode(value, is_utf8))
        return
    marks, *parts = value.split(_SUBFIELD)
    pairs = [(chr(part[0]), _decode(part[1:], is_utf8)) for part in parts if part]
    _data(record, tag, marks.decode("ascii", "replace"), pairs)


def _decode(value: bytes, is_utf8: bool) -> str:
    if not is_utf8:
        value = _USUAL_SETS.sub(b"", value)
        if _ESCAPE in value:
            raise Unreadable("a script beyond Latin in MARC-8; ask for UTF-8 or MARCXML")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_utf8:
            raise Unreadable("letters that are not UTF-8, though its leader says so") from error
    return _from_ansel(value)


def _from_ansel(value: bytes) -> str:
    text, waiting = "", ""
    for code in value:
        if mark := _COMBINING.get(code):
            waiting += mark
            continue
        letter = chr(code) if code < 0x80 else _SINGLE.get(code, "\ufffd")
        if letter == "\ufffd":
            raise Unreadable(f"a letter that MARC-8 does not know: {code:#x}")
        text, waiting = text + letter + waiting, ""
    return unicodedata.normalize("NFC", text)


def _begin(leader: str) -> etree._Element:
    record = etree.Element(f"{{{ns.MARC}}}record", nsmap={None: ns.MARC})
    etree.SubElement(record, f"{{{ns.MARC}}}leader").text = _legal(leader)
    return record


def _control(record: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(record, f"{{{ns.MARC}}}controlfield", tag=_legal(tag)).text = _legal(text)


def _data(record: etree._Element, tag: str, marks: str, pairs: list[tuple[str, str]]) -> None:
    two = f"{_legal(marks)}  "
    field = etree.SubElement(record, f"{{{ns.MARC}}}datafield", tag=_legal(tag), ind1=two[0], ind2=two[1])
    for code, text in pairs:
        etree.SubElement(field, f"{{{ns.MARC}}}subfield", code=_legal(code)).text = _legal(text)


def _legal(text: str) -> str:
    return "".join(
        char for char in text if char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"
    )


def _to_raw(record: etree._Element, place: str) -> RawRecord:
    own = next((each.text for each in record if each.get("tag") == "001"), None)
    return new_raw(find_text((own or "").strip()) or place, etree.tostring(record, encoding="utf-8"), format=FORMAT)
