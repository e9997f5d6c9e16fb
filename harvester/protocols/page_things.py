"""What the JSON-LD of one page describes: the things that are records, not the page's own furniture. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harvester.plain_jsonld import Object, types_of

MAX_THINGS = 5_000
_INLINED = 2
_FURNITURE = frozenset({
    "WebPage", "AboutPage", "CollectionPage", "ItemPage", "ProfilePage", "ContactPage", "SearchResultsPage", "FAQPage",
    "CheckoutPage", "MedicalWebPage", "WebSite", "WebPageElement", "SiteNavigationElement", "WPHeader", "WPFooter",
    "WPSideBar", "BreadcrumbList", "ListItem", "DataFeedItem", "ImageObject", "SearchAction", "ReadAction",
    "EntryPoint", "ContactPoint", "PostalAddress", "PropertyValue", "Comment", "Rating", "AggregateRating", "Question",
    "Answer",
})  # fmt: skip
"""Types that describe the page or a piece of something, never a thing one would look for."""
_AGENTS = frozenset({
    "Organization", "Person", "LocalBusiness", "Corporation", "GovernmentOrganization", "NGO",
    "EducationalOrganization", "CollegeOrUniversity", "ResearchOrganization", "NewsMediaOrganization",
})  # fmt: skip
_RECORD_TYPES = "urn:chm:vocab:record-types:"
_LISTS = ("dataFeedElement", "itemListElement", "dataset", "mainEntity")
_PURE_LISTS = frozenset({"DataFeed", "ItemList", "OfferCatalog"})
_BARE = frozenset({"@id", "@type", "@context"})
"""Of a node that only has these nothing is said: it is named for others to refer to."""
_ENTRIES = frozenset({"ListItem", "DataFeedItem"})


def find_things(nodes: Iterable[Object]) -> list[Object]:
    """Give the things that plain nodes of a page describe, each once, with what they only refer to written out.

    Left out are nodes that belong to another thing, such as its publisher, and lists whose entries are there instead.
    """
    known = list(nodes)
    named = _by_id(known)
    offered = list(_offered(named, known))
    unique = {id(thing): thing for thing in offered}
    parts = _parts(unique.values(), known)
    own = [thing for thing in unique.values() if _name(thing) not in parts]
    things = own or list(unique.values())
    return [_written_out(thing, named, _INLINED, (_name(thing),)) for thing in things[:MAX_THINGS]]


def _by_id(nodes: Iterable[Object]) -> dict[str, Object]:
    """Give the nodes by ``@id``; descriptions of one id in several places are one, the first value of each counts."""
    named: dict[str, Object] = {}
    for node in nodes:
        identifier = node.get("@id")
        if isinstance(identifier, str) and len(node) > 1:
            held = named.setdefault(identifier, node)
            if held is not node:
                for name, value in node.items():
                    held.setdefault(name, value)
    return named


def _offered(named: Mapping[str, Object], nodes: Iterable[Object]) -> Iterator[Object]:
    seen: set[int] = set()
    for node in nodes:
        yield from _offer(node, named, seen)


def _is_record(node: Object) -> bool:
    """Say whether a node is a clearing-house's record of a web site: it names the record type beside the class."""
    return any(str(kind).startswith(_RECORD_TYPES) for kind in _list(node.get("additionalType")))


def _offer(node: Object, named: Mapping[str, Object], seen: set[int]) -> Iterator[Object]:
    node = _resolve(node, named)
    kinds = frozenset(kind for kind in types_of(node) if kind.isidentifier())  # any other is not schema.org’s
    if id(node) in seen or not kinds or node.keys() <= _BARE:
        return
    seen.add(id(node))
    entries = [entry for name in _LISTS for entry in _list(node.get(name)) if isinstance(entry, dict)]
    inner = [each for entry in entries for each in _offer(_entry(entry, named), named, seen)]
    if (not kinds <= _FURNITURE or _is_record(node)) and not (inner and kinds <= _PURE_LISTS):
        yield node
    yield from inner


def _entry(entry: Object, named: Mapping[str, Object]) -> Object:
    entry = _resolve(entry, named)
    item = entry.get("item")
    return item if isinstance(item, dict) and (frozenset(types_of(entry)) & _ENTRIES or "@type" not in entry) else entry


def _parts(things: Iterable[Object], nodes: Iterable[Object]) -> set[str]:
    """Give the ids of things that only belong to others: any that a thing refers to, agents any node refers to."""
    found: set[str] = set()
    agents: set[str] = set()
    for node in nodes:
        for identifier in _references(node, skip=("mainEntity", *_LISTS)):
            agents.add(identifier)
    things = list(things)
    for thing in things:
        found.update(_references(thing, skip=("mainEntityOfPage", "sameAs", *_LISTS)))
    return found | {name for thing in things if (name := _name(thing)) in agents and _is_agent(thing)}


def _name(node: Object) -> str:
    name = node.get("@id")
    return name if isinstance(name, str) else ""


def _is_agent(thing: Object) -> bool:
    return frozenset(types_of(thing)) <= _AGENTS


def _references(node: Object, skip: tuple[str, ...]) -> Iterator[str]:
    own = _name(node)
    pending: list[Any] = [value for name, value in node.items() if name not in skip]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            identifier = value.get("@id")
            if isinstance(identifier, str) and identifier != own:
                yield identifier
            pending.extend(value.values())


def _resolve(node: Object, named: Mapping[str, Object]) -> Object:
    identifier = node.get("@id")
    return named.get(identifier, node) if isinstance(identifier, str) and len(node) == 1 else node


def _written_out(value: Any, named: Mapping[str, Object], depth: int, trail: tuple[Any, ...]) -> Any:
    """Give a value in which references to nodes of the page are those nodes, to some depth and never in a circle."""
    if isinstance(value, list):
        return [_written_out(each, named, depth, trail) for each in value]
    if not isinstance(value, dict):
        return value
    target = _resolve(value, named)
    if target is not value:
        if depth == 0 or value["@id"] in trail:
            return value
        value, depth, trail = target, depth - 1, (*trail, value["@id"])
    return {name: _written_out(each, named, depth, trail) for name, each in value.items()}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
