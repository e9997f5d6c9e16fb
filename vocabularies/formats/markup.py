"""Text made safe for XML, and web addresses made safe for any markup; knows no record and no format."""

from __future__ import annotations

import re

from vocabularies.text import UNDETERMINED

_UNSAFE_IRI = re.compile(r'[\x00-\x20\x7f<>"{}|\\^`]')
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.")
_REFUSED = frozenset({"javascript", "vbscript", "data", "file", "blob", "about"})
_TAGS = re.compile(r"</?(?:p|br|i|em|b|strong|sub|sup|ul|ol|li|a)(?:\s[^<>]*)?/?>", re.IGNORECASE)


def xml_text(text: str) -> str:
    """Give the text escaped as element content; a carriage return survives a parser (XML 1.0 §2.11)."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def xml_attribute(text: str) -> str:
    """Give the text escaped for an attribute in double quotes; white space survives a parser (XML 1.0 §3.3.3)."""
    text = xml_text(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;") if "\n" in text or "\t" in text else text


def language_attribute(tag: str) -> str:
    """Give `` xml:lang="…"`` with its leading space, or nothing where nobody stated the language."""
    return "" if tag == UNDETERMINED else f' xml:lang="{tag}"'


def find_iri(address: str) -> str | None:
    """Give the address as an absolute IRI, forbidden characters percent-encoded; None where it is none, or a script."""
    plain = address.strip()
    scheme = _SCHEME.match(plain)
    if scheme is None or scheme[1].lower() in _REFUSED:
        return None
    return _UNSAFE_IRI.sub(lambda match: f"%{ord(match[0]):02X}", plain) if _UNSAFE_IRI.search(plain) else plain


def plain_text(text: str) -> str:
    """Give a summary without the few HTML tags a summary may hold; any other angle bracket is text and stays."""
    return _TAGS.sub(" ", text).strip() if "<" in text else text
