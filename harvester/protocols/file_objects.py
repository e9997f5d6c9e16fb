"""JSON files → the objects in them, one at a time; a broken one costs no other. Knows no field but those of lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from harvester.protocols.json_array import JsonCut, cut_elements, find_members
from harvester.raw import RawRecord
from vocabularies.problems import Problem

Cut = RawRecord | Mapping[str, object] | Problem
_BOM = b"\xef\xbb\xbf"
_LISTED_UNDER = ("records", "results", "items", "features", "data", "rows", "value", "datasets", "dataset")


def cut_lines(body: bytes) -> Iterator[Cut]:
    """Give the object of each line; a line that is none becomes a problem with its number."""
    for number, line in enumerate(body.removeprefix(_BOM).splitlines(), 1):
        if line.strip():
            yield _parse(line, number)


def cut_json(body: bytes) -> Iterator[Cut]:
    """Give the objects of an array, of the list an object holds, or the one object there is.

    GeoJSON features give their properties. What breaks off gives what stands before the break, then a problem with the
    parameter ``breaks``.
    """
    body = body.removeprefix(_BOM).lstrip()
    number = 0
    try:
        begin = 0 if body[:1] == b"[" else _find_list(body)
        if begin is None:
            yield _parse(body, 1)
            return
        for element in cut_elements(body, begin):
            number += 1
            yield _parse(element, number)
    except JsonCut as error:
        value = f"after {number} records: {error}"
        yield Problem("JSON_SYNTAX", "error", "", value, {"line": "1", "column": "1", "breaks": "yes"})


def _find_list(body: bytes) -> int | None:
    """Give where the list of records of an object begins: under a usual name, else the only array there is."""
    members = find_members(body)
    arrays = [name for name, (begin, _) in members.items() if body[begin : begin + 1] == b"["]
    known = [name for name in _LISTED_UNDER if name in arrays]
    if known and not {"id", "type", "title"} <= members.keys():
        return members[known[0]][0]
    return members[arrays[0]][0] if len(arrays) == 1 and len(members) <= 3 else None


def _parse(part: bytes, number: int) -> Cut:
    try:
        value = orjson.loads(part)
    except orjson.JSONDecodeError as error:
        params = {"line": str(number), "column": str(error.colno)}
        return Problem("JSON_SYNTAX", "error", "", part[:200].decode("utf-8", "replace"), params)
    if not isinstance(value, dict):
        return Problem("VALUE_TYPE", "error", "", str(value)[:200], {"expected": "a group of named values"})
    if value.get("type") == "Feature" and isinstance(value.get("properties"), dict):
        name = {"id": value["id"]} if "id" in value else {}
        return {**name, **value["properties"]}
    return value
