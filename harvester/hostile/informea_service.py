"""A small InforMEA service in memory that behaves well, for scenarios to spoil; misbehaves never itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

ROOT = "/informea.svc"
DECISIONS = f"{ROOT}/Decisions"
_KEY = re.compile(r"\('([^']+)'\)\Z")
_SINCE = re.compile(r"updated gt datetime'([^']+)'")
_DAY_MS = 86_400_000
_FIRST_MS = 1_704_067_200_000
"""The first of January 2024."""

Entity = dict[str, Any]


def texts(english: str, **more: str) -> list[Entity]:
    """Give a text in several languages."""
    return [{"language": tag, "value": text} for tag, text in {"en": english, **more}.items()]


def a_decision(number: int, title: str = "", **more: Any) -> Entity:
    """Give a decision with nothing wrong with it, changed so many days after the first of January 2024."""
    return {
        "protocolVersion": 1,
        "id": f"decision-of-the-fens-{number:04}",
        "treaty": "ramsar",
        "type": "decision",
        "status": "active",
        "number": f"XII/{number}",
        "link": f"https://fens.example/decisions/{number}",
        "title": texts(title or f"Care for fen {number}", fr=f"Soin du marais {number}"),
        "published": "/Date(1420070400000)/",
        "updated": f"/Date({_FIRST_MS + number * _DAY_MS})/",
        "meetingTitle": "Twelfth meeting of the fens",
        **more,
    }


def some_decisions(count: int, first: int = 1) -> list[Entity]:
    """Give so many different decisions."""
    return [a_decision(number) for number in range(first, first + count)]


def dump(value: object, status: int = 200) -> Recorded:
    """Give JSON as an HTTP answer."""
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/json"})


def page(entities: Sequence[Any], count: object = None, following: str | None = None) -> Recorded:
    """Give a page of an entity set as version 2 writes it."""
    inner: Entity = {"results": list(entities)}
    inner |= {} if count is None else {"__count": str(count)}
    return dump({"d": inner | ({"__next": following} if following else {})})


def refusal(words: str, status: int = 400) -> Recorded:
    """Give an error as the service sends it."""
    return dump({"error": {"code": "BadRequest", "message": {"lang": "en", "value": words}}}, status)


def atom(entities: Sequence[Entity]) -> Recorded:
    """Give a page of an entity set as Atom."""
    data = "http://schemas.microsoft.com/ado/2007/08/dataservices"
    head = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:d="{data}" xmlns:m="{data}/metadata">'
    entries = "".join(
        f"<entry><content><m:properties>{_properties(each)}</m:properties></content></entry>" for each in entities
    )
    return Recorded(f"{head}<id>fens</id>{entries}</feed>".encode(), 200, {"Content-Type": "application/atom+xml"})


def _properties(entity: Mapping[str, Any]) -> str:
    return "".join(f"<d:{name}>{_element(value)}</d:{name}>" for name, value in entity.items())


def _element(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"<m:item>{_properties(each)}</m:item>" for each in value)
    return str(value)


@dataclass(slots=True)
class InformeaService:
    """Answers as a service with decisions and few meetings does. ``lists`` counts the lists of decisions begun."""

    decisions: list[Entity] = field(default_factory=list)
    lists: int = 0
    meetings: tuple[Entity, ...] = ()

    def __call__(self, call: Call) -> Recorded:
        """Answer as a service does."""
        if call.path == ROOT:
            return dump({"d": {"EntitySets": ["Decisions", "Meetings", "title", "files"]}})
        if call.path == f"{ROOT}/Meetings":
            return page(list(self.meetings), len(self.meetings))
        if call.path == f"{DECISIONS}/$count":
            return Recorded(str(len(self.decisions)).encode(), 200, {"Content-Type": "text/plain"})
        if match := _KEY.search(call.path):
            found = [each for each in self.decisions if each["id"] == match[1]]
            return dump({"d": found[0]}) if found else refusal("Resource not found", 404)
        return self.list_of(call) if call.path == DECISIONS else refusal("Resource not found", 404)

    def list_of(self, call: Call) -> Recorded:
        """Give a page of the decisions."""
        skip, top = where(call)
        self.lists += skip == 0 and "$orderby" in call.query and call.query["$orderby"] == "id"
        found = self.found(call)
        count = len(found) if call.query.get("$inlinecount") == "allpages" else None
        return page(found[skip : skip + top], count)

    def found(self, call: Call) -> list[Entity]:
        """Give the decisions a filter leaves, in the order that is asked for."""
        since = _SINCE.search(call.query.get("$filter", ""))
        start = _stamp_of(since[1]) if since else -1
        kept = [each for each in self.decisions if _ms(each) > start]
        latest_first = call.query.get("$orderby", "") == "updated desc"
        return sorted(kept, key=_ms, reverse=True) if latest_first else kept


def where(call: Call) -> tuple[int, int]:
    """Give the position and the number of entities asked for."""
    return int(call.query.get("$skip", "0")), int(call.query.get("$top", "1000"))


def _ms(entity: Entity) -> int:
    found = re.search(r"-?\d+", str(entity.get("updated", "")))
    return int(found[0]) if found else 0


def _stamp_of(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
