"""Texts of others made safe for a page: HTML cut to few elements, links and embedded JSON; it makes no page."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import nh3
from markupsafe import Markup

_TAGS = {"p", "br", "i", "em", "b", "strong", "sub", "sup", "ul", "ol", "li", "a"}
_BLOCK = re.compile(r"<(p|ul|ol|br)\b", re.IGNORECASE)
_BREAK = re.compile(r"<(?:/p|/li|br\s*/?)>", re.IGNORECASE)
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def safe_html(text: str) -> str:
    """Give the text with only the elements and links a summary may hold."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )


def clean_html(text: str) -> Markup:
    """Give a summary as safe HTML; text without paragraphs of its own gets them from its blank lines."""
    safe = safe_html(text)
    if _BLOCK.search(safe):
        return Markup(safe)
    paragraphs = (part.strip().replace("\n", "<br>") for part in re.split(r"\n\s*\n", safe))
    return Markup("".join(f"<p>{part}</p>" for part in paragraphs if part))


def plain_text(text: str) -> str:
    """Give the words of a text that may hold HTML, without its elements, white space joined."""
    bare = nh3.clean(_BREAK.sub(" ", text), tags=set()) if "<" in text or "&" in text else text
    return " ".join(html.unescape(bare).split())


def excerpt(text: str, limit: int = 240) -> str:
    """Give the first words of a text that may hold HTML, at most ``limit`` characters and an ellipsis."""
    plain = plain_text(text)
    if len(plain) <= limit:
        return plain
    cut = plain[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut) + "…"


def safe_url(url: str) -> str | None:
    """Give the URL where a page may link to it (http, https, mailto), else None."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return None
    return url.strip() if scheme in ("http", "https", "mailto") else None


def script_json(document: bytes) -> Markup:
    """Give JSON for a script element: no character of it can end the element (``</script>``) or the line."""
    text = document.decode("utf-8")
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)
