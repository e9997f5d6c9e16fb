"""Reads an address of the service: its resource path and system query options (OData 2); strict and bounded."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from chm_node.publishing.informea.entities import ENTITY_SETS, FILTERED, EntitySet
from chm_node.publishing.search.conditions import Between, Condition, Every, Marked, Not, Order

DEFAULT_TOP, MAX_TOP, MAX_SKIP, MAX_COMPARISONS = 100, 1_000, 100_000, 16
_RESOURCE = re.compile(r"(?P<set>[A-Za-z]+)(?:\('(?P<key>(?:[^']|'')*)'\))?(?:/(?P<part>[A-Za-z$]+))?\Z")
_TIMES = {"updated": "updated", "start": "start", "end": "end"}
_COMPARISON = re.compile(
    r"\s*(?P<open>\(\s*)?(?P<name>[A-Za-z]+)\s+(?P<operator>eq|ne|gt|ge|lt|le)\s+"
    r"(?:datetime(?:offset)?'(?P<at>[^']*)'|'(?P<text>(?:[^']|'')*)')\s*(?P<close>\))?\s*"
)
_AND = re.compile(r"and\s+")
_ORDER = re.compile(r"(?P<name>[A-Za-z]+)(?:\s+(?P<direction>asc|desc))?\Z")
KNOWN = (
    "$top",
    "$skip",
    "$skiptoken",
    "$orderby",
    "$filter",
    "$expand",
    "$select",
    "$inlinecount",
    "$count",
    "$format",
)


class BadRequest(Exception):
    """The address uses something this service does not take; ``status`` is that of the answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Say what is wrong and what to write instead."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Resource:
    """What an address names: a set, one entity of it, a property of that, or the number of the set's entities."""

    set: EntitySet
    key: str | None = None
    navigation: str | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The query options of a list; ``after`` is the sequence to go on after."""

    condition: Condition
    order: Order
    top: int | None = None
    skip: int = 0
    after: int | None = None
    expand: frozenset[str] = frozenset()
    select: frozenset[str] = frozenset()
    with_count: bool = False

    @property
    def by_age(self) -> bool:
        """Whether entities come in the order of their last change, so that a page can go on after a place in it."""
        return self.order == Order("sequence")


def parse_resource(path: str) -> Resource:
    """Read a path below the service; BadRequest with status 404 where it names nothing."""
    match = _RESOURCE.match(path)
    entity_set = ENTITY_SETS.get(match["set"]) if match else None
    if match is None or entity_set is None:
        raise BadRequest(f"There is no such resource. The sets are: {', '.join(ENTITY_SETS)}.", 404)
    key = match["key"].replace("''", "'") if match["key"] is not None else None
    part = match["part"]
    if part is None:
        return Resource(entity_set, key)
    if part == "$count" and key is None:
        return Resource(entity_set, counted=True)
    if key is not None and part in entity_set.navigations:
        return Resource(entity_set, key, part)
    offered = ", ".join((*entity_set.navigations, "$count"))
    raise BadRequest(f"{entity_set.name} has no {part[:80]}. It has: {offered}.", 404)


def parse_options(pairs: Iterable[tuple[str, str]], entity_set: EntitySet) -> Options:
    """Read the system query options of a set; options without a dollar sign are nobody's and ignored."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("$"):
            if name not in KNOWN:
                raise BadRequest(f"{name[:40]} is not taken here. Taken are: {', '.join(KNOWN)}.")
            if name in given:
                raise BadRequest(f"{name} is given more than once.")
            given[name] = value.strip()
    counted = given.get("$inlinecount", "none")
    if counted not in ("none", "allpages"):
        raise BadRequest("$inlinecount must be none or allpages.")
    told = given.get("$count", "false").lower()
    if told not in ("true", "false"):
        raise BadRequest("$count must be true or false; the number alone is at /$count.")
    order = _order(given.get("$orderby", "updated asc"), entity_set)
    after = _number(given, "$skiptoken", 10**18)
    if after is not None and order != Order("sequence"):
        raise BadRequest("$skiptoken goes with $orderby=updated asc only: follow the __next link as it is given.")
    marked = Marked(f"informea={entity_set.name}")
    return Options(
        condition=Every((marked, *_filter(given.get("$filter", ""), entity_set))),
        order=order,
        top=_number(given, "$top", 10**9),
        skip=_number(given, "$skip", MAX_SKIP) or 0,
        after=after,
        expand=parse_expand(given.get("$expand", ""), entity_set),
        select=parse_select(given.get("$select", ""), entity_set),
        with_count=counted == "allpages" or told == "true",
    )


