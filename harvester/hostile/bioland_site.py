"""A small Bioland site in memory that behaves well, for scenarios to spoil; misbehaves never itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

LIST = "/jsonapi/node/content"
_FIRST = 1_704_067_200
_DAY_S = 86_400

Node = dict[str, Any]


def a_node(number: int, locale: str = "en", title: str = "", **more: Any) -> Node:
    """Give a node with nothing wrong with it, changed so many days after the first of January 2024."""
    words = {"en": f"Reef watch {number}", "fr": f"Veille des récifs {number}"}
    return {
        "type": "node--content",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "drupal_internal__nid": number,
        "langcode": locale,
        "title": title or words.get(locale, words["en"]),
        "body": {"value": f"<p>{words.get(locale, words['en'])}: what was seen.</p>"},
        "path": {"alias": f"/reef/{number}", "langcode": locale},
        "changed": datetime.fromtimestamp(_FIRST + number * _DAY_S, UTC).isoformat(),
        "created": "2023-05-01T08:00:00+00:00",
        "status": True,
        "field_type_placement": {"type": "taxonomy_term--tags", "id": "t", "name": "Event"},
        "field_tags": ["GBF-TARGET-03"],
        "field_start_date": "2026-06-01",
        **more,
    }


def some_nodes(count: int, first: int = 1) -> dict[str, list[Node]]:
    """Give so many nodes in English and French."""
    numbers = range(first, first + count)
    return {locale: [a_node(number, locale) for number in numbers] for locale in ("en", "fr")}


def dump(value: object, status: int = 200) -> Recorded:
    """Give JSON as an HTTP answer."""
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/vnd.api+json"})


def page(nodes: Sequence[Any], count: object = None, following: str | None = None) -> Recorded:
    """Give a page of a list."""
    links = {"next": {"href": following}} if following else {}
    meta = {} if count is None else {"meta": {"count": count}}
    return dump({"jsonapi": {"version": "1.0"}, "data": list(nodes), "links": links, **meta})


def refusal(words: str, status: int = 400) -> Recorded:
    """Give an error as the site sends it."""
    return dump({"errors": [{"title": "Bad Request", "status": str(status), "detail": words}]}, status)


@dataclass(slots=True)
class BiolandSite:
    """Answers as a site does. ``lists`` counts the lists in the default language that were begun."""

    nodes: dict[str, list[Node]] = field(default_factory=lambda: some_nodes(0))
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a site does: a list, one node, or 404 for a language it does not serve."""
        locale, below = split(call.path)
        if locale not in self.nodes or not below.startswith(LIST):
            return Recorded(b"not found", 404, {"Content-Type": "text/html"})
        name = below.removeprefix(LIST).strip("/")
        if name:
            single = [each for each in self.nodes[locale] if each["id"] == name]
            return dump({"data": single[0]}) if single else refusal("The entity was not found", 404)
        return self.list_of(call, locale)

    def list_of(self, call: Call, locale: str) -> Recorded:
        """Give a page of a list."""
        offset, limit = where(call)
        self.lists += locale == "en" and offset == 0 and "sort[s][path]" in call.query
        found = self.found(call, locale)
        more = offset + limit < len(found)
        return page(found[offset : offset + limit], len(found), onward(call, offset + limit) if more else None)

    def found(self, call: Call, locale: str) -> list[Node]:
        """Give the nodes that the filters leave."""
        since = call.query.get("filter[c][condition][value]")
        start = datetime.fromtimestamp(int(since), UTC).isoformat() if since else ""
        wanted = {value for name, value in call.query.items() if name.startswith("filter[i][condition][value]")}
        kept = [each for each in self.nodes[locale] if str(each.get("changed", "9")) >= start]
        kept = [each for each in kept if not wanted or each["id"] in wanted]
        latest_first = call.query.get("sort[s][path]") == "changed"
        return sorted(kept, key=lambda each: str(each["changed"]), reverse=True) if latest_first else kept


def split(path: str) -> tuple[str, str]:
    """Give the language and the rest of a path; the site's default is English."""
    head, _, rest = path.lstrip("/").partition("/")
    return ("en", path) if head == "jsonapi" else (head, f"/{rest}")


def where(call: Call) -> tuple[int, int]:
    """Give the position and the number of nodes asked for."""
    return int(call.query.get("page[offset]", "0")), int(call.query.get("page[limit]", "50"))


def onward(call: Call, offset: int) -> str:
    """Give the address of the same list from a position on."""
    return f"{call.root}{call.path}?{urlencode({**call.query, 'page[offset]': str(offset)})}"
