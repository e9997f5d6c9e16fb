"""XML as web sites write it by hand: read strictly, else with their ampersands mended. For feeds and sitemaps only."""

from __future__ import annotations

import re
from dataclasses import replace
from html.entities import html5

from harvester.errors import AnswerUnreadable
from harvester.xml import XmlAnswer, parse_xml, without_bare_doctype

_BOM = b"\xef\xbb\xbf"
_REFERENCE = re.compile(rb"&(?:([A-Za-z][A-Za-z0-9]{0,31});|(?!#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};))")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def parse_mended(body: bytes, *, url: str) -> XmlAnswer:
    """Parse as parse_xml does; where that fails, again with HTML's names of letters and lone ampersands written out.

    ``&nbsp;`` and ``a=1&b=2`` are the commonest faults of feeds and sitemaps. ``repairs`` tell; errors are parse_xml's.
    """
    plain = without_bare_doctype(body.removeprefix(_BOM))
    try:
        return parse_xml(plain, url=url)
    except AnswerUnreadable:
        mended = _REFERENCE.sub(_written_out, plain)
        if mended == plain:
            raise
    answer = parse_xml(mended, url=url)
    return replace(
        answer, repairs=(*answer.repairs, "ampersands and names of letters that XML does not know were mended")
    )


def _written_out(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name is None:
        return b"&amp;"
    if name in _XML_NAMES:
        return match[0]
    letters = html5.get(f"{name.decode()};")
    return b"&amp;" + name + b";" if letters is None else "".join(f"&#{ord(letter)};" for letter in letters).encode()
