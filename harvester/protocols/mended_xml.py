"""XML as web sites write it by hand: read strictly, else with its usual faults mended. For feeds and sitemaps only."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.entities import html5

from harvester.errors import AnswerUnreadable
from harvester.xml import XmlAnswer, parse_xml, without_bare_doctype
from vocabularies import namespaces as ns

_BOM = b"\xef\xbb\xbf"
_REFERENCE = re.compile(rb"&(?:([A-Za-z][A-Za-z0-9]{0,31});|(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};))")
_SHOUTED = re.compile(rb"&#X(?=[0-9A-Fa-f]{1,6};)")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,30}):[A-Za-z_][\w.-]*\s*=\s*[\"']")
_DECLARED = re.compile(rb"\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_ROOT = re.compile(rb"<[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?(?=[\s/>])")
_ENCODING = re.compile(rb"(\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"'])([A-Za-z0-9._-]{1,40})")
_NAMESPACES: Mapping[str, str] = {
    "dc": ns.DC, "dcterms": ns.DCTERMS, "rdf": ns.RDF, "rdfs": ns.RDFS, "foaf": ns.FOAF, "atom": ns.ATOM,
    "content": ns.RSS_CONTENT, "xlink": ns.XLINK, "media": "http://search.yahoo.com/mrss/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#", "georss": "http://www.georss.org/georss",
    "ev": "http://purl.org/rss/1.0/modules/event/", "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "image": "http://www.google.com/schemas/sitemap-image/1.1", "xhtml": ns.XHTML,
}  # fmt: skip
"""What prefixes mean that are used and never declared; any other one stands for a name of its own."""
_NOT_TRIED = frozenset({"utf-7", "utf-16", "utf-32", "idna", "punycode"})
"""Encodings told by the bytes already, or that are no letters of documents."""


def parse_mended(body: bytes, *, url: str) -> XmlAnswer:
    """Parse as parse_xml does; where that fails, again with one usual fault after the other mended.

    ``&nbsp;`` and ``a=1&b=2`` are the commonest faults of feeds and sitemaps, then prefixes nobody declared and
    encodings our parser does not know. ``repairs`` tell; errors are parse_xml's of what was sent.
    """
    plain = without_bare_doctype(body.removeprefix(_BOM))
    try:
        return parse_xml(plain, url=url)
    except AnswerUnreadable as error:
        first = error
    told: list[str] = []
    for mend, says in _MENDS:
        mended = mend(plain)
        if mended == plain:
            continue
        plain = mended
        told.append(says)
        try:
            answer = parse_xml(plain, url=url)
        except AnswerUnreadable:
            continue
        return replace(answer, repairs=(*answer.repairs, *told))
    raise first


def _recoded(body: bytes) -> bytes:
    """Give a document in UTF-8 that is in an encoding only Python knows, such as ``mac-cyrillic``."""
    stated = _ENCODING.match(body)
    if stated is None:
        return body
    try:
        known = codecs.lookup(stated[2].decode())
        if known.name in _NOT_TRIED or known.name == "utf-8" or not getattr(known, "_is_text_encoding", True):
            return body
        text = body[stated.end() :].decode(known.name)
    except (LookupError, ValueError):
        return body
    return stated[1] + b"utf-8" + text.encode("utf-8", "replace")


def _with_references(body: bytes) -> bytes:
    return _REFERENCE.sub(_written_out, _SHOUTED.sub(b"&#x", body))


def _with_prefixes(body: bytes) -> bytes:
    """Declare at the root what is used and declared nowhere."""
    used = {first or second for first, second in _PREFIX.findall(body)}
    missing = sorted(used - set(_DECLARED.findall(body)) - {b"xml", b"xmlns"})
    root = _ROOT.search(body)
    if not missing or root is None:
        return body
    names = [(name, _NAMESPACES.get(name.decode().lower(), f"urn:undeclared:{name.decode()}")) for name in missing]
    declared = b"".join(b' xmlns:%s="%s"' % (name, meaning.encode()) for name, meaning in names)
    return body[: root.end()] + declared + body[root.end() :]


_MENDS: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
    (_with_references, "ampersands and names of letters that XML does not know were mended"),
    (_with_prefixes, "prefixes that were never declared were declared"),
    (_recoded, "its encoding was changed to UTF-8"),
)


def _written_out(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name is None:
        return b"&amp;"
    if name in _XML_NAMES:
        return match[0]
    letters = html5.get(f"{name.decode()};")
    return b"&amp;" + name + b";" if letters is None else "".join(f"&#{ord(letter)};" for letter in letters).encode()
