"""The text type of EML (sections, paragraphs, lists, Markdown, HTML in disguise) → plain text. Pure."""

from __future__ import annotations

from lxml import etree

from harvester.crosswalks.dc_elements import paragraphs
from harvester.xml import local_name

_BLOCKS = frozenset(
    {"para", "section", "title", "listitem", "markdown", "literalLayout", "itemizedlist", "orderedlist"}
)
_MAX_DEPTH = 40


def marked_text(element: etree._Element) -> str:
    """Give the text with a blank line between its blocks (EML 2.2.0 eml-text); a list item keeps a dash."""
    blocks: list[str] = []
    _walk(element, blocks, 0)
    kept = [text for block in blocks if (text := paragraphs(block) if "<" in block else _lines(block))]
    return "\n\n".join(kept)


def _walk(element: etree._Element, blocks: list[str], depth: int) -> None:
    """Collect the text of blocks; inline elements belong to the block around them."""
    name = local_name(element)
    start = "– " if name == "listitem" else ""
    blocks.append(start + (element.text or ""))
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if local_name(child) in _BLOCKS and depth < _MAX_DEPTH:
            _walk(child, blocks, depth + 1)
            blocks.append(child.tail or "")
        else:
            blocks[-1] += "".join(child.itertext()) + (child.tail or "")


def _lines(text: str) -> str:
    plain = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    return "" if plain in {"–", "–\n"} else plain.replace("\n\n\n", "\n\n").replace("– \n", "– ")