def parse_expand(text: str, entity_set: EntitySet) -> frozenset[str]:
    """Read ``$expand``; BadRequest for a property that has no members."""
    names = frozenset(filter(None, (name.strip() for name in text.split(","))))
    if unknown := sorted(names - set(entity_set.navigations)):
        allowed = ", ".join(entity_set.navigations)
        raise BadRequest(f"{entity_set.name} cannot expand {unknown[0][:80]}. It can expand: {allowed}.")
    return names


def parse_select(text: str, entity_set: EntitySet) -> frozenset[str]:
    """Read ``$select``; empty for everything, BadRequest for what the set has not."""
    names = frozenset(filter(None, (name.strip() for name in text.split(","))))
    if "*" in names:
        return frozenset()
    known = ("id", "updated", *entity_set.properties, *entity_set.navigations)
    if unknown := sorted(names - set(known)):
        raise BadRequest(f"{entity_set.name} has no {unknown[0][:80]}. It has: {', '.join(known)}.")
    return names


def _number(given: dict[str, str], name: str, most: int) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > most:
        raise BadRequest(f"{name} must be a whole number from 0 to {most}.")
    return int(text)


def _order(text: str, entity_set: EntitySet) -> Order:
    match = _ORDER.match(text)
    keys = {"updated": "sequence", "id": "local_id"}
    keys |= {name: name for name in ("start", "end") if name in entity_set.properties}
    if match is None or match["name"] not in keys:
        raise BadRequest(f"$orderby takes one of {', '.join(keys)}, with asc or desc after it.")
    return Order(keys[match["name"]], descending=match["direction"] == "desc")


def _filter(text: str, entity_set: EntitySet) -> list[Condition]:
    """Read comparisons joined by ``and``."""
    found: list[Condition] = []
    place = 0
    text = text.strip()
    while place < len(text):
        match = _COMPARISON.match(text, place)
        if match is None or bool(match["open"]) != bool(match["close"]):
            raise _refused_filter(entity_set)
        found.append(_comparison(match, entity_set))
        place = match.end()
        if place < len(text):
            joined = _AND.match(text, place)
            if joined is None or joined.end() == len(text) or len(found) == MAX_COMPARISONS:
                raise _refused_filter(entity_set)
            place = joined.end()
    return found


def _comparison(match: re.Match[str], entity_set: EntitySet) -> Condition:
    name, operator = match["name"], match["operator"]
    has_time = name == "updated" or (name in _TIMES and name in entity_set.properties)
    if match["at"] is not None and has_time and operator != "ne":
        return _period(_TIMES[name], operator, _instant(match["at"]))
    has_text = name == "id" or (name in FILTERED and name in entity_set.properties)
    if match["text"] is None or not has_text or operator not in ("eq", "ne"):
        raise _refused_filter(entity_set)
    text = match["text"].replace("''", "'")
    equal = Marked(f"id={text}" if name == "id" else f"informea.{name}={text}")
    return equal if operator == "eq" else Not(equal)


def _instant(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp()
    except (ValueError, OverflowError):
        raise BadRequest("This is no instant: write datetime'2024-05-01T00:00:00'.") from None


def _period(name: str, operator: str, at: float) -> Condition:
    """Give the whole seconds that compare so with an instant, which may have a fraction."""
    below, above = math.floor(at), math.ceil(at)
    if operator == "eq" and below != above:
        return Between(name, 1, 0)
    ends = {
        "gt": (below + 1, None),
        "ge": (above, None),
        "lt": (None, above - 1),
        "le": (None, below),
        "eq": (below, below),
    }
    return Between(name, *ends[operator])


def _refused_filter(entity_set: EntitySet) -> BadRequest:
    times = ", ".join(name for name in _TIMES if name == "updated" or name in entity_set.properties)
    texts = ", ".join(name for name in FILTERED if name == "id" or name in entity_set.properties)
    return BadRequest(
        f"$filter takes at most {MAX_COMPARISONS} comparisons joined by and: one of {times} with gt, ge, lt, le or eq "
        f"and datetime'2024-05-01T00:00:00', or one of {texts} with eq or ne and 'a text'."
    )
