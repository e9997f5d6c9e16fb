"""What entries of a feed say in DCMI terms, which a reader of feeds keeps one of and without language. Pure."""

from __future__ import annotations

from lxml import etree

from harvester.xml import local_name
from vocabularies import namespaces as ns

MARK = "chmterms"
"""The element put into an entry that has such terms: the place of what they say in the list."""
_TEXTS = frozenset({"title", "abstract"})
_READ = _TEXTS | {"issued", "created", "relation"}
_LANGUAGE = f"{{{ns.XML}}}lang"
_RESOURCE = f"{{{ns.RDF}}}resource"

Terms = dict[str, list[list[str | None]]]
"""By the name of the term: its texts or addresses, each with its language or None."""


def take_terms(root: etree._Element) -> list[Terms]:
    """Give the terms of entries, and leave in each of those entries its place in the list.

    Texts in a stated language and addresses are taken away; dates stay, as older feeds have no other.
    """
    found: list[Terms] = []
    for entry in root.iter("{*}item", "{*}entry"):
        for stray in entry.findall(f"{{*}}{MARK}"):
            entry.remove(stray)
        if told := _terms(entry):
            etree.SubElement(entry, MARK).text = str(len(found))
            found.append(told)
    return found


def _terms(entry: etree._Element) -> Terms:
    told: Terms = {}
    for each in entry.findall(f"{{{ns.DCTERMS}}}*"):
        name, language, address = local_name(each), each.get(_LANGUAGE), each.get(_RESOURCE)
        text = address or "".join(each.itertext()).strip()
        if name not in _READ or not text or (name in _TEXTS and language is None):
            continue
        told.setdefault(name, []).append([text, language])
        if language is not None or address is not None:
            entry.remove(each)
    return told
