"""Entities in the Atom form of OData 1 to 3 → the objects its JSON form has; asks nothing and knows no entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from harvester.xml import local_name
from vocabularies.namespaces import ODATA_METADATA

_NULL = f"{{{ODATA_METADATA}}}null"
_ITEMS = frozenset({"item", "element"})


@dataclass(frozen=True, slots=True)
class Feed:
    """What an Atom document holds: entities, or the entity sets of a service document."""

    entities: tuple[dict[str, Any], ...] = ()
    total: str | None = None
    next: str | None = None
    sets: tuple[str, ...] = ()


def parse_atom(root: etree._Element) -> Feed | None:
    """Give the entities of a feed or entry, or the sets of a service document (MS-ODATA §2.2.6.2); else None."""
    kind = local_name(root)
    if kind == "entry":
        return Feed((_entity(root),))
    if kind == "service":
        hrefs = [each.get("href") for each in root.iter() if local_name(each) == "collection"]
        return Feed(sets=tuple(str(href) for href in hrefs if href))
    if kind != "feed":
        return None
    entries = tuple(_entity(child) for child in root if local_name(child) == "entry")
    count = next((child.text for child in root if local_name(child) == "count"), None)
    onward = next((child.get("href") for child in root if _is_link(child) and child.get("rel") == "next"), None)
    return Feed(entries, count, None if onward is None else str(onward))


def find_fault(root: etree._Element) -> tuple[str, str] | None:
    """Give code and message of an ``error`` document (MS-ODATA §2.2.8.1), or None."""
    if local_name(root) not in {"error", "Error"}:
        return None
    texts = {local_name(child): (child.text or "").strip() for child in root}
    return texts.get("code") or "error", texts.get("message") or "no message"


def _entity(entry: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in entry:
        name = local_name(child)
        if name == "id":
            found["__metadata"] = {"uri": (child.text or "").strip()}
        elif name == "properties":
            found |= _properties(child)
        elif name == "content":
            for inner in child:
                found |= _properties(inner) if local_name(inner) == "properties" else {}
        elif _is_link(child) and "/related/" in str(child.get("rel")) and child.get("title"):
            found.setdefault(str(child.get("title")), _related(child))
    return found


def _related(link: etree._Element) -> Any:
    for inline in link:
        if local_name(inline) == "inline":
            return [_entity(each) for each in inline.iter() if local_name(each) == "entry"]
    return {"__deferred": {"uri": str(link.get("href") or "")}}


def _properties(holder: etree._Element) -> dict[str, Any]:
    return {local_name(child): _value(child) for child in holder if local_name(child)}


def _value(element: etree._Element) -> Any:
    if element.get(_NULL) == "true":
        return None
    if len(element) == 0:
        return (element.text or "").strip() or None
    if all(local_name(child) in _ITEMS for child in element):
        return [_value(child) for child in element]
    return _properties(element)


def _is_link(element: etree._Element) -> bool:
    return local_name(element) == "link"
