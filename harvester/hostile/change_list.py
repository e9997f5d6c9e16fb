"""A small node in memory with a change list that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

CHANGES_PATH = "/api/v1/changes"
_STAMP = "2026-03-01T08:00:00Z"

Change = dict[str, Any]


def a_record(number: int, name: str = "", *, node: str = "ke", **more: Any) -> Change:
    """Give a record's JSON with nothing wrong with it."""
    return {
        "id": f"urn:chm:{node}:{number}",
        "type": "project",
        "title": {"en": name or f"Mangrove nursery {number}"},
        "summary": {"en": f"What there is to say about nursery {number}."},
        "languages": ["en"],
        "publisher": {"node": node},
        "dates": {"modified": "2026-02-01"},
        **more,
    }


def an_upsert(seq: int, record: Change, *, datestamp: str = _STAMP) -> Change:
    """Give a change that publishes a record."""
    return {"seq": seq, "op": "upsert", "id": record["id"], "datestamp": datestamp, "record": record}


def a_deletion(seq: int, identifier: str) -> Change:
    """Give a change that withdraws a record."""
    return {"seq": seq, "op": "delete", "id": identifier, "datestamp": _STAMP}


def some_changes(count: int, first: int = 1) -> list[Change]:
    """Give so many publications of different records."""
    return [an_upsert(number, a_record(number)) for number in range(first, first + count)]


def page(lines: Sequence[Change | bytes], reached: str, *, more: bool = False, root: str = "") -> Recorded:
    """Give a page of changes as an HTTP answer; a line of bytes goes out as it is."""
    body = b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)
    headers = {"Content-Type": "application/x-ndjson", "CHM-Next-Since": reached}
    if more:
        headers["Link"] = f'<{root}{CHANGES_PATH}?since={reached}>; rel="next"'
    return Recorded(body, 200, headers)


@dataclass(slots=True)
class ChangeList:
    """Answers for the change list and the description of a node. ``starts`` counts who began anew, with since=0."""

    changes: Sequence[Change]
    page_size: int = 10
    starts: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a node does: changes after a sequence number, and the number reached."""
        if call.path != CHANGES_PATH:
            described = {"id": "ke", "name": {"en": "A node"}, "software": "chm-node", "country": "KE"}
            return Recorded(orjson.dumps(described), 200, {"Content-Type": "application/json"})
        since = call.query.get("since", "0")
        self.starts += since == "0"
        after = int(since) if since.isdecimal() else 0
        due = [change for change in self.changes if change["seq"] > after]
        shown = due[: self.page_size]
        reached = shown[-1]["seq"] if shown else after
        return page(shown, str(reached), more=len(due) > len(shown), root=call.root)
