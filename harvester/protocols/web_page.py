"""The one HTML reader of the harvester: blocks of JSON-LD and links of a page. Bounded; no network, no scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.html
from lxml import etree

MAX_BYTES = 8 * 1024 * 1024
MAX_BLOCKS = 1_000
MAX_ANCHORS = 50_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_WRAPPERS = re.compile(
    r"\A\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One JSON-LD script of a page; ``line`` is where its text begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class WebPage:
    """What we look at in a page; ``asks_to_log_in`` where it has a field for a password."""

    blocks: tuple[Block, ...]
    asks_to_log_in: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page: where to, its text, and the text of its row or line before and after it."""

    href: str
    text: str
    before: str
    after: str


def parse_anchors(body: bytes, content_type: str = "") -> tuple[tuple[str, ...], tuple[Anchor, ...]]:
    """Give a page's titles (title, h1) and its links in their order; any bytes are a page, at worst an empty one."""
    root = _tree(body, content_type)
    if root is None:
        return (), ()
    titles = tuple(" ".join(each.text_content().split()) for each in root.iter("title", "h1"))
    found = [_anchor(each) for each in root.iter("a") if (each.get("href") or "").strip()]
    return titles, tuple(found[:MAX_ANCHORS])


def _anchor(link: lxml.html.HtmlElement) -> Anchor:
    row = next(link.iterancestors("tr"), None)
    before, after = "", (link.tail or "") if row is None else str(row.text_content())
    if row is None:
        previous, parent = link.getprevious(), link.getparent()
        before = (previous.tail if previous is not None else parent.text if parent is not None else "") or ""
    return Anchor(str(link.get("href")), " ".join(link.text_content().split()), before[-200:], after[:500])


def parse_web_page(body: bytes, content_type: str = "") -> WebPage:
    """Give the JSON-LD blocks of a page in their order; any bytes are a page, those without blocks an empty one."""
    root = _tree(body, content_type)
    if root is None:
        return WebPage(())
    scripts = [script for script in root.iter("script") if _is_json_ld(script.get("type"))]
    blocks = [_block(script.text or "", int(script.sourceline or 1)) for script in scripts]
    login = any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
    return WebPage(tuple(block for block in blocks if block.text)[:MAX_BLOCKS], login)


def _tree(body: bytes, content_type: str) -> lxml.html.HtmlElement | None:
    text = _decode(body[:MAX_BYTES], content_type)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace") or b" ", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _block(text: str, line: int) -> Block:
    bare = _WRAPPERS.sub("", text).strip()
    return Block(bare, line + text[: text.find(bare)].count("\n"))


def _is_json_ld(kind: str | None) -> bool:
    return (kind or "").partition(";")[0].strip().lower() == "application/ld+json"


def _decode(body: bytes, content_type: str) -> str:
    declared = _CHARSET.search(content_type) or None
    found = _META.search(body[:4096])
    for name in ("utf-8", declared[1] if declared else "", found[1].decode() if found else ""):
        try:
            return body.decode(name) if name else body.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")
