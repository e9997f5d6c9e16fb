"""Answers of Drupal's JSON:API, plain or with relationships put in place → nodes; knows no kind of content."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvester.errors import AnswerUnreadable, ProtocolFault, SourceError, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.json_answers import find_text, parse_object
from harvester.protocols.positions import to_count

PROTOCOL = "Drupal JSON:API"
ACCEPT = "application/vnd.api+json, application/json;q=0.9"
READS = 3
_PAUSE_S = 0.2
_DEEPEST = 3
_DEEPEST_VALUE = 32
_OF_THE_ANSWER = frozenset({"links", "relationships", "attributes", "jsonapi", "meta"})
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of one answer, flat; ``omitted`` says that the site left some out because they are not public."""

    nodes: tuple[object, ...]
    next: str | None
    total: int | None
    url: str
    date: str | None = None
    omitted: bool = False


def ask(fetcher: Fetcher, address: str, params: Mapping[str, str] | None = None) -> Nodes:
    """Give what a list or a single node answers (JSON:API 1.1 §5); an answer that breaks off is asked for again.

    ProtocolFault in the site's own words, SourceRefused for another 4xx, SourceUnreachable for a 5xx, WrongAnswer for
    what is no JSON:API.
    """
    for attempt in range(1, READS + 1):
        response = fetcher.get(address, params=params, accept=ACCEPT)
        try:
            return _parse(response)
        except AnswerUnreadable:
            if attempt == READS:
                raise
            time.sleep(_PAUSE_S * attempt)
    raise AssertionError("the last attempt returns or raises")


def _parse(response: Response) -> Nodes:
    if response.status >= 500 or response.status in {401, 403, 404, 410}:
        response.require_ok()
    try:
        answer = parse_object(response, PROTOCOL)
    except SourceError:
        response.require_ok()
        raise
    if isinstance(answer.get("errors"), list):
        raise _fault(answer["errors"], response)
    response.require_ok()
    if "data" not in answer or not isinstance(answer["data"], list | dict):
        raise WrongAnswer(url=response.url, protocol=PROTOCOL, saw="JSON without data")
    listed = answer["data"] if isinstance(answer["data"], list) else [answer["data"]]
    included = _included(answer.get("included"))
    meta = answer.get("meta")
    told: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
    nodes = tuple(flat_node(each, included) if isinstance(each, dict) else each for each in listed)
    return Nodes(
        nodes, _next(answer.get("links")), to_count(told.get("count")), response.url, response.headers.get("date"),
        bool(told.get("omitted")),
    )  # fmt: skip


def flat_node(resource: Mapping[str, Any], included: Mapping[tuple[str, str], Node], depth: int = 0) -> Node:
    """Give a resource with its attributes beside its id, and its relationships as what they lead to, where it came."""
    flat: Node = {name: each for name, each in resource.items() if name not in _OF_THE_ANSWER}
    attributes = resource.get("attributes")
    if isinstance(attributes, dict):
        flat |= attributes
    relationships = resource.get("relationships")
    for name, each in relationships.items() if isinstance(relationships, dict) else ():
        linkage = each.get("data") if isinstance(each, dict) else None
        if isinstance(linkage, list):
            flat[name] = [_resolved(one, included, depth) for one in linkage]
        elif linkage is not None:
            flat[name] = _resolved(linkage, included, depth)
    return {name: _quiet(each) for name, each in flat.items()}


def _resolved(linkage: object, included: Mapping[tuple[str, str], Node], depth: int) -> object:
    if not isinstance(linkage, dict):
        return linkage
    found = included.get((str(linkage.get("type")), str(linkage.get("id"))))
    return linkage if found is None or depth >= _DEEPEST else flat_node(found, included, depth + 1)


def _quiet(value: object, depth: int = 0) -> object:
    """Leave out the links of the answer inside relationships in place, and what is nested deeper than anything real."""
    if depth > _DEEPEST_VALUE:
        return None
    if isinstance(value, dict):
        added = {"links", "jsonapi"} if "type" in value and "id" in value else set()
        return {name: _quiet(each, depth + 1) for name, each in value.items() if name not in added}
    return [_quiet(each, depth + 1) for each in value] if isinstance(value, list) else value


def node_id(node: object) -> str | None:
    """Give a node's identifier, the same in all its languages; None where it has none that can be kept."""
    return find_text(node.get("id"), 128) if isinstance(node, dict) else None


def language_of(node: Mapping[str, Any]) -> str | None:
    """Give the language a node is really in, whatever it was asked for in; None where it does not say."""
    path = node.get("path")
    stated = path.get("langcode") if isinstance(path, dict) else None
    return find_text(node.get("langcode") or stated, 32)


def _included(value: object) -> dict[tuple[str, str], Node]:
    listed = value if isinstance(value, list) else []
    return {(str(each.get("type")), str(each.get("id"))): each for each in listed if isinstance(each, dict)}


def _next(links: object) -> str | None:
    named = links.get("next") if isinstance(links, dict) else None
    address = named.get("href") if isinstance(named, dict) else named
    return address if isinstance(address, str) else None


def _fault(errors: list[Any], response: Response) -> ProtocolFault:
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    fault = f"HTTP status {first.get('status') or response.status}"
    reason = str(first.get("detail") or first.get("title") or "without a reason")[:300]
    return ProtocolFault(url=response.url, fault=fault, reason=reason)
