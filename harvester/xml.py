"""The one XML reader of the harvester: no document types, no entities, no network; says what it had to repair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lxml import etree

from harvester.errors import AnswerForbidden, AnswerUnreadable

_HEAD_BYTES = 4096
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BARE_DOCTYPE = re.compile(
    rb"\A(\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--(?:(?!--).)*-->\s*)*)"
    rb"<!DOCTYPE\s+[A-Za-z_][\w.:-]*(?:\s+(?:SYSTEM|PUBLIC)(?:\s+(?:\"[^\"<>]*\"|'[^'<>]*'))*)?\s*>",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>]")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class XmlAnswer:
    """A parsed answer and what had to be done to its bytes before it could be parsed.

    ``lost_letters``: bytes that are not UTF-8 stand as U+FFFD in the tree, so records holding one must not be kept.
    """

    root: etree._Element
    repairs: tuple[str, ...] = ()
    lost_letters: bool = False


def parse_xml(body: bytes, *, url: str, cp1252: bool = False) -> XmlAnswer:
    """Parse an answer strictly; where that fails, again without what XML 1.0 forbids (§2.2), and say so in ``repairs``.

    Repaired are control characters, references to them, bytes that are not UTF-8 and text after the root's end.
    AnswerForbidden for a document type or entity declaration, AnswerUnreadable for anything else that is not XML.
    """
    if not body.strip():
        raise AnswerUnreadable(url=url, reason="it is empty")
    _refuse_declarations(body[:_HEAD_BYTES], url)
    try:
        return XmlAnswer(_parse(body, url))
    except etree.XMLSyntaxError as error:
        first = error
    repaired, repairs, lost = _repair(body, cp1252)
    if repairs:
        try:
            return XmlAnswer(_parse(repaired, url), tuple(repairs), lost)
        except etree.XMLSyntaxError as error:
            first = error
    line, column = first.position
    raise AnswerUnreadable(url=url, reason=f"it stops being XML at line {line}, column {column}: {first.msg}")


def without_bare_doctype(body: bytes) -> bytes:
    """Give a document without a document type that declares nothing itself but names a DTD or nothing at all.

    For files and feeds, where it is common (FGDC, RSS 0.91) and harmless, as no DTD is ever read; one with declarations
    of its own stays and is refused by parse_xml.
    """
    return _BARE_DOCTYPE.sub(rb"\1", body, count=1) if b"<!D" in body[:_HEAD_BYTES].upper() else body


def parse_fragment(payload: bytes) -> etree._Element:
    """Parse bytes this process cut out of a parsed answer; etree.XMLSyntaxError where they are none."""
    return etree.fromstring(payload, _parser())


def tree_bytes(root: etree._Element) -> bytes:
    """Write a parsed document as UTF-8, for another reader that must not see what was refused or repaired."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def local_name(element: etree._Element) -> str:
    """Give an element's name without its namespace; some sources get prefixes and namespaces wrong."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_declarations(head: bytes, url: str) -> None:
    if _DECLARATION.search(head.replace(b"\x00", b"")):  # UTF-16 puts a zero beside every letter
        raise AnswerForbidden(url=url)


def _parse(body: bytes, url: str) -> etree._Element:
    root = etree.fromstring(body.lstrip(b" \t\r\n"), _parser())
    if root.getroottree().docinfo.doctype:
        raise AnswerForbidden(url=url)
    return root


def _repair(body: bytes, cp1252: bool) -> tuple[bytes, list[str], bool]:
    declared = _DECLARED.match(body)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding.replace("-", "").startswith(("utf16", "ucs2", "utf32")) or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body, [], False
    repairs: list[str] = []
    body, controls = _CONTROL.subn(b"", body)
    before = len(_REFERENCE.findall(body))
    body = _REFERENCE.sub(_legal_reference, body)
    if removed := controls + before - len(_REFERENCE.findall(body)):
        repairs.append(f"{removed} characters that XML forbids were removed")
    lost = False
    if encoding in {"utf-8", "utf8"}:
        body, wrong = _to_utf8(body, cp1252)
        lost = bool(wrong) and not cp1252
        if wrong:
            repairs.append(f"{wrong} places were not UTF-8" + (" and read as Windows-1252" if cp1252 else ""))
    body, cut = _without_trailer(body)
    if cut:
        repairs.append(f"{cut} bytes after the end of the document were left out")
    return body, repairs, lost


def _legal_reference(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    legal = code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if legal else b""


def _to_utf8(body: bytes, cp1252: bool) -> tuple[bytes, int]:
    def readable(match: re.Match[str]) -> str:
        return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace") if cp1252 else REPLACEMENT

    text, wrong = _NOT_UTF8.subn(readable, body.decode("utf-8", "surrogateescape"))
    return text.encode(), wrong


def _without_trailer(body: bytes) -> tuple[bytes, int]:
    root = _ROOT.search(body)
    if root is None:
        return body, 0
    end = body.rfind(b"</" + root[1])
    close = body.find(b">", end) + 1 if end >= 0 else 0
    rest = body[close:] if close else b""
    return (body[:close], len(rest)) if rest.strip() else (body, 0)
