"""A small OGC API - Records endpoint in memory that behaves well, for scenarios to spoil; misbehaves never itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

COLLECTION = "catalogue"
ITEMS_PATH = f"/collections/{COLLECTION}/items"
CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core",
)

Feature = dict[str, Any]


def a_feature(number: int, title: str = "", **more: Any) -> Feature:
    """Give a record feature with nothing wrong with it."""
    return {
        "id": f"lake-{number:03}",
        "type": "Feature",
        "geometry": None,
        "properties": {
            "type": "dataset",
            "title": title or f"Lake depths {number}",
            "description": f"How deep lake {number} is.",
            "updated": "2024-03-01T08:00:00Z",
            "language": "en",
        },
        **more,
    }


def some_features(count: int, first: int = 1) -> list[Feature]:
    """Give so many different records."""
    return [a_feature(number) for number in range(first, first + count)]


def dump(value: object, status: int = 200) -> Recorded:
    """Give JSON as an HTTP answer."""
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/geo+json"})


def page(features: Sequence[Any], following: str | None, matched: object = None) -> Recorded:
    """Give a page of items and the address of the next, if any."""
    links = [{"rel": "next", "href": following, "type": "application/geo+json"}] if following else []
    found = {"type": "FeatureCollection", "features": list(features), "links": links, "numberReturned": len(features)}
    return dump(found | ({} if matched is None else {"numberMatched": matched}))


def where(call: Call, offset: int) -> str:
    """Give the address of the page that begins at an offset."""
    return f"{call.root}{ITEMS_PATH}?limit={call.query.get('limit', '10')}&offset={offset}"


@dataclass(slots=True)
class RecordsService:
    """Answers as an endpoint with one catalogue does. ``lists`` counts the lists begun."""

    features: list[Feature] = field(default_factory=list)
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as an endpoint does."""
        if call.path in {"", "/"}:
            links = [{"rel": "data", "href": f"{call.root}/collections"}]
            return dump({"title": "Lakes", "links": links, "conformsTo": list(CLASSES)})
        if call.path == "/conformance":
            return dump({"conformsTo": list(CLASSES)})
        if call.path == "/collections":
            others = {"id": "outlines", "itemType": "feature"}
            return dump({"collections": [others, {"id": COLLECTION, "itemType": "record"}]})
        if call.path == ITEMS_PATH:
            return self.items(call)
        single = [each for each in self.features if call.path == f"{ITEMS_PATH}/{each['id']}"]
        return dump(single[0]) if single else dump({"code": "NotFound", "description": "no such item"}, 404)

    def items(self, call: Call) -> Recorded:
        """Give a page of items."""
        offset, limit = int(call.query.get("offset", "0")), int(call.query.get("limit", "10"))
        self.lists += offset == 0
        more = offset + limit < len(self.features)
        shown = self.features[offset : offset + limit]
        return page(shown, where(call, offset + limit) if more else None, len(self.features))
